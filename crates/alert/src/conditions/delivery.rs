//! Whether messages are delivered: trouble with one receiver is told to the others.

use contact::{Duration, Instant};

use super::Found;
use crate::{
    AlertError, Evidence, Kind, Level, Observation, Rule, Severity, Subject, Title, Verdict, evidence::Figures,
    tables::Health,
};

/// The rule `delivery` with the levels `overdue` and `dead`. A desk has it by itself; it is raised for every receiver but
/// told to the others only.
///
/// # Errors
/// None: its values are within bounds.
pub fn delivery_rule() -> Result<Rule, AlertError> {
    let level = |name, severity| Level { name, severity };
    let levels = vec![level("overdue", Severity::Warning), level("dead", Severity::Critical)];
    Rule::new("delivery", Kind::Delivery, levels, Duration::from_secs(15 * 60))
}

/// Dead while there are dead letters, overdue while messages wait for long.
pub(crate) fn delivery(health: Health, now: Instant) -> Result<Observation, AlertError> {
    let Health { receiver, dead, overdue, error } = health;
    let verdict = match (dead, overdue) {
        (1.., _) => Verdict::level(2),
        (_, 1..) => Verdict::level(1),
        _ => Verdict::CLEAR,
    };
    let subject = Subject::new([("receiver", receiver.as_str())])?;
    let what = Title { en: "Alert messages".to_owned(), fr: "Messages d'alerte".to_owned() };
    let evidence = Evidence { what, figures: Figures::Delivery { dead, overdue, error } };
    Ok(Found { verdict, volume: None, evidence }.of("delivery", subject, now))
}
