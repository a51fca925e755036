//! What was not accepted: kept with its sealed bytes, listed, and handed out to be read again.

use contact::{Instant, RejectCode};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, types::ToSqlOutput};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{JournalError, Reader, schema};

/// The number of a reject; never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RejectId(pub i64);

impl ToSql for RejectId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

/// What became of a reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectState {
    /// Not accepted so far.
    Open,
    /// Its bytes were read again and everything in them is settled.
    Replayed,
}

impl RejectState {
    /// The word stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Replayed => "replayed",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Replayed].into_iter().find(|state| state.as_str() == word)
    }
}

/// One kept reject, without its bytes: as it is read, and as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RejectRow {
    /// Its number.
    pub id: RejectId,
    /// Receipt of the submission it came with.
    pub receipt: String,
    /// When it was first received.
    #[schemars(with = "String")]
    pub received_at: Instant,
    /// The provider, empty when it is not known.
    pub provider: String,
    /// The source, empty when it is not known.
    pub source: String,
    /// Why; the newest reason if it was replayed in vain.
    pub code: RejectCode,
    /// In which field or column.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
    /// Where it stood: file and line, or index in the batch.
    pub position: String,
    /// The event's id, if it could be read.
    pub event_id: Option<String>,
    /// The contact's key as a 64-bit digest, if it could be read. Not shown: it is beyond the whole numbers of JSON.
    #[serde(skip)]
    pub contact: Option<i64>,
    /// What reads its bytes again: `cloudevents`, or a mapping.
    pub format: String,
    /// What became of it.
    pub state: RejectState,
}

/// Which rejects are meant; `None` is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectFilter {
    /// Of this provider.
    pub provider: Option<String>,
    /// Of this source.
    pub source: Option<String>,
    /// For this reason.
    pub code: Option<RejectCode>,
    /// In this state.
    pub state: Option<RejectState>,
}

/// Open rejects of one reason, provider and source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectCount {
    /// Why.
    pub code: RejectCode,
    /// The provider, empty when it is not known.
    pub provider: String,
    /// The source, empty when it is not known.
    pub source: String,
    /// How many.
    pub rejects: u64,
}

/// An open reject with its sealed bytes, to be opened and read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedReject {
    /// Its number, for [`crate::Replay`] and [`crate::Item::replay_of`].
    pub id: RejectId,
    /// Receipt of the submission it came with.
    pub receipt: String,
    /// The provider, empty when it is not known.
    pub provider: String,
    /// The source, empty when it is not known.
    pub source: String,
    /// The event's id, if it could be read.
    pub event_id: Option<String>,
    /// Which decoder or mapping reads its bytes.
    pub format: String,
    /// Where it stood: file and line, or index in the batch.
    pub position: String,
    /// What the sealer made of its bytes.
    pub sealed: Vec<u8>,
}

const MATCHES: &str = "state <> 'pending' AND (?1 IS NULL OR provider = ?1) AND (?2 IS NULL OR source = ?2)
    AND (?3 IS NULL OR code = ?3) AND (?4 IS NULL OR state = ?4)";
const SEALED: &str = "SELECT id, receipt, provider, source, event_id, format, position, sealed FROM reject";

