//! What a receiver that forgets was told, to be told again while it holds.

use contact::Instant;
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use crate::{AlertError, AlertId};

/// An alert as a receiver was told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The labels by which the receiver knows it, as JSON.
    pub labels: String,
    /// The alert.
    pub alert: AlertId,
    /// When it ended; `None` while it fires.
    pub ended_at: Option<Instant>,
    /// What else it was told, as JSON.
    pub body: String,
}

/// What was told, with the alert's end where that has come since.
const TOLD: &str = "SELECT told.labels, told.alert, coalesce(told.ended_us, alert.closed_us) AS over_us, told.body
    FROM alert_told AS told LEFT JOIN alert ON alert.id = told.alert";

fn read(row: &Row<'_>) -> rusqlite::Result<Told> {
    let ended: Option<i64> = row.get(2)?;
    Ok(Told {
        labels: row.get(0)?,
        alert: AlertId::from(row.get_ref(1)?.as_str()?),
        ended_at: ended.map(|_| super::instant(row, 2)).transpose()?,
        body: row.get(3)?,
    })
}

/// All that a receiver was told and not told to have ended.
pub(crate) fn told(db: &Connection, receiver: &str) -> Result<Vec<Told>, AlertError> {
    let sql = format!("{TOLD} WHERE told.receiver = ?1 AND told.ended_us IS NULL ORDER BY told.labels");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([receiver], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is to be told again at `now`: what fires, and what ended after `ended_after`.
pub(crate) fn told_due(
    db: &Connection,
    receiver: &str,
    now: Instant,
    ended_after: Instant,
) -> Result<Vec<Told>, AlertError> {
    let sql = format!(
        "{TOLD} WHERE told.receiver = ?1 AND told.due_us <= ?2 AND (over_us IS NULL OR over_us > ?3)
         ORDER BY told.due_us, told.labels"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map((receiver, now.as_micros(), ended_after.as_micros()), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next telling again is due.
pub(crate) fn told_next(db: &Connection, receiver: &str, ended_after: Instant) -> Result<Option<Instant>, AlertError> {
    let sql = "SELECT min(due_us) FROM alert_told WHERE receiver = ?1 AND (ended_us IS NULL OR ended_us > ?2)";
    let next: Option<i64> = db.prepare_cached(sql)?.query_row((receiver, ended_after.as_micros()), |row| row.get(0))?;
    Ok(next.and_then(|micros| Instant::from_micros(micros).ok()))
}

/// It was told, and is to be told again at `due`.
pub(crate) fn told_set(db: &Connection, receiver: &str, told: &Told, due: Instant) -> Result<(), AlertError> {
    let sql = "INSERT OR REPLACE INTO alert_told (receiver, labels, alert, ended_us, due_us, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    db.prepare_cached(sql)?.execute((
        receiver,
        &told.labels,
        told.alert.as_str(),
        told.ended_at.map(Instant::as_micros),
        due.as_micros(),
        &told.body,
    ))?;
    Ok(())
}
