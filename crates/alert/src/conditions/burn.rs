//! How fast the allowance of misses goes: pairs of windows, a long one for weight and a short one for now.

use contact::Duration;
use stats::sla::{Allowance, Guard, MIN_MISSED, SURGE, Signal, Tried, Watch, surge};

use super::Found;
use crate::{
    AlertError, Evidence, Kind, Level, LowVolume, Rule, Severity, Title, Verdict,
    evidence::{Figures, Rescue},
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

/// What is known of a promise on a share of contacts. All of it counts open time only.
#[derive(Debug, Clone, Copy)]
pub struct Burning<'a> {
    /// The pairs of windows.
    pub windows: &'a [Windows],
    /// The latest hours minute by minute, in order, the minute that is not over included: for [`surge`]. Empty is without.
    pub slots: &'a [Tried],
    /// What may be missed.
    pub allowance: Allowance,
    /// What proves that it is.
    pub guard: Guard,
}

impl Burning<'_> {
    /// The fast pair's short window, if it fires by evidence though its long window does not: what was good before an
    /// outage weighs on an hour, and half an hour without anybody would be over before it is told.
    fn surges(&self) -> Option<&Windows> {
        let fast = self.windows.iter().find(|pair| pair.watch == Watch::Fast)?;
        let target = self.allowance.target();
        let is_proved = surge(self.slots.iter().copied(), target, self.guard).is_some_and(|surge| surge >= SURGE);
        (is_proved && fast.short.missed() >= MIN_MISSED && fast.watch.exceeded(target, fast.short)).then_some(fast)
    }
}

/// The level of the most urgent pair that fires, at most that of the most urgent one that is not clear. The message tells
/// the pair that fires, else the most urgent one.
///
/// `None` without windows.
#[must_use]
pub fn burn(burning: &Burning<'_>, what: Title, remedy: Option<Rescue>) -> Option<Found> {
    let Burning { allowance, guard, .. } = *burning;
    let mut windows = burning.windows.to_vec();
    windows.sort_by_key(|windows| level(windows.watch));
    let signals: Vec<_> =
        windows.iter().map(|pair| (pair, pair.watch.of(pair.long, pair.short, allowance, guard))).collect();
    let highest = |is_meant: fn(Signal) -> bool| {
        signals.iter().rev().find(|(_, watched)| is_meant(watched.signal)).map_or(0, |(pair, _)| level(pair.watch))
    };
    let (fires, holds) = (highest(|signal| signal == Signal::Fire), highest(|signal| signal != Signal::Clear));
    let (told, watched) = signals.iter().rev().find(|(pair, _)| level(pair.watch) == fires).or(signals.last())?;
    let surging = burning.surges().filter(|_| fires < level(Watch::Fast));
    let (fires, minutes, shown, used) = match surging {
        Some(fast) => {
            let used = stats::sla::burn(fast.short, allowance, guard).used;
            (level(fast.watch), fast.watch.short_minutes(), fast.short, used)
        }
        None => (fires, told.watch.long_minutes(), told.long, watched.long.used),
    };
    let (contacts, missed, target) = (shown.n(), shown.missed(), allowance.target().share());
    Some(Found {
        verdict: Verdict::between(fires, holds.max(fires)).expect("the second is no less"),
        volume: Some(Volume { contacts, missed }),
        evidence: Evidence { what, figures: Figures::Burn { minutes, contacts, missed, target, used, remedy } },
    })
}

fn level(watch: Watch) -> u8 {
    match watch {
        Watch::Slow => 1,
        Watch::Medium => 2,
        Watch::Fast => 3,
    }
}
