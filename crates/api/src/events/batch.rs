//! The bytes of a body become a submission to the journal.

use bytes::Bytes;
use contact::{Reject, RejectCode};
use intake::{Body, Coding, Context, MediaType, Parsed, Rejected, Tally, decode_body, parse_event};
use journal::{Door, EarlyReject, IdempotencyKey, Item, Position, Submission};
use sha2::{Digest, Sha256};

use super::{Asked, answer};
use crate::{Api, ApiError, error::too_large};

/// The decoder of the items, by which rejects are read again.
const FORMAT: &str = "cloudevents";

/// A body taken apart.
pub(super) struct Batch {
    pub(super) submission: Submission,
    pub(super) warnings: Tally,
}

impl Batch {
    /// Decodes, parses and checks a body.
    ///
    /// # Errors
    /// The body as a whole is refused; nothing of it counts.
    pub(super) fn of(api: &Api, asked: &Asked, bytes: &Bytes) -> Result<Self, ApiError> {
        let body = decode_body(asked.media, asked.coding, bytes, &api.limits().body)?;
        if body.is_empty() && asked.media != MediaType::Batch {
            let detail = "the body is empty; give at least one event";
            return Err(ApiError::new(axum::http::StatusCode::BAD_REQUEST, "undecodable", detail));
        }
        let mut submission = Submission::new(Door::Http, Some(asked.provider.clone()), FORMAT);
        let warnings = parse(api, asked, bytes, &body, &mut submission)?;
        if let Some(key) = &asked.key {
            submission.key = Some(IdempotencyKey { key: key.clone(), body: Sha256::digest(bytes).into() });
            let warnings = warnings.clone();
            submission.answer = Some(Box::new(move |settled| answer::text(settled, &warnings)));
        }
        Ok(Self { submission, warnings })
    }
}

fn parse(
    api: &Api,
    asked: &Asked,
    bytes: &Bytes,
    body: &Body<'_>,
    submission: &mut Submission,
) -> Result<Tally, ApiError> {
    let store = api.store();
    let context = Context {
        network: api.network(),
        provider: &asked.provider,
        keys: store.keys(),
        now: store.journal().now(),
        door: intake::Door::Http,
    };
    let mut warnings = Tally::default();
    submission.items.reserve(body.len());
    for (index, raw) in (0..).zip(body.items()) {
        let read = match parse_event(raw, &context) {
            Ok(Parsed { event, warnings: told }) => {
                warnings.add(&told);
                Ok(event)
            }
            Err(rejected) if asked.media == MediaType::One && is_undecodable(&rejected) => {
                return Err(whole(rejected.reject));
            }
            Err(rejected) => Err(early(*rejected)),
        };
        // What was sent uncompressed is not copied.
        let raw = if asked.coding == Coding::Identity { bytes.slice_ref(raw) } else { Bytes::copy_from_slice(raw) };
        submission.items.push(Item { position: Position::Index(index), raw, content: read, replay_of: None });
    }
    Ok(warnings)
}

/// Whether the bytes are no event at all: a body of one event is then undecodable as a whole.
fn is_undecodable(rejected: &Rejected) -> bool {
    matches!(rejected.reject.code, RejectCode::BadJson | RejectCode::BadEncoding | RejectCode::TooLarge)
}

fn whole(reject: Reject) -> ApiError {
    if reject.code == RejectCode::TooLarge {
        return too_large("event bytes", reject.message);
    }
    ApiError::new(axum::http::StatusCode::BAD_REQUEST, "undecodable", reject.message)
}

fn early(rejected: Rejected) -> EarlyReject {
    EarlyReject {
        source: rejected.source,
        event_id: rejected.id,
        contact: rejected.contact,
        began: rejected.began,
        site: rejected.site,
        queue: rejected.queue,
        ..EarlyReject::from(rejected.reject)
    }
}
