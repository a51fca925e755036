//! The overview as its template shows it: made from an answer alone, nothing is asked or computed here.

use std::collections::BTreeMap;

use askama::Template;
use contact::{Figure, FigureState, Instant, Unit};
use jiff::{civil::Date, tz::TimeZone};
use scorecard::{Answer, AnswerRow, Dim};

use super::{
    address::{self, Address},
    assets::{ICON, STYLE},
    lang::Lang,
    words::{FIGURES, GAP, Words},
};

/// The order of groupings on pages: the site first.
const DIMS: [Dim; 6] = [Dim::Site, Dim::Provider, Dim::Queue, Dim::Channel, Dim::Reason, Dim::Team];

/// What every page has around its content.
pub(super) struct Frame {
    pub(super) words: &'static Words,
    pub(super) brand: String,
    pub(super) style: String,
    pub(super) icon: String,
    pub(super) home: String,
}

impl Frame {
    pub(super) fn new(lang: Lang, brand: &str) -> Self {
        Self {
            words: lang.words(),
            brand: brand.to_owned(),
            style: STYLE.to_string(),
            icon: ICON.to_string(),
            home: address::home(lang),
        }
    }
}

/// The scorecard of sites as a page.
#[derive(Template)]
#[template(path = "overview.html")]
pub(super) struct Overview<'a> {
    frame: Frame,
    address: &'a Address,
    answer: &'a Answer,
    from: Field<'a>,
    to: Field<'a>,
    languages: [(&'static str, &'static str, bool); 2],
    period: String,
    judged: String,
    known: Option<(String, String)>,
    dims: Vec<&'static str>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    notes: Vec<String>,
    json: String,
    csv: String,
}

/// A bound of the period in the form: a date where it can be one.
struct Field<'a> {
    kind: &'static str,
    value: &'a str,
}

/// The heading of a figure.
struct Column {
    id: &'static str,
    title: &'static str,
}

struct Row {
    names: Vec<Name>,
    cells: Vec<Cell>,
    state: &'static str,
}

/// A value of a grouping.
struct Name {
    text: String,
    link: Option<String>,
}

/// A figure as shown.
struct Cell {
    /// The name of the state, for the style sheet.
    class: &'static str,
    value: Option<Value>,
    /// What stands below the value: interval, volume, finding, state; or why there is none.
    below: Vec<String>,
}

/// A number, exact and as people read it.
struct Value {
    exact: String,
    text: String,
}

impl<'a> Overview<'a> {
    pub(super) fn new(lang: Lang, brand: &str, zone: &TimeZone, address: &'a Address, answer: &'a Answer) -> Self {
        let is_known = |dim: &Dim| answer.rows.first().is_some_and(|row| row.key.contains_key(dim));
        let dims: Vec<Dim> = DIMS.into_iter().filter(is_known).collect();
        let columns: Vec<Column> = columns(lang.words(), answer);
        let mut rows: Vec<&AnswerRow> = answer.rows.iter().collect();
        // Names that were not stated come last.
        rows.sort_by_cached_key(|row| names(row, &dims).map(|name| (name.is_none(), name)).collect::<Vec<_>>());
        let minute = |instant: Instant| lang.minute(&instant.to_timestamp().to_zoned(zone.clone()));
        Self {
            frame: Frame::new(lang, brand),
            address,
            answer,
            from: Field::new(&address.from),
            to: Field::new(&address.to),
            languages: [("fr", "Français", lang == Lang::French), ("en", "English", lang == Lang::English)],
            period: period(lang, zone, answer),
            judged: minute(answer.now),
            known: answer.as_of.map(|as_of| (as_of.to_string(), minute(as_of))),
            rows: rows.into_iter().map(|answered| row(lang, &dims, &columns, address, answered)).collect(),
            dims: dims.into_iter().map(|dim| lang.dim(dim)).collect(),
            columns,
            notes: notes(lang, zone, answer),
            json: address.scorecards(None),
            csv: address.scorecards(Some("csv")),
        }
    }
}

impl<'a> Field<'a> {
    fn new(value: &'a str) -> Self {
        let is_date = value.len() == 10 && value.parse::<Date>().is_ok();
        Self { kind: if is_date { "date" } else { "text" }, value }
    }
}

/// The figures that some row has.
fn columns(words: &Words, answer: &Answer) -> Vec<Column> {
    let has_gap = answer.rows.iter().any(|row| row.figures.contains_key(GAP));
    let all = FIGURES.into_iter().zip(words.figures).map(|(id, title)| Column { id, title });
    all.filter(|column| has_gap || column.id != GAP).collect()
}

fn names<'r>(row: &'r AnswerRow, dims: &[Dim]) -> impl Iterator<Item = Option<&'r str>> {
    dims.iter().map(move |dim| name(row, *dim))
}

fn name(row: &AnswerRow, dim: Dim) -> Option<&str> {
    row.key.get(&dim).and_then(Option::as_deref)
}

fn row(lang: Lang, dims: &[Dim], columns: &[Column], address: &Address, row: &AnswerRow) -> Row {
    let named = |dim: &Dim| {
        let name = name(row, *dim);
        let link = name.filter(|_| *dim == Dim::Site).map(|site| address.site(site));
        Name { text: name.unwrap_or(lang.words().not_stated).to_owned(), link }
    };
    let shown = columns.iter().filter_map(|column| row.figures.get(column.id));
    let state = lang.row_state(shown);
    Row {
        names: dims.iter().map(named).collect(),
        cells: columns.iter().map(|column| cell(lang, &row.figures, column.id, state)).collect(),
        state,
    }
}

/// A figure with what stands below it; its state only where the row's is another.
fn cell(lang: Lang, figures: &BTreeMap<String, Figure>, id: &str, state_of_row: &str) -> Cell {
    let Some(figure) = figures.get(id) else {
        return Cell { class: "none", value: None, below: vec![lang.state(FigureState::None).to_owned()] };
    };
    let Some(value) = figure.value else {
        let why = figure.reason.map_or_else(|| lang.state(figure.state), |reason| lang.no_value(reason));
        return Cell { class: "none", value: None, below: vec![why.to_owned()] };
    };
    let is_count = figure.unit == Unit::Count;
    let interval = figure.low.zip(figure.high).map(|(low, high)| lang.interval(figure.unit, low, high));
    let volume = (!is_count).then(|| format!("n\u{a0}{}", lang.count(figure.n)));
    let finding = figure.finding.map(|finding| lang.finding(finding).to_owned());
    let state = Some(lang.state(figure.state)).filter(|state| *state != state_of_row).map(str::to_owned);
    Cell {
        class: if figure.state == FigureState::Final { "final" } else { "open" },
        value: Some(Value { exact: value.to_string(), text: lang.value(figure.unit, value) }),
        below: [finding, interval, volume, state].into_iter().flatten().collect(),
    }
}

/// The period in words: its first and last day when it is whole days, else its bounds.
fn period(lang: Lang, zone: &TimeZone, answer: &Answer) -> String {
    let [from, to] = [answer.period.from, answer.period.to];
    let date = |instant: Instant| instant.to_timestamp().to_zoned(zone.clone()).date();
    let is_day = |instant: Instant| Instant::start_of_day(date(instant), zone) == Ok(instant);
    if is_day(from) && is_day(to) {
        let (first, last) = (date(from), date(to.plus_micros(-1)));
        return if first == last { lang.day(first) } else { format!("{} – {}", lang.day(first), lang.day(last)) };
    }
    let bounds = [from, to].map(|instant| lang.minute(&instant.to_timestamp().to_zoned(zone.clone())));
    bounds.join(" – ")
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
