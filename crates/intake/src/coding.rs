//! Content codings: gzip and zstd, one at a time, never more memory than allowed.

use std::io::{self, BufRead, Read};

use flate2::bufread::MultiGzDecoder;

use crate::ContainerError;

/// Said of what has a beginning and no end.
pub(crate) const TOO_EARLY: &str = "it ends too early; send it whole";

/// Largest zstd window accepted, as a power of two: 8 MiB, what RFC 9659 lets every HTTP client use.
const MAX_WINDOW_LOG: u32 = 23;

/// How bytes are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Not at all.
    Identity,
    /// gzip, RFC 1952; several members are read as one.
    Gzip,
    /// Zstandard, RFC 8878, with a window of at most 8 MiB.
    Zstd,
}

impl Coding {
    /// Parses the value of a `Content-Encoding` header; absent or empty is [`Coding::Identity`].
    ///
    /// # Errors
    /// Another coding, or more than one.
    pub fn of_header(value: Option<&str>) -> Result<Self, ContainerError> {
        let value = value.unwrap_or_default().trim();
        match value.to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "zstd" => Ok(Self::Zstd),
            _ => Err(ContainerError::Unsupported {
                what: "content coding",
                value: value.chars().take(64).collect(),
                right: "use gzip or zstd, one of them once, or none",
            }),
        }
    }

    /// The coding that the first bytes of a file show.
    pub(crate) fn of_magic(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // A zstd frame, or a skippable frame before one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::Identity,
        }
    }

    /// The bytes that every file of this coding begins with.
    pub(crate) fn magic(self) -> &'static [u8] {
        match self {
            Self::Identity => &[],
            Self::Gzip => &[0x1f, 0x8b],
            Self::Zstd => &[0x28, 0xb5, 0x2f, 0xfd],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Identity => "the file",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// A reader of the decoded bytes.
    pub(crate) fn reader<'a>(self, encoded: impl BufRead + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Self::Identity => Box::new(encoded),
            Self::Gzip => Box::new(MultiGzDecoder::new(encoded)),
            Self::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(encoded)?;
                decoder.window_log_max(MAX_WINDOW_LOG)?;
                Box::new(decoder)
            }
        })
    }

    /// Decodes a whole body, at most `limit` bytes of it.
    pub(crate) fn decode(self, body: &[u8], limit: usize) -> Result<Vec<u8>, ContainerError> {
        let failed = |error: io::Error| ContainerError::undecodable(self.name(), reason(&error));
        let mut decoded = Vec::new();
        let reader = self.reader(body).map_err(failed)?;
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        reader.take(most).read_to_end(&mut decoded).map_err(failed)?;
        if decoded.len() > limit {
            return Err(ContainerError::TooLarge { limit: "decoded bytes", allowed: limit });
        }
        Ok(decoded)
    }
}

/// Why reading failed, in words that help whoever sent it.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => TOO_EARLY.to_owned(),
        _ => error.to_string(),
    }
}
