//! What is known of each rule and subject.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::{AlertError, lifecycle::State};

/// A rule and the key of a subject.
pub(crate) type Key = (String, String);

/// All states.
pub(crate) fn states(db: &Connection) -> Result<BTreeMap<Key, State>, AlertError> {
    let mut statement = db.prepare_cached("SELECT rule, subject, body FROM alert_state")?;
    let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), super::body(row, 2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes a state.
pub(crate) fn store_state(db: &Connection, (rule, subject): &Key, state: &State) -> Result<(), AlertError> {
    let sql = "INSERT OR REPLACE INTO alert_state (rule, subject, body) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute((rule, subject, serde_json::to_string(state)?))?;
    Ok(())
}
