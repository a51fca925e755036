//! Bulk files, first half: bytes become events and rejects, on several threads.

use std::{
    collections::BTreeMap,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use bytes::Bytes;
use contact::{Event, Instant, Network, ProviderId};
use intake::{
    Bound, Chunk, Context, Door, FileReader, Ground, IntakeError, Keys, MappedRow, Mapping, RowOutcome, Tally,
    parse_line,
};
use journal::{BulkReject, Position};

use crate::{
    StoreError,
    bulk_rows::{Collecting, Events, Origin, Raw},
    replay::early,
};

/// Lines handed to a worker at a time.
const LINES: usize = 4_096;
/// Chunks that may wait before each worker, and behind it.
const WAITING: usize = 2;

/// What a chunk of lines became.
#[derive(Default)]
pub(crate) struct Parsed {
    pub(crate) events: Events,
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
    /// Reads the whole file, giving `sink` one parsed chunk after another, in the order of the file: of events that
    /// contradict each other, the first in the file is the one that counts, however fast which of them was read.
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
            None => self.chunked(reader, &|chunk| self.parse(chunk), sink),
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
        let header = bound.header().unwrap_or_default().to_vec();
        let mut batch = Vec::new();
        let mut sunk = Ok(());
        // A contact's rows come in the order of the file, so that its first event in the file comes first here as well.
        let ledger = bound.run(reader, &self.ground(), &mut |row| {
            push_row(&mut parsed, row, &mut |event, line, raw| batch.push((event, line, raw)));
            if batch.len() >= LINES && sunk.is_ok() {
                sunk = self.collected(std::mem::take(&mut batch), &header).and_then(&mut *sink);
            }
        });
        let ledger = ledger.map_err(|error| self.failed(error))?;
        sunk?;
        sink(self.collected(batch, &header)?)?;
        parsed.rows_read = ledger.rows_read;
        parsed.mapped = ledger.mapped;
        parsed.skipped = ledger.skipped;
        sink(parsed)
    }

    /// Events of rows under a header.
    fn collected(&self, events: Vec<(Event, u64, Raw)>, header: &[u8]) -> Result<Parsed, StoreError> {
        let mut collecting = Collecting::new(self.now);
        for (event, line, raw) in events {
            collecting.add(event, line, raw);
        }
        let origin = Origin { header: header.to_vec(), ..Origin::default() };
        Ok(Parsed { events: collecting.done()?, origin, ..Parsed::default() })
    }

    /// One thread cuts, `workers` parse, this one collects. The workers take chunks in turn and are asked in the same
    /// turn, so that nothing that comes later in the file is collected earlier. Each waits in a bounded lane.
    fn chunked(
        &self,
        reader: &mut FileReader,
        parse: &(dyn Fn(&Chunk) -> Made + Sync),
        sink: &mut dyn FnMut(Parsed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (chunks_in, chunks_out) = lanes::<Cut>(self.workers);
        let (parsed_in, parsed_out) = lanes::<Made>(self.workers);
        std::thread::scope(|scope| {
            for (chunks, parsed) in chunks_out.into_iter().zip(parsed_in) {
                scope.spawn(move || work(&chunks, &parsed, parse));
            }
            scope.spawn(move || self.cut(reader, &chunks_in));
            // Dropped with this closure: after a failure, no worker waits for ever to be asked.
            let asked = parsed_out;
            for lane in asked.iter().cycle() {
                // A worker without a chunk in its turn: there is none behind it either.
                let Ok(parsed) = lane.recv() else { break };
                sink(parsed?)?;
            }
            Ok(())
        })
    }

    fn cut(&self, reader: &mut FileReader, lanes: &[SyncSender<Cut>]) {
        for lane in lanes.iter().cycle() {
            let Some(cut) = reader.next_chunk(LINES).transpose() else { return };
            let failed = cut.is_err();
            if lane.send(cut.map_err(|error| self.failed(error))).is_err() || failed {
                return;
            }
        }
    }

    fn parse(&self, chunk: &Chunk) -> Made {
        let mut parsed = Parsed { rows_read: chunk.len() as u64, ..Parsed::default() };
        // Without a provider there is no CloudEvents file: the caller has refused it.
        let Some(provider) = self.provider else { return Ok(parsed) };
        let context = Context { network: self.network, provider, keys: self.keys, now: self.now, door: Door::File };
        let mut collecting = Collecting::new(self.now);
        for (place, line) in chunk.lines().enumerate() {
            match parse_line(&line, &context) {
                Ok(accepted) => {
                    parsed.mapped += 1;
                    parsed.warnings.add(&accepted.warnings);
                    collecting.add(accepted.event, line.line_no, Raw::Line(place));
                }
                Err(rejected) => parsed.rejects.push(BulkReject {
                    reject: early(*rejected, true),
                    position: Position::Line(line.line_no),
                    raw: Bytes::copy_from_slice(line.bytes),
                }),
            }
        }
        parsed.events = collecting.done()?;
        Ok(parsed)
    }

    fn map(&self, bound: &Bound<'_>, chunk: &Chunk) -> Made {
        let (rows, ledger) = bound.map_chunk(chunk, &self.ground()).map_err(|error| self.failed(error))?;
        let mut parsed =
            Parsed { rows_read: ledger.rows_read, mapped: ledger.mapped, skipped: ledger.skipped, ..Parsed::default() };
        parsed.origin.header = bound.header().unwrap_or_default().to_vec();
        let mut collecting = Collecting::new(self.now);
        for row in rows {
            push_row(&mut parsed, row, &mut |event: Event, line: u64, raw: Raw| collecting.add(event, line, raw));
        }
        parsed.events = collecting.done()?;
        Ok(parsed)
    }

    fn ground(&self) -> Ground<'_> {
        Ground { network: self.network, keys: self.keys, now: self.now, operator: self.provider }
    }
}

