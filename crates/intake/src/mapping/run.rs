//! Running a mapping over a file.

use std::cell::OnceCell;

use contact::{Instant, Network, ProviderId};

use super::{
    Mapping,
    bounds::{CHUNK, MOST_HELD},
    ledger::Ledger,
    look::{Contact, Look},
    rows::{Binding, Row, Unread},
};
use crate::{Chunk, ContainerError, FileReader, IntakeError, Keys, Parsed, Rejected};

/// Whom and what the events of an import are checked against.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The network in force.
    pub network: &'a Network,
    /// The brand's secret.
    pub keys: &'a Keys,
    /// Our clock.
    pub now: Instant,
    /// The provider that the operator names; may be absent when the mapping names it.
    pub operator: Option<&'a ProviderId>,
}

/// One row and what became of it.
#[derive(Debug)]
pub struct MappedRow {
    /// Line on which the row begins, from 1.
    pub line_no: u64,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The row as written, without a header line: an accepted row's events may be refused later.
    pub raw: Vec<u8>,
}

/// What became of a row.
#[derive(Debug)]
pub enum RowOutcome {
    /// It became these events, all accepted.
    Mapped(Vec<Parsed>),
    /// It was left out, under this name.
    Skipped(String),
    /// It was rejected, whole.
    Rejected {
        /// Why.
        rejected: Box<Rejected>,
        /// The row as written, after the header line when the file has one: a file that can be read again.
        bytes: Vec<u8>,
    },
}

/// A mapping and a file whose columns it has found.
#[derive(Debug)]
pub struct Bound<'m> {
    pub(super) mapping: &'m Mapping,
    pub(super) binding: Binding,
    /// Bytes of rows that may be held while they are put together by contact.
    pub(super) most_held: usize,
}

pub(super) type Sink<'s> = &'s mut dyn FnMut(Option<&Row>, MappedRow);

impl Mapping {
    /// Maps a whole file, each row given to `sink` with what became of it: in file order, or contact by contact when
    /// rows are grouped. Until it returns `Ok`, nothing of the file may count.
    ///
    /// # Errors
    /// The file cannot be decoded, or lacks a column that the mapping names, or there is no room to put rows aside.
    ///
    /// # Panics
    /// Never, as long as invariant B1 holds: every row is counted once.
    pub fn run(
        &self,
        reader: &mut FileReader,
        ground: &Ground<'_>,
        sink: &mut dyn FnMut(MappedRow),
    ) -> Result<Ledger, IntakeError> {
        self.bind(reader)?.run(reader, ground, sink)
    }

    /// Reads the header, if the file has one, and finds the mapping's columns.
    ///
    /// # Errors
    /// The file cannot be decoded, or lacks a column that the mapping names.
    pub fn bind<'m>(&'m self, reader: &mut FileReader) -> Result<Bound<'m>, IntakeError> {
        if !self.format.header {
            return Ok(self.bound(self.binding(None)?));
        }
        while let Some(chunk) = reader.next_chunk(1)? {
            if let Some(header) = chunk.lines().find(|line| !self.format.is_comment(line)) {
                return Ok(self.bound(self.binding(Some(&header))?));
            }
        }
        Err(ContainerError::undecodable("the file", "it is empty; its first row should name the columns").into())
    }

    fn bound(&self, binding: Binding) -> Bound<'_> {
        Bound { mapping: self, binding, most_held: MOST_HELD }
    }
}

