//! Whether a period that is over was kept.

use contact::{Duration, Instant};

use super::Found;
use crate::{
    AlertError, Evidence, Kind, Level, Rule, Severity, Title, Verdict,
    evidence::{Attained, Cost, Figures},
};

/// A period of a contract that is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Over {
    /// When it began.
    pub from: Instant,
    /// When it ended.
    pub to: Instant,
    /// What was counted; `None` of what is no share of contacts.
    pub attained: Option<Attained>,
    /// How many contacts more would have met it.
    pub short: Option<i64>,
    /// What it costs.
    pub cost: Option<Cost>,
}

/// The rule `result` with the level `breached`. Its alerts begin once, with the result; they end with the next one of the
/// same objective, and are withdrawn when the result turns out to be another: see [`crate::settled`].
///
/// # Errors
/// None: its values are within bounds.
pub fn result_rule() -> Result<Rule, AlertError> {
    let levels = vec![Level { name: "breached", severity: Severity::Warning }];
    // A result does not flap: nothing but other data or another claim changes it.
    Rule::new("result", Kind::Breach, levels, Duration::from_secs(1))
}

/// What is found of a period that is over and was missed, or kept.
#[must_use]
pub fn result(over: Over, is_breached: bool, what: Title) -> Found {
    let Over { from, to, attained, short, cost } = over;
    let figures = Figures::Result { from, to, attained, short, cost };
    let verdict = if is_breached { Verdict::level(1) } else { Verdict::CLEAR };
    Found { verdict, volume: None, evidence: Evidence { what, figures } }
}
