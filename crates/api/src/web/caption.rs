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
        let about = (told.now, told.as_of);
        Self { zone: told.period.zone.clone(), ..Self::judged(lang, zone, title, about, told.lake) }
    }

    /// The caption of what has no period of its own, judged at an instant, from what had been received by another.
    pub(super) fn judged(
        lang: Lang,
        zone: &TimeZone,
        title: String,
        (now, as_of): (Instant, Option<Instant>),
        lake: &LakeVersions,
    ) -> Self {
        Self {
            words: lang.words(),
            title,
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            judged: Moment::new(lang, zone, now),
            known: as_of.map(|as_of| Moment::new(lang, zone, as_of)),
            lake: lake.clone(),
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
    stretch(lang, zone, [period.from, period.to])
}

/// A stretch of time in the same words.
pub(super) fn stretch(lang: Lang, zone: &TimeZone, [from, to]: [Instant; 2]) -> String {
    let date = |instant: Instant| instant.to_timestamp().to_zoned(zone.clone()).date();
    let is_day = |instant: Instant| Instant::start_of_day(date(instant), zone) == Ok(instant);
    if is_day(from) && is_day(to) {
        let (first, last) = (date(from), date(to.plus_micros(-1)));
        return if first == last { lang.day(first) } else { format!("{} – {}", lang.day(first), lang.day(last)) };
    }
    let bounds = [from, to].map(|instant| lang.minute(&instant.to_timestamp().to_zoned(zone.clone())));
    bounds.join(" – ")
}
