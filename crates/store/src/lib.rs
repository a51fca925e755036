//! One lake home: journal, tables and views kept in step by the commit protocol.
//!
//! ```text
//! HOME/lock             who writes, held by one process
//! HOME/secret.key       pseudonyms and sealed rejects, mode 0600
//! HOME/journal.sqlite   accepted and not yet in the lake; books, rejects, receipts, documents; alerts
//! HOME/events HOME/legs Delta tables
//! ```
//!
//! *Flush* of sequences (a, b]: freeze the tail → sort, split by day → durable files → one Delta commit with
//! `txn(journal, b)` → swap the view → trim the journal to b. It may fail or be dropped at any point; the next one leaves
//! out what the lake has by then. *Bulk file*: straight to sorted files, one commit with
//! `txn(file:<digest>)`; the journal keeps the books of it aside until that mark is durable. *Drop folder*: a file that is
//! quiet and whole becomes a bulk file, then moves away with a receipt beside it. *Fold*: legs of a day are rewritten from
//! its events, one commit removing and adding.
//!
//! Invariants: **V1** every acknowledged event is in exactly one of tail and table of a view · **J3** a batch is trimmed
//! only when the durable mark covers it · **R1** legs of a clean day equal a recompute · **B1** the books balance.
//!
//! Absent on purpose: HTTP, the command line, and when to do what: the caller says when to flush and fold.

mod alerts;
mod bulk;
mod bulk_books;
mod bulk_parse;
mod bulk_rows;
mod bulk_write;
mod contracts;
mod drop_folder;
mod error;
mod fold;
mod glance;
mod home;
mod now;
mod replay;
mod specs;
mod store;
mod upkeep;
mod verify;
mod vitals;

pub use alerts::{AlertDesk, AlertGlance, AlertLedger};
pub use bulk::{BulkFile, BulkProgress, BulkReport};
pub use contracts::{filed, tell_lacking};
pub use drop_folder::{DropFolder, DropOutcome, DropPolicy, DropReceipt, DropRows};
pub use error::StoreError;
pub use glance::Glance;
pub use home::Home;
pub use replay::Replayed;
pub use store::{Store, StoreOptions};
pub use upkeep::{FlushPolicy, Upkeep};
pub use verify::{Verified, verify};
