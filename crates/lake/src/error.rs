//! What can go wrong in the lake, and what the caller should do about it.

use std::io;
use std::path::{Path, PathBuf};

use arrow::error::ArrowError;
use contact::Day;
use deltalake_core::DeltaTableError;
use parquet::errors::ParquetError;

use crate::disk::{DiskError, SyncFailed};

/// Everything the lake can refuse or fail at.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The disk did not confirm a write. Fatal: answer nothing, exit, recover.
    #[error("{what} could not be made durable: {cause}; stop this process and recover")]
    Sync {
        /// The file or directory.
        what: String,
        /// What the system said.
        cause: String,
    },
    /// A rewrite was computed from files that are no longer the day's files.
    #[error("{table}: the files of {day} changed since version {base}; reload and compute the day again")]
    Conflict {
        /// The table.
        table: &'static str,
        /// The first day that changed.
        day: Day,
        /// The version the rewrite was computed from.
        base: u64,
    },
    /// Other writers won every attempt.
    #[error("{table}: lost {attempts} commits in a row to other writers; try again later")]
    Busy {
        /// The table.
        table: &'static str,
        /// How many attempts were made.
        attempts: u32,
    },
    /// Another process writes this lake.
    #[error("the lake is held by {by}; stop that process or send the data to it")]
    Held {
        /// The holder, in its own words.
        by: String,
    },
    /// There is no such table yet.
    #[error("{}: no table here; a writer creates it", path.display())]
    Absent {
        /// Where it should be.
        path: PathBuf,
    },
    /// Columns are not what the table's specification says.
    #[error("{table}: {detail}")]
    Schema {
        /// The table.
        table: &'static str,
        /// Which column, what it is, what it should be.
        detail: String,
    },
    /// L2 would be broken.
    #[error("{table}: row {row} sorts before the row above it; a file is sorted by ({sort}), nulls last")]
    Disorder {
        /// The table.
        table: &'static str,
        /// The first row out of order, from 0.
        row: u64,
        /// The columns of the order.
        sort: String,
    },
    /// A row of another day.
    #[error("{table}: a row with started_day {found} in a file of {day}; split the batch by day first")]
    WrongDay {
        /// The table.
        table: &'static str,
        /// The day found, or `null`.
        found: String,
        /// The day of the file.
        day: Day,
    },
    /// The log says something about a file that this program never writes.
    #[error("{table}: the log entry of {path} is damaged: {detail}")]
    Log {
        /// The table.
        table: &'static str,
        /// The file.
        path: String,
        /// What is missing or unreadable.
        detail: String,
    },
    /// The table format refused or failed.
    #[error("delta log: {0}")]
    Delta(#[source] Box<DeltaTableError>),
    /// Arrow refused or failed.
    #[error("arrow: {0}")]
    Arrow(#[from] ArrowError),
    /// Parquet refused or failed.
    #[error("parquet: {0}")]
    Parquet(#[from] ParquetError),
    /// The file system refused or failed, before anything was promised.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system has no random numbers to name a file with.
    #[error("no random numbers for a file name: {0}")]
    Random(String),
    /// A blocking task ended early: it panicked, or the runtime is shutting down.
    #[error("a write or read was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

impl LakeError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), source }
    }
}

impl From<SyncFailed> for LakeError {
    fn from(failure: SyncFailed) -> Self {
        Self::Sync { what: failure.path.display().to_string(), cause: failure.cause }
    }
}

impl From<DiskError> for LakeError {
    fn from(error: DiskError) -> Self {
        match error {
            DiskError::Sync(failure) => failure.into(),
            DiskError::Exists(path) => Self::io(&path, io::ErrorKind::AlreadyExists.into()),
            DiskError::Io { path, source } => Self::io(&path, source),
        }
    }
}

impl From<DeltaTableError> for LakeError {
    fn from(error: DeltaTableError) -> Self {
        Self::Delta(Box::new(error))
    }
}
