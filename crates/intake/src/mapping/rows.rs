//! Rows of an export: from the lines of a chunk to the columns a mapping names.

use std::collections::BTreeSet;

use contact::{Reject, RejectCode};
use serde_json::Value;

use super::Mapping;
use crate::{Chunk, ContainerError, Framing, MappingError, RawLine, Rejected, cloudevent};

/// How the export is written.
#[derive(Debug)]
pub(super) struct Format {
    /// `None` for JSON.
    pub delimiter: Option<u8>,
    pub header: bool,
    pub columns: Vec<String>,
    pub quoting: bool,
    pub ragged: bool,
    pub comment: Option<String>,
    pub missing: BTreeSet<String>,
}

impl Format {
    pub fn framing(&self) -> Option<Framing> {
        match self.delimiter {
            None => None,
            Some(delimiter) if self.quoting => Some(Framing::Quoted { delimiter }),
            Some(_) => Some(Framing::Lines),
        }
    }

    pub fn is_comment(&self, line: &RawLine<'_>) -> bool {
        self.comment.as_ref().is_some_and(|mark| line.bytes.starts_with(mark.as_bytes()))
    }

    /// A reader of joined lines, one record each.
    fn csv(&self, delimiter: u8) -> csv::ReaderBuilder {
        let mut builder = csv::ReaderBuilder::new();
        builder
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .quoting(self.quoting)
            // Lines come without their ends; a bare carriage return is a character like any other.
            .terminator(csv::Terminator::Any(b'\n'));
        builder
    }
}

/// Where in a record each column of the mapping lies.
#[derive(Debug)]
pub(super) struct Binding {
    places: Vec<usize>,
    width: usize,
    /// The header as written, to go with rejected rows so that they can be read again.
    pub header: Option<Vec<u8>>,
}

/// One row: the text of the columns that the mapping names.
#[derive(Debug)]
pub(super) struct Row {
    text: String,
    cells: Vec<Option<(usize, usize)>>,
    pub line_no: u64,
    pub raw: Vec<u8>,
}

/// A row that cannot be read.
#[derive(Debug)]
pub(super) struct Unread {
    pub line_no: u64,
    pub raw: Vec<u8>,
    pub rejected: Box<Rejected>,
}

impl Row {
    /// The text of a column; `None` is missing.
    pub fn cell(&self, slot: usize) -> Option<&str> {
        let (start, end) = (*self.cells.get(slot)?)?;
        Some(&self.text[start..end])
    }

    /// Bytes it takes in memory, beside the row itself.
    pub fn weight(&self) -> usize {
        self.text.len() + self.raw.len() + std::mem::size_of_val(self.cells.as_slice())
    }

    fn new(line: &RawLine<'_>, slots: usize) -> Self {
        Self { text: String::new(), cells: Vec::with_capacity(slots), line_no: line.line_no, raw: line.bytes.to_vec() }
    }

    fn push(&mut self, value: Option<&str>, missing: &BTreeSet<String>) {
        let value = value.map(str::trim).filter(|value| !value.is_empty() && !missing.contains(*value));
        let start = self.text.len();
        self.cells.push(value.map(|value| {
            self.text.push_str(value);
            (start, self.text.len())
        }));
    }
}

impl Mapping {
    /// Finds the mapping's columns in a header, or in the mapping's own list.
    pub(super) fn binding(&self, header: Option<&RawLine<'_>>) -> Result<Binding, MappingError> {
        let Some(delimiter) = self.format.delimiter else {
            return Ok(Binding { places: Vec::new(), width: 0, header: None });
        };
        let mut names = self.format.columns.clone();
        if let Some(header) = header {
            let mut record = csv::ByteRecord::new();
            let mut reader = self.format.csv(delimiter).from_reader(header.bytes);
            // Reading from memory with flexible rows has no error to give.
            let _ = reader.read_byte_record(&mut record);
            names = record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        }
        let mut places = Vec::new();
        for column in &self.columns {
            let mut found = names.iter().enumerate().filter(|(_, name)| *name == column).map(|(place, _)| place);
            let (Some(place), None) = (found.next(), found.next()) else {
                let there = if names.iter().any(|name| name == column) { "twice" } else { "not" };
                return Err(MappingError {
                    line: header.map_or(1, |header| header.line_no),
                    column: 1,
                    wrong: format!("the column {column:?} is {there} in the export"),
                    right: format!("its columns are: {}", names.join(", ")),
                });
            };
            places.push(place);
        }
        Ok(Binding { places, width: names.len(), header: header.map(|header| header.bytes.to_vec()) })
    }

