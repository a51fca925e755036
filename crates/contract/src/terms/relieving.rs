//! What relieves a provider: exclusions, surplus volume, incomplete data.

use std::{collections::BTreeSet, fmt, str::FromStr};

use contact::{Duration, Instant};
use jiff::{ToSpan, civil::Date};

use super::{AcceptedBy, Effect, OnShortfall, Share, SurplusRule};
use crate::file::Party;

/// What may be left out of a result, once it happened and was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Its name.
    pub id: String,
    /// What it does.
    pub effect: Effect,
    /// Whether a claim needs evidence.
    pub needs_evidence: bool,
    /// Who must accept a claim.
    pub accepted_by: AcceptedBy,
    /// Whose doing it is.
    pub cause: Option<Party>,
    /// How soon after its start it must be told.
    pub notify_within: Option<Duration>,
    /// A claim must begin before this.
    pub until: Option<Instant>,
    /// Reasons it is limited to; all when empty.
    pub reasons: BTreeSet<String>,
}

impl AcceptedBy {
    /// Whether this party must accept.
    #[must_use]
    pub fn needs(self, party: Party) -> bool {
        match self {
            Self::Both => true,
            Self::Client => party == Party::Client,
            Self::Provider => party == Party::Provider,
        }
    }
}

/// What holds when volumes differ from the locked forecast.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forecast {
    /// When forecasts are issued, in words.
    pub issues: Vec<String>,
    /// When a forecast is locked; on the eve of the day it foresees when absent.
    pub locked_at: Option<Lock>,
    /// Above the forecast, as a share of it, that changes nothing.
    pub over: Option<Share>,
    /// Below the forecast, as a share of it, that changes nothing.
    pub under: Option<Share>,
    /// What holds above.
    pub over_volume: Option<OverVolume>,
    /// The share of the forecast that is billed in any case.
    pub min_billed: Option<Share>,
}

/// When the forecast of a month is locked: so many days before the month begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock(u16);

/// A lock that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not say when a forecast is locked; give days before the month, such as 45d before month")]
pub struct LockError(String);

impl FromStr for Lock {
    type Err = LockError;

    fn from_str(text: &str) -> Result<Self, LockError> {
        let days = text.strip_suffix("d before month").and_then(|days| days.parse().ok());
        days.filter(|days| *days <= 400).map(Self).ok_or_else(|| LockError(text.to_owned()))
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d before month", self.0)
    }
}

impl Lock {
    /// The last day on which a forecast that counts for `day` may be issued. `None` beyond the years 1 to 9999.
    #[must_use]
    pub fn last_issue(self, day: Date) -> Option<Date> {
        day.first_of_month().checked_sub(i64::from(self.0).days()).ok()
    }
}

/// What the provider is relieved of when more came than was foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverVolume {
    /// The surplus contacts of each day.
    Surplus(SurplusRule),
    /// The window.
    WaiveWindow,
}

/// How complete data must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completeness {
    /// The least share of the contacts expected.
    pub min_share: Share,
    /// What holds below it.
    pub on_shortfall: OnShortfall,
}
