//! Rejects read again: the books of their hour are changed, and they close only with what they became.

use std::collections::BTreeMap;

use contact::Instant;
use rusqlite::{Connection, OptionalExtension};

use crate::{
    Became, JournalError, RejectId, Replay,
    ledger::{BookKey, Changes},
    rejects::{self, Known},
};

/// An open reject being replayed.
struct Target {
    received_us: i64,
    key: BookKey,
    of_row: bool,
    became: Became,
    /// Set once an item of it is rejected again: whether that was the row itself.
    again: Option<bool>,
}

/// The rejects one submission replays. Those no longer open are known to be settled and change nothing.
pub(crate) struct Replays {
    open: BTreeMap<RejectId, Target>,
}

impl Replays {
    pub(crate) fn load(db: &Connection, replays: &[Replay]) -> Result<Self, JournalError> {
        let mut open = BTreeMap::new();
        let mut find = db.prepare_cached(
            "SELECT received_us, provider, source, of_row FROM reject WHERE id = ?1 AND state = 'open'",
        )?;
        for replay in replays {
            let target = find.query_row([replay.reject], |row| {
                let received_us = row.get(0)?;
                let (provider, source): (String, String) = (row.get(1)?, row.get(2)?);
                let key = BookKey::new(received_us, &provider, &source);
                Ok(Target { received_us, key, of_row: row.get(3)?, became: replay.became.clone(), again: None })
            });
            if let Some(target) = target.optional()? {
                open.insert(replay.reject, target);
            }
        }
        Ok(Self { open })
    }

    /// When the reject was first received; `None` if it is not open any more.
    pub(crate) fn received_us(&self, id: RejectId) -> Option<i64> {
        self.open.get(&id).map(|target| target.received_us)
    }

    /// An item of the reject was rejected: it stays open, with the first reason found.
    pub(crate) fn reject_again(
        &mut self,
        db: &Connection,
        changes: &mut Changes,
        id: RejectId,
        known: &Known<'_>,
    ) -> Result<(), JournalError> {
        let Some(target) = self.open.get_mut(&id).filter(|target| target.again.is_none()) else { return Ok(()) };
        // A row of which events were made once counts as mapped for ever.
        let known = Known { of_row: target.of_row && known.of_row, ..*known };
        target.again = Some(known.of_row);
        let line = changes.line(BookKey::new(target.received_us, known.provider, known.source));
        line.received += 1;
        line.rejected += 1;
        line.rows_rejected += i64::from(known.of_row);
        rejects::reject_again(db, id, &known)
    }

    /// Takes every replayed reject out of the books as a reject, and closes those of which nothing was rejected again.
    pub(crate) fn finish(self, db: &Connection, changes: &mut Changes, now: Instant) -> Result<(), JournalError> {
        for (id, target) in self.open {
            let line = changes.line(target.key.clone());
            line.received -= 1;
            line.rejected -= 1;
            if target.of_row {
                line.rows_rejected -= 1;
                match (&target.became, target.again) {
                    (_, Some(true)) => {}
                    (Became::Skipped(name), None) => changes.skip(target.key, name, 1),
                    _ => line.rows_mapped += 1,
                }
            }
            if target.again.is_none() {
                rejects::replayed(db, id, now)?;
            }
        }
        Ok(())
    }
}
