//! Exact counts, and the bar a share of them is held against.

use num_bigint::BigInt;
use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::terms::{Better, Rounding, Share};

/// Counts that may be weighted: `good / per` of `total / per` contacts, exact. `per` is 1 unless surplus days weigh
/// their contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    good: BigInt,
    total: BigInt,
    per: BigInt,
}

impl Tally {
    /// Nothing counted.
    #[must_use]
    pub fn empty() -> Self {
        Self::of(0, 0)
    }

    /// `good` of `total` contacts.
    #[must_use]
    pub fn of(good: u64, total: u64) -> Self {
        Self { good: good.into(), total: total.into(), per: 1.into() }
    }

    /// Adds `good` of `total` contacts that weigh `weight.0 / weight.1` each; the second is never 0.
    pub(crate) fn add(&mut self, good: u64, total: u64, weight: (u128, u128)) {
        let (by, per) = lowest(weight);
        self.good = &self.good * per + BigInt::from(good) * by * &self.per;
        self.total = &self.total * per + BigInt::from(total) * by * &self.per;
        self.per *= per;
    }

    /// Whether nothing is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total == BigInt::ZERO
    }

    /// Whether a share is reached; never by nothing.
    #[must_use]
    pub fn reaches(&self, bar: Bar) -> bool {
        let left = &self.good * bar.den;
        let right = &self.total * bar.num;
        !self.is_empty() && if bar.strict { left > right } else { left >= right }
    }

    /// By how many contacts the bar is reached: those that could have been missed as well, or, below 0, those that are
    /// lacking, of as many contacts in all.
    #[must_use]
    pub fn margin(&self, bar: Bar) -> i64 {
        let over = &self.good * bar.den - &self.total * bar.num;
        let unit = BigInt::from(bar.den) * &self.per;
        let margin = if bar.strict { ceiling(&over, &unit) - 1 } else { floor(&over, &unit) };
        clamped(&margin)
    }

    /// How many of `remaining` further contacts must be good for the bar to be reached at the end: above `remaining`
    /// when it no longer can be, 0 or less when it will be in any case.
    #[must_use]
    pub fn needed(&self, bar: Bar, remaining: u64) -> i64 {
        let lacking = (&self.total + &self.per * remaining) * bar.num - &self.good * bar.den;
        let unit = BigInt::from(bar.den) * &self.per;
        let needed = if bar.strict { floor(&lacking, &unit) + 1 } else { ceiling(&lacking, &unit) };
        clamped(&needed)
    }

    /// The share of `remaining` further contacts that must be good, as a number to show; `None` when none remain.
    #[must_use]
    pub fn required(&self, bar: Bar, remaining: u64) -> Option<f64> {
        let lacking = (&self.total + &self.per * remaining) * bar.num - &self.good * bar.den;
        (remaining > 0).then(|| ratio(&lacking, &(BigInt::from(bar.den) * &self.per * remaining)))
    }

    /// Good contacts, as a number to show.
    #[must_use]
    pub fn good(&self) -> f64 {
        ratio(&self.good, &self.per)
    }

    /// All contacts, as a number to show.
    #[must_use]
    pub fn total(&self) -> f64 {
        ratio(&self.total, &self.per)
    }

    /// The share, as a number to show; `None` of nothing.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (!self.is_empty()).then(|| ratio(&self.good, &self.total))
    }
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tally = serializer.serialize_struct("Tally", 3)?;
        tally.serialize_field("good", &self.good())?;
        tally.serialize_field("total", &self.total())?;
        tally.serialize_field("share", &self.share())?;
        tally.end()
    }
}

/// A share that must be reached, `num / den`, or exceeded when `strict`. Rounding is in it: a figure rounded half up
/// reaches a level exactly when it reaches the level less half a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    num: u64,
    den: u64,
    strict: bool,
}

impl Bar {
    /// The bar of a level for the share of good contacts.
    ///
    /// Of a figure that is better when lower, good contacts are those it does not count: a figure of at most `level`
    /// is a rest of at least `1 − level`.
    #[must_use]
    pub fn of(level: Share, better: Better, rounding: Option<Rounding>) -> Self {
        let whole = u64::from(Share::WHOLE);
        let level = u64::from(level.millionths());
        let Some(rounding) = rounding else {
            let num = if better == Better::Higher { level } else { whole - level };
            return Self { num, den: whole, strict: false };
        };
        // Steps of the rounded figure in a whole; decimals are at most 4, so the step is a whole number of millionths.
        let steps = 100 * 10_u64.pow(rounding.decimals);
        let step = whole / steps;
        match better {
            Better::Higher => Self { num: (2 * level.div_ceil(step)).saturating_sub(1), den: 2 * steps, strict: false },
            Better::Lower if level / step == steps => Self { num: 0, den: 1, strict: false },
            Better::Lower => Self { num: 2 * steps - 2 * (level / step) - 1, den: 2 * steps, strict: true },
        }
    }

    /// The bar as a number to show.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most two million")]
    pub fn as_f64(self) -> f64 {
        self.num as f64 / self.den as f64
    }
}

fn lowest((num, den): (u128, u128)) -> (u128, u128) {
    let (mut one, mut other) = (num, den);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    (num / one.max(1), den / one.max(1))
}

/// The greatest whole number not above `num / den`, for a positive `den`.
fn floor(num: &BigInt, den: &BigInt) -> BigInt {
    let cut = num / den;
    if (num % den) < BigInt::ZERO { cut - 1 } else { cut }
}

/// The least whole number not below `num / den`, for a positive `den`.
fn ceiling(num: &BigInt, den: &BigInt) -> BigInt {
    -floor(&-num, den)
}

fn clamped(number: &BigInt) -> i64 {
    let end = if *number < BigInt::ZERO { i64::MIN } else { i64::MAX };
    i64::try_from(number).unwrap_or(end)
}

/// A quotient as a number to show: both are cut alike to what the exponent of a double holds.
fn ratio(num: &BigInt, den: &BigInt) -> f64 {
    let cut = den.bits().max(num.bits()).saturating_sub(1000);
    let float = |number: &BigInt| digits(&(number >> cut));
    float(num) / float(den)
}

fn digits(number: &BigInt) -> f64 {
    let (sign, words) = number.to_u64_digits();
    #[expect(clippy::cast_precision_loss, reason = "a number to show")]
    let size = words.iter().rev().fold(0.0, |size, word| size * 18_446_744_073_709_551_616.0 + *word as f64);
    if sign == num_bigint::Sign::Minus { -size } else { size }
}
