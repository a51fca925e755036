//! When each provider was heard last. Pure.

use std::collections::BTreeSet;

use contact::{Duration, Instant, Network, ProviderId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Feeds, Question, is_late};

/// When one provider was heard last.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LiveFeed {
    /// The provider.
    pub provider: String,
    /// The longest time between two deliveries that was agreed, in seconds.
    pub cadence_s: Option<f64>,
    /// The latest event's own time, ever; null when nothing was ever received.
    #[schemars(with = "Option<String>")]
    pub last_event_at: Option<Instant>,
    /// When something last came in, ever.
    #[schemars(with = "Option<String>")]
    pub last_received_at: Option<Instant>,
    /// Silent for longer than its cadence; null when none was agreed.
    pub late: Option<bool>,
}

impl LiveFeed {
    /// The feed of a provider, late or not at an instant.
    #[must_use]
    pub fn of(network: &Network, feeds: &Feeds, provider: &str, at: Instant) -> Self {
        let cadence = network.providers.get(provider).and_then(|declared| declared.cadence);
        let heard = feeds.get(provider);
        Self {
            provider: provider.to_owned(),
            cadence_s: cadence.map(Duration::as_seconds),
            last_event_at: heard.map(|feed| feed.last_event),
            last_received_at: heard.map(|feed| feed.last_received),
            late: cadence.map(|_| is_late(network, feeds, provider, at)),
        }
    }
}

/// The providers of the network and those that were heard of, as far as the question wants them.
pub(super) fn feeds_of(network: &Network, feeds: &Feeds, question: &Question) -> Vec<LiveFeed> {
    let filter = &question.filters.providers;
    let names: BTreeSet<&ProviderId> = network.providers.keys().chain(feeds.keys()).collect();
    let wanted = names.into_iter().filter(|name| filter.is_empty() || filter.contains(name.as_str()));
    let judged_at = question.now.min(question.as_of);
    wanted.map(|name| LiveFeed::of(network, feeds, name.as_str(), judged_at)).collect()
}
