//! Random histories: contacts that meet every oddity the definitions speak of, as proptest strategies that shrink.
//!
//! [`cases`] gives a network, what was received, and a question; [`arrivals`] gives the ways in which the same history
//! can arrive. Times keep to a few anchors (midnights and both clock changes of Paris in 2026), and gaps keep to the
//! limits (thresholds, 5 s backwards, 24 h, the durable days) and a microsecond beyond, where mistakes live.

mod arrivals;
mod build;
mod network;
mod plan;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use contact::{
    Duration, Instant, Network,
    network::{CallbackCounts, Formula, OverflowCounts},
};
use proptest::{prelude::*, sample::select};

use crate::oracle::{Counting, Dimension, Query, Received};

pub use arrivals::{Arrival, arrivals, to_batches};
pub use build::build;
pub use network::{Hours, PROVIDERS, QUEUES, network, network_text, site};
pub use plan::{Again, ContactPlan, Desk, Draft, Plan, Said, Saying, plans};

/// What was received under which network, and what is asked.
#[derive(Debug, Clone)]
pub struct Case {
    /// The network file, for tests that start the product with it.
    pub network_text: String,
    /// The same, parsed.
    pub network: Network,
    /// Everything ever received.
    pub received: Vec<Received>,
    /// What was known: later arrivals do not count.
    pub as_of: Instant,
    /// The question; its `now` is also the fold's.
    pub query: Query,
}

/// Whole cases. Queues are open as one of `hours` says.
pub fn cases(hours: &'static [Hours]) -> impl Strategy<Value = Case> {
    let networks = (select(hours), select(&[7_u32, 1][..]));
    (networks, plans(), moments(), questions()).prop_map(|((hours, durable_days), plan, (as_of, now), mut query)| {
        query.now = now;
        let network_text = network_text(hours, durable_days);
        Case { network: network(hours, durable_days), network_text, received: build(&plan), as_of, query }
    })
}

/// `(as_of, now)`: all that is known for ever, known at an instant, or judged at an instant with hindsight.
fn moments() -> impl Strategy<Value = (Instant, Instant)> {
    prop_oneof![
        2 => Just((Instant::FOREVER, Instant::FOREVER)),
        3 => instants().prop_map(|at| (at, at)),
        2 => instants().prop_map(|now| (Instant::FOREVER, now)),
        1 => (instants(), instants()),
    ]
}

/// Shortly or long after one of the anchors.
fn instants() -> impl Strategy<Value = Instant> {
    let later = select(&[0_i64, 1, 15, 30, 31, 3_600, 86_400, 2 * 86_400, 8 * 86_400, 46 * 86_400, 100 * 86_400][..]);
    (select(plan::ANCHORS), later).prop_map(|(anchor, seconds)| at(anchor).plus_micros(seconds * 1_000_000))
}

impl Case {
    /// The same, of contacts counted whole.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.query.counting.brand = true;
        self
    }
}

/// Questions over a year, a local day of 23 or 25 hours, or an hour; `now` is set by [`cases`].
///
/// # Panics
/// When the time-zone database lacks one of three well-known zones.
pub fn questions() -> impl Strategy<Value = Query> {
    let periods = &[
        ("2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"),
        ("2026-10-25T01:00:00Z", "2026-10-26T00:00:00Z"),
    ];
    let period = prop_oneof![4 => Just(periods[0]), 2 => select(&periods[1..])];
    let by = proptest::sample::subsequence(Dimension::ALL.to_vec(), 0..=3);
    let formula = proptest::option::weighted(0.3, select(&Formula::ALL[..]));
    let threshold = proptest::option::weighted(0.3, select(&[0_u32, 3, 20, 600][..]).prop_map(Duration::from_secs));
    let zone = select(&["Europe/Paris", "UTC", "America/St_Johns"][..]);
    let overflow = proptest::option::weighted(0.3, select(OverflowCounts::ALL));
    let callback = proptest::option::weighted(0.3, select(CallbackCounts::ALL));
    let counting = (overflow, callback).prop_map(|(overflow, callback)| Counting { brand: false, overflow, callback });
    (period, by, formula, threshold, zone, counting).prop_map(|((from, to), by, formula, threshold, zone, counting)| {
        Query {
            from: at(from),
            to: at(to),
            zone: jiff::tz::TimeZone::get(zone).expect("the zone is in the database"),
            by: by.into_iter().collect::<BTreeSet<_>>(),
            now: Instant::FOREVER,
            formula,
            threshold,
            counting,
        }
    })
}

fn at(text: &str) -> Instant {
    text.parse().expect("the histories' own times are RFC 3339")
}
