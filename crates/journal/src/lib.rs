//! Durable, ordered, transactional store of what was accepted and not yet in the lake, and of small operational state.
//!
//! A [`Submission`] is what one request or one chunk of a file made: candidate events and rejects. One writer thread
//! takes the submissions that wait (a group), decides on each event in order, and puts into one synced transaction the
//! accepted rows (a batch under the next sequence), the rejects, the receipts, the books and the starts of new contacts.
//! Then it publishes the batches to the [`Tail`] in memory and answers. `SQLite` does the storing.
//!
//! What is decided per event ([`ItemOutcome`]):
//! 1. its contact began when it says, or when the contact is known to have begun; else it is rejected;
//! 2. stored before with the same content: a duplicate, not stored again; with other content: a conflict, stored;
//! 3. otherwise accepted.
//!
//! The rest of the crate is asked through a [`Reader`] (from any process) or [`Journal::read`]: books, rejects, contacts of
//! which nothing came ([`Lacking`]), receipts, documents, bulk files under way. Rejects are kept with their bytes, sealed
//! before they touch the disk, and are read again by a submission that names them ([`Replay`]): closing a reject and storing
//! its events is one transaction.
//!
//! Others keep tables of their own in this file, such as alerts with what is owed for them: [`Journal::guest`] changes them
//! in a transaction of the writer, [`Reader::guest`] asks them. What they are is not known here.
//!
//! # Invariants
//!
//! - **J1** An answer implies a synced transaction. A failed commit answers nothing, stops the writer and calls
//!   [`Options::on_fatal`]; only a full disk, which `SQLite` undoes by itself, is answered ([`Refused::Full`]).
//! - **J2** Sequences are dense, from the highest one trimmed to the highest one committed; checked at open with each
//!   batch's checksum, row count and columns. Nothing is skipped.
//! - **J3** A batch is trimmed only if the lake's durable mark covers it ([`Journal::trim`]).
//! - **B1** The books balance ([`Reader::check_books`]): received = accepted + duplicate + conflict + rejected per provider,
//!   source and hour; rejected = open rejects kept; rows read = mapped + skipped by name + rejected. A replay changes
//!   the hour in which its reject was received.
//! - The instant of receipt never goes back, not even over a restart. The start of a contact never changes.
//!
//! # Deliberately absent
//!
//! Decoding, validation and pseudonyms (done before), encryption (a closure), the lake's commits (the caller tells their
//! mark), exact deduplication (the fold does it: the index here is bounded and forgets), and any notion of who may ask.

mod books;
mod bulk;
mod clock;
mod contacts;
mod decide;
mod documents;
mod error;
mod group;
mod identities;
mod journal;
mod lacking;
mod ledger;
mod options;
mod reader;
mod receipts;
mod refill;
mod rejects;
mod replay;
mod schema;
mod submission;
mod tail;
mod writer;

pub use books::{Books, Discrepancy, LedgerLine, RowBooks, SkippedLine};
pub use bulk::{BulkDone, BulkEvents, BulkReject, BulkStart, PendingBulk};
pub use clock::Clock;
pub use decide::{started_at_mismatch, unknown_contact};
pub use documents::Document;
pub use error::{JournalError, Refused};
pub use journal::{Journal, Pending};
pub use lacking::Lacking;
pub use ledger::{RowCounts, SkippedRows};
pub use options::{OnFatal, Options, Sealer};
pub use reader::Reader;
pub use receipts::Receipt;
pub use rejects::{RejectCount, RejectFilter, RejectId, RejectRow, RejectState, SealedReject};
pub use submission::{
    AnswerFn, Became, Counts, Door, EarlyReject, FileRef, IdempotencyKey, Item, ItemOutcome, Position, Replay, Settled,
    Sha256Digest, Submission,
};
pub use tail::{Tail, TailBatch};
