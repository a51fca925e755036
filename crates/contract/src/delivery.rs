//! What a provider declares to have sent: contacts of past days, against which those that came are counted.

use std::collections::{BTreeMap, BTreeSet};

use contact::QueueId;
use jiff::civil::Date;

use crate::{AskedScope, Contract, ContractError, by_day::by_day, check, contract::hash, file::DeliveryFile};

/// A declaration: contacts offered on local days in the scope of the contract, as the provider counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The day it was declared, in the contract's zone.
    pub declared_on: Date,
    /// Contacts of each day.
    pub days: BTreeMap<Date, u64>,
    /// The same by queue.
    pub lines: BTreeMap<QueueId, BTreeMap<Date, u64>>,
    /// SHA-256 of the file, hexadecimal.
    pub hash: String,
}

/// Two declarations of one day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two deliveries are declared on {0}; give each a day of its own")]
pub struct DeclaredTwice(pub Date);

/// The declarations under a contract. Of a day that several declare, the last one holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deliveries {
    declared: BTreeMap<Date, Delivery>,
}

impl Delivery {
    /// Parses and checks a declaration against the contract it is made under.
    ///
    /// # Errors
    /// The mistakes found, each with line, what is wrong and what would be right.
    pub fn parse(text: &str, contract: &Contract) -> Result<Self, Vec<ContractError>> {
        let wrong = |error| vec![ContractError::syntax(&error, "delivery")];
        let file: DeliveryFile = serde_saphyr::from_str(text).map_err(wrong)?;
        check::delivery(&file, contract, hash(text))
    }

    /// The JSON Schema of a declaration.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(DeliveryFile)
    }
}

impl Deliveries {
    /// Keeps every declaration.
    ///
    /// # Errors
    /// Two declared on one day: nothing would say which of them holds.
    pub fn new(deliveries: Vec<Delivery>) -> Result<Self, DeclaredTwice> {
        let declared = by_day(deliveries, |delivery| delivery.declared_on).map_err(DeclaredTwice)?;
        Ok(Self { declared })
    }

    /// Every declaration, by day.
    pub fn all(&self) -> impl Iterator<Item = &Delivery> {
        self.declared.values()
    }

    /// Contacts declared of a local day in a scope: the total where the scope is all of the contract, else the sum of its
    /// queues. `None` where that day is not declared, or not of every queue of the scope; and of a scope that is limited
    /// by anything but queues.
    #[must_use]
    pub fn declared(&self, contract: &Contract, scope: &AskedScope, day: Date) -> Option<u64> {
        let sites = contract.sites.iter().cloned().collect::<BTreeSet<_>>();
        let limited = scope.sites.as_ref().is_some_and(|own| *own != sites);
        if limited || scope.channels.is_some() || scope.reasons.is_some() {
            return None;
        }
        let lines = contract.lines.iter().cloned().collect::<BTreeSet<_>>();
        let whole = scope.lines.as_ref().is_none_or(|own| *own == lines);
        let total = || self.declared.values().rev().find_map(|delivery| delivery.days.get(&day).copied());
        let of_line = |line: &QueueId| {
            self.declared.values().rev().find_map(|delivery| delivery.lines.get(line)?.get(&day).copied())
        };
        let sum =
            || scope.lines.as_ref()?.iter().map(of_line).try_fold(0, |sum: u64, of| Some(sum.saturating_add(of?)));
        if whole { total().or_else(sum) } else { sum() }
    }
}
