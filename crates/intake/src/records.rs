//! Lines of a stream, or rows whose quoted fields may span lines. Memory is bounded by the longest row that is allowed.

use std::io::{self, BufRead, Read};

use crate::{Chunk, MAX_EVENT_BYTES};

/// Follows the quotes of a row: whether a line end lies inside a quoted field.
/// A quote opens a field only at its beginning, as in RFC 4180; elsewhere it is an ordinary character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quoting {
    delimiter: u8,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl Quoting {
    pub fn new(delimiter: u8) -> Self {
        Self { delimiter, state: State::FieldStart }
    }

    /// Follows the bytes of one line; `true` when the row goes on behind its line end.
    fn stays_open(&mut self, line: &[u8]) -> bool {
        for byte in line {
            self.state = match (self.state, *byte) {
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _) | (State::FieldStart | State::QuoteInQuoted, b'"') => State::Quoted,
                (_, byte) if byte == self.delimiter => State::FieldStart,
                _ => State::Plain,
            };
        }
        self.state == State::Quoted
    }

    fn restart(&mut self) {
        self.state = State::FieldStart;
    }
}

/// How the row read last ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// With a line end; or there was no row.
    Ended,
    /// With the stream, and as a JSON object that is closed.
    Closed,
    /// With the stream.
    Unended,
    /// With the stream, inside a quoted field.
    Quoted,
}

/// Cuts a stream into rows.
pub(crate) struct Records<R> {
    reader: R,
    line_no: u64,
    quoting: Option<Quoting>,
    /// Whether the line read last has a line end.
    ended: bool,
    tail: Tail,
}

impl<R: BufRead> Records<R> {
    pub fn new(reader: R, quoting: Option<Quoting>) -> Self {
        Self { reader, line_no: 0, quoting, ended: true, tail: Tail::Ended }
    }

    /// How the row read last ends.
    pub fn tail(&self) -> Tail {
        self.tail
    }

    /// Adds rows to `chunk` until it has `most` or the stream ends.
    pub fn fill(&mut self, chunk: &mut Chunk, most: usize) -> io::Result<()> {
        while chunk.lines.len() < most && self.row(chunk)? {}
        Ok(())
    }

    /// Reads one row; `false` at the end of the stream.
    fn row(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        let start = chunk.buffer.len();
        let first_line = self.line_no + 1;
        let mut overlong = false;
        loop {
            let line_start = chunk.buffer.len();
            let Some(cut) = self.line(&mut chunk.buffer, start)? else {
                if line_start == start {
                    return Ok(false);
                }
                self.tail = Tail::Quoted;
                break;
            };
            self.tail = if self.ended { Tail::Ended } else { Tail::Unended };
            overlong |= cut;
            let open = match &mut self.quoting {
                Some(quoting) if !overlong => quoting.stays_open(&chunk.buffer[line_start..]),
                _ => false,
            };
            if !open {
                break;
            }
        }
        if let Some(quoting) = &mut self.quoting {
            quoting.restart();
        }
        if self.tail == Tail::Unended && self.quoting.is_none() && is_closed(&chunk.buffer[start..]) {
            self.tail = Tail::Closed;
        }
        trim_line_end(&mut chunk.buffer, start);
        // Only spaces: a row of tabs may be a row of missing values.
        if chunk.buffer[start..].iter().all(|byte| *byte == b' ') {
            chunk.buffer.truncate(start);
        } else {
            chunk.close(first_line, start, overlong);
        }
        Ok(true)
    }

    /// Appends one line with its end. `None` at the end of the stream; `Some(true)` when the row that began at
    /// `row_start` got too long, in which case the rest of the line is read but not kept.
    fn line(&mut self, buffer: &mut Vec<u8>, row_start: usize) -> io::Result<Option<bool>> {
        // Room for a row of the greatest length, its line end, and one byte more to know that it is too long.
        let room = MAX_EVENT_BYTES + 3 - (buffer.len() - row_start);
        let room = u64::try_from(room).expect("a row's length fits");
        let read = (&mut self.reader).take(room).read_until(b'\n', buffer)?;
        if read == 0 {
            return Ok(None);
        }
        self.line_no += 1;
        let ended = buffer.last() == Some(&b'\n');
        self.ended = ended;
        let content = buffer.len() - row_start - usize::from(ended);
        let content = content - usize::from(ended && content > 0 && buffer[row_start + content - 1] == b'\r');
        if content <= MAX_EVENT_BYTES {
            return Ok(Some(false));
        }
        if !ended {
            self.ended = skip_line(&mut self.reader)?;
        }
        Ok(Some(true))
    }
}

/// Reads to the line's end and keeps nothing of it; `false` when the stream ends before the line does.
fn skip_line(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let available = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            available => available?,
        };
        let (end, length) = (available.iter().position(|byte| *byte == b'\n'), available.len());
        reader.consume(end.map_or(length, |end| end + 1));
        if end.is_some() || length == 0 {
            return Ok(end.is_some());
        }
    }
}

/// Whether it is a JSON object to its last brace: no beginning of one is.
fn is_closed(row: &[u8]) -> bool {
    row.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(row).is_ok()
}

fn trim_line_end(buffer: &mut Vec<u8>, start: usize) {
    if buffer.len() > start && buffer.last() == Some(&b'\n') {
        buffer.pop();
    }
    if buffer.len() > start && buffer.last() == Some(&b'\r') {
        buffer.pop();
    }
}
