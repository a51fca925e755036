//! What a result costs, as written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::objective::Number;
use crate::terms::{Decided, LevelName, Mode};

/// What a result costs: share at risk × pool of the class × allocation to the objective × band.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CommercialEntry {
    /// ISO 4217, three letters.
    #[schemars(with = "String")]
    pub currency: Spanned<String>,
    /// The share of a period's invoice that credits may reach: also their cap.
    #[schemars(with = "f64")]
    pub at_risk: Spanned<String>,
    /// The share of the amount at risk that each class draws from. They may add up to more than 1; the cap holds.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, f64>")]
    pub pools: BTreeMap<String, Spanned<String>>,
    /// The share of its class's pool that each objective draws.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, f64>")]
    pub allocation: BTreeMap<String, Spanned<String>>,
    /// What each level gives or costs, as a share of the allocation; the first that matches holds.
    #[serde(default)]
    pub bands: BTreeMap<String, Vec<BandEntry>>,
    /// Misses in a row; shown, not computed.
    pub repeat: Option<RepeatEntry>,
    /// Misses again and again; shown, not computed.
    pub chronic: Option<ChronicEntry>,
    /// How a credit is earned back.
    pub earn_back: Option<EarnBackEntry>,
    /// Whether money moves.
    #[schemars(with = "Mode")]
    pub mode: Spanned<Mode>,
}

/// A band: bounds, and what lies between them gives or costs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct BandEntry {
    /// Below this; of figures that are better when higher.
    #[schemars(with = "Option<Number>")]
    pub below: Option<Spanned<String>>,
    /// From this on, included; of figures that are better when higher.
    #[schemars(with = "Option<Number>")]
    pub from: Option<Spanned<String>>,
    /// Above this; of figures that are better when lower.
    #[schemars(with = "Option<Number>")]
    pub above: Option<Spanned<String>>,
    /// Up to this, included; of figures that are better when lower.
    #[schemars(with = "Option<Number>")]
    pub up_to: Option<Spanned<String>>,
    /// The share of the allocation the provider credits.
    #[schemars(with = "Option<f64>")]
    pub credit: Option<Spanned<String>>,
    /// The share of the allocation the brand pays on top.
    #[schemars(with = "Option<f64>")]
    pub bonus: Option<Spanned<String>>,
}

/// Misses in a row.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RepeatEntry {
    /// How many.
    pub consecutive_misses: u32,
    /// By what a credit would be multiplied.
    pub multiplier: f64,
}

/// Misses again and again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChronicEntry {
    /// How many.
    pub misses: u32,
    /// In how long.
    #[serde(rename = "in")]
    pub within: String,
    /// The right that follows.
    pub right: String,
}

/// How a credit is earned back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EarnBackEntry {
    /// Windows in a row.
    #[schemars(with = "u32")]
    pub months: Spanned<u32>,
    /// The level each must reach.
    #[schemars(with = "LevelName")]
    pub at_or_above: Spanned<LevelName>,
    /// The share of the credit that is given back.
    #[schemars(with = "f64")]
    pub share: Spanned<String>,
    /// When it is decided.
    pub decided: Decided,
}
