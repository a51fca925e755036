//! Rows put together by contact, in memory that does not grow with the file.

use std::collections::BTreeMap;

use contact::Instant;

use super::{
    Bound, Ground,
    bounds::{CHUNK, DEEPEST},
    dealt::{Dealt, Part},
    ledger::Ledger,
    look::Look,
    rows::Row,
    run::Sink,
};
use crate::{Chunk, FileReader, IntakeError, Keys};

/// What a row takes beside its text, about: its place in the tables that hold it.
const ROW: usize = 160;

/// Rows by contact.
struct Gathered {
    held: BTreeMap<String, Vec<(Instant, Row)>>,
    bytes: usize,
    most: usize,
    /// Where all rows are once there were too many.
    dealt: Option<Dealt>,
    depth: u32,
}

impl Gathered {
    fn new(most: usize, depth: u32) -> Self {
        Self { held: BTreeMap::new(), bytes: 0, most, dealt: None, depth }
    }

    fn add(&mut self, contact: String, time: Instant, row: Row, keys: &Keys) -> Result<(), IntakeError> {
        if let Some(dealt) = &mut self.dealt {
            return dealt.add(&contact, &row, keys);
        }
        self.bytes += row.weight() + ROW;
        self.held.entry(contact).or_default().push((time, row));
        if self.bytes > self.most && self.depth < DEEPEST { self.deal(keys) } else { Ok(()) }
    }

    /// Puts aside what is held, and from now on everything.
    fn deal(&mut self, keys: &Keys) -> Result<(), IntakeError> {
        let mut dealt = Dealt::new(self.depth)?;
        while let Some((contact, rows)) = self.held.pop_first() {
            for (_, row) in rows {
                dealt.add(&contact, &row, keys)?;
            }
        }
        self.dealt = Some(dealt);
        Ok(())
    }
}

impl Bound<'_> {
    /// Maps each contact's rows in order of time, then of the file. Rows without a contact or a time stand alone: most
    /// are skipped by a rule.
    pub(super) fn map_groups(
        &self,
        reader: &mut FileReader,
        ground: &Ground<'_>,
        ledger: &mut Ledger,
        sink: Sink<'_>,
    ) -> Result<(), IntakeError> {
        let mut gathered = Gathered::new(self.most_held, 0);
        while let Some(chunk) = reader.next_chunk(CHUNK)? {
            self.gather(&chunk, &mut gathered, ground, ledger, sink)?;
        }
        self.settle(gathered, ground, ledger, sink)
    }

    fn gather(
        &self,
        chunk: &Chunk,
        gathered: &mut Gathered,
        ground: &Ground<'_>,
        ledger: &mut Ledger,
        sink: Sink<'_>,
    ) -> Result<(), IntakeError> {
        for row in self.mapping.rows(&self.binding, chunk)? {
            match row {
                Ok(row) => match self.key(&row) {
                    Some((contact, time)) => gathered.add(contact, time, row, ground.keys)?,
                    None => self.finish(&self.alone(&row), 0, ground, ledger, sink),
                },
                Err(unread) => self.reject_unread(unread, ground, ledger, sink),
            }
        }
        Ok(())
    }

    /// Maps what was gathered.
    fn settle(
        &self,
        gathered: Gathered,
        ground: &Ground<'_>,
        ledger: &mut Ledger,
        sink: Sink<'_>,
    ) -> Result<(), IntakeError> {
        for (_, rows) in gathered.held {
            self.map_contact(rows, ground, ledger, sink);
        }
        let parts = gathered.dealt.map(Dealt::into_parts).unwrap_or_default();
        parts.into_iter().try_for_each(|part| self.settle_part(part, gathered.depth + 1, ground, ledger, sink))
    }

    fn settle_part(
        &self,
        part: Part,
        depth: u32,
        ground: &Ground<'_>,
        ledger: &mut Ledger,
        sink: Sink<'_>,
    ) -> Result<(), IntakeError> {
        let mut gathered = Gathered::new(self.most_held, depth);
        part.read(ground.keys, &mut |chunk| self.gather(chunk, &mut gathered, ground, ledger, sink))?;
        self.settle(gathered, ground, ledger, sink)
    }

    fn map_contact(&self, mut rows: Vec<(Instant, Row)>, ground: &Ground<'_>, ledger: &mut Ledger, sink: Sink<'_>) {
        // By line too: rows of one instant stay in file order.
        rows.sort_by_key(|(time, row)| (*time, row.line_no));
        let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
        let contact = self.together(&rows);
        for at in 0..rows.len() {
            self.finish(&contact, at, ground, ledger, sink);
        }
    }

    /// The contact a row belongs to and its place in time.
    fn key(&self, row: &Row) -> Option<(String, Instant)> {
        let alone = self.alone(row);
        let look = Look { mapping: self.mapping, contact: &alone, at: 0, making: None };
        let contact = self.mapping.subject.text(&look).ok()??.into_owned();
        let time = look.time(self.mapping.order?).ok()??;
        Some((contact, time))
    }
}
