//! What is counted in a cell, ours or theirs.

use contact::network::Formula;
use schemars::JsonSchema;
use serde::Serialize;

/// What can be declared as a number of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Reached the queue.
    Offered,
    /// Answered by a human.
    Answered,
    /// The customer left the queue.
    Abandoned,
    /// Of these, within the short-abandon threshold.
    ShortAbandoned,
    /// Left the queue unanswered without hanging up.
    FlowedOut,
    /// Numerator of the service level.
    InTime,
    /// Denominator of the service level.
    Promised,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 7] = [
        Self::Offered,
        Self::Answered,
        Self::Abandoned,
        Self::ShortAbandoned,
        Self::FlowedOut,
        Self::InTime,
        Self::Promised,
    ];

    /// The word, which is the column of the statement too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Answered => "answered",
            Self::Abandoned => "abandoned",
            Self::ShortAbandoned => "short_abandoned",
            Self::FlowedOut => "flowed_out",
            Self::InTime => "in_time",
            Self::Promised => "promised",
        }
    }
}

/// Counts that are declared, by measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts([Option<i64>; 7]);

impl Counts {
    /// The count of a measure, when it is declared.
    #[must_use]
    pub fn get(&self, measure: Measure) -> Option<i64> {
        self.0[measure as usize]
    }

    /// Sets one.
    pub fn set(&mut self, measure: Measure, count: Option<i64>) {
        self.0[measure as usize] = count;
    }

    /// Whether a measure is declared.
    #[must_use]
    pub fn has(&self, measure: Measure) -> bool {
        self.get(measure).is_some()
    }

    /// Whether nothing is declared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

/// What the statement counts in a cell under one set of rules; adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counted {
    measures: [i64; 7],
    /// Numerator and denominator under each formula.
    formulas: [(i64, i64); 7],
}

/// The statement's columns of numerator and denominator of each formula, in the order of [`Formula::ALL`].
pub(crate) const FORMULA_COLUMNS: [(&str, &str); 7] = [
    ("answered_in_time", "promised_a"),
    ("answered_in_time", "promised_b"),
    ("answered_in_time", "promised_c"),
    ("answered_in_time", "promised_d"),
    ("in_time_e", "promised_b"),
    ("answered_in_time", "answered"),
    ("in_time_g", "promised_b"),
];

impl Counted {
    pub(crate) fn new(measures: [i64; 7], formulas: [(i64, i64); 7]) -> Self {
        Self { measures, formulas }
    }

    pub(crate) fn get(&self, measure: Measure) -> i64 {
        self.measures[measure as usize]
    }

    /// Adds the counts of other legs.
    pub(crate) fn add(&mut self, other: &Self) {
        for (sum, more) in self.measures.iter_mut().zip(other.measures) {
            *sum += more;
        }
        for (sum, more) in self.formulas.iter_mut().zip(other.formulas) {
            *sum = (sum.0 + more.0, sum.1 + more.1);
        }
    }

    /// The same legs, their service level by one formula.
    pub(crate) fn by(mut self, formula: Formula) -> Self {
        let place = Formula::ALL.iter().position(|other| *other == formula).unwrap_or(0);
        let (in_time, promised) = self.formulas[place];
        self.measures[Measure::InTime as usize] = in_time;
        self.measures[Measure::Promised as usize] = promised;
        self
    }

    /// The service level; nothing of nothing.
    pub(crate) fn level(&self) -> Option<f64> {
        let (in_time, promised) = (self.get(Measure::InTime), self.get(Measure::Promised));
        #[expect(clippy::cast_precision_loss, reason = "numbers of contacts are far below 2^53")]
        let level = in_time as f64 / promised as f64;
        (promised > 0).then_some(level)
    }
}
