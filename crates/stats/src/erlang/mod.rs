//! Queues of steady arrivals and equal agents: what a given number of agents can promise.
//!
//! [`erlang_c`] has customers who wait for ever, [`erlang_a`] customers who give up. Both assume a steady interval, arrivals
//! that know nothing of each other and exponential times; real arrivals and patience are burstier. Use them to ask whether a
//! volume could have been served, or whether a stated number of agents is plausible; never for a penalty.
//!
//! Any one unit of time serves, if rates are per that unit.

mod a;
mod c;

pub use a::{ErlangA, erlang_a};
pub use c::{ErlangC, Need, agents_needed, erlang_c};

/// The largest load, in agents busy at once, that is computed.
pub const MAX_LOAD: f64 = 1e6;

/// Arrivals, handle time and agents of a queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staffed {
    arrivals: f64,
    handle: f64,
    agents: u32,
}

impl Staffed {
    /// `arrivals` per unit of time, `handle` the mean handle time in that unit, and so many agents.
    ///
    /// `None` unless both are positive, their product is at most [`MAX_LOAD`], and there are between 1 and a million agents.
    #[must_use]
    pub fn new(arrivals: f64, handle: f64, agents: u32) -> Option<Self> {
        let positive = arrivals > 0.0 && handle > 0.0 && handle.is_finite();
        let valid = positive && arrivals * handle <= MAX_LOAD && (1..=1_000_000).contains(&agents);
        valid.then_some(Self { arrivals, handle, agents })
    }

    /// The load in Erlangs: agents that would be busy on average if nobody waited or gave up.
    #[must_use]
    pub fn load(self) -> f64 {
        self.arrivals * self.handle
    }

    /// Agents.
    #[must_use]
    pub fn agents(self) -> u32 {
        self.agents
    }

    /// The share of arrivals that find all agents busy if those are turned away: Erlang's B, by B_k = aB/(k + aB).
    ///
    /// Source: Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
    /// exchanges", 1917.
    #[must_use]
    pub fn blocked(self) -> f64 {
        (1..=self.agents).fold(1.0, |b, k| next_blocked(b, self.load(), k))
    }
}

fn next_blocked(b: f64, load: f64, agents: u32) -> f64 {
    load * b / (f64::from(agents) + load * b)
}
