//! The spread between sites for the same reasons, free of chance, and how far it can be trusted.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, Normal};

use super::cells::Sums;
use crate::Interval;

/// The spread D between sites: the variance, over contacts, of what their site does for their reason.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// D without what chance alone adds; signed, because the correction may exceed what was seen.
    pub d: f64,
    /// Standard error of D.
    pub se: f64,
    /// Standard error of D if all sites were alike.
    pub se_null: f64,
}

impl Estimate {
    /// The equivalent gap in points: as if half of the customers reached a site that does so many points worse.
    #[must_use]
    pub fn gap(&self) -> f64 {
        equivalent_gap(self.d)
    }

    /// The 95 % interval of [`Self::gap`].
    #[must_use]
    pub fn gap_interval(&self) -> Interval {
        let reach = quantile(0.975) * self.se;
        Interval { low: equivalent_gap(self.d - reach), high: equivalent_gap(self.d + reach) }
    }

    /// The homogeneity index, 0–100.
    #[must_use]
    pub fn index(&self) -> f64 {
        index_of(self.d)
    }

    /// The 95 % interval of [`Self::index`].
    #[must_use]
    pub fn index_interval(&self) -> Interval {
        let gap = self.gap_interval();
        Interval { low: 100.0 - gap.high, high: 100.0 - gap.low }
    }

    /// The equivalent gap, in points, that chance alone exceeds one time in twenty.
    #[must_use]
    pub fn noise_floor(&self) -> f64 {
        equivalent_gap(quantile(0.95) * self.se_null)
    }
}

/// The equivalent gap of a spread, in points: 200·√max(0, d), at most 100.
#[must_use]
pub fn equivalent_gap(d: f64) -> f64 {
    (200.0 * d.max(0.0).sqrt()).min(100.0)
}

/// The index of a spread: 100 less its [`equivalent_gap`].
#[must_use]
pub fn index_of(d: f64) -> f64 {
    100.0 - equivalent_gap(d)
}

fn quantile(share: f64) -> f64 {
    Normal::standard().inverse_cdf(share)
}

/// What one cell adds to D. Negative shares are noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// The stratum.
    pub stratum: usize,
    /// The site.
    pub site: usize,
    /// Its part of D; the parts add up to D.
    pub d: f64,
}

/// D over comparable strata with its errors, and what each cell adds to it. Strata weigh as many contacts as they have.
pub(super) fn spread(
    strata: &BTreeMap<usize, BTreeMap<usize, Sums>>,
    phi: f64,
) -> Option<(Estimate, Vec<Contribution>)> {
    let n = Sums::total(strata.values().flat_map(BTreeMap::values)).n;
    if n <= 0.0 {
        return None;
    }
    let (mut variance, mut variance_null) = (0.0, 0.0);
    let mut contributions = Vec::new();
    for (stratum, sites) in strata {
        let total = Sums::total(sites.values());
        let weight = total.n / n;
        for (site, sums) in sites {
            let w = sums.n / total.n;
            let noise = w * (1.0 - w) * phi * sums.variance() / sums.n;
            let d = weight * (w * (sums.mean() - total.mean()).powi(2) - noise);
            contributions.push(Contribution { stratum: *stratum, site: *site, d });
        }
        let (of_difference, of_noise) = variances(sites, total, phi, Sums::smoothed_variance);
        variance += weight * weight * (of_difference.max(0.0) + of_noise);
        let pooled = total.smoothed_variance();
        variance_null += weight * weight * variances(sites, total, phi, |_| pooled).1;
    }
    let d = contributions.iter().map(|part| part.d).sum();
    Some((Estimate { d, se: variance.sqrt(), se_null: variance_null.sqrt() }, contributions))
}

/// The two parts of a stratum's error variance, with t = φ·`of`(cell)/n the error variance of a cell's mean:
/// L = 4·Σ w²t·[(m − m_c)² − t(1 − 2w) − A] of the differences between sites, and
/// T = 2·[Σ w²(1 − w)²t² + A² − Σ w⁴t²] of the noise itself, with A = Σ w²t.
fn variances(sites: &BTreeMap<usize, Sums>, total: Sums, phi: f64, of: impl Fn(&Sums) -> f64) -> (f64, f64) {
    let cells: Vec<(f64, f64, f64)> =
        sites.values().map(|sums| (sums.n / total.n, phi * of(sums) / sums.n, sums.mean() - total.mean())).collect();
    let a: f64 = cells.iter().map(|(w, t, _)| w * w * t).sum();
    let of_difference: f64 =
        cells.iter().map(|(w, t, m)| w * w * t * (m * m - t * (1.0 - 2.0 * w) - a)).sum::<f64>() * 4.0;
    let own: f64 = cells.iter().map(|(w, t, _)| (w * (1.0 - w) * t).powi(2)).sum();
    let fourth: f64 = cells.iter().map(|(w, t, _)| (w * w * t).powi(2)).sum();
    (of_difference, 2.0 * (own + a * a - fourth))
}
