//! How many of a number of contacts will succeed, when their rate itself is uncertain.

/// A beta distribution of a rate: `a` successes and `b` failures' worth of knowledge, both positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    /// The weight of successes.
    pub a: f64,
    /// The weight of failures.
    pub b: f64,
}

/// The chance that at least `required` of `n` contacts succeed, their rate drawn from `rate`: a beta-binomial upper tail.
/// 1 when nothing is required, 0 when more than `n` are.
///
/// Neighbouring chances differ by the factor (n − k)(a + k) / ((k + 1)(b + n − k − 1)); both tails are summed outwards from
/// the likeliest number, so no factorial is taken, nothing overflows and small chances keep their digits. Takes time in
/// proportion to the spread of the distribution, at most to `n`.
///
/// `None` unless `n ≥ 0` and both weights are positive and finite.
#[must_use]
pub fn chance_of_at_least(required: i64, n: i64, rate: Beta) -> Option<f64> {
    let positive = |weight: f64| weight > 0.0 && weight.is_finite();
    if n < 0 || !positive(rate.a) || !positive(rate.b) {
        return None;
    }
    if required <= 0 || required > n {
        return Some(if required <= 0 { 1.0 } else { 0.0 });
    }
    let mode = mode(n, rate);
    let (mut enough, mut short) = (0.0, 0.0);
    walk(n, rate, mode, |k, weight| *(if k >= required { &mut enough } else { &mut short }) += weight);
    Some(enough / (enough + short))
}

/// The likeliest number, or an end where the distribution has no inner mode.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "between 0 and a count of contacts")]
fn mode(n: i64, Beta { a, b }: Beta) -> i64 {
    if b <= 1.0 {
        n
    } else if a <= 1.0 {
        0
    } else {
        (((n + 1) as f64 * (a - 1.0) / (a + b - 2.0)) as i64).clamp(0, n)
    }
}

/// Calls `visit` with every number of successes that matters and its chance relative to that of `mode`.
#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn walk(n: i64, Beta { a, b }: Beta, mode: i64, mut visit: impl FnMut(i64, f64)) {
    visit(mode, 1.0);
    // With both weights below 1 the ends are likelier than the middle: nothing may be cut off.
    let negligible = |weight: f64, left: i64| a.max(b) >= 1.0 && weight * (left as f64) < f64::EPSILON * f64::EPSILON;
    let mut weight = 1.0;
    for k in mode..n {
        weight *= (n - k) as f64 * (a + k as f64) / ((k + 1) as f64 * (b + (n - k - 1) as f64));
        visit(k + 1, weight);
        if negligible(weight, n - k) {
            break;
        }
    }
    weight = 1.0;
    for k in (1..=mode).rev() {
        weight *= k as f64 * (b + (n - k) as f64) / ((n - k + 1) as f64 * (a + (k - 1) as f64));
        visit(k - 1, weight);
        if negligible(weight, k) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance(required: i64, n: i64, a: f64, b: f64) -> f64 {
        chance_of_at_least(required, n, Beta { a, b }).expect("a distribution")
    }

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "got {got}, expected {expected}");
    }

    /// A rate of which nothing is known makes every number equally likely.
    #[test]
    fn an_even_rate_makes_all_numbers_equally_likely() {
        for required in 1..=10 {
            near(chance(required, 10, 1.0, 1.0), f64::from(i32::try_from(11 - required).expect("small")) / 11.0);
        }
    }

    /// n = 2, a = b = 1/2: 3/8, 1/4, 3/8, by Γ.
    #[test]
    fn a_rate_of_all_or_nothing_is_summed_to_both_ends() {
        near(chance(2, 2, 0.5, 0.5), 0.375);
        near(chance(1, 2, 0.5, 0.5), 0.625);
        near(chance(501, 1001, 0.5, 0.5), 0.5);
        near(chance(1, 10, 1e-40, 1e-40), 0.5);
    }

    /// n = 3, a = 2, b = 3: Beta(2 + k, 6 − k) · C(3, k) / Beta(2, 3) = 10, 12, 9, 4 of 35.
    #[test]
    fn a_table_worked_by_hand() {
        near(chance(1, 3, 2.0, 3.0), 25.0 / 35.0);
        near(chance(2, 3, 2.0, 3.0), 13.0 / 35.0);
        near(chance(3, 3, 2.0, 3.0), 4.0 / 35.0);
    }

    #[test]
    fn ten_million_contacts_neither_overflow_nor_drift() {
        // Symmetric in successes and failures: the two tails of the middle are equal.
        let n = 10_000_001;
        near(chance(5_000_001, n, 40.0, 40.0), 0.5);
        let far = chance(9_999_000, n, 4000.0, 1000.0);
        assert!((0.0..1e-100).contains(&far), "{far}");
        near(chance(1, n, 4000.0, 1000.0), 1.0);
    }

    #[test]
    fn what_is_certain_is_certain_and_what_is_undefined_is_none() {
        near(chance(0, 5, 2.0, 2.0), 1.0);
        near(chance(-3, 0, 2.0, 2.0), 1.0);
        near(chance(6, 5, 2.0, 2.0), 0.0);
        assert_eq!(chance_of_at_least(1, -1, Beta { a: 1.0, b: 1.0 }), None);
        assert_eq!(chance_of_at_least(1, 5, Beta { a: 0.0, b: 1.0 }), None);
        assert_eq!(chance_of_at_least(1, 5, Beta { a: f64::NAN, b: 1.0 }), None);
        assert_eq!(chance_of_at_least(1, 5, Beta { a: 1.0, b: f64::INFINITY }), None);
    }
}
