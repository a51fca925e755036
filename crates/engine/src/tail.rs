//! The tail: what is durable in the journal and not yet in the lake, by day.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, AsArray, BooleanArray, RecordBatch},
    compute::filter_record_batch,
    datatypes::{Date32Type, TimestampMicrosecondType},
};
use contact::{Day, Instant};

use crate::{EngineError, tables::in_schema, view::events_view};

/// Rows up to a sequence that are not in the lake.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    /// The last sequence that is in the tail, or in the lake.
    pub sequence: u64,
    /// Rows in the schema of `events`.
    pub batches: Vec<RecordBatch>,
}

/// The tail's rows by the day their contacts began.
#[derive(Debug, Default)]
pub(crate) struct TailDays(BTreeMap<Day, DayRows>);

#[derive(Debug, Default)]
struct DayRows {
    batches: Vec<RecordBatch>,
    first: i64,
    last: i64,
}

impl TailDays {
    pub(crate) fn of(tail: &Tail) -> Result<Self, EngineError> {
        let schema = events_view();
        let mut days: BTreeMap<Day, DayRows> = BTreeMap::new();
        for batch in &tail.batches {
            let batch = in_schema(batch, &schema)?;
            for (day, rows) in by_day(&batch)? {
                let Some((first, last)) = span(&rows) else { continue };
                let entry = days.entry(day).or_insert(DayRows { batches: Vec::new(), first, last });
                entry.first = entry.first.min(first);
                entry.last = entry.last.max(last);
                entry.batches.push(rows);
            }
        }
        Ok(Self(days))
    }

    /// The days that have rows.
    pub(crate) fn days(&self) -> impl Iterator<Item = Day> + '_ {
        self.0.keys().copied()
    }

    /// All rows.
    pub(crate) fn all(&self) -> Vec<RecordBatch> {
        self.0.values().flat_map(|rows| rows.batches.iter().cloned()).collect()
    }

    /// Rows of these days.
    pub(crate) fn of_days(&self, days: &[Day]) -> Vec<RecordBatch> {
        days.iter().filter_map(|day| self.0.get(day)).flat_map(|rows| rows.batches.iter().cloned()).collect()
    }

    /// Whether the day's rows may make a leg offered in `[from, to)`.
    pub(crate) fn touches(&self, day: Day, from: Instant, to: Instant) -> bool {
        self.0.get(&day).is_some_and(|rows| rows.first < to.as_micros() && rows.last >= from.as_micros())
    }

    /// The latest event time of each day.
    pub(crate) fn latest(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.values().map(|rows| rows.last)
    }
}

fn by_day(batch: &RecordBatch) -> Result<BTreeMap<Day, RecordBatch>, EngineError> {
    let days = batch.column(batch.schema().index_of("started_day")?).as_primitive::<Date32Type>().clone();
    let distinct: std::collections::BTreeSet<i32> = days.values().iter().copied().collect();
    if let (1, Some(day)) = (distinct.len(), distinct.first()) {
        return Ok(BTreeMap::from([(Day::from_days(*day), batch.clone())]));
    }
    distinct
        .into_iter()
        .map(|day| {
            let mask = BooleanArray::from_iter(days.values().iter().map(|value| Some(*value == day)));
            Ok((Day::from_days(day), filter_record_batch(batch, &mask)?))
        })
        .collect()
}

fn span(batch: &RecordBatch) -> Option<(i64, i64)> {
    let times = batch.column_by_name("time")?.as_primitive_opt::<TimestampMicrosecondType>()?;
    let first = arrow::compute::min(times)?;
    let last = arrow::compute::max(times)?;
    debug_assert_eq!(times.null_count(), 0);
    Some((first, last))
}
