//! Legs files in memory: a file never changes under its name, so what was decoded once need not be decoded again.
//!
//! Small files cost more to open than to scan, and a scorecard reads one per day.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use lake::DataFile;

use crate::{
    EngineError,
    parquet_files::ParquetFiles,
    tables::{in_schema, legs_view, table},
};

/// Files read together that hold more rows are streamed instead.
const ROWS_AT_ONCE: u64 = 200_000;

/// Bytes kept; what was used longest ago is forgotten first.
const BYTES: usize = 96 << 20;

/// Decoded legs files, by path.
#[derive(Default)]
pub(crate) struct Decoded {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    files: BTreeMap<PathBuf, File>,
    bytes: usize,
    uses: u64,
}

struct File {
    rows: Arc<Vec<RecordBatch>>,
    bytes: usize,
    used: u64,
}

impl Decoded {
    /// The files as a table: from memory when they are few rows, else from disk as they are read.
    pub(crate) async fn table(
        &self,
        files: Vec<DataFile>,
        partitions: usize,
    ) -> Result<Arc<dyn TableProvider>, EngineError> {
        if files.iter().map(|file| file.rows).sum::<u64>() > ROWS_AT_ONCE {
            return Ok(Arc::new(ParquetFiles::new(legs_view(), files)));
        }
        let mut rows = Vec::new();
        for file in &files {
            rows.extend(self.rows(file).await?.iter().cloned());
        }
        table(&legs_view(), rows, partitions)
    }

    async fn rows(&self, file: &DataFile) -> Result<Arc<Vec<RecordBatch>>, EngineError> {
        if let Some(rows) = self.lock().used(&file.full) {
            return Ok(rows);
        }
        let schema = legs_view();
        let read = lake::read_file(file, None).await?;
        let rows: Vec<RecordBatch> = read.iter().map(|batch| in_schema(batch, &schema)).collect::<Result<_, _>>()?;
        let rows = Arc::new(rows);
        self.lock().keep(file.full.clone(), Arc::clone(&rows));
        Ok(rows)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn used(&mut self, path: &PathBuf) -> Option<Arc<Vec<RecordBatch>>> {
        self.uses += 1;
        let file = self.files.get_mut(path)?;
        file.used = self.uses;
        Some(Arc::clone(&file.rows))
    }

    fn keep(&mut self, path: PathBuf, rows: Arc<Vec<RecordBatch>>) {
        let bytes = rows.iter().map(RecordBatch::get_array_memory_size).sum();
        self.bytes += bytes;
        self.uses += 1;
        if let Some(before) = self.files.insert(path, File { rows, bytes, used: self.uses }) {
            self.bytes -= before.bytes;
        }
        while self.bytes > BYTES {
            let oldest = self.files.iter().min_by_key(|(_, file)| file.used).map(|(path, _)| path.clone());
            let Some(file) = oldest.and_then(|path| self.files.remove(&path)) else { break };
            self.bytes -= file.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;

    use super::*;

    fn megabytes(count: usize) -> Arc<Vec<RecordBatch>> {
        let column = Arc::new(Int64Array::from(vec![0; count << 17])) as arrow::array::ArrayRef;
        Arc::new(vec![RecordBatch::try_from_iter([("n", column)]).expect("one column")])
    }

    /// Without a bound, a question over years would take all memory of the machine.
    #[test]
    fn what_was_used_longest_ago_is_forgotten_first() {
        let mut kept = Kept::default();
        for name in ["a", "b", "c"] {
            kept.keep(name.into(), megabytes(30));
        }
        assert!(kept.used(&"a".into()).is_some());
        kept.keep("d".into(), megabytes(30));
        assert!(kept.bytes <= BYTES, "{}", kept.bytes);
        let names: Vec<_> = kept.files.keys().map(|path| path.display().to_string()).collect();
        assert_eq!(names, ["a", "c", "d"]);
    }
}
