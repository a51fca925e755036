//! Shares, points and levels: decimals as written, to the last digit.

use std::{cmp::Ordering, fmt, str::FromStr};

use contact::Duration;
use serde::{Serialize, Serializer};
use stats::sla::Target;

use super::{Better, Rounding, Unit};

/// A value that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not a share.
    #[error("{0:?} is not a share; give a number from 0 to 1 with at most six decimals, such as 0.8")]
    NotAShare(String),
    /// Not a number of points.
    #[error("{0:?} is not a number of points; give a number of at least 0 with at most three decimals, such as 4.5")]
    NotPoints(String),
}

/// A share from 0 to 1, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    /// Millionths of a whole.
    pub const WHOLE: u32 = 1_000_000;
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// Everything.
    pub const ONE: Self = Self(Self::WHOLE);

    /// `millionths` of a whole, at most the whole.
    #[must_use]
    pub fn from_millionths(millionths: u32) -> Option<Self> {
        (millionths <= Self::WHOLE).then_some(Self(millionths))
    }

    /// In millionths.
    #[must_use]
    pub fn millionths(self) -> u32 {
        self.0
    }

    /// What is left of the whole.
    #[must_use]
    pub fn rest(self) -> Self {
        Self(Self::WHOLE - self.0)
    }

    /// The target that this share is reached.
    #[must_use]
    pub fn to_reach(self) -> Target {
        Target::millionths(self.0).expect("a share is at most a whole")
    }

    /// The target that the share of good contacts must meet for a figure to be at this level, after rounding where one was
    /// agreed. Of a figure that is better when lower, good contacts are those it does not count: a figure of at most this is
    /// a rest of at least `1 − this`.
    #[must_use]
    pub fn bar(self, better: Better, rounding: Option<Rounding>) -> Target {
        let target = match (better, rounding.map(Rounding::decimals)) {
            (Better::Higher, None) => Some(self.to_reach()),
            (Better::Higher, Some(decimals)) => self.to_reach().after_rounding(decimals),
            (Better::Lower, None) => Target::at_most(self.0),
            (Better::Lower, Some(decimals)) => Target::at_most_after_rounding(self.0, decimals),
        };
        target.expect("a share is at most a whole, and rounding has at most four decimals")
    }

    /// For statistics and for showing.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / f64::from(Self::WHOLE)
    }
}

impl FromStr for Share {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let read = decimal(text, 6).and_then(|value| u32::try_from(value).ok()).and_then(Self::from_millionths);
        read.ok_or_else(|| ValueError::NotAShare(text.to_owned()))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(u64::from(self.0), 6))
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

/// Points, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Points(u64);

impl Points {
    /// `thousandths` of a point.
    #[must_use]
    pub fn from_thousandths(thousandths: u64) -> Self {
        Self(thousandths)
    }

    /// In thousandths of a point.
    #[must_use]
    pub fn thousandths(self) -> u64 {
        self.0
    }
}

impl FromStr for Points {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let read = decimal(text, 3).filter(|value| *value <= 1_000_000_000_000);
        read.map(Self).ok_or_else(|| ValueError::NotPoints(text.to_owned()))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self.0, 3))
    }
}

/// A level a figure is held against, in the figure's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// A share.
    Share(Share),
    /// A length of time.
    Time(Duration),
    /// Points, or a number.
    Points(Points),
}

impl Level {
    /// Its unit.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Self::Share(_) => Unit::Share,
            Self::Time(_) => Unit::Duration,
            Self::Points(_) => Unit::Points,
        }
    }

    /// As a whole number of its finest unit: millionths, microseconds, thousandths.
    #[must_use]
    pub fn finest(self) -> u64 {
        match self {
            Self::Share(share) => u64::from(share.0),
            Self::Time(time) => time.as_micros().unsigned_abs(),
            Self::Points(points) => points.0,
        }
    }

    /// How demanding it is beside another of the same unit: `Greater` asks more.
    #[must_use]
    pub fn demands(self, other: Self, better: Better) -> Ordering {
        let order = self.finest().cmp(&other.finest());
        match better {
            Better::Higher => order,
            Better::Lower => order.reverse(),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => share.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::Points(points) => points.fmt(f),
        }
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Share(share) => share.serialize(serializer),
            Self::Time(time) => serializer.serialize_f64(time.as_seconds()),
            #[expect(clippy::cast_precision_loss, reason = "points are read up to 10^12 thousandths, below 2^53")]
            Self::Points(points) => serializer.serialize_f64(points.0 as f64 / 1e3),
        }
    }
}

/// A decimal number of at most `decimals` decimals, as that many times ten to one; trailing zeros may be more.
fn decimal(text: &str, decimals: usize) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || text.ends_with('.') || !digits(whole) || !digits(part) || part.len() > decimals {
        return None;
    }
    format!("{whole}{part:0<decimals$}").parse().ok()
}

fn written(value: u64, decimals: u32) -> String {
    let one = 10_u64.pow(decimals);
    let text = format!("{}.{:0width$}", value / one, value % one, width = decimals as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_what_is_written() {
        for (text, millionths) in
            [("0.80", 800_000), ("0", 0), ("1", 1_000_000), ("0.999999", 999_999), ("0.1000000000", 100_000)]
        {
            assert_eq!(text.parse(), Ok(Share(millionths)), "{text}");
        }
        for wrong in
            ["", "-0.1", "1.000001", "0.1234567", "80%", "0,8", ".5", "1.", "1e-1", "NaN", "99999999999999999999"]
        {
            assert_eq!(wrong.parse::<Share>(), Err(ValueError::NotAShare(wrong.to_owned())));
        }
        assert_eq!(Share(805_000).to_string(), "0.805");
        assert_eq!((Share::ONE.to_string(), Share::ZERO.to_string()), ("1".to_owned(), "0".to_owned()));
    }

    #[test]
    fn a_shorter_wait_asks_more() {
        let level = |seconds| Level::Time(Duration::from_secs(seconds));
        assert_eq!(level(60).demands(level(90), Better::Lower), Ordering::Greater);
        assert_eq!(level(60).demands(level(90), Better::Higher), Ordering::Less);
    }
}
