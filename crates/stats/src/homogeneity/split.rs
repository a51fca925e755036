//! Whether providers differ, or the sites of one provider.

use std::collections::BTreeMap;

use super::cells::{Cell, Sums, Table};

/// The spread between sites in two parts: `sites` = `owners` + `within`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// D between sites.
    pub sites: f64,
    /// D between the owners of the sites (their providers).
    pub owners: f64,
    /// D between sites of one owner.
    pub within: f64,
}

/// Splits D by the owner of each site, on the cells that [`super::index`] compares. `None` when nothing is comparable.
///
/// An owner's mean errs by Σ (n_s/n)²·v_s over its sites, not by the variance of its contacts thrown together: the
/// volumes of its sites are given, so only what happens within them is chance. Both parts are then free of bias.
#[must_use]
pub fn split(cells: &[Cell], phi: f64, owner: impl Fn(usize) -> usize) -> Option<Split> {
    let strata = Table::new(cells).comparable();
    let (sites, _) = super::spread::spread(&strata, phi.max(1.0))?;
    let n = Sums::total(strata.values().flat_map(BTreeMap::values)).n;
    let between = |sites: &BTreeMap<usize, Sums>| {
        let total = Sums::total(sites.values());
        let mut owners: BTreeMap<usize, (Sums, f64)> = BTreeMap::new();
        for (site, cell) in sites {
            let (sums, noise) = owners.entry(owner(*site)).or_default();
            sums.add(*cell);
            *noise += cell.n * phi.max(1.0) * cell.variance();
        }
        let parts = owners.values().map(|(sums, noise)| {
            let w = sums.n / total.n;
            w * (sums.mean() - total.mean()).powi(2) - w * (1.0 - w) * noise / (sums.n * sums.n)
        });
        total.n / n * parts.sum::<f64>()
    };
    let owners = strata.values().map(between).sum();
    Some(Split { sites: sites.d, owners, within: sites.d - owners })
}
