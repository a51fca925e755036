//! Contacts that count alike, added up.

use std::collections::BTreeSet;

use contact::Instant;
use jiff::civil::Date;

use super::FactsError;
use crate::terms::{Better, Level, Objective, Way};

/// Contacts of one day, slice and set of claims. A contact is in exactly one stratum of a window.
///
/// What a row counts, by the objective's [`crate::terms::Metric`]; "resolved" is resolved for good as known when asked:
///
/// | metric | in `total` | in `counts` | `pending` | `unsettled` |
/// |---|---|---|---|---|
/// | service level | the formula's denominator, overdue included | its numerator | may still be in time | – |
/// | first response | the time allowed is over, whatever came of it | answered in it | it is not over | – |
/// | durable resolution | resolved, or the time allowed is over | resolved in it | not yet | may still be reopened, or be resolved again |
/// | wait percentile | answered, or open and beyond the expected level | within each yardstick, open ones those not passed yet | open and within | open and counted |
/// | backlog age, other readings | 1 a reading | [`Stratum::reading`] | – | – |
/// | another share | its `per` | its `of` | what its `until` names | the same |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratum {
    /// The local day it belongs to, in the contract's zone.
    pub day: Date,
    /// Start of the slice it belongs to: [`crate::AskedDay::slice`].
    pub slice: Instant,
    /// The claims that cover these contacts, by id, whatever became of the claims.
    pub claims: BTreeSet<String>,
    /// Whether they came after the allowed volume of their day was reached; asked by the chronological rule only.
    pub surplus: bool,
    /// Contacts the figure counts: its numerator. Of a percentile, those within each of [`Objective::yardsticks`].
    pub counts: Vec<u64>,
    /// Contacts it is a share of: its denominator, those that already missed included.
    pub total: u64,
    /// Contacts behind it: `total`, or those a reading was taken from.
    pub sample: u64,
    /// Contacts that came and are in no count yet, because they may still turn out either way.
    pub pending: u64,
    /// Contacts of `total` that may still be counted otherwise.
    pub unsettled: u64,
    /// The value of a reading, in the finest unit of the levels (see [`Level::finest`]).
    pub reading: Option<u64>,
}

impl Stratum {
    /// `count` of `total` contacts that no claim covers.
    #[must_use]
    pub fn new(day: Date, slice: Instant, count: u64, total: u64) -> Self {
        Self {
            day,
            slice,
            claims: BTreeSet::new(),
            surplus: false,
            counts: vec![count],
            total,
            sample: total,
            pending: 0,
            unsettled: 0,
            reading: None,
        }
    }

    /// A reading, such as an age at a day's end or a gap of a month: `value` in the finest unit of the levels, taken
    /// from `sample` contacts.
    #[must_use]
    pub fn reading(objective: &Objective, day: Date, slice: Instant, value: u64, sample: u64) -> Self {
        let better = objective.indicator.metric.better();
        let within = |level: &Level| match better {
            Better::Higher => u64::from(value >= level.finest()),
            Better::Lower => u64::from(value <= level.finest()),
        };
        let counts = objective.yardsticks().iter().map(within).collect();
        Self { counts, sample, reading: Some(value), ..Self::new(day, slice, 0, 1) }
    }

    /// The same contacts, covered by a claim as well.
    #[must_use]
    pub fn claimed(mut self, claim: &str) -> Self {
        self.claims.insert(claim.to_owned());
        self
    }

    /// The same contacts, and `pending` more that may still turn out either way.
    #[must_use]
    pub fn with_pending(self, pending: u64) -> Self {
        Self { pending, ..self }
    }

    pub(crate) fn check(&self, objective: &Objective) -> Result<(), FactsError> {
        let wanted = objective.yardsticks().len().max(1);
        let name = || objective.name.clone();
        if self.counts.len() != wanted {
            return Err(FactsError::Counts { objective: name(), given: self.counts.len(), wanted });
        }
        let unsettled = std::iter::once(&self.unsettled);
        match self.counts.iter().chain(unsettled).find(|count| **count > self.total) {
            Some(count) => Err(FactsError::MoreThanAll { objective: name(), count: *count, total: self.total }),
            None => Ok(()),
        }
    }

    /// Good contacts: those counted, or of a figure that is better when lower those it does not count.
    pub(crate) fn good(&self, way: Way, yardstick: usize) -> u64 {
        let count = self.counts.get(yardstick).copied().unwrap_or_default();
        if way == Way::Share(Better::Lower) { self.total - count } else { count }
    }
}