    /// Reads the rows of a chunk; comments are passed over.
    pub(super) fn rows(&self, binding: &Binding, chunk: &Chunk) -> Result<Vec<Result<Row, Unread>>, ContainerError> {
        let lines: Vec<RawLine<'_>> = chunk.lines().filter(|line| !self.format.is_comment(line)).collect();
        match self.format.delimiter {
            None => Ok(lines.iter().map(|line| self.json_row(line)).collect()),
            Some(delimiter) => self.delimited_rows(binding, &lines, delimiter),
        }
    }

    fn delimited_rows(
        &self,
        binding: &Binding,
        lines: &[RawLine<'_>],
        delimiter: u8,
    ) -> Result<Vec<Result<Row, Unread>>, ContainerError> {
        let mut joined = Vec::new();
        for line in lines.iter().filter(|line| !line.overlong) {
            if let Err(error) = std::str::from_utf8(line.bytes) {
                let detail =
                    format!("line {}, byte {} is not UTF-8; save it as UTF-8", line.line_no, error.valid_up_to() + 1);
                return Err(ContainerError::undecodable("the file", detail));
            }
            joined.extend_from_slice(line.bytes);
            joined.push(b'\n');
        }
        let mut reader = self.format.csv(delimiter).from_reader(joined.as_slice());
        let mut record = csv::StringRecord::new();
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            if line.overlong {
                rows.push(Err(unread(line, Box::new(cloudevent::too_large(line.bytes.len() + 1)))));
                continue;
            }
            let read = reader.read_record(&mut record).unwrap_or(false);
            rows.push(if read {
                self.delimited_row(binding, line, &record)
            } else {
                Err(bad_row(line, "it cannot be read".to_owned()))
            });
        }
        Ok(rows)
    }

    fn delimited_row(&self, binding: &Binding, line: &RawLine<'_>, record: &csv::StringRecord) -> Result<Row, Unread> {
        if record.len() != binding.width && !self.format.ragged {
            let message = format!(
                "the row has {} columns, but {} are named; quote what holds the delimiter, or allow `ragged` rows",
                record.len(),
                binding.width
            );
            return Err(bad_row(line, message));
        }
        let mut row = Row::new(line, binding.places.len());
        for place in &binding.places {
            row.push(record.get(*place), &self.format.missing);
        }
        Ok(row)
    }

    fn json_row(&self, line: &RawLine<'_>) -> Result<Row, Unread> {
        if line.overlong {
            return Err(unread(line, Box::new(cloudevent::too_large(line.bytes.len() + 1))));
        }
        let text = cloudevent::decoded(line.bytes).map_err(|rejected| unread(line, rejected))?;
        let wrong = |message: String| unread(line, Box::new(Reject::new(RejectCode::BadJson, None, message).into()));
        let object: Value = serde_json::from_str(text)
            .map_err(|error| wrong(format!("{}; give one JSON object", cloudevent::what(&error))))?;
        if !object.is_object() {
            return Err(wrong("a JSON value, but not an object; give one JSON object per row".to_owned()));
        }
        let mut row = Row::new(line, self.columns.len());
        for column in &self.columns {
            match member(&object, column) {
                None | Some(Value::Null) => row.push(None, &self.format.missing),
                Some(Value::String(text)) => row.push(Some(text), &self.format.missing),
                Some(other) => row.push(Some(&other.to_string()), &self.format.missing),
            }
        }
        Ok(row)
    }
}

/// The member of this name, or of this path: `a.b` is `b` in `a`.
fn member<'v>(object: &'v Value, path: &str) -> Option<&'v Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    let (head, rest) = path.split_once('.')?;
    member(object.get(head)?, rest)
}

fn unread(line: &RawLine<'_>, rejected: Box<Rejected>) -> Unread {
    Unread { line_no: line.line_no, raw: line.bytes.to_vec(), rejected }
}

fn bad_row(line: &RawLine<'_>, message: String) -> Unread {
    unread(line, Box::new(Reject::new(RejectCode::BadRow, None, message).into()))
}
