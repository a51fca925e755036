//! Running a mapping over a file.

use std::{borrow::Cow, cell::OnceCell, collections::BTreeMap};

use contact::{Instant, Network, ProviderId};

use super::{
    Mapping, Stays,
    ledger::Ledger,
    look::{Contact, Look},
    rows::{Binding, Row, Unread},
};
use crate::{Chunk, ContainerError, FileReader, IntakeError, Keys, Parsed, Rejected};

/// Lines read at a time.
const CHUNK: usize = 4_096;

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
    mapping: &'m Mapping,
    binding: Binding,
}

pub(super) type Sink<'s> = &'s mut dyn FnMut(Option<&Row>, MappedRow);

impl Mapping {
    /// Maps a whole file, each row given to `sink` with what became of it: in file order, or contact by contact when
    /// rows are grouped. Until it returns `Ok`, nothing of the file may count.
    ///
    /// # Errors
    /// The file cannot be decoded, or lacks a column that the mapping names.
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
            return Ok(Bound { mapping: self, binding: self.binding(None)? });
        }
        while let Some(chunk) = reader.next_chunk(1)? {
            if let Some(header) = chunk.lines().find(|line| !self.format.is_comment(line)) {
                return Ok(Bound { mapping: self, binding: self.binding(Some(&header))? });
            }
        }
        Err(ContainerError::undecodable("the file", "it is empty; its first row should name the columns").into())
    }
}

impl Bound<'_> {
    /// The header line as written, when the file has one. Before a row, it makes a file that can be read again.
    #[must_use]
    pub fn header(&self) -> Option<&[u8]> {
        self.binding.header.as_deref()
    }

    /// Maps what follows the header, as [`Mapping::run`] does.
    ///
    /// # Errors
    /// The file cannot be decoded.
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

    /// Reads all rows, groups them by contact, and maps each contact's rows in order of time, then of the file. Rows
    /// without a contact or a time stand alone: most are skipped by a rule.
    fn map_groups(
        &self,
        reader: &mut FileReader,
        ground: &Ground<'_>,
        ledger: &mut Ledger,
        sink: Sink<'_>,
    ) -> Result<(), ContainerError> {
        let mut groups: BTreeMap<String, Vec<(Instant, Row)>> = BTreeMap::new();
        while let Some(chunk) = reader.next_chunk(CHUNK)? {
            for row in self.mapping.rows(&self.binding, &chunk)? {
                match row {
                    Ok(row) => match self.key(&row) {
                        Some((contact, time)) => groups.entry(contact).or_default().push((time, row)),
                        None => self.finish(&self.alone(&row), 0, ground, ledger, sink),
                    },
                    Err(unread) => self.reject_unread(unread, ground, ledger, sink),
                }
            }
        }
        for (_, mut group) in groups {
            // Stable: rows of one instant stay in file order.
            group.sort_by_key(|(time, _)| *time);
            let rows: Vec<Row> = group.into_iter().map(|(_, row)| row).collect();
            let contact = self.together(&rows);
            for at in 0..rows.len() {
                self.finish(&contact, at, ground, ledger, sink);
            }
        }
        Ok(())
    }

    /// The contact a row belongs to and its place in time.
    fn key(&self, row: &Row) -> Option<(String, Instant)> {
        let alone = self.alone(row);
        let look = Look { mapping: self.mapping, contact: &alone, at: 0, making: None };
        let contact = self.mapping.subject.text(&look).ok()??.into_owned();
        let time = look.time(self.mapping.order?).ok()??;
        Some((contact, time))
    }

    fn alone<'r>(&self, row: &'r Row) -> Contact<'r> {
        let times = if self.mapping.groups() { self.mapping.times.len() } else { 0 };
        Contact { rows: std::slice::from_ref(row), legs: Vec::new(), earliest: vec![OnceCell::new(); times] }
    }

    fn together<'r>(&self, rows: &'r [Row]) -> Contact<'r> {
        let mut contact = Contact { rows, legs: Vec::new(), earliest: vec![OnceCell::new(); self.mapping.times.len()] };
        if let Some(stays) = &self.mapping.stays {
            contact.legs = stays.count(self.mapping, &contact);
        }
        contact
    }

    fn finish(&self, contact: &Contact<'_>, at: usize, ground: &Ground<'_>, ledger: &mut Ledger, sink: Sink<'_>) {
        let row = &contact.rows[at];
        let look = Look { mapping: self.mapping, contact, at, making: None };
        let outcome = look.outcome(ground).unwrap_or_else(|rejected| {
            let whose = look.whose(ground);
            self.rejected(rejected, whose, &row.raw)
        });
        count(ledger, &outcome);
        sink(Some(row), MappedRow { line_no: row.line_no, outcome, raw: row.raw.clone() });
    }

    fn reject_unread(&self, unread: Unread, ground: &Ground<'_>, ledger: &mut Ledger, sink: Sink<'_>) {
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

impl Stays {
    /// For each row the number of its stay: from 0, one more at each further row that begins one. A condition that
    /// cannot be told begins nothing; the row itself is rejected where the value is needed.
    fn count(&self, mapping: &Mapping, contact: &Contact<'_>) -> Vec<u32> {
        let mut begun: BTreeMap<Vec<Option<String>>, u32> = BTreeMap::new();
        let mut legs = Vec::with_capacity(contact.rows.len());
        for at in 0..contact.rows.len() {
            let look = Look { mapping, contact, at, making: None };
            let apart = self.per.iter().map(|name| name.text(&look).ok().flatten().map(Cow::into_owned)).collect();
            let begins = self.begins.holds(&look).unwrap_or(false);
            let number = begun.entry(apart).or_default();
            *number += u32::from(begins);
            legs.push(number.saturating_sub(1));
        }
        legs
    }
}
