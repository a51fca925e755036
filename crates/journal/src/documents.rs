//! Network and mapping files by hash, with the instants at which they were accepted.

use contact::Instant;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Journal, JournalError, Reader, schema};

/// A configuration file as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// What it configures: `network`, `mapping/<name>`, `contract/<name>/<version>`, ….
    pub kind: String,
    /// SHA-256 of its text, in hexadecimal.
    pub hash: String,
    /// When it became the one in force.
    pub accepted_at: Instant,
    /// Its text.
    pub text: String,
}

impl Journal {
    /// Makes `text` the document of its kind in force, and returns it as accepted.
    /// The text already in force is not accepted again: its first instant stands.
    ///
    /// # Errors
    /// The store fails.
    pub fn store_document(&self, kind: &str, text: &str) -> Result<Document, JournalError> {
        let accepted_at = self.now();
        let (kind, text) = (kind.to_owned(), text.to_owned());
        self.write(move |db| store(db, kind, text, accepted_at))
    }

    /// As [`Journal::store_document`], of several kinds and texts: all of them, or none.
    ///
    /// # Errors
    /// The store fails.
    pub fn store_documents(&self, documents: Vec<(String, String)>) -> Result<Vec<Document>, JournalError> {
        let accepted_at = self.now();
        self.write(move |db| documents.into_iter().map(|(kind, text)| store(db, kind, text, accepted_at)).collect())
    }
}

fn store(db: &Connection, kind: String, text: String, accepted_at: Instant) -> Result<Document, JournalError> {
    let hash = hex(&Sha256::digest(text.as_bytes()));
    if let Some(in_force) = latest(db, &kind)?
        && in_force.hash == hash
    {
        return Ok(in_force);
    }
    db.execute("INSERT OR IGNORE INTO document (hash, text) VALUES (?1, ?2)", (&hash, &text))?;
    db.execute(
        "INSERT INTO acceptance (kind, hash, accepted_us) VALUES (?1, ?2, ?3)",
        (&kind, &hash, accepted_at.as_micros()),
    )?;
    Ok(Document { kind, hash, accepted_at, text })
}

const SELECT: &str = "SELECT kind, hash, accepted_us, text FROM acceptance JOIN document USING (hash)";

fn latest(db: &Connection, kind: &str) -> Result<Option<Document>, JournalError> {
    let sql = format!("{SELECT} WHERE kind = ?1 ORDER BY n DESC LIMIT 1");
    Ok(db.prepare_cached(&sql)?.query_row([kind], document).optional()?)
}

fn document(row: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document { kind: row.get(0)?, hash: row.get(1)?, accepted_at: schema::instant(row, 2)?, text: row.get(3)? })
}

impl Reader {
    /// The document of this kind in force.
    ///
    /// # Errors
    /// The store fails.
    pub fn latest(&self, kind: &str) -> Result<Option<Document>, JournalError> {
        latest(&self.db, kind)
    }

    /// A document by its hash, as it was first accepted.
    ///
    /// # Errors
    /// The store fails.
    pub fn document(&self, kind: &str, hash: &str) -> Result<Option<Document>, JournalError> {
        let sql = format!("{SELECT} WHERE kind = ?1 AND hash = ?2 ORDER BY n LIMIT 1");
        Ok(self.db.prepare_cached(&sql)?.query_row([kind, hash], document).optional()?)
    }

    /// Every acceptance of the kinds under a folder (`contract/`), the oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn history_under(&self, folder: &str) -> Result<Vec<Document>, JournalError> {
        let sql = format!("{SELECT} WHERE substr(kind, 1, length(?1)) = ?1 ORDER BY n");
        let documents = self.db.prepare_cached(&sql)?.query_map([folder], document)?.collect::<Result<_, _>>()?;
        Ok(documents)
    }

    /// The kind and hash of every document whose text no longer has its hash.
    ///
    /// # Errors
    /// The store fails.
    pub fn damaged_documents(&self) -> Result<Vec<(String, String)>, JournalError> {
        let mut statement = self.db.prepare_cached(&format!("{SELECT} ORDER BY n"))?;
        let all = statement.query_map([], document)?.collect::<Result<Vec<_>, _>>()?;
        let damaged = all.into_iter().filter(|one| hex(&Sha256::digest(one.text.as_bytes())) != one.hash);
        Ok(damaged.map(|one| (one.kind, one.hash)).collect())
    }

    /// Every acceptance of this kind, the oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn history(&self, kind: &str) -> Result<Vec<Document>, JournalError> {
        let sql = format!("{SELECT} WHERE kind = ?1 ORDER BY n");
        let documents = self.db.prepare_cached(&sql)?.query_map([kind], document)?.collect::<Result<_, _>>()?;
        Ok(documents)
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    nibbles.map(|nibble| char::from_digit(nibble.into(), 16).expect("a nibble is below 16")).collect()
}
