//! The vocabulary of Vigie: what a contact is, where it goes, and what is said about it.
//!
//! Everything that can be wrong is a type here, parsed once at the door and trusted afterwards:
//! [`SiteId`], [`QueueId`], [`Instant`], [`Event`], [`Network`], [`Figure`].
//!
//! Invariants kept here:
//! - a leg event always has a [`Place`] (site, queue, leg) and a start; only contact-level events may lack them;
//! - a [`Figure`] has a value exactly when its state says so, never NaN; it is its numerator over its denominator, to the
//!   last bit, and `low ≤ value ≤ high`;
//! - a [`Network`] that parsed is complete: every name it uses is declared, every version has its date.
//!
//! Absent on purpose: I/O, any clock, Arrow, SQL and HTTP. How a figure is computed is said in `queries/`.

mod channel;
mod event;
mod figure;
mod leg;
mod month;
mod name;
pub mod network;
mod reject;
mod rfc3339;
mod time;
mod viewpoint;

pub use channel::{Channel, Direction};
pub use event::{ContactKey, Details, Event, EventType, Identity, Known, People, Place};
pub use figure::{Figure, FigureError, FigureState, Finding, NoValue, Unit};
pub use leg::Outcome;
pub use month::Month;
pub use name::{NameError, ProviderId, QueueId, SiteId};
pub use network::{Network, NetworkError};
pub use reject::{Reject, RejectCode};
pub use time::{Day, Duration, Instant, TimeError};
pub use viewpoint::Viewpoint;
