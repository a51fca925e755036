//! How long something stays open, with those that still are: counts by time in, the share still open out. Pure.
//!
//! The one place where scorecards meet survival statistics: [`still_open`] is all that is asked of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// A point of a curve is kept when the share still open has fallen by this much since the one before.
const STEP: f64 = 0.005;

/// Shares are products of fractions: half of something may be a hair more.
const HAIR: f64 = 1e-9;

/// The share still open after so long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct SurvivalPoint {
    /// Time since the receipt, in seconds.
    pub time_s: f64,
    /// Share still open just after it, 0–1.
    pub still_open: f64,
    /// How many were open, and followed, just before it.
    pub at_risk: i64,
}

/// Ends and last sights by time, in microseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lifetimes(BTreeMap<i64, (i64, i64)>);

impl Lifetimes {
    /// Adds how many ended after `time`, and how many were still open when last seen at that age.
    pub(crate) fn add(&mut self, time: i64, ended: i64, censored: i64) {
        let counts = self.0.entry(time).or_default();
        counts.0 += ended;
        counts.1 += censored;
    }

    /// How many there are.
    pub(crate) fn n(&self) -> i64 {
        self.0.values().map(|(ended, censored)| ended + censored).sum()
    }

    /// The first time after which at most this share is still open, in microseconds; `None` while more is.
    pub(crate) fn until(&self, share: f64) -> Option<i64> {
        still_open(&self.0).into_iter().find(|step| step.share <= share + HAIR).map(|step| step.time)
    }

    /// The curve from the receipt on, in steps that can be seen.
    pub(crate) fn curve(&self) -> Vec<SurvivalPoint> {
        let mut curve = vec![SurvivalPoint { time_s: 0.0, still_open: 1.0, at_risk: self.n() }];
        let steps = still_open(&self.0);
        let last = steps.len().saturating_sub(1);
        for (number, step) in steps.into_iter().enumerate() {
            let fallen = curve.last().is_none_or(|before| before.still_open - step.share >= STEP);
            if fallen || number == last {
                curve.push(SurvivalPoint {
                    time_s: crate::backlog::seconds(step.time),
                    still_open: step.share,
                    at_risk: step.at_risk,
                });
            }
        }
        curve
    }
}

/// A time at which something ended.
struct Step {
    time: i64,
    at_risk: i64,
    share: f64,
}

/// The share still open after each time at which something ended (Kaplan and Meier 1958): the product over these times u of
/// 1 − ended(u) / at_risk(u), at_risk(u) those whose time is u or more. Of one time, ends come before last sights.
#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn still_open(counts: &BTreeMap<i64, (i64, i64)>) -> Vec<Step> {
    let mut at_risk: i64 = counts.values().map(|(ended, censored)| ended + censored).sum();
    let mut share = 1.0;
    let mut steps = Vec::new();
    for (time, (ended, censored)) in counts {
        if *ended > 0 {
            share *= (at_risk - ended) as f64 / at_risk as f64;
            steps.push(Step { time: *time, at_risk, share });
        }
        at_risk -= ended + censored;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lifetimes(counts: &[(i64, i64, i64)]) -> Lifetimes {
        let mut lifetimes = Lifetimes::default();
        counts.iter().for_each(|(time, ended, censored)| lifetimes.add(*time, *ended, *censored));
        lifetimes
    }

    /// Remission of 21 patients under 6-MP (Freireich and others 1963), weeks: the textbook curve.
    #[test]
    fn the_textbook_curve() {
        let weeks = [
            (6, 3, 1),
            (7, 1, 0),
            (9, 0, 1),
            (10, 1, 1),
            (11, 0, 1),
            (13, 1, 0),
            (16, 1, 0),
            (17, 0, 1),
            (19, 0, 1),
            (20, 0, 1),
            (22, 1, 0),
            (23, 1, 0),
            (25, 0, 1),
            (32, 0, 2),
            (34, 0, 1),
            (35, 0, 1),
        ];
        let patients = lifetimes(&weeks);
        let told: Vec<String> = still_open(&patients.0)
            .iter()
            .map(|step| format!("{} {} {:.4}", step.time, step.at_risk, step.share))
            .collect();
        let expected = [
            "6 21 0.8571",
            "7 17 0.8067",
            "10 15 0.7529",
            "13 12 0.6902",
            "16 11 0.6275",
            "22 7 0.5378",
            "23 6 0.4482",
        ];
        assert_eq!(told, expected);
        assert_eq!((patients.n(), patients.until(0.5), patients.until(0.1)), (21, Some(23), None));
    }

    /// The rate on closed cases says that all is well; the open ones are what it does not see.
    #[test]
    fn what_is_still_open_counts() {
        let closed_quickly = lifetimes(&[(1, 10, 0)]);
        let with_open_ones = lifetimes(&[(1, 10, 0), (100, 0, 30)]);
        assert_eq!((closed_quickly.until(0.5), with_open_ones.until(0.5)), (Some(1), None));
        assert_eq!(with_open_ones.curve().last().map(|point| (point.still_open, point.at_risk)), Some((0.75, 40)));
    }

    #[test]
    fn without_open_ones_ranks_are_nearest_ranks() {
        let ten = lifetimes(&[(1, 3, 0), (2, 2, 0), (5, 4, 0), (9, 1, 0)]);
        assert_eq!((ten.until(0.5), ten.until(0.1)), (Some(2), Some(5)));
        assert_eq!(lifetimes(&[]).until(0.5), None);
    }
}
