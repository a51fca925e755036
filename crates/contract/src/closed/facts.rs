//! What is known of a window: counts of contacts, by day, slice and claim.

use std::collections::BTreeSet;

use contact::Instant;
use jiff::civil::Date;

use crate::terms::{Better, Level, Objective, Span, Way};

/// Counts that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Not one count for each yardstick.
    #[error("{given} counts are given for {objective:?}; give {wanted}, one for each level it is counted at")]
    Counts {
        /// The objective.
        objective: String,
        /// How many were given.
        given: usize,
        /// How many it takes.
        wanted: usize,
    },
    /// More counted than there are.
    #[error("{count} of {total} contacts are counted for {objective:?}; give at most all of them")]
    MoreThanAll {
        /// The objective.
        objective: String,
        /// The count.
        count: u64,
        /// Of how many.
        total: u64,
    },
}

/// Contacts of one day, slice and set of claims. A contact is in exactly one stratum of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratum {
    /// The local day it belongs to, in the contract's zone.
    pub day: Date,
    /// Start of the slice it belongs to.
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
}

impl Stratum {
    /// `count` of `total` contacts that no claim covers.
    #[must_use]
    pub fn new(day: Date, slice: Instant, count: u64, total: u64) -> Self {
        Self { day, slice, claims: BTreeSet::new(), surplus: false, counts: vec![count], total, sample: total }
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
        Self { day, slice, claims: BTreeSet::new(), surplus: false, counts, total: 1, sample }
    }

    /// The same contacts, covered by a claim as well.
    #[must_use]
    pub fn claimed(mut self, claim: &str) -> Self {
        self.claims.insert(claim.to_owned());
        self
    }

    pub(crate) fn check(&self, objective: &Objective) -> Result<(), FactsError> {
        let wanted = objective.yardsticks().len().max(1);
        if self.counts.len() != wanted {
            let objective = objective.name.clone();
            return Err(FactsError::Counts { objective, given: self.counts.len(), wanted });
        }
        match self.counts.iter().find(|count| **count > self.total) {
            Some(count) => {
                let objective = objective.name.clone();
                Err(FactsError::MoreThanAll { objective, count: *count, total: self.total })
            }
            None => Ok(()),
        }
    }

    /// Good contacts: those counted, or of a figure that is better when lower those it does not count.
    pub(crate) fn good(&self, way: Way, yardstick: usize) -> u64 {
        let count = self.counts.get(yardstick).copied().unwrap_or_default();
        if way == Way::Share(Better::Lower) { self.total - count } else { count }
    }
}

/// Contacts offered on a local day, and how many were foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayVolume {
    /// The day.
    pub day: Date,
    /// The locked forecast.
    pub forecast: u64,
    /// Contacts offered in the scope of the contract; those an accepted claim drops are left out.
    pub actual: u64,
}

/// How much of the data came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Contacts received.
    pub received: u64,
    /// Contacts expected.
    pub expected: u64,
}

/// What is known of a window.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Counts of contacts.
    pub strata: Vec<Stratum>,
    /// Volumes of days that have a locked forecast, each day once.
    pub days: Vec<DayVolume>,
    /// How much of the data came; all of it when absent.
    pub received: Option<Received>,
}

impl Facts {
    /// Those of the slices that begin in a span: splitting a window splits its counts, and adds or loses none. A day
    /// that is cut keeps its volumes on both sides: its weight is that of the whole day. How much of the data of that
    /// span came cannot be told from the whole, and is given.
    #[must_use]
    pub fn within(&self, span: Span, zone: &jiff::tz::TimeZone, received: Option<Received>) -> Self {
        let strata: Vec<Stratum> = self.strata.iter().filter(|stratum| span.holds(stratum.slice)).cloned().collect();
        let touched = |day: Date| {
            let bounds = (Instant::start_of_day(day, zone).ok(), day.tomorrow().ok());
            let end = bounds.1.and_then(|next| Instant::start_of_day(next, zone).ok());
            bounds.0.zip(end).is_some_and(|(from, to)| Span { from, to }.within(span).is_some())
        };
        let days = self.days.iter().filter(|volume| touched(volume.day)).copied().collect();
        Self { strata, days, received }
    }
}
