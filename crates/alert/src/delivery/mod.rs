//! Delivery: a courier per receiver takes messages out of the outbox and hands them to a carrier, until they are taken or
//! given up.

mod alertmanager;
mod courier;
mod couriers;
mod retry;
mod secret;
mod webhook;

use contact::{Duration, Instant};

use crate::{
    Alert,
    tables::{Message, Told},
};

pub use alertmanager::{Alertmanager, AlertmanagerOptions};
pub use courier::{Clock, Courier};
pub use couriers::Couriers;
pub use retry::Retry;
pub use secret::Secret;
pub use webhook::Webhook;

/// What an attempt met with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has taken it.
    Taken,
    /// The receiver answered that it did not.
    Failed {
        /// What it said.
        error: String,
        /// How long it asks to be left alone.
        asked_to_wait: Option<Duration>,
    },
    /// No answer: refused, cut off, too late, or not an answer. Whether it was taken is unknown.
    Unanswered {
        /// What happened.
        error: String,
    },
    /// The receiver never wants it again.
    Gone {
        /// What it said.
        error: String,
    },
}

/// An attempt, and what the receiver is to be reminded of from now on if it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What it met with.
    pub outcome: Outcome,
    /// What was told.
    pub told: Vec<Told>,
}

/// A message for an attempt, with what is true by now.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The message.
    pub message: Message,
    /// The alerts it tells of, as they are now.
    pub alerts: Vec<Alert>,
    /// What the receiver was told and not told to have ended, of these alerts and others.
    pub told: Vec<Told>,
}

/// How a kind of receiver is told.
pub trait Carrier: Send {
    /// Tells it.
    fn carry(&self, claimed: &Claimed, now: Instant) -> Attempt;

    /// How long after what it was told it is told again; `None` for receivers that remember.
    fn reminds_every(&self) -> Option<Duration> {
        None
    }

    /// How long it is still told that an alert has ended.
    fn reminds_of_ends_for(&self) -> Duration {
        Duration::default()
    }

    /// Tells it again what it was told.
    fn remind(&self, _told: &[Told], _now: Instant) -> Outcome {
        Outcome::Taken
    }
}
