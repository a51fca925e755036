//! Bulk files, second half: events become sorted files by day, on a thread of its own.

use std::{
    collections::HashMap,
    sync::mpsc::{SyncSender, sync_channel},
    thread::JoinHandle,
};

use arrow::array::RecordBatch;
use columns::EventRows;
use contact::Instant;
use journal::{BulkReject, Journal, started_at_mismatch, unknown_contact};
use lake::{FileTags, NewFile, Table, sort_days};

use crate::{
    StoreError,
    bulk_rows::{Events, Origin, Raw, Waiting},
    specs,
};

/// Events sorted and written together. Bounds the memory of an import.
const RUN_ROWS: usize = 200_000;

/// Rows that the events settled last are collected into at a time.
const LATE_ROWS: usize = 4_096;

/// The writer of imported files in the tags of what they brought.
const FILE: &str = "file";

/// Turns events into files, contact starts checked on the way.
pub(crate) struct BulkWriter<'a> {
    journal: &'a Journal,
    received_at: Instant,
    starts: HashMap<i64, Instant>,
    run: Vec<RecordBatch>,
    run_rows: usize,
    waiting: Vec<Waiting>,
    runs: Option<SyncSender<Vec<RecordBatch>>>,
    writer: Option<JoinHandle<Result<Vec<NewFile>, StoreError>>>,
    pub(crate) stored: u64,
}

/// What was written.
pub(crate) struct Written {
    pub(crate) files: Vec<NewFile>,
    pub(crate) starts: HashMap<i64, Instant>,
}

impl<'a> BulkWriter<'a> {
    /// Writes files for `table`.
    pub(crate) fn new(journal: &'a Journal, table: Table, received_at: Instant) -> Result<Self, StoreError> {
        let (runs, work) = sync_channel::<Vec<RecordBatch>>(1);
        let runtime = tokio::runtime::Handle::current();
        let spawned = std::thread::Builder::new().name("bulk".to_owned()).spawn(move || {
            let mut files = Vec::new();
            for run in work {
                files.extend(runtime.block_on(write_run(&table, &run))?);
            }
            Ok(files)
        });
        let writer = spawned.map_err(|error| StoreError::Worker(error.to_string()))?;
        Ok(Self {
            journal,
            received_at,
            starts: HashMap::new(),
            run: Vec::new(),
            run_rows: 0,
            waiting: Vec::new(),
            runs: Some(runs),
            writer: Some(writer),
            stored: 0,
        })
    }

    /// Takes a chunk's events; those that cannot be accepted come back as rejects, with their bytes.
    pub(crate) fn take(&mut self, mut events: Events, origin: &Origin) -> Result<Vec<BulkReject>, StoreError> {
        let waiting = std::mem::take(&mut events.waiting);
        let stated = events.stated.iter().map(|stated| stated.contact);
        self.look_up(stated.chain(waiting.iter().map(|waiting| waiting.contact)))?;
        let (mut rejects, mut refused) = (Vec::new(), Vec::new());
        for (row, stated) in events.stated.iter().enumerate() {
            let known = *self.starts.entry(stated.contact).or_insert(stated.started);
            if known != stated.started {
                rejects.push(events.late(row, origin, started_at_mismatch(stated.started, known)));
                refused.push(row);
            }
        }
        self.waiting.extend(waiting.into_iter().map(|waiting| {
            let raw = Raw::Whole(origin.bytes(&waiting.raw));
            Waiting { raw, ..waiting }
        }));
        if let Some(rows) = events.rows_without(&refused)? {
            self.push(rows)?;
        }
        Ok(rejects)
    }

    /// Settles the events whose contact's start was not stated, and writes what is left.
    pub(crate) fn finish(mut self) -> Result<(Written, Vec<BulkReject>), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.look_up(waiting.iter().map(|waiting| waiting.contact))?;
        let (mut rejects, origin, mut rows) = (Vec::new(), Origin::default(), EventRows::default());
        for waiting in waiting {
            let Some(started) = self.starts.get(&waiting.contact).copied() else {
                rejects.push(waiting.late(&origin, unknown_contact()));
                continue;
            };
            rows.push(&waiting.event, waiting.digest, started, self.received_at);
            if rows.len() == LATE_ROWS {
                self.push(rows.finish()?)?;
            }
        }
        self.push(rows.finish()?)?;
        self.send_run()?;
        self.runs = None;
        let files = match self.writer.take().map(JoinHandle::join) {
            Some(Ok(files)) => files?,
            _ => return Err(StoreError::Worker("the writer of sorted files panicked".to_owned())),
        };
        Ok((Written { files, starts: self.starts }, rejects))
    }

    /// Fetches the known starts of contacts seen for the first time.
    fn look_up(&mut self, contacts: impl Iterator<Item = i64>) -> Result<(), StoreError> {
        let mut last = None;
        let unknown = |key: &i64| last.replace(*key) != Some(*key) && !self.starts.contains_key(key);
        let mut keys: Vec<i64> = contacts.filter(unknown).collect();
        keys.sort_unstable();
        keys.dedup();
        let found = self.journal.read(|reader| reader.contact_starts(&keys))?;
        for (key, start) in keys.into_iter().zip(found) {
            if let Some(start) = start.and_then(|micros| Instant::from_micros(micros).ok()) {
                self.starts.insert(key, start);
            }
        }
        Ok(())
    }

    fn push(&mut self, mut rows: RecordBatch) -> Result<(), StoreError> {
        self.stored += rows.num_rows() as u64;
        while self.run_rows + rows.num_rows() >= RUN_ROWS {
            let room = RUN_ROWS - self.run_rows;
            self.hold(rows.slice(0, room));
            self.send_run()?;
            rows = rows.slice(room, rows.num_rows() - room);
        }
        self.hold(rows);
        Ok(())
    }

    fn hold(&mut self, rows: RecordBatch) {
        if rows.num_rows() > 0 {
            self.run_rows += rows.num_rows();
            self.run.push(rows);
        }
    }

    fn send_run(&mut self) -> Result<(), StoreError> {
        if self.run.is_empty() {
            return Ok(());
        }
        let run = std::mem::take(&mut self.run);
        self.run_rows = 0;
        if self.runs.as_ref().is_some_and(|runs| runs.send(run).is_ok()) {
            return Ok(());
        }
        // The writer ended early: say why.
        match self.writer.take().map(JoinHandle::join) {
            Some(Ok(Err(error))) => Err(error),
            _ => Err(StoreError::Worker("the writer of sorted files ended early".to_owned())),
        }
    }
}

async fn write_run(table: &Table, run: &[RecordBatch]) -> Result<Vec<NewFile>, StoreError> {
    let mut files = Vec::new();
    for (day, rows) in sort_days(&specs::events(), run)? {
        files.push(table.write_day(day, &[rows], FileTags::default()).await?.written_by(FILE));
    }
    Ok(files)
}
