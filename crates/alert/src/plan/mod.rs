//! The file of alerts: who is told, and what is watched.

mod check;
mod error;
mod file;

use std::{collections::BTreeMap, path::PathBuf};

use contact::{Duration, Network};

pub use error::PlanError;

use self::file::PlanFile;
use crate::{AlertmanagerOptions, Objective, Receiver, Retry};

/// Who is told, and what is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// How often the present is looked at.
    pub every: Duration,
    /// Days for which alerts are kept that are over.
    pub keep_days: u32,
    /// Who is told.
    pub receivers: Vec<Planned>,
    /// What is watched of the present.
    pub objectives: Vec<Objective>,
    /// How deliveries are watched.
    pub feeds: FeedPlan,
    /// How open windows of contracts are watched.
    pub outlook: OutlookPlan,
}

/// A receiver and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Who is told what.
    pub receiver: Receiver,
    /// Where.
    pub address: Address,
    /// When a message is sent again.
    pub retry: Retry,
}

/// Where a receiver is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A signed webhook.
    Webhook {
        /// Its address.
        url: String,
        /// Where its secrets are found: one, or two while they are exchanged.
        secrets: Vec<SecretAt>,
        /// Networks to which it may lead although they are not public.
        allow: Vec<String>,
        /// A file of further authorities.
        authorities: Option<PathBuf>,
    },
    /// An Alertmanager, wherever the operator runs it.
    Alertmanager {
        /// Its address.
        url: String,
        /// How it is kept informed.
        options: AlertmanagerOptions,
    },
}

/// Where a secret is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretAt {
    /// In this file.
    File(PathBuf),
    /// In this variable of the environment.
    Env(String),
}

/// How deliveries are watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedPlan {
    /// The calendar of each provider's working hours.
    pub hours: BTreeMap<String, String>,
    /// The calendar in whose open time people may be called.
    pub call_hours: Option<String>,
}

/// How open windows of contracts are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutlookPlan {
    /// How often they are evaluated.
    pub every: Duration,
}

impl Plan {
    /// Reads a file, whose queues, sites, providers and calendars are those of `network`.
    ///
    /// # Errors
    /// Every mistake, each with its line, what is wrong and what would be right.
    pub fn parse(text: &str, network: &Network) -> Result<Self, Vec<PlanError>> {
        let file: PlanFile = serde_saphyr::from_str(text).map_err(|error| vec![PlanError::syntax(&error)])?;
        check::check(file, network)
    }

    /// What holds without a file: nobody is told, deliveries are watched.
    #[must_use]
    pub fn without_file() -> Self {
        Self {
            every: Duration::from_secs(5),
            keep_days: 400,
            receivers: Vec::new(),
            objectives: Vec::new(),
            feeds: FeedPlan::default(),
            outlook: OutlookPlan { every: Duration::from_secs(60) },
        }
    }

    /// The JSON Schema of the file.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(PlanFile)
    }
}
