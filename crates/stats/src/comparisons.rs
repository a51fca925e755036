//! Many comparisons at once.

/// Benjamini and Hochberg's adjusted p-values, in the order given: calling those below α keeps the expected share of
/// false calls among them below α. Never below the value itself, never above 1.
///
/// Source: Benjamini and Hochberg, "Controlling the false discovery rate", 1995.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "as many values as there are sites")]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, index) in order.into_iter().enumerate().rev() {
        smallest = smallest.min(p[index] * p.len() as f64 / (rank + 1) as f64);
        // Multiplying and dividing may lose the last digit.
        adjusted[index] = smallest.max(p[index]);
    }
    adjusted
}
