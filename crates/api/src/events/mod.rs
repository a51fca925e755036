//! `POST /v1/events`: events in, and what became of each.

mod answer;
mod batch;
mod request;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use journal::{Refused, Settled};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Api, ApiError, access, body,
    body::Received,
    openapi::{Given, Operation},
    query::{Parameter, Shape},
    turn::Turn,
};
use answer::Unacceptable;
pub use answer::{EventsAnswer, ItemReject};
use batch::Batch;
use request::Asked;

/// The header of the key under which a batch counts once.
const KEY: &str = "Idempotency-Key";

const PARAMETERS: &[Parameter] =
    &[Parameter::new("provider", Shape::Text, "who sends; not needed when the network has one provider")];

/// An event as it is sent, for the document.
#[derive(Serialize, JsonSchema)]
struct CloudEvent {
    /// Always `1.0`.
    specversion: String,
    /// Identity of the event within its source, 1 to 128 visible characters.
    id: String,
    /// The system that tells it.
    source: String,
    /// `vigie.contact.<what happened>.v1`.
    #[serde(rename = "type")]
    kind: String,
    /// The contact's id, unique within the provider.
    subject: String,
    /// When it happened, RFC 3339 with an offset.
    time: String,
    /// `started_at`, `site`, `queue` and what the type has of its own.
    data: serde_json::Map<String, serde_json::Value>,
}

pub(crate) fn about() -> Operation {
    Operation::new("Takes events: one, an array or one per line; durable once answered")
        .parameters(PARAMETERS.to_vec())
        .header(access::PROVIDER_HEADER, "who sends, instead of the parameter `provider`")
        .header("Content-Encoding", "gzip, zstd or none")
        .header(KEY, "1 to 255 visible characters; the same key with the same body is answered again, not stored again")
        .takes::<CloudEvent>("application/cloudevents+json")
        .takes::<Vec<CloudEvent>>("application/cloudevents-batch+json")
        .takes::<String>("application/x-ndjson")
        .gives::<EventsAnswer>("durable: every event is accepted or was known", Given::Json)
        .answers::<EventsAnswer>(207, "durable: some events are rejected and kept as such", Given::Json)
        .refuses(400, "undecodable, or a parameter or header that cannot be used; nothing was counted")
        .refuses(404, "no such provider")
        .refuses(408, "the body came too slowly")
        .refuses(409, "a request with the same Idempotency-Key is under way")
        .refuses(413, "over a named limit")
        .refuses(415, "a content type or coding that is not read here")
        .problem::<Unacceptable>(
            422,
            "no event was acceptable, all are kept as rejects; or the key was used with another body",
        )
        .refuses(503, "overloaded, stopping or the disk is full; see Retry-After")
        .with_header(
            200,
            "Vigie-Receipt",
            "the id of the receipt; beside it Vigie-Received, -Accepted, -Duplicate, -Conflict, -Rejected",
        )
}

pub(crate) async fn post(State(api): State<Arc<Api>>, request: Request) -> Result<Response, ApiError> {
    let (head, sent) = request.into_parts();
    let asked = match api.takes_events().and_then(|()| Asked::of(&head, api.network())) {
        Ok(asked) => Arc::new(asked),
        Err(error) => {
            body::discard(sent).await;
            return Err(error);
        }
    };
    let received = body::read(&api, &head.headers, sent, api.limits().body.encoded).await?;
    let _turn = turn(&api, &asked)?;
    match settle(&api, &asked, received).await? {
        Outcome::Settled(settled, warnings) => {
            api.metrics.settled(&settled);
            Ok(answer::fresh(&settled, &warnings))
        }
        Outcome::AnsweredBefore(receipt, body) => answer::again(&api, &receipt, body).await,
    }
}

/// What became of a body.
enum Outcome {
    Settled(Settled, intake::Tally),
    /// The key was used: its receipt, and the digest of today's body.
    AnsweredBefore(String, journal::Sha256Digest),
}

fn turn(api: &Api, asked: &Asked) -> Result<Option<Turn>, ApiError> {
    let Some(key) = &asked.key else { return Ok(None) };
    api.running.begin(&asked.provider, key).map(Some).ok_or_else(|| {
        let detail = "a request with the same key is under way; wait for its answer, then send again";
        ApiError::new(axum::http::StatusCode::CONFLICT, "key_running", detail).field(KEY)
    })
}

/// Takes the body apart on a blocking thread, hands it to the journal, and waits until it is durable.
async fn settle(api: &Arc<Api>, asked: &Arc<Asked>, received: Received) -> Result<Outcome, ApiError> {
    let parsing = api.parser().await?;
    let asked = Arc::clone(asked);
    let Batch { submission, warnings } = api
        .block(move |api| {
            let _parsing = parsing;
            Batch::of(api, &asked, &received.bytes)
        })
        .await?;
    let body = submission.key.as_ref().map(|key| key.body);
    match (api.store().journal().submit(submission)?.await, body) {
        (Ok(settled), _) => Ok(Outcome::Settled(settled, warnings)),
        (Err(Refused::KeyUsed(receipt)), Some(body)) => Ok(Outcome::AnsweredBefore(receipt, body)),
        (Err(refused), _) => Err(refused.into()),
    }
}
