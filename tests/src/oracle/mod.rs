//! The definitions once more, naively: from events to legs ([`fold`]) and from legs to counts ([`scorecard`]).
//!
//! Where the definitions are silent, this is what both sides hold to:
//! - an event's identity is (contact, provider, source, id); what was received after `as_of` is dropped before the
//!   highest revision is chosen (ties: smallest content digest), what happened after `now` is dropped afterwards;
//! - order within a contact is (time, id, source), and provider last, which only decides between two providers that
//!   use the same source and id for one brand-wide contact;
//! - only leg events make a leg or tell its reason; contact-level events, even with site and queue, tell contact facts;
//! - a leg that is cancelled counts as cancelled, whatever rules match it; else it counts under the first rule of the
//!   file that matches; else, when live and offered while closed, as out of hours;
//! - a leg without a wait (disordered) is answered or abandoned, but neither in time nor short, and in no wait figure;
//! - resolved before the first offer by up to 5 s took no time; by more, it is resolved, but in an unknown time: in no
//!   percentile and never within a day or two, which are due all the same;
//! - a queue without a version in force is an undeclared queue: [`contact::network::Queue::default`];
//! - short is never longer than the threshold, also when the threshold is overridden;
//! - a callback is asked for by the first request, or flow-out to a callback, that no human answer of the contact precedes
//!   (or meets); only attempts from then on count; where none is told, the first human answer stands for it;
//! - a flow-out without a destination is one to a callback when the request lies within its wait, else an overflow when the
//!   contact was offered again later;
//! - of contacts counted whole, legs that do not count are no part; of several ends at one instant, abandoned wins.

mod calls;
mod fold;
mod journeys;
mod promise;
mod rows;
mod scorecard;
#[cfg(test)]
mod tests;

use contact::{Channel, Day, Direction, Event, Instant, Outcome};

pub use fold::fold;
pub use journeys::Flows;
pub use rows::{legs_batch, read_legs};
pub use scorecard::{Contacts, Counting, Dimension, Query, Ratio, Row, Tally, nearest_rank, scorecard};

/// An event as it is stored: with the contact's start and the time it was received.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// What it says.
    pub event: Event,
    /// When the contact began, looked up where the event does not state it.
    pub started_at: Instant,
    /// When it was received.
    pub received_at: Instant,
}

/// A row of `legs`: the columns of [`columns::legs_schema`], under their names and in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a table")]
#[expect(missing_docs, reason = "the columns are described where the schema is")]
pub struct Leg {
    pub started_day: Day,
    pub contact_id: String,
    pub provider: String,
    pub site: String,
    pub queue: String,
    pub leg: i64,
    pub started_at: Instant,
    pub offered_at: Instant,
    pub inferred: bool,
    pub outcome: Option<Outcome>,
    pub outcome_at: Option<Instant>,
    pub wait_us: Option<i64>,
    pub ended_at: Option<Instant>,
    pub handle_us: Option<i64>,
    pub disordered: bool,
    pub anomalies: i64,
    pub transfers: i64,
    pub transferred_at: Option<Instant>,
    pub flowed_to: Option<String>,
    pub channel: Option<Channel>,
    pub direction: Direction,
    pub reason: Option<String>,
    pub language: Option<String>,
    pub priority: Option<String>,
    pub complaint: Option<bool>,
    pub recognised: Option<bool>,
    pub customer: Option<String>,
    pub agent: Option<String>,
    pub team: Option<String>,
    pub cancelled: bool,
    pub owner: bool,
    pub first_offered_at: Option<Instant>,
    pub last_offered_at: Option<Instant>,
    pub callback_at: Option<Instant>,
    pub slot_at: Option<Instant>,
    pub called_at: Option<Instant>,
    pub dials: i64,
    pub first_resolved_at: Option<Instant>,
    pub last_resolved_at: Option<Instant>,
    pub reopened_at: Option<Instant>,
    pub reopened: bool,
}

impl Leg {
    /// Which leg it is; legs are sorted by this wherever they are compared.
    #[must_use]
    pub fn key(&self) -> (&str, &str, &str, &str, i64) {
        (&self.contact_id, &self.provider, &self.site, &self.queue, self.leg)
    }
}
