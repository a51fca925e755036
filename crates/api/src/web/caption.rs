//! What a table is about, in words: its period, the instant it is judged at, and the state of the lake behind it.

use askama::Template;
use contact::Instant;
use jiff::tz::TimeZone;
use scorecard::{LakeVersions, PeriodAnswer};

use super::{lang::Lang, words::Words};

/// The caption of a table.
#[derive(Template)]
#[template(path = "caption.html")]
pub(super) struct Caption {
    words: &'static Words,
    /// What is shown, and when.
    title: String,
    zone: String,
    judged: Moment,
    known: Option<Moment>,
    lake: LakeVersions,
}

/// An instant, exact and as people read it.
pub(super) struct Moment {
    pub(super) exact: String,
    pub(super) text: String,
}

/// What every answer says of itself.
pub(super) struct Told<'a> {
    pub(super) period: &'a PeriodAnswer,
    pub(super) now: Instant,
    pub(super) as_of: Option<Instant>,
    pub(super) lake: &'a LakeVersions,
}

impl Caption {
    pub(super) fn new(lang: Lang, zone: &TimeZone, title: String, told: &Told<'_>) -> Self {
        Self {
            words: lang.words(),
            title,
            zone: told.period.zone.clone(),
            judged: Moment::new(lang, zone, told.now),
            known: told.as_of.map(|as_of| Moment::new(lang, zone, as_of)),
            lake: told.lake.clone(),
        }
    }
}

impl Moment {
    pub(super) fn new(lang: Lang, zone: &TimeZone, instant: Instant) -> Self {
        let text = lang.minute(&instant.to_timestamp().to_zoned(zone.clone()));
        Self { exact: instant.to_string(), text }
    }
}

/// The period in words: its first and last day when it is whole days, else its bounds.
pub(super) fn period(lang: Lang, zone: &TimeZone, period: &PeriodAnswer) -> String {
    let [from, to] = [period.from, period.to];
    let date = |instant: Instant| instant.to_timestamp().to_zoned(zone.clone()).date();
    let is_day = |instant: Instant| Instant::start_of_day(date(instant), zone) == Ok(instant);
    if is_day(from) && is_day(to) {
        let (first, last) = (date(from), date(to.plus_micros(-1)));
        return if first == last { lang.day(first) } else { format!("{} – {}", lang.day(first), lang.day(last)) };
    }
    let bounds = [from, to].map(|instant| lang.minute(&instant.to_timestamp().to_zoned(zone.clone())));
    bounds.join(" – ")
}
