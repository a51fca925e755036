//! A version of a contract that can be trusted.

use std::collections::BTreeMap;

use contact::{Instant, Network, ProviderId, QueueId, SiteId};
use jiff::{civil::Date, tz::TimeZone};
use sha2::{Digest, Sha256};

use crate::{
    ContractError, LeftOpen, check,
    file::{ChronicEntry, ContractFile, FinalityEntry, GovernanceEntry, Party, RepeatEntry},
    terms::{CalendarRole, Commercial, Completeness, Exclusion, Forecast, Objective, SourceOfTruth, Span},
};

/// One version of a contract.
#[derive(Debug, Clone)]
pub struct Contract {
    /// Its name; every version of a contract bears the same.
    pub name: String,
    /// Free labels.
    pub labels: BTreeMap<String, String>,
    /// The brand.
    pub client: String,
    /// The provider.
    pub provider: ProviderId,
    /// When this version holds.
    pub in_force: InForce,
    /// Who signed, and when.
    pub signed_by: Vec<(Party, Date)>,
    /// Queues it is about; every one when empty.
    pub lines: Vec<QueueId>,
    /// Sites it is about; every one of the provider when empty.
    pub sites: Vec<SiteId>,
    /// The zone in which its days and months are read.
    pub zone: TimeZone,
    /// Its calendars by role; sites have one each.
    pub calendars: Calendars,
    /// Whose events count.
    pub source_of_truth: SourceOfTruth,
    /// By when a day is delivered, in words.
    pub delivered_by: Option<String>,
    /// When figures stop changing, in words.
    pub finality: FinalityEntry,
    /// How complete data must be; `None` takes what there is.
    pub completeness: Option<Completeness>,
    /// What holds when volumes differ from the forecast.
    pub forecast: Forecast,
    /// What was promised, each by a figure, in the order of the file.
    pub objectives: Vec<Objective>,
    /// Promises in words, each made of objectives.
    pub promises: Vec<Promise>,
    /// What may be left out of a result, by name.
    pub exclusions: BTreeMap<String, Exclusion>,
    /// What a result costs; nothing when absent.
    pub commercial: Option<Commercial>,
    /// Misses in a row; shown, not computed.
    pub repeat: Option<RepeatEntry>,
    /// Misses again and again; shown, not computed.
    pub chronic: Option<ChronicEntry>,
    /// How the parties meet; shown, not computed.
    pub governance: Option<GovernanceEntry>,
    /// What it does not say, and what is taken for it.
    pub left_open: Vec<LeftOpen>,
    /// SHA-256 of the file, hexadecimal.
    pub hash: String,
}

/// When a version holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// Its first and last instant.
    pub span: Span,
    /// Its number.
    pub version: u32,
    /// The number of the version it replaces.
    pub supersedes: Option<u32>,
}

/// Names of calendars by role, never merged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendars {
    /// Promised hours.
    pub promise: Option<String>,
    /// Hours the contract counts.
    pub contract: Option<String>,
    /// Shift calendar of each site.
    pub site: BTreeMap<SiteId, String>,
}

impl Calendars {
    /// Whether a role is played; every hour is open to `always`.
    #[must_use]
    pub fn has(&self, role: CalendarRole) -> bool {
        match role {
            CalendarRole::Promise => self.promise.is_some(),
            CalendarRole::Contract => self.contract.is_some(),
            CalendarRole::Site => !self.site.is_empty(),
            CalendarRole::Always => true,
        }
    }
}

/// A promise in words, made of objectives and of smaller promises, or not measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Its name.
    pub name: String,
    /// In words, by language.
    pub title: BTreeMap<String, String>,
    /// The objectives that measure it, by name.
    pub objectives: Vec<String>,
    /// The promises it is made of.
    pub promises: Vec<Promise>,
    /// Why nothing measures it.
    pub unmeasured: Option<String>,
}

impl Contract {
    /// Parses and checks a contract by itself.
    ///
    /// # Errors
    /// The mistakes found, each with line, what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, Vec<ContractError>> {
        Self::read(text, None)
    }

    /// Parses and checks a contract, and the names it uses against the network: provider, sites, queues, calendars,
    /// reasons.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_for(text: &str, network: &Network) -> Result<Self, Vec<ContractError>> {
        Self::read(text, Some(network))
    }

    fn read(text: &str, network: Option<&Network>) -> Result<Self, Vec<ContractError>> {
        let wrong = |error| vec![ContractError::syntax(&error, "contract")];
        let file: ContractFile = serde_saphyr::from_str(text).map_err(wrong)?;
        check::check(file, network, hash(text))
    }

    /// The JSON Schema of the file.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(ContractFile)
    }

    /// The objective of a name.
    #[must_use]
    pub fn objective(&self, name: &str) -> Option<&Objective> {
        self.objectives.iter().find(|objective| objective.name == name)
    }

    /// The local day of an instant, in the contract's zone.
    #[must_use]
    pub fn day(&self, at: Instant) -> Date {
        self.zone.to_datetime(at.to_timestamp()).date()
    }
}

pub(crate) fn hash(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
