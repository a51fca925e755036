//! Each site against the rest of the network on the same reasons.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, Normal};

use super::{
    cells::{Sums, Tally, tallied},
    gap_state::{Difference, GapState},
};
use crate::benjamini_hochberg;

/// A site against the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Contacts of the site that have a stratum.
    pub contacts: i64,
    /// Those in strata that other sites handle too.
    pub comparable: i64,
    /// Successes of the site.
    pub observed: i64,
    /// What the network's rate of each stratum would have given on the site's own mix.
    pub expected: f64,
    /// The difference; `None` when the site shares no stratum with another.
    pub difference: Option<Difference>,
    /// What it says.
    pub state: GapState,
}

impl Gap {
    /// The rate that the site would have on the network's mix: `level` plus (observed − expected) / contacts, in 0–1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    pub fn adjusted_rate(&self, level: f64) -> Option<f64> {
        let excess = self.observed as f64 - self.expected;
        (self.contacts > 0).then(|| (level + excess / self.contacts as f64).clamp(0.0, 1.0))
    }
}

/// The gap of every site that has a tally against the rest on the same strata.
///
/// The Mantel-Haenszel risk difference (O − E)/h with h = Σ n·m/N, Sato's standard error, and the
/// Cochran-Mantel-Haenszel test; n and m are the contacts of the site and of the others in a stratum. When all or none
/// succeeded everywhere, the error is that of the strata with half a success and half a failure added: no failure in
/// thirty contacts is not certainty. `phi` is the design effect (below 1 it counts as 1), `margin` the smallest gap that
/// matters, a share.
///
/// Sources: Sato, "On the variance estimator for the Mantel-Haenszel risk difference", 1989; Mantel and Haenszel,
/// "Statistical aspects of the analysis of data from retrospective studies of disease", 1959.
#[must_use]
pub fn gaps(tallies: &[Tally], phi: f64, margin: f64) -> BTreeMap<usize, Gap> {
    let mut sums: BTreeMap<usize, Rest> = tallies.iter().map(|tally| (tally.site(), Rest::default())).collect();
    for sites in tallied(tallies).values() {
        let (all, successes) = sites.values().fold((0, 0), |(n, x), cell| (n + cell.0, x + cell.1));
        for (site, (n, x)) in sites {
            sums.entry(*site).or_default().add(*n, *x, all, successes);
        }
    }
    let mut differences: BTreeMap<usize, Difference> =
        sums.iter().filter_map(|(site, rest)| Some((*site, rest.difference(phi.max(1.0))?))).collect();
    let adjusted = benjamini_hochberg(&differences.values().map(|difference| difference.p).collect::<Vec<_>>());
    for (difference, p) in differences.values_mut().zip(adjusted) {
        difference.p_adjusted = p;
    }
    sums.into_iter().map(|(site, rest)| (site, rest.gap(differences.get(&site).copied(), margin))).collect()
}

/// A site's sums over strata.
#[derive(Default)]
struct Rest {
    contacts: i64,
    comparable: i64,
    observed: i64,
    expected: f64,
    /// O − E, over strata with a rest; the others add 0 by definition.
    excess: f64,
    weight: f64,
    hypergeometric: f64,
    sato_p: f64,
    sato_q: f64,
    smoothed: f64,
}

impl Rest {
    /// Adds a stratum: `n` contacts and `x` successes of the site, `all` and `successes` of every site.
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    fn add(&mut self, n: i64, x: i64, all: i64, successes: i64) {
        self.contacts += n;
        self.observed += x;
        self.expected += n as f64 * successes as f64 / all as f64;
        if n == all {
            return;
        }
        self.comparable += n;
        let (m, y) = ((all - n) as f64, (successes - x) as f64);
        let (n, x, all, successes) = (n as f64, x as f64, all as f64, successes as f64);
        self.excess += (x * m - y * n) / all;
        self.weight += n * m / all;
        self.hypergeometric += n * m * successes * (all - successes) / (all * all * (all - 1.0));
        self.sato_p += (n * n * y - m * m * x + n * m * (m - n) / 2.0) / (all * all);
        self.sato_q += (x * (m - y) + y * (n - x)) / (2.0 * all);
        self.smoothed += n * m / all * Sums { n: all, sum: successes, squares: successes }.smoothed_variance();
    }

    fn difference(&self, phi: f64) -> Option<Difference> {
        if self.weight <= 0.0 {
            return None;
        }
        let gap = self.excess / self.weight;
        let sato = gap * self.sato_p + self.sato_q;
        let known = self.hypergeometric > 0.0;
        let variance = if known && sato > 0.0 { sato } else { self.smoothed };
        let se = (phi * variance).sqrt() / self.weight;
        let z = if known { self.excess / (phi * self.hypergeometric).sqrt() } else { 0.0 };
        let normal = Normal::standard();
        let reach = normal.inverse_cdf(0.975) * se;
        let p = (2.0 * normal.sf(z.abs())).min(1.0);
        let (low, high) = ((gap - reach).max(-1.0), (gap + reach).min(1.0));
        Some(Difference { gap, low, high, se, z, p, p_adjusted: p, weight: self.weight })
    }

    fn gap(self, difference: Option<Difference>, margin: f64) -> Gap {
        Gap {
            contacts: self.contacts,
            comparable: self.comparable,
            observed: self.observed,
            expected: self.expected,
            state: difference.map_or(GapState::NotEnoughData, |d| GapState::of(self.comparable, &d, margin)),
            difference,
        }
    }
}
