//! What was found of a rule and a subject at an instant.

use contact::Instant;

use crate::{Evidence, Subject};

/// Between which levels of its rule a subject is: level 0 is clear.
///
/// What can be decided has both ends equal. Nothing decided is 0 to the highest. A burn whose short window alone is above
/// its threshold is in between: it begins nothing and ends nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    at_least: u8,
    at_most: u8,
}

impl Verdict {
    /// No level is reached.
    pub const CLEAR: Self = Self { at_least: 0, at_most: 0 };
    /// Nothing can be said: no contacts, or no data. Silence is no recovery, and no breach.
    pub const UNDECIDED: Self = Self { at_least: 0, at_most: u8::MAX };

    /// Exactly this level.
    #[must_use]
    pub fn level(level: u8) -> Self {
        Self { at_least: level, at_most: level }
    }

    /// From one level to another. `None` unless `at_least ≤ at_most`.
    #[must_use]
    pub fn between(at_least: u8, at_most: u8) -> Option<Self> {
        (at_least <= at_most).then_some(Self { at_least, at_most })
    }

    /// The level that is reached for certain.
    #[must_use]
    pub fn at_least(self) -> u8 {
        self.at_least
    }

    /// The level above which it is not for certain.
    #[must_use]
    pub fn at_most(self) -> u8 {
        self.at_most
    }
}

/// The contacts that a verdict stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume {
    /// Contacts.
    pub contacts: i64,
    /// Misses among them.
    pub missed: i64,
}

/// What was found of a rule and a subject at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The rule's name.
    pub rule: String,
    /// What it is about.
    pub subject: Subject,
    /// The instant it holds for: the `now` of the figures. Instants of one rule and subject never go back: what is older
    /// than what is known is overlooked.
    pub at: Instant,
    /// The period that is watched, such as `2026-10`; an alert ends with it. `None` for what has no period.
    pub window: Option<String>,
    /// The levels.
    pub verdict: Verdict,
    /// What the verdict stands on, for the rule's guard against low volume.
    pub volume: Option<Volume>,
    /// The figures that the message tells.
    pub evidence: Evidence,
    /// The calendar in whose open time people may be called; `None` is at any time.
    pub call_hours: Option<String>,
}
