//! The SLA contract.
mod check;
mod contract;
mod error;
pub mod file;
pub mod terms;

pub use contract::{Calendars, Contract, InForce, Promise};
pub use error::{ContractError, LeftOpen};
pub use file::Party;
