//! Reading one data file back.

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;

use crate::{DataFile, LakeError};

/// Rows of a batch: what `DataFusion` reads by default.
pub(crate) const BATCH_ROWS: usize = 8192;

/// All rows of a file, or only the named columns of them (in the file's column order).
///
/// # Errors
/// [`LakeError::Io`] when the file is gone, [`LakeError::Parquet`] when it is damaged or has no such column.
pub async fn read_file(file: &DataFile, columns: Option<&[&str]>) -> Result<Vec<RecordBatch>, LakeError> {
    let path = file.full.clone();
    let columns: Option<Vec<String>> = columns.map(|names| names.iter().map(|&name| name.to_owned()).collect());
    tokio::task::spawn_blocking(move || {
        let reader = reader(&path, columns.as_deref())?;
        reader.map(|batch| Ok(batch?)).collect()
    })
    .await?
}

/// Batches of a file, read as they are asked for.
pub(crate) fn reader(path: &Path, columns: Option<&[String]>) -> Result<ParquetRecordBatchReader, LakeError> {
    let file = File::open(path).map_err(|error| LakeError::io(path, error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let mask = match columns {
        None => ProjectionMask::all(),
        Some(names) => {
            if let Some(name) = names.iter().find(|name| builder.schema().index_of(name).is_err()) {
                return Err(ParquetError::General(format!("{}: no column {name}", path.display())).into());
            }
            ProjectionMask::columns(builder.parquet_schema(), names.iter().map(String::as_str))
        }
    };
    Ok(builder.with_projection(mask).with_batch_size(BATCH_ROWS).build()?)
}
