//! A file of claims as written.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{ApiVersion, Party, UnderEntry};

/// Claims of relief under one contract: what happened, when it was told, who accepted it. It grows after the signature.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(title = "Vigie claims file")]
pub struct ClaimsFile {
    /// The format.
    pub api_version: ApiVersion,
    /// What the file describes.
    pub kind: ClaimsKind,
    /// Of which contract.
    pub metadata: UnderEntry,
    /// The claims.
    pub claims: Vec<ClaimEntry>,
}

/// What the file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ClaimsKind {
    /// Claims.
    SlaClaims,
}

/// A claim that an exclusion of the contract applied.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ClaimEntry {
    /// Its id, once in the file.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// The exclusion, by its id in the contract.
    #[schemars(with = "String")]
    pub exclusion: Spanned<String>,
    /// When it began, RFC 3339.
    #[schemars(with = "String")]
    pub from: Spanned<String>,
    /// When it ended, RFC 3339.
    #[schemars(with = "String")]
    pub to: Spanned<String>,
    /// Queues it is limited to.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub lines: Vec<Spanned<String>>,
    /// Sites it is limited to.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub sites: Vec<Spanned<String>>,
    /// Where the evidence is.
    pub evidence: Option<String>,
    /// When it was handed in, RFC 3339; with the claim when absent.
    #[schemars(with = "Option<String>")]
    pub evidence_at: Option<Spanned<String>>,
    /// When the other party was told, RFC 3339.
    #[schemars(with = "Option<String>")]
    pub notified_at: Option<Spanned<String>>,
    /// Who accepted it, and when.
    #[serde(default)]
    pub accepted: Vec<AcceptanceEntry>,
}

/// An acceptance.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceEntry {
    /// Whose.
    pub party: Party,
    /// When, RFC 3339: from then on results are told with it.
    #[schemars(with = "String")]
    pub at: Spanned<String>,
}
