//! What exclusion rules leave out, rule by rule.

use std::collections::BTreeMap;

use contact::Network;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{ScorecardError, parts::Sums};

/// The statement of legs left out by rule.
pub(crate) const EXCLUDED: &str = "excluded";

/// Legs that an exclusion rule left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Excluded {
    /// The rule's name in the network file.
    pub rule: String,
    /// `test`, `robot` or `internal`.
    pub kind: String,
    /// How many legs.
    pub legs: i64,
}

/// The rules of the network file, each with how many legs it left out.
///
/// # Errors
/// A defect of the statement.
pub(crate) fn excluded(sums: &Sums, network: &Network) -> Result<Vec<Excluded>, ScorecardError> {
    let rows = sums.rows(EXCLUDED)?;
    if rows.len() == 0 && network.exclusions.is_empty() {
        return Ok(Vec::new());
    }
    let (rules, legs) = (rows.ints("rule")?, rows.ints("legs")?);
    let counted: BTreeMap<i64, i64> =
        (0..rows.len()).filter_map(|row| Some((rules.get(row)?, legs.get(row)?))).collect();
    Ok((0..)
        .zip(&network.exclusions)
        .map(|(ordinal, rule)| Excluded {
            rule: rule.name.clone(),
            kind: rule.kind.as_str().to_owned(),
            legs: counted.get(&ordinal).copied().unwrap_or(0),
        })
        .collect())
}
