//! Now: what waits, what is worked on, how the day goes, and whose feed is late.

use askama::Template;
use contact::{Instant, Unit};
use jiff::tz::TimeZone;
use scorecard::{LiveAnswer, LiveFeed, LiveRow, Period, Question};

use super::{
    address::EVERY,
    caption::{self, Caption, Moment},
    frame::{Form, Frame},
    lang::Lang,
    page::{Page, Reader, Shown},
    table::{Cell, Column, Table, Told},
    words::{LIVE, LiveWords},
};
use crate::{
    Api, ApiError, Ask,
    ground::Ground,
    live,
    query::{Parameter, Parameters, Shape as Takes},
    resource::Resource,
};

/// After how many seconds a page may be looked at again by itself.
const SECONDS: [&str; 2] = ["15", "60"];

/// The groupings that the page offers.
const GROUPINGS: [&str; 4] = ["queue", "site", "provider", "channel"];

/// The present, looked at again by itself after so many seconds, if any are given.
pub(super) struct Live {
    every: Option<String>,
}

impl Page for Live {
    const PATH: &'static str = "/live";
    const BY: &'static str = "queue";

    fn parameters() -> Vec<Parameter> {
        let mut parameters = live::Live::parameters();
        parameters.retain(|parameter| parameter.name != "format");
        let about = "seconds after which the page is looked at again by itself; never when absent";
        parameters.push(Parameter::new(EVERY, Takes::Word(&SECONDS), about));
        parameters
    }

    fn take(given: &mut Parameters) -> Result<Self, ApiError> {
        let every = given.one(EVERY);
        match every.as_deref().filter(|every| !SECONDS.contains(every)) {
            Some(other) => Err(ApiError::bad(EVERY, format!("{other:?} is not offered; use {}", SECONDS.join(" or ")))),
            None => Ok(Self { every }),
        }
    }

    /// It is always about today.
    fn period(_: &Ask, _: &Question) -> Result<Option<Period>, ApiError> {
        Ok(None)
    }

    async fn show(self, api: &Api, ground: &Ground, reader: &Reader<'_>) -> Result<Shown, ApiError> {
        let answer = live::Live.answer(api, ground).await?;
        Shown::new(&Shape::new(reader, self.every, &answer), answer.figures())
    }
}

/// What the template shows.
#[derive(Template)]
#[template(path = "live.html")]
struct Shape {
    frame: Frame,
    form: Form,
    said: &'static LiveWords,
    every: Option<String>,
    again: String,
    /// The page that is looked at again by itself, or no longer.
    otherwise: (String, &'static str),
    table: Table,
    feeds: Vec<Feed>,
    notes: Vec<String>,
    json: String,
    csv: String,
}

/// When a provider was heard last.
struct Feed {
    provider: String,
    event: Option<Moment>,
    received: Option<Moment>,
    state: String,
    is_late: bool,
}

impl Shape {
    fn new(reader: &Reader<'_>, every: Option<String>, answer: &LiveAnswer) -> Self {
        let Reader { lang, zone, address, .. } = *reader;
        let said = lang.live_words();
        let about = caption::Told { period: &answer.period, now: answer.now, as_of: answer.as_of, lake: &answer.lake };
        let caption = Caption::new(lang, zone, caption::period(lang, zone, &answer.period), &about);
        let columns = LIVE.into_iter().zip(said.figures).map(Column::plain).collect();
        let rows = [(None, &answer.total)].into_iter().chain(answer.rows.iter().map(|row| (Some(&row.key), row)));
        let told = rows.map(|(key, row)| Told { key, figures: &row.figures, beside: Some(late(row)) }).collect();
        let to = |every| address.itself(Live::PATH, lang, every);
        let otherwise = match every {
            Some(_) => (to(None), said.stop),
            None => (to(Some(SECONDS[0])), said.by_itself),
        };
        Self {
            frame: Frame::new(lang, reader.brand, Some(Live::PATH)),
            form: Form::new(lang, Live::PATH, address, &GROUPINGS),
            said,
            again: to(every.as_deref()),
            every,
            otherwise,
            table: Table::new(lang, ("queues", caption), columns, Some(said.late), told, |_| None),
            feeds: answer.feeds.iter().map(|feed| heard(lang, zone, feed)).collect(),
            notes: notes(lang, answer),
            json: address.api("/v1/live", None),
            csv: address.api("/v1/live", Some("csv")),
        }
    }
}

/// The providers of a row whose feed is late.
fn late(row: &LiveRow) -> Cell {
    Cell::said(None, row.late.clone())
}

fn heard(lang: Lang, zone: &TimeZone, feed: &LiveFeed) -> Feed {
    let moment = |instant: Option<Instant>| instant.map(|instant| Moment::new(lang, zone, instant));
    let cadence = feed.cadence_s.map(|seconds| lang.value(Unit::Seconds, seconds));
    Feed {
        provider: feed.provider.clone(),
        event: moment(feed.last_event_at),
        received: moment(feed.last_received_at),
        state: lang.feed(feed.late, cadence.as_deref()),
        is_late: feed.late == Some(true),
    }
}

/// What the figures cannot know.
fn notes(lang: Lang, answer: &LiveAnswer) -> Vec<String> {
    let unknown = (!answer.never_ended.is_empty()).then(|| lang.never_ended(&answer.never_ended.join(", ")));
    unknown.into_iter().collect()
}
