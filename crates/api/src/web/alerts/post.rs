//! What people say of an alert, sent by a form of the page; they come back to the page that they sent it from.

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
    let asked = form(api, query, request).await?;
    let notice = said(api, id, &asked, action).await?;
    let given: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let back = address::with(PATH, given.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let location = format!("{back}#alert-{}", notice.alert.id);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())])
        .into_response())
}

/// Reads the form, if a page of ours sent it.
async fn form(api: &Api, query: Option<&str>, request: Request) -> Result<RemarkRequest, ApiError> {
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
    let wrong = |_| ApiError::new(StatusCode::BAD_REQUEST, "undecodable", "the form is not text; send author and note");
    let text = std::str::from_utf8(&received.bytes).map_err(wrong)?;
    let mut fields = Parameters::parse(super::filled(Some(text.to_owned())).as_deref(), &FIELDS)?;
    Ok(RemarkRequest { author: fields.one("author").unwrap_or_default(), note: fields.one("note").unwrap_or_default() })
}
