//! Lines of a file, cut and numbered.

use crate::MAX_EVENT_BYTES;

/// Lines of a file that were read together, to be parsed on any thread.
#[derive(Debug, Default)]
pub struct Chunk {
    pub(crate) buffer: Vec<u8>,
    pub(crate) lines: Vec<Mark>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub line_no: u64,
    pub start: usize,
    pub end: usize,
    pub overlong: bool,
}

/// One line (or array element, or row) of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawLine<'a> {
    /// Line of the decoded file on which it begins, from 1.
    pub line_no: u64,
    /// Its bytes, without the line end; the first 64 KiB when it is longer.
    pub bytes: &'a [u8],
    /// Whether it is longer than an event or row may be.
    pub overlong: bool,
}

impl Chunk {
    /// The lines, in file order.
    #[must_use]
    pub fn lines(&self) -> impl ExactSizeIterator<Item = RawLine<'_>> {
        self.lines.iter().map(|mark| RawLine {
            line_no: mark.line_no,
            bytes: &self.buffer[mark.start..mark.end],
            overlong: mark.overlong,
        })
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds a line: what lies in the buffer from `start` on, cut to what one event may have.
    pub(crate) fn close(&mut self, line_no: u64, start: usize, overlong: bool) {
        self.buffer.truncate(start + MAX_EVENT_BYTES);
        self.lines.push(Mark { line_no, start, end: self.buffer.len(), overlong });
    }
}
