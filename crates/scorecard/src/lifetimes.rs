//! How long something stays open, with those that still are: counts by time in, the share still open out. Pure.
//!
//! The one place where scorecards meet survival statistics ([`stats::kaplan_meier`]).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use stats::{Interval, Spell, Survival, kaplan_meier};

use crate::{
    ScorecardError,
    backlog::seconds,
    maker::Number,
    rows::{Ints, RowKey},
    tallied::Tallied,
};

/// A point of a curve is kept when the share still open has fallen by this much since the one before.
const STEP: f64 = 0.005;

/// The share still open after so long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct SurvivalPoint {
    /// Time since the receipt, in seconds.
    pub time_s: f64,
    /// Share still open just after it, 0–1.
    pub still_open: f64,
    /// Lower bound of its 95 % interval, 0–1.
    pub low: f64,
    /// Upper bound of its 95 % interval, 0–1.
    pub high: f64,
    /// How many were open, and followed, just before it.
    pub at_risk: i64,
}

/// Ends and last sights by time, in microseconds.
#[derive(Debug)]
pub(crate) struct Lifetimes(Survival);

impl Lifetimes {
    /// From how many ended, and how many were still open, after which time; `None` without any.
    fn new(spells: &[Spell]) -> Option<Self> {
        kaplan_meier(spells).map(Self)
    }

    /// How many there are.
    pub(crate) fn n(&self) -> i64 {
        self.0.cases()
    }

    /// The time in which so many percent end, in seconds, with its interval where both of its ends are known; `None` while
    /// fewer have ended.
    pub(crate) fn percentile(&self, percent: u8) -> Option<Number> {
        let found = self.0.percentile(percent);
        let time = seconds(found.time?);
        let interval = found.low.zip(found.high).map(|(low, high)| Interval { low: seconds(low), high: seconds(high) });
        Some(interval.map_or_else(|| Number::plain(time), |interval| Number::within(time, interval)))
    }

    /// Until when anything is known, in seconds: the longest time for which one was seen.
    pub(crate) fn until_s(&self) -> f64 {
        seconds(self.0.seen_until())
    }

    /// The curve from the receipt on, in steps that can be seen.
    pub(crate) fn curve(&self) -> Vec<SurvivalPoint> {
        let start = SurvivalPoint { time_s: 0.0, still_open: 1.0, low: 1.0, high: 1.0, at_risk: self.n() };
        let mut curve = vec![start];
        let steps = self.0.steps();
        for (number, step) in steps.iter().enumerate() {
            let fallen = curve.last().is_none_or(|before| before.still_open - step.beyond >= STEP);
            if fallen || number + 1 == steps.len() {
                curve.push(SurvivalPoint {
                    time_s: seconds(step.time),
                    still_open: step.beyond,
                    low: step.interval.low,
                    high: step.interval.high,
                    at_risk: step.at_risk,
                });
            }
        }
        curve
    }
}

/// The rows of a statement that counts ends (`ended`) and last sights (`censored`) by clock (`clock`) and time (`time_us`).
pub(crate) struct Times<'a> {
    tallied: Tallied<'a>,
    /// The number of each row's clock among `names`.
    clocks: Vec<usize>,
    names: Vec<String>,
    after: Ints,
    ended: Ints,
    censored: Ints,
}

impl<'a> Times<'a> {
    /// Reads the columns once: they are long.
    ///
    /// # Errors
    /// One is missing.
    pub(crate) fn new(tallied: Tallied<'a>) -> Result<Self, ScorecardError> {
        let rows = tallied.rows();
        let (mut clocks, mut names): (Vec<usize>, Vec<String>) = (Vec::with_capacity(rows.len()), Vec::new());
        for clock in rows.texts("clock")? {
            let clock = clock.unwrap_or_default();
            clocks.push(names.iter().position(|name| *name == clock).unwrap_or_else(|| {
                names.push(clock);
                names.len() - 1
            }));
        }
        let (after, ended, censored) = (rows.ints("time_us")?, rows.ints("ended")?, rows.ints("censored")?);
        Ok(Self { tallied, clocks, names, after, ended, censored })
    }

