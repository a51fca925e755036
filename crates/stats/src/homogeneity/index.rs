//! The headline index with its state.

use std::collections::BTreeMap;

use super::{
    cells::{Cell, Sums, Table},
    spread::{Contribution, Estimate, spread},
};

/// Where the states of an index begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The largest equivalent gap, in points, that is homogeneous.
    pub gap_ok: f64,
    /// The highest noise floor, in points, at which an index is shown.
    pub floor_max: f64,
    /// The lowest coverage, 0–1, at which an index is shown.
    pub coverage_min: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { gap_ok: 5.0, floor_max: 10.0, coverage_min: 0.5 }
    }
}

/// What an index says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No reason is handled by two sites.
    NotComparable,
    /// The noise floor is too high, or too few contacts can be compared.
    NotEnoughData,
    /// Whatever the site, the same chance: the whole interval of the gap is within the limit.
    Homogeneous,
    /// It depends on the site: the whole interval of the gap is above the limit.
    NotHomogeneous,
    /// A difference is possible but not proven.
    Uncertain,
}

impl State {
    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotComparable => "not_comparable",
            Self::NotEnoughData => "not_enough_data",
            Self::Homogeneous => "homogeneous",
            Self::NotHomogeneous => "not_homogeneous",
            Self::Uncertain => "uncertain",
        }
    }

    fn of(estimate: Option<&Estimate>, coverage: f64, limits: Limits) -> Self {
        let Some(estimate) = estimate else { return Self::NotComparable };
        let gap = estimate.gap_interval();
        if estimate.noise_floor() > limits.floor_max || coverage < limits.coverage_min {
            Self::NotEnoughData
        } else if gap.high <= limits.gap_ok {
            Self::Homogeneous
        } else if gap.low > limits.gap_ok {
            Self::NotHomogeneous
        } else {
            Self::Uncertain
        }
    }
}

/// How alike sites are for the same reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// What was computed, whether or not enough stands behind it; `None` when nothing can be compared.
    pub estimate: Option<Estimate>,
    /// Whether it may be shown, and what it says.
    pub state: State,
    /// The share of contacts that can be compared; `None` without contacts.
    pub coverage: Option<f64>,
    /// The mean score of all contacts; `None` without contacts.
    pub level: Option<f64>,
    /// All contacts.
    pub contacts: i64,
    /// Contacts that can be compared.
    pub comparable: i64,
    /// What each cell adds to D, by stratum, then site.
    pub contributions: Vec<Contribution>,
}

impl Index {
    /// The estimate, where it may be shown as a number: `None` when not comparable or with not enough data.
    #[must_use]
    pub fn shown(&self) -> Option<&Estimate> {
        let hidden = matches!(self.state, State::NotComparable | State::NotEnoughData);
        self.estimate.as_ref().filter(|_| !hidden)
    }

    /// What each site adds to D.
    #[must_use]
    pub fn by_site(&self) -> BTreeMap<usize, f64> {
        self.added(|part| part.site)
    }

    /// What each stratum adds to D.
    #[must_use]
    pub fn by_stratum(&self) -> BTreeMap<usize, f64> {
        self.added(|part| part.stratum)
    }

    fn added(&self, by: impl Fn(&Contribution) -> usize) -> BTreeMap<usize, f64> {
        let mut sums = BTreeMap::new();
        for part in &self.contributions {
            *sums.entry(by(part)).or_insert(0.0) += part.d;
        }
        sums
    }
}

/// The homogeneity index of cells, which may come in any order and in parts.
///
/// With w the share of a site in its stratum c, m its mean, m_c the stratum's mean and v = φ·s²/n:
/// D = Σ_c (N_c/N) Σ_s [w(m − m_c)² − w(1 − w)v], and the index is 100 − 200·√max(0, D). Cells of fewer than two contacts
/// and strata of fewer than two such cells are left out. `phi` is the design effect; below 1 it counts as 1.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "sums of counts of contacts")]
pub fn index(cells: &[Cell], phi: f64, limits: Limits) -> Index {
    let table = Table::new(cells);
    let all = table.all;
    let strata = table.comparable();
    let comparable = Sums::total(strata.values().flat_map(BTreeMap::values)).n;
    let (estimate, contributions) = spread(&strata, phi.max(1.0)).unzip();
    let coverage = (all.n > 0.0).then(|| comparable / all.n);
    Index {
        state: State::of(estimate.as_ref(), coverage.unwrap_or(0.0), limits),
        estimate,
        coverage,
        level: (all.n > 0.0).then(|| all.mean()),
        contacts: all.n as i64,
        comparable: comparable as i64,
        contributions: contributions.unwrap_or_default(),
    }
}
