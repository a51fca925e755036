//! How every page is asked and answered: its language, its question, its tag, and what a browser is told.

use std::{future::Future, sync::Arc};

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contact::Figure;
use jiff::tz::TimeZone;
use scorecard::{Period, Question};

use super::{
    address::Address,
    assets::STYLE,
    frame::Frame,
    lang::{LANG, Lang},
    refusal::Refusal,
};
use crate::{
    Api, ApiError, Ask,
    ground::Ground,
    query::{Parameter, Parameters},
    tag::{self, Asked},
};

/// Nothing but our own style sheet and images, no script, no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// A page: what it asks, and what it shows of the answer.
pub(super) trait Page: Sized + Send + 'static {
    /// Where it is.
    const PATH: &'static str;
    /// The groupings of a question that gives none.
    const BY: &'static str;

    /// Its parameters but the language.
    fn parameters() -> Vec<Parameter>;

    /// Takes what it asks for itself; the question is taken from the rest.
    fn take(given: &mut Parameters) -> Result<Self, ApiError>;

    /// The period that it shows; `None` for a page that takes none.
    fn period(ask: &Ask, question: &Question) -> Result<Option<Period>, ApiError>;

    /// The page.
    fn show(
        self,
        api: &Api,
        ground: &Ground,
        reader: &Reader<'_>,
    ) -> impl Future<Output = Result<Shown, ApiError>> + Send;
}

/// Whom a page is for, and what was asked.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) lang: Lang,
    pub(super) brand: &'a str,
    pub(super) zone: &'a TimeZone,
    pub(super) address: &'a Address,
}

/// A page as text, and whether nothing on it can change any more.
pub(super) struct Shown {
    text: String,
    is_final: bool,
}

impl Shown {
    /// Renders a page of these figures.
    pub(super) fn new<'a>(
        page: &impl Template,
        figures: impl IntoIterator<Item = &'a Figure>,
    ) -> Result<Self, ApiError> {
        Ok(Self { text: render(page)?, is_final: tag::are_final(figures) })
    }
}

/// `GET` of a page.
pub(super) async fn get<P: Page>(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let lang = Lang::of(query.as_deref(), &headers);
    let shown = shown::<P>(&api, lang, filled(query), headers).await;
    told(&api, lang, shown)
}

/// What a browser is answered: the page or the way to it, or the error as a page.
pub(super) fn told(api: &Api, lang: Lang, answered: Result<Response, ApiError>) -> Response {
    let mut response = answered.unwrap_or_else(|error| refused(api, lang, error));
    dress(lang, &mut response);
    response
}

/// A page that is rendered, and never tagged.
pub(super) fn rendered(page: &impl Template) -> Result<Response, ApiError> {
    Ok(html(StatusCode::OK, render(page)?))
}

/// The same with a status of its own: what was sent has mistakes.
pub(super) fn rendered_as(status: StatusCode, page: &impl Template) -> Result<Response, ApiError> {
    Ok(html(status, render(page)?))
}

/// The question of a form: a field that was left empty is not given.
pub(super) fn filled(query: Option<String>) -> Option<String> {
    let is_filled = |pair: &&str| pair.split_once('=').is_none_or(|(_, value)| !value.is_empty());
    query.map(|query| query.split('&').filter(is_filled).collect::<Vec<_>>().join("&"))
}

async fn shown<P: Page>(
    api: &Arc<Api>,
    lang: Lang,
    query: Option<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut parameters = P::parameters();
    parameters.push(LANG);
    let mut given = Parameters::parse(query.as_deref(), &parameters)?;
    Lang::check(&mut given)?;
    let page = P::take(&mut given)?;
    let mut ask = Ask::take(&mut given);
    if ask.by.is_empty() {
        ask.by = vec![P::BY.to_owned()];
    }
    let asking = Arc::clone(api);
    api.ask(async move {
        let mut ground = Ground::of(&asking, &ask).await?;
        let period = P::period(&ask, &ground.question)?;
        let address = Address::of(query.as_deref(), P::BY, period.as_ref());
        if let Some(period) = period {
            ground.question.period = period;
        }
        // A period that the address does not name moves with the clock, and so must the tag.
        let period = format!("{:?}", address.period);
        let path = format!("{} {} {period} {}", P::PATH, lang.code(), *STYLE);
        let asked = Asked { path: &path, query: query.as_deref(), format: "html", fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let (network, zone) = (asking.network(), ground.question.period.zone.clone());
        let reader = Reader { lang, brand: &network.brand, zone: &zone, address: &address };
        let Shown { text, is_final } = page.show(&asking, &ground, &reader).await?;
        let mut response = html(StatusCode::OK, text);
        tag.give(is_final, &mut response);
        Ok(response)
    })
    .await
}

fn render(page: &impl Template) -> Result<String, ApiError> {
    page.render().map_err(|error| ApiError::internal(&error))
}

fn html(status: StatusCode, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}

/// An error as a page.
fn refused(api: &Api, lang: Lang, error: ApiError) -> Response {
    let page = Refusal::new(Frame::new(lang, &api.network().brand, None), lang, &error);
    let Ok(text) = render(&page) else { return error.into_response() };
    let mut response = html(error.status, text);
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
