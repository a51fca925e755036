//! A file of any size becomes chunks of lines, read as a stream.

use std::{
    io::{self, BufReader, Read},
    path::Path,
};

use crate::{
    Chunk, Coding, ContainerError,
    coding::{TOO_EARLY, reason},
    elements::Elements,
    records::{Quoting, Records, Tail},
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
    pub fn open(
        name: &str,
        file: impl Read + Send + 'static,
        framing: Option<Framing>,
    ) -> Result<Self, ContainerError> {
        let unreadable = |error: io::Error| ContainerError::undecodable("the file", reason(&error));
        let (head, encoded) = begun(file).map_err(unreadable)?;
        let coding = Coding::of_magic(&head);
        named_rightly(name, coding, &head)?;
        let failed = |error: io::Error| ContainerError::undecodable(coding.name(), reason(&error));
        let (head, decoded) = begun(coding.reader(encoded).map_err(failed)?).map_err(failed)?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(ContainerError::undecodable("the file", "it is UTF-16; save it as UTF-8"));
        }
        let framing = match framing {
            Some(framing) => framing,
            None => detect(name, &head)?,
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

    /// How the last row of a file that was read to its end ends, and whether it was compressed. An array that is not
    /// closed is an error long before.
    pub(crate) fn tail(&self) -> (Tail, Coding) {
        match &self.cutter {
            Cutter::Records(records) => (records.tail(), self.coding),
            Cutter::Elements(_) => (Tail::Ended, self.coding),
        }
    }
}

/// The first bytes, and a reader that still gives them. However little a pipe gives at a time, as many are read as it
/// takes to tell what a file is.
fn begun(mut file: impl Read + Send + 'static) -> io::Result<(Vec<u8>, Decoded)> {
    let mut head = Vec::new();
    (&mut file).take(4_096).read_to_end(&mut head)?;
    // A byte-order mark is no part of the text.
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        head.drain(..3);
    }
    let whole: Box<dyn Read + Send> = Box::new(io::Cursor::new(head.clone()).chain(file));
    Ok((head, BufReader::with_capacity(1 << 16, whole)))
}

/// What follows the last dot of a name, in lower case.
fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}

fn named_rightly(name: &str, coding: Coding, head: &[u8]) -> Result<(), ContainerError> {
    let claims = match extension(Path::new(name)).as_deref() {
        Some("gz") => Coding::Gzip,
        Some("zst") => Coding::Zstd,
        _ => coding,
    };
    if claims != coding && claims.magic().starts_with(head) {
        return Err(ContainerError::undecodable(claims.name(), TOO_EARLY));
    }
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
            let path = Path::new(name);
            let compressed = matches!(extension(path).as_deref(), Some("gz" | "zst"));
            let inner = if compressed { path.file_stem().map_or(path, Path::new) } else { path };
            if matches!(extension(inner).as_deref(), Some("ndjson" | "jsonl")) {
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
