//! How long things take, when some have not ended yet.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, Normal};

use crate::Interval;

/// Rounding of a product of shares, which must not move a percentile by a step.
const SLACK: f64 = 1e-12;

/// Cases that ended, or were last seen open, after the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// The time since the case began, in any unit.
    pub time: i64,
    /// Cases that ended after it.
    pub ended: i64,
    /// Cases still open after it, of which no more is known.
    pub open: i64,
}

/// A time at which cases ended, with what is known of all cases by then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The time since a case began.
    pub time: i64,
    /// Cases that were not over before it and were still seen then: what the step stands on.
    pub at_risk: i64,
    /// Cases that ended just then.
    pub ended: i64,
    /// The share of cases that take longer, 0–1.
    pub beyond: f64,
    /// Its 95 % interval.
    pub interval: Interval,
}

/// The share of cases that take longer than a time, for every time.
#[derive(Debug, Clone, PartialEq)]
pub struct Survival {
    steps: Vec<Step>,
    cases: i64,
    ended: i64,
    seen_until: i64,
}

/// A percentile with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentile {
    /// The time; `None` if not enough cases have ended to know it.
    pub time: Option<i64>,
    /// Lower bound; `None` if even that is not known.
    pub low: Option<i64>,
    /// Upper bound; `None` if it is open.
    pub high: Option<i64>,
    /// Cases that were still seen at [`Self::time`]: what it stands on. 0 if that is not known.
    pub at_risk: i64,
}

/// Kaplan and Meier's estimate from spells in any order, those of the same time in any parts.
///
/// The share of cases beyond t is the product, over times t_i ≤ t at which d_i of the n_i cases still seen ended, of
/// 1 − d_i/n_i; a case last seen open at t_i was still seen then. The error is Greenwood's, its interval on the scale of
/// ln(−ln), which keeps it within 0–1. Open cases must be like the others but for their age: a case that was left out
/// because it is hard makes every figure too short.
///
/// `None` without cases, or with a negative time or count.
///
/// Sources: Kaplan and Meier, "Nonparametric estimation from incomplete observations", 1958; Kalbfleisch and Prentice, "The
/// Statistical Analysis of Failure Time Data", 1980, for the interval.
#[must_use]
pub fn kaplan_meier(spells: &[Spell]) -> Option<Survival> {
    let mut by_time: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for spell in spells {
        if spell.time < 0 || spell.ended < 0 || spell.open < 0 {
            return None;
        }
        if spell.ended > 0 || spell.open > 0 {
            let (ended, open) = by_time.entry(spell.time).or_default();
            *ended += spell.ended;
            *open += spell.open;
        }
    }
    let seen_until = *by_time.last_key_value()?.0;
    let cases = by_time.values().map(|(ended, open)| ended + open).sum();
    let ended = by_time.values().map(|(ended, _)| ended).sum();
    Some(Survival { steps: steps(&by_time, cases), cases, ended, seen_until })
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn steps(by_time: &BTreeMap<i64, (i64, i64)>, cases: i64) -> Vec<Step> {
    let mut at_risk = cases;
    // Between two open cases the product telescopes: without any it is exactly the share of cases left.
    let (mut base, mut base_risk) = (1.0, cases);
    let mut greenwood = 0.0;
    let quantile = Normal::standard().inverse_cdf(0.975);
    let mut steps = Vec::new();
    for (time, (ended, open)) in by_time {
        let left = at_risk - ended;
        let beyond = base * left as f64 / base_risk as f64;
        if *ended > 0 {
            greenwood += *ended as f64 / (at_risk as f64 * left as f64);
            let interval = around(beyond, greenwood, quantile);
            steps.push(Step { time: *time, at_risk, ended: *ended, beyond, interval });
        }
        at_risk = left - open;
        if *open > 0 {
            (base, base_risk) = (beyond, at_risk);
        }
    }
    steps
}

/// S^exp(± z·√G / ln S) with G Greenwood's sum and z the normal quantile. When nothing is left there is no error to estimate: the point alone.
fn around(beyond: f64, greenwood: f64, quantile: f64) -> Interval {
    if beyond <= 0.0 {
        return Interval { low: 0.0, high: 0.0 };
    }
    let reach = (quantile * greenwood.sqrt() / beyond.ln()).exp();
    // ln S is negative: the reach is below 1 and its power the upper bound.
    Interval { low: beyond.powf(1.0 / reach).min(beyond), high: beyond.powf(reach).max(beyond) }
}

impl Survival {
    /// The times at which cases ended, ascending.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// All cases.
    #[must_use]
    pub fn cases(&self) -> i64 {
        self.cases
    }

    /// Cases that have ended.
    #[must_use]
    pub fn ended(&self) -> i64 {
        self.ended
    }

    /// The last time at which a case was seen.
    #[must_use]
    pub fn seen_until(&self) -> i64 {
        self.seen_until
    }

    /// The share of cases that take longer than `time`, 0–1. `None` after the last time at which a case was seen, unless
    /// all have ended by then: nothing is known of it.
    #[must_use]
    pub fn beyond(&self, time: i64) -> Option<f64> {
        let share = self.last_step(time).map_or(1.0, |step| step.beyond);
        (time <= self.seen_until || share <= 0.0).then_some(share)
    }

    /// The time that `percent` of cases do not exceed, by nearest rank: the first at which at least that share has ended.
    /// Its interval is that of Brookmeyer and Crowley: the times at which the interval of the curve holds the share.
    ///
    /// Without open cases it is [`crate::nearest_ranks`]. With them it needs no case that has not ended to be guessed, and
    /// is `None` while too few have ended. Above 100 percent it is always.
    ///
    /// Source of the interval: Brookmeyer and Crowley, "A confidence interval for the median survival time", 1982.
    #[must_use]
    pub fn percentile(&self, percent: u8) -> Percentile {
        let left = (100.0 - f64::from(percent)) / 100.0;
        let first = |of: fn(&Step) -> f64| self.steps.iter().find(|step| of(step) <= left + SLACK);
        let found = first(|step| step.beyond);
        Percentile {
            time: found.map(|step| step.time),
            low: first(|step| step.interval.low).map(|step| step.time),
            high: first(|step| step.interval.high).map(|step| step.time),
            at_risk: found.map_or(0, |step| step.at_risk),
        }
    }

    fn last_step(&self, time: i64) -> Option<&Step> {
        let upto = self.steps.partition_point(|step| step.time <= time);
        self.steps[..upto].last()
    }
}
