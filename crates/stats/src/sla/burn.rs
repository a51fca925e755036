//! How fast the allowance of misses is being used up.

use super::{Target, Tried};
use crate::wilson;

/// Misses in the long window below which nothing is proved.
pub const MIN_MISSED: i64 = 5;

/// Contacts an hour below which a queue should be watched together with others of its family.
pub const MIN_HOURLY: i64 = 20;

/// The misses that a period may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    target: Target,
    volume: i64,
}

/// How fast one window uses up the allowance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burn {
    /// The share that missed over the share that may: 1 uses up the allowance exactly in its period. `None` without
    /// contacts, or when nothing may be missed.
    pub rate: Option<f64>,
    /// The part of the period's allowance that the window used up, 0 and above. `None` when nothing may be missed.
    pub used: Option<f64>,
    /// The share that missed is above this with 95 % confidence, one-sided. `None` without contacts.
    pub missed_at_least: Option<f64>,
    /// Enough misses, and more of them than the target allows beyond chance.
    pub proved: bool,
}

/// What a window needs before it proves anything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guard {
    phi: f64,
    min_missed: i64,
}

impl Allowance {
    /// What `target` allows of the `volume` contacts forecast for the whole period. `None` for a negative volume.
    #[must_use]
    pub fn new(target: Target, volume: i64) -> Option<Self> {
        (volume >= 0).then_some(Self { target, volume })
    }

    /// The target.
    #[must_use]
    pub fn target(self) -> Target {
        self.target
    }

    /// Contacts that may miss in the period: (1 − T) · volume.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    pub fn contacts(self) -> f64 {
        self.target.allowance() * self.volume as f64
    }

    /// The highest rate there is, 1 / (1 − T), when every contact misses: 5 at 80 %. `None` when nothing may be missed.
    #[must_use]
    pub fn max_rate(self) -> Option<f64> {
        let allowed = self.target.allowance();
        (allowed > 0.0).then(|| 1.0 / allowed)
    }
}

impl Guard {
    /// `phi` is the design effect (below 1 it counts as 1), `min_missed` the misses below which nothing is proved, usually
    /// [`MIN_MISSED`]. `None` unless `phi` is finite.
    #[must_use]
    pub fn new(phi: f64, min_missed: i64) -> Option<Self> {
        phi.is_finite().then(|| Self { phi: phi.max(1.0), min_missed })
    }

    /// The design effect, 1 and above.
    #[must_use]
    pub fn phi(self) -> f64 {
        self.phi
    }
}

/// How fast `window` uses up the allowance, and whether that is beyond chance.
///
/// Misses are proved with at least `min_missed` of them and Wilson's one-sided 95 % lower bound, on counts divided by φ,
/// above 1 − T. Count contacts offered in opening hours only.
///
/// Source of the rate: Beyer and others, "The Site Reliability Workbook", 2018, chapter 5, counted here in contacts.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
pub fn burn(window: Tried, allowance: Allowance, guard: Guard) -> Burn {
    let (n, missed) = (window.n() as f64, window.missed() as f64);
    let (allowed, contacts) = (allowance.target.allowance(), allowance.contacts());
    // The lower end of a two-sided 90 % interval.
    let missed_at_least = wilson(missed / guard.phi, n / guard.phi, 0.9).map(|interval| interval.low);
    Burn {
        rate: (n > 0.0 && allowed > 0.0).then(|| missed / n / allowed),
        used: (contacts > 0.0).then(|| missed / contacts),
        missed_at_least,
        proved: window.missed() >= guard.min_missed && missed_at_least.is_some_and(|low| low > allowed),
    }
}

/// Whether `contacts` in so many open minutes are too few for a queue to be watched alone: fewer than [`MIN_HOURLY`] an
/// hour. Also true when it was not open.
#[must_use]
pub fn too_quiet(contacts: i64, open_minutes: i64) -> bool {
    i128::from(contacts) * 60 < i128::from(MIN_HOURLY) * i128::from(open_minutes) || open_minutes <= 0
}

/// The design effect to be expected of an hour of a queue that is staffed for its promise: 1 + 0.065 for each contact an hour.
///
/// Whoever waits does so together with others, and the more so the larger the queue. A line through simulated queues whose
/// callers hang up after 3 minutes: 2.4 at 20 an hour, 13 at 200, 78 at 1,200. For queues whose own was not measured.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
pub fn usual_phi(contacts: i64, open_minutes: i64) -> f64 {
    let hourly = if open_minutes > 0 { contacts as f64 * 60.0 / open_minutes as f64 } else { 0.0 };
    1.0 + 0.065 * hourly.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of the effect would call people for noise, twice of it would miss incidents.
    #[test]
    fn the_usual_effect_is_that_of_the_simulated_queues() {
        for (hourly, simulated) in [(20, 2.4), (200, 13.0), (1200, 78.0)] {
            let found = usual_phi(hourly * 4, 240);
            assert!((found / simulated - 1.0).abs() < 0.1, "{hourly} an hour: {found}, not {simulated}");
        }
        assert!((usual_phi(100, 0) - 1.0).abs() < 1e-12, "nothing is known of what was never open");
    }
}
