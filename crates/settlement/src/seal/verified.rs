//! What making a statement again tells.

use std::collections::BTreeMap;

use contact::Instant;
use schemars::JsonSchema;
use scorecard::Dim;
use serde::Serialize;

/// Why something moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The statement that defines it is another.
    Definition,
    /// The network file is another.
    Network,
    /// A file of the contract is another.
    Contract,
    /// Time has passed: contacts have become mature, or are judged later.
    Time,
    /// Events were received since.
    LateEvents,
    /// Nothing of these: events that had been received and were not there yet, such as those of a file under way.
    Unseen,
}

/// Something by which a statement was computed, and that is another now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Changed {
    /// What: `network`, the id of a statement, or a contract and its file.
    pub name: String,
    /// Its hash or `id@version:hash` when sealed; null when it was not there.
    pub sealed: Option<String>,
    /// The same now; null when it is gone.
    pub now: Option<String>,
}

/// A figure that moved.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MovedFigure {
    /// Its row: none for the network.
    pub key: BTreeMap<Dim, Option<String>>,
    /// Its id.
    pub figure: String,
    /// As sealed.
    pub sealed: Number,
    /// As it is now.
    pub now: Number,
    /// The difference of the values, when both are there.
    pub change: Option<f64>,
    /// Why.
    pub because: Vec<Because>,
    /// The feeds (`provider source`) from which events of its contacts came since.
    pub feeds: Vec<String>,
}

/// A figure's number.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct Number {
    /// The value.
    pub value: Option<f64>,
    /// What was counted or summed.
    pub numerator: Option<f64>,
    /// What it was divided by.
    pub denominator: Option<f64>,
    /// How many observations stand behind it.
    pub n: u64,
}

/// A window of a contract that moved.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MovedWindow {
    /// The contract.
    pub contract: String,
    /// The objective.
    pub objective: String,
    /// The window's name.
    pub window: String,
    /// Its state when sealed; null when it was not there.
    pub sealed: Option<String>,
    /// Its state now; null when it is gone.
    pub now: Option<String>,
    /// Its figure when sealed.
    pub sealed_value: Option<f64>,
    /// Its figure now.
    pub now_value: Option<f64>,
    /// By how many contacts it was met when sealed, or missed when below 0.
    pub sealed_margin: Option<i64>,
    /// The same now.
    pub now_margin: Option<i64>,
    /// Whether a credit or a bonus flips: the window is met and was not, or the reverse, or another band holds.
    pub flips: bool,
    /// Why.
    pub because: Vec<Because>,
}

/// Money that moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MovedMoney {
    /// The contract.
    pub contract: String,
    /// The version.
    pub version: u32,
    /// The objective.
    pub objective: String,
    /// ISO 4217.
    pub currency: String,
    /// The credit when sealed, in minor units.
    pub sealed_credit: u64,
    /// The credit now.
    pub now_credit: u64,
    /// The bonus when sealed.
    pub sealed_bonus: u64,
    /// The bonus now.
    pub now_bonus: u64,
}

/// What differs between a statement and the same made again.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Moved {
    /// Whether nothing does.
    pub equal: bool,
    /// Figures.
    pub figures: Vec<MovedFigure>,
    /// Windows of contracts.
    pub windows: Vec<MovedWindow>,
    /// Credits and bonuses.
    pub money: Vec<MovedMoney>,
}

impl Moved {
    pub(super) fn of(figures: Vec<MovedFigure>, windows: Vec<MovedWindow>, money: Vec<MovedMoney>) -> Self {
        let equal = figures.is_empty() && windows.is_empty() && money.is_empty();
        Self { equal, figures, windows, money }
    }
}

/// A feed from which events of the period came after it was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LateFeed {
    /// Provider of the feed.
    pub provider: String,
    /// Source of its events.
    pub source: String,
    /// The sites and queues of the contacts concerned.
    pub places: Vec<LatePlace>,
}

/// What came late of one site and queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LatePlace {
    /// Provider of the site.
    pub provider: String,
    /// The site.
    pub site: String,
    /// The queue.
    pub queue: String,
    /// Contacts concerned.
    pub contacts: i64,
    /// Events received since.
    pub events: i64,
    /// Of these, events that replace one told before.
    pub revised: i64,
    /// When the first of them was received.
    #[schemars(with = "String")]
    pub first_received_at: Instant,
    /// When the last was.
    #[schemars(with = "String")]
    pub last_received_at: Instant,
}

/// A statement made again.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Verification {
    /// Its name.
    pub id: String,
    /// SHA-256 of its bytes, which are as they were sealed.
    pub hash: String,
    /// What it knew.
    #[schemars(with = "String")]
    pub as_of: Instant,
    /// When it is made again.
    #[schemars(with = "String")]
    pub now: Instant,
    /// What it was computed by, and what is another now: network, definitions, files of contracts.
    pub changed: Vec<Changed>,
    /// Made again from what was known then, as of the same instant.
    pub as_sealed: Moved,
    /// Made again from all that is known now.
    pub since: Moved,
    /// From where events of the period came since.
    pub late: Vec<LateFeed>,
}
