//! Alerts as they are after their last change.

use std::collections::BTreeMap;

use contact::Instant;
use rusqlite::{Connection, OptionalExtension};

use crate::{Alert, AlertError, AlertId, Kind};

/// Which alerts are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertFilter {
    /// Of this kind only: breaches, late data, or messages that are not delivered.
    pub kind: Option<Kind>,
    /// Of this rule only.
    pub rule: Option<String>,
    /// Those whose subject has all of these labels.
    pub labels: BTreeMap<String, String>,
    /// Those that fire only.
    pub firing: bool,
    /// Those that were open at some time from here on.
    pub from: Option<Instant>,
    /// Those that fired before.
    pub to: Option<Instant>,
    /// Those that come after this one in the list: when it fired, and its id.
    pub after: Option<(Instant, AlertId)>,
}

/// Writes an alert.
pub(crate) fn store_alert(db: &Connection, alert: &Alert) -> Result<(), AlertError> {
    let sql = "INSERT OR REPLACE INTO alert (id, kind, fired_us, closed_us, body) VALUES (?1, ?2, ?3, ?4, ?5)";
    db.prepare_cached(sql)?.execute((
        alert.id.as_str(),
        alert.kind.as_str(),
        alert.fired_at.as_micros(),
        alert.closed_at.map(Instant::as_micros),
        serde_json::to_string(alert)?,
    ))?;
    Ok(())
}

/// An alert by its id.
pub(crate) fn alert(db: &Connection, id: &AlertId) -> Result<Option<Alert>, AlertError> {
    let mut statement = db.prepare_cached("SELECT body FROM alert WHERE id = ?1")?;
    Ok(statement.query_row([id.as_str()], |row| super::body(row, 0)).optional()?)
}

/// The newest alerts that a filter lets through, newest first.
pub(crate) fn alerts(db: &Connection, filter: &AlertFilter, limit: u32) -> Result<Vec<Alert>, AlertError> {
    let sql = "SELECT body FROM alert
        WHERE (?1 IS NULL OR kind = ?1) AND (NOT ?2 OR closed_us IS NULL)
          AND (?3 IS NULL OR closed_us IS NULL OR closed_us >= ?3) AND (?4 IS NULL OR fired_us < ?4)
          AND (?5 IS NULL OR json_extract(body, '$.rule') = ?5)
          AND NOT EXISTS (
            SELECT 1 FROM json_each(?6) AS wanted
            WHERE json_extract(body, '$.subject.' || wanted.key) IS NOT wanted.value)
          AND (?7 IS NULL OR fired_us < ?7 OR (fired_us = ?7 AND id > ?8))
        ORDER BY fired_us DESC, id LIMIT ?9";
    let mut statement = db.prepare_cached(sql)?;
    let bounds = [filter.from, filter.to].map(|bound| bound.map(Instant::as_micros));
    let values = (
        filter.kind.map(Kind::as_str),
        filter.firing,
        bounds[0],
        bounds[1],
        filter.rule.as_deref(),
        serde_json::to_string(&filter.labels)?,
        filter.after.as_ref().map(|(fired_at, _)| fired_at.as_micros()),
        filter.after.as_ref().map(|(_, id)| id.as_str()),
        limit,
    );
    let rows = statement.query_map(values, |row| super::body(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
