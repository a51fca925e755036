//! Which contacts are asked for, and by which clock they wait.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Channel, Network, ProviderId, QueueId, SiteId};

use crate::{
    Contract,
    terms::{CalendarRole, Clock, Metric, Objective},
};

/// The contacts an objective is about. `None` is any; an empty set is none at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedScope {
    /// The provider; `None` when all of the network are compared.
    pub provider: Option<ProviderId>,
    /// Queues.
    pub lines: Option<BTreeSet<QueueId>>,
    /// Sites.
    pub sites: Option<BTreeSet<SiteId>>,
    /// Channels.
    pub channels: Option<BTreeSet<Channel>>,
    /// Reasons, those of the families asked for.
    pub reasons: Option<BTreeSet<String>>,
}

/// How waits are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedClock {
    /// As a scorecard does: elapsed for live channels, open time of each queue's promise for written ones.
    OfQueue,
    /// Elapsed.
    Elapsed,
    /// Open time of this calendar of the network.
    Open(String),
    /// Open time of the calendar of each site.
    OpenBySite(BTreeMap<SiteId, String>),
}

impl AskedClock {
    pub(super) fn of(contract: &Contract, metric: &Metric) -> Self {
        let role = match metric {
            Metric::FirstResponse { calendar, .. }
            | Metric::WaitPercentile { calendar, .. }
            | Metric::BacklogAge { calendar, .. } => *calendar,
            Metric::DurableResolution { clock: Clock::Elapsed, .. } => CalendarRole::Always,
            Metric::DurableResolution { clock: Clock::Business, .. } => CalendarRole::Promise,
            Metric::ServiceLevel { .. } | Metric::HomogeneityGap | Metric::Figure { .. } => return Self::OfQueue,
        };
        let named = |name: &Option<String>| name.clone().map_or(Self::OfQueue, Self::Open);
        match role {
            CalendarRole::Always => Self::Elapsed,
            CalendarRole::Promise => named(&contract.calendars.promise),
            CalendarRole::Contract => named(&contract.calendars.contract),
            CalendarRole::Site => Self::OpenBySite(contract.calendars.site.clone()),
        }
    }
}

impl AskedScope {
    /// Whether it is about no contact at all.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        fn nothing<T>(names: Option<&BTreeSet<T>>) -> bool {
            names.is_some_and(BTreeSet::is_empty)
        }
        nothing(self.lines.as_ref())
            || nothing(self.sites.as_ref())
            || nothing(self.channels.as_ref())
            || nothing(self.reasons.as_ref())
    }

    /// The contacts of an objective: the contract's, fewer where it says so. A gap between sites is one of all sites of the
    /// network, whoever runs them: a site alone has none.
    #[must_use]
    pub fn of(contract: &Contract, objective: &Objective, network: &Network) -> Self {
        let (own, all_sites) = (&objective.scope, objective.indicator.metric == Metric::HomogeneityGap);
        let lines = some(own.lines.clone()).or_else(|| some(contract.lines.iter().cloned().collect()));
        let sites = some(own.sites.clone()).or_else(|| some(contract.sites.iter().cloned().collect()));
        let of_family = |reason: &&String| {
            let family = network.families.get(*reason).and_then(Option::as_deref);
            family.is_some_and(|family| own.families.contains(family))
        };
        let reasons = match (some(own.reasons.clone()), some(own.families.clone())) {
            (reasons, None) => reasons,
            (None, Some(_)) => Some(network.families.keys().filter(of_family).cloned().collect()),
            (Some(reasons), Some(_)) => Some(reasons.iter().filter(of_family).cloned().collect()),
        };
        Self {
            provider: (!all_sites).then(|| contract.provider.clone()),
            lines,
            sites: sites.filter(|_| !all_sites),
            channels: some(own.channels.clone()),
            reasons,
        }
    }
}

fn some<T>(names: BTreeSet<T>) -> Option<BTreeSet<T>> {
    Some(names).filter(|names| !names.is_empty())
}
