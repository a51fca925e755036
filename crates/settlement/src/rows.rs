//! Rows of a statement, read by column name.

use arrow::{
    array::{Array, AsArray, Int64Array, RecordBatch},
    compute::{cast, concat_batches},
    datatypes::{DataType, Int64Type},
};

use crate::SettlementError;

/// The rows of one statement.
pub(crate) struct Rows {
    statement: &'static str,
    batch: Option<RecordBatch>,
}

impl Rows {
    pub(crate) fn new(statement: &'static str, batches: &[RecordBatch]) -> Result<Self, SettlementError> {
        let batch = batches.first().map(|first| concat_batches(&first.schema(), batches)).transpose()?;
        Ok(Self { statement, batch: batch.filter(|batch| batch.num_rows() > 0) })
    }

    pub(crate) fn len(&self) -> usize {
        self.batch.as_ref().map_or(0, RecordBatch::num_rows)
    }

    fn missing(&self, column: &str) -> SettlementError {
        SettlementError::Column { statement: self.statement, column: column.to_owned() }
    }

    /// Whole numbers; null is 0, as nothing is counted there.
    pub(crate) fn ints(&self, name: &str) -> Result<Vec<i64>, SettlementError> {
        let Some(batch) = &self.batch else { return Ok(Vec::new()) };
        let column = batch.column_by_name(name).ok_or_else(|| self.missing(name))?;
        let column = cast(column, &DataType::Int64).map_err(|_| self.missing(name))?;
        let ints: &Int64Array = column.as_primitive::<Int64Type>();
        Ok(ints.iter().map(|value| value.unwrap_or(0)).collect())
    }

    /// Texts; null is empty.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, SettlementError> {
        let Some(batch) = &self.batch else { return Ok(Vec::new()) };
        let column = batch.column_by_name(name).ok_or_else(|| self.missing(name))?;
        let column = cast(column, &DataType::Utf8).map_err(|_| self.missing(name))?;
        Ok(column.as_string::<i32>().iter().map(|text| text.unwrap_or_default().to_owned()).collect())
    }

    /// Yes or no; null is no.
    pub(crate) fn flags(&self, name: &str) -> Result<Vec<bool>, SettlementError> {
        let Some(batch) = &self.batch else { return Ok(Vec::new()) };
        let column = batch.column_by_name(name).ok_or_else(|| self.missing(name))?;
        let column = cast(column, &DataType::Boolean).map_err(|_| self.missing(name))?;
        let flags = column.as_boolean();
        Ok((0..flags.len()).map(|row| flags.is_valid(row) && flags.value(row)).collect())
    }
}
