//! The design effect: how much more a share varies from day to day than independent contacts would.
//!
//! When a queue is long everyone misses together. An interval that takes each contact for itself is then far too
//! narrow; dividing the counts by the design effect first mends it.

use std::collections::BTreeMap;

/// Days needed before the variance between days says anything.
pub const MIN_DAYS: usize = 10;

/// Counts of one day in one stratum (a queue): `successes` of `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster {
    /// The day, any numbering.
    pub day: i64,
    /// The stratum, any numbering.
    pub stratum: usize,
    /// Successes.
    pub successes: i64,
    /// Trials.
    pub n: i64,
}

/// φ = max(1, day-clustered variance of observed − expected / binomial variance).
///
/// With p_q the share of stratum q over all days, a day's residual is u_d = Σ_q (x_dq − n_dq·p_q). The day-clustered
/// variance is T/(T−1) · Σ_d u_d², the binomial variance Σ_q n_q·p_q·(1−p_q), T the number of days with trials.
/// 1 when the binomial variance is 0 (all or none succeeded). `None` with fewer than [`MIN_DAYS`] days.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
pub fn design_effect(clusters: &[Cluster]) -> Option<f64> {
    // Sums of fractions depend on their order in the last digit; the answer must not.
    let mut clusters = clusters.to_vec();
    clusters.sort_unstable_by_key(|cluster| (cluster.day, cluster.stratum, cluster.n, cluster.successes));
    let mut strata: BTreeMap<usize, (i64, i64)> = BTreeMap::new();
    for cluster in &clusters {
        let (successes, n) = strata.entry(cluster.stratum).or_default();
        *successes += cluster.successes;
        *n += cluster.n;
    }
    let mut residuals: BTreeMap<i64, f64> = BTreeMap::new();
    for cluster in clusters.iter().filter(|cluster| cluster.n > 0) {
        let (successes, n) = strata[&cluster.stratum];
        let expected = cluster.n as f64 * successes as f64 / n as f64;
        *residuals.entry(cluster.day).or_default() += cluster.successes as f64 - expected;
    }
    let days = residuals.len();
    if days < MIN_DAYS {
        return None;
    }
    let between = residuals.values().map(|u| u * u).sum::<f64>() * days as f64 / (days - 1) as f64;
    let binomial: f64 = strata
        .values()
        .filter(|(_, n)| *n > 0)
        .map(|(successes, n)| *successes as f64 * (*n - *successes) as f64 / *n as f64)
        .sum();
    Some(if binomial > 0.0 { (between / binomial).max(1.0) } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(successes: &[i64], n: i64) -> Vec<Cluster> {
        (0..).zip(successes).map(|(day, successes)| Cluster { day, stratum: 0, successes: *successes, n }).collect()
    }

    #[test]
    fn alternating_good_and_bad_days_widen_the_interval() {
        // p = 0.5, residuals ±20: between = 10 · 400 · 10/9, binomial = 1000 · 0.25.
        let phi = design_effect(&days(&[70, 30, 70, 30, 70, 30, 70, 30, 70, 30], 100)).expect("ten days");
        assert!((phi - 4000.0 * 10.0 / 9.0 / 250.0).abs() < 1e-12, "{phi}");
    }

    #[test]
    fn equal_days_never_narrow_it() {
        assert_eq!(design_effect(&days(&[50; 10], 100)), Some(1.0));
        assert_eq!(design_effect(&days(&[100; 10], 100)), Some(1.0));
    }

    #[test]
    fn nine_days_say_nothing() {
        assert_eq!(design_effect(&days(&[50; 9], 100)), None);
    }

    #[test]
    fn a_change_of_mix_is_no_clustering() {
        let mixed: Vec<Cluster> = (0..10)
            .flat_map(|day| {
                let easy = if day % 2 == 0 { 100 } else { 10 };
                [
                    Cluster { day, stratum: 0, successes: easy * 9 / 10, n: easy },
                    Cluster { day, stratum: 1, successes: (110 - easy) / 10, n: 110 - easy },
                ]
            })
            .collect();
        assert_eq!(design_effect(&mixed), Some(1.0));
    }
}
