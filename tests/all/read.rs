//! Rows of a statement by column and row.

use arrow::{
    array::{Array, AsArray, RecordBatch},
    compute::{cast, concat_batches},
    datatypes::{DataType, Int64Type},
};

/// All rows of a statement.
pub(crate) struct Table(Option<RecordBatch>);

/// The batches as one table.
pub(crate) fn table(batches: &[RecordBatch]) -> Table {
    Table(batches.first().map(|first| concat_batches(&first.schema(), batches).expect("rows of one schema")))
}

impl Table {
    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, RecordBatch::num_rows)
    }

    /// A number.
    pub(crate) fn int(&self, column: &str, row: usize) -> Option<i64> {
        let column =
            cast(self.0.as_ref()?.column_by_name(column).expect("a column"), &DataType::Int64).expect("numbers");
        column.is_valid(row).then(|| column.as_primitive::<Int64Type>().value(row))
    }

    /// A text.
    pub(crate) fn text(&self, column: &str, row: usize) -> Option<String> {
        let column = cast(self.0.as_ref()?.column_by_name(column).expect("a column"), &DataType::Utf8).expect("texts");
        column.is_valid(row).then(|| column.as_string::<i32>().value(row).to_owned())
    }

    /// Yes or no; null is no.
    pub(crate) fn flag(&self, column: &str, row: usize) -> bool {
        let Some(rows) = &self.0 else { return false };
        let column = rows.column_by_name(column).expect("a column");
        column.is_valid(row) && column.as_boolean().value(row)
    }
}
