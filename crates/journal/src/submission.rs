//! What one request or one chunk of a file hands in, and what it is told.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use contact::{ContactKey, Event, Instant, ProviderId, Reject};
use serde::{Deserialize, Serialize};

use crate::{RejectId, RowCounts, SkippedRows};

/// A SHA-256 digest.
pub type Sha256Digest = [u8; 32];

/// Makes the answer that is stored with the receipt, in the transaction that settles it.
pub type AnswerFn = Box<dyn FnOnce(&Settled) -> String + Send>;

/// What one request, one chunk of a file or one replay hands in.
pub struct Submission {
    /// The way in.
    pub door: Door,
    /// Who sends, where one provider does.
    pub provider: Option<ProviderId>,
    /// Which decoder or mapping reads the raw bytes again.
    pub format: Arc<str>,
    /// The sender's idempotency key.
    pub key: Option<IdempotencyKey>,
    /// The file it comes from.
    pub file: Option<FileRef>,
    /// Candidate events and rejects, in the sender's order.
    pub items: Vec<Item>,
    /// Rows of files. Empty for requests and replays.
    pub rows: Vec<RowCounts>,
    /// Rows that the mapping skips, by name. Empty for replays.
    pub skipped: Vec<SkippedRows>,
    /// The rejects whose bytes were read again to make the items.
    pub replays: Vec<Replay>,
    /// Makes the answer to store.
    pub answer: Option<AnswerFn>,
}

impl Submission {
    /// An empty submission.
    #[must_use]
    pub fn new(door: Door, provider: Option<ProviderId>, format: impl Into<Arc<str>>) -> Self {
        Self {
            door,
            provider,
            format: format.into(),
            key: None,
            file: None,
            items: Vec::new(),
            rows: Vec::new(),
            skipped: Vec::new(),
            replays: Vec::new(),
            answer: None,
        }
    }

    /// About how many bytes it holds, for the bounds of queue and group.
    pub(crate) fn weight(&self) -> usize {
        const OVERHEAD: usize = 512;
        self.items.iter().map(|item| item.raw.len() + OVERHEAD).sum::<usize>() + OVERHEAD
    }
}

/// The way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// A request.
    Http,
    /// A file.
    File,
    /// Rejects read again.
    Replay,
}

impl Door {
    /// The word stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::File => "file",
            Self::Replay => "replay",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Http, Self::File, Self::Replay].into_iter().find(|door| door.as_str() == word)
    }
}

/// A sender's idempotency key, and what it was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// As sent.
    pub key: String,
    /// SHA-256 of the body.
    pub body: Sha256Digest,
}

/// A file by its name and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// Its name, for people.
    pub label: String,
    /// SHA-256 of its bytes.
    pub digest: Sha256Digest,
}

/// One candidate.
pub struct Item {
    /// Where it stands in the body or file.
    pub position: Position,
    /// The bytes it was read from; sealed and kept if it is rejected, else dropped.
    pub raw: Bytes,
    /// A valid event, or why there is none.
    pub content: Result<Event, EarlyReject>,
    /// The reject whose bytes it was read from. Must be in [`Submission::replays`].
    pub replay_of: Option<RejectId>,
}

/// Where an item stands in a body or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Index in a batch, from 0.
    Index(u64),
    /// Line or row of a file, from 1.
    Line(u64),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "index {index}"),
            Self::Line(line) => write!(f, "line {line}"),
        }
    }
}

/// What was rejected before it reached the journal, with what could be read of it.
#[derive(Debug, Clone)]
pub struct EarlyReject {
    /// Why.
    pub reject: Reject,
    /// The provider, if another than the submission's.
    pub provider: Option<ProviderId>,
    /// The source, if known.
    pub source: Option<String>,
    /// The event's id, if it could be read.
    pub event_id: Option<String>,
    /// The contact, if it could be read.
    pub contact: Option<ContactKey>,
    /// When its contact began, if that could be read.
    pub began: Option<Instant>,
    /// The site it names, if any.
    pub site: Option<String>,
    /// The queue it names, if any.
    pub queue: Option<String>,
    /// No event could be made of the row: it counts in [`RowCounts::rejected`]. False for events of a request.
    pub of_row: bool,
}

impl From<Reject> for EarlyReject {
    fn from(reject: Reject) -> Self {
        Self {
            reject,
            provider: None,
            source: None,
            event_id: None,
            contact: None,
            began: None,
            site: None,
            queue: None,
            of_row: false,
        }
    }
}

/// A reject whose bytes were read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Which.
    pub reject: RejectId,
    /// What its bytes are now.
    pub became: Became,
}

/// What the bytes of a reject are, read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// The items that name the reject.
    Items,
    /// A row that the mapping now skips under this name.
    Skipped(String),
}

/// What became of the items of one submission; durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Id of the receipt.
    pub receipt: String,
    /// When it was received; stored with every event of it.
    pub received_at: Instant,
    /// Sequence of its batch; `None` when nothing was stored.
    pub seq: Option<i64>,
    /// Sums of `outcomes`.
    pub counts: Counts,
    /// What became of each item, at the item's own index.
    pub outcomes: Vec<ItemOutcome>,
    /// What [`Submission::answer`] made.
    pub answer: Option<String>,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemOutcome {
    /// Stored.
    Accepted,
    /// Stored before with the same content, or replayed before.
    Duplicate,
    /// Stored, though its identity and revision are known with another content.
    Conflict,
    /// Kept as a reject.
    Rejected {
        /// Its id.
        id: RejectId,
        /// Why.
        reject: Reject,
    },
}

/// Events received, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All.
    pub received: u64,
    /// Stored.
    pub accepted: u64,
    /// Known before, not stored again.
    pub duplicate: u64,
    /// Stored beside another content of the same identity and revision.
    pub conflict: u64,
    /// Kept as rejects.
    pub rejected: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, outcome: &ItemOutcome) {
        self.received += 1;
        match outcome {
            ItemOutcome::Accepted => self.accepted += 1,
            ItemOutcome::Duplicate => self.duplicate += 1,
            ItemOutcome::Conflict => self.conflict += 1,
            ItemOutcome::Rejected { .. } => self.rejected += 1,
        }
    }
}
