//! A calendar day by day, with the arithmetic that a person can follow.

use std::fmt;

use jiff::{
    civil::Date,
    tz::{Offset, TimeZone},
};
use serde::{Serialize, Serializer};

use super::{
    Calendar, Hours, OpenSpan,
    spans::{join, stretches},
};
use crate::Instant;

/// A local day of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarDay {
    /// The date in the calendar's zone.
    #[serde(serialize_with = "as_text")]
    pub date: Date,
    /// Why it has these hours.
    #[serde(flatten)]
    pub rule: DayRule,
    /// First day of the entry in force; `None` is since ever.
    #[serde(serialize_with = "as_text_or_null")]
    pub in_force_from: Option<Date>,
    /// Its local hours.
    pub hours: Vec<Hours>,
    /// The same in UTC: what exists of them on this date, once or twice.
    pub spans: Vec<OpenSpan>,
    /// Open time in seconds.
    pub open_s: i64,
    /// Open time from the first day asked for to the end of this one, in seconds.
    pub total_s: i64,
    /// Length of the day in seconds: 86,400 unless the clocks change.
    pub day_s: i64,
    /// Changes of the clocks on this date.
    pub clock_changes: Vec<ClockChange>,
}

/// Why a day has its hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "rule", rename_all = "lowercase")]
pub enum DayRule {
    /// Those of the weekday.
    Weekly,
    /// A holiday, with its name where the file has one.
    Holiday {
        /// Its name.
        name: Option<String>,
    },
    /// Hours of its own, with the reason where the file has one.
    Override {
        /// Its reason.
        name: Option<String>,
    },
}

/// Clocks are put forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClockChange {
    /// When.
    pub at: Instant,
    /// The offset from UTC until then.
    #[serde(serialize_with = "as_text")]
    pub before: Offset,
    /// The offset from UTC from then on.
    #[serde(serialize_with = "as_text")]
    pub after: Offset,
}

impl fmt::Display for ClockChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from UTC{} to UTC{}", self.at, self.before, self.after)
    }
}

fn as_text<T: ToString, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn as_text_or_null<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    date.map(|date| date.to_string()).serialize(serializer)
}

impl Calendar {
    /// The days from `first` to `last`, both included, each with its part of the arithmetic.
    #[must_use]
    pub fn days(&self, first: Date, last: Date) -> Vec<CalendarDay> {
        let mut days: Vec<CalendarDay> = first
            .series(jiff::Span::new().days(1))
            .take_while(|date| *date <= last)
            .map(|date| self.told(date))
            .collect();
        let mut before: Option<Offset> = None;
        for stretch in stretches(&self.zone, around(first, last)) {
            let change = before.replace(stretch.offset).map(|before| ClockChange {
                at: stretch.span.from,
                before,
                after: stretch.offset,
            });
            for (nth, part) in stretch.days().enumerate() {
                let Ok(index) = days.binary_search_by_key(&part.date, |day| day.date) else { continue };
                let day = &mut days[index];
                day.clock_changes.extend(change.filter(|_| nth == 0));
                day.day_s += part.span.micros() / 1_000_000;
                for hours in &day.hours {
                    part.part(hours.micros()).into_iter().for_each(|span| join(&mut day.spans, span));
                }
            }
        }
        let mut total_s = 0;
        for day in &mut days {
            day.open_s = day.spans.iter().map(|span| span.micros()).sum::<i64>() / 1_000_000;
            total_s += day.open_s;
            day.total_s = total_s;
        }
        days
    }

    /// What the file says of a date.
    fn told(&self, date: Date) -> CalendarDay {
        let version = self.version(date);
        let dated = version.and_then(|version| version.dated.get(&date));
        CalendarDay {
            date,
            rule: dated.map_or(DayRule::Weekly, |dated| dated.rule.clone()),
            in_force_from: version.and_then(|version| version.from),
            hours: self.hours(date).to_vec(),
            spans: Vec::new(),
            open_s: 0,
            total_s: 0,
            day_s: 0,
            clock_changes: Vec::new(),
        }
    }
}

/// Instants between which the local days lie, whatever the zone.
fn around(first: Date, last: Date) -> OpenSpan {
    const TWO_DAYS_US: i64 = 2 * 86_400_000_000;
    let midnight = |date| Instant::start_of_day(date, &TimeZone::UTC).unwrap_or(Instant::FOREVER);
    OpenSpan { from: midnight(first).plus_micros(-TWO_DAYS_US), to: midnight(last).plus_micros(TWO_DAYS_US) }
}
