//! Reading beside the writer, from this process or another.

use std::path::Path;

use rusqlite::Connection;

use crate::{JournalError, schema};

/// A reader of the journal. One opened with [`Reader::open`] sees one instant of it, whatever is written meanwhile.
///
/// To see the lake and the journal without a gap: open the reader, then load the lake's snapshot, then take
/// [`Reader::tail_after`] the snapshot's mark. The other order loses a flush in between.
pub struct Reader {
    pub(crate) db: Connection,
}

impl Reader {
    /// Opens the file and pins what it holds now.
    ///
    /// # Errors
    /// The file is not there, cannot be read, or was written by a newer program.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let reader = Self::following(path)?;
        reader.db.execute_batch("BEGIN DEFERRED")?;
        // A deferred transaction begins with its first read.
        schema::mark(&reader.db, "last_seq")?;
        Ok(reader)
    }

    /// Opens the file; every query sees the newest commit.
    pub(crate) fn following(path: &Path) -> Result<Self, JournalError> {
        Ok(Self { db: schema::open_reader(path)? })
    }

    /// Asks tables of this file that are not the journal's own, such as those of alerts.
    pub fn guest<T>(&self, ask: impl FnOnce(&Connection) -> T) -> T {
        ask(&self.db)
    }
}
