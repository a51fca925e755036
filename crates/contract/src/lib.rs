//! The SLA contract: two parties, versions in force, objectives on figures, and what they give or cost.
//!
//! A contract is read once, with every mistake told at its line ([`Contract::parse`]); [`Versions`] say which one is in
//! force and cut windows where it changes; [`close`] says how a window ended, [`settle`] what that costs, [`look`] how a
//! window that is not over stands. All are pure functions of values.
//!
//! Whoever counts is asked with [`Asked`] and answers with [`Facts`]: rows that add up, by day, slice and claim. What is to
//! be expected of the rest of a window ([`Ahead`]) comes from the same answer about the days before. Beside the contract
//! there are three kinds of files that grow after its signature: claims of relief ([`Claim`]), forecasts ([`Issue`]), and
//! what the provider declares to have sent ([`Delivery`]).
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
//! Absent on purpose: SQL and counting (`engine`, `scorecard`), probability (`stats::sla`), alerts and their delivery, any
//! clock. `repeat`, `chronic`, `governance` and the dates of forecasts are read and shown only.

mod by_day;
mod check;
mod closed;
mod contract;
mod delivery;
mod earn_back;
mod error;
mod facts;
pub mod file;
mod forecast;
mod money;
mod networks;
mod open;
mod promise;
mod relief;
mod tally;
pub mod terms;
mod versions;

pub use closed::{Because, Closed, ClosedState, Slices, close};
pub use contract::{Calendars, Contract, InForce, Promise};
pub use delivery::{DeclaredTwice, Deliveries, Delivery};
pub use earn_back::{EarnedBack, PastWindow, earned_back};
pub use error::{ContractError, LeftOpen};
pub use facts::{
    Asked, AskedClaim, AskedClock, AskedDay, AskedScope, DayVolume, Facts, FactsError, Known, LATELY_DAYS, Offered,
    Received, Stratum,
};
pub use file::Party;
pub use forecast::{Forecasts, Issue, IssuedTwice};
pub use money::{Line, Minor, Settlement, apportioned, settle};
pub use networks::built_in;
pub use open::{Ahead, Assumed, Course, Open, OpenState, Outlook, Rest, look};
pub use promise::{PromiseStanding, promises_standing};
pub use relief::{Claim, Lack, Refusal, Reliefs, Standing};
pub use tally::Tally;
pub use terms::Objective;
pub use versions::{Held, VersionError, Versions};
