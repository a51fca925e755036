//! The tail: what is durable in the journal and not yet in the lake, by day; and, beside it, what went into the lake
//! lately and is not yet folded, kept so that it need not be read back.

use std::collections::{BTreeMap, BTreeSet};

use arrow::{
    array::{AsArray, BooleanArray, RecordBatch},
    compute::filter_record_batch,
    datatypes::{Date32Type, TimestampMicrosecondType},
};
use contact::{Day, Instant};

use crate::{
    EngineError,
    plan::Horizon,
    tables::{events_view, in_schema},
};

/// One journal batch.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its sequence.
    pub sequence: i64,
    /// Its rows by day, in the schema in which SQL sees `events`.
    days: BTreeMap<Day, DayRows>,
}

#[derive(Debug, Clone)]
struct DayRows {
    rows: RecordBatch,
    times: (i64, i64),
}

impl Batch {
    /// Prepares the rows of a journal batch.
    ///
    /// # Errors
    /// Rows that are not events.
    pub fn new(sequence: i64, rows: &RecordBatch) -> Result<Self, EngineError> {
        let rows = in_schema(rows, &events_view())?;
        let mut days = BTreeMap::new();
        for (day, rows) in by_day(&rows)? {
            let Some(times) = span(&rows, "time") else { continue };
            days.insert(day, DayRows { rows, times });
        }
        Ok(Self { sequence, days })
    }

    /// How many rows it holds.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.days.values().map(|day| day.rows.num_rows()).sum()
    }

    pub(crate) fn days(&self) -> impl Iterator<Item = Day> + '_ {
        self.days.keys().copied()
    }

    pub(crate) fn of_day(&self, day: Day) -> Option<&RecordBatch> {
        self.days.get(&day).map(|rows| &rows.rows)
    }
}

/// The rows that a view has in memory.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    /// The last sequence that is in the tail, or in the lake.
    pub sequence: i64,
    /// Sequences up to this one are in the lake.
    pub flushed: i64,
    /// The tail, and batches in the lake that are kept until they are folded. Ascending, each sequence once.
    pub batches: Vec<std::sync::Arc<Batch>>,
}

impl Tail {
    /// Batches that are not in the lake.
    pub(crate) fn unflushed(&self) -> impl Iterator<Item = &Batch> {
        self.batches.iter().map(AsRef::as_ref).filter(|batch| batch.sequence > self.flushed)
    }

    /// The batches of a flush, when all of them are still in memory.
    pub(crate) fn of_origin(&self, origin: &str) -> Option<Vec<&Batch>> {
        let (first, last) = origin.strip_prefix("journal:")?.split_once('-')?;
        let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
        // J2: sequences are dense, so as many batches as the origin names are all of them.
        let found: Vec<&Batch> =
            self.batches.iter().map(AsRef::as_ref).filter(|batch| (first..=last).contains(&batch.sequence)).collect();
        (i64::try_from(found.len()) == Ok(last - first + 1)).then_some(found)
    }

    /// Days that have rows which are not in the lake.
    pub(crate) fn days(&self) -> BTreeSet<Day> {
        self.unflushed().flat_map(Batch::days).collect()
    }

    /// Whether it may hold rows of the day within the horizon.
    pub(crate) fn tells(&self, day: Day, horizon: Horizon) -> bool {
        let mut rows = self.unflushed().filter_map(|batch| batch.days.get(&day));
        rows.any(|rows| rows.times.0 <= horizon.now.as_micros())
    }

    /// Rows of one day that are not in the lake.
    pub(crate) fn of_day(&self, day: Day) -> Vec<RecordBatch> {
        self.unflushed().filter_map(|batch| batch.of_day(day)).cloned().collect()
    }

    /// All rows that are not in the lake.
    pub(crate) fn all(&self) -> Vec<RecordBatch> {
        self.unflushed().flat_map(|batch| batch.days.values().map(|rows| rows.rows.clone())).collect()
    }

    /// Whether the day's rows may make a leg offered in `[from, to)`.
    pub(crate) fn touches(&self, day: Day, from: Instant, to: Instant) -> bool {
        self.unflushed()
            .filter_map(|batch| batch.days.get(&day))
            .any(|rows| rows.times.0 < to.as_micros() && rows.times.1 >= from.as_micros())
    }
}

fn by_day(batch: &RecordBatch) -> Result<BTreeMap<Day, RecordBatch>, EngineError> {
    let days = batch.column(batch.schema().index_of("started_day")?).as_primitive::<Date32Type>().clone();
    let distinct: BTreeSet<i32> = days.values().iter().copied().collect();
    if let (1, Some(day)) = (distinct.len(), distinct.first()) {
        return Ok(BTreeMap::from([(Day::from_days(*day), batch.clone())]));
    }
    distinct
        .into_iter()
        .map(|day| {
            let mask: BooleanArray = days.values().iter().map(|value| Some(*value == day)).collect();
            Ok((Day::from_days(day), filter_record_batch(batch, &mask)?))
        })
        .collect()
}

/// Earliest and latest of a column of instants.
pub(crate) fn span(batch: &RecordBatch, column: &str) -> Option<(i64, i64)> {
    let times = batch.column_by_name(column)?.as_primitive_opt::<TimestampMicrosecondType>()?;
    Some((arrow::compute::min(times)?, arrow::compute::max(times)?))
}
