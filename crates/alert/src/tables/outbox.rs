//! Messages owed to receivers.

use contact::{Instant, network::Calendar};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::{AlertError, Notice, Receiver, alert::short_digest};

/// Changes in one message at most.
const MAX_NOTICES: usize = 20;
/// Bytes of changes to which one is still added; with the largest change a message stays below 20 kB.
const MAX_BYTES: usize = 12_000;

/// A message on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id: the same at every attempt.
    pub id: String,
    /// The receiver's name.
    pub receiver: String,
    /// What it tells, in order.
    pub notices: Vec<Notice>,
    /// The attempts so far, the one under way included.
    pub attempts: u32,
    /// When it was to be sent first.
    pub first_due: Instant,
}

/// A message that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// The message.
    pub message: Message,
    /// What the last attempt met with.
    pub error: Option<String>,
    /// When it was given up.
    pub since: Instant,
}

/// What becomes of a message after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It was taken.
    Sent,
    /// It is to be sent again at `due`.
    Again {
        /// When.
        due: Instant,
        /// What the attempt met with.
        error: String,
    },
    /// It is given up.
    Dead {
        /// What the attempt met with.
        error: String,
    },
}

/// What is owed to a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Its name.
    pub receiver: String,
    /// Messages that wait.
    pub waiting: i64,
    /// Messages that were given up.
    pub dead: i64,
}

/// How a receiver is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Its name.
    pub receiver: String,
    /// Dead letters.
    pub dead: i64,
    /// Messages waiting since before the bound that was asked for.
    pub overdue: i64,
    /// What the last failed attempt met with.
    pub error: Option<String>,
}

/// Owes a change to a receiver: in the last message of its line if that still waits for others, else in a new one.
pub(crate) fn enqueue(
    db: &Connection,
    receiver: &Receiver,
    notice: &Notice,
    calendar: Option<&Calendar>,
    now: Instant,
) -> Result<(), AlertError> {
    let line = receiver.line(&notice.alert);
    let notice = notice.only(receiver.lang);
    if receiver.groups() && join(db, receiver.name(), &line, &notice, now)? {
        return Ok(());
    }
    let due = receiver.due(calendar, notice.change, now).as_micros();
    let sql = "INSERT INTO alert_outbox (id, receiver, line, state, first_us, due_us, attempts, body)
        VALUES (?1, ?2, ?3, 'waiting', ?4, ?4, 0, ?5)";
    let body = serde_json::to_string(&[&notice])?;
    db.prepare_cached(sql)?.execute((message_id(receiver.name(), &notice.id), receiver.name(), line, due, body))?;
    Ok(())
}

fn message_id(receiver: &str, notice: &str) -> String {
    format!("msg_{}", short_digest(&format!("{receiver}\n{notice}")))
}

fn join(db: &Connection, receiver: &str, line: &str, notice: &Notice, now: Instant) -> Result<bool, AlertError> {
    let sql = "SELECT n, body FROM alert_outbox
        WHERE receiver = ?1 AND line = ?2 AND state = 'waiting' AND attempts = 0 AND due_us > ?3
        ORDER BY n DESC LIMIT 1";
    let last: Option<(i64, String)> = db
        .prepare_cached(sql)?
        .query_row((receiver, line, now.as_micros()), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((n, body)) = last.filter(|(_, body)| body.len() <= MAX_BYTES) else { return Ok(false) };
    let mut notices: Vec<Notice> = serde_json::from_str(&body)?;
    if notices.len() >= MAX_NOTICES {
        return Ok(false);
    }
    notices.push(notice.clone());
    let sql = "UPDATE alert_outbox SET body = ?2 WHERE n = ?1";
    db.prepare_cached(sql)?.execute((n, serde_json::to_string(&notices)?))?;
    Ok(true)
}

const COLUMNS: &str = "id, receiver, body, attempts, first_us";

/// Messages before which none of their line waits.
const FIRST_OF_LINE: &str = "FROM alert_outbox AS this
    WHERE receiver = ?1 AND state = 'waiting' AND NOT EXISTS (
      SELECT 1 FROM alert_outbox AS before
      WHERE before.receiver = ?1 AND before.line = this.line AND before.state = 'waiting' AND before.n < this.n)";

fn read(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get(0)?,
        receiver: row.get(1)?,
        notices: super::body(row, 2)?,
        attempts: row.get(3)?,
        first_due: super::instant(row, 4)?,
    })
}

