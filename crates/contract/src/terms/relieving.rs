//! What relieves a provider: exclusions, surplus volume, incomplete data.

use std::collections::BTreeSet;

use contact::{Duration, Instant};

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
    /// When a forecast is locked, in words.
    pub locked_at: Option<String>,
    /// Above the forecast, as a share of it, that changes nothing.
    pub over: Option<Share>,
    /// Below the forecast, as a share of it, that changes nothing.
    pub under: Option<Share>,
    /// What holds above.
    pub over_volume: Option<OverVolume>,
    /// The share of the forecast that is billed in any case.
    pub min_billed: Option<Share>,
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
    /// The least share of expected events.
    pub min_share: Share,
    /// What holds below it.
    pub on_shortfall: OnShortfall,
}
