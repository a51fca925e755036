//! Bulk files, first half: bytes become events and rejects, on several threads.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use bytes::Bytes;
use contact::{Event, Instant, Network, ProviderId};
use intake::{
    Bound, Chunk, Context, Door, FileReader, Ground, IntakeError, Keys, MappedRow, Mapping, RowOutcome, Tally,
    parse_line,
};
use journal::{BulkReject, Position};

use crate::{StoreError, replay::early};

/// Lines handed to a worker at a time.
const LINES: usize = 4_096;

/// An accepted event with what the writer needs of it, computed by the workers.
pub(crate) struct Prepared {
    pub(crate) event: Event,
    pub(crate) digest: i64,
    pub(crate) contact: i64,
    pub(crate) line: u64,
    pub(crate) raw: Raw,
}

/// Where the bytes of an event are, should it be refused after all.
pub(crate) enum Raw {
    /// A line of the chunk it came in, by its place there.
    Line(usize),
    /// A row as written, which needs the file's header to be read again.
    Row(Bytes),
    /// As they are kept.
    Whole(Bytes),
}

/// What a chunk's events were made from.
#[derive(Default)]
pub(crate) struct Origin {
    chunk: Chunk,
    header: Vec<u8>,
}

impl Origin {
    /// The bytes as they are kept with a reject: they can be read again alone.
    pub(crate) fn bytes(&self, raw: &Raw) -> Bytes {
        match raw {
            Raw::Line(place) => {
                let line = self.chunk.lines().nth(*place);
                line.map(|line| Bytes::copy_from_slice(line.bytes)).unwrap_or_default()
            }
            Raw::Row(row) if self.header.is_empty() => row.clone(),
            Raw::Row(row) => {
                let parts: [&[u8]; 3] = [&self.header, b"\n", row];
                Bytes::from(parts.concat())
            }
            Raw::Whole(bytes) => bytes.clone(),
        }
    }
}

/// What a chunk of lines became.
#[derive(Default)]
pub(crate) struct Parsed {
    pub(crate) events: Vec<Prepared>,
    pub(crate) rejects: Vec<BulkReject>,
    pub(crate) rows_read: u64,
    pub(crate) mapped: u64,
    pub(crate) skipped: BTreeMap<String, u64>,
    pub(crate) warnings: Tally,
    pub(crate) origin: Origin,
}

/// Against whom and what the file is read.
pub(crate) struct Reading<'a> {
    pub(crate) label: &'a str,
    pub(crate) network: &'a Network,
    pub(crate) keys: &'a Keys,
    pub(crate) provider: Option<&'a ProviderId>,
    pub(crate) mapping: Option<&'a Mapping>,
    pub(crate) now: Instant,
    pub(crate) workers: usize,
}

