//! Rules: what is watched, in which levels, and how patiently.

use contact::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AlertError, Verdict, observation::Volume, subject::is_name};

/// Levels of a rule at most.
const MAX_LEVELS: usize = 8;

/// What an alert says has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A promise is being missed, or will be.
    Breach,
    /// Data is late or missing. Never a breach: nothing is known of the promise.
    Data,
    /// Messages could not be delivered.
    Delivery,
}

impl Kind {
    /// The word in answers and labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breach => "breach",
            Self::Data => "data",
            Self::Delivery => "delivery",
        }
    }
}

/// How urgent a level is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For the report.
    Info,
    /// To be looked at today.
    Warning,
    /// Somebody is called.
    Critical,
}

impl Severity {
    /// The word in answers and labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// One level of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its word, such as `fast`.
    pub name: &'static str,
    /// How urgent it is.
    pub severity: Severity,
}

/// Below these a verdict begins nothing; an alert that is open stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LowVolume {
    /// Contacts in the window.
    pub contacts: i64,
    /// Misses among them.
    pub missed: i64,
}

/// What is watched, in which levels, and how patiently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    id: String,
    kind: Kind,
    levels: Vec<Level>,
    pending: Duration,
    hysteresis: Duration,
    low_volume: LowVolume,
}

impl Rule {
    /// A rule with its levels, the least urgent first. A level that is reached is told at once; one that is no longer
    /// reached is given up after `hysteresis` without it, so that a flapping queue is told at most once in that time.
    ///
    /// # Errors
    /// The id is no name, there is no level or too many, or no hysteresis.
    pub fn new(id: &str, kind: Kind, levels: Vec<Level>, hysteresis: Duration) -> Result<Self, AlertError> {
        let wrong = |what, value: String, right| Err(AlertError::Value { what, value, right });
        if !is_name(id) {
            return wrong("the rule name", id.to_owned(), "lower-case letters, digits and '_', a letter first");
        }
        if levels.is_empty() || levels.len() > MAX_LEVELS {
            return wrong("a rule with a number of levels of", levels.len().to_string(), "1 to 8 levels");
        }
        if hysteresis.as_micros() == 0 {
            return wrong("the hysteresis", hysteresis.to_string(), "a time such as 15m: without one, alerts flap");
        }
        let (pending, low_volume) = (Duration::default(), LowVolume::default());
        Ok(Self { id: id.to_owned(), kind, levels, pending, hysteresis, low_volume })
    }

    /// A level must be seen for so long before it is told.
    #[must_use]
    pub fn pending(self, pending: Duration) -> Self {
        Self { pending, ..self }
    }

    /// Below these a verdict begins nothing.
    #[must_use]
    pub fn low_volume(self, low_volume: LowVolume) -> Self {
        Self { low_volume, ..self }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What its alerts say has happened.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its levels, the least urgent first: level 1, level 2, ….
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Its highest level.
    #[must_use]
    pub fn highest(&self) -> u8 {
        u8::try_from(self.levels.len()).expect("a rule has at most eight levels")
    }

    /// A level by its number, from 1; the highest for one above it.
    #[must_use]
    pub fn level(&self, number: u8) -> &Level {
        let last = self.levels.len() - 1;
        &self.levels[usize::from(number).saturating_sub(1).min(last)]
    }

    pub(crate) fn pending_us(&self) -> i64 {
        self.pending.as_micros()
    }

    pub(crate) fn hysteresis_us(&self) -> i64 {
        self.hysteresis.as_micros()
    }

    /// What a verdict says of this rule: within its levels, and beginning nothing on too few contacts.
    pub(crate) fn judge(&self, verdict: Verdict, volume: Option<Volume>) -> Verdict {
        let LowVolume { contacts, missed } = self.low_volume;
        let is_low = volume.is_some_and(|volume| volume.contacts < contacts || volume.missed < missed);
        let at_least = if is_low { 0 } else { verdict.at_least().min(self.highest()) };
        Verdict::between(at_least, verdict.at_most().min(self.highest())).expect("both ends are cut at the same level")
    }
}
