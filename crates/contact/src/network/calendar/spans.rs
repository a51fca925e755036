//! Open intervals, and the stretches of time in which a zone keeps to one offset.

use jiff::{
    civil::Date,
    tz::{Offset, TimeZone},
};
use serde::Serialize;

use crate::Instant;

const DAY_US: i64 = 86_400_000_000;

/// An open interval, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OpenSpan {
    /// Opens.
    pub from: Instant,
    /// Closes.
    pub to: Instant,
}

impl OpenSpan {
    /// Its length in microseconds.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.to.micros_since(self.from)
    }

    /// What it has in common with another.
    #[must_use]
    pub fn within(self, other: Self) -> Option<Self> {
        let common = Self { from: self.from.max(other.from), to: self.to.min(other.to) };
        (common.from < common.to).then_some(common)
    }
}

/// Adds an interval that begins no earlier than those before; touching ones become one.
pub(in crate::network) fn join(spans: &mut Vec<OpenSpan>, span: OpenSpan) {
    match spans.last_mut() {
        Some(before) if before.to >= span.from => before.to = before.to.max(span.to),
        _ => spans.push(span),
    }
}

/// All that lies in any of the intervals, in order.
pub(in crate::network) fn union(mut spans: Vec<OpenSpan>) -> Vec<OpenSpan> {
    spans.sort_by_key(|span| (span.from, span.to));
    let mut all = Vec::new();
    for span in spans {
        join(&mut all, span);
    }
    all
}

/// What lies in both lists; each is in order and without overlap.
pub(in crate::network) fn intersection(one: &[OpenSpan], other: &[OpenSpan]) -> Vec<OpenSpan> {
    let mut common = Vec::new();
    let mut ahead = other;
    for span in one {
        ahead = &ahead[ahead.partition_point(|other| other.to <= span.from)..];
        common.extend(ahead.iter().map_while(|other| span.within(*other)));
    }
    common
}

/// What lies in the first list and not in the second; each is in order and without overlap.
pub(in crate::network) fn difference(one: &[OpenSpan], other: &[OpenSpan]) -> Vec<OpenSpan> {
    let mut left = Vec::new();
    for span in one {
        let mut from = span.from;
        for hole in intersection(&[*span], other) {
            left.extend(Some(OpenSpan { from, to: hole.from }).filter(|span| span.from < span.to));
            from = hole.to;
        }
        left.extend(Some(OpenSpan { from, to: span.to }).filter(|span| span.from < span.to));
    }
    left
}

/// A stretch of time in which a zone's clocks keep to one offset, end exclusive.
#[derive(Debug, Clone, Copy)]
pub(in crate::network) struct Stretch {
    pub(in crate::network) span: OpenSpan,
    pub(in crate::network) offset: Offset,
}

/// A local day within a stretch.
#[derive(Debug, Clone, Copy)]
pub(in crate::network) struct LocalDay {
    pub(in crate::network) date: Date,
    /// Local midnight by the stretch's offset, in microseconds since 1970; may lie before the stretch.
    midnight: i64,
    /// The part of the day that lies in the stretch.
    pub(in crate::network) span: OpenSpan,
}

impl LocalDay {
    /// The part of the local hours `[from, to)`, in microseconds since midnight, that this day has.
    pub(in crate::network) fn part(&self, (from, to): (i64, i64)) -> Option<OpenSpan> {
        let bound = |micros: i64| {
            let held = (self.midnight + micros).clamp(self.span.from.as_micros(), self.span.to.as_micros());
            self.span.from.plus_micros(held - self.span.from.as_micros())
        };
        let part = OpenSpan { from: bound(from), to: bound(to) };
        (part.from < part.to).then_some(part)
    }

    /// Microseconds from local midnight to an instant of the day.
    pub(in crate::network) fn micros_at(&self, at: Instant) -> i64 {
        at.as_micros() - self.midnight
    }
}

impl Stretch {
    /// The local days it touches, in order.
    pub(in crate::network) fn days(self) -> impl Iterator<Item = LocalDay> {
        let offset_us = i64::from(self.offset.seconds()) * 1_000_000;
        let first = (self.span.from.as_micros() + offset_us).div_euclid(DAY_US) * DAY_US - offset_us;
        let mut date = Some(self.offset.to_datetime(self.span.from.to_timestamp()).date());
        let midnights = (first..self.span.to.as_micros()).step_by(86_400_000_000);
        midnights.map_while(move |midnight| {
            let today = date?;
            date = today.tomorrow().ok();
            let whole = LocalDay { date: today, midnight, span: self.span };
            Some(LocalDay { span: whole.part((0, DAY_US))?, ..whole })
        })
    }
}

/// The stretches of one offset that `[from, to)` consists of, in order: a bound between two is a clock change.
pub(in crate::network) fn stretches(zone: &TimeZone, span: OpenSpan) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut current = Stretch { span, offset: zone.to_offset(span.from.to_timestamp()) };
    for change in zone.following(span.from.to_timestamp()) {
        let at = Instant::from(change.timestamp());
        if at >= span.to {
            break;
        }
        if change.offset() != current.offset {
            current.span.to = at;
            stretches.push(current);
            current = Stretch { span: OpenSpan { from: at, to: span.to }, offset: change.offset() };
        }
    }
    stretches.push(current);
    stretches.retain(|stretch| stretch.span.from < stretch.span.to);
    stretches
}
