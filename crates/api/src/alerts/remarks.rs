//! `POST /v1/alerts/{id}/acknowledgement`, `POST /v1/alerts/{id}/annotations`.

use std::sync::Arc;

use alert::{Action, AlertId, Notice, Remark};
use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    Api, ApiError, body,
    format::json,
    openapi::{Given, Operation},
};

/// Most bytes of a remark.
pub(crate) const REMARK_BYTES: usize = 64 << 10;

/// Who says what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkRequest {
    /// Who: 1 to 128 characters.
    pub author: String,
    /// What they say, 2,000 characters at most; an acknowledgement needs none.
    #[serde(default)]
    pub note: String,
}

fn about(summary: &'static str) -> Operation {
    Operation::new(summary)
        .path("id", "the alert's id")
        .takes::<RemarkRequest>("application/json")
        .gives::<Notice>("the change, as receivers are told", Given::Json)
        .refuses(404, "there is no such alert")
        .refuses(408, "the body came too slowly")
        .refuses(413, "over a named limit")
        .refuses(415, "another content type than application/json")
        .refuses(503, "this server keeps no alerts, is overloaded or stopping; see Retry-After")
}

pub(crate) fn about_acknowledge() -> Operation {
    about("Takes an alert on: others see who; one that worsens is to be taken on again").refuses(409, "it is over")
}

pub(crate) fn about_annotate() -> Operation {
    about("Adds a note to an alert, while it fires or afterwards")
}

pub(crate) async fn acknowledge(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    remark(&api, &id, request, Action::Acknowledge).await
}

pub(crate) async fn annotate(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let annotation = |remark: Remark| Action::Annotate(remark);
    remark(&api, &id, request, annotation).await
}

async fn remark(
    api: &Arc<Api>,
    id: &str,
    request: Request,
    action: impl FnOnce(Remark) -> Action,
) -> Result<Response, ApiError> {
    let asked: RemarkRequest = body::json(api, request, REMARK_BYTES, "give {\"author\", \"note\"}").await?;
    json(&said(api, id, &asked, action).await?)
}

/// What somebody says of an alert, as it is kept and told.
pub(crate) async fn said(
    api: &Arc<Api>,
    id: &str,
    asked: &RemarkRequest,
    action: impl FnOnce(Remark) -> Action,
) -> Result<Notice, ApiError> {
    let author = asked.author.as_str();
    let remark = Remark::new(author, &asked.note).map_err(|error| {
        let field = if Remark::new(author, "").is_err() { "author" } else { "note" };
        ApiError::from(error).field(field)
    })?;
    let (id, action, now) = (AlertId::from(id), action(remark), api.store().clock());
    if matches!(&action, Action::Annotate(remark) if remark.text().is_empty()) {
        return Err(ApiError::bad("note", "the note is empty; say what is to be added"));
    }
    api.at_desk(move |desk| desk.act(&id, action, now)).await
}
