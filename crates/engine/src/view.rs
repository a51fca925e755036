//! A view: one pinned state of the lake and the tail, and the table `legs` of a question.

use std::{collections::BTreeMap, sync::Arc};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use columns::{events_schema, legs_schema};
use contact::{Day, Instant};
use datafusion::catalog::TableProvider;
use lake::{DataFile, Snapshot};

use crate::{
    Engine, EngineError, Params, Session,
    fold::{fold, united},
    parquet_files::ParquetFiles,
    plan::{DayPlan, Horizon, plan, touches},
    tables::{in_schema, table, view_schema},
    tail::{Tail, TailDays},
};

/// Events folded in one go: bounds the memory of a fold over many days.
const FOLD_ROWS: u64 = 400_000;

/// The files of both tables at their versions.
#[derive(Debug, Clone)]
pub struct Pinned {
    /// `events`.
    pub events: Snapshot,
    /// `legs`.
    pub legs: Snapshot,
}

/// One state, never changing. V1: every acknowledged event is in exactly one of the files and the tail.
pub struct View {
    engine: Engine,
    pinned: Pinned,
    tail: Tail,
    days: TailDays,
}

impl View {
    /// A view of this state.
    ///
    /// # Errors
    /// Tail rows that are not events.
    pub fn new(engine: Engine, pinned: Pinned, tail: Tail) -> Result<Self, EngineError> {
        let days = TailDays::of(&tail)?;
        Ok(Self { engine, pinned, tail, days })
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The pinned versions.
    #[must_use]
    pub fn pinned(&self) -> &Pinned {
        &self.pinned
    }

    /// The last sequence that is in the tail or in the lake.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.tail.sequence
    }

    /// The latest `time` of any event, `None` when there is none.
    #[must_use]
    pub fn latest_event(&self) -> Option<Instant> {
        let in_files = self.pinned.events.files.iter().filter_map(|file| file.ranges.get("time").map(|range| range.1));
        let latest = in_files.chain(self.days.latest()).max()?;
        Instant::from_micros(latest).ok()
    }

    /// A session whose table `events` holds every event that may have been received in any period.
    ///
    /// # Errors
    /// A defect in the schema.
    pub fn events_session(&self) -> Result<Session, EngineError> {
        let session = self.engine.session()?;
        let files = self.pinned.events.files.clone();
        session.register("events", self.events_table(files, self.days.all())?)?;
        Ok(session)
    }

    /// A session whose table `legs` holds every leg offered in `[from, to)` (and others), as known at `as_of`, of what
    /// had happened by `now`.
    ///
    /// # Errors
    /// Files that cannot be read, or a defect in `legs.sql`.
    pub async fn session(&self, from: Instant, to: Instant, now: Instant, as_of: Instant) -> Result<Session, EngineError> {
        let horizon = Horizon { as_of, now };
        let mut reading = self.reading(from, to, horizon)?;
        let mut live = Vec::new();
        for (days, files) in chunks(std::mem::take(&mut reading.unfolded)) {
            let tail = self.days.of_days(&days);
            live.extend(fold(&self.engine, self.events_table(files, tail)?, horizon).await?);
        }
        let session = self.engine.session()?;
        let folded: Arc<dyn TableProvider> = Arc::new(ParquetFiles::new(legs_view(), reading.legs));
        if reading.moving.is_empty() && reading.moved_tail.is_empty() {
            let live = self.table(&legs_view(), live)?;
            session.register("legs", united(folded, live)?)?;
            return Ok(session);
        }
        let moved = self.moved(reading.moving, reading.moved_tail.clone()).await?;
        let events = self.moved_events(reading.events, reading.moved_tail, &moved).await?;
        live.extend(fold(&self.engine, events, horizon).await?);
        session.register("folded_legs", folded)?;
        session.register("moved", self.table(&moved.schema, moved.rows)?)?;
        session.register("live_legs", self.table(&legs_view(), live)?)?;
        session.define("united_legs", "legs", &Params::default()).await?;
        Ok(session)
    }

