//! A period that is still open: what the rest must bring, and the chance that it does.

use super::{Beta, Lacking, Target, Tried, chance_of_at_least};

/// Recent contacts, divided by the design effect, below which nothing is said of the chance.
pub const MIN_RECENT: f64 = 30.0;

/// The chance from which a promise is on track.
pub const LIKELY: f64 = 0.8;

/// The chance down to which a promise is unlikely to be kept.
pub const UNLIKELY: f64 = 0.2;

/// What an open period says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenState {
    /// Met whatever comes, even if all of the high volume fails.
    Secured,
    /// Met with a chance of [`LIKELY`] or more.
    OnTrack,
    /// Neither on track nor unlikely.
    AtRisk,
    /// Met with a chance of [`UNLIKELY`] or less.
    Unlikely,
    /// Missed whatever comes, even if all of the high volume succeeds.
    Lost,
    /// Too few recent contacts to say.
    NotEnoughData,
}

impl OpenState {
    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secured => "secured",
            Self::OnTrack => "on_track",
            Self::AtRisk => "at_risk",
            Self::Unlikely => "unlikely",
            Self::Lost => "lost",
            Self::NotEnoughData => "not_enough_data",
        }
    }
}

/// The contacts still expected in the period: a low, a middle and a high forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remaining {
    low: i64,
    mid: i64,
    high: i64,
}

impl Remaining {
    /// `None` unless `0 ≤ low ≤ mid ≤ high`.
    #[must_use]
    pub fn new(low: i64, mid: i64, high: i64) -> Option<Self> {
        (0 <= low && low <= mid && mid <= high).then_some(Self { low, mid, high })
    }

    /// The low forecast.
    #[must_use]
    pub fn low(self) -> i64 {
        self.low
    }

    /// The middle forecast.
    #[must_use]
    pub fn mid(self) -> i64 {
        self.mid
    }

    /// The high forecast.
    #[must_use]
    pub fn high(self) -> i64 {
        self.high
    }
}

/// How the promise went lately, which is how the rest is expected to go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recent {
    tried: Tried,
    phi: f64,
}

impl Recent {
    /// Recent contacts with their design effect (below 1 it counts as 1). `None` if that is no finite number.
    #[must_use]
    pub fn new(tried: Tried, phi: f64) -> Option<Self> {
        phi.is_finite().then(|| Self { tried, phi: phi.max(1.0) })
    }

    /// The share that succeeded lately; `None` without contacts.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        self.tried.share()
    }

    /// What is known of the rate: successes/φ + ½ against misses/φ + ½.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    pub fn rate(self) -> Beta {
        let weight = |count: i64| count as f64 / self.phi + 0.5;
        Beta { a: weight(self.tried.successes()), b: weight(self.tried.missed()) }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    fn enough(self) -> bool {
        self.tried.n() as f64 / self.phi >= MIN_RECENT
    }
}

/// The rate that the remaining contacts must reach for the target, for each forecast of their number: above 1 it cannot be
/// reached, at 0 or below it is reached already. `None` where none remain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Required {
    /// If the low volume comes.
    pub low: Option<f64>,
    /// If the middle volume comes.
    pub mid: Option<f64>,
    /// If the high volume comes.
    pub high: Option<f64>,
}

/// Where an open period stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Open {
    /// What it says.
    pub state: OpenState,
    /// The rate that the rest must reach.
    pub required: Required,
    /// How many of the middle volume must succeed: negative when more than enough have, above that volume when too many
    /// have failed.
    pub required_contacts: i64,
    /// The chance of meeting the target, 0–1, at the middle volume; 0 when lost, 1 when secured. With too few recent
    /// contacts it is computed and not to be shown: see [`Self::p_meet`].
    pub computed: f64,
}

impl Open {
    /// The chance of meeting the target, 0–1, where it may be shown: `None` with not enough data.
    #[must_use]
    pub fn p_meet(&self) -> Option<f64> {
        (self.state != OpenState::NotEnoughData).then_some(self.computed)
    }

    /// The chance of missing it, 0–1, where it may be shown: what an alert on P(miss) asks.
    #[must_use]
    pub fn p_miss(&self) -> Option<f64> {
        self.p_meet().map(|chance| 1.0 - chance)
    }
}

/// Where an open period stands: `so_far` what is settled (a contact that waits beyond its threshold has missed at once),
/// `remaining` what is still expected, `recent` how it went lately. See [`Lacking::foreseen`].
#[must_use]
pub fn open(so_far: Tried, target: Target, remaining: Remaining, recent: Recent) -> Open {
    Lacking::of(so_far, target).foreseen(remaining, recent)
}

impl Lacking {
    /// Where an open period stands that lacks this much: `remaining` what is still expected, `recent` how it went lately.
    ///
    /// The rest must bring r = (T·(n + rest) − x) / rest. Lost if r > 1 and secured if r ≤ 0 even at the high volume, which
    /// is the most that can still change either; both in integers, whatever the recent contacts say. Otherwise the chance
    /// that ⌈T·(n + rest)⌉ − x of the middle volume succeed, beta-binomial with [`Recent::rate`]: uncertain because the
    /// rate is known from few contacts, fewer still when they miss together.
    ///
    /// When the running rate is under the target, more remaining volume lowers the requirement: show the volume beside it.
    #[must_use]
    pub fn foreseen(self, remaining: Remaining, recent: Recent) -> Open {
        let Remaining { low, mid, high } = remaining;
        let certain = if self.required(high) > high {
            Some((OpenState::Lost, 0.0))
        } else if self.required(high) <= 0 {
            Some((OpenState::Secured, 1.0))
        } else {
            None
        };
        let required_contacts = self.required(mid);
        let (state, computed) = certain.unwrap_or_else(|| {
            let chance = chance_of_at_least(required_contacts, mid, recent.rate())
                .expect("Remaining and Recent hold what a beta-binomial needs");
            (likely(chance, recent), chance)
        });
        let rate = |rest| self.required_rate(rest);
        Open {
            state,
            required: Required { low: rate(low), mid: rate(mid), high: rate(high) },
            required_contacts,
            computed,
        }
    }
}

fn likely(chance: f64, recent: Recent) -> OpenState {
    if !recent.enough() {
        OpenState::NotEnoughData
    } else if chance >= LIKELY {
        OpenState::OnTrack
    } else if chance <= UNLIKELY {
        OpenState::Unlikely
    } else {
        OpenState::AtRisk
    }
}
