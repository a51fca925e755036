//! Bulk files, between the halves: the events of a chunk as rows, with what the writer decides by.
//!
//! The rows are made where the events are parsed: the one thread that decides has little to do for each.

use arrow::{
    array::{AsArray, BooleanArray, RecordBatch},
    compute::filter_record_batch,
};
use bytes::Bytes;
use columns::EventRows;
use contact::{ContactKey, Event, Identity, Instant, ProviderId, Reject};
use intake::Chunk;
use journal::{BulkReject, EarlyReject, Position};

use crate::StoreError;

/// Where the bytes of an event are, should it be refused after all.
pub(crate) enum Raw {
    /// A line of the chunk it came in, by its place there.
    Line(usize),
    /// A row as written, which needs the file's header to be read again.
    Row(Bytes),
    /// As they are kept.
    Whole(Bytes),
}

/// What a chunk's events were made from.
#[derive(Default)]
pub(crate) struct Origin {
    pub(crate) chunk: Chunk,
    pub(crate) header: Vec<u8>,
}

impl Origin {
    /// The bytes as they are kept with a reject: they can be read again alone.
    pub(crate) fn bytes(&self, raw: &Raw) -> Bytes {
        match raw {
            Raw::Line(place) => {
                let line = self.chunk.lines().nth(*place);
                line.map(|line| Bytes::copy_from_slice(line.bytes)).unwrap_or_default()
            }
            Raw::Row(row) if self.header.is_empty() => row.clone(),
            Raw::Row(row) => {
                let parts: [&[u8]; 3] = [&self.header, b"\n", row];
                Bytes::from(parts.concat())
            }
            Raw::Whole(bytes) => bytes.clone(),
        }
    }
}

/// An accepted event of a contact whose start it does not state.
pub(crate) struct Waiting {
    pub(crate) event: Event,
    pub(crate) digest: i64,
    pub(crate) contact: i64,
    pub(crate) line: u64,
    pub(crate) raw: Raw,
}

impl Waiting {
    /// The event, refused after all.
    pub(crate) fn late(&self, origin: &Origin, reject: Reject) -> BulkReject {
        let Identity { provider, source, id } = &self.event.identity;
        BulkReject {
            reject: EarlyReject {
                provider: Some(provider.clone()),
                source: Some(source.clone()),
                event_id: Some(id.clone()),
                contact: Some(self.event.contact.clone()),
                ..EarlyReject::from(reject)
            },
            position: Position::Line(self.line),
            raw: origin.bytes(&self.raw),
        }
    }
}

/// What is decided of a row: whether its contact is known to have begun at another time.
pub(crate) struct Stated {
    pub(crate) contact: i64,
    pub(crate) started: Instant,
    line: u64,
    raw: Raw,
}

/// So many events of one source, one after the other.
pub(crate) struct Sent {
    pub(crate) provider: ProviderId,
    pub(crate) source: String,
    pub(crate) events: u64,
}

/// Accepted events in the order of the file.
#[derive(Default)]
pub(crate) struct Events {
    /// Those that state when their contact began, and what is decided of each row; `None` when there are none.
    rows: Option<RecordBatch>,
    pub(crate) stated: Vec<Stated>,
    /// Those that do not.
    pub(crate) waiting: Vec<Waiting>,
    /// All of them, counted by source.
    pub(crate) sent: Vec<Sent>,
}

impl Events {
    /// The event of a row, refused after all.
    pub(crate) fn late(&self, row: usize, origin: &Origin, reject: Reject) -> BulkReject {
        let text = |column: &str| {
            let column = self.rows.as_ref()?.column_by_name(column)?.as_string_opt::<i32>()?;
            Some(column.value(row))
        };
        let Stated { line, raw, .. } = &self.stated[row];
        BulkReject {
            reject: EarlyReject {
                provider: text("provider").and_then(|provider| ProviderId::new(provider).ok()),
                source: text("source").map(str::to_owned),
                event_id: text("id").map(str::to_owned),
                contact: text("contact_id").map(ContactKey::from_stored),
                ..EarlyReject::from(reject)
            },
            position: Position::Line(*line),
            raw: origin.bytes(raw),
        }
    }

    /// The rows but those that were refused, which are given in their order.
    pub(crate) fn rows_without(self, refused: &[usize]) -> Result<Option<RecordBatch>, StoreError> {
        match self.rows {
            Some(rows) if !refused.is_empty() => {
                let keep: Vec<bool> = (0..rows.num_rows()).map(|row| refused.binary_search(&row).is_err()).collect();
                Ok(Some(filter_record_batch(&rows, &BooleanArray::from(keep))?))
            }
            rows => Ok(rows),
        }
    }
}

/// Events being collected.
pub(crate) struct Collecting {
    received_at: Instant,
    rows: EventRows,
    events: Events,
}

impl Collecting {
    /// Nothing so far.
    pub(crate) fn new(received_at: Instant) -> Self {
        Self { received_at, rows: EventRows::default(), events: Events::default() }
    }

    /// Adds an event; `raw` is where its bytes are.
    pub(crate) fn add(&mut self, event: Event, line: u64, raw: Raw) {
        self.count(&event.identity);
        let (digest, contact) = (event.content_digest(), event.contact.hash64());
        match event.started_at {
            Some(started) => {
                self.rows.push(&event, digest, started, self.received_at);
                self.events.stated.push(Stated { contact, started, line, raw });
            }
            None => self.events.waiting.push(Waiting { event, digest, contact, line, raw }),
        }
    }

    /// What was collected.
    ///
    /// # Errors
    /// A defect in the schema.
    pub(crate) fn done(mut self) -> Result<Events, StoreError> {
        if !self.rows.is_empty() {
            self.events.rows = Some(self.rows.finish()?);
        }
        Ok(self.events)
    }

    fn count(&mut self, identity: &Identity) {
        match self.events.sent.last_mut() {
            Some(sent) if sent.provider == identity.provider && sent.source == identity.source => sent.events += 1,
            _ => {
                let (provider, source) = (identity.provider.clone(), identity.source.clone());
                self.events.sent.push(Sent { provider, source, events: 1 });
            }
        }
    }
}
