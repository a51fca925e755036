//! Whether a file is there to its end, for whoever finds a file and does not know whether it is still being written.

use std::io::Read;

use crate::{Coding, ContainerError, FileReader, Framing, records::Tail};

/// Rows read at a time.
const ROWS: usize = 4_096;

/// How a file ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// With its last row, or with the end of its compression. A file cut exactly between two rows looks the same.
    Whole,
    /// Before its last row or its compression does, or it cannot be told: what was found and what would be right.
    Cut(String),
}

impl Ending {
    /// Reads a file to its end without looking into its rows; the arguments are those of [`FileReader::open`].
    ///
    /// # Errors
    /// The file cannot be taken apart, for another reason than that it ends too early.
    pub fn of(name: &str, file: impl Read + Send + 'static, framing: Option<Framing>) -> Result<Self, ContainerError> {
        match read(name, file, framing) {
            Ok(reader) => Ok(judge(reader.tail(), framing)),
            Err(error) if error.is_too_early() => Ok(Self::Cut(error.to_string())),
            Err(error) => Err(error),
        }
    }
}

fn read(name: &str, file: impl Read + Send + 'static, framing: Option<Framing>) -> Result<FileReader, ContainerError> {
    let mut reader = FileReader::open(name, file, framing)?;
    while reader.next_chunk(ROWS)?.is_some() {}
    Ok(reader)
}

/// Without a framing the rows are JSON, of which a beginning can always be told. Of delimited rows it cannot: that the
/// last one is whole is only known by its line end, or by a compression that ended after it.
fn judge((tail, coding): (Tail, Coding), framing: Option<Framing>) -> Ending {
    let what = match tail {
        Tail::Ended | Tail::Closed => return Ending::Whole,
        Tail::Quoted => "it ends inside a quoted field; close the quotes of the last row, or send the rest of it",
        Tail::Unended if framing.is_none() => "its last line is no whole JSON object; send the rest of it",
        Tail::Unended if coding != Coding::Identity => return Ending::Whole,
        Tail::Unended => {
            "its last line has no line end, so that it may be cut; end it with one, or compress the file with gzip or zstd"
        }
    };
    Ending::Cut(what.to_owned())
}
