//! The index of rates that are known, for judging estimates.

use std::collections::BTreeMap;

/// The true rate of one site in one stratum, and how many contacts it had.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueCell {
    /// The stratum; `None` compares with nothing.
    pub stratum: Option<usize>,
    /// The site.
    pub site: usize,
    /// Contacts, all cells of a site and stratum added up.
    pub n: i64,
    /// Its true rate, 0–1.
    pub rate: f64,
}

/// D of the true rates at the realised volumes: as in [`super::index`], without the term for chance. `None` when nothing is
/// comparable.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
pub fn true_spread(cells: &[TrueCell]) -> Option<f64> {
    let mut strata: BTreeMap<usize, BTreeMap<usize, (f64, f64)>> = BTreeMap::new();
    for cell in cells {
        let Some(stratum) = cell.stratum else { continue };
        let (n, sum) = strata.entry(stratum).or_default().entry(cell.site).or_default();
        *n += cell.n as f64;
        *sum += cell.n as f64 * cell.rate;
    }
    let (mut n, mut weighted) = (0.0, 0.0);
    for sites in strata.values_mut() {
        sites.retain(|_, (n, _)| *n >= 2.0);
        if sites.len() < 2 {
            continue;
        }
        let contacts: f64 = sites.values().map(|(n, _)| n).sum();
        let mean = sites.values().map(|(_, sum)| sum).sum::<f64>() / contacts;
        n += contacts;
        weighted += sites.values().map(|(n, sum)| n * (sum / n - mean).powi(2)).sum::<f64>();
    }
    (n > 0.0).then(|| weighted / n)
}
