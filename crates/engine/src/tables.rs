//! Tables in memory: rows under a name.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, RecordBatch, StringViewArray},
    compute::cast,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use datafusion::{catalog::TableProvider, datasource::MemTable};

use crate::EngineError;

/// A small table that a question brings along, such as the terms of the queues.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Its name in the statements.
    pub name: &'static str,
    /// Its rows; may be empty.
    pub rows: RecordBatch,
}

/// The schema in which SQL sees a table: texts as views, which group and join without copying.
#[must_use]
pub fn view_schema(schema: &Schema) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8 => field.as_ref().clone().with_data_type(DataType::Utf8View),
            _ => field.as_ref().clone(),
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// `events` as SQL sees it.
pub(crate) fn events_view() -> SchemaRef {
    view_schema(&columns::events_schema())
}

/// `legs` as SQL sees it.
pub(crate) fn legs_view() -> SchemaRef {
    view_schema(&columns::legs_schema())
}

/// Rows in the types of `schema`, column by column in its order.
///
/// # Errors
/// A column is missing or cannot be cast.
pub(crate) fn in_schema(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, EngineError> {
    let columns = schema
        .fields()
        .iter()
        .map(|field| {
            let column = batch.column(batch.schema().index_of(field.name())?);
            cast(column, field.data_type())
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

/// The rows without the memory of the rows they were taken from.
///
/// # Errors
/// None that a batch of one schema can have.
pub fn compacted(batch: &RecordBatch) -> Result<RecordBatch, EngineError> {
    let columns = batch.columns().iter().map(|column| match column.as_any().downcast_ref::<StringViewArray>() {
        Some(texts) => Arc::new(texts.gc()) as ArrayRef,
        None => Arc::clone(column),
    });
    Ok(RecordBatch::try_new(batch.schema(), columns.collect())?)
}

/// A table of the given rows, spread over `partitions`.
///
/// # Errors
/// Rows of another schema.
pub(crate) fn table(
    schema: &SchemaRef,
    batches: Vec<RecordBatch>,
    partitions: usize,
) -> Result<Arc<dyn TableProvider>, EngineError> {
    let mut parts: Vec<Vec<RecordBatch>> = vec![Vec::new(); partitions.max(1)];
    for (index, batch) in batches.into_iter().enumerate() {
        let part = index % parts.len();
        parts[part].push(batch);
    }
    let table = MemTable::try_new(Arc::clone(schema), parts)
        .map_err(|source| EngineError::Statement { statement: "table in memory".into(), source: Box::new(source) })?;
    Ok(Arc::new(table))
}
