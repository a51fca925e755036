//! The body of one HTTP request becomes the bytes of its events.

use std::{borrow::Cow, fmt, ops::Range};

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Coding, ContainerError};

/// How much one body may hold. Each event has its own limit, [`crate::MAX_EVENT_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes as sent.
    pub encoded: usize,
    /// Bytes after decompression.
    pub decoded: usize,
    /// Events.
    pub events: usize,
}

impl Limits {
    /// What `POST /v1/events` takes: 8 MiB encoded, 32 MiB decoded, 10,000 events.
    pub const HTTP: Self = Self { encoded: 8 << 20, decoded: 32 << 20, events: 10_000 };
}

/// What a body holds, by its content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/cloudevents+json`: one event.
    One,
    /// `application/cloudevents-batch+json`: a JSON array of events.
    Batch,
    /// `application/x-ndjson`: an event per line.
    Lines,
}

impl MediaType {
    /// Parses the value of a `Content-Type` header; parameters are ignored but `charset`, which must be UTF-8.
    ///
    /// # Errors
    /// Absent, or another type.
    pub fn of_header(value: Option<&str>) -> Result<Self, ContainerError> {
        let value = value.unwrap_or_default();
        let unsupported = |right| ContainerError::Unsupported {
            what: "content type",
            value: value.chars().take(96).collect(),
            right,
        };
        let mut parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
        let media = match parts.next().as_deref() {
            Some("application/cloudevents+json") => Self::One,
            Some("application/cloudevents-batch+json") => Self::Batch,
            Some("application/x-ndjson") => Self::Lines,
            _ => {
                return Err(unsupported(
                    "use application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson",
                ));
            }
        };
        let charset = parts.find_map(|part| part.strip_prefix("charset=").map(|set| set.trim_matches('"').to_owned()));
        match charset.as_deref() {
            None | Some("utf-8" | "utf8") => Ok(media),
            Some(_) => Err(unsupported("send UTF-8")),
        }
    }
}

/// A decoded body, cut into events.
#[derive(Debug)]
pub struct Body<'a> {
    bytes: Cow<'a, [u8]>,
    items: Vec<Range<usize>>,
}

impl Body<'_> {
    /// The bytes of each event, in order; the position is the `index` of answers. Blank lines are no events.
    #[must_use]
    pub fn items(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.items.iter().map(|range| &self.bytes[range.clone()])
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no event at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Bytes after decompression.
    #[must_use]
    pub fn decoded_len(&self) -> usize {
        self.bytes.len()
    }
}

/// Decodes a body and cuts it into events, which may still be anything.
///
/// # Errors
/// The body as a whole is refused: bytes that cannot be decoded, over a limit, or a type or coding not read here.
pub fn decode_body<'a>(
    media: MediaType,
    coding: Coding,
    body: &'a [u8],
    limits: &Limits,
) -> Result<Body<'a>, ContainerError> {
    if body.len() > limits.encoded {
        return Err(ContainerError::TooLarge { limit: "encoded bytes", allowed: limits.encoded });
    }
    let bytes = match coding {
        Coding::Identity if body.len() > limits.decoded => {
            return Err(ContainerError::TooLarge { limit: "decoded bytes", allowed: limits.decoded });
        }
        Coding::Identity => Cow::Borrowed(body),
        _ => Cow::Owned(coding.decode(body, limits.decoded)?),
    };
    let items = match media {
        MediaType::One => one(&bytes),
        MediaType::Lines => lines(&bytes, limits.events)?,
        MediaType::Batch => batch(&bytes, limits.events)?,
    };
    Ok(Body { bytes, items })
}

fn one(bytes: &[u8]) -> Vec<Range<usize>> {
    if bytes.trim_ascii().is_empty() { Vec::new() } else { std::iter::once(0..bytes.len()).collect() }
}

fn too_many(events: usize) -> ContainerError {
    ContainerError::TooLarge { limit: "events", allowed: events }
}

fn lines(bytes: &[u8], most: usize) -> Result<Vec<Range<usize>>, ContainerError> {
    let mut items = Vec::new();
    let mut start = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        let length = line.strip_suffix(b"\r").unwrap_or(line).len();
        if !line.trim_ascii().is_empty() {
            if items.len() == most {
                return Err(too_many(most));
            }
            items.push(start..start + length);
        }
        start += line.len() + 1;
    }
    Ok(items)
}

fn batch(bytes: &[u8], most: usize) -> Result<Vec<Range<usize>>, ContainerError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        ContainerError::undecodable("the batch", format!("byte {} is not UTF-8", error.valid_up_to() + 1))
    })?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let items = reader.deserialize_seq(Elements { base: text.as_ptr() as usize, most });
    let items = items.and_then(|items| reader.end().map(|()| items));
    let items = items.map_err(|error| {
        ContainerError::undecodable(
            "the batch",
            format!("{}; give a JSON array of events", crate::cloudevent::what(&error)),
        )
    })?;
    if items.len() > most { Err(too_many(most)) } else { Ok(items) }
}

