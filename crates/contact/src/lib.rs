//! The vocabulary of Vigie: what a contact is, where it goes, and what is said about it.
//!
//! Everything that can be wrong is a type here, parsed once at the door and trusted afterwards:
//! [`SiteId`], [`QueueId`], [`Instant`], [`Event`], [`Network`], [`Figure`].
//! This crate does no I/O and reads no clock; it knows neither Arrow nor SQL nor HTTP.
//!
//! Invariants kept here:
//! - a leg event always has a [`Place`] (site, queue, leg) and a start; only contact-level events may lack them;
//! - a [`Figure`] has a value exactly when its state says so, never NaN, and `low ≤ value ≤ high`;
//! - a [`Network`] that parsed is complete: every name it uses is declared, every version has its date.

mod channel;
mod event;
mod figure;
mod leg;
mod month;
mod name;
pub mod network;
mod reject;
mod time;

pub use channel::{Channel, Direction};
pub use event::{ContactKey, Details, Event, EventType, Identity, Known, People, Place};
pub use figure::{Figure, FigureError, FigureState, Finding, NoValue, Unit};
pub use leg::Outcome;
pub use month::Month;
pub use name::{NameError, ProviderId, QueueId, SiteId};
pub use network::{Network, NetworkError};
pub use reject::{Reject, RejectCode};
pub use time::{Day, Duration, Instant, TimeError};
