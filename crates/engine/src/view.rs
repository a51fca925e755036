//! A view: one pinned state of the lake and the tail, and the table `legs` of a question.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use contact::{Day, Instant};
use datafusion::catalog::TableProvider;
use futures::future::BoxFuture;
use lake::{DataFile, Snapshot};
use tokio::sync::OnceCell;

use crate::{
    Engine, EngineError, Params, Session,
    fold::{FOLD_ROWS, fold_files, united},
    overlay::{Moved, Overlay},
    parquet_files::ParquetFiles,
    plan::{DayPlan, Horizon, narrowed, plan, touches},
    tables::{events_view, in_schema, legs_view, table},
    tail::Tail,
};

/// Events files of days.
type FilesByDay = BTreeMap<Day, Vec<DataFile>>;

/// The files of both tables at their versions.
#[derive(Debug, Clone)]
pub struct Pinned {
    /// `events`.
    pub events: Snapshot,
    /// `legs`.
    pub legs: Snapshot,
}

/// The legs of a question: those of the files and `live`, without `stale`.
pub struct Pieces {
    /// Legs files that hold but for `stale`.
    pub files: Vec<DataFile>,
    /// Legs folded just now: of whole days, and of contacts that moved since their day was folded.
    pub live: Vec<RecordBatch>,
    /// Legs of those contacts as the file of their day says them.
    pub stale: BTreeMap<Day, Vec<RecordBatch>>,
}

/// One state, never changing. V1: every acknowledged event is in exactly one of the files and the tail.
pub struct View {
    engine: Engine,
    pinned: Pinned,
    tail: Tail,
    overlay: OnceCell<Arc<Overlay>>,
    /// The newest overlay of an earlier view, to start from.
    before: RwLock<Option<Arc<Overlay>>>,
}

impl View {
    /// A view of this state; `previous` is the view before it, whose work is carried on.
    #[must_use]
    pub fn new(engine: Engine, pinned: Pinned, tail: Tail, previous: Option<&Self>) -> Self {
        let before = previous.and_then(|view| {
            let carried = || view.before.read().unwrap_or_else(PoisonError::into_inner).clone();
            view.overlay.get().cloned().or_else(carried)
        });
        Self { engine, pinned, tail, overlay: OnceCell::new(), before: RwLock::new(before) }
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
        u64::try_from(self.tail.sequence).unwrap_or(0)
    }

    /// Legs in the files that may hold one offered in `[from, to)`.
    #[must_use]
    pub fn folded_rows(&self, from: Instant, to: Instant) -> u64 {
        self.pinned.legs.files.iter().filter(|file| overlaps(file, from, to)).map(|file| file.rows).sum()
    }

    /// A session whose table `events` holds every event.
    ///
    /// # Errors
    /// A defect in the schema.
    pub fn events_session(&self) -> Result<Session, EngineError> {
        self.session_of_events(self.pinned.events.files.clone(), self.tail.all())
    }

    /// A session whose table `events` holds what is in the lake.
    ///
    /// # Errors
    /// A defect in the schema.
    pub fn files_session(&self) -> Result<Session, EngineError> {
        self.session_of_events(self.pinned.events.files.clone(), Vec::new())
    }

    /// A session whose table `events` holds what is not yet in the lake.
    ///
    /// # Errors
    /// A defect in the schema.
    pub fn tail_session(&self) -> Result<Session, EngineError> {
        self.session_of_events(Vec::new(), self.tail.all())
    }

    fn session_of_events(&self, files: Vec<DataFile>, tail: Vec<RecordBatch>) -> Result<Session, EngineError> {
        let session = self.engine.session()?;
        session.register("events", self.events_table(files, tail)?)?;
        Ok(session)
    }

