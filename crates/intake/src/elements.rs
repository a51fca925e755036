//! Elements of one large JSON array, cut without reading the array whole.
//!
//! Only strings and brackets are followed; whether an element is JSON is found out when it is parsed, so one bad element
//! is one reject.

use std::io::{self, BufRead};

use crate::{Chunk, MAX_EVENT_BYTES};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Before,
    Inside,
    After,
}

/// Cuts a stream that holds one JSON array.
pub(crate) struct Elements<R> {
    reader: R,
    stage: Stage,
    line_no: u64,
    depth: u64,
    in_string: bool,
    escaped: bool,
    open: Option<Open>,
    closed_by_comma: bool,
}

/// The element being read: what is kept of it, and where it began.
struct Open {
    bytes: Vec<u8>,
    line_no: u64,
    overlong: bool,
}

impl<R: BufRead> Elements<R> {
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            stage: Stage::Before,
            line_no: 1,
            depth: 0,
            in_string: false,
            escaped: false,
            open: None,
            closed_by_comma: false,
        }
    }

    /// Adds elements to `chunk` until it has `most` or the array ends.
    pub fn fill(&mut self, chunk: &mut Chunk, most: usize) -> io::Result<()> {
        while chunk.lines.len() < most {
            let available = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                available => available?,
            };
            if available.is_empty() {
                return if self.stage == Stage::After { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            let bytes = available.to_vec();
            let mut used = 0;
            while used < bytes.len() && chunk.lines.len() < most {
                self.byte(bytes[used], chunk)?;
                used += 1;
            }
            self.reader.consume(used);
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8, chunk: &mut Chunk) -> io::Result<()> {
        if byte == b'\n' {
            self.line_no += 1;
        }
        match self.stage {
            _ if byte.is_ascii_whitespace() && self.open.is_none() => {}
            Stage::Before if byte == b'[' => self.stage = Stage::Inside,
            Stage::Before => return Err(io::Error::other("it does not begin with '['; give one JSON array")),
            Stage::After => return Err(io::Error::other("something follows the array; give one JSON array")),
            Stage::Inside => self.inside(byte, chunk),
        }
        Ok(())
    }

    fn inside(&mut self, byte: u8, chunk: &mut Chunk) {
        if self.depth == 0 && !self.in_string && matches!(byte, b',' | b']') {
            // A comma always ends an element, an empty one too; the array's end only one that has begun.
            if byte == b',' || self.open.is_some() || self.closed_by_comma {
                self.close(chunk);
            }
            self.closed_by_comma = byte == b',';
            if byte == b']' {
                self.stage = Stage::After;
            }
            return;
        }
        self.follow(byte);
        let line_no = self.line_no;
        let open = self.open.get_or_insert_with(|| Open { bytes: Vec::new(), line_no, overlong: false });
        if open.bytes.len() < MAX_EVENT_BYTES {
            open.bytes.push(byte);
        } else {
            open.overlong |= !byte.is_ascii_whitespace();
        }
    }

    fn follow(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn close(&mut self, chunk: &mut Chunk) {
        let line_no = self.line_no;
        let open = self.open.take().unwrap_or(Open { bytes: Vec::new(), line_no, overlong: false });
        let start = chunk.buffer.len();
        chunk.buffer.extend_from_slice(open.bytes.trim_ascii_end());
        chunk.close(open.line_no, start, open.overlong);
    }
}
