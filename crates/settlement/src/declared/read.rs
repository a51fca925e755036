//! From the text of a CSV to rows, every mistake told.

use std::collections::{BTreeMap, BTreeSet};

use contact::Network;
use engine::Title;

use super::{
    Declared, DeclaredRow, Mistake,
    columns::{COLUMNS, names},
    row, said,
};

/// Most rows of a file.
pub const MOST_ROWS: usize = 10_000;

/// Most days of all its periods together, each counted once: what is counted for each of their quarter-hours is held at once.
pub const MOST_DAYS: i64 = 4_000;

/// The cells of one line that say anything, by column.
pub(super) struct Cells<'a> {
    pub(super) line: u64,
    said: BTreeMap<&'static str, &'a str>,
    pub(super) mistakes: &'a mut Vec<Mistake>,
}

impl<'a> Cells<'a> {
    pub(super) fn get(&self, column: &'static str) -> Option<&'a str> {
        self.said.get(column).copied()
    }

    /// What a cell says; what it cannot mean is noted.
    pub(super) fn read<T>(&mut self, column: &'static str, parse: impl FnOnce(&str) -> Result<T, Title>) -> Option<T> {
        match self.get(column).map(parse)? {
            Ok(value) => Some(value),
            Err(message) => {
                self.wrong(Some(column), message);
                None
            }
        }
    }

    pub(super) fn wrong(&mut self, column: Option<&'static str>, message: Title) {
        self.mistakes.push(Mistake::new(self.line, column, message));
    }
}

/// Reads a declared file. Its separator is that of its header: a comma, a semicolon or a tab.
///
/// # Errors
/// Every mistake, with its line.
pub fn parse(text: &str, network: &Network) -> Result<Declared, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let mut rows = Vec::new();
    let known: Vec<&'static str> = COLUMNS.iter().map(|column| column.name).collect();
    records(text, &known, &mut mistakes, |mut cells| {
        rows.extend(row::read(&mut cells, network));
    });
    if rows.is_empty() && mistakes.is_empty() {
        mistakes.push(Mistake::new(1, None, said::nothing()));
    }
    twice(&rows, &mut mistakes);
    bounded(&rows, &mut mistakes);
    mistakes.sort_by_key(|mistake| mistake.line);
    if mistakes.is_empty() { Ok(Declared { rows }) } else { Err(mistakes) }
}

/// Every line of a CSV as cells of known columns.
pub(super) fn records(
    text: &str,
    known: &[&'static str],
    mistakes: &mut Vec<Mistake>,
    mut take: impl FnMut(Cells<'_>),
) {
    // Of rows that end as on Windows the reader would tell the line before theirs.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return mistakes.push(Mistake::new(1, None, said::no_header(&error))),
    };
    let Some(columns) = heading(&header, known, mistakes) else { return };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                mistakes.push(Mistake::new(line, None, said::unreadable(&error)));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != columns.len() {
            mistakes.push(Mistake::new(line, None, said::cells(record.len(), columns.len())));
            continue;
        }
        let said = columns.iter().copied().zip(&record).filter(|(_, cell)| !cell.is_empty()).collect();
        take(Cells { line, said, mistakes });
    }
}

/// The separator that the first line uses most.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// The columns of the header, when all of them are known.
fn heading(
    header: &csv::StringRecord,
    known: &[&'static str],
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<&'static str>> {
    let before = mistakes.len();
    let mut columns = Vec::new();
    for name in header {
        match known.iter().find(|column| **column == name) {
            Some(column) if columns.contains(column) => {
                mistakes.push(Mistake::new(1, Some(*column), said::column_twice()));
            }
            Some(column) => columns.push(*column),
            None => {
                mistakes.push(Mistake::new(1, None, said::no_column(name, &known.join(", "))));
            }
        }
    }
    if !columns.contains(&"provider") {
        let all = if known.len() == COLUMNS.len() { names() } else { known.join(", ") };
        mistakes.push(Mistake::new(1, Some("provider"), said::column_missing(&all)));
    }
    (mistakes.len() == before).then_some(columns)
}

/// A cell that is declared twice would be explained twice.
fn twice(rows: &[DeclaredRow], mistakes: &mut Vec<Mistake>) {
    let mut seen = BTreeSet::new();
    for row in rows {
        if !seen.insert((&row.provider, &row.site, &row.queue, row.from, row.to)) {
            mistakes.push(Mistake::new(row.line, None, said::cell_twice()));
        }
    }
}

/// A file of a thousand years would take all memory before it is found to be one.
fn bounded(rows: &[DeclaredRow], mistakes: &mut Vec<Mistake>) {
    if let Some(row) = rows.get(MOST_ROWS) {
        mistakes.push(Mistake::new(row.line, None, said::too_many_rows(MOST_ROWS)));
    }
    let (mut seen, mut days) = (BTreeSet::new(), 0);
    for row in rows {
        if seen.insert((row.from, row.to)) {
            days += row.from.duration_until(row.to).as_hours() / 24;
        }
        if days > MOST_DAYS {
            return mistakes.push(Mistake::new(row.line, None, said::too_many_days(MOST_DAYS)));
        }
    }
}
