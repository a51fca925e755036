//! Rules by which contacts are counted: ours, those a provider states, and what each of them says.

use contact::network::Formula;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value, or each queue's own of the network file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term<T> {
    /// Each queue's own.
    Own,
    /// One for all queues.
    Given(T),
}

impl<T: Copy> Term<T> {
    pub(crate) fn given(self) -> Option<T> {
        match self {
            Self::Own => None,
            Self::Given(value) => Some(value),
        }
    }
}

/// Whose site and queue a stay counts at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteOf {
    /// Where it was offered.
    Arrival,
    /// Where its contact was first answered, else first offered.
    Owner,
    /// The same, and only that stay of the contact.
    Once,
}

impl SiteOf {
    /// Every rule, ours first.
    pub const ALL: [Self; 3] = [Self::Arrival, Self::Owner, Self::Once];

    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Owner => "owner",
            Self::Once => "once",
        }
    }
}

/// On whose day a stay counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayOf {
    /// Of its offer.
    Arrival,
    /// Of its answer, abandon or flow-out.
    Outcome,
    /// Of the end of its handling, or of its outcome when nobody answered.
    End,
}

impl DayOf {
    /// Every rule, ours first.
    pub const ALL: [Self; 3] = [Self::Arrival, Self::Outcome, Self::End];

    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Outcome => "outcome",
            Self::End => "end",
        }
    }
}

/// What is counted though scorecards leave it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Cancelled contacts.
    pub cancelled: bool,
    /// Traffic that rules of the network file name.
    pub ruled: bool,
    /// Live contacts offered while closed.
    pub closed: bool,
}

/// What a row states of its rules; absent where it does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stated {
    /// The service-level formula, alone; each queue's own goes with what was agreed about overflow and callbacks.
    pub formula: Option<Term<Formula>>,
    /// Waiting up to so long is in time, in microseconds.
    pub threshold_us: Option<Term<i64>>,
    /// Abandoning up to so long is short, in microseconds.
    pub short_us: Option<Term<i64>>,
    /// Whether short abandons are not counted at all.
    pub drops_short: Option<bool>,
    /// Whose site and queue a stay counts at.
    pub site_of: Option<SiteOf>,
    /// On whose day it counts.
    pub day_of: Option<DayOf>,
    /// The zone in which days begin.
    pub zone: Option<String>,
    /// What is counted though scorecards leave it out.
    pub counts: Option<LeftOut>,
}

/// One set of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) formula: Option<Formula>,
    pub(crate) threshold_us: Option<i64>,
    pub(crate) short_us: Option<i64>,
    pub(crate) drops_short: bool,
    pub(crate) site_of: SiteOf,
    pub(crate) day_of: DayOf,
    /// Number of the zone among those of the question; ours is 0.
    pub(crate) zone: usize,
    pub(crate) counts: LeftOut,
    /// Whether the contacts counted are those that the provider lists.
    pub(crate) theirs: bool,
}

impl Rules {
    /// Those of our scorecards.
    pub(crate) fn ours() -> Self {
        Self {
            formula: None,
            threshold_us: None,
            short_us: None,
            drops_short: false,
            site_of: SiteOf::Arrival,
            day_of: DayOf::Arrival,
            zone: 0,
            counts: LeftOut::default(),
            theirs: false,
        }
    }

    /// Ours, where a provider states no other.
    pub(crate) fn stated(stated: &Stated, zones: &[String]) -> Self {
        let ours = Self::ours();
        let zone = stated.zone.as_ref().and_then(|name| zones.iter().position(|zone| zone == name));
        Self {
            formula: stated.formula.and_then(Term::given),
            threshold_us: stated.threshold_us.and_then(Term::given),
            short_us: stated.short_us.and_then(Term::given),
            drops_short: stated.drops_short.unwrap_or(ours.drops_short),
            site_of: stated.site_of.unwrap_or(ours.site_of),
            day_of: stated.day_of.unwrap_or(ours.day_of),
            zone: zone.unwrap_or(ours.zone),
            counts: stated.counts.unwrap_or(ours.counts),
            theirs: ours.theirs,
        }
    }
}
