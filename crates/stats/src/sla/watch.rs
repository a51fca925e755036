//! Alerts on the use of the allowance: a long window for weight, a short one for now.

use super::{Allowance, Burn, Guard, Target, Tried, burn};

/// A pair of windows with the rate above which both fire.
///
/// Thresholds made for 99.9 % can never fire at 80 %, where the highest rate is 5. These are capped by a share of contacts:
/// half of them missed is fast at any target. None is below 1, the rate that uses up the allowance exactly.
///
/// Windows run over open time and reach back into the day before: a long window cut off at the opening is a short one, and
/// a quiet queue would be paged by its first contacts of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// 1 h and 15 min, above min(14.4, 0.5 / (1 − T)): call the provider.
    Fast,
    /// 4 h and 1 h, above min(6, 0.3 / (1 − T)).
    Medium,
    /// 3 days and 1 day, above 1.1: report.
    Slow,
}

/// What a pair of windows says to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Both windows are above the threshold and the long one is proved: an alert begins, or goes on.
    Fire,
    /// Neither: an alert that is open stays open, none begins. The short window has no contacts, or is above the threshold
    /// without the long one or without proof.
    Hold,
    /// The short window is not above the threshold: an alert ends.
    Clear,
}

/// What a pair of windows says, with the figures that the message needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watched {
    /// What it says to an alert.
    pub signal: Signal,
    /// The long window.
    pub long: Burn,
    /// The short window.
    pub short: Burn,
}

