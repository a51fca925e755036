//! An objective: a figure that has to reach a level in every window.

use std::collections::BTreeSet;

use contact::{Channel, Duration, QueueId, SiteId};

use super::{Better, Indicator, Level, LevelName, Metric, Share, TimeWindow, Unit};

/// A figure that has to reach a level in every window.
#[derive(Debug, Clone)]
pub struct Objective {
    /// Its name, once in the contract.
    pub name: String,
    /// The class whose pool of credit it draws from.
    pub class: String,
    /// The contacts it is about.
    pub scope: ObjectiveScope,
    /// The figure.
    pub indicator: Indicator,
    /// The levels.
    pub levels: Levels,
    /// The windows in which it is held.
    pub windows: Vec<TimeWindow>,
    /// The share of slices that must meet a level of their own.
    pub consistency: Option<Consistency>,
    /// Contacts below which a window says nothing.
    pub min_sample: u64,
    /// Rounding before the comparison; `None` compares the figure as it is.
    pub rounding: Option<Rounding>,
    /// When to alert.
    pub alerts: AlertRules,
    /// Every level a result is compared with, in order: its own levels, bands, slices.
    pub(crate) compared: Vec<Level>,
}

/// The contacts an objective is about; an empty set is all of the contract's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectiveScope {
    /// Queues.
    pub lines: BTreeSet<QueueId>,
    /// Sites.
    pub sites: BTreeSet<SiteId>,
    /// Channels.
    pub channels: BTreeSet<Channel>,
    /// Reasons.
    pub reasons: BTreeSet<String>,
    /// Families of reasons.
    pub families: BTreeSet<String>,
}

/// Levels, in order of how much they ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// Below this it is not the service that was bought.
    pub floor: Option<Level>,
    /// What decides: met or breached.
    pub expected: Level,
    /// What is aimed at.
    pub target: Option<Level>,
}

impl Levels {
    /// The level of a name.
    #[must_use]
    pub fn get(&self, name: LevelName) -> Option<Level> {
        match name {
            LevelName::Floor => self.floor,
            LevelName::Expected => Some(self.expected),
            LevelName::Target => self.target,
        }
    }
}

/// The share of slices that must meet a level of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consistency {
    /// Length of a slice.
    pub slice: Duration,
    /// The level a slice must reach.
    pub slice_target: Level,
    /// The share of slices that must reach it.
    pub min_share: Share,
    /// Contacts below which a slice is left out.
    pub min_contacts: u64,
}

/// Rounding half up before the comparison, to at most four decimals of the percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding(u8);

impl Rounding {
    /// To so many decimals of the percentage; `None` above four, which is finer than a level.
    #[must_use]
    pub fn new(decimals: u32) -> Option<Self> {
        u8::try_from(decimals).ok().filter(|decimals| *decimals <= 4).map(Self)
    }

    /// Decimals of the percentage.
    #[must_use]
    pub fn decimals(self) -> u8 {
        self.0
    }
}

/// When to alert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertRules {
    /// Chances of a miss at which to alert, ascending.
    pub p_miss: Vec<Share>,
    /// Whether to alert when the level can no longer be met.
    pub lost: bool,
    /// Whether to alert when misses come too fast.
    pub burn: bool,
    /// The calendar in whose open time people may be called.
    pub quiet_hours: Option<String>,
}

/// How counts become a verdict: every figure is brought to a share of what counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The figure is a share; levels are shares.
    Share(Better),
    /// A share of contacts must lie within the level, which is a length of time: the percentile is at most the level
    /// exactly when at least this share of contacts is (nearest rank).
    Percentile(Share),
    /// Readings, such as an age at each day's end; every one must reach the level.
    Readings(Better),
}

/// When a reading is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadAt {
    /// At the end of every local day.
    DayEnd,
    /// When the window ends, of all of it.
    WindowEnd,
}

impl Objective {
    /// When its readings are taken; `None` where contacts are counted.
    #[must_use]
    pub fn read_at(&self) -> Option<ReadAt> {
        let stock = matches!(self.indicator.metric, Metric::BacklogAge { .. }) || self.indicator.name == "backlog";
        let at = if stock { ReadAt::DayEnd } else { ReadAt::WindowEnd };
        matches!(self.way(), Way::Readings(_)).then_some(at)
    }

    /// How its counts become a verdict.
    #[must_use]
    pub fn way(&self) -> Way {
        match (&self.indicator.metric, self.indicator.metric.unit()) {
            (Metric::WaitPercentile { p, .. }, _) => Way::Percentile(*p),
            (metric, Unit::Share) => Way::Share(metric.better()),
            (metric, _) => Way::Readings(metric.better()),
        }
    }

    /// The levels at which contacts must be counted, in the order in which [`crate::Stratum::counts`] has them: one per
    /// length of time for a percentile. Empty for a share, which has one count whatever the level.
    #[must_use]
    pub fn yardsticks(&self) -> &[Level] {
        match self.way() {
            Way::Share(_) => &[],
            Way::Percentile(_) | Way::Readings(_) => &self.compared,
        }
    }
}