impl Reader {
    /// At most `limit` rejects, the newest first, below the number `before`.
    ///
    /// # Errors
    /// The store fails.
    pub fn rejects(
        &self,
        filter: &RejectFilter,
        before: Option<RejectId>,
        limit: usize,
    ) -> Result<Vec<RejectRow>, JournalError> {
        let sql = format!(
            "SELECT id, receipt, received_us, provider, source, code, field, message, position, event_id, contact, format,
                    state
               FROM reject WHERE {MATCHES} AND (?5 IS NULL OR id < ?5) ORDER BY id DESC LIMIT ?6"
        );
        let (code, state) = (filter.code.map(RejectCode::as_str), filter.state.map(RejectState::as_str));
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map((&filter.provider, &filter.source, code, state, before, limit), reject_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many rejects are open, by reason, provider and source.
    ///
    /// # Errors
    /// The store fails.
    pub fn reject_counts(&self) -> Result<Vec<RejectCount>, JournalError> {
        let mut statement = self.db.prepare_cached(
            "SELECT code, provider, source, count(*) FROM reject WHERE state = 'open' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        )?;
        let counts = statement.query_map([], |row| {
            Ok(RejectCount {
                code: schema::word(row, 0, |word| word.parse().ok())?,
                provider: row.get(1)?,
                source: row.get(2)?,
                rejects: row.get(3)?,
            })
        })?;
        Ok(counts.collect::<Result<_, _>>()?)
    }

    /// At most `limit` open rejects with their sealed bytes, the oldest first, above the number `after`; but those that
    /// are not kept whole ([`RejectCode::is_kept_whole`]), see [`Reader::cut_rejects`].
    /// They stay open until a submission that names them in [`crate::Submission::replays`] is durable.
    ///
    /// # Errors
    /// The store fails.
    pub fn take_for_replay(
        &self,
        filter: &RejectFilter,
        after: Option<RejectId>,
        limit: usize,
    ) -> Result<Vec<SealedReject>, JournalError> {
        let sql = format!(
            "{SEALED} WHERE state = 'open' AND code NOT IN ({}) AND {MATCHES} AND (?5 IS NULL OR id > ?5)
              ORDER BY id LIMIT ?6",
            cut_codes()
        );
        let (code, state) = (filter.code.map(RejectCode::as_str), filter.state.map(RejectState::as_str));
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map((&filter.provider, &filter.source, code, state, after, limit), sealed_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many open rejects match that are not kept whole, so that they cannot be read again.
    ///
    /// # Errors
    /// The store fails.
    pub fn cut_rejects(&self, filter: &RejectFilter) -> Result<u64, JournalError> {
        let cut = cut_codes();
        let sql = format!("SELECT count(*) FROM reject WHERE state = 'open' AND code IN ({cut}) AND {MATCHES}");
        let (code, state) = (filter.code.map(RejectCode::as_str), filter.state.map(RejectState::as_str));
        let mut count = self.db.prepare_cached(&sql)?;
        Ok(count.query_row((&filter.provider, &filter.source, code, state), |row| row.get(0))?)
    }

    /// Those of `ids` that are still open, with their sealed bytes, in the order of `ids`.
    ///
    /// # Errors
    /// The store fails.
    pub fn sealed(&self, ids: &[RejectId]) -> Result<Vec<SealedReject>, JournalError> {
        let mut find = self.db.prepare_cached(&format!("{SEALED} WHERE state = 'open' AND id = ?1"))?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(find.query_row([id], sealed_row).optional()?);
        }
        Ok(found)
    }

    /// At most `limit` open `unknown_contact` rejects whose contact has become known since, the oldest first, above the
    /// number `after`. Replaying them takes them off this list, whatever comes of it; those that cannot be read stay.
    ///
    /// # Errors
    /// The store fails.
    pub fn awaited(&self, after: Option<RejectId>, limit: usize) -> Result<Vec<RejectId>, JournalError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id FROM reject WHERE awaited = 1 AND state = 'open' AND (?1 IS NULL OR id > ?1) ORDER BY id LIMIT ?2",
        )?;
        let ids = statement.query_map((after, limit), |row| Ok(RejectId(row.get(0)?)))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}

/// The codes whose bytes are not kept whole, as a list of SQL.
fn cut_codes() -> String {
    let cut = RejectCode::ALL.iter().filter(|code| !code.is_kept_whole());
    cut.map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ")
}

fn reject_row(row: &Row<'_>) -> rusqlite::Result<RejectRow> {
    Ok(RejectRow {
        id: RejectId(row.get(0)?),
        receipt: row.get(1)?,
        received_at: schema::instant(row, 2)?,
        provider: row.get(3)?,
        source: row.get(4)?,
        code: schema::word(row, 5, |word| word.parse().ok())?,
        field: row.get(6)?,
        message: row.get(7)?,
        position: row.get(8)?,
        event_id: row.get(9)?,
        contact: row.get(10)?,
        format: row.get(11)?,
        state: schema::word(row, 12, RejectState::parse)?,
    })
}

fn sealed_row(row: &Row<'_>) -> rusqlite::Result<SealedReject> {
    Ok(SealedReject {
        id: RejectId(row.get(0)?),
        receipt: row.get(1)?,
        provider: row.get(2)?,
        source: row.get(3)?,
        event_id: row.get(4)?,
        format: row.get(5)?,
        position: row.get(6)?,
        sealed: row.get(7)?,
    })
}

/// What is known of a rejected item, whichever side of the door rejected it.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) provider: &'a str,
    pub(crate) source: &'a str,
    pub(crate) event_id: Option<&'a str>,
    pub(crate) contact: Option<i64>,
    pub(crate) began_us: Option<i64>,
    pub(crate) site: Option<&'a str>,
    pub(crate) queue: Option<&'a str>,
    pub(crate) of_row: bool,
    pub(crate) reject: &'a contact::Reject,
}

/// Where a new reject comes from.
pub(crate) struct Origin<'a> {
    pub(crate) receipt: &'a str,
    pub(crate) received_us: i64,
    pub(crate) position: &'a str,
    pub(crate) format: &'a str,
    /// `open`, or `pending` with its bulk file.
    pub(crate) state: &'a str,
}

/// Keeps a reject.
pub(crate) fn insert(
    db: &Connection,
    origin: &Origin<'_>,
    known: &Known<'_>,
    sealed: &[u8],
) -> Result<RejectId, JournalError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO reject (receipt, received_us, provider, source, code, field, message, position, event_id, contact,
                             format, of_row, state, sealed, began_us, site, queue, settled_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                 CASE WHEN EXISTS (SELECT 1 FROM contact_start WHERE key = ?10) THEN ?2 END)",
    )?;
    let id = insert.insert(rusqlite::params![
        origin.receipt,
        origin.received_us,
        known.provider,
        known.source,
        known.reject.code.as_str(),
        &known.reject.field,
        &known.reject.message,
        origin.position,
        known.event_id,
        known.contact,
        origin.format,
        known.of_row,
        origin.state,
        sealed,
        known.began_us,
        known.site,
        known.queue,
    ])?;
    Ok(RejectId(id))
}

