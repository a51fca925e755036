//! Receipts: what was handed in, when, and what was answered.

use contact::{Instant, ProviderId};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use crate::{
    Counts, Door, FileRef, IdempotencyKey, JournalError, Reader, books, documents::hex, ledger::name, schema,
    submission::Sha256Digest,
};

/// The record of one submission or bulk file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Unguessable id.
    pub id: String,
    /// The provider, empty when several or unknown.
    pub provider: String,
    /// The way in.
    pub door: Door,
    /// When it was received.
    pub received_at: Instant,
    /// Sequence of its batch in the journal.
    pub seq: Option<i64>,
    /// What became of its events.
    pub counts: Counts,
    /// SHA-256 of the body sent with its idempotency key, in hexadecimal.
    pub body_digest: Option<String>,
    /// Name of its file.
    pub file_label: Option<String>,
    /// SHA-256 of its file, in hexadecimal.
    pub file_digest: Option<String>,
    /// Files written to the lake for it (bulk files only).
    pub data_files: Vec<String>,
    /// What was answered.
    pub answer: Option<String>,
}

const SELECT: &str = "SELECT id, provider, door, received_us, received, accepted, duplicate, conflict, rejected, seq,
                             body_digest, file_label, file_digest, data_files, answer
                        FROM receipt WHERE state = 'done'";

impl Reader {
    /// A receipt by its id.
    ///
    /// # Errors
    /// The store fails.
    pub fn receipt(&self, id: &str) -> Result<Option<Receipt>, JournalError> {
        let sql = format!("{SELECT} AND id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id], receipt).optional()?)
    }

    /// The receipt of what a provider sent with an idempotency key.
    ///
    /// # Errors
    /// The store fails.
    pub fn receipt_of_key(&self, provider: Option<&ProviderId>, key: &str) -> Result<Option<Receipt>, JournalError> {
        let sql = format!("{SELECT} AND provider = ?1 AND idempotency_key = ?2");
        Ok(self.db.prepare_cached(&sql)?.query_row([name(provider), key], receipt).optional()?)
    }

    /// The receipts of the file with this content, the oldest first: one for each chunk, or one for a bulk file.
    ///
    /// # Errors
    /// The store fails.
    pub fn receipts_of_file(&self, digest: &Sha256Digest) -> Result<Vec<Receipt>, JournalError> {
        let mut statement = self.db.prepare_cached(&format!("{SELECT} AND file_digest = ?1 ORDER BY n"))?;
        let receipts = statement.query_map([digest], receipt)?;
        Ok(receipts.collect::<Result<_, _>>()?)
    }

    /// At most `limit` receipts, the newest first, received before the receipt with the id `before`;
    /// of one provider if one is named.
    ///
    /// # Errors
    /// The store fails.
    pub fn receipts(
        &self,
        provider: Option<&ProviderId>,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Receipt>, JournalError> {
        let mut statement = self.db.prepare_cached(&format!(
            "{SELECT} AND (?1 IS NULL OR provider = ?1)
                AND (?2 IS NULL OR n < (SELECT n FROM receipt WHERE id = ?2)) ORDER BY n DESC LIMIT ?3"
        ))?;
        let receipts = statement.query_map((provider.map(ProviderId::as_str), before, limit), receipt)?;
        Ok(receipts.collect::<Result<_, _>>()?)
    }
}

fn receipt(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    let hex_of = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<Vec<u8>>>(column)?.map(|bytes| hex(&bytes)));
    let files: Option<String> = row.get(13)?;
    Ok(Receipt {
        id: row.get(0)?,
        provider: row.get(1)?,
        door: schema::word(row, 2, Door::parse)?,
        received_at: schema::instant(row, 3)?,
        counts: books::counts(row, 4)?,
        seq: row.get(9)?,
        body_digest: hex_of(10)?,
        file_label: row.get(11)?,
        file_digest: hex_of(12)?,
        data_files: schema::list(files.as_deref(), 13)?,
        answer: row.get(14)?,
    })
}

/// A new receipt.
pub(crate) struct NewReceipt<'a> {
    pub(crate) id: &'a str,
    pub(crate) provider: &'a str,
    pub(crate) door: Door,
    /// `done`, or `pending` for a bulk file.
    pub(crate) state: &'a str,
    pub(crate) received_us: i64,
    pub(crate) seq: Option<i64>,
    pub(crate) counts: Counts,
    pub(crate) key: Option<&'a IdempotencyKey>,
    pub(crate) file: Option<&'a FileRef>,
    pub(crate) data_files: Option<&'a str>,
    pub(crate) answer: Option<&'a str>,
}

/// Writes a receipt.
pub(crate) fn insert(db: &Connection, new: &NewReceipt<'_>) -> Result<(), JournalError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO receipt (id, provider, door, state, received_us, seq, received, accepted, duplicate, conflict,
                              rejected, idempotency_key, body_digest, file_label, file_digest, data_files, answer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?;
    let counts = new.counts;
    insert.execute(rusqlite::params![
        new.id,
        new.provider,
        new.door.as_str(),
        new.state,
        new.received_us,
        new.seq,
        counts.received,
        counts.accepted,
        counts.duplicate,
        counts.conflict,
        counts.rejected,
        new.key.map(|key| &key.key),
        new.key.map(|key| key.body),
        new.file.map(|file| &file.label),
        new.file.map(|file| file.digest),
        new.data_files,
        new.answer,
    ])?;
    Ok(())
}

/// The receipt that used an idempotency key, if any.
pub(crate) fn used_key(db: &Connection, provider: &str, key: &str) -> Result<Option<String>, JournalError> {
    let mut find = db.prepare_cached("SELECT id FROM receipt WHERE provider = ?1 AND idempotency_key = ?2")?;
    Ok(find.query_row([provider, key], |row| row.get(0)).optional()?)
}

/// A new id: 128 random bits.
pub(crate) fn new_id() -> Result<String, JournalError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| JournalError::Random(error.to_string()))?;
    Ok(hex(&bytes))
}
