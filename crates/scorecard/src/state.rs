//! How far a figure can be relied on.

use std::collections::BTreeMap;

use contact::{Duration, Instant, Network, ProviderId};

use crate::Question;

/// What is known of one provider's deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// The latest event's own time.
    pub last_event: Instant,
    /// When something last came in.
    pub last_received: Instant,
    /// The shortest time from an event to its receipt, in microseconds; below zero where a clock was ahead.
    pub least_delay_us: i64,
}

/// Deliveries by provider.
pub type Feeds = BTreeMap<ProviderId, Feed>;

/// Whether a provider's feed is late at `now`: silent for longer than its cadence allows. A provider without a cadence
/// is never late.
#[must_use]
pub fn is_late(network: &Network, feeds: &Feeds, provider: &str, now: Instant) -> bool {
    let cadence = network.providers.get(provider).and_then(|provider| provider.cadence);
    let Some(cadence) = cadence.map(Duration::as_micros) else { return false };
    match feeds.get(provider) {
        Some(feed) => now.micros_since(feed.last_event) > cadence,
        None => true,
    }
}

/// Whether a figure over the whole network may change with what is still to come: the period is not over, or a feed is
/// late.
#[must_use]
pub(crate) fn is_open(network: &Network, feeds: &Feeds, question: &Question) -> bool {
    let judged_at = question.now.min(question.as_of);
    let late = |provider: &ProviderId| is_late(network, feeds, provider.as_str(), judged_at);
    question.period.to > judged_at || network.providers.keys().any(late)
}

/// Sites with the provider that runs them before `end`.
pub(crate) fn sites_in_force(network: &Network, end: Instant) -> impl Iterator<Item = (String, String)> {
    network.sites.iter().filter_map(move |(name, versions)| {
        let site = versions.iter().rev().find(|site| site.from.is_none_or(|from| from < end))?;
        Some((name.to_string(), site.provider.to_string()))
    })
}
