//! Batches become durable Parquet files and Delta versions; pinned snapshots are handed out as file lists.
//!
//! A [`Table`] is one Delta table in a directory of its own, partitioned by `started_day` and described by a
//! [`TableSpec`]: its Arrow schema, its sort order, the columns with a bloom filter and those with statistics.
//! The crate is generic over tables; it does not know what an event or a leg is.
//!
//! - writing: [`sort_days`], then [`Table::write_day`] for each day (durable, not yet visible), then one
//!   [`Table::append`] (exactly once, by mark) or [`Table::replace`] (a rewrite of whole days' files);
//! - reading: [`Table::snapshot`] is a [`Snapshot`], an explicit list of [`DataFile`]s that no later commit changes;
//!   [`read_file`] gives the rows of one, [`Lookup`] those of a few values, and where to cut a day into stretches;
//! - upkeep: [`compact_day`], [`Table::checkpoint_if_due`], [`Table::vacuum`], [`verify`];
//! - one writer per lake: [`LakeLock`] names its holder.
//!
//! # Invariants
//!
//! **L1** A referenced file is whole and durable before its commit is visible. [`DurableStore`] syncs a file before its
//! name appears and the directory before it answers; a [`NewFile`] can only be made by a write that was synced.
//!
//! **L2** File order, footer order and declared order agree. [`Table::write_day`] compares every row with the one
//! before it and refuses the file otherwise; [`verify`] does the same with what is on the disk.
//!
//! **Exactly once.** Every attempt of an append, retries too, reads the mark of its writer in the log, refuses if it
//! covers any of the writes at hand, and commits on exactly the version it read: nothing can slip between the check and
//! the commit.
//!
//! **No lost file.** A rewrite commits only if every day it touches still has the files it had in the snapshot the
//! rewrite was computed from; otherwise [`LakeError::Conflict`] and nothing is written.
//!
//! **A failed sync is final.** After one, the store refuses every further write ([`LakeError::Sync`]): what the kernel
//! dropped cannot be written again by asking twice. The caller exits and recovers.
//!
//! # Deliberately absent
//!
//! No SQL, no predicates but [`Lookup`]'s, no schema evolution (a derived table whose columns differ is begun anew, any other
//! is refused), no deletion vectors, no in-place change, no clock (it comes in as a [`Clock`]), and no checkpoint inside a commit.

mod commit;
mod disk;
mod encode;
mod error;
pub mod fault;
mod lock;
mod lookup;
mod merge;
mod order;
mod origins;
mod read;
mod snapshot;
mod spec;
mod stats;
mod store;
mod table;
mod upkeep;
mod verify;

pub use commit::{Committed, Writes};
pub use error::LakeError;
pub use lock::LakeLock;
pub use lookup::Lookup;
pub use order::{sort_batches, sort_days, split_days};
pub use origins::Origins;
pub use read::read_file;
pub use snapshot::{DataFile, Snapshot};
pub use spec::{FileTags, STARTED_DAY, TableSpec};
pub use store::DurableStore;
pub use table::{Clock, NewFile, Table};
pub use upkeep::compact_day;
pub use verify::{Finding, Flaw, verify};

#[cfg(test)]
mod tests;
