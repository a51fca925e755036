//! Local days of the network's zone, cut into half-hours, and opening hours as a clock that only runs while open.

use contact::{Instant, network::Calendar};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

use crate::SimError;

/// Length of a slot: staff and arrival rates hold for one.
pub(crate) const SLOT: i64 = 1_800_000_000;

/// A half-hour of a local day; the last one of a day may be shorter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// Local hour in which it starts.
    pub(crate) hour: usize,
}

/// Consecutive local days, of 23 to 25 hours.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    pub(crate) dates: Vec<Date>,
    /// Start of each day, and of the day after the last.
    pub(crate) starts: Vec<i64>,
}

impl Days {
    pub(crate) fn new(zone: &TimeZone, from: Date, days: u16) -> Result<Self, SimError> {
        let wrong = || SimError::Days { from: from.to_string(), days };
        let mut dates = Vec::new();
        let mut starts = Vec::new();
        for nth in 0..=days {
            let date = from.checked_add(i64::from(nth).days()).map_err(|_| wrong())?;
            starts.push(Instant::start_of_day(date, zone).map_err(|_| wrong())?.as_micros());
            dates.push(date);
        }
        dates.pop();
        Ok(Self { dates, starts })
    }

    /// Whether a day has opening hours; without a clock every day has.
    pub(crate) fn is_open(&self, day: usize, clock: Option<&OpenClock>) -> bool {
        clock.is_none_or(|clock| clock.opening(self.starts[day]).is_some_and(|opening| opening < self.starts[day + 1]))
    }

    /// The slots of a day.
    pub(crate) fn slots(&self, day: usize, zone: &TimeZone) -> Vec<Slot> {
        let (from, to) = (self.starts[day], self.starts[day + 1]);
        let mut slots = Vec::new();
        let mut start = from;
        while start < to {
            let end = to.min(start + SLOT);
            slots.push(Slot { start, end, hour: local_hour(start, zone) });
            start = end;
        }
        slots
    }
}

fn local_hour(micros: i64, zone: &TimeZone) -> usize {
    let hour = instant(micros).to_timestamp().to_zoned(zone.clone()).hour();
    usize::from(hour.unsigned_abs())
}

/// An instant of a run.
pub(crate) fn instant(micros: i64) -> Instant {
    Instant::from_micros(micros).expect("a run lies within the years 1 to 9999")
}

/// How long a calendar has been open since the run began.
#[derive(Debug, Clone)]
pub(crate) struct OpenClock {
    /// Start, end, and open time before the start, of each open span.
    spans: Vec<(i64, i64, i64)>,
}

impl OpenClock {
    pub(crate) fn new(calendar: &Calendar, from: i64, to: i64) -> Self {
        let mut before = 0;
        let spans = calendar.open_spans(instant(from), instant(to)).into_iter().map(|span| {
            let (start, end) = (span.from.as_micros(), span.to.as_micros());
            before += end - start;
            (start, end, before - (end - start))
        });
        Self { spans: spans.collect() }
    }

    /// Open time before `at`.
    pub(crate) fn reading(&self, at: i64) -> i64 {
        let upto = self.spans.partition_point(|(start, _, _)| *start <= at);
        self.spans[..upto].last().map_or(0, |(start, end, before)| before + at.min(*end) - start)
    }

    pub(crate) fn is_open(&self, at: i64) -> bool {
        let upto = self.spans.partition_point(|(start, _, _)| *start <= at);
        self.spans[..upto].last().is_some_and(|(_, end, _)| at < *end)
    }

    /// `at` when open, else the next opening; `None` when there is none.
    pub(crate) fn opening(&self, at: i64) -> Option<i64> {
        let next = self.spans.partition_point(|(_, end, _)| *end <= at);
        self.spans.get(next).map(|(start, _, _)| at.max(*start))
    }
}
