//! What is left beside a file to say what became of it.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::Path,
};

use contact::{Instant, ProviderId};
use journal::{Counts, Receipt};
use serde::{Deserialize, Serialize};

use super::{names, patience::Stamp};
use crate::BulkReport;

/// More bytes than a receipt ever has: whatever is longer is none.
const LONGEST: u64 = 1 << 20;

/// What became of a file, or is being done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropOutcome {
    /// It is being taken in. If the program is stopped meanwhile, it goes on, or begins again, at the next start.
    Taking,
    /// It counts.
    Counted,
    /// The same content counted before, under this name or another.
    Duplicate,
    /// Nothing of it counts.
    Refused,
}

impl DropOutcome {
    /// The word in receipts and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Taking => "taking",
            Self::Counted => "counted",
            Self::Duplicate => "duplicate",
            Self::Refused => "refused",
        }
    }
}

/// Rows of a file, by what became of them: those read are those mapped, skipped and rejected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropRows {
    /// All.
    pub read: u64,
    /// Of which events were made.
    pub mapped: u64,
    /// Left out on purpose, by name.
    pub skipped: BTreeMap<String, u64>,
    /// Rejected, by reason.
    pub rejected: BTreeMap<String, u64>,
}

/// The receipt of a file: `NAME.receipt.json` beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropReceipt {
    /// The name under which it was dropped.
    pub file: String,
    /// What became of it.
    pub outcome: DropOutcome,
    /// The same in words, with what would be right.
    pub message: String,
    /// Whose folder it lay in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// The mapping through which its rows were read; it held events when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<String>,
    /// Its length.
    pub bytes: u64,
    /// When it was last written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<Instant>,
    /// SHA-256 of its content, in hexadecimal, where it was read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// When its content was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Instant>,
    /// The receipt in the books.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// Its rows; absent where another run of the program has read them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<DropRows>,
    /// Its events in the books; a duplicate has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Counts>,
    /// Events rejected late, since they contradict what is known of their contact, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub late: BTreeMap<String, u64>,
    /// What was accepted with a remark, by remark.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remarks: BTreeMap<String, u64>,
}

impl DropReceipt {
    /// Of a file of which nothing else is known yet.
    pub(super) fn new(file: &str, stamp: &Stamp, outcome: DropOutcome, message: String) -> Self {
        Self {
            file: file.to_owned(),
            outcome,
            message,
            provider: None,
            mapping: None,
            bytes: stamp.bytes,
            modified_at: stamp.modified_at(),
            sha256: None,
            received_at: None,
            receipt: None,
            rows: None,
            events: None,
            late: BTreeMap::new(),
            remarks: BTreeMap::new(),
        }
    }

    /// With what the books say.
    pub(super) fn in_books(self, receipt: &Receipt) -> Self {
        Self {
            received_at: Some(receipt.received_at),
            receipt: Some(receipt.id.clone()),
            events: Some(receipt.counts),
            ..self
        }
    }

    /// With what was read.
    pub(super) fn with_rows(self, report: BulkReport) -> Self {
        let rows = DropRows {
            read: report.rows_read,
            mapped: report.mapped,
            skipped: report.skipped,
            rejected: report.rejected,
        };
        Self { rows: Some(rows), late: report.late, remarks: report.warnings, ..self }
    }

    /// Whether the file it stands for is as it was then.
    pub(super) fn is_of(&self, stamp: &Stamp) -> bool {
        (self.bytes, self.modified_at) == (stamp.bytes, stamp.modified_at())
    }

    /// Reads the receipt of `name` in `dir`; `None` when there is none, or something else has its name.
    pub(super) fn read(dir: &Path, name: &str) -> Option<Self> {
        let path = dir.join(names::receipt_of(name));
        let found = fs::symlink_metadata(&path).ok()?;
        if !found.is_file() || found.len() > LONGEST {
            return None;
        }
        serde_json::from_slice(&fs::read(&path).ok()?).ok()
    }

    /// Writes it for `name` in `dir`, durable before it has its name. Nothing that lies there is written through: the
    /// folder is the provider's too.
    ///
    /// # Errors
    /// The disk, or the folder may not be written.
    pub(super) fn write(&self, dir: &Path, name: &str) -> io::Result<()> {
        let receipt = names::receipt_of(name);
        let staging = dir.join(format!(".{receipt}.writing"));
        match fs::remove_file(&staging) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&staging)?;
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&staging, dir.join(&receipt))?;
        File::open(dir)?.sync_all()
    }
}

/// Removes a receipt that no longer says what is so.
pub(super) fn withdraw(dir: &Path, name: &str) -> io::Result<()> {
    match fs::remove_file(dir.join(names::receipt_of(name))) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
