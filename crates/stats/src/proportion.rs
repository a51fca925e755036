//! Intervals of a proportion.

use statrs::distribution::{ContinuousCDF, Normal};

/// An interval within which a value lies with the stated confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Wilson's score interval for `successes` of `n`, clipped to 0–1 and always holding `successes / n`.
///
/// Both may be fractional: counts divided by a design effect. `None` when `n` is not positive, `successes` is outside
/// `0..=n`, or `confidence` is outside 0–1.
///
/// Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
#[must_use]
pub fn wilson(successes: f64, n: f64, confidence: f64) -> Option<Interval> {
    let valid = n > 0.0 && n.is_finite() && (0.0..=n).contains(&successes) && confidence > 0.0 && confidence < 1.0;
    if !valid {
        return None;
    }
    let z = Normal::standard().inverse_cdf(0.5 + confidence / 2.0);
    let p = successes / n;
    let centre = p + z * z / (2.0 * n);
    let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    // Rounding may push a bound past the estimate it must hold when all or none succeed.
    let low = ((centre - spread) / scale).clamp(0.0, p);
    let high = ((centre + spread) / scale).clamp(p, 1.0);
    Some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_and_all_have_an_interval_that_holds_them() {
        let none = wilson(0.0, 10.0, 0.95).expect("defined");
        assert!(none.low == 0.0 && (none.high - 0.277_532_799_862_888_9).abs() < 1e-12, "{none:?}");
        let all = wilson(10.0, 10.0, 0.95).expect("defined");
        assert!(all.high >= 1.0 && (all.low - 0.722_467_200_137_111).abs() < 1e-12, "{all:?}");
    }

    #[test]
    fn nothing_observed_has_no_interval() {
        assert_eq!(wilson(0.0, 0.0, 0.95), None);
        assert_eq!(wilson(11.0, 10.0, 0.95), None);
        assert_eq!(wilson(f64::NAN, 10.0, 0.95), None);
    }
}
