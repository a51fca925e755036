//! The books: what was received, and what became of it. Invariant B1.

use contact::Instant;
use rusqlite::Row;
use serde::Serialize;

use crate::{Counts, JournalError, Reader, schema};

/// Rows of files, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RowBooks {
    /// Rows read.
    pub read: u64,
    /// Rows of which events were made.
    pub mapped: u64,
    /// Rows skipped under some name.
    pub skipped: u64,
    /// Rows of which no event could be made.
    pub rejected: u64,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerLine {
    /// The UTC hour of receipt.
    pub hour: Instant,
    /// The provider, empty when it is not known.
    pub provider: String,
    /// The source, empty when it is not known.
    pub source: String,
    /// Events.
    pub events: Counts,
    /// Rows of files.
    pub rows: RowBooks,
}

/// Rows skipped under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedLine {
    /// The provider, empty when it is not known.
    pub provider: String,
    /// The source, empty when it is not known.
    pub source: String,
    /// The mapping's name for the reason.
    pub name: String,
    /// How many rows.
    pub rows: u64,
}

/// The sums of the ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Books {
    /// Events.
    pub events: Counts,
    /// Rows of files.
    pub rows: RowBooks,
}

/// A place where the books do not balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Discrepancy {
    /// The UTC hour of receipt.
    pub hour: Instant,
    /// The provider, empty when it is not known or all are meant.
    pub provider: String,
    /// The source, empty when it is not known or all are meant.
    pub source: String,
    /// Which sum does not hold, with its numbers.
    pub what: String,
}

impl Reader {
    /// The ledger of the hours that begin in `[from, to)`, by hour, provider and source.
    ///
    /// # Errors
    /// The store fails.
    pub fn ledger(&self, from: Instant, to: Instant) -> Result<Vec<LedgerLine>, JournalError> {
        let mut statement = self.db.prepare_cached(
            "SELECT hour_us, provider, source, received, accepted, duplicate, conflict, rejected, rows_read, rows_mapped,
                    (SELECT coalesce(sum(row_count), 0) FROM skipped s
                      WHERE (s.hour_us, s.provider, s.source) = (l.hour_us, l.provider, l.source)), rows_rejected
               FROM ledger l WHERE hour_us >= ?1 AND hour_us < ?2 ORDER BY 1, 2, 3",
        )?;
        let lines = statement.query_map((from.as_micros(), to.as_micros()), |row| {
            let rows =
                RowBooks { read: row.get(8)?, mapped: row.get(9)?, skipped: row.get(10)?, rejected: row.get(11)? };
            Ok(LedgerLine {
                hour: schema::instant(row, 0)?,
                provider: row.get(1)?,
                source: row.get(2)?,
                events: counts(row, 3)?,
                rows,
            })
        })?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// Rows skipped in the hours that begin in `[from, to)`, by provider, source and name.
    ///
    /// # Errors
    /// The store fails.
    pub fn skipped(&self, from: Instant, to: Instant) -> Result<Vec<SkippedLine>, JournalError> {
        let mut statement = self.db.prepare_cached(
            "SELECT provider, source, name, sum(row_count) FROM skipped
              WHERE hour_us >= ?1 AND hour_us < ?2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        )?;
        let lines = statement.query_map((from.as_micros(), to.as_micros()), |row| {
            Ok(SkippedLine { provider: row.get(0)?, source: row.get(1)?, name: row.get(2)?, rows: row.get(3)? })
        })?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// The providers of which events were stored, by name.
    ///
    /// # Errors
    /// The store fails.
    pub fn providers(&self) -> Result<Vec<String>, JournalError> {
        let sql = "SELECT DISTINCT provider FROM ledger WHERE provider <> '' AND accepted + conflict > 0 ORDER BY 1";
        let mut statement = self.db.prepare_cached(sql)?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// The sums over everything ever received.
    ///
    /// # Errors
    /// The store fails.
    pub fn books(&self) -> Result<Books, JournalError> {
        let sql = "SELECT coalesce(sum(received), 0), coalesce(sum(accepted), 0), coalesce(sum(duplicate), 0),
                          coalesce(sum(conflict), 0), coalesce(sum(rejected), 0), coalesce(sum(rows_read), 0),
                          coalesce(sum(rows_mapped), 0), coalesce(sum(rows_rejected), 0),
                          (SELECT coalesce(sum(row_count), 0) FROM skipped)
                     FROM ledger";
        Ok(self.db.query_row(sql, [], |row| {
            let rows = RowBooks { read: row.get(5)?, mapped: row.get(6)?, skipped: row.get(8)?, rejected: row.get(7)? };
            Ok(Books { events: counts(row, 0)?, rows })
        })?)
    }

    /// Where B1 does not hold: per provider, source and hour for events and for open rejects, per hour for rows.
    /// Empty when the books balance.
    ///
    /// # Errors
    /// The store fails.
    pub fn check_books(&self) -> Result<Vec<Discrepancy>, JournalError> {
        let mut statement = self.db.prepare_cached(include_str!("check_books.sql"))?;
        let found = statement.query_map([], |row| {
            Ok(Discrepancy {
                hour: schema::instant(row, 0)?,
                provider: row.get(1)?,
                source: row.get(2)?,
                what: row.get(3)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

/// Reads event counts from five columns.
pub(crate) fn counts(row: &Row<'_>, first: usize) -> rusqlite::Result<Counts> {
    Ok(Counts {
        received: row.get(first)?,
        accepted: row.get(first + 1)?,
        duplicate: row.get(first + 2)?,
        conflict: row.get(first + 3)?,
        rejected: row.get(first + 4)?,
    })
}
