//! What is watched: a share of contacts that is to be in time, in some queues and sites.

use std::collections::BTreeSet;

use contact::Channel;
use stats::sla::Target;

use crate::{
    Title,
    conditions::{Begun, Slots},
};

/// Which contacts: each list that is not empty must hold the contact's value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Queues.
    pub queues: BTreeSet<String>,
    /// Sites.
    pub sites: BTreeSet<String>,
    /// Providers.
    pub providers: BTreeSet<String>,
    /// Channels.
    pub channels: BTreeSet<Channel>,
}

/// A share of contacts that is to be in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// Its name, the label `objective` of its alerts and figures.
    pub name: String,
    /// The contract that it stands in, if it does: the label `contract` of its alerts.
    pub contract: Option<String>,
    /// What the message calls it.
    pub title: Title,
    /// The share.
    pub target: Target,
    /// Of which contacts.
    pub scope: Scope,
    /// By which of the terms that are counted they are judged; 0 for what each queue promises itself.
    pub term: usize,
    /// How many contacts count as one; [`stats::sla::usual_phi`] of their number where it is not given.
    pub design_effect: Option<f64>,
    /// Contacts foreseen for the whole period, of which the message says how much of the allowance is gone; 0 is unknown.
    pub volume: i64,
    /// The calendar in whose open time people may be called.
    pub call_hours: Option<String>,
}

/// What was counted in one queue of one site, on one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The provider.
    pub provider: String,
    /// The site.
    pub site: String,
    /// The queue.
    pub queue: String,
    /// The channel.
    pub channel: String,
    /// By which terms they were judged.
    pub term: usize,
    /// The latest four open hours, by the minute.
    pub near: Slots,
    /// The latest three days of open time, by the quarter of an hour.
    pub far: Slots,
    /// The hour that is not over, to the minute.
    pub hour: Begun,
    /// The day that is not over, to the minute.
    pub day: Begun,
}

impl Scope {
    /// Whether it holds what was counted.
    pub(crate) fn holds(&self, counted: &Counted) -> bool {
        let lists =
            [(&self.queues, &counted.queue), (&self.sites, &counted.site), (&self.providers, &counted.provider)];
        lists.iter().all(|(wanted, value)| wanted.is_empty() || wanted.contains(*value))
            && (self.channels.is_empty() || self.channels.iter().any(|channel| channel.as_str() == counted.channel))
    }
}
