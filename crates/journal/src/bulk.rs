//! Files that go straight to the lake, in two phases: begun before the lake's commit, finished after it.
//!
//! Until it is finished, nothing of a bulk file shows in any list, count or book. After a crash,
//! [`Reader::pending_bulks`] names those whose fate the lake's mark decides: finish or abandon.

use bytes::Bytes;
use contact::{Instant, ProviderId};
use rusqlite::{Connection, OptionalExtension};

use crate::{
    Counts, Door, EarlyReject, FileRef, Journal, JournalError, Position, Reader, RowCounts, SkippedRows,
    contacts::register_all,
    documents::hex,
    group::{known_early, seal},
    ledger::{BookKey, Changes, name, signed},
    options::Sealer,
    receipts::{self, NewReceipt},
    rejects::{self, Origin},
    schema,
    submission::Sha256Digest,
};

/// Contacts registered by one transaction of [`Journal::finish_bulk`].
const CHUNK: usize = 20_000;

/// A file mapped and written, whose commit in the lake is about to come.
pub struct BulkStart {
    /// The file.
    pub file: FileRef,
    /// The provider, where the file is one provider's.
    pub provider: Option<ProviderId>,
    /// Which mapping reads its rejected bytes again.
    pub format: String,
    /// When it was received: [`Journal::now`], as written with its events.
    pub received_at: Instant,
    /// Events by source. `rejected` must be the number of rejects of that source.
    pub events: Vec<BulkEvents>,
    /// Rows read and mapped, by source.
    pub rows: Vec<RowCounts>,
    /// Rows skipped, by source and name.
    pub skipped: Vec<SkippedRows>,
    /// What could not be accepted.
    pub rejects: Vec<BulkReject>,
    /// The files written to the lake for it.
    pub data_files: Vec<String>,
}

/// Events of a bulk file from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkEvents {
    /// The provider, if another than the file's.
    pub provider: Option<ProviderId>,
    /// The source, empty when it is not known.
    pub source: String,
    /// What became of them.
    pub counts: Counts,
}

/// One reject of a bulk file.
pub struct BulkReject {
    /// Why, and what could be read.
    pub reject: EarlyReject,
    /// Where it stands.
    pub position: Position,
    /// The bytes; sealed before they are kept.
    pub raw: Bytes,
}

/// A bulk file that was begun and neither finished nor abandoned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingBulk {
    /// SHA-256 of the file.
    pub digest: Sha256Digest,
    /// Its name.
    pub label: String,
    /// Its receipt.
    pub receipt: String,
    /// The files written to the lake for it.
    pub data_files: Vec<String>,
}

/// What finishing a bulk file did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkDone {
    /// Its receipt.
    pub receipt: String,
    /// Contacts that were not known before.
    pub registered: u64,
    /// Contacts that became known with another start since the file was mapped; they lie in two days.
    pub mismatched: u64,
}

impl Journal {
    /// First phase: keeps receipt, rejects and books of a file aside. Returns the receipt's id.
    ///
    /// # Errors
    /// The file is pending or counted already, or the store fails.
    pub fn begin_bulk(&self, start: BulkStart) -> Result<String, JournalError> {
        let sealer = self.sealer();
        self.write(move |db| begin(db, &sealer, &start))
    }

    /// Second phase, after the lake's commit: registers the contacts of the file (key digest and start), then makes
    /// its receipt, rejects and books count. May be repeated, from the start, as often as needed. Give many starts in
    /// the order of their keys: else every transaction writes to nearly every page of the table.
    ///
    /// # Errors
    /// The file was not begun, or the store fails.
    pub fn finish_bulk(
        &self,
        digest: &Sha256Digest,
        starts: impl IntoIterator<Item = (i64, Instant)>,
    ) -> Result<BulkDone, JournalError> {
        let digest = *digest;
        let mut done = BulkDone { receipt: String::new(), registered: 0, mismatched: 0 };
        let mut starts = starts.into_iter();
        loop {
            let mut chunk: Vec<_> = starts.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            chunk.sort_unstable_by_key(|(key, _)| *key);
            let (registered, mismatched) = self.write(move |db| register_all(db, &chunk, received(db, &digest)?))?;
            done.registered += registered;
            done.mismatched += mismatched;
        }
        done.receipt = self.write(move |db| finish(db, &digest))?;
        Ok(done)
    }

    /// Forgets a file that was begun and that the lake does not have. What is not pending is left alone.
    ///
    /// # Errors
    /// The store fails.
    pub fn abandon_bulk(&self, digest: &Sha256Digest) -> Result<(), JournalError> {
        let digest = *digest;
        self.write(move |db| {
            let Some(receipt) = pending(db, &digest)? else { return Ok(()) };
            db.execute("DELETE FROM reject WHERE receipt = ?1", [&receipt])?;
            db.execute("DELETE FROM receipt WHERE id = ?1", [&receipt])?;
            db.execute("DELETE FROM bulk WHERE digest = ?1", [digest])?;
            Ok(())
        })
    }
}

