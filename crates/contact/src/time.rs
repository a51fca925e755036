//! Instants, days and durations: UTC microseconds, compared exactly.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::rfc3339;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A time that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not RFC 3339 with an offset.
    #[error("{0:?} is not a time; give RFC 3339 with an offset, such as 2026-03-29T08:00:17.25+02:00")]
    NotRfc3339(String),
    /// Not an ISO date.
    #[error("{0:?} is not a date; give year-month-day, such as 2026-03-29")]
    NotADate(String),
    /// Not a year and a month.
    #[error("{0:?} is not a month; give year-month, such as 2026-10")]
    NotAMonth(String),
    /// Not a duration with a unit.
    #[error("{0:?} is not a duration; give a number with a unit, such as 20s, 3m, 24h")]
    NotADuration(String),
    /// Outside the years 1 to 9999.
    #[error("{0} microseconds since 1970 is outside the years 1 to 9999")]
    OutOfRange(i64),
}

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// Later than anything that can be stored: the `now` and `as_of` of "all that is known".
    pub const FOREVER: Self = Self(253_402_207_200_000_000);

    /// Earlier than anything that can be stored: the start of what holds since ever.
    pub const BEGINNING: Self = Self(-62_135_596_800_000_000);

    /// The instant `micros` microseconds after 1970 (UTC).
    ///
    /// # Errors
    /// Outside the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, TimeError> {
        Timestamp::from_microsecond(micros)
            .ok()
            .filter(|_| micros <= Self::FOREVER.0 && micros >= Self::BEGINNING.0)
            .map(|_| Self(micros))
            .ok_or(TimeError::OutOfRange(micros))
    }

    /// Microseconds since 1970 (UTC).
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The UTC day this instant lies in.
    #[must_use]
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(MICROS_PER_DAY)).expect("Instant is within the years 1 to 9999"))
    }

    /// Microseconds from `earlier` to `self`, negative when `earlier` is later.
    #[must_use]
    pub fn micros_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// This instant moved by `micros`, held within the years 1 to 9999.
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        let beyond = if micros > 0 { Self::FOREVER } else { Self::BEGINNING };
        Self::from_micros(self.0.saturating_add(micros)).unwrap_or(beyond)
    }

    /// As the time-zone library's timestamp.
    #[must_use]
    pub fn to_timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).expect("Instant is within the years 1 to 9999")
    }

    /// The start of the local day `date` in `zone`; a day that has no midnight starts at its first instant.
    ///
    /// # Errors
    /// Outside the years 1 to 9999.
    pub fn start_of_day(date: jiff::civil::Date, zone: &TimeZone) -> Result<Self, TimeError> {
        let zoned = date.to_zoned(zone.clone()).map_err(|_| TimeError::NotADate(date.to_string()))?;
        Self::from_micros(zoned.timestamp().as_microsecond())
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond().min(Self::FOREVER.0))
    }
}

impl FromStr for Instant {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::NotRfc3339(text.to_owned());
        let bytes = text.as_bytes();
        if let Some(micros) = rfc3339::micros(bytes) {
            return Self::from_micros(micros).map_err(|_| wrong());
        }
        // The library also reads ISO 8601 forms that RFC 3339 does not have; ask for date, `T`, time and offset.
        if bytes.len() < 20 || !matches!(bytes[10], b'T' | b't' | b' ') || bytes[4] != b'-' {
            return Err(wrong());
        }
        let timestamp: Timestamp = text.parse().map_err(|_| wrong())?;
        Self::from_micros(timestamp.as_microsecond()).map_err(|_| wrong())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_timestamp())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A UTC day: days since 1970-01-01. The partition of a contact is the day it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i32);

impl Day {
    /// The day `days` after 1970-01-01.
    #[must_use]
    pub fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn as_days(self) -> i32 {
        self.0
    }

