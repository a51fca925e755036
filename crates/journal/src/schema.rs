//! Opening the file: durability settings, schema version, and how stored words and instants are read.

use std::{path::Path, time::Duration};

use contact::Instant;
use rusqlite::{Connection, OpenFlags, Row, types::Type};

use crate::JournalError;

/// The schema's version, in `PRAGMA user_version`. Each version has a step that reaches it from the one before.
const VERSION: i64 = 2;

/// A connection that writes: WAL, every commit synced before it returns.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, JournalError> {
    let cannot = |source| JournalError::Open { path: path.to_owned(), source };
    let db = Connection::open(path).map_err(cannot)?;
    settings(&db).map_err(cannot)?;
    migrate(&db, path)?;
    sync_folder(path)?;
    Ok(db)
}

/// A connection that only reads.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, JournalError> {
    let cannot = |source| JournalError::Open { path: path.to_owned(), source };
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(cannot)?;
    db.busy_timeout(Duration::from_secs(5)).map_err(cannot)?;
    known_version(&db, path)?;
    Ok(db)
}

fn settings(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    let synchronous = if lake::fault::planted("no_journal_sync") { "OFF" } else { "FULL" };
    db.pragma_update(None, "synchronous", synchronous)?;
    db.pragma_update(None, "foreign_keys", true)?;
    // In pages: fewer, longer copies into the main file; each costs two more syncs.
    db.pragma_update(None, "wal_autocheckpoint", 4_096)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn known_version(db: &Connection, path: &Path) -> Result<i64, JournalError> {
    let found = db
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|source| JournalError::Open { path: path.to_owned(), source })?;
    if found > VERSION {
        return Err(JournalError::NewerSchema { path: path.to_owned(), found, known: VERSION });
    }
    Ok(found)
}

fn migrate(db: &Connection, path: &Path) -> Result<(), JournalError> {
    let found = known_version(db, path)?;
    let steps = [include_str!("schema.sql"), include_str!("schema_2.sql")];
    for (version, step) in (1..).zip(steps).skip_while(|(version, _)| *version <= found) {
        let transaction = db.unchecked_transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether the file knows of which contacts something is lacking: one of an older program does once a writer opened it.
pub(crate) fn knows_lacking(db: &Connection) -> rusqlite::Result<bool> {
    db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).map(|version| version >= 2)
}

/// A new file is durable only once its folder is.
fn sync_folder(path: &Path) -> Result<(), JournalError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Reads an instant.
pub(crate) fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Instant> {
    Instant::from_micros(row.get(column)?).map_err(|error| unreadable(column, error.to_string()))
}

/// Reads a word of the vocabulary.
pub(crate) fn word<T>(row: &Row<'_>, column: usize, parse: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| unreadable(column, format!("{text:?} is not a word that is known here")))
}

/// Reads a list of texts, written as JSON.
pub(crate) fn list(json: Option<&str>, column: usize) -> rusqlite::Result<Vec<String>> {
    json.map_or_else(|| Ok(Vec::new()), serde_json::from_str).map_err(|error| unreadable(column, error.to_string()))
}

fn unreadable(column: usize, what: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.into())
}

/// Reads one of the two marks, `last_seq` and `trimmed_to`.
pub(crate) fn mark(db: &Connection, name: &str) -> Result<i64, JournalError> {
    Ok(db.prepare_cached("SELECT value FROM mark WHERE name = ?1")?.query_row([name], |row| row.get(0))?)
}

/// Moves a mark.
pub(crate) fn set_mark(db: &Connection, name: &str, value: i64) -> Result<(), JournalError> {
    db.prepare_cached("UPDATE mark SET value = ?2 WHERE name = ?1")?.execute((name, value))?;
    Ok(())
}
