//! What can go wrong, and what a submission can be told instead of being settled.

use std::path::PathBuf;

/// A journal that cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be opened.
    #[error("the journal {path} cannot be opened: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// What the store says.
        source: rusqlite::Error,
    },
    /// Another handle writes it.
    #[error("the journal {0} is being written by another process; stop it, or send to it")]
    InUse(PathBuf),
    /// Written by a newer program.
    #[error(
        "the journal {path} has schema version {found}; this program knows versions up to {known}, use a newer one"
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// J2 is broken: a committed batch is not there.
    #[error("the journal is corrupt: batch {seq} is missing, sequences must be dense from {first} to {last}")]
    Hole {
        /// The first sequence that is missing.
        seq: i64,
        /// First sequence that must be there.
        first: i64,
        /// Last sequence that must be there.
        last: i64,
    },
    /// A batch is not what was written.
    #[error("the journal is corrupt: batch {seq}: {what}")]
    Corrupt {
        /// Its sequence.
        seq: i64,
        /// What does not hold.
        what: String,
    },
    /// J3 would be broken.
    #[error("batches up to {upto} cannot be trimmed: the lake durably covers {durable} only")]
    TrimTooFar {
        /// What was to be trimmed.
        upto: i64,
        /// The lake's durable mark.
        durable: i64,
    },
    /// The journal was exchanged for an older one.
    #[error(
        "the journal ends at sequence {last} but the lake already covers {durable}: this is an older copy of the \
         journal; put back the newest one"
    )]
    BehindLake {
        /// Last sequence of the journal.
        last: i64,
        /// The lake's durable mark.
        durable: i64,
    },
    /// No such bulk file is pending or done.
    #[error("no bulk file with digest {0} was begun")]
    UnknownBulk(String),
    /// The file is on its way already.
    #[error("the bulk file with digest {0} is pending; finish or abandon it first")]
    BulkPending(String),
    /// The file counts already.
    #[error("the bulk file with digest {digest} is already counted, see receipt {receipt}")]
    BulkCounted {
        /// Digest of the file, in hexadecimal.
        digest: String,
        /// Where it was counted.
        receipt: String,
    },
    /// No space is left; nothing was written and nothing is lost.
    #[error("the disk of the journal is full; free space and send again")]
    Full,
    /// The writer has stopped, after a failure or at the end.
    #[error("the journal no longer writes; restart the program")]
    Stopped,
    /// The store fails.
    #[error("the journal's store failed: {0}")]
    Sql(rusqlite::Error),
    /// Rows cannot be written as a batch: a defect.
    #[error("a batch cannot be made: {0}")]
    Columns(#[from] columns::ColumnsError),
    /// Rows cannot be written as a batch: a defect.
    #[error("a batch cannot be written: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// Books or file lists cannot be written or read back.
    #[error("a stored value cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The file system fails.
    #[error("the journal's folder failed: {0}")]
    Io(#[from] std::io::Error),
    /// No random bytes for a receipt.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sql(error),
        }
    }
}

impl JournalError {
    /// Whether the writer must stop: what is durable is no longer certain, or the program is wrong.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Sql(_) | Self::Columns(_) | Self::Arrow(_) | Self::Io(_) | Self::Random(_))
    }
}

/// Why a submission was not settled. Nothing of it was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The queue is full.
    #[error("the journal is busy; send again in a moment")]
    Busy,
    /// The disk is full.
    #[error("the disk of the journal is full; send again once there is space")]
    Full,
    /// The writer stopped. Whether the submission is durable is unknown: sending it again is safe.
    #[error("the journal no longer writes; send again after the restart")]
    Stopped,
    /// The provider used this idempotency key before; its stored answer is to be looked up.
    #[error("the idempotency key was used before, see receipt {0}")]
    KeyUsed(String),
}
