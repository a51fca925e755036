//! Rows of a statement, read by column name.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch},
    compute::{cast, concat_batches},
    datatypes::{DataType, Int64Type},
};

use crate::{Dim, ScorecardError};

/// What a row stands for: the value of each grouping, and the number of its stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RowKey {
    pub(crate) dims: BTreeMap<Dim, Option<String>>,
    pub(crate) bucket: usize,
}

/// The rows of one statement.
pub(crate) struct Rows {
    statement: String,
    batch: RecordBatch,
}

impl Rows {
    pub(crate) fn new(statement: &str, batches: &[RecordBatch]) -> Result<Self, ScorecardError> {
        let batch = match batches {
            [] => RecordBatch::new_empty(std::sync::Arc::new(arrow::datatypes::Schema::empty())),
            [first, ..] => concat_batches(&first.schema(), batches)?,
        };
        Ok(Self { statement: statement.to_owned(), batch })
    }

    pub(crate) fn len(&self) -> usize {
        self.batch.num_rows()
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.batch.schema().index_of(column).is_ok()
    }

    fn column(&self, name: &str, data_type: &DataType) -> Result<ArrayRef, ScorecardError> {
        let missing = || ScorecardError::Column { statement: self.statement.clone(), column: name.to_owned() };
        let column = self.batch.column_by_name(name).ok_or_else(missing)?;
        cast(column, data_type).map_err(|_| missing())
    }

    /// An integer column; null stays null.
    pub(crate) fn ints(&self, name: &str) -> Result<Ints, ScorecardError> {
        if self.len() == 0 {
            return Ok(Ints(Int64Array::from(Vec::<i64>::new())));
        }
        Ok(Ints(self.column(name, &DataType::Int64)?.as_primitive::<Int64Type>().clone()))
    }

    /// A text column; null stays null.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<Option<String>>, ScorecardError> {
        if self.len() == 0 {
            return Ok(Vec::new());
        }
        let column = self.column(name, &DataType::Utf8)?;
        Ok(column.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect())
    }

    /// A column of flags; null is false.
    pub(crate) fn flags(&self, name: &str) -> Result<Vec<bool>, ScorecardError> {
        if self.len() == 0 {
            return Ok(Vec::new());
        }
        let column = self.column(name, &DataType::Boolean)?;
        Ok(column.as_boolean().iter().map(|flag| flag.unwrap_or(false)).collect())
    }

    /// The key of each row, for the groupings asked.
    pub(crate) fn keys(&self, by: impl IntoIterator<Item = Dim>) -> Result<Vec<RowKey>, ScorecardError> {
        self.keys_by(by, "bucket")
    }

    /// The key of each row, for the groupings asked; `part` is the column that numbers stretches or instants.
    pub(crate) fn keys_by(&self, by: impl IntoIterator<Item = Dim>, part: &str) -> Result<Vec<RowKey>, ScorecardError> {
        let buckets = self.ints(part)?;
        let mut keys: Vec<RowKey> = (0..self.len())
            .map(|row| {
                let bucket = usize::try_from(buckets.get(row).unwrap_or(0)).unwrap_or(0);
                RowKey { dims: BTreeMap::new(), bucket }
            })
            .collect();
        for dim in by {
            for (key, value) in keys.iter_mut().zip(self.texts(dim.as_str())?) {
                key.dims.insert(dim, value);
            }
        }
        Ok(keys)
    }
}

/// An integer column.
pub(crate) struct Ints(Int64Array);

impl Ints {
    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}
