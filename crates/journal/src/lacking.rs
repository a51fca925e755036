//! Contacts of which nothing came: all that names them was rejected.

use contact::Instant;
use rusqlite::Row;

use crate::{JournalError, Reader, schema};

/// Contacts of which all events were rejected and none was accepted, or rejects that do not say whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The provider, empty when it is not known.
    pub provider: String,
    /// Whether contact and beginning are named. Else each is a reject, at the time of its receipt.
    pub named: bool,
    /// Start of the quarter-hour in which they began.
    pub at: Instant,
    /// The site that their rejects name; one of several.
    pub site: Option<String>,
    /// The queue that their rejects name; one of several.
    pub queue: Option<String>,
    /// How many.
    pub contacts: u64,
}

impl Reader {
    /// The contacts of which nothing had been accepted at an instant though something of them had been received, and the
    /// rejects that do not name a contact and its beginning, by provider, time and place.
    ///
    /// An event that is rejected and then sent right, or read again, makes its contact known: nothing is lacking of it
    /// from then on, and what was lacking before is said again when that is asked.
    ///
    /// # Errors
    /// The store fails.
    pub fn lacking(&self, as_of: Instant) -> Result<Vec<Lacking>, JournalError> {
        if !schema::knows_lacking(&self.db)? {
            return Ok(Vec::new());
        }
        let mut statement = self.db.prepare_cached(include_str!("lacking.sql"))?;
        let rows = statement.query_map([as_of.as_micros()], lacking_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn lacking_row(row: &Row<'_>) -> rusqlite::Result<Lacking> {
    Ok(Lacking {
        provider: row.get(0)?,
        named: row.get(1)?,
        at: schema::instant(row, 2)?,
        site: row.get(3)?,
        queue: row.get(4)?,
        contacts: row.get(5)?,
    })
}