    /// Sorts the days that matter to `[from, to)` into those read as folded and those to be folded.
    fn reading(&self, from: Instant, to: Instant, horizon: Horizon) -> Result<Reading, EngineError> {
        let fingerprint = self.engine.catalog().get("legs")?.definition();
        let mut plans = plan(&self.pinned.events, &self.pinned.legs, &fingerprint, horizon);
        for day in self.days.days() {
            plans.entry(day).or_insert_with(|| DayPlan::Unfolded { events: Vec::new() });
        }
        let mut reading = Reading::default();
        for (day, plan) in plans {
            let in_tail = self.days.touches(day, from, to);
            match plan {
                DayPlan::Unfolded { events } if in_tail || touches(&events, from, to) => {
                    reading.unfolded.insert(day, events);
                }
                DayPlan::Folded { legs, unfolded, events } if in_tail || touches(&events, from, to) => {
                    reading.legs.push(legs);
                    let tail = self.days.of_days(&[day]);
                    if !unfolded.is_empty() || !tail.is_empty() {
                        reading.events.extend(events);
                    }
                    reading.moving.extend(unfolded);
                    reading.moved_tail.extend(tail);
                }
                _ => {}
            }
        }
        Ok(reading)
    }

    /// The contacts in files and tail rows that the legs files do not know yet.
    async fn moved(&self, files: Vec<DataFile>, tail: Vec<RecordBatch>) -> Result<Rows, EngineError> {
        let session = self.engine.session()?;
        session.register("unfolded", self.events_table(files, tail)?)?;
        let rows = session.rows("moved", &Params::default()).await?;
        let schema = Arc::new(events_view().project(&[0, 1])?);
        let rows = rows.iter().map(|batch| in_schema(batch, &schema)).collect::<Result<_, _>>()?;
        Ok(Rows { schema, rows })
    }

    async fn moved_events(
        &self,
        files: Vec<DataFile>,
        tail: Vec<RecordBatch>,
        moved: &Rows,
    ) -> Result<Arc<dyn TableProvider>, EngineError> {
        let session = self.engine.session()?;
        session.register("known_events", self.events_table(files, tail)?)?;
        session.register("moved", self.table(&moved.schema, moved.rows.clone())?)?;
        let rows = session.rows("moved_events", &Params::default()).await?;
        let schema = events_view();
        let rows = rows.iter().map(|batch| in_schema(batch, &schema)).collect::<Result<_, _>>()?;
        self.table(&schema, rows)
    }

    fn events_table(&self, files: Vec<DataFile>, tail: Vec<RecordBatch>) -> Result<Arc<dyn TableProvider>, EngineError> {
        let files: Arc<dyn TableProvider> = Arc::new(ParquetFiles::new(events_view(), files));
        united(files, self.table(&events_view(), tail)?)
    }

    fn table(&self, schema: &SchemaRef, rows: Vec<RecordBatch>) -> Result<Arc<dyn TableProvider>, EngineError> {
        table(schema, rows, self.engine.partitions())
    }
}

/// The days of one question, sorted by how they are read.
#[derive(Default)]
struct Reading {
    /// Days to be folded whole, with their events files.
    unfolded: BTreeMap<Day, Vec<DataFile>>,
    /// Legs files that hold but for contacts that moved.
    legs: Vec<DataFile>,
    /// Events files that those legs do not know.
    moving: Vec<DataFile>,
    /// Tail rows of the same days.
    moved_tail: Vec<RecordBatch>,
    /// All events files of days in which something moved.
    events: Vec<DataFile>,
}

struct Rows {
    schema: SchemaRef,
    rows: Vec<RecordBatch>,
}

/// Days in groups of at most [`FOLD_ROWS`] events, a day never split.
fn chunks(days: BTreeMap<Day, Vec<DataFile>>) -> Vec<(Vec<Day>, Vec<DataFile>)> {
    let mut chunks: Vec<(Vec<Day>, Vec<DataFile>)> = Vec::new();
    let mut rows = u64::MAX;
    for (day, files) in days {
        let more: u64 = files.iter().map(|file| file.rows).sum();
        rows = rows.saturating_add(more);
        if rows > FOLD_ROWS {
            chunks.push((Vec::new(), Vec::new()));
            rows = more;
        }
        if let Some((days, all)) = chunks.last_mut() {
            days.push(day);
            all.extend(files);
        }
    }
    chunks
}

pub(crate) fn events_view() -> SchemaRef {
    view_schema(&events_schema())
}

pub(crate) fn legs_view() -> SchemaRef {
    view_schema(&legs_schema())
}