    /// Those of a key, by clock; no clock by which there are none.
    pub(crate) fn lifetimes(&self, key: &RowKey) -> BTreeMap<&str, Lifetimes> {
        let mut by_clock: Vec<Vec<Spell>> = vec![Vec::new(); self.names.len()];
        for row in self.tallied.of(key).iter().copied() {
            let Some(time) = self.after.get(row) else { continue };
            let count = |column: &Ints| column.get(row).unwrap_or(0);
            by_clock[self.clocks[row]].push(Spell { time, ended: count(&self.ended), open: count(&self.censored) });
        }
        let told = self.names.iter().zip(&by_clock);
        told.filter_map(|(name, spells)| Some((name.as_str(), Lifetimes::new(spells)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_US: i64 = 3_600_000_000;

    /// Of (hours, ended, still open).
    fn lifetimes(counts: &[(i64, i64, i64)]) -> Lifetimes {
        let spell =
            |(hours, ended, open): &(i64, i64, i64)| Spell { time: hours * HOUR_US, ended: *ended, open: *open };
        Lifetimes::new(&counts.iter().map(spell).collect::<Vec<_>>()).expect("some")
    }

    fn hours(lifetimes: &Lifetimes, percent: u8) -> Option<f64> {
        lifetimes.percentile(percent).map(|number| number.value / 3600.0)
    }

    /// The rate on closed cases says that all is well; the open ones are what it does not see.
    #[test]
    fn what_is_still_open_counts() {
        let closed_quickly = lifetimes(&[(1, 10, 0)]);
        let with_open_ones = lifetimes(&[(1, 10, 0), (100, 0, 30)]);
        assert_eq!((hours(&closed_quickly, 50), hours(&with_open_ones, 50)), (Some(1.0), None));
        let last = with_open_ones.curve().last().copied().expect("a point");
        assert_eq!((last.time_s, last.still_open, last.at_risk), (3600.0, 0.75, 40));
        assert!(last.low < 0.75 && last.high > 0.75, "{last:?}");
    }

    /// 21 patients of Freireich and others 1963, weeks taken for hours: the median is 23; too few ended for a 90th.
    #[test]
    fn the_textbook_median() {
        let ended = [(6, 3, 1), (7, 1, 0), (10, 1, 1), (13, 1, 0), (16, 1, 0), (22, 1, 0), (23, 1, 0)];
        let open = [9, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(|hours| (hours, 0, 1));
        let patients = lifetimes(&[&ended[..], &open[..]].concat());
        assert_eq!((patients.n(), hours(&patients, 50), hours(&patients, 90)), (21, Some(23.0), None));
        let steps = patients.curve();
        let told: Vec<String> = steps.iter().map(|step| format!("{:.4} {}", step.still_open, step.at_risk)).collect();
        let expected =
            ["1.0000 21", "0.8571 21", "0.8067 17", "0.7529 15", "0.6902 12", "0.6275 11", "0.5378 7", "0.4482 6"];
        assert_eq!(told, expected);
    }

    /// A thousand complaints, each at its own time: the curve is as fine as the eye, and ends where it ends.
    #[test]
    fn a_curve_has_steps_that_can_be_seen() {
        let many: Vec<_> = (0..1_000).map(|hour| (hour, 1, 0)).collect();
        let curve = lifetimes(&many).curve();
        assert!(curve.len() > 150 && curve.len() < 300, "{} points", curve.len());
        assert!(curve.last().is_some_and(|point| point.still_open.abs() < 1e-12 && point.time_s > 3_596_000.0));
        assert!(curve.is_sorted_by(|one, other| one.time_s < other.time_s && one.still_open > other.still_open));
    }

    #[test]
    fn without_open_ones_ranks_are_nearest_ranks() {
        let ten = lifetimes(&[(1, 3, 0), (2, 2, 0), (5, 4, 0), (9, 1, 0)]);
        assert_eq!((hours(&ten, 50), hours(&ten, 90)), (Some(2.0), Some(5.0)));
        assert!(Lifetimes::new(&[]).is_none());
    }
}
