//! Backlog and complaints: what is open by age, where it leads, and how long complaints take.

use std::collections::BTreeMap;

use askama::Template;
use contact::Figure;
use scorecard::{BacklogAnswer, ComplaintsAnswer, ComplaintsRow, Dim, Period, Question};

use super::{
    caption::{self, Caption, Moment},
    cases::Cases,
    curve::{self, Curve, Seen},
    frame::{Form, Frame},
    lang::Lang,
    page::{Page, Reader, Shown},
    table::{Cell, Column, Table, Told, Value},
    words::{AGES, BACKLOG, BacklogWords, COMPLAINTS},
};
use crate::{
    Api, ApiError, Ask, backlog, complaints,
    ground::Ground,
    query::{Parameter, Parameters},
    resource::Resource,
};

/// Cases of a list.
const LISTED: usize = 20;

/// Most curves of a page.
const CURVES: usize = 12;

/// The groupings that the page offers.
const GROUPINGS: [&str; 4] = ["provider,site", "queue", "channel", "reason"];

/// It asks nothing beside the question.
pub(super) struct Backlog;

impl Page for Backlog {
    const PATH: &'static str = "/backlog";
    const BY: &'static str = "provider,site";

    /// Those that both answers take, but the stretches of time, which have no columns here.
    fn parameters() -> Vec<Parameter> {
        let both = complaints::Complaints::parameters();
        let own = ["grain", "limit", "format"];
        both.into_iter().filter(|parameter| !own.contains(&parameter.name)).collect()
    }

    fn take(_: &mut Parameters) -> Result<Self, ApiError> {
        Ok(Self)
    }

    fn period(_: &Ask, question: &Question) -> Result<Option<Period>, ApiError> {
        Ok(Some(question.period.clone()))
    }

    async fn show(self, api: &Api, ground: &Ground, reader: &Reader<'_>) -> Result<Shown, ApiError> {
        let (open, complaints) = tokio::try_join!(
            backlog::Backlog::listing(LISTED).answer(api, ground),
            complaints::Complaints::listing(LISTED).answer(api, ground),
        )?;
        Shown::new(&Shape::new(reader, &open, &complaints), open.figures().chain(complaints.figures()))
    }
}

/// What the template shows.
#[derive(Template)]
#[template(path = "backlog.html")]
struct Shape {
    frame: Frame,
    form: Form,
    said: &'static BacklogWords,
    open: Table,
    oldest: Cases,
    complaints: Table,
    curves: Vec<Curve>,
    beyond: Cases,
    notes: Vec<String>,
    json: [String; 2],
    csv: [String; 2],
}

impl Shape {
    fn new(reader: &Reader<'_>, open: &BacklogAnswer, complaints: &ComplaintsAnswer) -> Self {
        let Reader { lang, zone, address, .. } = *reader;
        let [json, csv] =
            [None, Some("csv")].map(|format| ["/v1/backlog", "/v1/complaints"].map(|path| address.api(path, format)));
        Self {
            frame: Frame::new(lang, reader.brand, Some(Backlog::PATH)),
            form: Form::new(lang, Backlog::PATH, address, &GROUPINGS),
            said: lang.backlog_words(),
            open: levels(reader, open),
            oldest: Cases::oldest(lang, zone, &open.oldest),
            complaints: received(reader, complaints),
            curves: curves(lang, &complaints.rows),
            beyond: Cases::complaints(lang, zone, &complaints.open),
            notes: notes(lang, open, complaints),
            json,
            csv,
        }
    }
}

