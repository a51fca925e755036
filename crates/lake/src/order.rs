//! Order within a file: sorting, and checking that it is so (L2). Both use the same comparable row encoding.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{SortOptions, concat_batches, take_record_batch};
use arrow::datatypes::Date32Type;
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use contact::Day;

use crate::{LakeError, STARTED_DAY, TableSpec};

/// Rows encoded at once while checking, which bounds the memory of a check.
const CHECK_ROWS: usize = 1 << 16;

/// Turns the sort columns of a batch into rows that compare as the table sorts.
pub(crate) struct Keys {
    converter: RowConverter,
    columns: Vec<usize>,
}

impl Keys {
    pub(crate) fn new(spec: &TableSpec) -> Result<Self, LakeError> {
        let columns = spec.sort.iter().map(|name| spec.column(name)).collect::<Result<Vec<_>, _>>()?;
        let options = SortOptions { descending: false, nulls_first: false };
        let fields = columns
            .iter()
            .map(|&column| SortField::new_with_options(spec.schema.field(column).data_type().clone(), options))
            .collect();
        Ok(Self { converter: RowConverter::new(fields)?, columns })
    }

    pub(crate) fn of(&self, batch: &RecordBatch) -> Result<Rows, LakeError> {
        let columns: Vec<_> = self.columns.iter().map(|&column| batch.column(column).clone()).collect();
        Ok(self.converter.convert_columns(&columns)?)
    }
}

/// Reads batches one after the other and finds the first row that sorts before the one above it.
pub(crate) struct OrderCheck {
    keys: Keys,
    last: Option<OwnedRow>,
    seen: u64,
}

impl OrderCheck {
    pub(crate) fn new(spec: &TableSpec) -> Result<Self, LakeError> {
        Ok(Self { keys: Keys::new(spec)?, last: None, seen: 0 })
    }

    /// The number, from 0 over all batches, of the first row of this batch that is out of order.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<Option<u64>, LakeError> {
        if self.keys.columns.is_empty() {
            return Ok(None);
        }
        let mut at = 0;
        while at < batch.num_rows() {
            let part = batch.slice(at, CHECK_ROWS.min(batch.num_rows() - at));
            let rows = self.keys.of(&part)?;
            if let Some(row) = self.first_disorder(&rows) {
                return Ok(Some(self.seen + row as u64));
            }
            self.last = Some(rows.row(rows.num_rows() - 1).owned());
            self.seen += rows.num_rows() as u64;
            at += rows.num_rows();
        }
        Ok(None)
    }

    fn first_disorder(&self, rows: &Rows) -> Option<usize> {
        if self.last.as_ref().is_some_and(|last| rows.row(0) < last.row()) {
            return Some(0);
        }
        (1..rows.num_rows()).find(|&row| rows.row(row) < rows.row(row - 1))
    }
}

/// All rows of the batches in one, in the table's order: ascending by `spec.sort`, nulls last, ties as they came.
///
/// # Errors
/// When a batch has other columns than the table, or a text column passes 2 GiB (use string views).
pub fn sort_batches(spec: &TableSpec, batches: &[RecordBatch]) -> Result<RecordBatch, LakeError> {
    let all = concat_batches(&spec.schema, batches)?;
    if spec.sort.is_empty() {
        return Ok(all);
    }
    let rows = Keys::new(spec)?.of(&all)?;
    let count =
        u32::try_from(all.num_rows()).map_err(|_| spec.refuse("more than 4,294,967,295 rows to sort at once"))?;
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by(|&a, &b| rows.row(a as usize).cmp(&rows.row(b as usize)));
    Ok(take_record_batch(&all, &UInt32Array::from(order))?)
}

/// The rows of each `started_day`, days ascending, rows as they stood.
///
/// # Errors
/// [`LakeError::Arrow`] when there is no `Date32` column `started_day`, or when it has nulls.
pub fn split_days(batch: &RecordBatch) -> Result<Vec<(Day, RecordBatch)>, LakeError> {
    let days = rows_by_day(batch)?;
    if days.len() == 1 {
        return Ok(days.into_keys().map(|day| (Day::from_days(day), batch.clone())).collect());
    }
    days.into_iter().map(|(day, rows)| Ok((Day::from_days(day), taken(batch, rows)?))).collect()
}

/// As [`sort_batches`], then [`split_days`], copying the rows once less.
///
/// # Errors
/// Those of the two.
pub fn sort_days(spec: &TableSpec, batches: &[RecordBatch]) -> Result<Vec<(Day, RecordBatch)>, LakeError> {
    let all = concat_batches(&spec.schema, batches)?;
    let days = rows_by_day(&all)?;
    if spec.sort.is_empty() {
        return days.into_iter().map(|(day, rows)| Ok((Day::from_days(day), taken(&all, rows)?))).collect();
    }
    let keys = Keys::new(spec)?.of(&all)?;
    days.into_iter()
        .map(|(day, mut rows)| {
            rows.sort_by(|&a, &b| keys.row(a as usize).cmp(&keys.row(b as usize)));
            Ok((Day::from_days(day), taken(&all, rows)?))
        })
        .collect()
}

fn taken(batch: &RecordBatch, rows: Vec<u32>) -> Result<RecordBatch, LakeError> {
    Ok(take_record_batch(batch, &UInt32Array::from(rows))?)
}

/// The numbers of each day's rows, ascending.
fn rows_by_day(batch: &RecordBatch) -> Result<BTreeMap<i32, Vec<u32>>, LakeError> {
    let unfit = |detail: &str| LakeError::Arrow(arrow::error::ArrowError::SchemaError(detail.to_owned()));
    let days = batch
        .column_by_name(STARTED_DAY)
        .and_then(|column| column.as_primitive_opt::<Date32Type>())
        .ok_or_else(|| unfit("a batch to split needs a Date32 column started_day"))?;
    if days.null_count() > 0 {
        return Err(unfit("started_day must not be null"));
    }
    let mut rows: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for (row, &day) in (0_u32..).zip(days.values().iter()) {
        rows.entry(day).or_default().push(row);
    }
    Ok(rows)
}
