//! The contract file as written: YAML, unknown keys are errors. Meaning is checked by [`crate::Contract::parse`].

mod claims;
mod commercial;
mod delivery;
mod forecast;
mod objective;
mod terms;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

pub use claims::{AcceptanceEntry, ClaimEntry, ClaimsFile, ClaimsKind};
pub use commercial::{BandEntry, ChronicEntry, CommercialEntry, EarnBackEntry, RepeatEntry};
pub use delivery::{DeliveryFile, DeliveryKind};
pub use forecast::{ForecastFile, ForecastKind};
pub use objective::{
    AlertsEntry, ConsistencyEntry, IndicatorEntry, LevelsEntry, ObjectiveEntry, ObjectiveScopeEntry, ParamsEntry,
    RoundingEntry, TimeWindowEntry, WindowCalendarEntry,
};
pub use terms::{
    CalendarRef, CalendarsEntry, CompletenessEntry, DataEntry, ExclusionEntry, FinalityEntry, ForecastEntry,
    GovernanceEntry, OverVolumeEntry, ToleranceEntry, UnderVolumeEntry,
};

/// A contract between a brand and a provider: objectives, windows, exclusions, and what a miss costs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(title = "Vigie contract file")]
pub struct ContractFile {
    /// The format.
    pub api_version: ApiVersion,
    /// What the file describes.
    pub kind: Kind,
    /// Its name and labels.
    pub metadata: MetadataEntry,
    /// What was agreed.
    pub spec: SpecEntry,
}

/// The format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The only one so far.
    #[serde(rename = "vigie/v1")]
    V1,
}

/// What the file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Kind {
    /// A contract.
    SlaContract,
}

/// Name and labels.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MetadataEntry {
    /// The contract's name; every version of a contract bears the same.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// Free labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// Under which contract a file of claims or a forecast is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnderEntry {
    /// The contract's name.
    #[schemars(with = "String")]
    pub contract: Spanned<String>,
}

/// What was agreed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SpecEntry {
    /// The two parties.
    pub parties: PartiesEntry,
    /// When this version holds.
    pub in_force: InForceEntry,
    /// Who signed, and when.
    #[serde(default)]
    pub signed_by: Vec<SignatureEntry>,
    /// Which contacts the contract is about.
    pub scope: ScopeEntry,
    /// The zone in which its days and months are read, such as `Europe/Paris`.
    #[schemars(with = "String")]
    pub zone: Spanned<String>,
    /// Its calendars by role.
    pub calendars: Option<CalendarsEntry>,
    /// Where the figures come from, and what holds when data is late.
    pub data: Option<DataEntry>,
    /// The volumes that were foreseen.
    pub forecast: Option<ForecastEntry>,
    /// What was promised, each by a figure.
    pub objectives: Vec<ObjectiveEntry>,
    /// Promises in words, each made of objectives.
    #[serde(default)]
    pub promises: Vec<PromiseEntry>,
    /// What may be left out of a result.
    #[serde(default)]
    pub exclusions: Vec<ExclusionEntry>,
    /// What a result costs.
    pub commercial: Option<CommercialEntry>,
    /// How the parties meet.
    pub governance: Option<GovernanceEntry>,
}

/// The two parties.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartiesEntry {
    /// The brand.
    #[schemars(with = "String")]
    pub client: Spanned<String>,
    /// The provider, as the network file names it.
    #[schemars(with = "String")]
    pub provider: Spanned<String>,
}

/// When a version holds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InForceEntry {
    /// First day, in the contract's zone.
    #[schemars(with = "String")]
    pub from: Spanned<String>,
    /// Last day, included; until further notice when absent.
    #[schemars(with = "Option<String>")]
    pub to: Option<Spanned<String>>,
    /// Number of this version.
    #[schemars(with = "u32")]
    pub version: Spanned<u32>,
    /// Number of the version it replaces.
    #[schemars(with = "Option<u32>")]
    pub supersedes: Option<Spanned<u32>>,
}

/// One of the two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The brand.
    Client,
    /// The provider.
    Provider,
}

impl Party {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Provider => "provider",
        }
    }
}

/// A signature.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureEntry {
    /// Whose.
    pub party: Party,
    /// The day.
    #[schemars(with = "String")]
    pub on: Spanned<String>,
}

/// Which contacts a contract is about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeEntry {
    /// Queues of the network; every one when absent.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub lines: Vec<Spanned<String>>,
    /// Sites of the provider; every one when absent.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub sites: Vec<Spanned<String>>,
}

/// A promise in words: made of objectives and of smaller promises, or not measured.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PromiseEntry {
    /// Its name.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// In words, by language (`en`, `fr`).
    #[serde(default)]
    pub title: BTreeMap<String, String>,
    /// The objectives that measure it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub objectives: Vec<Spanned<String>>,
    /// The promises it is made of.
    #[serde(default)]
    pub promises: Vec<PromiseEntry>,
    /// Why nothing measures it, on a promise that nothing measures.
    #[schemars(with = "Option<String>")]
    pub unmeasured: Option<Spanned<String>>,
}
