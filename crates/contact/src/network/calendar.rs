//! Opening hours: weekly hours with split shifts, holidays and dated overrides, as UTC intervals.

use std::collections::BTreeMap;

use jiff::{
    ToSpan,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use serde_saphyr::Spanned;

use super::{file::CalendarEntry, mistakes::Checker};
use crate::Instant;

/// One stretch of opening within a local day: minutes since local midnight, end exclusive, at most 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Shift {
    from: u16,
    to: u16,
}

/// Opening hours in one zone.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    weekly: [Vec<Shift>; 7],
    dated: BTreeMap<Date, Vec<Shift>>,
}

/// An open interval, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSpan {
    /// Opens.
    pub from: Instant,
    /// Closes.
    pub to: Instant,
}

impl Calendar {
    /// The open intervals that touch `[from, to)`, in order, exact across clock changes: a local hour that does not
    /// exist is not open, one that happens twice is open twice. Touching intervals are joined.
    #[must_use]
    pub fn open_spans(&self, from: Instant, to: Instant) -> Vec<OpenSpan> {
        let first = from.to_timestamp().to_zoned(self.zone.clone()).date();
        let last = to.to_timestamp().to_zoned(self.zone.clone()).date();
        let mut spans: Vec<OpenSpan> = Vec::new();
        let mut date = first;
        while date <= last {
            for shift in self.shifts(date) {
                let span = OpenSpan { from: self.instant(date, shift.from), to: self.instant(date, shift.to) };
                match spans.last_mut() {
                    Some(before) if before.to >= span.from => before.to = before.to.max(span.to),
                    _ if span.from < span.to => spans.push(span),
                    _ => {}
                }
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        spans.retain(|span| span.from < to && span.to > from);
        spans
    }

    fn shifts(&self, date: Date) -> &[Shift] {
        self.dated.get(&date).unwrap_or(&self.weekly[weekday_index(date.weekday())])
    }

    fn instant(&self, date: Date, minute: u16) -> Instant {
        let midnight = date.at(0, 0, 0, 0);
        let civil = midnight.checked_add(i64::from(minute).minutes()).unwrap_or(midnight);
        // "Compatible": a time in a gap moves forward, a time that happens twice is its first occurrence.
        let timestamp = self.zone.to_ambiguous_zoned(civil).compatible().map(|zoned| zoned.timestamp());
        timestamp.map_or(Instant::FOREVER, Instant::from)
    }
}

fn weekday_index(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

pub(super) fn read_calendar(checker: &mut Checker, entry: &CalendarEntry, zone: TimeZone) -> Calendar {
    let week = &entry.weekly;
    let days =
        [&week.monday, &week.tuesday, &week.wednesday, &week.thursday, &week.friday, &week.saturday, &week.sunday];
    let weekly = days.map(|hours| read_shifts(checker, hours));
    let mut dated = BTreeMap::new();
    for holiday in &entry.holidays {
        if let Some(date) = checker.date(holiday)
            && dated.insert(date, Vec::new()).is_some()
        {
            checker.wrong(holiday, format!("the holiday {date} is given twice"), "keep one of them");
        }
    }
    for entry in &entry.overrides {
        let shifts = read_shifts(checker, &entry.hours);
        if let Some(date) = checker.date(&entry.date)
            && dated.insert(date, shifts).is_some()
        {
            checker.wrong(
                &entry.date,
                format!("{date} is given twice"),
                "keep it under `holidays` or `overrides`, once",
            );
        }
    }
    Calendar { zone, weekly, dated }
}

fn read_shifts(checker: &mut Checker, hours: &[Spanned<String>]) -> Vec<Shift> {
    let mut shifts: Vec<Shift> = Vec::new();
    for text in hours {
        let Some(shift) = read_shift(&text.value) else {
            let wrong = format!("{:?} are not opening hours", text.value);
            checker.wrong(
                text,
                wrong,
                "give from-to within one day, such as 08:00-12:30 or 18:00-24:00; split hours past midnight",
            );
            continue;
        };
        if shifts.last().is_some_and(|before| before.to > shift.from) {
            let wrong = format!("the hours {:?} begin before the ones above end", text.value);
            checker.wrong(text, wrong, "give hours of a day in order, without overlap");
        }
        shifts.push(shift);
    }
    shifts
}

fn read_shift(text: &str) -> Option<Shift> {
    let (from, to) = text.split_once('-')?;
    let shift = Shift { from: read_minute(from.trim())?, to: read_minute(to.trim())? };
    (shift.from < shift.to).then_some(shift)
}

fn read_minute(text: &str) -> Option<u16> {
    if text == "24:00" {
        return Some(24 * 60);
    }
    let time = Time::strptime("%H:%M", text).ok()?;
    Some(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
}
