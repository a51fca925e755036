//! The figures that a message tells: how bad it is, and what would still save it.

use contact::Instant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Title {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

/// What is missed, how badly, and what would still save it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The figure or the feed, by its name.
    pub what: Title,
    /// Its values.
    pub figures: Figures,
}

/// Values by what was watched. Shares are 0–1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "watch", rename_all = "snake_case")]
pub enum Figures {
    /// How fast the allowance of misses is used up.
    Burn {
        /// Length of the window, in minutes of open time.
        minutes: i64,
        /// Contacts in the window.
        contacts: i64,
        /// Misses among them.
        missed: i64,
        /// The share promised.
        target: f64,
        /// The part of the period's allowance that the window used up.
        used: Option<f64>,
        /// What would still save the hour or the day.
        remedy: Option<Rescue>,
    },
    /// Whether the period can still be met.
    Outlook {
        /// Contacts so far.
        contacts: i64,
        /// Those that count as good.
        good: i64,
        /// The share promised.
        target: f64,
        /// The chance of a miss.
        p_miss: Option<f64>,
        /// What would still save it; `None` when nothing would.
        remedy: Option<Remedy>,
    },
    /// A period that is over.
    Result {
        /// When it began.
        #[schemars(with = "String")]
        from: Instant,
        /// When it ended.
        #[schemars(with = "String")]
        to: Instant,
        /// What was counted; `None` of what is no share of contacts.
        attained: Option<Attained>,
        /// How many contacts more would have met it.
        short: Option<i64>,
        /// What it costs.
        cost: Option<Cost>,
    },
    /// A provider's deliveries.
    Feed {
        /// The last one; `None` if there never was one.
        #[schemars(with = "Option<String>")]
        last: Option<Instant>,
        /// The longest time between two that was agreed, in seconds.
        every_s: i64,
    },
    /// Messages on their way to a channel.
    Delivery {
        /// Given up and neither sent again nor discarded.
        dead: i64,
        /// Waiting beyond their time.
        overdue: i64,
        /// What the last attempt met with.
        error: Option<String>,
    },
}

/// A share of contacts in a period that is over.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attained {
    /// Contacts.
    pub contacts: i64,
    /// Those that count as good.
    pub good: i64,
    /// The share promised.
    pub target: f64,
}

/// What a missed period costs the provider, by the contract.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// The share of the period's invoice that is credited, before the cap on all credits together.
    pub credit: f64,
    /// Whether it is due: only in a binding contract.
    pub due: bool,
}

/// A stretch of time that is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// The hour on the clock.
    Hour,
    /// The local day.
    Day,
}

/// What would still save the hour or the day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rescue {
    /// The hour while it can be saved, else the day.
    pub until: Until,
    /// How many of those to come must be in time: more than come when nothing saves it, 0 or below when it is safe.
    pub needed: i64,
    /// Contacts assumed to come until its end: as many an open hour as in the latest four.
    pub coming: i64,
    /// The share that was in time in the latest hour.
    pub recent: Option<f64>,
}

/// What would still save a promise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// The share of the remaining contacts that must be good; above 1 nothing saves it, at 0 or below it is safe.
    pub required: f64,
    /// Contacts assumed to come.
    pub remaining: i64,
    /// The share that was good of late.
    pub recent: Option<f64>,
}