/// Takes the message that is due longest, of those that stand first in their line, for an attempt. If nothing is heard of
/// it until `lease`, it is due again.
pub(crate) fn claim(
    db: &Connection,
    receiver: &str,
    now: Instant,
    lease: Instant,
) -> Result<Option<Message>, AlertError> {
    let sql = format!("SELECT {COLUMNS} {FIRST_OF_LINE} AND due_us <= ?2 ORDER BY due_us, n LIMIT 1");
    let found = db.prepare_cached(&sql)?.query_row((receiver, now.as_micros()), read).optional()?;
    let Some(message) = found else { return Ok(None) };
    let sql = "UPDATE alert_outbox SET attempts = attempts + 1, due_us = ?2 WHERE id = ?1";
    db.prepare_cached(sql)?.execute((&message.id, lease.as_micros()))?;
    Ok(Some(Message { attempts: message.attempts + 1, ..message }))
}

/// Enters what became of an attempt.
pub(crate) fn settle(db: &Connection, id: &str, settled: &Settled, now: Instant) -> Result<(), AlertError> {
    let (state, due, error, done) = match settled {
        Settled::Sent => ("sent", now, None, Some(now)),
        Settled::Again { due, error } => ("waiting", *due, Some(error), None),
        Settled::Dead { error } => ("dead", now, Some(error), Some(now)),
    };
    let sql = "UPDATE alert_outbox SET state = ?2, due_us = ?3, error = ?4, done_us = ?5
        WHERE id = ?1 AND state = 'waiting'";
    db.prepare_cached(sql)?.execute((id, state, due.as_micros(), error, done.map(Instant::as_micros)))?;
    Ok(())
}

/// When the next message is due.
pub(crate) fn next_due(db: &Connection, receiver: &str) -> Result<Option<Instant>, AlertError> {
    let sql = format!("SELECT min(due_us) {FIRST_OF_LINE}");
    let next: Option<i64> = db.prepare_cached(&sql)?.query_row([receiver], |row| row.get(0))?;
    Ok(next.and_then(|micros| Instant::from_micros(micros).ok()))
}

/// The messages that were given up, oldest first.
pub(crate) fn dead_letters(db: &Connection, limit: u32) -> Result<Vec<DeadLetter>, AlertError> {
    let sql = format!("SELECT {COLUMNS}, error, done_us FROM alert_outbox WHERE state = 'dead' ORDER BY n LIMIT ?1");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([limit], |row| {
        Ok(DeadLetter { message: read(row)?, error: row.get(5)?, since: super::instant(row, 6)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Sends a dead letter again, under its id.
pub(crate) fn requeue(db: &Connection, id: &str, now: Instant) -> Result<(), AlertError> {
    let sql = "UPDATE alert_outbox SET state = 'waiting', first_us = ?2, due_us = ?2, attempts = 0, done_us = NULL
        WHERE id = ?1 AND state = 'dead'";
    one(id, db.prepare_cached(sql)?.execute((id, now.as_micros()))?)
}

/// Gives a dead letter up for good.
pub(crate) fn discard(db: &Connection, id: &str, now: Instant) -> Result<(), AlertError> {
    let sql = "UPDATE alert_outbox SET state = 'discarded', done_us = ?2 WHERE id = ?1 AND state = 'dead'";
    one(id, db.prepare_cached(sql)?.execute((id, now.as_micros()))?)
}

fn one(id: &str, changed: usize) -> Result<(), AlertError> {
    if changed == 1 { Ok(()) } else { Err(AlertError::UnknownLetter(id.to_owned())) }
}

/// What is owed to each receiver that anything is owed to.
pub(crate) fn owed(db: &Connection) -> Result<Vec<Owed>, AlertError> {
    let sql = "SELECT receiver, count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'dead')
        FROM alert_outbox WHERE state = 'waiting' OR state = 'dead' GROUP BY receiver ORDER BY receiver";
    let mut statement = db.prepare_cached(sql)?;
    let rows =
        statement.query_map([], |row| Ok(Owed { receiver: row.get(0)?, waiting: row.get(1)?, dead: row.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How a receiver is doing: what it was given up on, and what waits though it was due before `bound`.
pub(crate) fn health(db: &Connection, receiver: &str, bound: Instant) -> Result<Health, AlertError> {
    let sql =
        "SELECT count(*) FILTER (WHERE state = 'dead'), count(*) FILTER (WHERE state = 'waiting' AND first_us < ?2)
        FROM alert_outbox WHERE receiver = ?1 AND (state = 'dead' OR state = 'waiting')";
    let (dead, overdue) =
        db.prepare_cached(sql)?.query_row((receiver, bound.as_micros()), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "SELECT error FROM alert_outbox
        WHERE receiver = ?1 AND (state = 'dead' OR state = 'waiting') AND error IS NOT NULL ORDER BY n DESC LIMIT 1";
    let error = db.prepare_cached(sql)?.query_row([receiver], |row| row.get(0)).optional()?;
    Ok(Health { receiver: receiver.to_owned(), dead, overdue, error })
}