    /// Every leg offered in `[from, to)` (and others), as known at `as_of`, of what had happened by `now`, in pieces.
    ///
    /// # Errors
    /// Files that cannot be read, or a defect in `legs.sql`.
    #[must_use]
    pub fn pieces(
        &self,
        from: Instant,
        to: Instant,
        now: Instant,
        as_of: Instant,
    ) -> BoxFuture<'_, Result<Pieces, EngineError>> {
        Box::pin(async move {
            let horizon = Horizon { as_of, now };
            let (folded, unfolded) = self.days(from, to, horizon)?;
            let mut live = self.folded_now(unfolded, horizon).await?;
            let days = folded.iter().map(|file| file.day).collect();
            let overlay = self.overlay().await?;
            live.extend(overlay.legs(&self.engine, horizon, &days).await?);
            let files = folded.into_iter().filter(|file| overlaps(file, from, to)).collect();
            Ok(Pieces { files, live, stale: overlay.stale(&days) })
        })
    }

    /// A session whose table `legs` holds every leg offered in `[from, to)` (and others), as known at `as_of`, of what
    /// had happened by `now`.
    ///
    /// # Errors
    /// Files that cannot be read, or a defect in `legs.sql`.
    #[must_use]
    pub fn session(
        &self,
        from: Instant,
        to: Instant,
        now: Instant,
        as_of: Instant,
    ) -> BoxFuture<'_, Result<Session, EngineError>> {
        Box::pin(async move {
            let horizon = Horizon { as_of, now };
            let (folded, unfolded) = self.days(from, to, horizon)?;
            let mut live = self.folded_now(unfolded, horizon).await?;
            let session = self.engine.session()?;
            let files = self.engine.legs_table(folded.clone()).await?;
            let overlay = self.overlay().await?;
            if overlay.is_empty() || folded.is_empty() {
                let live = self.table(&legs_view(), live)?;
                session.register("legs", united(files, live)?)?;
                return Ok(session);
            }
            let days = folded.iter().map(|file| file.day).collect();
            live.extend(overlay.legs(&self.engine, horizon, &days).await?);
            let (schema, contacts) = overlay.contacts()?;
            session.register("folded_legs", files)?;
            session.register("moved", self.table(&schema, contacts)?)?;
            session.register("live_legs", self.table(&legs_view(), live)?)?;
            session.define("united_legs", "legs", &Params::default()).await?;
            Ok(session)
        })
    }

    /// The legs of days without usable legs files. Days of which the tail tells nothing within the horizon are kept as they
    /// were folded.
    async fn folded_now(
        &self,
        unfolded: BTreeMap<Day, Vec<DataFile>>,
        horizon: Horizon,
    ) -> Result<Vec<RecordBatch>, EngineError> {
        let (moving, still): (BTreeMap<_, _>, BTreeMap<_, _>) =
            unfolded.into_iter().partition(|(day, _)| self.tail.tells(*day, horizon));
        let mut live = Vec::new();
        for (days, files) in chunks(moving) {
            let tail = days.iter().flat_map(|day| self.tail.of_day(*day)).collect();
            live.extend(fold_files(&self.engine, files, tail, horizon).await?);
        }
        for (_, files) in chunks(still) {
            let horizon = narrowed(&files, horizon);
            let name = format!("folded {horizon:?} {:?}", files.iter().map(|file| &file.full).collect::<Vec<_>>());
            if let Some(known) = self.engine.recall::<Vec<RecordBatch>>(&name) {
                live.extend(known.iter().cloned());
                continue;
            }
            let legs = fold_files(&self.engine, files, Vec::new(), horizon).await?;
            let bytes = legs.iter().map(RecordBatch::get_array_memory_size).sum();
            self.engine.remember(name, Arc::new(legs.clone()), bytes);
            live.extend(legs);
        }
        Ok(live)
    }

    /// The legs files to read, and the days to fold whole with their events files. A day that is folded here brings
    /// its contacts in full, so the overlay must not bring them again: it lies over folded days only.
    fn days(&self, from: Instant, to: Instant, horizon: Horizon) -> Result<(Vec<DataFile>, FilesByDay), EngineError> {
        let mut folded = Vec::new();
        let mut unfolded = BTreeMap::new();
        for (day, plan) in self.plans(horizon)? {
            let in_tail = self.tail.touches(day, from, to);
            match plan {
                DayPlan::Folded { legs, .. } => folded.push(legs),
                DayPlan::Unfolded { events } if in_tail || touches(&events, from, to) => {
                    unfolded.insert(day, events);
                }
                DayPlan::Unfolded { .. } => {}
            }
        }
        Ok((folded, unfolded))
    }

    fn plans(&self, horizon: Horizon) -> Result<BTreeMap<Day, DayPlan>, EngineError> {
        let fingerprint = self.engine.catalog().get("legs")?.definition();
        let mut plans = plan(&self.pinned.events, &self.pinned.legs, &fingerprint, horizon);
        for day in self.tail.days() {
            plans.entry(day).or_insert_with(|| DayPlan::Unfolded { events: Vec::new() });
        }
        Ok(plans)
    }

    async fn overlay(&self) -> Result<Arc<Overlay>, EngineError> {
        let made = self
            .overlay
            .get_or_try_init(|| async {
                let before = self.before.write().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
                let moved = self.moved().await?;
                Ok::<_, EngineError>(Arc::new(before.after(&self.engine, &moved).await?))
            })
            .await?;
        Ok(Arc::clone(made))
    }

    /// What the legs files do not know, day by day.
    async fn moved(&self) -> Result<Vec<Moved>, EngineError> {
        let everything = Horizon { as_of: Instant::FOREVER, now: Instant::FOREVER };
        let mut all = Vec::new();
        for (day, plan) in self.plans(everything)? {
            let DayPlan::Folded { legs, unfolded, events } = plan else { continue };
            let mut moved = Moved { day, legs, known: events, sources: Vec::new() };
            for file in unfolded {
                self.add_file(&mut moved, file).await?;
            }
            for batch in self.tail.unflushed() {
                if let Some(rows) = batch.of_day(day) {
                    moved.sources.push((format!("seq:{}", batch.sequence), vec![rows.clone()]));
                }
            }
            all.push(moved);
        }
        Ok(all)
    }

    /// The rows of an events file that the legs do not know: from memory where they are kept, else read.
    async fn add_file(&self, moved: &mut Moved, file: DataFile) -> Result<(), EngineError> {
        let kept: Option<Vec<_>> = file.tags.origins.iter().map(|origin| self.tail.of_origin(origin)).collect();
        if let Some(batches) = kept {
            for batch in batches.into_iter().flatten() {
                if let Some(rows) = batch.of_day(moved.day) {
                    moved.sources.push((format!("seq:{}", batch.sequence), vec![rows.clone()]));
                }
            }
            moved.known.retain(|known| known.path != file.path);
            return Ok(());
        }
        let schema = events_view();
        let rows = lake::read_file(&file, None).await?;
        let rows = rows.iter().map(|batch| in_schema(batch, &schema)).collect::<Result<_, _>>()?;
        moved.sources.push((format!("file:{}", file.path), rows));
        Ok(())
    }

    fn events_table(
        &self,
        files: Vec<DataFile>,
        tail: Vec<RecordBatch>,
    ) -> Result<Arc<dyn TableProvider>, EngineError> {
        let files: Arc<dyn TableProvider> = Arc::new(ParquetFiles::new(events_view(), files));
        united(files, self.table(&events_view(), tail)?)
    }

    fn table(&self, schema: &SchemaRef, rows: Vec<RecordBatch>) -> Result<Arc<dyn TableProvider>, EngineError> {
        table(schema, rows, self.engine.partitions())
    }
}

/// Whether a legs file may hold a leg offered in `[from, to)`.
fn overlaps(file: &DataFile, from: Instant, to: Instant) -> bool {
    match file.ranges.get("offered_at") {
        Some((first, last)) => *first < to.as_micros() && *last >= from.as_micros(),
        None => true,
    }
}

/// Days in groups of at most [`FOLD_ROWS`] events, a day never split.
fn chunks(days: BTreeMap<Day, Vec<DataFile>>) -> Vec<(Vec<Day>, Vec<DataFile>)> {
    let mut chunks: Vec<(Vec<Day>, Vec<DataFile>)> = Vec::new();
    let mut rows = u64::MAX;
    for (day, files) in days {
        let more: u64 = files.iter().map(|file| file.rows).sum();
        rows = rows.saturating_add(more);
        if rows > FOLD_ROWS as u64 {
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
