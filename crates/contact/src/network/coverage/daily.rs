//! Stretches that come back day after day, as people say them: 17:00 to 18:00, from the 1st to the 24th.

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};
use serde::{Serialize, Serializer};

use super::{
    super::{
        OpenSpan, Site,
        calendar::{Calendar, Stretch, stretches},
    },
    zone_name,
};
use crate::Instant;

const DAY_US: i64 = 86_400_000_000;

/// A stretch of local time that is the same on several dates of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Daily {
    /// Its start and end on the clocks of the promise's zone, such as `17:00` and `18:00`; `24:00` ends a day.
    pub from: String,
    /// The end.
    pub to: String,
    /// The same at the site; the end may lie on its next day. `None` for all sites together.
    pub at_site: Option<SiteTime>,
    /// The dates in the promise's zone.
    #[serde(serialize_with = "dates_as_text")]
    pub dates: Vec<Date>,
    /// Their time in seconds.
    pub open_s: i64,
}

/// A stretch on the clocks of a site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SiteTime {
    /// The site's zone.
    pub zone: String,
    /// Start.
    pub from: String,
    /// End.
    pub to: String,
}

fn dates_as_text<S: Serializer>(dates: &[Date], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(dates.iter().map(Date::to_string))
}

/// A stretch of one local day in which neither the promise's clocks nor the site's change.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) date: Date,
    from: i64,
    to: i64,
    at_site: Option<SiteTime>,
    pub(super) span: OpenSpan,
}

impl Daily {
    /// The pieces of a month, those alike together; in order of their first date and hour.
    pub(super) fn of(pieces: Vec<Piece>) -> Vec<Self> {
        let mut alike: BTreeMap<(i64, i64, Option<SiteTime>), Self> = BTreeMap::new();
        for piece in pieces {
            let daily = alike.entry((piece.from, piece.to, piece.at_site.clone())).or_insert_with(|| Self {
                from: clock(piece.from),
                to: clock(piece.to),
                at_site: piece.at_site,
                dates: Vec::new(),
                open_s: 0,
            });
            if daily.dates.last() != Some(&piece.date) {
                daily.dates.push(piece.date);
            }
            daily.open_s += piece.span.micros() / 1_000_000;
        }
        let mut all: Vec<Self> = alike.into_values().collect();
        all.sort_by(|one, other| (one.dates.first(), &one.from).cmp(&(other.dates.first(), &other.from)));
        all
    }
}

/// Spans cut at the midnights of the promise's zone and where clocks change, there or at the site.
pub(super) fn pieces(calendar: &Calendar, spans: &[OpenSpan], site: Option<&[Site]>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for span in spans {
        for day in stretches(calendar.zone(), *span).into_iter().flat_map(Stretch::days) {
            for (span, at_site) in at_site(site, day.span) {
                let (from, to) = (day.micros_at(span.from), day.micros_at(span.to));
                pieces.push(Piece { date: day.date, from, to, at_site, span });
            }
        }
    }
    pieces
}

/// A span cut where a site's clocks change, each part with the time there.
fn at_site(site: Option<&[Site]>, span: OpenSpan) -> Vec<(OpenSpan, Option<SiteTime>)> {
    let Some(versions) = site else { return vec![(span, None)] };
    let zone = zone_at(versions, span.from);
    let told = |span: OpenSpan, offset_s: i32| {
        let offset_us = i64::from(offset_s) * 1_000_000;
        let from = (span.from.as_micros() + offset_us).rem_euclid(DAY_US);
        let to = (from + span.micros() - 1).rem_euclid(DAY_US) + 1;
        SiteTime { zone: zone_name(&zone), from: clock(from), to: clock(to) }
    };
    let parts = stretches(&zone, span).into_iter();
    parts.map(|part| (part.span, Some(told(part.span, part.offset.seconds())))).collect()
}

/// The zone of the version in force; of the first before any is.
fn zone_at(versions: &[Site], at: Instant) -> TimeZone {
    let begun = versions.partition_point(|version| version.from.is_none_or(|from| from <= at));
    versions[..begun].last().or(versions.first()).map_or(TimeZone::UTC, |version| version.zone.clone())
}

/// A time of day to the minute, or to the second where it needs one.
fn clock(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 { format!("{hours:02}:{minutes:02}") } else { format!("{hours:02}:{minutes:02}:{seconds:02}") }
}
