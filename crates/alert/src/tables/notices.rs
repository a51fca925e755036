//! Every change, numbered in the order in which they became durable.

use rusqlite::Connection;

use crate::{AlertError, AlertId, Notice};

/// A change with its number in the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    /// Its number: later changes have higher ones.
    pub seq: i64,
    /// The change.
    pub notice: Notice,
}

/// Adds a change; its number is the next one.
pub(crate) fn add_notice(db: &Connection, notice: &Notice) -> Result<i64, AlertError> {
    let sql = "INSERT INTO alert_notice (id, alert, at_us, body) VALUES (?1, ?2, ?3, ?4)";
    let body = serde_json::to_string(notice)?;
    db.prepare_cached(sql)?.execute((&notice.id, notice.alert.id.as_str(), notice.at.as_micros(), body))?;
    Ok(db.last_insert_rowid())
}

/// The changes after a number, in order.
pub(crate) fn notices_after(db: &Connection, seq: i64, limit: u32) -> Result<Vec<Numbered>, AlertError> {
    let sql = "SELECT seq, body FROM alert_notice WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let mut statement = db.prepare_cached(sql)?;
    let rows =
        statement.query_map((seq, limit), |row| Ok(Numbered { seq: row.get(0)?, notice: super::body(row, 1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The changes of an alert, in order.
pub(crate) fn notices_of(db: &Connection, alert: &AlertId) -> Result<Vec<Numbered>, AlertError> {
    let mut statement = db.prepare_cached("SELECT seq, body FROM alert_notice WHERE alert = ?1 ORDER BY seq")?;
    let rows =
        statement.query_map([alert.as_str()], |row| Ok(Numbered { seq: row.get(0)?, notice: super::body(row, 1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest number, 0 without any: where somebody begins who wants only what comes.
pub(crate) fn newest(db: &Connection) -> Result<i64, AlertError> {
    let sql = "SELECT coalesce(max(seq), 0) FROM alert_notice";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}