fn push_row(parsed: &mut Parsed, row: MappedRow, add: &mut dyn FnMut(Event, u64, Raw)) {
    let line = row.line_no;
    match row.outcome {
        RowOutcome::Mapped(events) => {
            let raw = Bytes::from(row.raw);
            for event in events {
                parsed.warnings.add(&event.warnings);
                add(event.event, line, Raw::Row(raw.clone()));
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

/// A chunk, or why the file cannot be read on.
type Cut = Result<Chunk, StoreError>;
/// What a chunk became, or why nothing of the file may count.
type Made = Result<Parsed, StoreError>;

/// A bounded lane for each worker.
fn lanes<T>(workers: usize) -> (Vec<SyncSender<T>>, Vec<Receiver<T>>) {
    (0..workers.max(1)).map(|_| sync_channel(WAITING)).unzip()
}

fn work(chunks: &Receiver<Cut>, parsed: &SyncSender<Made>, parse: &(dyn Fn(&Chunk) -> Made + Sync)) {
    for cut in chunks {
        let made = cut.and_then(|chunk| {
            let made = parse(&chunk)?;
            Ok(Parsed { origin: Origin { chunk, ..made.origin }, ..made })
        });
        if parsed.send(made).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Cursor,
        sync::{Condvar, Mutex},
    };

    use super::*;

    const NETWORK: &str = "brand: north\nzone: UTC\nproviders: [{name: atlas}]\n";

    /// Else which of two contradicting starts of a contact counts, and which is rejected, would be a matter of luck.
    #[test]
    fn chunks_are_collected_in_the_order_of_the_file_whichever_is_read_first() {
        let network = Network::parse(NETWORK).expect("a network");
        let keys = Keys::from_secrets(&[1; 32], &[2; 32]);
        let now = Instant::from_micros(0).expect("1970");
        let label = "lines.ndjson";
        let reading = Reading { label, network: &network, keys: &keys, provider: None, mapping: None, now, workers: 2 };
        let lines = Cursor::new("{}\n".repeat(3 * LINES).into_bytes());
        let mut reader = FileReader::open(label, lines, None).expect("lines");
        let (second_is_read, told) = (Mutex::new(false), Condvar::new());
        let parse = |chunk: &Chunk| {
            let first_line = chunk.lines().next().map_or(0, |line| line.line_no);
            let mut read = second_is_read.lock().expect("nobody panics");
            if first_line == 1 {
                drop(told.wait_while(read, |read| !*read).expect("nobody panics"));
            } else {
                *read = true;
                told.notify_all();
            }
            Ok(Parsed { rows_read: first_line, ..Parsed::default() })
        };
        let mut first_lines = Vec::new();
        let mut sink = |parsed: Parsed| {
            first_lines.push(parsed.rows_read);
            Ok(())
        };
        reading.chunked(&mut reader, &parse, &mut sink).expect("read");
        assert_eq!(first_lines, [1, 4_097, 8_193]);
    }

    /// Workers that wait to be asked for ever would hang the import on a full disk.
    #[test]
    fn a_failure_ends_the_reading_at_once() {
        let network = Network::parse(NETWORK).expect("a network");
        let keys = Keys::from_secrets(&[1; 32], &[2; 32]);
        let now = Instant::from_micros(0).expect("1970");
        let label = "lines.ndjson";
        let reading = Reading { label, network: &network, keys: &keys, provider: None, mapping: None, now, workers: 3 };
        let lines = Cursor::new("{}\n".repeat(40 * LINES).into_bytes());
        let mut reader = FileReader::open(label, lines, None).expect("lines");
        let parse = |_: &Chunk| Ok(Parsed::default());
        let mut taken = 0;
        let mut sink = |_: Parsed| {
            taken += 1;
            if taken < 4 { Ok(()) } else { Err(StoreError::Worker("full".to_owned())) }
        };
        let outcome = reading.chunked(&mut reader, &parse, &mut sink);
        assert!(matches!(outcome, Err(StoreError::Worker(_))), "{outcome:?}");
        assert_eq!(taken, 4);
    }
}
