//! Rows put aside in temporary files, dealt by contact. They may hold customers in clear: each block is sealed, and the
//! files have no name that outlives them.

use std::{
    fs::File,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, BufReader, ErrorKind, Read, Seek, Write},
};

use super::{
    bounds::{CHUNK, DEEPEST},
    rows::Row,
};
use crate::{Chunk, IntakeError, Keys};

/// Files that rows are dealt to. A part of a part is dealt once more, so that as many times as many files hold what may
/// be held in memory: a TiB at 256 MiB.
const PARTS: usize = 64;
/// Bytes sealed and written together.
const BLOCK: usize = 128 << 10;

/// Rows in temporary files; all rows of a contact are in the same.
pub(super) struct Dealt {
    parts: Vec<Part>,
    depth: u32,
}

/// One temporary file.
pub(super) struct Part {
    file: File,
    waiting: Vec<u8>,
}

impl Dealt {
    /// No rows yet. What lies in one file of a `depth` is dealt to different ones at the next.
    pub fn new(depth: u32) -> Result<Self, IntakeError> {
        debug_assert!(depth < DEEPEST, "what is dealt that often is one contact");
        let part = |_| Ok(Part { file: tempfile::tempfile()?, waiting: Vec::new() });
        let parts: io::Result<Vec<Part>> = (0..PARTS).map(part).collect();
        Ok(Self { parts: parts.map_err(IntakeError::Aside)?, depth })
    }

    /// Puts a row aside.
    pub fn add(&mut self, contact: &str, row: &Row, keys: &Keys) -> Result<(), IntakeError> {
        let mut hasher = DefaultHasher::new();
        (self.depth, contact).hash(&mut hasher);
        let part = usize::try_from(hasher.finish() % PARTS as u64).expect("less than the number of parts");
        self.parts[part].add(row, keys)
    }

    /// The files, each to be read alone.
    pub fn into_parts(self) -> Vec<Part> {
        self.parts
    }
}

impl Part {
    fn add(&mut self, row: &Row, keys: &Keys) -> Result<(), IntakeError> {
        let length = u32::try_from(row.raw.len()).expect("a row is at most 64 KiB");
        self.waiting.extend_from_slice(&row.line_no.to_le_bytes());
        self.waiting.extend_from_slice(&length.to_le_bytes());
        self.waiting.extend_from_slice(&row.raw);
        if self.waiting.len() >= BLOCK { self.write(keys) } else { Ok(()) }
    }

    fn write(&mut self, keys: &Keys) -> Result<(), IntakeError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let sealed = keys.seal(&self.waiting)?;
        self.waiting.clear();
        let length = u32::try_from(sealed.len()).expect("a block is little more than 128 KiB and a row");
        self.file
            .write_all(&length.to_le_bytes())
            .and_then(|()| self.file.write_all(&sealed))
            .map_err(IntakeError::Aside)
    }

    /// Gives the rows back as chunks of lines, in the order in which they were put aside.
    pub fn read(
        mut self,
        keys: &Keys,
        take: &mut dyn FnMut(&Chunk) -> Result<(), IntakeError>,
    ) -> Result<(), IntakeError> {
        self.write(keys)?;
        self.file.rewind().map_err(IntakeError::Aside)?;
        let mut file = BufReader::with_capacity(BLOCK, self.file);
        let mut chunk = Chunk::default();
        while let Some(sealed) = next_block(&mut file).map_err(IntakeError::Aside)? {
            add_lines(&mut chunk, &keys.open(&sealed)?);
            if chunk.len() >= CHUNK {
                take(&std::mem::take(&mut chunk))?;
            }
        }
        if chunk.is_empty() { Ok(()) } else { take(&chunk) }
    }
}

fn next_block(file: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match file.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut sealed = vec![0; usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?];
    file.read_exact(&mut sealed)?;
    Ok(Some(sealed))
}

/// Cuts a block into its lines.
fn add_lines(chunk: &mut Chunk, mut block: &[u8]) {
    while let Some((line_no, rest)) = block.split_first_chunk::<8>()
        && let Some((length, rest)) = rest.split_first_chunk::<4>()
        && let Ok(length) = usize::try_from(u32::from_le_bytes(*length))
        && let Some((raw, rest)) = rest.split_at_checked(length)
    {
        let start = chunk.buffer.len();
        chunk.buffer.extend_from_slice(raw);
        chunk.close(u64::from_le_bytes(*line_no), start, false);
        block = rest;
    }
    debug_assert!(block.is_empty(), "a sealed block holds whole rows");
}
