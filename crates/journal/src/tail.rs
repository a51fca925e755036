//! What is durable and not yet in the lake: in memory for queries, on disk as checksummed Arrow streams.

use std::sync::Arc;

use arrow::{
    array::RecordBatch,
    ipc::{
        CompressionType,
        reader::StreamReader,
        writer::{IpcWriteOptions, StreamWriter},
    },
};
use rusqlite::{Connection, Row};

use crate::{JournalError, Reader, schema};

/// The accepted events of one submission, in the columns of [`columns::events_schema`].
#[derive(Debug)]
pub struct TailBatch {
    /// Its sequence.
    pub seq: i64,
    /// Its rows; never empty.
    pub batch: RecordBatch,
}

/// A frozen tail: batches in the order of their sequences, without a hole. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tail {
    batches: Arc<[Arc<TailBatch>]>,
    last_seq: i64,
    rows: usize,
    bytes: usize,
}

impl Tail {
    pub(crate) fn new(batches: Vec<Arc<TailBatch>>, last_seq: i64) -> Self {
        let rows = batches.iter().map(|batch| batch.batch.num_rows()).sum();
        let bytes = batches.iter().map(|batch| batch.batch.get_array_memory_size()).sum();
        Self { batches: batches.into(), last_seq, rows, bytes }
    }

    /// The batches.
    #[must_use]
    pub fn batches(&self) -> &[Arc<TailBatch>] {
        &self.batches
    }

    /// The highest sequence ever committed, also when its batch has left the tail.
    #[must_use]
    pub fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// Rows in all batches.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of memory held by all batches.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// This tail with the batches of a group after it.
    pub(crate) fn with(&self, group: Vec<TailBatch>) -> Self {
        let Some(last) = group.last() else { return self.clone() };
        let group_last = last.seq;
        let more = Self::new(group.into_iter().map(Arc::new).collect(), group_last);
        Self {
            batches: self.batches.iter().chain(more.batches.iter()).cloned().collect(),
            last_seq: group_last,
            rows: self.rows + more.rows,
            bytes: self.bytes + more.bytes,
        }
    }

    /// This tail without the batches up to `upto`.
    #[must_use]
    pub fn after(&self, upto: i64) -> Self {
        let kept = self.batches.iter().filter(|batch| batch.seq > upto).cloned().collect();
        Self::new(kept, self.last_seq)
    }
}

/// Writes a batch under `seq`.
pub(crate) fn insert(db: &Connection, seq: i64, batch: &RecordBatch) -> Result<(), JournalError> {
    // On few rows the frames of each column cost more than they save.
    let compression = (batch.num_rows() >= 64).then_some(CompressionType::LZ4_FRAME);
    let options = IpcWriteOptions::default().try_with_compression(compression)?;
    let mut writer = StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options)?;
    writer.write(batch)?;
    let ipc = writer.into_inner()?;
    db.prepare_cached("INSERT INTO batch (seq, row_count, crc32, ipc) VALUES (?1, ?2, ?3, ?4)")?.execute((
        seq,
        batch.num_rows(),
        crc32fast::hash(&ipc),
        ipc,
    ))?;
    Ok(())
}

/// Every batch above `after`, checked: J2, checksum, row count, columns.
pub(crate) fn load(db: &Connection, after: i64) -> Result<Vec<TailBatch>, JournalError> {
    let last = schema::mark(db, "last_seq")?;
    let trimmed = schema::mark(db, "trimmed_to")?;
    let first = after + 1;
    if trimmed > after {
        return Err(JournalError::Hole { seq: first, first, last });
    }
    let mut statement = db.prepare("SELECT seq, row_count, crc32, ipc FROM batch WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = statement.query([after])?;
    let mut batches = Vec::new();
    let mut next = first;
    while let Some(row) = rows.next()? {
        let batch = decode(row)?;
        if batch.seq > last {
            return Err(corrupt(batch.seq, format!("the highest committed sequence is {last}")));
        }
        if batch.seq != next {
            return Err(JournalError::Hole { seq: next, first, last });
        }
        next += 1;
        batches.push(batch);
    }
    if next <= last {
        return Err(JournalError::Hole { seq: next, first, last });
    }
    Ok(batches)
}

fn decode(row: &Row<'_>) -> Result<TailBatch, JournalError> {
    let seq: i64 = row.get(0)?;
    let row_count: i64 = row.get(1)?;
    let stored: i64 = row.get(2)?;
    let ipc = row.get_ref(3)?.as_blob().map_err(|error| corrupt(seq, error.to_string()))?;
    let found = crc32fast::hash(ipc);
    if i64::from(found) != stored {
        return Err(corrupt(seq, format!("checksum {found:08x}, written as {stored:08x}")));
    }
    let batch = read_stream(ipc).map_err(|what| corrupt(seq, what))?;
    if i64::try_from(batch.num_rows()) != Ok(row_count) {
        return Err(corrupt(seq, format!("{} rows, written as {row_count}", batch.num_rows())));
    }
    if batch.schema() != columns::events_schema() {
        return Err(corrupt(seq, "its columns are not those of events".to_owned()));
    }
    Ok(TailBatch { seq, batch })
}

fn read_stream(ipc: &[u8]) -> Result<RecordBatch, String> {
    let mut reader = StreamReader::try_new(ipc, None).map_err(|error| error.to_string())?;
    let batch = reader.next().ok_or("no rows in it")?.map_err(|error| error.to_string())?;
    match reader.next() {
        None => Ok(batch),
        Some(_) => Err("more than one batch in it".to_owned()),
    }
}

fn corrupt(seq: i64, what: String) -> JournalError {
    JournalError::Corrupt { seq, what }
}

/// Deletes the batches up to `upto`.
pub(crate) fn delete(db: &Connection, upto: i64) -> Result<(), JournalError> {
    db.execute("DELETE FROM batch WHERE seq <= ?1", [upto])?;
    if upto > schema::mark(db, "trimmed_to")? {
        schema::set_mark(db, "trimmed_to", upto)?;
    }
    Ok(())
}

impl Reader {
    /// What the lake does not have yet, if `txn` is the journal's mark in a lake snapshot loaded after this reader was
    /// opened.
    ///
    /// # Errors
    /// A batch is missing or damaged, or the store fails.
    pub fn tail_after(&self, txn: i64) -> Result<Tail, JournalError> {
        let last_seq = schema::mark(&self.db, "last_seq")?;
        let batches = if txn >= last_seq { Vec::new() } else { load(&self.db, txn)? };
        Ok(Tail::new(batches.into_iter().map(Arc::new).collect(), last_seq))
    }
}
