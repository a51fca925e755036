//! Runs the named statements of `queries/` on a view of the lake.
//!
//! A [`View`] is one pinned state: the files of `events` and `legs` at their versions, and the tail that is durable but
//! not yet in the lake. Clean days are read from the legs already folded; what moved since is folded live by the same
//! `legs.sql` and united.
//!
//! Invariants kept here:
//! - **V1** a [`View`] never changes, and reads every acknowledged event once: from a file or from the tail;
//! - **R2** how far flushing and folding have come never changes an answer: files that were folded and rows that are
//!   folded live go through one statement, and a contact is read whole from one side or the other;
//! - **E1** statements use built-in functions only, so that another engine gives equal rows on the same files;
//! - **bound, never spliced**: the only SQL here is the text of `queries/`, and no statement may write;
//! - **bounded**: one pool of memory for all queries, spilling to disk; a day is folded in stretches of contacts; the
//!   caller sets a deadline.
//!
//! A [`Workbench`] runs statements on rows in memory by plans that are kept.
//!
//! Absent on purpose: figures and their meaning (see `scorecard`), listings of directories, and any cache that must be
//! emptied: what is kept is a function of its name.

/// What runs the statements, named in every answer.
pub const NAME: &str = "datafusion 55";

mod built_in;
mod catalog;
mod decoded;
mod error;
mod fold;
mod header;
mod kept;
mod overlay;
mod params;
mod parquet_files;
mod plan;
mod session;
mod slot;
mod statement;
mod tables;
mod tail;
mod together;
mod view;
mod workbench;

pub use catalog::Catalog;
pub use error::EngineError;
pub use fold::fold_day;
pub use header::{FigureSpec, ParamType, Span, Title};
pub use lake::DataFile;
pub use params::Params;
pub use session::{Engine, EngineOptions, Session};
pub use statement::Statement;
pub use tables::{Bound, compacted, view_schema};
pub use tail::{Batch, Tail};
pub use view::{Pieces, Pinned, View};
pub use workbench::Workbench;
