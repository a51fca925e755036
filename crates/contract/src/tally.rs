//! Exact counts, and what is lacking of a target.

use num_bigint::BigInt;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use stats::sla::{Lacking, Target};

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

    /// What is lacking of a target, to the last fraction of a contact.
    #[must_use]
    pub fn lacking(&self, target: Target) -> Lacking {
        let (num, den) = target.fraction();
        let over = &self.total * num - &self.good * den;
        let whole = floor(&over, &self.per);
        let exact = &whole * &self.per == over;
        Lacking::weighed(clamped(&whole), exact, target)
    }

    /// Whether a target is reached; never by nothing.
    #[must_use]
    pub fn reaches(&self, target: Target) -> bool {
        !self.is_empty() && self.lacking(target).is_met()
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

/// A tally as it is shown.
#[derive(JsonSchema)]
#[schemars(rename = "Tally")]
#[expect(dead_code, reason = "the shape of what is written, never made")]
struct Shown {
    /// Good contacts, surplus weighed.
    good: f64,
    /// All contacts, surplus weighed.
    total: f64,
    /// The share; null of nothing.
    share: Option<f64>,
}

impl JsonSchema for Tally {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Shown::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Shown::json_schema(generator)
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

fn clamped(number: &BigInt) -> i128 {
    let end = if *number < BigInt::ZERO { i128::MIN } else { i128::MAX };
    i128::try_from(number).unwrap_or(end)
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