impl Watch {
    /// All, most urgent first.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Medium, Self::Slow];

    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Medium => "medium",
            Self::Slow => "slow",
        }
    }

    /// The long window, in minutes.
    #[must_use]
    pub fn long_minutes(self) -> i64 {
        match self {
            Self::Fast => 60,
            Self::Medium => 4 * 60,
            Self::Slow => 3 * 24 * 60,
        }
    }

    /// The short window, in minutes.
    #[must_use]
    pub fn short_minutes(self) -> i64 {
        match self {
            Self::Fast => 15,
            Self::Medium => 60,
            Self::Slow => 24 * 60,
        }
    }

    /// The rate above which a window counts; `None` when nothing may be missed: there any miss counts.
    #[must_use]
    pub fn threshold(self, target: Target) -> Option<f64> {
        let allowed = target.allowance();
        let capped = |(tenths, share)| f64::min(f64::from(tenths) / 10.0, f64::from(share) / 10.0 / allowed).max(1.0);
        (allowed > 0.0).then(|| capped(self.limits()))
    }

    /// The threshold in tenths, and the share of contacts in tenths that caps it.
    fn limits(self) -> (u8, u8) {
        match self {
            Self::Fast => (144, 5),
            Self::Medium => (60, 3),
            Self::Slow => (11, 10),
        }
    }

    /// Whether the window is above the threshold, in integers: exactly half missed is not more than half.
    #[must_use]
    pub fn exceeded(self, target: Target, window: Tried) -> bool {
        let (tenths, share) = self.limits();
        let beyond = |times: u8| target.missed_more_than(i64::from(times), window.n(), window.missed());
        let beyond_share = 10 * i128::from(window.missed()) > i128::from(share) * i128::from(window.n());
        beyond(10) && (beyond(tenths) || beyond_share)
    }

    /// What the two windows say. The guard holds for the long one; an alert ends on the short one.
    #[must_use]
    pub fn of(self, long: Tried, short: Tried, allowance: Allowance, guard: Guard) -> Watched {
        let above = |window| self.exceeded(allowance.target(), window);
        let burnt = burn(long, allowance, guard);
        let signal = if short.n() > 0 && !above(short) {
            Signal::Clear
        } else if above(short) && above(long) && burnt.proved {
            Signal::Fire
        } else {
            Signal::Hold
        };
        Watched { signal, long: burnt, short: burn(short, allowance, guard) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(permille: u16) -> Target {
        Target::permille(permille).expect("a share")
    }

    fn missed(n: i64, missed: i64) -> Tried {
        Tried::new(n, n - missed).expect("possible")
    }

    fn signal(watch: Watch, permille: u16, long: (i64, i64), short: (i64, i64), phi: f64) -> Signal {
        let allowance = Allowance::new(target(permille), 100_000).expect("a volume");
        let guard = Guard::new(phi, super::super::MIN_MISSED).expect("finite");
        watch.of(missed(long.0, long.1), missed(short.0, short.1), allowance, guard).signal
    }

    /// At 80 %: service level under 50, 70 and 78 %; at 95 %: under 50, 70 and 94.5 %.
    #[test]
    fn thresholds_can_be_reached_at_any_target() {
        let at = |permille| Watch::ALL.map(|watch| watch.threshold(target(permille)).expect("some may miss"));
        let near = |got: [f64; 3], expected: [f64; 3]| {
            assert!(got.iter().zip(expected).all(|(got, expected)| (got - expected).abs() < 1e-9), "{got:?}");
        };
        near(at(800), [2.5, 1.5, 1.1]);
        near(at(950), [10.0, 6.0, 1.1]);
        near(at(999), [14.4, 6.0, 1.1]);
        near(at(500), [1.0, 1.0, 1.1]);
        assert_eq!(Watch::Fast.threshold(target(1000)), None);
        for permille in 100..1000 {
            let everything = missed(1000, 1000);
            assert!(Watch::ALL.iter().all(|watch| watch.exceeded(target(permille), everything)), "{permille}");
        }
    }

    #[test]
    fn exactly_the_threshold_is_not_above_it() {
        for (watch, at) in [(Watch::Fast, 500), (Watch::Medium, 300), (Watch::Slow, 220)] {
            assert!(!watch.exceeded(target(800), missed(1000, at)), "{watch:?}");
            assert!(watch.exceeded(target(800), missed(1000, at + 1)), "{watch:?}");
        }
        assert!(!Watch::Fast.exceeded(target(999), missed(10_000, 144)));
        assert!(Watch::Fast.exceeded(target(999), missed(10_000, 145)));
        assert!(Watch::Slow.exceeded(target(1000), missed(10_000, 1)));
        assert!(!Watch::Slow.exceeded(target(1000), missed(10_000, 0)));
    }

    #[test]
    fn an_outage_fires_and_ends_with_its_short_window() {
        assert_eq!(signal(Watch::Fast, 800, (400, 260), (100, 90), 1.0), Signal::Fire);
        assert_eq!(signal(Watch::Fast, 800, (400, 260), (100, 20), 1.0), Signal::Clear);
        assert_eq!(signal(Watch::Fast, 800, (400, 260), (0, 0), 1.0), Signal::Hold, "silence is no recovery");
        assert_eq!(signal(Watch::Fast, 800, (400, 100), (100, 90), 1.0), Signal::Hold, "not for long yet");
        assert_eq!(signal(Watch::Fast, 800, (0, 0), (0, 0), 1.0), Signal::Hold);
    }

    #[test]
    fn few_contacts_or_few_clusters_prove_nothing() {
        assert_eq!(signal(Watch::Fast, 800, (6, 4), (3, 3), 1.0), Signal::Hold, "four misses");
        assert_eq!(signal(Watch::Fast, 800, (12, 8), (3, 3), 1.0), Signal::Fire);
        assert_eq!(signal(Watch::Fast, 800, (12, 8), (3, 3), 10.0), Signal::Hold, "they missed together");
    }

    #[test]
    fn quiet_queues_belong_to_a_family() {
        assert!(super::super::too_quiet(19, 60) && super::super::too_quiet(5, 0) && super::super::too_quiet(159, 480));
        assert!(!super::super::too_quiet(20, 60) && !super::super::too_quiet(160, 480));
    }
}
