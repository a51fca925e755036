//! A file of any size becomes chunks of lines, read as a stream.

use std::io::{self, BufRead, BufReader, Read};

use crate::{
    Coding, ContainerError, MAX_EVENT_BYTES,
    coding::reason,
    elements::Elements,
    records::{Quoting, Records},
};

/// How a decoded file is cut into events or rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// An event or row per line (NDJSON, and exports without quoting).
    Lines,
    /// One JSON array of events or rows.
    JsonArray,
    /// Rows of delimited fields; a quoted field may hold line ends.
    Quoted {
        /// The byte between fields.
        delimiter: u8,
    },
}

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

type Decoded = BufReader<Box<dyn Read + Send>>;

enum Cutter {
    Records(Records<Decoded>),
    Elements(Elements<Decoded>),
}

/// A file being read.
pub struct FileReader {
    framing: Framing,
    coding: Coding,
    cutter: Cutter,
}

impl FileReader {
    /// Looks at the first bytes of a file and gets ready to read it. Magic bytes decide about compression (and a name
    /// ending in `.gz` or `.zst` that has none is an error); `framing` is what a mapping says
    /// ([`crate::Mapping::framing`]), or `None` to find out whether it is NDJSON or a JSON array.
    ///
    /// # Errors
    /// The file is of a kind not read here, is not what its name says, or is no JSON and nothing says how to read it.
    pub fn open(name: &str, file: impl Read + Send + 'static, framing: Option<Framing>) -> Result<Self, ContainerError> {
        let mut encoded = BufReader::with_capacity(1 << 16, file);
        let head = peek(&mut encoded).map_err(|error| ContainerError::undecodable("the file", reason(&error)))?;
        let coding = Coding::of_magic(&head);
        named_rightly(name, coding, &head)?;
        let failed = |error: io::Error| ContainerError::undecodable(coding.name(), reason(&error));
        let mut decoded = BufReader::with_capacity(1 << 16, coding.reader(encoded).map_err(failed)?);
        let head = peek(&mut decoded).map_err(failed)?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(ContainerError::undecodable("the file", "it is UTF-16; save it as UTF-8"));
        }
        let mark = if head.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
        decoded.consume(mark);
        let framing = match framing {
            Some(framing) => framing,
            None => detect(name, &head[mark..])?,
        };
        let cutter = match framing {
            Framing::Lines => Cutter::Records(Records::new(decoded, None)),
            Framing::Quoted { delimiter } => Cutter::Records(Records::new(decoded, Some(Quoting::new(delimiter)))),
            Framing::JsonArray => Cutter::Elements(Elements::new(decoded)),
        };
        Ok(Self { framing, coding, cutter })
    }

    /// How the file is cut.
    #[must_use]
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// The next lines, `most` at the most; `None` at the end. Blank lines are passed over. The file is only known to
    /// be whole once `None` came: until then nothing of it may count.
    ///
    /// # Errors
    /// The compression is damaged or ends too early, a JSON array is not closed, or reading failed.
    pub fn next_chunk(&mut self, most: usize) -> Result<Option<Chunk>, ContainerError> {
        let mut chunk = Chunk::default();
        let read = match &mut self.cutter {
            Cutter::Records(records) => records.fill(&mut chunk, most),
            Cutter::Elements(elements) => elements.fill(&mut chunk, most),
        };
        let what = match self.framing {
            Framing::JsonArray if self.coding == Coding::Identity => "the JSON array",
            _ => self.coding.name(),
        };
        read.map_err(|error| ContainerError::undecodable(what, reason(&error)))?;
        Ok((!chunk.is_empty()).then_some(chunk))
    }
}

/// The first bytes without consuming them: as many as a first read gives, 4 at least unless the file is shorter.
fn peek<R: Read>(reader: &mut BufReader<R>) -> io::Result<Vec<u8>> {
    Ok(reader.fill_buf()?.iter().take(4096).copied().collect())
}

fn named_rightly(name: &str, coding: Coding, head: &[u8]) -> Result<(), ContainerError> {
    let lower = name.to_ascii_lowercase();
    let claims = if lower.ends_with(".gz") {
        Coding::Gzip
    } else if lower.ends_with(".zst") {
        Coding::Zstd
    } else {
        coding
    };
    if claims != coding {
        let detail = format!("{name:?} does not begin like it; the file is damaged or wrongly named");
        return Err(ContainerError::undecodable(claims.name(), detail));
    }
    let unsupported = |right| Err(ContainerError::Unsupported { what: "file", value: name.to_owned(), right });
    match head {
        [b'P', b'K', 3, 4, ..] => unsupported("it is a ZIP archive or a spreadsheet; unpack it, or export CSV"),
        [b'P', b'A', b'R', b'1', ..] => unsupported("it is Parquet; export CSV or NDJSON"),
        [b'B', b'Z', b'h', ..] | [0xfd, b'7', b'z', ..] => unsupported("compress it with gzip or zstd"),
        _ => Ok(()),
    }
}

fn detect(name: &str, head: &[u8]) -> Result<Framing, ContainerError> {
    match head.trim_ascii_start().first() {
        Some(b'[') => Ok(Framing::JsonArray),
        Some(b'{') | None => Ok(Framing::Lines),
        Some(_) => {
            let lower = name.to_ascii_lowercase();
            let stem = lower.strip_suffix(".gz").or_else(|| lower.strip_suffix(".zst")).unwrap_or(&lower);
            if stem.ends_with(".ndjson") || stem.ends_with(".jsonl") {
                return Ok(Framing::Lines);
            }
            Err(ContainerError::Unsupported {
                what: "file",
                value: name.to_owned(),
                right: "it holds no JSON events; give a mapping that says how to read its rows",
            })
        }
    }
}
