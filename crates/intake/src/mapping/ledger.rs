//! The ledger of a mapped file: what became of every row.

use std::collections::BTreeMap;

use serde::Serialize;

/// Most names under which skipped rows are counted apart.
const MAX_NAMES: usize = 1_000;

/// What became of the rows of a file. `rows_read = mapped + Σ skipped + rejected`, always (invariant B1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Rows read, headers, comments and blank lines aside.
    pub rows_read: u64,
    /// Rows that became events.
    pub mapped: u64,
    /// Rows left out, by the name their rule gives. At most 1,000 names are held apart, later ones count as `(other)`.
    pub skipped: BTreeMap<String, u64>,
    /// Rows rejected.
    pub rejected: u64,
    /// Events made of the mapped rows.
    pub events: u64,
}

impl Ledger {
    /// Rows left out, whatever their name.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Whether every row read is accounted for.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.rows_read == self.mapped + self.skipped_total() + self.rejected
    }

    /// Adds another part of the same file.
    pub fn merge(&mut self, part: &Self) {
        self.rows_read += part.rows_read;
        self.mapped += part.mapped;
        self.rejected += part.rejected;
        self.events += part.events;
        for (name, count) in &part.skipped {
            self.skip(name, *count);
        }
    }

    pub(super) fn skip(&mut self, name: &str, count: u64) {
        let full = self.skipped.len() >= MAX_NAMES && !self.skipped.contains_key(name);
        *self.skipped.entry(if full { "(other)" } else { name }.to_owned()).or_default() += count;
    }
}
