//! The line between first contacts whose window has elapsed and those whose has not, and sums that hold both readings. Pure.

use std::collections::BTreeMap;

use super::HOUR_US;
use crate::{Question, cohort::DAY_US, parts::Totals};

/// Sums of contacts as mature, and as not mature.
#[derive(Default, Clone)]
pub(super) struct Readings(pub(super) [Totals; 2]);

/// Sums of contacts received before a day, within it by hour, and after it: as mature, in both readings, and as not mature.
#[derive(Default)]
pub(super) struct Parted {
    before: Totals,
    hours: BTreeMap<i64, Readings>,
    after: Totals,
}

/// The line between what is mature and what is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    /// The day in which it lies, microseconds; empty where it lies before or after all that is asked.
    pub(super) day: (i64, i64),
    /// Contacts received until then are mature.
    pub(super) until_us: i64,
}

impl Edge {
    pub(super) fn of(question: &Question, window_us: i64) -> Self {
        let (from, to) = (question.period.from.as_micros(), question.period.to.as_micros());
        Self::new((from, to), question.now.as_micros().saturating_sub(window_us))
    }

    /// Of contacts received in `[from, to)`.
    pub(super) fn new((from, to): (i64, i64), until_us: i64) -> Self {
        let start = until_us.div_euclid(DAY_US) * DAY_US;
        let day = match until_us {
            _ if until_us < from => (i64::MIN, i64::MIN),
            _ if until_us >= to => (i64::MAX, i64::MAX),
            // Before 1970 hours are cut the other way.
            _ if start < DAY_US => (i64::MIN, i64::MAX),
            _ => (start, start + DAY_US),
        };
        Self { day, until_us }
    }

    /// The hour that it cuts, as the statement cuts hours; `None` where it lies outside.
    pub(super) fn hour(self) -> Option<i64> {
        (self.day.0 < self.day.1).then(|| self.until_us - self.until_us % HOUR_US)
    }

    /// Whether the statement puts a contact into that hour.
    pub(super) fn cuts(self, received_us: i64) -> bool {
        self.hour() == Some(received_us - received_us % HOUR_US)
    }
}

impl Parted {
    pub(super) fn add(&mut self, edge: Edge, hour: i64, readings: &Readings, sign: i64) {
        let Readings([mature, immature]) = readings;
        if hour < edge.day.0 {
            self.before.add(mature, sign, 0);
        } else if hour >= edge.day.1 {
            self.after.add(immature, sign, 0);
        } else {
            let mine = self.hours.entry(hour).or_default();
            mine.0[0].add(mature, sign, 0);
            mine.0[1].add(immature, sign, 0);
        }
    }

    /// The sum on both sides of the line. In the hour that it cuts nothing may be left.
    pub(super) fn sum(&self, edge: Edge) -> Totals {
        let mut total = Totals::default();
        for part in [&self.before, &self.after] {
            total.add(part, 1, 0);
        }
        for (hour, Readings([mature, immature])) in &self.hours {
            total.add(if edge.hour().is_some_and(|cut| *hour > cut) { immature } else { mature }, 1, 0);
        }
        total.settle();
        total
    }

    pub(super) fn bytes(&self) -> usize {
        let hours = self.hours.values().flat_map(|readings| &readings.0);
        [&self.before, &self.after].into_iter().chain(hours).map(Totals::bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Midnight of some day.
    const DAY: i64 = 20_000 * DAY_US;

    #[test]
    fn the_line_lies_in_an_hour_of_a_day_or_outside() {
        let period = (DAY, DAY + 3 * DAY_US);
        let edge = |until_us: i64| Edge::new(period, until_us);
        let inside = edge(DAY + DAY_US + 5 * HOUR_US + 7);
        assert_eq!((inside.day, inside.hour()), ((DAY + DAY_US, DAY + 2 * DAY_US), Some(DAY + DAY_US + 5 * HOUR_US)));
        assert!(inside.cuts(DAY + DAY_US + 5 * HOUR_US) && !inside.cuts(DAY + DAY_US + 6 * HOUR_US));
        assert_eq!([edge(DAY - 1).hour(), edge(period.1).hour()], [None, None]);
        assert!(edge(DAY).hour().is_some() && edge(period.1 - 1).hour().is_some());
    }

    /// Before the hour that is cut both readings of an hour count as mature, after it as not.
    #[test]
    fn sums_are_read_on_both_sides_of_the_line() {
        use crate::parts::tests::one_row;

        let edge = Edge::new((DAY, DAY + 3 * DAY_US), DAY + DAY_US + 5 * HOUR_US + 7);
        let mut parted = Parted::default();
        let hours = [-2, 0, 24 + 4, 24 + 6, 48];
        for (number, hour) in (0..).zip(hours) {
            let readings = Readings([one_row(10_i64.pow(number)), one_row(2 * 10_i64.pow(number))]);
            parted.add(edge, DAY + hour * HOUR_US, &readings, 1);
        }
        assert_eq!(parted.sum(edge).tables["x"].rows.values().map(|sums| sums[0]).collect::<Vec<_>>(), [22_111]);
        assert!(parted.bytes() > Parted::default().bytes());
    }
}
