//! Promises on a share of contacts: kept or not, whether they can still be kept, and how fast the allowance goes.
//!
//! [`closed`] is arithmetic on integers: a period that is over met its [`Target`] or missed it, by so many contacts.
//! [`open`] is a probability: what the rest of the period must bring, and the chance that it does. [`Watch`] asks how fast
//! the allowance of misses is being used up, in two windows, so that an alert can fire at a target of 80 % and not only at
//! 99.9 %. [`ln_evidence`] may be looked at after every contact without raising more false alarms for it.
//!
//! Waits come in clusters: when a queue is long everyone misses together. What estimates ([`open`], [`Watch`],
//! [`ln_evidence`], [`surge`]) divides counts by the design effect; what settles ([`closed`]) never does.
//!
//! [`Lacking`] is what both stand on: how far contacts are from the target, exactly, even where they weigh less than one.
//!
//! A promise of "at most" is one of "at least" on the other contacts: at most 5 % abandoned is at least 95 % not abandoned.
//! A percentile is one too: the 95th percentile by nearest rank is at most 15 min exactly if 95 % wait at most 15 min.

mod beta_binomial;
mod burn;
mod closed;
mod evidence;
mod lacking;
mod open;
mod surge;
mod target;
mod watch;

pub use beta_binomial::{Beta, chance_of_at_least};
pub use burn::{Allowance, Burn, Guard, MIN_HOURLY, MIN_MISSED, burn, too_quiet, usual_phi};
pub use closed::{Closed, ClosedState, closed};
pub use evidence::{ALARM, ln_evidence};
pub use lacking::Lacking;
pub use open::{LIKELY, MIN_RECENT, Open, OpenState, Recent, Remaining, Required, UNLIKELY, open};
pub use surge::{SURGE, surge};
pub use target::{Target, Tried};
pub use watch::{Signal, Watch, Watched};
