//! A forecast as written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{ApiVersion, UnderEntry};

/// A forecast of volume issued under one contract. A later one is another file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(title = "Vigie forecast file")]
pub struct ForecastFile {
    /// The format.
    pub api_version: ApiVersion,
    /// What the file describes.
    pub kind: ForecastKind,
    /// Of which contract.
    pub metadata: UnderEntry,
    /// The day it was issued.
    #[schemars(with = "String")]
    pub issued_on: Spanned<String>,
    /// Contacts of each local day, all queues and sites of the contract together, such as `2026-03-29: 1200`.
    #[schemars(with = "BTreeMap<String, u64>")]
    pub days: BTreeMap<String, Spanned<u64>>,
}

/// What the file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ForecastKind {
    /// A forecast.
    SlaForecast,
}
