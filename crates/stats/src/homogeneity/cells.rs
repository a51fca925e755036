//! Cells: what one site did with one reason.

use std::collections::BTreeMap;

/// Contacts of one site in one stratum, each with a score between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    stratum: Option<usize>,
    site: usize,
    sums: Sums,
}

/// Contacts of one site in one stratum, of which some succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    stratum: Option<usize>,
    site: usize,
    n: i64,
    successes: i64,
}

impl Cell {
    /// `n` scores with their sum and the sum of their squares. Strata and sites have any numbering; contacts without a
    /// stratum can be compared with nothing and only lower the coverage.
    ///
    /// `None` unless the sums can come from scores between 0 and 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    pub fn new(stratum: Option<usize>, site: usize, n: i64, sum: f64, sum_squares: f64) -> Option<Self> {
        // A sum of many scores may be off in its last digits.
        let slack = 1e-9 * n.max(1) as f64;
        let possible = n >= 0
            && (0.0..=n as f64 + slack).contains(&sum)
            && sum_squares <= sum + slack
            && sum * sum <= (sum_squares + slack) * n as f64 + slack;
        possible.then_some(Self { stratum, site, sums: Sums { n: n as f64, sum, squares: sum_squares } })
    }
}

impl Tally {
    /// `successes` of `n` contacts. `None` unless `0 ≤ successes ≤ n`.
    #[must_use]
    pub fn new(stratum: Option<usize>, site: usize, n: i64, successes: i64) -> Option<Self> {
        (0..=n).contains(&successes).then_some(Self { stratum, site, n, successes })
    }

    /// The stratum, if the contacts have one.
    #[must_use]
    pub fn stratum(&self) -> Option<usize> {
        self.stratum
    }

    /// The site.
    #[must_use]
    pub fn site(&self) -> usize {
        self.site
    }

    /// Contacts.
    #[must_use]
    pub fn n(&self) -> i64 {
        self.n
    }

    /// Successes.
    #[must_use]
    pub fn successes(&self) -> i64 {
        self.successes
    }
}

impl From<Tally> for Cell {
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    fn from(tally: Tally) -> Self {
        let (n, successes) = (tally.n as f64, tally.successes as f64);
        Self { stratum: tally.stratum, site: tally.site, sums: Sums { n, sum: successes, squares: successes } }
    }
}

/// Number, sum and sum of squares of scores between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sums {
    pub(super) n: f64,
    pub(super) sum: f64,
    pub(super) squares: f64,
}

impl Sums {
    pub(super) fn add(&mut self, more: Self) {
        self.n += more.n;
        self.sum += more.sum;
        self.squares += more.squares;
    }

    pub(super) fn total<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut total = Self::default();
        parts.into_iter().for_each(|part| total.add(*part));
        total
    }

    pub(super) fn mean(&self) -> f64 {
        self.sum / self.n
    }

    /// The variance of the scores, unbiased; needs two of them.
    pub(super) fn variance(&self) -> f64 {
        ((self.squares - self.sum * self.sum / self.n) / (self.n - 1.0)).max(0.0)
    }

    /// The variance of the scores with half a success and half a failure added: never 0, so that a cell where all
    /// succeeded does not look certain.
    pub(super) fn smoothed_variance(&self) -> f64 {
        let mean = (self.sum + 0.5) / (self.n + 1.0);
        ((self.squares + 0.5) / (self.n + 1.0) - mean * mean).max(0.0)
    }
}

/// Sums by stratum and site, and of all contacts, with or without a stratum.
pub(super) struct Table {
    pub(super) strata: BTreeMap<usize, BTreeMap<usize, Sums>>,
    pub(super) all: Sums,
}

impl Table {
    /// Adds up cells in an order of its own: sums of fractions depend on their order in the last digit, the answer must
    /// not.
    pub(super) fn new(cells: &[Cell]) -> Self {
        let mut cells = cells.to_vec();
        cells.sort_unstable_by(|a, b| {
            let sums = |cell: &Cell| [cell.sums.n, cell.sums.sum, cell.sums.squares];
            let by_sums = || sums(a).iter().zip(sums(b)).map(|(a, b)| a.total_cmp(&b)).find(|order| order.is_ne());
            let by_name = (a.stratum, a.site).cmp(&(b.stratum, b.site));
            by_name.then_with(|| by_sums().unwrap_or(std::cmp::Ordering::Equal))
        });
        let mut table = Self { strata: BTreeMap::new(), all: Sums::default() };
        for cell in cells {
            table.all.add(cell.sums);
            if let Some(stratum) = cell.stratum {
                table.strata.entry(stratum).or_default().entry(cell.site).or_default().add(cell.sums);
            }
        }
        table
    }

    /// The strata that can be compared: cells of at least two contacts, at least two of them in the stratum.
    pub(super) fn comparable(mut self) -> BTreeMap<usize, BTreeMap<usize, Sums>> {
        self.strata.retain(|_, sites| {
            sites.retain(|_, sums| sums.n >= 2.0);
            sites.len() >= 2
        });
        self.strata
    }
}

/// Successes by stratum and site, exactly.
pub(super) fn tallied(tallies: &[Tally]) -> BTreeMap<usize, BTreeMap<usize, (i64, i64)>> {
    let mut strata: BTreeMap<usize, BTreeMap<usize, (i64, i64)>> = BTreeMap::new();
    for tally in tallies.iter().filter(|tally| tally.n > 0) {
        let Some(stratum) = tally.stratum else { continue };
        let (n, successes) = strata.entry(stratum).or_default().entry(tally.site).or_default();
        *n += tally.n;
        *successes += tally.successes;
    }
    strata
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_no_scores_between_0_and_1_can_give_are_refused() {
        assert!(Cell::new(Some(0), 0, 3, 1.7, 1.25).is_some());
        assert_eq!(Cell::new(Some(0), 0, 3, 3.5, 3.0), None, "a mean above 1");
        assert_eq!(Cell::new(Some(0), 0, 3, 1.5, 2.0), None, "squares above the scores");
        assert_eq!(Cell::new(Some(0), 0, 3, 1.5, 0.1), None, "squares below what the sum asks");
        assert_eq!(Cell::new(Some(0), 0, 3, f64::NAN, 1.0), None);
        assert_eq!(Tally::new(Some(0), 0, 3, 4), None);
        assert_eq!(Tally::new(Some(0), 0, -1, 0), None);
    }
}
