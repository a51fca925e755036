//! Whether the period can still be met.

use contact::Duration;

use super::Found;
use crate::{
    AlertError, Evidence, Kind, Level, Rule, Severity, Title, Verdict,
    evidence::{Figures, Remedy},
};

/// How a period that is still open stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chance {
    /// Met whatever comes.
    Secured,
    /// Missed with this chance.
    Miss(f64),
    /// Missed whatever comes.
    Lost,
    /// Too little is known, or nothing is held against anybody.
    Unknown,
}

/// A period that is still open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// How it stands.
    pub chance: Chance,
    /// Contacts so far.
    pub contacts: i64,
    /// Those that count as good.
    pub good: i64,
    /// The share promised.
    pub target: f64,
    /// What would still save it.
    pub remedy: Option<Remedy>,
}

/// The rule `outlook` with the levels `at_risk`, `unlikely` and `lost`.
///
/// # Errors
/// None: its values are within bounds.
pub fn outlook_rule() -> Result<Rule, AlertError> {
    let level = |name, severity| Level { name, severity };
    let levels = vec![
        level("at_risk", Severity::Warning),
        level("unlikely", Severity::Critical),
        level("lost", Severity::Critical),
    ];
    Rule::new("outlook", Kind::Breach, levels, Duration::from_secs(60 * 60))
}

/// At risk from the lowest of the contract's chances of a miss on, unlikely from the highest if it has several; lost, if
/// the contract wants that told, else as a miss that is certain.
#[must_use]
pub fn outlook(stands: Outlook, p_miss: &[f64], tells_lost: bool, what: Title) -> Found {
    let passed = |chance: f64| p_miss.iter().filter(|bound| chance >= **bound).count();
    let by_chance = |chance: f64| match passed(chance) {
        0 => Verdict::CLEAR,
        all if all > 1 && all == p_miss.len() => Verdict::level(2),
        _ => Verdict::level(1),
    };
    let (verdict, chance) = match stands.chance {
        Chance::Secured => (Verdict::CLEAR, Some(0.0)),
        Chance::Miss(chance) => (by_chance(chance), Some(chance)),
        Chance::Lost if tells_lost => (Verdict::level(3), None),
        Chance::Lost => (by_chance(1.0), None),
        Chance::Unknown => (Verdict::UNDECIDED, None),
    };
    let Outlook { contacts, good, target, remedy, .. } = stands;
    let remedy = remedy.filter(|_| stands.chance != Chance::Lost);
    let figures = Figures::Outlook { contacts, good, target, p_miss: chance, remedy };
    Found { verdict, volume: None, evidence: Evidence { what, figures } }
}