/// Gives a reject that was replayed in vain its newest reason.
pub(crate) fn reject_again(db: &Connection, id: RejectId, known: &Known<'_>) -> Result<(), JournalError> {
    let mut update = db.prepare_cached(
        "UPDATE reject SET awaited = 0, provider = ?2, source = ?3, code = ?4, field = ?5, message = ?6, event_id = ?7,
                           contact = ?8, of_row = ?9, began_us = ?10, site = ?11, queue = ?12,
                           settled_us = CASE WHEN EXISTS (SELECT 1 FROM contact_start WHERE key = ?8)
                                             THEN coalesce(settled_us, received_us) ELSE settled_us END
          WHERE id = ?1",
    )?;
    update.execute((
        id,
        known.provider,
        known.source,
        known.reject.code.as_str(),
        &known.reject.field,
        &known.reject.message,
        known.event_id,
        known.contact,
        known.of_row,
        known.began_us,
        known.site,
        known.queue,
    ))?;
    Ok(())
}

/// Marks a reject as replayed.
pub(crate) fn replayed(db: &Connection, id: RejectId, now: Instant) -> Result<(), JournalError> {
    let sql = "UPDATE reject SET state = 'replayed', awaited = 0, settled_us = coalesce(settled_us, ?2) WHERE id = ?1";
    db.prepare_cached(sql)?.execute((id, now.as_micros()))?;
    Ok(())
}
