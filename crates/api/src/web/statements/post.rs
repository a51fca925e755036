//! A month that somebody seals by the form of the page.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{RawQuery, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use contact::Instant;
use evaluation::Filed;

use super::PATH;
use crate::{
    Api, ApiError, SealRequest, body,
    query::{Parameter, Parameters, Shape},
    reconciliations::media,
    same_site,
    statements::sealed_now,
    web::{
        address,
        lang::{LANG, Lang},
        page::{filled, told},
    },
};

/// Most bytes of the form.
const BYTES: usize = 64 << 10;

/// The fields of the form.
const FIELDS: [Parameter; 4] = [
    Parameter::new("period", Shape::Text, "the month"),
    Parameter::new("by", Shape::Text, "who seals it"),
    Parameter::new("note", Shape::Text, "why"),
    Parameter::new("invoice", Shape::Text, "the invoice of the month, or of each contract"),
];

/// `POST /statements`: seals a month.
pub(in crate::web) async fn post(State(api): State<Arc<Api>>, RawQuery(query): RawQuery, request: Request) -> Response {
    let lang = Lang::of(query.as_deref(), request.headers());
    let done = done(&api, lang, query.as_deref(), request).await;
    told(&api, lang, done)
}

async fn done(api: &Arc<Api>, lang: Lang, query: Option<&str>, request: Request) -> Result<Response, ApiError> {
    let asked = form(api, query, request).await?;
    let sealed = sealed_now(api, asked).await?;
    let location = format!("{}#statement-{}", address::page(PATH, lang), sealed.statement.id);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())])
        .into_response())
}

/// Reads the form, if a page of ours sent it.
async fn form(api: &Arc<Api>, query: Option<&str>, request: Request) -> Result<SealRequest, ApiError> {
    let (head, sent) = request.into_parts();
    let media = media(&head.headers);
    let checked = same_site::ours(&head.headers).and_then(|()| api.takes_events()).and_then(|()| {
        Lang::check(&mut Parameters::parse(query, &[LANG])?)?;
        let detail = format!("content type {media:?} is not that of a form; use application/x-www-form-urlencoded");
        let other = || ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", detail).field("Content-Type");
        let is_form = media.split(';').next().map(str::trim) == Some("application/x-www-form-urlencoded");
        if is_form { Ok(()) } else { Err(other()) }
    });
    if let Err(error) = checked {
        body::discard(sent).await;
        return Err(error);
    }
    let received = body::read(api, &head.headers, sent, BYTES).await?;
    let wrong = |_| ApiError::new(StatusCode::BAD_REQUEST, "undecodable", "the form is not text; send period");
    let text = std::str::from_utf8(&received.bytes).map_err(wrong)?.to_owned();
    let mut fields = Parameters::parse(filled(Some(text)).as_deref(), &FIELDS)?;
    let period =
        fields.one("period").ok_or_else(|| ApiError::bad("period", "no month is given; give one that is over"))?;
    let filed = api.block(|api| api.store().filed_contracts(Instant::FOREVER)).await?;
    let invoices = fields.one("invoice").map(|text| invoices(&text, &filed)).unwrap_or_default();
    Ok(SealRequest { period, by: fields.one("by"), note: fields.one("note"), invoices })
}

/// Invoices by contract, from `100000.00` for all, or `care=100000.00; sales=5000`.
fn invoices(text: &str, filed: &[Filed]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((name, amount)) => {
                found.insert(name.trim().to_owned(), amount.trim().to_owned());
            }
            None => found.extend(filed.iter().filter_map(Filed::name).map(|name| (name.to_owned(), part.to_owned()))),
        }
    }
    found
}