impl Bound<'_> {
    /// The header line as written, when the file has one. Before a row, it makes a file that can be read again.
    #[must_use]
    pub fn header(&self) -> Option<&[u8]> {
        self.binding.header.as_deref()
    }

    /// Holds about this many bytes of rows at the most while rows are put together by contact, instead of 256 MiB; what
    /// is beyond lies sealed in temporary files meanwhile.
    #[must_use]
    pub fn holding(self, bytes: usize) -> Self {
        Self { most_held: bytes, ..self }
    }

    /// Maps what follows the header, as [`Mapping::run`] does.
    ///
    /// # Errors
    /// The file cannot be decoded, or there is no room to put rows aside.
    ///
    /// # Panics
    /// Never, as long as invariant B1 holds: every row is counted once.
    pub fn run(
        &self,
        reader: &mut FileReader,
        ground: &Ground<'_>,
        sink: &mut dyn FnMut(MappedRow),
    ) -> Result<Ledger, IntakeError> {
        self.run_seeing(reader, ground, &mut |_, row| sink(row))
    }

    pub(super) fn run_seeing(
        &self,
        reader: &mut FileReader,
        ground: &Ground<'_>,
        sink: Sink<'_>,
    ) -> Result<Ledger, IntakeError> {
        let mut ledger = Ledger::default();
        if self.mapping.groups() {
            self.map_groups(reader, ground, &mut ledger, sink)?;
        } else {
            while let Some(chunk) = reader.next_chunk(CHUNK)? {
                self.map_rows(&chunk, ground, &mut ledger, sink)?;
            }
        }
        assert!(ledger.balances(), "B1: rows read = mapped + skipped + rejected");
        Ok(ledger)
    }

    /// Maps the rows of one chunk, for files whose rows are not grouped ([`Mapping::groups`]). Chunks may be mapped on
    /// several threads; their ledgers add up by [`Ledger::merge`].
    ///
    /// # Errors
    /// The file is not UTF-8: nothing of it may count.
    ///
    /// # Panics
    /// Never, as long as invariant B1 holds: every row is counted once.
    pub fn map_chunk(&self, chunk: &Chunk, ground: &Ground<'_>) -> Result<(Vec<MappedRow>, Ledger), ContainerError> {
        let mut ledger = Ledger::default();
        let mut rows = Vec::with_capacity(chunk.len());
        self.map_rows(chunk, ground, &mut ledger, &mut |_, row| rows.push(row))?;
        assert!(ledger.balances(), "B1: rows read = mapped + skipped + rejected");
        Ok((rows, ledger))
    }

    pub(super) fn map_rows(
        &self,
        chunk: &Chunk,
        ground: &Ground<'_>,
        ledger: &mut Ledger,
        sink: Sink<'_>,
    ) -> Result<(), ContainerError> {
        for row in self.mapping.rows(&self.binding, chunk)? {
            match row {
                Ok(row) => {
                    let contact = self.alone(&row);
                    self.finish(&contact, 0, ground, ledger, sink);
                }
                Err(unread) => self.reject_unread(unread, ground, ledger, sink),
            }
        }
        Ok(())
    }

    /// The contact of a row that is looked at by itself.
    pub(super) fn alone<'r>(&self, row: &'r Row) -> Contact<'r> {
        let times = if self.mapping.groups() { self.mapping.times.len() } else { 0 };
        let earliest = vec![OnceCell::new(); times];
        Contact {
            rows: std::slice::from_ref(row),
            legs: Vec::new(),
            stays: Vec::new(),
            firsts: Vec::new(),
            late: Vec::new(),
            earliest,
        }
    }

    pub(super) fn finish(
        &self,
        contact: &Contact<'_>,
        at: usize,
        ground: &Ground<'_>,
        ledger: &mut Ledger,
        sink: Sink<'_>,
    ) {
        let row = &contact.rows[at];
        let look = Look { mapping: self.mapping, contact, at, making: None };
        let outcome = look.outcome(ground).unwrap_or_else(|rejected| {
            let whose = look.whose(ground);
            self.rejected(rejected, whose, &row.raw)
        });
        count(ledger, &outcome);
        sink(Some(row), MappedRow { line_no: row.line_no, outcome, raw: row.raw.clone() });
    }

    pub(super) fn reject_unread(&self, unread: Unread, ground: &Ground<'_>, ledger: &mut Ledger, sink: Sink<'_>) {
        let whose = ground.operator.or_else(|| self.mapping.sole_provider());
        let outcome = self.rejected(unread.rejected, whose, &unread.raw);
        count(ledger, &outcome);
        sink(None, MappedRow { line_no: unread.line_no, outcome, raw: unread.raw });
    }

    fn rejected(&self, mut rejected: Box<Rejected>, whose: Option<&ProviderId>, raw: &[u8]) -> RowOutcome {
        if rejected.provider.is_none() {
            rejected.provider = whose.cloned();
        }
        let mut bytes = Vec::new();
        if let Some(header) = self.header() {
            bytes.extend_from_slice(header);
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(raw);
        RowOutcome::Rejected { rejected, bytes }
    }
}

fn count(ledger: &mut Ledger, outcome: &RowOutcome) {
    ledger.rows_read += 1;
    match outcome {
        RowOutcome::Mapped(events) => {
            ledger.mapped += 1;
            ledger.events += u64::try_from(events.len()).expect("a row makes few events");
        }
        RowOutcome::Skipped(name) => ledger.skip(name, 1),
        RowOutcome::Rejected { .. } => ledger.rejected += 1,
    }
}
