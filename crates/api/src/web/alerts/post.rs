//! What people say of an alert, and messages that are to be sent again, sent by forms of the page; they come back to the page
//! that they sent it from.

use std::sync::Arc;

use alert::{Action, Remark};
use axum::{
    extract::{Path, RawQuery, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use url::form_urlencoded;

use super::{PATH, parameters};
use crate::{
    Api, ApiError, RemarkRequest,
    alerts::{REMARK_BYTES, said},
    body,
    query::{Parameter, Parameters, Shape},
    same_site,
    web::{address, lang::Lang, page::told},
};

/// The fields of the form.
const FIELDS: [Parameter; 2] =
    [Parameter::new("author", Shape::Text, "who says it"), Parameter::new("note", Shape::Text, "what they say")];

/// `POST /alerts/{id}/acknowledgement`: somebody takes it on.
pub(in crate::web) async fn acknowledge(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    remark(&api, &id, query.as_deref(), request, Action::Acknowledge).await
}

/// `POST /alerts/{id}/annotations`: somebody adds a note.
pub(in crate::web) async fn annotate(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    remark(&api, &id, query.as_deref(), request, Action::Annotate).await
}

async fn remark(
    api: &Arc<Api>,
    id: &str,
    query: Option<&str>,
    request: Request,
    action: fn(Remark) -> Action,
) -> Response {
    let lang = Lang::of(query, request.headers());
    let done = done(api, id, query, request, action).await;
    told(api, lang, done)
}

async fn done(
    api: &Arc<Api>,
    id: &str,
    query: Option<&str>,
    request: Request,
    action: fn(Remark) -> Action,
) -> Result<Response, ApiError> {
    let mut fields = form(api, query, request, &FIELDS).await?;
    let mut field = |name| fields.one(name).unwrap_or_default();
    let asked = RemarkRequest { author: field("author"), note: field("note") };
    let notice = said(api, id, &asked, action).await?;
    Ok(back(query, &format!("alert-{}", notice.alert.id)))
}

/// `POST /alerts/letters/{id}/requeue`: a message that was given up is sent again.
pub(in crate::web) async fn send_again(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let lang = Lang::of(query.as_deref(), request.headers());
    let done = again(&api, id, query.as_deref(), request).await;
    told(&api, lang, done)
}

async fn again(api: &Arc<Api>, id: String, query: Option<&str>, request: Request) -> Result<Response, ApiError> {
    form(api, query, request, &[]).await?;
    let now = api.store().clock();
    api.at_desk(move |desk| desk.requeue(&id, now)).await?;
    Ok(back(query, "letters"))
}

/// The way back to the page, at a place of it.
fn back(query: Option<&str>, place: &str) -> Response {
    let given: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let page = address::with(PATH, given.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let location = format!("{page}#{place}");
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())])
        .into_response()
}

/// Reads the fields of a form, if a page of ours sent it.
async fn form(api: &Api, query: Option<&str>, request: Request, fields: &[Parameter]) -> Result<Parameters, ApiError> {
    let (head, sent) = request.into_parts();
    let media = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = media.split(';').next().map(str::trim) == Some("application/x-www-form-urlencoded");
    let checked = same_site::ours(&head.headers).and_then(|()| {
        Lang::check(&mut Parameters::parse(query, &parameters())?)?;
        let detail = format!("content type {media:?} is not that of a form; use application/x-www-form-urlencoded");
        let other = || ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", detail).field("Content-Type");
        if is_form { Ok(()) } else { Err(other()) }
    });
    if let Err(error) = checked {
        body::discard(sent).await;
        return Err(error);
    }
    let received = body::read(api, &head.headers, sent, REMARK_BYTES).await?;
    let wrong =
        |_| ApiError::new(StatusCode::BAD_REQUEST, "undecodable", "the form is not text; send it as the page has it");
    let text = std::str::from_utf8(&received.bytes).map_err(wrong)?;
    Parameters::parse(super::filled(Some(text.to_owned())).as_deref(), fields)
}
