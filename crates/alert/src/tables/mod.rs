//! The tables of alerts, in a file that somebody else keeps: every function takes its connection and runs within its
//! transaction. A change of an alert, the alert after it and the messages owed for it are written together.

mod alerts;
mod notices;
mod outbox;
mod states;
mod told;

use contact::Instant;
use rusqlite::{Connection, OptionalExtension, Row, types::Type};
use serde::de::DeserializeOwned;

use crate::AlertError;

pub use alerts::AlertFilter;
pub(crate) use alerts::{alert, alerts, store_alert};
pub use notices::Numbered;
pub(crate) use notices::{add_notice, newest, notices_after, notices_of};
pub use outbox::{DeadLetter, Health, Message, Owed, Settled};
pub(crate) use outbox::{claim, dead_letters, discard, enqueue, health, next_due, owed, requeue, settle};
pub(crate) use states::{Key, states, store_state};
pub use told::Told;
pub(crate) use told::{told, told_due, told_next, told_set};

/// The version of the tables, in a table of its own: the file has a version of its keeper.
const VERSION: i64 = 1;

/// Makes the tables, or brings them to this version.
pub(crate) fn create(db: &Connection) -> Result<(), AlertError> {
    db.execute_batch("CREATE TABLE IF NOT EXISTS alert_version (version INTEGER NOT NULL) STRICT")?;
    let found: Option<i64> = db.query_row("SELECT version FROM alert_version", [], |row| row.get(0)).optional()?;
    match found {
        None => {
            db.execute_batch(include_str!("schema.sql"))?;
            db.execute("INSERT INTO alert_version VALUES (?1)", [VERSION])?;
        }
        Some(found) if found > VERSION => return Err(AlertError::NewerTables { found, known: VERSION }),
        Some(_) => {}
    }
    Ok(())
}

/// Whether the tables are there, in a version known here.
///
/// # Errors
/// They were written by a newer program, or cannot be read.
pub(crate) fn are_there(db: &Connection) -> Result<bool, AlertError> {
    let sql = "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = 'alert_version'";
    if !db.query_row(sql, [], |row| row.get(0))? {
        return Ok(false);
    }
    match db.query_row("SELECT version FROM alert_version", [], |row| row.get(0)).optional()? {
        Some(found) if found > VERSION => Err(AlertError::NewerTables { found, known: VERSION }),
        found => Ok(found.is_some()),
    }
}

/// Deletes what ended before an instant: alerts with their changes, messages sent or discarded, what receivers were told.
/// Open alerts, waiting messages and dead letters stay.
pub(crate) fn prune(db: &Connection, before: Instant) -> Result<(), AlertError> {
    let before = before.as_micros();
    let over = "SELECT id FROM alert WHERE closed_us < ?1";
    db.execute(&format!("DELETE FROM alert_notice WHERE alert IN ({over})"), [before])?;
    db.execute("DELETE FROM alert WHERE closed_us < ?1", [before])?;
    db.execute("DELETE FROM alert_outbox WHERE (state = 'sent' OR state = 'discarded') AND done_us < ?1", [before])?;
    db.execute("DELETE FROM alert_told WHERE ended_us < ?1", [before])?;
    Ok(())
}

/// Reads a body.
fn body<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| unreadable(column, error))
}

/// Reads an instant.
fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Instant> {
    Instant::from_micros(row.get(column)?).map_err(|error| unreadable(column, error))
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
