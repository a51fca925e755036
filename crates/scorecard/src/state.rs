//! How far a figure can be relied on.

use std::collections::BTreeMap;

use contact::{Duration, Instant, Network, ProviderId};

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
