//! Customers who wait until they are answered.

use super::{Staffed, next_blocked};

/// A stable queue without abandonment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangC {
    /// The share of customers who wait at all, 0–1.
    pub waits: f64,
    /// The mean wait over all customers.
    pub mean_wait: f64,
    /// Customers waiting, on average.
    pub mean_queue: f64,
    /// The share of their time that agents are busy, 0–1.
    pub occupancy: f64,
    /// How fast the queue drains when all agents are busy: agents free per unit of time, beyond the arrivals.
    drain: f64,
}

/// What a number of agents must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Need {
    /// The share answered within `threshold`, below 1.
    pub service_level: f64,
    /// The wait within which a customer is answered in time.
    pub threshold: f64,
    /// The highest share of their time that agents are busy.
    pub max_occupancy: f64,
}

impl ErlangC {
    fn of(load: f64, handle: f64, arrivals: f64, agents: u32, blocked: f64) -> Option<Self> {
        let agents = f64::from(agents);
        let occupancy = load / agents;
        if occupancy >= 1.0 {
            return None;
        }
        let waits = blocked / (1.0 - occupancy * (1.0 - blocked));
        let drain = (agents - load) / handle;
        let mean_wait = waits / drain;
        Some(Self { waits, mean_wait, mean_queue: arrivals * mean_wait, occupancy, drain })
    }

    /// The share of customers answered within `threshold`, 0–1; 0 for one below 0, which nobody's wait is.
    #[must_use]
    pub fn service_level(&self, threshold: f64) -> f64 {
        if threshold >= 0.0 { 1.0 - self.waits * (-self.drain * threshold).exp() } else { 0.0 }
    }

    /// The wait that a share of customers does not exceed: 0 if as many do not wait. `None` unless `0 ≤ share < 1`.
    #[must_use]
    pub fn wait_percentile(&self, share: f64) -> Option<f64> {
        (0.0..1.0).contains(&share).then(|| ((self.waits / (1.0 - share)).ln() / self.drain).max(0.0))
    }
}

/// The queue if every customer waits until answered. `None` when the load is not below the number of agents: the queue
/// would grow for ever.
///
/// Source: Erlang 1917, as in Gans, Koole and Mandelbaum, "Telephone call centers: tutorial, review, and research
/// prospects", 2003.
#[must_use]
pub fn erlang_c(queue: Staffed) -> Option<ErlangC> {
    ErlangC::of(queue.load(), queue.handle, queue.arrivals, queue.agents, queue.blocked())
}

/// The fewest agents for `arrivals` per unit of time of so long a `handle` time, if every customer waits until answered.
///
/// `None` unless arrivals and handle time are positive, their product is at most [`super::MAX_LOAD`], the threshold is 0 or more,
/// `service_level` is within 0 and 1 without 1, and `max_occupancy` above 0; and if a million agents are too few.
#[must_use]
pub fn agents_needed(arrivals: f64, handle: f64, need: Need) -> Option<u32> {
    let load = Staffed::new(arrivals, handle, 1)?.load();
    let valid = need.threshold >= 0.0 && (0.0..1.0).contains(&need.service_level) && need.max_occupancy > 0.0;
    let mut blocked = 1.0;
    (1..=1_000_000).filter(|_| valid).find(|agents| {
        blocked = next_blocked(blocked, load, *agents);
        ErlangC::of(load, handle, arrivals, *agents, blocked).is_some_and(|queue| {
            queue.occupancy <= need.max_occupancy && queue.service_level(need.threshold) >= need.service_level
        })
    })
}