impl Reader {
    /// The bulk files that were begun and neither finished nor abandoned, the oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn pending_bulks(&self) -> Result<Vec<PendingBulk>, JournalError> {
        let mut statement = self.db.prepare_cached(
            "SELECT digest, file_label, receipt, data_files FROM bulk JOIN receipt ON receipt.id = bulk.receipt ORDER BY n",
        )?;
        let bulks = statement.query_map([], |row| {
            let files: String = row.get(3)?;
            Ok(PendingBulk {
                digest: row.get(0)?,
                label: row.get(1)?,
                receipt: row.get(2)?,
                data_files: schema::list(Some(&files), 3)?,
            })
        })?;
        Ok(bulks.collect::<Result<_, _>>()?)
    }
}

fn pending(db: &Connection, digest: &Sha256Digest) -> Result<Option<String>, JournalError> {
    Ok(db.query_row("SELECT receipt FROM bulk WHERE digest = ?1", [digest], |row| row.get(0)).optional()?)
}

/// When a pending file was received, as its events say; the beginning of time once it is finished, when all its contacts
/// are known.
fn received(db: &Connection, digest: &Sha256Digest) -> Result<i64, JournalError> {
    let sql = "SELECT received_us FROM bulk JOIN receipt ON receipt.id = bulk.receipt WHERE digest = ?1";
    Ok(db.query_row(sql, [digest], |row| row.get(0)).optional()?.unwrap_or(0))
}

fn counted(db: &Connection, digest: &Sha256Digest) -> Result<Option<String>, JournalError> {
    let sql = "SELECT id FROM receipt WHERE file_digest = ?1 AND state = 'done' ORDER BY n LIMIT 1";
    Ok(db.query_row(sql, [digest], |row| row.get(0)).optional()?)
}

fn begin(db: &Connection, sealer: &Sealer, start: &BulkStart) -> Result<String, JournalError> {
    let digest = start.file.digest;
    if pending(db, &digest)?.is_some() {
        return Err(JournalError::BulkPending(hex(&digest)));
    }
    if let Some(receipt) = counted(db, &digest)? {
        return Err(JournalError::BulkCounted { digest: hex(&digest), receipt });
    }
    let receipt = receipts::new_id()?;
    let received_us = start.received_at.as_micros();
    let sender = name(start.provider.as_ref());
    let (mut changes, counts) = books_of(start);
    for reject in &start.rejects {
        let known = known_early(&reject.reject, sender);
        changes.line(BookKey::new(received_us, known.provider, known.source)).rows_rejected += i64::from(known.of_row);
        let position = format!("{} {}", start.file.label, reject.position);
        let origin =
            Origin { receipt: &receipt, received_us, position: &position, format: &start.format, state: "pending" };
        rejects::insert(db, &origin, &known, &seal(sealer, &reject.raw))?;
    }
    let data_files = serde_json::to_string(&start.data_files)?;
    let new = NewReceipt {
        id: &receipt,
        provider: sender,
        door: Door::File,
        state: "pending",
        received_us,
        seq: None,
        counts,
        key: None,
        file: Some(&start.file),
        data_files: Some(&data_files),
        answer: None,
    };
    receipts::insert(db, &new)?;
    let books = serde_json::to_string(&changes)?;
    db.execute("INSERT INTO bulk (digest, receipt, books) VALUES (?1, ?2, ?3)", (digest, &receipt, books))?;
    Ok(receipt)
}

/// The file's events and rows as changes of the ledger, and the sums of its events.
fn books_of(start: &BulkStart) -> (Changes, Counts) {
    let received_us = start.received_at.as_micros();
    let (mut changes, mut sums) = (Changes::default(), Counts::default());
    for BulkEvents { provider, source, counts } in &start.events {
        let provider = name(provider.as_ref().or(start.provider.as_ref()));
        let line = changes.line(BookKey::new(received_us, provider, source));
        line.received += signed(counts.received);
        line.accepted += signed(counts.accepted);
        line.duplicate += signed(counts.duplicate);
        line.conflict += signed(counts.conflict);
        line.rejected += signed(counts.rejected);
        sums.received += counts.received;
        sums.accepted += counts.accepted;
        sums.duplicate += counts.duplicate;
        sums.conflict += counts.conflict;
        sums.rejected += counts.rejected;
    }
    changes.rows(received_us, &start.rows, &start.skipped);
    (changes, sums)
}

fn finish(db: &Connection, digest: &Sha256Digest) -> Result<String, JournalError> {
    let Some(receipt) = pending(db, digest)? else {
        return counted(db, digest)?.ok_or_else(|| JournalError::UnknownBulk(hex(digest)));
    };
    let books: String = db.query_row("SELECT books FROM bulk WHERE digest = ?1", [digest], |row| row.get(0))?;
    serde_json::from_str::<Changes>(&books)?.enter(db)?;
    db.execute(
        "UPDATE reject SET state = 'open',
                awaited = (code = 'unknown_contact' AND EXISTS (SELECT 1 FROM contact_start WHERE key = contact))
          WHERE receipt = ?1",
        [&receipt],
    )?;
    db.execute("UPDATE receipt SET state = 'done' WHERE id = ?1", [&receipt])?;
    db.execute("DELETE FROM bulk WHERE digest = ?1", [digest])?;
    Ok(receipt)
}
