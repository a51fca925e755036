//! Legs files in memory: a file never changes under its name, so what was decoded once need not be decoded again.
//!
//! Small files cost more to open than to scan, and a scorecard reads one per day.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use futures::future::BoxFuture;
use lake::DataFile;

use crate::{
    Engine, EngineError,
    parquet_files::ParquetFiles,
    tables::{in_schema, legs_view, table},
};

/// Files read together that hold more rows are streamed instead.
const ROWS_AT_ONCE: u64 = 200_000;

impl Engine {
    /// The rows of a legs file, in the schema in which SQL sees them.
    ///
    /// # Errors
    /// The file cannot be read.
    #[must_use]
    pub fn legs_of<'a>(&'a self, file: &'a DataFile) -> BoxFuture<'a, Result<Arc<Vec<RecordBatch>>, EngineError>> {
        Box::pin(async move {
            let name = file.full.display().to_string();
            if let Some(rows) = self.decoded.get(&name) {
                return Ok(rows);
            }
            let schema = legs_view();
            let read = lake::read_file(file, None).await?;
            let rows: Vec<RecordBatch> =
                read.iter().map(|batch| in_schema(batch, &schema)).collect::<Result<_, _>>()?;
            let bytes = rows.iter().map(RecordBatch::get_array_memory_size).sum();
            let rows = Arc::new(rows);
            self.decoded.put(name, Arc::clone(&rows), bytes);
            Ok(rows)
        })
    }

    /// The files as a table: from memory when they are few rows, else from disk as they are read.
    pub(crate) async fn legs_table(&self, files: Vec<DataFile>) -> Result<Arc<dyn TableProvider>, EngineError> {
        if files.iter().map(|file| file.rows).sum::<u64>() > ROWS_AT_ONCE {
            return Ok(Arc::new(ParquetFiles::new(legs_view(), files)));
        }
        let mut rows = Vec::new();
        for file in &files {
            rows.extend(self.legs_of(file).await?.iter().cloned());
        }
        table(&legs_view(), rows, self.partitions())
    }
}
