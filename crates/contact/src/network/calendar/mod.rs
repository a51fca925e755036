//! Opening hours: weekly hours with split shifts, holidays and dated overrides, in versions, as UTC intervals.
//!
//! One definition: a calendar is open at an instant when the clocks of its zone then show a date and a time that lie in
//! the hours of that date. So a local hour that does not exist is not open, and one that happens twice is open twice.
//! Hours of a date are those of the entry in force on it: its override, else none on a holiday, else the weekday's.
//!
//! What a calendar is for is said by who names it, and never here: a queue its promise, a site its shift, a contract
//! its own hours.

mod day;
mod file;
mod hours;
mod read;
mod spans;

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};

use crate::{Duration, Instant};

pub use day::{CalendarDay, ClockChange, DayRule};
pub use file::CalendarEntry;
pub use hours::Hours;
pub use spans::OpenSpan;
pub(in crate::network) use spans::{Stretch, difference, intersection, stretches, union};

/// How far ahead a due time is looked for at a time.
const AHEAD_US: i64 = 32 * 86_400_000_000;

/// Opening hours in one zone.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    /// In order of their start; the first holds since ever.
    versions: Vec<Version>,
}

/// The hours in force from a date on.
#[derive(Debug, Clone, Default)]
struct Version {
    /// First local day; `None` is since ever.
    from: Option<Date>,
    /// Monday to Sunday.
    weekly: [Vec<Hours>; 7],
    dated: BTreeMap<Date, Dated>,
}

/// What holds on one date instead of the weekly hours.
#[derive(Debug, Clone)]
struct Dated {
    rule: DayRule,
    hours: Vec<Hours>,
}

impl Calendar {
    /// The zone in which its hours are read.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The open intervals of `[from, to)`, in order, cut at its bounds, exact across clock changes. Touching intervals
    /// are one.
    #[must_use]
    pub fn open_spans(&self, from: Instant, to: Instant) -> Vec<OpenSpan> {
        let mut spans = Vec::new();
        for stretch in stretches(&self.zone, OpenSpan { from, to }) {
            for day in stretch.days() {
                for hours in self.hours(day.date) {
                    day.part(hours.micros()).into_iter().for_each(|span| spans::join(&mut spans, span));
                }
            }
        }
        spans
    }

    /// The open time of `[from, to)` in microseconds; 0 when `to` is not after `from`.
    #[must_use]
    pub fn open_time_between(&self, from: Instant, to: Instant) -> i64 {
        self.open_spans(from, to).into_iter().map(OpenSpan::micros).sum()
    }

    /// Whether it is open at an instant.
    #[must_use]
    pub fn is_open(&self, at: Instant) -> bool {
        !self.open_spans(at, at.plus_micros(1)).is_empty()
    }

    /// The earliest instant at which `open` of open time has passed since `start`: what is due within four hours from
    /// half an hour before closing is due three and a half hours after the next opening. `start` itself for nothing;
    /// `None` when the calendar never has so much open time again.
    #[must_use]
    pub fn due(&self, start: Instant, open: Duration) -> Option<Instant> {
        let mut left = open.as_micros();
        if left == 0 {
            return Some(start);
        }
        let mut from = start;
        while from < Instant::FOREVER && !self.is_closed_for_good(from) {
            let to = from.plus_micros(AHEAD_US);
            for span in self.open_spans(from, to) {
                if left <= span.micros() {
                    return Some(span.from.plus_micros(left));
                }
                left -= span.micros();
            }
            from = to;
        }
        None
    }

    /// Whether no hours are left from `at` on: the last version has none by the week, and its dates are over.
    fn is_closed_for_good(&self, at: Instant) -> bool {
        let Some(last) = self.versions.last() else { return true };
        let today = self.zone.to_datetime(at.to_timestamp()).date();
        let over = |date: Option<Date>| date.is_none_or(|date| date < today);
        last.weekly.iter().all(Vec::is_empty) && over(last.from) && over(last.dated.keys().next_back().copied())
    }

    fn version(&self, date: Date) -> Option<&Version> {
        let begun = self.versions.partition_point(|version| version.from.is_none_or(|from| from <= date));
        self.versions[..begun].last()
    }

    fn hours(&self, date: Date) -> &[Hours] {
        self.version(date).map_or(&[], |version| version.hours(date))
    }
}

impl Version {
    fn hours(&self, date: Date) -> &[Hours] {
        let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        self.dated.get(&date).map_or(&self.weekly[weekday], |dated| &dated.hours)
    }
}

#[cfg(test)]
mod tests;
