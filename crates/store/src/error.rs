//! What can go wrong with a lake home.

use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] journal::JournalError),
    /// The journal did not take a submission.
    #[error(transparent)]
    Refused(#[from] journal::Refused),
    /// The tables.
    #[error(transparent)]
    Lake(#[from] lake::LakeError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] engine::EngineError),
    /// A question.
    #[error(transparent)]
    Scorecard(#[from] scorecard::ScorecardError),
    /// Files about contracts that cannot be read, or not together.
    #[error(transparent)]
    Filed(#[from] evaluation::FiledError),
    /// The secret key.
    #[error(transparent)]
    Keys(#[from] intake::KeysError),
    /// A file that cannot be taken apart: nothing of it counts.
    #[error("{file}: {source}; nothing of it was counted")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: intake::IntakeError,
    },
    /// A file that cannot be opened or read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that was written to while it was being read.
    #[error("{0} changed while it was being read; nothing of it was counted")]
    Changed(String),
    /// Rows that do not fit: a defect.
    #[error(transparent)]
    Columns(#[from] columns::ColumnsError),
    /// Rows that do not fit: a defect.
    #[error("rows of an unexpected shape: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// There is no lake.
    #[error("there is no lake at {0}; `vigie ingest --lake DIR --network FILE …` or `vigie serve` makes one")]
    NoLake(PathBuf),
    /// The lake has no network yet.
    #[error("the lake at {0} has no network yet; give one with --network FILE, it is remembered")]
    NoNetwork(PathBuf),
    /// The network file has mistakes.
    #[error("the network file has mistakes:\n{}", .0.iter().map(|mistake| format!("  {mistake}")).collect::<Vec<_>>().join("\n"))]
    Network(Vec<contact::NetworkError>),
    /// The network file is that of another lake, or a provider was taken out of it.
    #[error(
        "the lake holds events of {}, which the network file does not list; list them under `providers`, \
         or name the lake of that network with --lake",
        .0.join(", ")
    )]
    OtherNetwork(Vec<String>),
    /// A stored mapping can no longer be read.
    #[error("the mapping {0} that read this reject is not stored; ingest the file again with its mapping")]
    NoMapping(String),
    /// A reject that cannot be read again.
    #[error("the reject cannot be read again: {0}")]
    Unreadable(&'static str),
    /// The provider is not in the network.
    #[error("the provider {provider:?} is not in the network file; use one of: {known}")]
    UnknownProvider {
        /// As given.
        provider: String,
        /// Those there are.
        known: String,
    },
    /// A worker thread ended in a panic: a defect.
    #[error("a worker ended unexpectedly: {0}")]
    Worker(String),
}

impl StoreError {
    /// Whether it is a reject that cannot be read again: it stays kept, and the others still can be.
    pub(crate) fn is_of_one_reject(&self) -> bool {
        matches!(self, Self::NoMapping(_) | Self::Keys(_) | Self::File { .. } | Self::Unreadable(_))
    }

    /// Whether the process must end: what is durable is no longer known.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Journal(error) => error.is_fatal(),
            Self::Lake(error) => matches!(error, lake::LakeError::Sync { .. }),
            _ => false,
        }
    }
}
