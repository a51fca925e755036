//! What can go wrong with a whole body, a whole file or the secret key. Single events and rows are
//! [`contact::Reject`]s instead, mapping files have [`crate::MappingError`].

use std::{io, path::PathBuf};

use crate::coding::TOO_EARLY;

/// A whole body or file, or the secret key, that cannot be used. Nothing of it counts.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The body or the file.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The mapping does not fit the file.
    #[error("the mapping does not fit the file: {0}")]
    Mapping(#[from] crate::MappingError),
    /// The secret key.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Rows that are put together by contact, and are too many for memory, cannot be put aside.
    #[error("rows cannot be put aside in a temporary file: {0}; make room, or point TMPDIR to where there is room")]
    Aside(#[source] io::Error),
}

/// A body or a file that cannot be taken apart into events or rows.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// The bytes are not what they claim to be, or end too early (HTTP 400).
    #[error("{what} cannot be decoded: {detail}")]
    Undecodable {
        /// What was being read, such as `gzip` or `the JSON array`.
        what: &'static str,
        /// What was found and what would be right.
        detail: String,
    },
    /// Over a named limit (HTTP 413).
    #[error("the body exceeds the limit of {allowed} {limit}; send it in smaller parts")]
    TooLarge {
        /// The limit's name: `encoded bytes`, `decoded bytes` or `events`.
        limit: &'static str,
        /// Its value.
        allowed: usize,
    },
    /// A content type, coding or file kind that is not read here (HTTP 415).
    #[error("{what} {value:?} is not supported; {right}")]
    Unsupported {
        /// `content type`, `content coding` or `file`.
        what: &'static str,
        /// What was given.
        value: String,
        /// What would be right.
        right: &'static str,
    },
}

impl ContainerError {
    pub(crate) fn undecodable(what: &'static str, detail: impl Into<String>) -> Self {
        Self::Undecodable { what, detail: detail.into() }
    }

    /// Whether there is a beginning and no end: what is missing may still be on its way.
    pub(crate) fn is_too_early(&self) -> bool {
        matches!(self, Self::Undecodable { detail, .. } if detail == TOO_EARLY)
    }
}

/// A secret key file that cannot be used, or a sealed text that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// Reading or writing failed.
    #[error("the secret key {path} cannot be {action}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// Others may read the file.
    #[error("the secret key {path} has mode {mode:03o}, so others may read it; set it to 600 (chmod 600)")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The content is not a key of this version.
    #[error(
        "the secret key {path} is damaged or of another version; restore it from a backup (a new key breaks every pseudonym)"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The system has no randomness to give.
    #[error("the system gives no random bytes; a key or nonce cannot be made")]
    NoRandomness,
    /// Sealed bytes were changed, cut, or sealed with another key.
    #[error("the sealed bytes cannot be opened; they were changed, or sealed with another secret key")]
    NotSealedHere,
}
