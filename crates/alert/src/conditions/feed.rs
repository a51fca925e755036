//! Whether a provider's data comes: silence is not green.

use contact::{Duration, Instant, network::Calendar};

use super::Found;
use crate::{AlertError, Evidence, Kind, Level, Rule, Severity, Title, Verdict, evidence::Figures};

/// A feed that has been quiet for so many times its cadence is silent.
const SILENT: i64 = 4;

/// What is known of a provider's deliveries.
#[derive(Debug, Clone, Copy)]
pub struct Deliveries<'a> {
    /// The last one; `None` if there never was one.
    pub last: Option<Instant>,
    /// Since when they are expected: the agreement, or the start of the program that would have seen them.
    pub expected_since: Instant,
    /// The longest time between two that was agreed.
    pub cadence: Duration,
    /// The hours in which the provider works; time outside of them is no silence. `None` is at any time.
    pub hours: Option<&'a Calendar>,
}

/// The rule `feed` with the levels `late` and `silent`. Its alerts are about data, never a breach.
///
/// # Errors
/// None: its values are within bounds.
pub fn feed_rule() -> Result<Rule, AlertError> {
    let level = |name, severity| Level { name, severity };
    let levels = vec![level("late", Severity::Warning), level("silent", Severity::Critical)];
    Rule::new("feed", Kind::Data, levels, Duration::from_secs(15 * 60))
}

/// Late when quiet for longer than the agreed cadence, silent when for longer than four times that.
#[must_use]
pub fn feed(deliveries: &Deliveries<'_>, provider: &str, now: Instant) -> Found {
    let from = deliveries.last.map_or(deliveries.expected_since, |last| last.max(deliveries.expected_since));
    let quiet = match deliveries.hours {
        Some(hours) => hours.open_time_between(from, now),
        None => now.micros_since(from),
    };
    let cadence = deliveries.cadence.as_micros();
    let verdict = match quiet {
        quiet if quiet > cadence.saturating_mul(SILENT) => Verdict::level(2),
        quiet if quiet > cadence => Verdict::level(1),
        _ => Verdict::CLEAR,
    };
    let what = Title { en: format!("Data of {provider}"), fr: format!("Données de {provider}") };
    let figures = Figures::Feed { last: deliveries.last, every_s: cadence / 1_000_000 };
    Found { verdict, volume: None, evidence: Evidence { what, figures } }
}
