//! When contacts began: registered once, looked up by every event that does not say.

use std::collections::HashMap;

use contact::Instant;
use rusqlite::{Connection, OptionalExtension};

use crate::{JournalError, Reader, schema};

/// When a contact began.
const FIND: &str = "SELECT started_us FROM contact_start WHERE key = ?1";
/// What waited for a contact need not wait any longer.
const AWAKEN: &str = "UPDATE reject SET awaited = 1 WHERE contact = ?1 AND state = 'open' AND code = 'unknown_contact'";

/// Nothing is lacking any more of a contact that was only rejected so far.
const SETTLE: &str = "UPDATE reject SET settled_us = ?2 WHERE contact = ?1 AND settled_us IS NULL";

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
        let mut find = self.db.prepare_cached(FIND)?;
        let started = find.query_row([key], |row| schema::instant(row, 0)).optional()?;
        self.seen.insert(key, started);
        Ok(started)
    }

    /// Registers a contact unless it is known; rejects that waited for it are marked as awaited, and nothing of it is
    /// lacking from `now` on. Returns the start that was known before, if any.
    pub(crate) fn register(
        &mut self,
        key: i64,
        started: Instant,
        now: Instant,
    ) -> Result<Option<Instant>, JournalError> {
        if let Some(known) = self.started(key)? {
            return Ok(Some(known));
        }
        self.db
            .prepare_cached("INSERT INTO contact_start (key, started_us) VALUES (?1, ?2)")?
            .execute((key, started.as_micros()))?;
        self.db.prepare_cached(AWAKEN)?.execute([key])?;
        self.db.prepare_cached(SETTLE)?.execute((key, now.as_micros()))?;
        self.seen.insert(key, Some(started));
        Ok(None)
    }
}

/// Registers many contacts at once, a bulk file's: one step for each that is new, and where no reject waits for a
/// contact none is looked for. Returns how many were new, and how many are known with another start.
pub(crate) fn register_all(
    db: &Connection,
    starts: &[(i64, Instant)],
    received_us: i64,
) -> Result<(u64, u64), JournalError> {
    let any = |sql: &str| db.query_row(sql, [], |row| row.get::<_, bool>(0));
    let waiting = any("SELECT EXISTS (SELECT 1 FROM reject WHERE state = 'open' AND code = 'unknown_contact')")?;
    let lacking = any("SELECT EXISTS (SELECT 1 FROM reject WHERE contact IS NOT NULL AND settled_us IS NULL)")?;
    let insert = "INSERT INTO contact_start (key, started_us) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING";
    let mut insert = db.prepare_cached(insert)?;
    let mut find = db.prepare_cached(FIND)?;
    let mut awaken = db.prepare_cached(AWAKEN)?;
    let mut settle = db.prepare_cached(SETTLE)?;
    let (mut registered, mut mismatched) = (0, 0);
    for &(key, started) in starts {
        if insert.execute((key, started.as_micros()))? == 0 {
            let known = find.query_row([key], |row| schema::instant(row, 0))?;
            mismatched += u64::from(known != started);
            continue;
        }
        registered += 1;
        if waiting {
            awaken.execute([key])?;
        }
        if lacking {
            settle.execute((key, received_us))?;
        }
    }
    Ok((registered, mismatched))
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
        let mut find = self.db.prepare_cached(FIND)?;
        for index in order {
            starts[index] = find.query_row([keys[index]], |row| row.get(0)).optional()?;
        }
        Ok(starts)
    }
}