impl Reading<'_> {
    /// Reads the whole file, giving `sink` one parsed chunk after another, in any order.
    ///
    /// # Errors
    /// The file cannot be taken apart: nothing of it may count. Or `sink` failed.
    pub(crate) fn run(
        &self,
        reader: &mut FileReader,
        sink: &mut dyn FnMut(Parsed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match self.mapping {
            Some(mapping) if mapping.groups() => self.grouped(mapping, reader, sink),
            Some(mapping) => {
                let bound = mapping.bind(reader).map_err(|error| self.failed(error))?;
                self.chunked(reader, &|chunk| self.map(&bound, chunk), sink)
            }
            None => self.chunked(reader, &|chunk| Ok(self.parse(chunk)), sink),
        }
    }

    fn failed(&self, source: impl Into<IntakeError>) -> StoreError {
        StoreError::File { file: self.label.to_owned(), source: source.into() }
    }

    fn grouped(
        &self,
        mapping: &Mapping,
        reader: &mut FileReader,
        sink: &mut dyn FnMut(Parsed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut parsed = Parsed::default();
        let bound = mapping.bind(reader).map_err(|error| self.failed(error))?;
        let ledger = bound
            .run(reader, &self.ground(), &mut |row| push_row(&mut parsed, row))
            .map_err(|error| self.failed(error))?;
        parsed.origin.header = bound.header().unwrap_or_default().to_vec();
        parsed.rows_read = ledger.rows_read;
        parsed.mapped = ledger.mapped;
        parsed.skipped = ledger.skipped;
        sink(parsed)
    }

    /// One thread cuts, `workers` parse, this one collects.
    fn chunked(
        &self,
        reader: &mut FileReader,
        parse: &(dyn Fn(&Chunk) -> Result<Parsed, IntakeError> + Sync),
        sink: &mut dyn FnMut(Parsed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (chunk_in, chunk_out) = sync_channel::<Chunk>(self.workers * 2);
        let (parsed_in, parsed_out) = sync_channel::<Result<Parsed, IntakeError>>(self.workers * 2);
        let chunks = Mutex::new(chunk_out);
        std::thread::scope(|scope| {
            for _ in 0..self.workers {
                let parsed_in = parsed_in.clone();
                let chunks = &chunks;
                scope.spawn(move || work(chunks, &parsed_in, parse));
            }
            scope.spawn(move || {
                cut(reader, &chunk_in, &parsed_in);
            });
            let mut outcome = Ok(());
            // Receiving goes on after a failure, so that no worker waits for ever.
            for parsed in parsed_out {
                if outcome.is_ok() {
                    outcome = parsed.map_err(|error| self.failed(error)).and_then(&mut *sink);
                }
            }
            outcome
        })
    }

    fn parse(&self, chunk: &Chunk) -> Parsed {
        let mut parsed = Parsed { rows_read: chunk.len() as u64, ..Parsed::default() };
        // Without a provider there is no CloudEvents file: the caller has refused it.
        let Some(provider) = self.provider else { return parsed };
        let context =
            Context { network: self.network, provider, keys: self.keys, now: self.now, door: Door::File };
        for (place, line) in chunk.lines().enumerate() {
            match parse_line(&line, &context) {
                Ok(accepted) => {
                    parsed.mapped += 1;
                    parsed.warnings.add(&accepted.warnings);
                    parsed.events.push(prepare(accepted.event, line.line_no, Raw::Line(place)));
                }
                Err(rejected) => parsed.rejects.push(BulkReject {
                    reject: early(*rejected, true),
                    position: Position::Line(line.line_no),
                    raw: Bytes::copy_from_slice(line.bytes),
                }),
            }
        }
        parsed
    }

    fn map(&self, bound: &Bound<'_>, chunk: &Chunk) -> Result<Parsed, IntakeError> {
        let (rows, ledger) = bound.map_chunk(chunk, &self.ground())?;
        let mut parsed = Parsed {
            rows_read: ledger.rows_read,
            mapped: ledger.mapped,
            skipped: ledger.skipped,
            ..Parsed::default()
        };
        parsed.origin.header = bound.header().unwrap_or_default().to_vec();
        for row in rows {
            push_row(&mut parsed, row);
        }
        Ok(parsed)
    }

    fn ground(&self) -> Ground<'_> {
        Ground { network: self.network, keys: self.keys, now: self.now, operator: self.provider }
    }
}

fn push_row(parsed: &mut Parsed, row: MappedRow) {
    let line = row.line_no;
    match row.outcome {
        RowOutcome::Mapped(events) => {
            let raw = Bytes::from(row.raw);
            for event in events {
                parsed.warnings.add(&event.warnings);
                parsed.events.push(prepare(event.event, line, Raw::Row(raw.clone())));
            }
        }
        RowOutcome::Skipped(_) => {}
        RowOutcome::Rejected { rejected, bytes } => parsed.rejects.push(BulkReject {
            reject: early(*rejected, true),
            position: Position::Line(line),
            raw: Bytes::from(bytes),
        }),
    }
}

fn prepare(event: Event, line: u64, raw: Raw) -> Prepared {
    Prepared { digest: event.content_digest(), contact: event.contact.hash64(), line, raw, event }
}

fn cut(reader: &mut FileReader, chunks: &SyncSender<Chunk>, failures: &SyncSender<Result<Parsed, IntakeError>>) {
    loop {
        match reader.next_chunk(LINES) {
            Ok(Some(chunk)) => {
                if chunks.send(chunk).is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                // Nobody left to tell means that the collector has failed already.
                let _ = failures.send(Err(error.into()));
                return;
            }
        }
    }
}

fn work(
    chunks: &Mutex<Receiver<Chunk>>,
    parsed: &SyncSender<Result<Parsed, IntakeError>>,
    parse: &(dyn Fn(&Chunk) -> Result<Parsed, IntakeError> + Sync),
) {
    loop {
        let chunk = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(chunk) = chunk else { return };
        let made = parse(&chunk).map(|made| Parsed { origin: Origin { chunk, ..made.origin }, ..made });
        if parsed.send(made).is_err() {
            return;
        }
    }
}
