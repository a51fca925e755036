//! Bulk files, second half: events become sorted files by day, on a thread of its own.

use std::{
    collections::{BTreeSet, HashMap},
    sync::mpsc::{SyncSender, sync_channel},
    thread::JoinHandle,
};

use arrow::array::RecordBatch;
use columns::EventRows;
use contact::{Instant, Reject};
use journal::{BulkReject, EarlyReject, Journal, Position, started_at_mismatch, unknown_contact};
use lake::{FileTags, NewFile, Table, sort_batches, split_days};

use crate::{
    StoreError,
    bulk_parse::{Origin, Prepared, Raw},
    specs,
};

/// Events sorted and written together. Bounds the memory of an import.
const RUN_ROWS: usize = 200_000;

/// The writer of imported files in the tags of what they brought.
const FILE: &str = "file";

/// Turns events into files, contact starts checked on the way.
pub(crate) struct BulkWriter<'a> {
    journal: &'a Journal,
    received_at: Instant,
    starts: HashMap<i64, Instant>,
    rows: EventRows,
    waiting: Vec<Prepared>,
    runs: Option<SyncSender<RecordBatch>>,
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
        let (runs, work) = sync_channel::<RecordBatch>(1);
        let runtime = tokio::runtime::Handle::current();
        let spawned = std::thread::Builder::new().name("bulk".to_owned()).spawn(move || {
            let mut files = Vec::new();
            for run in work {
                files.extend(runtime.block_on(write_run(&table, run))?);
            }
            Ok(files)
        });
        let writer = spawned.map_err(|error| StoreError::Worker(error.to_string()))?;
        Ok(Self {
            journal,
            received_at,
            starts: HashMap::new(),
            rows: EventRows::default(),
            waiting: Vec::new(),
            runs: Some(runs),
            writer: Some(writer),
            stored: 0,
        })
    }

    /// Takes a chunk's events; those that cannot be accepted come back as rejects, with their bytes.
    pub(crate) fn take(&mut self, events: Vec<Prepared>, origin: &Origin) -> Result<Vec<BulkReject>, StoreError> {
        self.look_up(&events)?;
        let mut rejects = Vec::new();
        for prepared in events {
            match prepared.event.started_at {
                None => {
                    let raw = Raw::Whole(origin.bytes(&prepared.raw));
                    self.waiting.push(Prepared { raw, ..prepared });
                }
                Some(started) => {
                    let known = *self.starts.entry(prepared.contact).or_insert(started);
                    if known == started {
                        self.push(&prepared, started)?;
                    } else {
                        rejects.push(late(&prepared, origin, started_at_mismatch(started, known)));
                    }
                }
            }
        }
        Ok(rejects)
    }

    /// Settles the events whose contact's start was not stated, and writes what is left.
    pub(crate) fn finish(mut self) -> Result<(Written, Vec<BulkReject>), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.look_up(&waiting)?;
        let (mut rejects, origin) = (Vec::new(), Origin::default());
        for prepared in waiting {
            match self.starts.get(&prepared.contact).copied() {
                Some(started) => self.push(&prepared, started)?,
                None => rejects.push(late(&prepared, &origin, unknown_contact())),
            }
        }
        self.send_run()?;
        self.runs = None;
        let files = match self.writer.take().map(JoinHandle::join) {
            Some(Ok(files)) => files?,
            _ => return Err(StoreError::Worker("the writer of sorted files panicked".to_owned())),
        };
        Ok((Written { files, starts: self.starts }, rejects))
    }

    /// Fetches the known starts of contacts seen for the first time.
    fn look_up(&mut self, events: &[Prepared]) -> Result<(), StoreError> {
        let new: BTreeSet<i64> =
            events.iter().map(|prepared| prepared.contact).filter(|key| !self.starts.contains_key(key)).collect();
        let keys: Vec<i64> = new.into_iter().collect();
        let found = self.journal.read(|reader| reader.contact_starts(&keys))?;
        for (key, start) in keys.into_iter().zip(found) {
            if let Some(start) = start.and_then(|micros| Instant::from_micros(micros).ok()) {
                self.starts.insert(key, start);
            }
        }
        Ok(())
    }

    fn push(&mut self, prepared: &Prepared, started: Instant) -> Result<(), StoreError> {
        self.rows.push(&prepared.event, prepared.digest, started, self.received_at);
        self.stored += 1;
        if self.rows.len() >= RUN_ROWS {
            self.send_run()?;
        }
        Ok(())
    }

    fn send_run(&mut self) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let run = self.rows.finish()?;
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

async fn write_run(table: &Table, run: RecordBatch) -> Result<Vec<NewFile>, StoreError> {
    let sorted = sort_batches(&specs::events(), &[run])?;
    let mut files = Vec::new();
    for (day, rows) in split_days(&sorted)? {
        files.push(table.write_day(day, &[rows], FileTags::default()).await?.written_by(FILE));
    }
    Ok(files)
}

fn late(prepared: &Prepared, origin: &Origin, reject: Reject) -> BulkReject {
    BulkReject {
        reject: EarlyReject {
            reject,
            provider: Some(prepared.event.identity.provider.clone()),
            source: Some(prepared.event.identity.source.clone()),
            event_id: Some(prepared.event.identity.id.clone()),
            contact: Some(prepared.event.contact.clone()),
            of_row: false,
        },
        position: Position::Line(prepared.line),
        raw: origin.bytes(&prepared.raw),
    }
}
