//! What a provider declares to have sent, as written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{ApiVersion, UnderEntry};

/// Contacts of past days, as the provider counts them. A later declaration is another file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(title = "Vigie delivery file")]
pub struct DeliveryFile {
    /// The format.
    pub api_version: ApiVersion,
    /// What the file describes.
    pub kind: DeliveryKind,
    /// Of which contract.
    pub metadata: UnderEntry,
    /// The day it was declared.
    #[schemars(with = "String")]
    pub declared_on: Spanned<String>,
    /// Contacts offered on each local day, all queues and sites of the contract together, such as `2026-03-29: 1200`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, u64>")]
    pub days: BTreeMap<String, Spanned<u64>>,
    /// The same by queue: an objective of some queues only is measured by these.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, u64>>")]
    pub lines: BTreeMap<String, BTreeMap<String, Spanned<u64>>>,
}

/// What the file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum DeliveryKind {
    /// What was sent.
    SlaDelivery,
}
