//! The network file as written: YAML, unknown keys are errors. Meaning is checked in [`super::check`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use super::{CallbackCounts, OverflowCounts, calendar::CalendarEntry};
use crate::{Channel, Direction};

/// A network file (`network.yaml`): who answers for the brand, where, through which queues.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Vigie network file")]
pub struct NetworkFile {
    /// The brand's name.
    pub brand: String,
    /// Zone in which days, weeks and months of the brand are read, such as `Europe/Paris`.
    #[schemars(with = "String")]
    pub zone: Spanned<String>,
    /// Days after which a resolution counts as durable (default 7).
    #[schemars(with = "Option<u32>")]
    pub durable_days: Option<Spanned<u32>>,
    /// Days after its last delivery for which a lake counts as fed though no cadence was agreed (default 30): questions
    /// are then asked as of the clock, so that a silent feed shows as late.
    #[schemars(with = "Option<u32>")]
    pub live_days: Option<Spanned<u32>>,
    /// The providers.
    pub providers: Vec<ProviderEntry>,
    /// The sites, each of one provider.
    #[serde(default)]
    pub sites: Vec<SiteEntry>,
    /// The queues of the network.
    #[serde(default)]
    pub queues: Vec<QueueEntry>,
    /// Names that may appear in events without being declared here; they are listed as discovered.
    #[serde(default)]
    #[schemars(with = "Vec<Discover>")]
    pub discover: Vec<Discover>,
    /// Traffic that is left out of every figure, and counted by rule.
    #[serde(default)]
    pub exclude: Vec<ExcludeEntry>,
    /// Opening hours, each for whoever names it: a queue its promise, a site its shift, a contract its own.
    #[serde(default)]
    pub calendars: Vec<CalendarEntry>,
    /// Reasons of contact and their families.
    #[serde(default)]
    pub reasons: Vec<ReasonEntry>,
    /// Dated events that cut a series.
    #[serde(default)]
    pub events: Vec<CutEntry>,
}

/// What may be discovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Discover {
    /// Sites.
    Site,
    /// Queues.
    Queue,
}

/// A provider.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderEntry {
    /// Its name in events and answers.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// The longest time between two deliveries of its feeds, such as `15m` or `24h`.
    #[schemars(with = "Option<String>")]
    pub cadence: Option<Spanned<String>>,
}

/// A site, from a date on. A later entry of the same name replaces it from its own date.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteEntry {
    /// Its name in events and answers.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// First day of this entry, in the network's zone; since ever when absent.
    #[schemars(with = "Option<String>")]
    pub from: Option<Spanned<String>>,
    /// The provider that runs it.
    #[schemars(with = "String")]
    pub provider: Spanned<String>,
    /// Country, ISO 3166 two letters.
    pub country: Option<String>,
    /// The site's own zone; the network's when absent.
    #[schemars(with = "Option<String>")]
    pub zone: Option<Spanned<String>>,
    /// The shift calendar: when somebody works there. It changes no figure; promised hours outside of it are told.
    #[schemars(with = "Option<String>")]
    pub shift: Option<Spanned<String>>,
}

/// A queue's promise, from a date on. A later entry of the same name replaces it from its own date.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueueEntry {
    /// Its name in events and answers.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// First day of this entry, in the network's zone; since ever when absent.
    #[schemars(with = "Option<String>")]
    pub from: Option<Spanned<String>>,
    /// Channel of contacts that do not state one (default `voice`).
    pub channel: Option<Channel>,
    /// Language of the queue.
    pub language: Option<String>,
    /// Waiting up to this counts as in time (default `20s`).
    #[schemars(with = "Option<String>")]
    pub threshold: Option<Spanned<String>>,
    /// The service-level formula, `a` to `g` (default `b`).
    pub formula: Option<Formula>,
    /// Abandoning up to this is short (default `5s`).
    #[schemars(with = "Option<String>")]
    pub short_abandon: Option<Spanned<String>>,
    /// The promise calendar; always open when absent.
    #[schemars(with = "Option<String>")]
    pub calendar: Option<Spanned<String>>,
    /// How contacts that overflow to another place count for this queue; as its formula says of a flow-out when absent.
    #[schemars(with = "Option<OverflowCounts>")]
    pub overflow_counts_as: Option<Spanned<String>>,
    /// How contacts whose customers ask to be called back count; as the formula says of a flow-out when absent, and
    /// `answered_if_within` where contacts are counted whole.
    #[schemars(with = "Option<CallbackCounts>")]
    pub callback_counts_as: Option<Spanned<String>>,
    /// Within how long of the arrival, or of the promised time of the call, the customer is to be reached, such as `2h`;
    /// the threshold when absent.
    #[schemars(with = "Option<String>")]
    pub callback_within: Option<Spanned<String>>,
    /// After so many attempts that reached nobody a callback may be given up; never when absent.
    #[schemars(with = "Option<u32>")]
    pub callback_attempts: Option<Spanned<u32>>,
}

