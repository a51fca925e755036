//! Contracts held against a lake: every window of every objective, as known at an instant.
//!
//! [`Filed`] is what is filed: the versions of a contract with the instants at which they were accepted, claims and
//! forecasts. [`evaluate`] counts what [`contract::Asked`] asks, with the statements of `queries/` and by the scorecard's own
//! cohort, and gives one [`Evaluation`]: contracts → objectives → windows, with money and promises. What a count means
//! stands in SQL; what it decides stands in `contract`; which windows are looked at, and whether the data can carry a
//! result at all, stands here.
//!
//! For whoever reads an [`Evaluation`] (alerts, seals, reconciliation):
//! - a window is named by contract, objective, [`WindowAnswer::length`], [`WindowAnswer::window`] and
//!   [`WindowAnswer::piece`]: [`WindowAnswer::id`] says all of it, and stays the same from one pass to the next;
//! - [`WindowAnswer::state`] is what is to be said. It is never [`State::Breached`] or [`State::Lost`] while data of the
//!   window is late or missing: that is [`State::Held`], and [`WindowAnswer::data`] says why. What is known so far stands
//!   beside it in [`WindowAnswer::closed`] or [`WindowAnswer::open`]: exactly one of them is there, or neither where
//!   [`WindowAnswer::not_counted`] says why the objective cannot be counted at all;
//! - [`Evaluation::provenance`] and [`WindowAnswer::definitions`], the hash of each version ([`VersionAnswer`]), of each
//!   claim file and of each forecast are all that a result depends on beside the events: equal ones on equal events give
//!   equal windows, whatever was asked before and however far flushing and folding have come;
//! - contracts, objectives and windows come in one order: by name, as in the file, by end.
//!
//! Invariants: **R2** (see `scorecard`); **C4** what was known at an instant is said again when that instant is asked
//! (`as_of`): contracts, claims and forecasts that were filed later are not seen.
//!
//! Absent on purpose: any clock (`now` is part of the question), HTTP, words for people beyond what an answer names, and
//! what is done about a breach.

mod answer;
mod cells;
mod counts;
mod error;
mod evaluate;
mod filed;
mod matching;
mod money;
mod plan;
mod question;
mod readings;
mod received;
mod runs;
mod settled;
mod stretches;
mod terms;
mod unit;
mod window;

pub use answer::{
    CompletenessAnswer, ContractAnswer, DataState, EarnedBackAnswer, Evaluation, FiledClaim, FiledDelivery,
    FiledForecast, MoneyAnswer, ObjectiveAnswer, Provenance, State, VersionAnswer, WindowAnswer,
};
pub use error::EvaluationError;
pub use evaluate::{evaluate, evaluate_each};
pub use filed::{DocumentKind, Filed, FiledDocument, FiledError, Lacking};
pub use question::{EvaluationQuestion, Invoices, Wanted, amount};