    /// The first instant of the day.
    #[must_use]
    pub fn start(self) -> Instant {
        Instant(i64::from(self.0) * MICROS_PER_DAY)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.start().to_timestamp().to_zoned(TimeZone::UTC).date())
    }
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let date: jiff::civil::Date = text.parse().map_err(|_| TimeError::NotADate(text.to_owned()))?;
        Ok(Instant::start_of_day(date, &TimeZone::UTC)?.day())
    }
}

/// A length of time in microseconds, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Duration(i64);

impl Duration {
    /// Longest duration an event may claim: 30 days.
    pub const MAX_HANDLE: Self = Self(30 * MICROS_PER_DAY);

    /// `seconds` whole seconds.
    #[must_use]
    pub const fn from_secs(seconds: u32) -> Self {
        Self(seconds as i64 * 1_000_000)
    }

    /// From a possibly fractional number of seconds, rounded to the microsecond.
    /// `None` when negative, not finite, or over 30 days.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let micros = (seconds * 1e6).round();
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "bounded by 30 days")]
        (micros >= 0.0 && micros <= Self::MAX_HANDLE.0 as f64).then_some(Self(micros as i64))
    }

    /// `micros` microseconds, none where they are fewer than none.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.max(0))
    }

    /// Microseconds.
    #[must_use]
    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// Seconds, for showing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "30 days in microseconds is far below 2^53")]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl FromStr for Duration {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::NotADuration(text.to_owned());
        let duration: jiff::SignedDuration = text.trim().parse().map_err(|_| wrong())?;
        let micros = i64::try_from(duration.as_micros()).map_err(|_| wrong())?;
        (micros >= 0).then_some(Self(micros)).ok_or_else(wrong)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", jiff::SignedDuration::from_micros(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rfc3339_with_an_offset_is_an_instant() {
        let instant: Instant = "2026-03-29T08:00:17.250+02:00".parse().expect("RFC 3339");
        assert_eq!(instant.to_string(), "2026-03-29T06:00:17.25Z");
        for wrong in
            ["2026-03-29", "2026-03-29T08:00:17", "08:00", "1e999", "", "20260329T080017Z", "2026-02-30T00:00:00Z"]
        {
            assert_eq!(wrong.parse::<Instant>(), Err(TimeError::NotRfc3339(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn a_day_is_found_before_1970_too() {
        let instant: Instant = "1969-12-31T23:59:59.999999Z".parse().expect("RFC 3339");
        assert_eq!(instant.day().to_string(), "1969-12-31");
        assert_eq!("1999-02-01".parse::<Day>().expect("date").start().to_string(), "1999-02-01T00:00:00Z");
    }

    #[test]
    fn nothing_is_before_the_beginning_or_after_forever() {
        for bound in [Instant::BEGINNING, Instant::FOREVER] {
            assert_eq!(Instant::from_micros(bound.as_micros()), Ok(bound));
        }
        assert_eq!(Instant::BEGINNING.to_string(), "0001-01-01T00:00:00Z");
        for beyond in [Instant::BEGINNING.as_micros() - 1, Instant::FOREVER.as_micros() + 1] {
            assert_eq!(Instant::from_micros(beyond), Err(TimeError::OutOfRange(beyond)));
        }
        let now = Instant::from_micros(0).expect("1970");
        assert_eq!([i64::MIN, i64::MAX].map(|far| now.plus_micros(far)), [Instant::BEGINNING, Instant::FOREVER]);
    }

    #[test]
    fn durations_carry_their_unit() {
        assert_eq!("20s".parse(), Ok(Duration::from_secs(20)));
        assert_eq!("3m".parse(), Ok(Duration::from_secs(180)));
        assert!("20".parse::<Duration>().is_err());
        assert!("-5s".parse::<Duration>().is_err());
        assert_eq!(Duration::from_seconds(f64::NAN), None);
        assert_eq!(Duration::from_seconds(-0.5), None);
        assert_eq!(Duration::from_seconds(1.5).map(Duration::as_micros), Some(1_500_000));
    }
}
