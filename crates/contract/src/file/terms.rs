//! Calendars, data, forecast, exclusions and governance as written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::Party;
use crate::terms::{AcceptedBy, Effect, OnShortfall, OverRelief, SourceOfTruth, SurplusRule};

/// Calendars by role: what is promised to customers, what the contract counts, when a site works. Never merged.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarsEntry {
    /// Promised hours.
    pub promise: Option<CalendarRef>,
    /// Hours and days the contract counts.
    pub contract: Option<CalendarRef>,
    /// Shift calendar of each site.
    #[schemars(with = "BTreeMap<String, String>")]
    pub site: BTreeMap<String, Spanned<String>>,
}

/// A calendar of the network file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarRef {
    /// Its name.
    #[serde(rename = "ref")]
    #[schemars(with = "String")]
    pub name: Spanned<String>,
}

/// Where the figures come from, and what holds when data is late.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct DataEntry {
    /// Whose events count.
    pub source_of_truth: Option<SourceOfTruth>,
    /// By when a day is delivered, in words.
    pub delivered_by: Option<String>,
    /// When figures stop changing.
    pub finality: Option<FinalityEntry>,
    /// How complete data must be.
    pub completeness: Option<CompletenessEntry>,
}

/// When figures stop changing, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct FinalityEntry {
    /// First figures.
    pub provisional: Option<String>,
    /// Final figures.
    #[serde(rename = "final")]
    pub last: Option<String>,
    /// Days in which a final figure may be disputed.
    pub dispute_days: Option<u32>,
}

/// How complete data must be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CompletenessEntry {
    /// The least share of the contacts expected: those that the provider declares (`SlaDelivery`), or those that came and
    /// those of which all was rejected.
    #[schemars(with = "f64")]
    pub min_share: Spanned<String>,
    /// What holds below it.
    pub on_shortfall: OnShortfall,
}

/// The volumes that were foreseen.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ForecastEntry {
    /// When forecasts are issued, in words.
    pub issues: Vec<String>,
    /// When a forecast is locked, such as `45d before month`; on the eve of each day when absent.
    #[schemars(with = "Option<String>")]
    pub locked_at: Option<Spanned<String>>,
    /// By what time it is given.
    pub grain: Option<Grain>,
    /// What it foresees.
    pub includes: Vec<String>,
    /// The variance that changes nothing.
    pub tolerance: Option<ToleranceEntry>,
    /// What holds above it.
    pub over_volume: Option<OverVolumeEntry>,
    /// What holds below it.
    pub under_volume: Option<UnderVolumeEntry>,
}

/// By what time a forecast is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// By day of the contract's zone.
    Day,
}

/// The variance that changes nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToleranceEntry {
    /// Above the forecast, as a share of it.
    #[schemars(with = "Option<f64>")]
    pub over: Option<Spanned<String>>,
    /// Below the forecast, as a share of it.
    #[schemars(with = "Option<f64>")]
    pub under: Option<Spanned<String>>,
}

/// What holds when more came than was foreseen.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OverVolumeEntry {
    /// What the provider is relieved of.
    #[schemars(with = "OverRelief")]
    pub relief: Spanned<OverRelief>,
    /// Which contacts of a day are the surplus.
    #[schemars(with = "Option<SurplusRule>")]
    pub surplus_rule: Option<Spanned<SurplusRule>>,
}

/// What holds when less came than was foreseen.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct UnderVolumeEntry {
    /// The share of the forecast that is billed in any case.
    #[schemars(with = "f64")]
    pub min_billed_share_of_forecast: Spanned<String>,
}

/// What may be left out of a result, once it happened and was accepted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExclusionEntry {
    /// Its name.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// What it does.
    pub effect: Effect,
    /// Whether a claim needs evidence.
    #[serde(default)]
    pub needs_evidence: bool,
    /// Who must accept a claim (default both).
    #[schemars(with = "Option<AcceptedBy>")]
    pub accepted_by: Option<Spanned<AcceptedBy>>,
    /// Whose doing it is.
    pub cause: Option<Party>,
    /// How soon after its start it must be told.
    #[schemars(with = "Option<String>")]
    pub notify_within: Option<Spanned<String>>,
    /// Last day on which it may begin.
    #[schemars(with = "Option<String>")]
    pub until: Option<Spanned<String>>,
    /// Reasons it is limited to.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub reasons: Vec<Spanned<String>>,
}

/// How the parties meet; shown, not computed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct GovernanceEntry {
    /// How often results are reviewed, in words.
    pub review: Option<String>,
    /// How often evaluators calibrate, in words.
    pub calibration: Option<String>,
    /// Points by which two quality evaluations may differ.
    pub qa_tolerance_points: Option<u32>,
}
