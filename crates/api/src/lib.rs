//! The HTTP interface: events in, figures out.
//!
//! ```text
//! serve ─ connection ─▶ router ─▶ events ─▶ intake ─▶ journal ─▶ 2xx        threads of the API
//!                            └──▶ scorecards, web, contacts, feeds, … ─▶ view    threads of the questions
//! ```
//!
//! `router.rs` is the whole surface on one screen; each resource is a module of short handlers that parse, ask and
//! answer. What a resource takes and gives stands beside its handler and becomes `/openapi.json`.
//!
//! Invariants kept here:
//! - **an acknowledged event is shown**: every question takes a new view, and no answer about a period that is still
//!   open, or that may change by itself, carries an entity tag. The page of contracts alone may be of up to a minute ago,
//!   and says as of when (see [`Api::keep_present`]);
//! - **bounded**: connections, bytes of bodies in memory, bodies parsed at once, questions at once, the time of each,
//!   and how long a client may take to send or to read (see [`Limits`], told at `/v1/limits`);
//! - **SQL never runs on the threads that accept**: questions run on a runtime of their own;
//! - **one error**: every refusal is [`ApiError`], `application/problem+json` with a code, the field, and what would
//!   be right; every 429 and 503 says when to come back;
//! - **no word from elsewhere**: what people do to alerts and messages is not taken from a form of a foreign page;
//! - the same question has the same meaning here, on the pages and on the command line ([`Ask`], [`csv`], [`pages`]).
//!
//! Absent on purpose: identities. Until they come the server is for the machine it runs on; `access` is the one place
//! that says who sends. Absent too: TLS, HTTP/2, and any clock but the store's and that of time-outs.

mod access;
mod alerts;
mod ask;
mod backlog;
mod body;
mod complaints;
mod contacts;
mod contracts;
pub mod csv;
mod definitions;
mod discovered;
mod error;
mod events;
mod feeds;
mod format;
mod ground;
mod health;
mod homogeneity;
mod limits;
mod live;
mod metrics;
mod multipart;
mod openapi;
mod query;
mod reconciliations;
mod rejects;
mod repeats;
mod resource;
mod router;
mod run;
mod same_site;
mod scorecards;
mod serve;
mod site;
mod state;
mod statements;
mod tag;
mod turn;
mod web;

pub use alerts::{
    AlertAnswer, Alerting, AlertsAnswer, ChangeAnswer, DeadLetterAnswer, DeadLettersAnswer, PendingAnswer,
    RemarkRequest,
};
pub use ask::Ask;
pub use contracts::{BreachAnswer, BreachesAnswer};
pub use definitions::{DefinitionsAnswer, FigureDefinition, StatementDefinition};
pub use error::{ApiError, Problem};
pub use events::{EventsAnswer, ItemReject};
pub use feeds::{FeedAnswer, FeedsAnswer, SourceAnswer, feeds_answer};
pub use limits::Limits;
pub use query::{Parameter, Shape};
pub use reconciliations::MistakesProblem;
pub use rejects::{RejectsAnswer, ReplayAnswer, ReplayRequest};
pub use router::router;
pub use serve::{Ended, serve};
pub use site::SiteAnswer;
pub use state::Api;
pub use statements::{SealRequest, StatementAnswer, StatementsAnswer, sealed_by};
pub use web::{Lang, ReconcileWords, pages};
