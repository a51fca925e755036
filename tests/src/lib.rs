//! What crosses crates: a second, independent reading of the definitions, and random histories to hold both against.
//!
//! - [`oracle`]: the fold and the scorecard in plain Rust, written from the definitions and not from the SQL. It knows
//!   the vocabulary (`contact`) and the names of the columns (`columns`), and shares nothing else with the product.
//! - [`histories`]: random networks and histories of contacts that shrink, and the ways in which one history can arrive.
//! - [`property`]: what must hold of every history, tried on random ones.
//!
//! Invariants kept here: a history says the same however it arrives, and every oddity the generator is for is counted
//! by a test, so that a comparison that passes has met it.
//!
//! Absent on purpose: the comparison with the engine itself, which lives in the integration tests beside this crate.

#![expect(clippy::panic, reason = "this is how a test fails")]

pub mod histories;
pub mod oracle;
pub mod property;
