//! Windows of time in the contract's zone: by the calendar, or rolling.

use std::{fmt, str::FromStr};

use contact::Instant;
use jiff::{
    Span as Length, ToSpan,
    civil::{Date, DateTime, date},
    tz::TimeZone,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A stretch of time, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Span {
    /// First instant.
    #[schemars(with = "String")]
    pub from: Instant,
    /// First instant after it.
    #[schemars(with = "String")]
    pub to: Instant,
}

impl Span {
    /// What it has in common with another.
    #[must_use]
    pub fn within(self, other: Self) -> Option<Self> {
        let common = Self { from: self.from.max(other.from), to: self.to.min(other.to) };
        (common.from < common.to).then_some(common)
    }

    /// Whether an instant lies in it.
    #[must_use]
    pub fn holds(self, at: Instant) -> bool {
        self.from <= at && at < self.to
    }
}

/// A day that is Monday, first of its month, of its quarter and of its year: where windows begin that do not say.
const COMMON_START: Date = date(2001, 1, 1);

/// What a window's length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowUnit {
    /// Local days, of 23 to 25 hours.
    Day,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Quarters of a year.
    Quarter,
    /// Years.
    Year,
}

/// A window that repeats by the calendar, or that ends with every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeWindow {
    count: i32,
    unit: WindowUnit,
    /// `None` is rolling.
    start: Option<DateTime>,
}

/// A length that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the length of a window; give 1 to 400 with d, w, M, Q or Y, such as 1M or 28d")]
pub struct WindowError(String);

impl FromStr for TimeWindow {
    type Err = WindowError;

    /// A length of the calendar, beginning where the calendar does.
    fn from_str(text: &str) -> Result<Self, WindowError> {
        let wrong = || WindowError(text.to_owned());
        let unit = text.chars().last().ok_or_else(wrong)?;
        let number = &text[..text.len() - unit.len_utf8()];
        let unit = match unit {
            'd' => WindowUnit::Day,
            'w' => WindowUnit::Week,
            'M' => WindowUnit::Month,
            'Q' => WindowUnit::Quarter,
            'Y' => WindowUnit::Year,
            _ => return Err(wrong()),
        };
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let count = number.parse().ok().filter(|count| digits && (1..=400).contains(count)).ok_or_else(wrong)?;
        Ok(Self { count, unit, start: Some(COMMON_START.to_datetime(jiff::civil::Time::midnight())) })
    }
}

impl fmt::Display for TimeWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            WindowUnit::Day => 'd',
            WindowUnit::Week => 'w',
            WindowUnit::Month => 'M',
            WindowUnit::Quarter => 'Q',
            WindowUnit::Year => 'Y',
        };
        write!(f, "{}{unit}", self.count)?;
        if self.is_rolling() { f.write_str(" rolling") } else { Ok(()) }
    }
}

impl TimeWindow {
    /// The same length, beginning at `start` and at every length from there, before and after.
    #[must_use]
    pub fn from_start(self, start: DateTime) -> Self {
        Self { start: Some(start), ..self }
    }

    /// The same length, ending with every local day.
    #[must_use]
    pub fn rolling(self) -> Self {
        Self { start: None, ..self }
    }

    /// Whether it ends with every local day.
    #[must_use]
    pub fn is_rolling(self) -> bool {
        self.start.is_none()
    }

    /// What its length counts, and how many.
    #[must_use]
    pub fn length(self) -> (i32, WindowUnit) {
        (self.count, self.unit)
    }

    /// The window in which `at` lies; of a rolling one, that which ends with the local day of `at`. `None` beyond the
    /// years 1 to 9999.
    #[must_use]
    pub fn holding(self, at: Instant, zone: &TimeZone) -> Option<Span> {
        let local = zone.to_datetime(at.to_timestamp());
        let Some(start) = self.start else {
            let end = local.date().tomorrow().ok()?;
            let begin = end.checked_sub(self.times(1)).ok()?;
            return Some(Span {
                from: Instant::start_of_day(begin, zone).ok()?,
                to: Instant::start_of_day(end, zone).ok()?,
            });
        };
        // The guess is off by one at most: the start's day may be later in the month, and clocks may have changed.
        let guess = self.steps_between(start, local);
        (guess - 1..=guess + 1).find_map(|step| self.step(start, step, zone).filter(|span| span.holds(at)))
    }

    /// Every window that ends in `(from, to]`, in order.
    #[must_use]
    pub fn ending_in(self, from: Instant, to: Instant, zone: &TimeZone) -> Vec<Span> {
        let mut found = Vec::new();
        let mut at = from;
        while let Some(window) = self.holding(at, zone).filter(|window| window.to <= to) {
            found.push(window);
            at = window.to;
        }
        found
    }

