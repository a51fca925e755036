//! How fast the allowance of misses goes: pairs of windows, a long one for weight and a short one for now.

use contact::Duration;
use stats::sla::{Allowance, Guard, MIN_MISSED, Signal, Tried, Watch};

use super::Found;
use crate::{
    AlertError, Evidence, Kind, Level, LowVolume, Rule, Severity, Title, Verdict,
    evidence::{Figures, Remedy},
    observation::Volume,
};

/// Contacts in the two windows of a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// The pair.
    pub watch: Watch,
    /// Contacts of the long window.
    pub long: Tried,
    /// Contacts of the short window.
    pub short: Tried,
}

/// The rule `burn` with the levels `slow`, `medium` and `fast`: one alert for a queue, whichever windows raise it. It ends
/// when every short window has been below its threshold for 15 minutes.
///
/// # Errors
/// None: its values are within bounds.
pub fn burn_rule() -> Result<Rule, AlertError> {
    let level = |watch: Watch, severity| Level { name: watch.as_str(), severity };
    let levels = vec![
        level(Watch::Slow, Severity::Info),
        level(Watch::Medium, Severity::Warning),
        level(Watch::Fast, Severity::Critical),
    ];
    let rule = Rule::new("burn", Kind::Breach, levels, Duration::from_secs(15 * 60))?;
    Ok(rule.low_volume(LowVolume { contacts: 0, missed: MIN_MISSED }))
}

/// The level of the most urgent pair that fires, at most that of the most urgent one that is not clear. The message tells
/// the pair that fires, else the most urgent one.
///
/// `None` without windows.
#[must_use]
pub fn burn(
    windows: &[Windows],
    allowance: Allowance,
    guard: Guard,
    what: Title,
    remedy: Option<Remedy>,
) -> Option<Found> {
    let mut windows = windows.to_vec();
    windows.sort_by_key(|windows| level(windows.watch));
    let signals: Vec<_> =
        windows.iter().map(|pair| (pair, pair.watch.of(pair.long, pair.short, allowance, guard))).collect();
    let highest = |is_meant: fn(Signal) -> bool| {
        signals.iter().rev().find(|(_, watched)| is_meant(watched.signal)).map_or(0, |(pair, _)| level(pair.watch))
    };
    let (fires, holds) = (highest(|signal| signal == Signal::Fire), highest(|signal| signal != Signal::Clear));
    let (told, watched) = signals.iter().rev().find(|(pair, _)| level(pair.watch) == fires).or(signals.last())?;
    Some(Found {
        verdict: Verdict::between(fires, holds).expect("what fires is not clear"),
        volume: Some(Volume { contacts: told.long.n(), missed: told.long.missed() }),
        evidence: Evidence {
            what,
            figures: Figures::Burn {
                minutes: told.watch.long_minutes(),
                contacts: told.long.n(),
                missed: told.long.missed(),
                target: allowance.target().share(),
                used: watched.long.used,
                remedy,
            },
        },
    })
}

fn level(watch: Watch) -> u8 {
    match watch {
        Watch::Slow => 1,
        Watch::Medium => 2,
        Watch::Fast => 3,
    }
}
