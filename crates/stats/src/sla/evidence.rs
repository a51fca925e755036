//! Evidence that may be looked at after every contact.

use statrs::function::beta::ln_beta;

/// The logarithm of the evidence, 20, at which an alarm is raised: a promise that is kept raises one, ever, at most one time
/// in twenty, however often it is looked at.
pub const ALARM: f64 = 2.995_732_273_553_991;

/// The smallest allowance that evidence is computed for.
const MIN_ALLOWANCE: f64 = 1e-6;

/// The logarithm of the evidence that contacts miss more often than `allowance` (1 − T): how much likelier the counts are
/// if the rate of misses is anything above it, all equally likely beforehand, than if it is just that.
///
/// ln E = ln[ ∫ q^b (1 − q)^(n−b) dq over (q0, 1) / (1 − q0) ] − b·ln q0 − (n − b)·ln(1 − q0), with q0 the allowance and b the
/// misses. Contacts must be independent, so give it counts divided by the design effect; they may be fractional. Neither
/// overflows nor loses digits at ten million contacts.
///
/// `None` unless `0 ≤ missed ≤ n`, finite, and `0.000001 ≤ allowance < 1`.
///
/// Sources: Ville, "Étude critique de la notion de collectif", 1939, for the bound on false alarms at any time; Robbins,
/// "Statistical methods related to the law of the iterated logarithm", 1970, for mixing over rates.
#[must_use]
pub fn ln_evidence(missed: f64, n: f64, allowance: f64) -> Option<f64> {
    let valid = n.is_finite() && (0.0..=n).contains(&missed) && (MIN_ALLOWANCE..1.0).contains(&allowance);
    if !valid {
        return None;
    }
    let (a, b, kept) = (missed + 1.0, n - missed + 1.0, 1.0 - allowance);
    if a / (a + b) <= allowance {
        // Few misses: the integral is a small tail, whose powers cancel against the denominator.
        return Some((allowance / b * tail_series(b, a, kept)).ln());
    }
    // Many misses: the integral is a complete beta function less a small tail.
    let whole = ln_beta(a, b);
    let below = (a * allowance.ln() + b * kept.ln() - a.ln() - whole).exp() * tail_series(a, b, allowance);
    Some(whole + (-below).ln_1p() - missed * allowance.ln() - b * kept.ln())
}

/// Σ over k of x^k · (a + b)(a + b + 1)…(a + b + k − 1) / ((a + 1)…(a + k)), which times x^a (1 − x)^b / a is the
/// incomplete beta function at x. Its terms fall where x ≤ a / (a + b), and fall ever faster than some power of a number
/// below 1: it ends.
fn tail_series(a: f64, b: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut k) = (1.0, 1.0, 0.0);
    while term > f64::EPSILON * 1e-3 * sum * (1.0 - x) {
        term *= x * (a + b + k) / (a + 1.0 + k);
        sum += term;
        k += 1.0;
    }
    sum
}