    fn step(self, start: DateTime, step: i32, zone: &TimeZone) -> Option<Span> {
        let bound = |step: i32| {
            let local = start.checked_add(self.times(step)).ok()?;
            let zoned = local.to_zoned(zone.clone()).ok()?;
            Instant::from_micros(zoned.timestamp().as_microsecond()).ok()
        };
        Some(Span { from: bound(step)?, to: bound(step + 1)? })
    }

    fn times(self, step: i32) -> Length {
        let count = i64::from(self.count) * i64::from(step);
        match self.unit {
            WindowUnit::Day => count.days(),
            WindowUnit::Week => (7 * count).days(),
            WindowUnit::Month => count.months(),
            WindowUnit::Quarter => (3 * count).months(),
            WindowUnit::Year => (12 * count).months(),
        }
    }

    fn steps_between(self, start: DateTime, local: DateTime) -> i32 {
        let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
        let passed = match self.unit {
            WindowUnit::Day | WindowUnit::Week => start.date().until(local.date()).map_or(0, |span| span.get_days()),
            _ => months(local.date()) - months(start.date()),
        };
        let each = match self.unit {
            WindowUnit::Day | WindowUnit::Month => 1,
            WindowUnit::Week => 7,
            WindowUnit::Quarter => 3,
            WindowUnit::Year => 12,
        };
        passed.div_euclid(each * self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn window(text: &str) -> TimeWindow {
        text.parse().expect("a window")
    }

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").expect("a zone")
    }

    fn shown(span: Option<Span>) -> String {
        span.map_or_else(|| "none".to_owned(), |span| format!("{} {}", span.from, span.to))
    }

    /// The month of a contract in Paris begins at midnight in Paris, in winter and in summer.
    #[test]
    fn months_begin_at_local_midnight() {
        let found = window("1M").holding(at("2026-03-15T12:00:00Z"), &paris());
        assert_eq!(shown(found), "2026-02-28T23:00:00Z 2026-03-31T22:00:00Z");
        let found = window("1Q").holding(at("2026-12-31T23:00:00Z"), &paris());
        assert_eq!(shown(found), "2026-12-31T23:00:00Z 2027-03-31T22:00:00Z");
        let found = window("1w").holding(at("2026-03-29T10:00:00Z"), &paris());
        assert_eq!(shown(found), "2026-03-22T23:00:00Z 2026-03-29T22:00:00Z");
    }

    /// Some contracts count from the 22nd to the 21st.
    #[test]
    fn a_month_may_begin_on_any_day() {
        let window = window("1M").from_start(date(2025, 1, 22).at(0, 0, 0, 0));
        let before = window.holding(at("2026-03-21T12:00:00Z"), &paris());
        assert_eq!(shown(before), "2026-02-21T23:00:00Z 2026-03-21T23:00:00Z");
        let after = window.holding(at("2026-03-21T23:00:00Z"), &paris());
        assert_eq!(shown(after), "2026-03-21T23:00:00Z 2026-04-21T22:00:00Z");
    }

    /// Starting on the 31st, February ends when March's turn comes; no day is in two windows or in none.
    #[test]
    fn windows_neither_overlap_nor_leave_gaps() {
        let starts = window("1M").from_start(date(2025, 1, 31).at(0, 0, 0, 0));
        for (window, least) in
            [(starts, 15), (window("10d"), 45), (window("2w"), 32), (window("1Y"), 1), (window("5M"), 2)]
        {
            let found = window.ending_in(at("2026-01-01T00:00:00Z"), at("2027-06-01T00:00:00Z"), &paris());
            assert!(found.len() >= least, "{window}: {found:?}");
            assert!(found.windows(2).all(|pair| pair[0].to == pair[1].from), "{window}: {found:?}");
        }
    }

    /// A rolling day of a clock change lasts 23 or 25 hours, and seven days are seven local days.
    #[test]
    fn a_rolling_window_counts_local_days() {
        let hours = |window: TimeWindow, text| {
            let found = window.rolling().holding(at(text), &paris()).expect("a window");
            found.to.micros_since(found.from) / 3_600_000_000
        };
        assert_eq!(hours(window("1d"), "2026-03-29T12:00:00Z"), 23);
        assert_eq!(hours(window("1d"), "2026-10-25T12:00:00Z"), 25);
        assert_eq!(hours(window("7d"), "2026-03-31T12:00:00Z"), 7 * 24 - 1);
        assert_eq!(
            window("7d").rolling().ending_in(at("2026-03-01T00:00:00Z"), at("2026-03-08T00:00:00Z"), &paris()).len(),
            7
        );
    }

    #[test]
    fn a_length_has_a_number_and_a_unit() {
        for wrong in ["", "M", "1", "0M", "1m", "401d", "-1d", "+1d", "1.5M", "é"] {
            assert!(wrong.parse::<TimeWindow>().is_err(), "{wrong}");
        }
    }
}