/// Finds where the elements of an array lie; one more than `most` of them at the most.
struct Elements {
    base: usize,
    most: usize,
}

impl<'a> Visitor<'a> for Elements {
    type Value = Vec<Range<usize>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON array")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(element) = seq.next_element::<&'a RawValue>()? {
            let start = element.get().as_ptr() as usize - self.base;
            // Beyond the limit the elements are still read through, so that "too many" is only said of an array.
            if items.len() <= self.most {
                items.push(start..start + element.get().len());
            }
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn decoded(media: MediaType, body: &[u8]) -> Result<Vec<Vec<u8>>, ContainerError> {
        decode_body(media, Coding::Identity, body, &Limits::HTTP).map(|body| body.items().map(<[u8]>::to_vec).collect())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn every_event_of_a_body_is_found() {
        assert_eq!(
            decoded(MediaType::Lines, b"{\"a\":1}\r\n\n  \n{\"b\":2}").expect("lines"),
            [b"{\"a\":1}", b"{\"b\":2}"]
        );
        assert_eq!(
            decoded(MediaType::Batch, b" [ {\"a\":[1]} , 5 ] ").expect("batch"),
            [b"{\"a\":[1]}".to_vec(), b"5".to_vec()]
        );
        assert_eq!(decoded(MediaType::One, b"{}").expect("one"), [b"{}"]);
        assert!(decoded(MediaType::Batch, b"[]").expect("batch").is_empty());
        assert!(decoded(MediaType::One, b" \n").expect("one").is_empty());
    }

    #[test]
    fn a_broken_batch_is_refused_as_a_whole() {
        for body in [&b"[{}"[..], b"{}", b"[{}]x", b"[{},]", b"[\xff]", b""] {
            assert!(matches!(decoded(MediaType::Batch, body), Err(ContainerError::Undecodable { .. })), "{body:?}");
        }
    }

    #[test]
    fn limits_hold_before_and_after_decompression() {
        let limits = Limits { encoded: 1000, decoded: 2000, events: 3 };
        let named = |media, coding, body: &[u8]| match decode_body(media, coding, body, &limits) {
            Err(ContainerError::TooLarge { limit, .. }) => limit,
            other => panic!("{other:?}"),
        };
        assert_eq!(named(MediaType::One, Coding::Identity, &[b' '; 1001]), "encoded bytes");
        assert_eq!(named(MediaType::One, Coding::Gzip, &gzip(&[b' '; 2001])), "decoded bytes");
        let zstd = zstd::encode_all(&[b' '; 2001][..], 1).expect("in memory");
        assert_eq!(named(MediaType::One, Coding::Zstd, &zstd), "decoded bytes");
        assert_eq!(named(MediaType::Lines, Coding::Identity, b"1\n2\n3\n4\n"), "events");
        assert_eq!(named(MediaType::Batch, Coding::Identity, b"[1,2,3,4]"), "events");
        assert_eq!(decode_body(MediaType::Batch, Coding::Gzip, &gzip(b"[1,2,3]"), &limits).expect("fits").len(), 3);
    }

    #[test]
    fn a_truncated_or_damaged_coding_counts_nothing() {
        let text = b"{\"id\":\"1\"}\n".repeat(50);
        let zstd = zstd::encode_all(&text[..], 1).expect("in memory");
        for (coding, whole) in [(Coding::Gzip, gzip(&text)), (Coding::Zstd, zstd)] {
            assert_eq!(decode_body(MediaType::Lines, coding, &whole, &Limits::HTTP).expect("whole").len(), 50);
            for cut in 1..whole.len() {
                let result = decode_body(MediaType::Lines, coding, &whole[..cut], &Limits::HTTP);
                assert!(matches!(result, Err(ContainerError::Undecodable { .. })), "{coding:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn a_window_beyond_8_mib_is_refused_before_memory_is_taken() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).expect("encoder");
        encoder.window_log(27).expect("window");
        encoder.write_all(&vec![b' '; 1 << 20]).expect("in memory");
        let body = encoder.finish().expect("in memory");
        let result = decode_body(MediaType::One, Coding::Zstd, &body, &Limits::HTTP);
        assert!(matches!(result, Err(ContainerError::Undecodable { .. })), "{result:?}");
    }

    #[test]
    fn headers_say_what_is_read() {
        assert_eq!(
            MediaType::of_header(Some("Application/CloudEvents+JSON; charset=UTF-8")).expect("one"),
            MediaType::One
        );
        assert!(MediaType::of_header(Some("application/x-ndjson; charset=latin1")).is_err());
        assert!(MediaType::of_header(None).is_err());
        assert_eq!(Coding::of_header(Some(" GZIP ")).expect("gzip"), Coding::Gzip);
        assert!(Coding::of_header(Some("gzip, gzip")).is_err());
        assert!(Coding::of_header(Some("br")).is_err());
    }
}
