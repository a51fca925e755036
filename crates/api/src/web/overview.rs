//! The overview: the scorecard of sites.

use askama::Template;
use jiff::{Span, tz::TimeZone};
use scorecard::{Answer, Period, Question};

use super::{
    caption::{self, Caption},
    frame::{Form, Frame},
    lang::Lang,
    page::{Page, Reader, Shown},
    table::{Column, Table, Told},
    words::{FIGURES, GAP},
};
use crate::{
    Api, ApiError, Ask,
    ground::Ground,
    query::{Parameter, Parameters},
    tag,
};

/// Days of a page that does not say.
const DAYS: i64 = 30;

/// It asks nothing beside the question.
pub(super) struct Overview;

impl Page for Overview {
    const PATH: &'static str = "/";
    const BY: &'static str = "provider,site";

    /// Those of a scorecard but the stretches of time and the comparison with another period, which have no columns here.
    fn parameters() -> Vec<Parameter> {
        Ask::parameters_without(&["grain", "compare"])
    }

    fn take(_: &mut Parameters) -> Result<Self, ApiError> {
        Ok(Self)
    }

    fn period(ask: &Ask, question: &Question) -> Result<Option<Period>, ApiError> {
        let says = ask.from.is_some() || ask.to.is_some();
        Ok(Some(if says { question.period.clone() } else { last_full_days(question)? }))
    }

    async fn show(self, api: &Api, ground: &Ground, reader: &Reader<'_>) -> Result<Shown, ApiError> {
        let answer = ground.answer(api, &ground.question).await?;
        let figures = answer.rows.iter().flat_map(tag::figures);
        Shown::new(&Shape::new(reader, &answer), figures)
    }
}

/// The last days that are over, in the zone of the question.
fn last_full_days(question: &Question) -> Result<Period, ApiError> {
    let zone = question.period.zone.clone();
    let today = question.now.to_timestamp().to_zoned(zone.clone()).date();
    let beyond = |_| ApiError::bad("now", "the period goes beyond the calendar; give years 1 to 9999");
    let first = today.checked_sub(Span::new().days(DAYS)).map_err(beyond)?;
    Ok(Period::parse(&first.to_string(), &today.to_string(), zone)?)
}

/// What the template shows.
#[derive(Template)]
#[template(path = "overview.html")]
struct Shape {
    frame: Frame,
    form: Form,
    table: Table,
    is_empty: bool,
    notes: Vec<String>,
    json: String,
    csv: String,
}

impl Shape {
    fn new(reader: &Reader<'_>, answer: &Answer) -> Self {
        let Reader { lang, zone, address, .. } = *reader;
        let said = caption::Told { period: &answer.period, now: answer.now, as_of: answer.as_of, lake: &answer.lake };
        let caption = Caption::new(lang, zone, caption::period(lang, zone, &answer.period), &said);
        let rows = answer.rows.iter();
        let told = rows.map(|row| Told { key: Some(&row.key), figures: &row.figures, beside: None }).collect();
        let link = |site: &str| Some(address.site(site));
        Self {
            frame: Frame::new(lang, reader.brand, Some(Overview::PATH)),
            form: Form::new(lang, Overview::PATH, address, &[]),
            table: Table::new(lang, ("sites", caption), columns(lang, answer), None, told, link),
            is_empty: answer.rows.is_empty(),
            notes: notes(lang, zone, answer),
            json: address.api("/v1/scorecards", None),
            csv: address.api("/v1/scorecards", Some("csv")),
        }
    }
}

/// The figures that some row has.
fn columns(lang: Lang, answer: &Answer) -> Vec<Column> {
    let has_gap = answer.rows.iter().any(|row| row.figures.contains_key(GAP));
    let all = FIGURES.into_iter().zip(lang.words().figures).map(Column::plain);
    all.filter(|column| has_gap || column.id != GAP).collect()
}

/// What the figures leave out, what the sources got wrong, and what cuts the series.
fn notes(lang: Lang, zone: &TimeZone, answer: &Answer) -> Vec<String> {
    let count = |value: i64| lang.count(value.unsigned_abs());
    let by_rule: i64 = answer.excluded.iter().map(|rule| rule.legs).sum();
    let mut notes = Vec::new();
    if by_rule + answer.cancelled > 0 {
        notes.push(lang.left_out(&count(by_rule), &count(answer.cancelled)));
    }
    if answer.inferred + answer.disordered + answer.anomalies > 0 {
        let [inferred, disordered, anomalies] = [answer.inferred, answer.disordered, answer.anomalies].map(count);
        notes.push(lang.quality(&inferred, &disordered, &anomalies));
    }
    notes.extend(answer.cuts.iter().map(|cut| {
        let day = lang.day(cut.at.to_timestamp().to_zoned(zone.clone()).date());
        lang.cut(&day, &cut.name, cut.site.as_deref())
    }));
    notes
}