/// What is open, by age.
fn levels(reader: &Reader<'_>, open: &BacklogAnswer) -> Table {
    let Reader { lang, zone, address, .. } = *reader;
    let said = lang.backlog_words();
    let about = caption::Told { period: &open.period, now: open.now, as_of: open.as_of, lake: &open.lake };
    let title = lang.open_at(&Moment::new(lang, zone, open.at).text);
    let columns = BACKLOG.into_iter().zip(said.open).map(|(id, title)| {
        let colour = AGES.into_iter().find(|(age, _)| *age == id).map(|(_, colour)| colour);
        Column { id, title, colour }
    });
    let rows = open.rows.iter();
    let told =
        rows.map(|row| Told { key: Some(&row.key), figures: &row.figures, beside: Some(ahead(lang, &row.figures)) });
    let caption = Caption::new(lang, zone, title, &about);
    let link = |site: &str| Some(address.site(site));
    Table::new(lang, ("open", caption), columns.collect(), Some(said.ahead), told.collect(), link)
}

/// Where the pace of the last days leads.
fn ahead(lang: Lang, figures: &BTreeMap<String, Figure>) -> Cell {
    let days = |id: &str| figures.get(id).and_then(|figure| figure.value);
    let said = lang.backlog_words();
    let (days, until) = match (days("backlog_saturated_in_days"), days("backlog_cleared_in_days")) {
        (Some(days), _) => (days, said.saturated),
        (None, Some(days)) => (days, said.cleared),
        (None, None) => return Cell::said(None, Vec::new()),
    };
    Cell::said(Some(Value::new(days, lang.open_days(days))), vec![until.to_owned()])
}

/// Complaints received, and within which time they are resolved.
fn received(reader: &Reader<'_>, answer: &ComplaintsAnswer) -> Table {
    let Reader { lang, zone, address, .. } = *reader;
    let about = caption::Told { period: &answer.period, now: answer.now, as_of: answer.as_of, lake: &answer.lake };
    let title = lang.received_in(&caption::period(lang, zone, &answer.period));
    let columns = COMPLAINTS.into_iter().zip(lang.backlog_words().complaints).map(Column::plain);
    let rows = answer.rows.iter();
    let told = rows.map(|row| Told { key: Some(&row.key), figures: &row.figures, beside: None });
    let caption = Caption::new(lang, zone, title, &about);
    let link = |site: &str| Some(address.site(site));
    Table::new(lang, ("complaints", caption), columns.collect(), None, told.collect(), link)
}

/// One picture for each of the first rows that have complaints, all on the same axes.
fn curves(lang: Lang, rows: &[ComplaintsRow]) -> Vec<Curve> {
    let seen = rows.iter().filter_map(|row| Some((row, Seen { points: &row.curve, until: row.curve_until_s? })));
    let seen: Vec<(&ComplaintsRow, Seen<'_>)> = seen.take(CURVES).collect();
    let axis = curve::axis(seen.iter().map(|(_, seen)| seen.until));
    let numbered = (1..).zip(seen);
    numbered.filter_map(|(number, (row, seen))| Curve::new(lang, number, title(lang, row), seen, axis)).collect()
}

/// What a curve is of.
fn title(lang: Lang, row: &ComplaintsRow) -> String {
    let name = |dim: &Dim| row.key.get(dim).map(|name| name.as_deref().unwrap_or(lang.words().not_stated));
    let names: Vec<&str> = super::table::DIMS.iter().filter_map(name).collect();
    if names.is_empty() { lang.words().all.to_owned() } else { names.join(" · ") }
}

/// What the forecast takes for granted, what cannot be counted, and what is not drawn.
fn notes(lang: Lang, open: &BacklogAnswer, complaints: &ComplaintsAnswer) -> Vec<String> {
    let said = lang.backlog_words();
    let assumption = match lang {
        Lang::English => &open.assumption.en,
        Lang::French => &open.assumption.fr,
    };
    let mut notes = vec![lang.forecast(assumption, open.limit_days)];
    let silent = [(&open.silent, said.never_done), (&complaints.silent, said.never_resolved)];
    notes.extend(
        silent
            .into_iter()
            .filter(|(names, _)| !names.is_empty())
            .map(|(names, why)| format!("{why} {}.", names.join(", "))),
    );
    let drawn = complaints.rows.iter().filter(|row| row.curve_until_s.is_some()).count();
    notes.extend((drawn > CURVES).then(|| said.few_curves.to_owned()));
    notes
}