/// The seven service-level formulas. A answered, B abandoned, F flowed out, O overdue, index T within the threshold,
/// s short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
pub enum Formula {
    /// A_T / (A + B + F + O): flow-outs are misses too.
    A,
    /// A_T / (A + B + O): every abandon is a miss.
    #[default]
    B,
    /// A_T / (A + B − B_s + O): short abandons left out.
    C,
    /// A_T / (A + B − B_T + O): abandons in time left out.
    D,
    /// (A_T + B_T) / (A + B + O): abandons in time credited.
    E,
    /// A_T / A: abandons and open legs ignored.
    F,
    /// (A_T + B_s) / (A + B + O): short abandons credited.
    G,
}

impl Formula {
    /// Every formula, in order.
    pub const ALL: [Self; 7] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F, Self::G];

    /// The letter.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::D => "d",
            Self::E => "e",
            Self::F => "f",
            Self::G => "g",
        }
    }
}

impl std::str::FromStr for Formula {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let letter = text.strip_prefix("sl-").or_else(|| text.strip_prefix("service_level_")).unwrap_or(text);
        Self::ALL.into_iter().find(|formula| formula.as_str() == letter).ok_or(())
    }
}

/// A rule that leaves traffic out: every list that is given must hold the leg's value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcludeEntry {
    /// The rule's name, under which its legs are counted.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// What this traffic is.
    pub kind: ExcludeKind,
    /// First day of the rule, in the network's zone; since ever when absent.
    #[schemars(with = "Option<String>")]
    pub from: Option<Spanned<String>>,
    /// Which legs.
    pub when: ExcludeWhen,
}

/// What excluded traffic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExcludeKind {
    /// Test contacts.
    Test,
    /// Robots.
    Robot,
    /// The brand's or the provider's own people.
    Internal,
}

impl ExcludeKind {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Robot => "robot",
            Self::Internal => "internal",
        }
    }
}

/// Conditions of an exclusion; at least one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExcludeWhen {
    /// Any of these providers.
    pub provider: Vec<String>,
    /// Any of these sites.
    pub site: Vec<String>,
    /// Any of these queues.
    pub queue: Vec<String>,
    /// Any of these channels.
    pub channel: Vec<Channel>,
    /// Any of these reasons.
    pub reason: Vec<String>,
    /// Any of these teams.
    pub team: Vec<String>,
    /// Any of these customers, in clear; compared by pseudonym.
    pub customer: Vec<String>,
    /// This direction.
    pub direction: Option<Direction>,
}

/// A reason of contact.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonEntry {
    /// Its code in events.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// The family it belongs to.
    pub family: Option<String>,
}

/// Something dated that cuts a series: before and after are not the same thing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CutEntry {
    /// What happened, in words.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// When, as a date in the network's zone.
    #[schemars(with = "String")]
    pub date: Spanned<String>,
    /// What kind of thing it was.
    pub kind: CutKind,
    /// The site it concerns; all when absent.
    #[schemars(with = "Option<String>")]
    pub site: Option<Spanned<String>>,
}

/// Kinds of dated events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CutKind {
    /// Rules towards customers changed.
    Policy,
    /// Something broke.
    Outage,
    /// Work moved to another place.
    Move,
}
