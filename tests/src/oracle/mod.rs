//! The definitions once more, naively: from events to legs ([`fold`]), from legs to counts ([`scorecard`]), to what waits at
//! an instant ([`present`]), to what was decided by then ([`decided`]), and to contacts that are followed from their receipt on ([`Receipt`]).
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
//! - a receipt is a contact at its owner, received when first offered; what closes or reopens it before that happens then,
//!   and at one instant what reopens comes last; cancelled is for good;
//! - a day of open time has 24 hours of it;
//! - short is never longer than the threshold, also when the threshold is overridden;
//! - a pause of a leg begins with `waiting` and ends with the leg's `resumed` or a message of the customer, whichever
//!   comes first; a second `waiting` changes nothing, nor does a `resumed` of a clock that runs;
//! - a turn begins with the customer's first message after a human reply in the contact, belongs to the leg of that reply,
//!   and ends with the next human reply anywhere; a `closed` for `no_reply_needed` settles it;
//! - a callback is asked for by the first request, or flow-out to a callback, that no human answer of the contact precedes
//!   (or meets); only attempts from then on count; where none is told, the first human answer stands for it;
//! - a flow-out without a destination is one to a callback when the request lies within its wait, else an overflow when the
//!   contact was offered again later;
//! - a contact is given up where its last end is that the customer hung up, no human having answered any of its inbound
//!   legs and none being open; of contacts counted whole, legs that do not count are no part; of several ends at one
//!   instant, abandoned wins.

mod backlog;
mod calls;
mod complaints;
mod decided;
mod declared;
mod fold;
mod journeys;
mod owned;
mod present;
mod promise;
mod receipts;
mod repeats;
mod replies;
mod rows;
mod scorecard;
mod tally;
#[cfg(test)]
mod tests;
mod written;

use contact::{Channel, Day, Direction, Event, Instant, Outcome};

pub use backlog::{Flow, Level, flow, level};
pub use complaints::{Complaint, complaints};
pub use decided::{Decision, decided};
pub use declared::{CountedAt, CountedOn, DeclaredCell, DeclaredCounts, Declaring, declared};
pub use fold::fold;
pub use journeys::Flows;
pub use owned::Contacts;
pub use present::{Present, present};
pub use receipts::{Receipt, receipts};
pub use repeats::{Handled, handled};
pub use replies::{Counted, Replies};
pub use rows::{legs_batch, read_legs};
pub use scorecard::{Counting, Dimension, Query, Row, scorecard};
pub use tally::{Ratio, Tally, nearest_rank};

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
    pub given_up_at: Option<Instant>,
    pub callback_at: Option<Instant>,
    pub slot_at: Option<Instant>,
    pub called_at: Option<Instant>,
    pub dials: i64,
    pub first_resolved_at: Option<Instant>,
    pub last_resolved_at: Option<Instant>,
    pub reopened_at: Option<Instant>,
    pub reopened: bool,
    /// Every resolution (1), decision (2), closing (3), cancellation (5) and reopening (6) of the contact, ascending, each as
    /// its microseconds * 8 + that number; none where it was merely resolved.
    pub changes: Vec<i64>,
    pub decided_at: Option<Instant>,
    pub published_at: Option<Instant>,
    pub paused: Vec<Lasting>,
    pub turns: Vec<Lasting>,
    pub turns_settled: i64,
}

/// A stretch of time, which may last still. In `legs` its two ends lie in two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasting {
    /// First instant.
    pub from: Instant,
    /// End, when it has one.
    pub to: Option<Instant>,
}

impl Leg {
    /// Which leg it is; legs are sorted by this wherever they are compared.
    #[must_use]
    pub fn key(&self) -> (&str, &str, &str, &str, i64) {
        (&self.contact_id, &self.provider, &self.site, &self.queue, self.leg)
    }
}
