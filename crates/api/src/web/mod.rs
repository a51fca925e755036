//! Pages for people: `GET /` shows the scorecard of sites, rendered here, in English and French.
//!
//! The address holds the whole question, so that a link shows what its sender saw; the same parameters as those of
//! `/v1/scorecards`, and `lang`. Pages run no script and load nothing from elsewhere, and the browser is told so.
//! What is shown comes from the same answer as the JSON of the same question; `page.rs` only words it.

mod address;
mod assets;
mod format;
mod lang;
mod page;
mod refusal;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing,
};
use jiff::Span;
use scorecard::{Period, Question};

use crate::{
    Api, ApiError, Ask,
    ground::Ground,
    query::{Parameter, Parameters},
    tag::{self, Asked},
};
use address::Address;
use lang::{LANG, Lang};
use page::{Frame, Overview};
use refusal::Refusal;

/// Groupings of a page that does not say.
const BY: &str = "provider,site";
/// Days of a page that does not say.
const DAYS: i64 = 30;

/// Nothing but our own style sheet and images, no script, no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// The pages, to be served beside the API (see [`crate::router()`]).
pub fn pages() -> Router<Arc<Api>> {
    Router::new().route("/", routing::get(overview)).route("/assets/{name}", routing::get(assets::get))
}

/// Those of a scorecard but the stretches of time and the comparison with another period, which have no columns here.
fn parameters() -> Vec<Parameter> {
    let mut parameters = Ask::parameters_without(&["grain", "compare"]);
    parameters.push(LANG);
    parameters
}

async fn overview(State(api): State<Arc<Api>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let lang = Lang::of(query.as_deref(), &headers);
    let shown = shown(&api, lang, query, headers).await;
    let mut response = shown.unwrap_or_else(|error| refused(&api, lang, error));
    dress(lang, &mut response);
    response
}

async fn shown(api: &Arc<Api>, lang: Lang, query: Option<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &parameters())?;
    Lang::check(&mut given)?;
    let mut ask = Ask::take(&mut given);
    if ask.by.is_empty() {
        ask.by = vec![BY.to_owned()];
    }
    let asking = Arc::clone(api);
    api.ask(async move {
        let mut ground = Ground::of(&asking, &ask).await?;
        if ask.from.is_none() && ask.to.is_none() {
            ground.question.period = last_full_days(&ground.question)?;
        }
        let address = Address::of(query.as_deref(), BY, &ground.question.period);
        // A period that the address does not name moves with the clock, and so must the tag.
        let path = format!("/ {} {} {} {}", lang.code(), address.from, address.to, *assets::STYLE);
        let asked = Asked { path: &path, query: query.as_deref(), format: "html", fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let answer = ground.answer(&asking, &ground.question).await?;
        let zone = &ground.question.period.zone;
        let mut response =
            html(StatusCode::OK, &Overview::new(lang, &asking.network().brand, zone, &address, &answer))?;
        tag.give(answer.rows.iter().flat_map(tag::figures), &mut response);
        Ok(response)
    })
    .await
}

/// The last days that are over, in the zone of the question.
fn last_full_days(question: &Question) -> Result<Period, ApiError> {
    let zone = question.period.zone.clone();
    let today = question.now.to_timestamp().to_zoned(zone.clone()).date();
    let beyond = |_| ApiError::bad("now", "the period goes beyond the calendar; give years 1 to 9999");
    let first = today.checked_sub(Span::new().days(DAYS)).map_err(beyond)?;
    Ok(Period::parse(&first.to_string(), &today.to_string(), zone)?)
}

fn html<T: Template>(status: StatusCode, page: &T) -> Result<Response, ApiError> {
    let text = page.render().map_err(|error| ApiError::internal(&error))?;
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((status, headers, text).into_response())
}

/// An error as a page.
fn refused(api: &Api, lang: Lang, error: ApiError) -> Response {
    let page = Refusal::new(Frame::new(lang, &api.network().brand), lang, &error);
    let Ok(mut response) = html(error.status, &page) else { return error.into_response() };
    if let Some(seconds) = error.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// What a browser is told about every page.
fn dress(lang: Lang, response: &mut Response) {
    let told = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_LANGUAGE, lang.code()),
        (header::VARY, "accept-language"),
    ];
    for (name, value) in told {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
}
