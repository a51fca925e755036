//! When contacts began: registered once, looked up by every event that does not say.

use std::collections::HashMap;

use contact::Instant;
use rusqlite::{Connection, OptionalExtension};

use crate::{JournalError, Reader, schema};

/// Contact starts within one transaction, each looked up at most once.
pub(crate) struct Contacts<'t> {
    db: &'t Connection,
    seen: HashMap<i64, Option<Instant>>,
}

impl<'t> Contacts<'t> {
    pub(crate) fn new(db: &'t Connection) -> Self {
        Self { db, seen: HashMap::new() }
    }

    /// When the contact began, if it is known.
    pub(crate) fn started(&mut self, key: i64) -> Result<Option<Instant>, JournalError> {
        if let Some(started) = self.seen.get(&key) {
            return Ok(*started);
        }
        let mut find = self.db.prepare_cached("SELECT started_us FROM contact_start WHERE key = ?1")?;
        let started = find.query_row([key], |row| schema::instant(row, 0)).optional()?;
        self.seen.insert(key, started);
        Ok(started)
    }

    /// Registers a contact unless it is known; rejects that waited for it are marked as awaited.
    /// Returns the start that was known before, if any.
    pub(crate) fn register(&mut self, key: i64, started: Instant) -> Result<Option<Instant>, JournalError> {
        if let Some(known) = self.started(key)? {
            return Ok(Some(known));
        }
        self.db
            .prepare_cached("INSERT INTO contact_start (key, started_us) VALUES (?1, ?2)")?
            .execute((key, started.as_micros()))?;
        self.db
            .prepare_cached(
                "UPDATE reject SET awaited = 1 WHERE contact = ?1 AND state = 'open' AND code = 'unknown_contact'",
            )?
            .execute([key])?;
        self.seen.insert(key, Some(started));
        Ok(None)
    }
}

impl Reader {
    /// When the contacts with these keys ([`contact::ContactKey::hash64`]) began, in microseconds since 1970, each at
    /// its key's index. For bulk files: a file's contacts in one call.
    ///
    /// # Errors
    /// The store fails.
    pub fn contact_starts(&self, keys: &[i64]) -> Result<Vec<Option<i64>>, JournalError> {
        let mut starts = vec![None; keys.len()];
        let any: bool = self.db.query_row("SELECT EXISTS (SELECT 1 FROM contact_start)", [], |row| row.get(0))?;
        if !any {
            return Ok(starts);
        }
        // In the order of the tree, neighbours share pages.
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_unstable_by_key(|&index| keys[index]);
        let mut find = self.db.prepare_cached("SELECT started_us FROM contact_start WHERE key = ?1")?;
        for index in order {
            starts[index] = find.query_row([keys[index]], |row| row.get(0)).optional()?;
        }
        Ok(starts)
    }
}
