//! The walk from our figure to theirs: which rule changes at which step.

use schemars::JsonSchema;
use serde::Serialize;

use super::rules::{Rules, Stated};

/// A step of the walk, in the order in which it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The service-level formula.
    Formula,
    /// The threshold within which an answer is in time.
    Threshold,
    /// Which abandons are short, and whether they count.
    ShortAbandons,
    /// Whose site and queue a stay counts at.
    Site,
    /// On whose day it counts.
    Day,
    /// The zone in which days begin.
    Zone,
    /// What scorecards leave out.
    Exclusions,
    /// Contacts that only one side counts.
    Missing,
}

/// What a difference is put down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Formula and threshold.
    Formula,
    /// Short abandons.
    ShortAbandons,
    /// Site, day and zone.
    Attribution,
    /// What scorecards leave out.
    Exclusions,
    /// Contacts that only one side counts.
    MissingEvents,
}

impl Step {
    /// Every step, in the order of the walk.
    pub const ALL: [Self; 8] = [
        Self::Formula,
        Self::Threshold,
        Self::ShortAbandons,
        Self::Site,
        Self::Day,
        Self::Zone,
        Self::Exclusions,
        Self::Missing,
    ];

    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::Threshold => "threshold",
            Self::ShortAbandons => "short_abandons",
            Self::Site => "site",
            Self::Day => "day",
            Self::Zone => "zone",
            Self::Exclusions => "exclusions",
            Self::Missing => "missing",
        }
    }

    /// What its difference is put down to.
    #[must_use]
    pub fn part(self) -> Part {
        match self {
            Self::Formula | Self::Threshold => Part::Formula,
            Self::ShortAbandons => Part::ShortAbandons,
            Self::Site | Self::Day | Self::Zone => Part::Attribution,
            Self::Exclusions => Part::Exclusions,
            Self::Missing => Part::MissingEvents,
        }
    }

    /// `from` with this one rule as `to` has it.
    pub(crate) fn take(self, from: &Rules, to: &Rules) -> Rules {
        let mut next = from.clone();
        match self {
            Self::Formula => next.formula = to.formula,
            Self::Threshold => next.threshold_us = to.threshold_us,
            Self::ShortAbandons => (next.short_us, next.drops_short) = (to.short_us, to.drops_short),
            Self::Site => next.site_of = to.site_of,
            Self::Day => next.day_of = to.day_of,
            Self::Zone => next.zone = to.zone,
            Self::Exclusions => next.counts = to.counts,
            Self::Missing => next.theirs = to.theirs,
        }
        next
    }

    /// Whether the provider states all of this rule.
    pub(crate) fn is_stated(self, stated: &Stated) -> bool {
        match self {
            Self::Formula => stated.formula.is_some(),
            Self::Threshold => stated.threshold_us.is_some(),
            Self::ShortAbandons => stated.short_us.is_some() && stated.drops_short.is_some(),
            Self::Site => stated.site_of.is_some(),
            Self::Day => stated.day_of.is_some(),
            Self::Zone => stated.zone.is_some(),
            Self::Exclusions => stated.counts.is_some(),
            Self::Missing => true,
        }
    }
}
