//! What a transaction changes in the books: see [`crate::Books`] for how they are read.

use std::collections::BTreeMap;

use contact::ProviderId;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::JournalError;

const HOUR: i64 = 3_600_000_000;

/// Rows of a file that came from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowCounts {
    /// The provider, where the rows are one provider's.
    pub provider: Option<ProviderId>,
    /// The source, empty when it is not known.
    pub source: String,
    /// Rows read.
    pub read: u64,
    /// Rows of which events were made.
    pub mapped: u64,
}

/// Rows that a mapping skips on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedRows {
    /// The provider, where the rows are one provider's.
    pub provider: Option<ProviderId>,
    /// The source, empty when it is not known.
    pub source: String,
    /// The mapping's name for the reason.
    pub name: String,
    /// How many rows.
    pub rows: u64,
}

/// Whose books, and the UTC hour of receipt. Names are empty where they are not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct BookKey {
    pub(crate) hour: i64,
    pub(crate) provider: String,
    pub(crate) source: String,
}

impl BookKey {
    pub(crate) fn new(received_us: i64, provider: &str, source: &str) -> Self {
        let hour = received_us.div_euclid(HOUR) * HOUR;
        Self { hour, provider: provider.to_owned(), source: source.to_owned() }
    }
}

/// Changes of one line of the ledger.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) received: i64,
    pub(crate) accepted: i64,
    pub(crate) duplicate: i64,
    pub(crate) conflict: i64,
    pub(crate) rejected: i64,
    pub(crate) rows_read: i64,
    pub(crate) rows_mapped: i64,
    pub(crate) rows_rejected: i64,
}

/// Changes of the ledger within one transaction.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Changes {
    #[serde(with = "pairs")]
    lines: BTreeMap<BookKey, Change>,
    #[serde(with = "pairs")]
    skipped: BTreeMap<(BookKey, String), i64>,
}

impl Changes {
    /// The changes of one line.
    pub(crate) fn line(&mut self, key: BookKey) -> &mut Change {
        self.lines.entry(key).or_default()
    }

    /// Counts rows as skipped under `name`.
    pub(crate) fn skip(&mut self, key: BookKey, name: &str, rows: i64) {
        // Every skip has its line, so that reading the lines shows all.
        self.line(key.clone());
        *self.skipped.entry((key, name.to_owned())).or_default() += rows;
    }

    /// Enters rows of a file received at `received_us`.
    pub(crate) fn rows(&mut self, received_us: i64, rows: &[RowCounts], skipped: &[SkippedRows]) {
        for counts in rows {
            let line = self.line(BookKey::new(received_us, name(counts.provider.as_ref()), &counts.source));
            line.rows_read += signed(counts.read);
            line.rows_mapped += signed(counts.mapped);
        }
        for skip in skipped {
            let key = BookKey::new(received_us, name(skip.provider.as_ref()), &skip.source);
            self.skip(key, &skip.name, signed(skip.rows));
        }
    }

    /// Applies all changes.
    pub(crate) fn enter(&self, db: &Connection) -> Result<(), JournalError> {
        let mut line = db.prepare_cached(
            "INSERT INTO ledger VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO UPDATE SET
               received = received + excluded.received, accepted = accepted + excluded.accepted,
               duplicate = duplicate + excluded.duplicate, conflict = conflict + excluded.conflict,
               rejected = rejected + excluded.rejected, rows_read = rows_read + excluded.rows_read,
               rows_mapped = rows_mapped + excluded.rows_mapped, rows_rejected = rows_rejected + excluded.rows_rejected",
        )?;
        for (key, c) in &self.lines {
            line.execute((
                key.hour,
                &key.provider,
                &key.source,
                c.received,
                c.accepted,
                c.duplicate,
                c.conflict,
                c.rejected,
                c.rows_read,
                c.rows_mapped,
                c.rows_rejected,
            ))?;
        }
        let mut skipped = db.prepare_cached(
            "INSERT INTO skipped VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT DO UPDATE SET row_count = row_count + excluded.row_count",
        )?;
        for ((key, name), rows) in &self.skipped {
            skipped.execute((key.hour, &key.provider, &key.source, name, rows))?;
        }
        Ok(())
    }
}

/// A provider's name, empty where it is not known.
pub(crate) fn name(provider: Option<&ProviderId>) -> &str {
    provider.map_or("", ProviderId::as_str)
}

/// A count as stored.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).expect("a count of things in memory is below 2^63")
}

/// JSON has no maps with such keys: maps are written as lists of pairs.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}
