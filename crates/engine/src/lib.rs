//! Runs the named statements of `queries/` on a view of the lake.
//!
//! A [`View`] is one pinned state: the files of `events` and `legs` at their versions, and the tail that is durable but
//! not yet in the lake. Clean days are read from the legs already folded; what moved since is folded live by the same
//! `legs.sql` and united, so how far flushing and folding have come never changes an answer (R2).
//!
//! The only SQL here is the text of `queries/`; values are bound, never spliced, and no statement may write.
//! Memory is bounded: one pool for all queries, spilling to disk, and a deadline at the caller.
//!
//! Absent on purpose: figures and their meaning (see `scorecard`), listings of directories, and any cache of
//! answers: what is kept is made of files that never change.

/// What runs the statements, named in every answer.
pub const NAME: &str = "datafusion 55";

mod decoded;
mod error;
mod fold;
mod kept;
mod overlay;
mod params;
mod parquet_files;
mod plan;
mod session;
mod statement;
mod tables;
mod tail;
mod view;

pub use error::EngineError;
pub use fold::fold_day;
pub use lake::DataFile;
pub use params::Params;
pub use session::{Engine, EngineOptions, Session};
pub use statement::{Catalog, FigureSpec, ParamType, Span, Statement, Title};
pub use tables::{Bound, compacted, view_schema};
pub use tail::{Batch, Tail};
pub use view::{Pieces, Pinned, View};
