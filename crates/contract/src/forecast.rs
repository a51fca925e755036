//! Forecasts of volume, as they were issued, and which of them is locked.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{Contract, ContractError, by_day::by_day, check, contract::hash, file::ForecastFile};

/// A forecast as it was issued: contacts of each local day in the scope of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The day it was issued, in the contract's zone.
    pub issued_on: Date,
    /// Contacts foreseen of each day.
    pub days: BTreeMap<Date, u64>,
    /// SHA-256 of the file, hexadecimal.
    pub hash: String,
}

/// Two forecasts issued on one day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two forecasts are issued on {0}; give each issue a day of its own")]
pub struct IssuedTwice(pub Date);

/// The forecasts issued under a contract; none is lost when a later one is issued.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecasts {
    issues: BTreeMap<Date, Issue>,
}

impl Issue {
    /// Parses and checks a forecast against the contract it is issued under.
    ///
    /// # Errors
    /// The mistakes found, each with line, what is wrong and what would be right.
    pub fn parse(text: &str, contract: &Contract) -> Result<Self, Vec<ContractError>> {
        let wrong = |error| vec![ContractError::syntax(&error, "forecast")];
        let file: ForecastFile = serde_saphyr::from_str(text).map_err(wrong)?;
        check::forecast(&file, contract, hash(text))
    }

    /// The JSON Schema of a forecast.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(ForecastFile)
    }
}

impl Forecasts {
    /// Keeps every issue.
    ///
    /// # Errors
    /// Two issued on one day: nothing would say which of them counts.
    pub fn new(issues: Vec<Issue>) -> Result<Self, IssuedTwice> {
        let issues = by_day(issues, |issue| issue.issued_on).map_err(IssuedTwice)?;
        Ok(Self { issues })
    }

    /// Contacts foreseen of a local day by the last issue that foresees it and came in time to be locked. Later issues
    /// change nothing: nobody is relieved by a forecast made when the volume was known.
    #[must_use]
    pub fn locked(&self, contract: &Contract, day: Date) -> Option<u64> {
        let last = match contract.forecast.locked_at {
            Some(lock) => lock.last_issue(day),
            None => day.yesterday().ok(),
        }?;
        self.issues.range(..=last).rev().find_map(|(_, issue)| issue.days.get(&day).copied())
    }
}
