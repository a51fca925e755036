//! The SLA contract: two parties, versions in force, objectives on figures, and what they give or cost.
//!
//! A contract is read once, with every mistake told at its line ([`Contract::parse`]); [`Versions`] say which one is in
//! force and cut windows where it changes; [`close`] says how a window ended, [`settle`] what that costs, [`look`] how a
//! window that is not over stands. All are pure functions of values: counts come in as [`Facts`], from whoever counts.
//!
//! Invariants kept here:
//! - **C1** a result is exact: shares are compared by cross-multiplication of whole numbers, money is in minor units
//!   and rounded once; no floating-point number decides;
//! - **C2** a contact is in one stratum, in one piece of a window, and relieved at most once: cutting conserves counts;
//! - **C3** a version has no effect before its first day or after its last;
//! - **C4** a result is a function of contract, facts and claims as known at an instant: a claim accepted later changes
//!   what is said later, never what was said before;
//! - **C5** nothing is a result of no contact: too few say nothing, and cost nothing.
//!
//! What contracts leave open is said ([`LeftOpen`]), and is a mistake where money is due.
//!
//! Absent on purpose: SQL and counting (`engine`, `scorecard`), probability (`stats`, handed to [`look`]), alerts and
//! their delivery, any clock. `repeat`, `chronic`, `governance` and the issues of forecasts are read and shown only.

mod check;
mod closed;
mod contract;
mod earn_back;
mod error;
pub mod file;
mod money;
mod open;
mod promise;
mod relief;
mod tally;
pub mod terms;
mod versions;

pub use closed::{Because, Closed, ClosedState, DayVolume, Facts, FactsError, Received, Slices, Stratum, close};
pub use contract::{Calendars, Contract, InForce, Promise};
pub use earn_back::{EarnedBack, PastWindow, earned_back};
pub use error::{ContractError, LeftOpen};
pub use file::Party;
pub use money::{Line, Minor, Settlement, apportioned, settle};
pub use open::{Open, OpenState, Question, Recent, Remaining, Required, look};
pub use promise::{PromiseStanding, promises_standing};
pub use relief::{Claim, Lack, Refusal, Reliefs, Standing};
pub use tally::{Bar, Tally};
pub use terms::Objective;
pub use versions::{Held, VersionError, Versions};
