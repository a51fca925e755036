//! A provider's own figures beside ours: the form that takes them, the mistakes of what was given, and every difference
//! explained.

mod example;
mod sent;
mod shown;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use contact::{Instant, Month};
use jiff::ToSpan;
use settlement::{ReconcileAnswer, declared};

use self::{sent::Sent, shown::Shown};
use super::{
    address,
    frame::{Choice, Frame},
    lang::{LANG, Lang},
    page::{filled, rendered, rendered_as, told},
    words::{ReconcileFormWords, ReconcileWords},
};
use crate::{
    Api, ApiError, csv,
    format::FORMAT,
    query::Parameters,
    reconciliations::{Asked, Files, Mistakes},
};
pub(super) use example::{PATH as EXAMPLE, get as example};

/// Where the page is.
pub(super) const PATH: &str = "/reconcile";

/// Months that the example offers.
const MONTHS: u32 = 12;

/// `GET /reconcile`: the form.
pub(super) async fn get(State(api): State<Arc<Api>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let lang = Lang::of(query.as_deref(), &headers);
    let query = filled(query);
    let shown = Parameters::parse(query.as_deref(), &[LANG])
        .and_then(|mut given| Lang::check(&mut given))
        .and_then(|()| rendered(&Shape::new(&api, lang, &Given::nothing())));
    told(&api, lang, shown)
}

/// `POST /reconcile`: what a form of the page holds, against the lake.
pub(super) async fn post(State(api): State<Arc<Api>>, RawQuery(query): RawQuery, request: Request) -> Response {
    let lang = Lang::of(query.as_deref(), request.headers());
    let done = done(&api, lang, query.as_deref(), request).await;
    told(&api, lang, done)
}

async fn done(api: &Arc<Api>, lang: Lang, query: Option<&str>, request: Request) -> Result<Response, ApiError> {
    let (sent, format) = Sent::receive(api, query, request).await?;
    let table = sent.table();
    let Some(declared) = sent.declared else {
        let given = Given { is_empty: true, ..Given::nothing() };
        return rendered_as(StatusCode::UNPROCESSABLE_ENTITY, &Shape::new(api, lang, &given));
    };
    let given = Given { table, stated_only: sent.stated_only, ..Given::nothing() };
    let files = Files { declared, contacts: sent.contacts };
    match Asked::searching(!sent.stated_only).of(api, files).await? {
        Ok(answer) => match format {
            Some(format) => format.write(&answer, csv::reconciliation, "reconciliation.csv"),
            None => rendered(&Shape::new(api, lang, &Given { answer: Some(&answer), ..given })),
        },
        Err(mistakes) => {
            let given = Given { mistakes: Some(&mistakes), ..given };
            rendered_as(StatusCode::UNPROCESSABLE_ENTITY, &Shape::new(api, lang, &given))
        }
    }
}

/// What was given, and what became of it.
struct Given<'a> {
    /// The table as text, to be mended and sent again.
    table: Option<String>,
    stated_only: bool,
    is_empty: bool,
    mistakes: Option<&'a Mistakes>,
    answer: Option<&'a ReconcileAnswer>,
}

impl Given<'_> {
    fn nothing() -> Self {
        Self { table: None, stated_only: false, is_empty: false, mistakes: None, answer: None }
    }
}

/// What the template shows.
#[derive(Template)]
#[template(path = "reconcile.html")]
struct Shape {
    frame: Frame,
    said: &'static ReconcileWords,
    form: &'static ReconcileFormWords,
    lang: &'static str,
    /// Where the form is sent: shown, as JSON, as CSV, and shown in the other language.
    actions: [String; 4],
    other: (&'static str, &'static str),
    contracts: String,
    statements: String,
    table: String,
    stated_only: bool,
    is_empty: bool,
    has_answer: bool,
    mistakes: Vec<MistakeRow>,
    more_mistakes: Option<String>,
    answer: Option<Shown>,
    columns: Vec<(&'static str, &'static str)>,
    example: &'static str,
    providers: Vec<Choice>,
    months: Vec<Choice>,
}

/// One mistake of a file.
struct MistakeRow {
    file: &'static str,
    line: u64,
    column: &'static str,
    message: String,
}

impl Shape {
    fn new(api: &Api, lang: Lang, given: &Given<'_>) -> Self {
        let network = api.network();
        let form = lang.reconcile_form_words();
        let action = |lang: Lang, format: Option<&'static str>| {
            let format = format.map(|format| (FORMAT.name, format));
            address::with(PATH, [(LANG.name, lang.code())].into_iter().chain(format))
        };
        let other = match lang {
            Lang::English => Lang::French,
            Lang::French => Lang::English,
        };
        let told = given.mistakes.map(|mistakes| (mistakes.number, mistakes.first.len()));
        let now = api.store().clock();
        Self {
            frame: Frame::new(lang, &network.brand, None),
            said: lang.reconcile_words(),
            form,
            lang: lang.code(),
            actions: [action(lang, None), action(lang, Some("json")), action(lang, Some("csv")), action(other, None)],
            other: (other.code(), other.name()),
            contracts: address::page("/contracts", lang),
            statements: address::page(super::statements::PATH, lang),
            table: given.table.clone().unwrap_or_default(),
            stated_only: given.stated_only,
            is_empty: given.is_empty,
            has_answer: given.answer.is_some(),
            mistakes: given.mistakes.map(|mistakes| rows(lang, mistakes)).unwrap_or_default(),
            more_mistakes: told.filter(|(all, shown)| all > shown).map(|(all, shown)| lang.more_mistakes(all - shown)),
            answer: given.answer.map(|answer| Shown::new(lang, network, answer)),
            columns: declared::columns().map(|column| (column.name, lang.pick(column.en, column.fr))).collect(),
            example: EXAMPLE,
            providers: network.providers.keys().map(|name| choice(name.as_str(), name.as_str(), false)).collect(),
            months: months(lang, now, &network.zone),
        }
    }
}

fn rows(lang: Lang, mistakes: &Mistakes) -> Vec<MistakeRow> {
    let row = |mistake: &declared::Mistake| MistakeRow {
        file: mistakes.file,
        line: mistake.line,
        column: mistake.column.unwrap_or_default(),
        message: lang.text(&mistake.message).to_owned(),
    };
    mistakes.first.iter().map(row).collect()
}

fn choice(value: &str, name: &str, is_chosen: bool) -> Choice {
    Choice { value: value.to_owned(), name: name.to_owned(), is_chosen }
}

/// The latest months that are over; the last one is chosen.
fn months(lang: Lang, now: Instant, zone: &jiff::tz::TimeZone) -> Vec<Choice> {
    finished(now, zone)
        .enumerate()
        .map(|(place, month)| choice(&month.to_string(), &lang.month(month.first()), place == 0))
        .collect()
}

/// The latest months that are over, the last one first.
pub(super) fn finished(now: Instant, zone: &jiff::tz::TimeZone) -> impl Iterator<Item = Month> + use<> {
    let this = Month::of(zone.to_datetime(now.to_timestamp()).date()).first();
    (1..=MONTHS).filter_map(move |back| this.checked_sub(i64::from(back).months()).ok()).map(Month::of)
}
