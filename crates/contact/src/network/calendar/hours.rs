//! Opening within one local day.

use std::fmt;

use jiff::civil::Time;
use serde::{Serialize, Serializer};

const MINUTE_US: i64 = 60_000_000;

/// One stretch of opening within a local day, such as `08:00-12:30`: to the minute, end exclusive, at most `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    /// Minutes since local midnight.
    pub(super) from: u16,
    /// The same.
    pub(super) to: u16,
}

/// Why a text is no stretch of opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotHours {
    /// Not `HH:MM-HH:MM`.
    Unreadable,
    /// It ends when it begins.
    Empty,
    /// It ends on the next day: what lies on this day, and on the next (nothing when it ends at midnight).
    PastMidnight(Hours, Option<Hours>),
}

impl Hours {
    const MIDNIGHT: u16 = 24 * 60;

    pub(super) fn parse(text: &str) -> Result<Self, NotHours> {
        let (from, to) = text.split_once('-').ok_or(NotHours::Unreadable)?;
        let minute = |text: &str| minute(text.trim()).ok_or(NotHours::Unreadable);
        let (from, to) = (minute(from)?, minute(to)?);
        if from == to {
            return Err(NotHours::Empty);
        }
        if from > to {
            let evening = Self { from, to: Self::MIDNIGHT };
            return Err(if from == Self::MIDNIGHT {
                NotHours::PastMidnight(Self { from: 0, to }, None)
            } else {
                NotHours::PastMidnight(evening, (to > 0).then_some(Self { from: 0, to }))
            });
        }
        Ok(Self { from, to })
    }

    /// Opens and closes, in microseconds since local midnight.
    pub(super) fn micros(self) -> (i64, i64) {
        (i64::from(self.from) * MINUTE_US, i64::from(self.to) * MINUTE_US)
    }
}

fn minute(text: &str) -> Option<u16> {
    if text == "24:00" {
        return Some(Hours::MIDNIGHT);
    }
    let time = Time::strptime("%H:%M", text).ok()?;
    Some(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
}

/// A minute of the day as `08:00`.
pub(super) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", clock(self.from), clock(self.to))
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
