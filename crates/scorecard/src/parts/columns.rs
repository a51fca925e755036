//! Columns of legs, as they are looked at before anything is counted.

use arrow::{
    array::{Array, AsArray, RecordBatch, StringViewArray},
    compute::cast,
    datatypes::{DataType, Int64Type},
};

use super::facts::HOUR_US;
use crate::ScorecardError;

/// The queue of each leg, and the channel that it names itself.
pub(crate) struct Desks {
    queues: StringViewArray,
    stated: StringViewArray,
}

impl Desks {
    pub(crate) fn of(batch: &RecordBatch) -> Result<Self, ScorecardError> {
        Ok(Self { queues: texts(batch, "queue")?, stated: texts(batch, "channel")? })
    }

    pub(crate) fn get(&self, row: usize) -> (&str, Option<&str>) {
        (self.queues.value(row), self.stated.is_valid(row).then(|| self.stated.value(row)))
    }
}

/// The hour in which each row's contact began, as statements cut it: before 1970, towards it.
pub(crate) fn hours(batch: &RecordBatch) -> Result<Vec<i64>, ScorecardError> {
    let started = micros(batch, "started_at")?;
    Ok(started.into_iter().map(|started| started.map_or(0, |started| started - started % HOUR_US)).collect())
}

/// A column of texts.
pub(crate) fn texts(batch: &RecordBatch, column: &str) -> Result<StringViewArray, ScorecardError> {
    let column = cast(batch.column(batch.schema().index_of(column)?), &DataType::Utf8View)?;
    Ok(column.as_string_view().clone())
}

/// A column of instants, in microseconds.
pub(super) fn micros(batch: &RecordBatch, column: &str) -> Result<Vec<Option<i64>>, ScorecardError> {
    let column = cast(batch.column(batch.schema().index_of(column)?), &DataType::Int64)?;
    Ok(column.as_primitive::<Int64Type>().iter().collect())
}
