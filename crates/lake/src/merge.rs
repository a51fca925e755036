//! Sorted files become one sorted stream, holding one batch of each in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::mem;
use std::path::PathBuf;

use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use arrow::row::Rows;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use crate::order::Keys;
use crate::read::{self, BATCH_ROWS};
use crate::{LakeError, TableSpec};

/// A file being merged: its current batch and the next row of it.
struct Source {
    reader: ParquetRecordBatchReader,
    rows: Rows,
    at: usize,
    /// Where its current batch is in `Merge::held`; `None` once the file is used up.
    slot: Option<usize>,
}

/// Iterates over all rows of some sorted files in order. Equal rows come in the order of the files.
pub(crate) struct Merge {
    keys: Keys,
    sources: Vec<Source>,
    /// The next key of every source that has rows left, smallest first.
    heap: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    held: Vec<RecordBatch>,
    /// Rows chosen for the next batch: (index in `held`, row).
    picks: Vec<(usize, usize)>,
}

impl Merge {
    pub(crate) fn new(spec: &TableSpec, files: &[PathBuf]) -> Result<Self, LakeError> {
        let keys = Keys::new(spec)?;
        let mut merge =
            Self { sources: Vec::new(), heap: BinaryHeap::new(), held: Vec::new(), picks: Vec::new(), keys };
        for (index, path) in files.iter().enumerate() {
            let empty = merge.keys.of(&RecordBatch::new_empty(spec.schema.clone()))?;
            let reader = read::reader(path, None)?;
            merge.sources.push(Source { reader, rows: empty, at: 0, slot: None });
            merge.advance(index)?;
            merge.enqueue(index);
        }
        Ok(merge)
    }

    /// Loads the next batch of a source that has no row left.
    fn advance(&mut self, index: usize) -> Result<(), LakeError> {
        let source = &mut self.sources[index];
        source.slot = None;
        for batch in source.reader.by_ref() {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            source.rows = self.keys.of(&batch)?;
            source.at = 0;
            source.slot = Some(self.held.len());
            self.held.push(batch);
            break;
        }
        Ok(())
    }

    fn enqueue(&mut self, index: usize) {
        let source = &self.sources[index];
        if source.slot.is_some() {
            self.heap.push(Reverse((source.rows.row(source.at).data().to_vec(), index)));
        }
    }

    /// Takes rows of one source for as long as they come before every other source's next row.
    fn take_run(&mut self, index: usize) -> Result<(), LakeError> {
        while let Some(slot) = self.sources[index].slot {
            let source = &mut self.sources[index];
            self.picks.push((slot, source.at));
            source.at += 1;
            if source.at == source.rows.num_rows() {
                self.advance(index)?;
            }
            let source = &self.sources[index];
            let overtaken = source.slot.is_some()
                && self.heap.peek().is_some_and(|Reverse(next)| {
                    (source.rows.row(source.at).data(), index) > (next.0.as_slice(), next.1)
                });
            if overtaken || self.picks.len() >= BATCH_ROWS {
                break;
            }
        }
        self.enqueue(index);
        Ok(())
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, LakeError> {
        while self.picks.len() < BATCH_ROWS
            && let Some(Reverse((_, index))) = self.heap.pop()
        {
            self.take_run(index)?;
        }
        if self.picks.is_empty() {
            return Ok(None);
        }
        let held: Vec<&RecordBatch> = self.held.iter().collect();
        let batch = interleave_record_batch(&held, &self.picks)?;
        self.picks.clear();
        self.forget_used_batches();
        Ok(Some(batch))
    }

    fn forget_used_batches(&mut self) {
        let held = mem::take(&mut self.held);
        for source in &mut self.sources {
            if let Some(slot) = &mut source.slot {
                self.held.push(held[*slot].clone());
                *slot = self.held.len() - 1;
            }
        }
    }
}

impl Iterator for Merge {
    type Item = Result<RecordBatch, LakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}
