//! `/v1/rejects`: what was not accepted, and reading it again.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, Request, State},
    http::StatusCode,
    response::Response,
};
use contact::RejectCode;
use journal::{RejectCount, RejectFilter, RejectId, RejectRow, RejectState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Api, ApiError, body,
    format::json,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
};

/// Most bytes of a filter.
const FILTER_BYTES: usize = 64 << 10;

/// A page of rejects, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RejectsAnswer {
    /// Open rejects by reason, provider and source, whatever the filter.
    pub counts: Vec<RejectCountAnswer>,
    /// The rejects.
    pub rejects: Vec<RejectRow>,
    /// What to give as `cursor` for the next page; null on the last.
    pub next: Option<String>,
}

/// Open rejects of one reason, provider and source.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RejectCountAnswer {
    /// Why.
    pub code: RejectCode,
    /// The provider, empty when it is not known.
    pub provider: String,
    /// The source, empty when it is not known.
    pub source: String,
    /// How many.
    pub rejects: u64,
    /// Whether mending the network file or a later event can make them acceptable.
    pub replayable: bool,
}

/// Which rejects to read again; nothing given is all that are open.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// Of this provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Of this source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// For this reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<RejectCode>,
}

/// What reading them again did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReplayAnswer {
    /// Rejects read.
    pub replayed: u64,
    /// Rejects whose bytes or mapping cannot be read any more; they stay kept as they are.
    pub unreadable: u64,
    /// Rejects that were cut when they came and can only be sent again, in smaller parts; they stay kept as they are.
    pub left_out: u64,
    /// Events stored.
    pub accepted: u64,
    /// Events known already.
    pub duplicate: u64,
    /// Events that are rejected still.
    pub rejected: u64,
}

const PARAMETERS: &[Parameter] = &[
    Parameter::new("provider", Shape::Text, "only of this provider"),
    Parameter::new("source", Shape::Text, "only of this source"),
    Parameter::new("code", Shape::Text, "only for this reason"),
    Parameter::new("state", Shape::Word(&["open", "replayed"]), "only in this state"),
    Parameter::new("cursor", Shape::Text, "`next` of the page before"),
    Parameter::new("limit", Shape::Count, "rows of the page, 1 to 1000; 100 when absent"),
];

pub(crate) fn about() -> Operation {
    Operation::new("What was not accepted, the newest first")
        .parameters(PARAMETERS.to_vec())
        .gives::<RejectsAnswer>("a page of rejects", Given::Json)
        .refuses(503, "the journal has stopped or its disk is full")
}

pub(crate) fn about_replay() -> Operation {
    Operation::new(
        "Reads open rejects again, after the network or a mapping was mended; doing it twice changes nothing",
    )
    .takes::<ReplayRequest>("application/json")
    .gives::<ReplayAnswer>("what became of them", Given::Json)
    .refuses(408, "the body came too slowly")
    .refuses(409, "a replay is under way")
    .refuses(413, "over a named limit")
    .refuses(415, "another content type than application/json")
    .refuses(503, "overloaded or stopping; see Retry-After")
}

pub(crate) async fn list(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), PARAMETERS)?;
    let limit = given.limit()?;
    let before = given.one("cursor").as_deref().map(cursor).transpose()?;
    let filter = RejectFilter {
        provider: given.one("provider"),
        source: given.one("source"),
        code: given.one("code").as_deref().map(code).transpose()?,
        state: given.one("state").as_deref().map(state).transpose()?,
    };
    let (counts, rows) = api
        .block(move |api| {
            let journal = api.store().journal();
            journal.read(|reader| Ok((reader.reject_counts()?, reader.rejects(&filter, before, limit + 1)?)))
        })
        .await?;
    json(&RejectsAnswer::page(counts, rows, limit))
}

impl RejectsAnswer {
    /// A page of at most `limit` rows; one row more than that says that there is a next page.
    #[must_use]
    pub fn page(counts: Vec<RejectCount>, mut rows: Vec<RejectRow>, limit: usize) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| last.id.0.to_string());
        let counts = counts.into_iter().map(RejectCountAnswer::from).collect();
        Self { counts, rejects: rows, next }
    }
}

impl From<store::Replayed> for ReplayAnswer {
    fn from(done: store::Replayed) -> Self {
        let store::Replayed { replayed, unreadable, left_out, accepted, duplicate, rejected } = done;
        Self { replayed, unreadable, left_out, accepted, duplicate, rejected }
    }
}

pub(crate) async fn replay(State(api): State<Arc<Api>>, request: Request) -> Result<Response, ApiError> {
    api.takes_events()?;
    let right = "give {\"provider\", \"source\", \"code\"}, or {} for all open rejects";
    let asked: ReplayRequest = body::json(&api, request, FILTER_BYTES, right).await?;
    let filter = RejectFilter { provider: asked.provider, source: asked.source, code: asked.code, state: None };
    let done = api
        .block(move |api| {
            let _turn = api.replaying.try_lock().map_err(|_| under_way())?;
            api.store().replay(&filter).map_err(ApiError::from)
        })
        .await?;
    json(&ReplayAnswer::from(done))
}

fn under_way() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "replay_running", "a replay is under way; wait until it is done")
}

fn cursor(text: &str) -> Result<RejectId, ApiError> {
    let wrong = |_| ApiError::bad("cursor", format!("{text:?} is no cursor; give `next` of the page before"));
    text.parse().map(RejectId).map_err(wrong)
}

fn code(text: &str) -> Result<RejectCode, ApiError> {
    let all = || RejectCode::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|()| ApiError::bad("code", format!("{text:?} is no reason; use one of: {}", all())))
}

fn state(text: &str) -> Result<RejectState, ApiError> {
    match text {
        "open" => Ok(RejectState::Open),
        "replayed" => Ok(RejectState::Replayed),
        _ => Err(ApiError::bad("state", format!("{text:?} is no state; use open or replayed"))),
    }
}

impl From<RejectCount> for RejectCountAnswer {
    fn from(count: RejectCount) -> Self {
        let RejectCount { code, provider, source, rejects } = count;
        Self { code, provider, source, rejects, replayable: code.is_replayable() }
    }
}
