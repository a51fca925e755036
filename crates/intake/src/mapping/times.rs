//! Named times: how instants are read from a row.

use contact::{Instant, Reject, RejectCode};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    fmt::strtime::BrokenDownTime,
};

use super::{expr::Expr, look::Look, names::Template};
use crate::validate::shown;

const TWELVE_HOURS: i64 = 12 * 3_600;
/// Most seconds that may be added to or taken off a time: about 30 years.
const MAX_SHIFT_S: f64 = 1e9;

/// A named time.
#[derive(Debug)]
pub(super) struct TimeRule {
    pub name: String,
    pub kind: TimeKind,
    pub when: Option<Expr>,
    pub otherwise: Option<usize>,
}

/// Where an instant comes from.
#[derive(Debug)]
pub(super) enum TimeKind {
    Whole {
        column: Template,
        format: Format,
    },
    DateAndClock {
        date: Template,
        date_format: String,
        clock: Template,
        clock_format: String,
    },
    ClockAfter {
        clock: Template,
        clock_format: String,
        after: usize,
    },
    Shifted {
        from: usize,
        by: Option<Shift>,
    },
    Earliest(usize),
    /// A mistake that has been noted.
    Wrong,
}

/// How a whole instant is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    Rfc3339,
    Unix,
    UnixMillis,
    Pattern(String),
}

/// Seconds added or taken off.
#[derive(Debug)]
pub(super) struct Shift {
    pub seconds: Seconds,
    pub minus: bool,
}

#[derive(Debug)]
pub(super) enum Seconds {
    Fixed(f64),
    Column(Template),
}

impl TimeRule {
    /// The instant for a row; `None` when what it is read from is missing.
    pub fn instant(&self, look: &Look<'_>) -> Result<Option<Instant>, Reject> {
        if let Some(when) = &self.when
            && !when.holds(look)?
        {
            return self.otherwise.map_or(Ok(None), |other| look.time(other));
        }
        match &self.kind {
            TimeKind::Whole { column, format } => {
                column.text(look)?.map(|text| self.whole(look, &text, format)).transpose()
            }
            TimeKind::DateAndClock { date, date_format, clock, clock_format } => {
                let (Some(date), Some(clock)) = (date.text(look)?, clock.text(look)?) else { return Ok(None) };
                let date = Date::strptime(date_format, &*date).map_err(|_| self.unread(&date, date_format))?;
                let clock = Time::strptime(clock_format, &*clock).map_err(|_| self.unread(&clock, clock_format))?;
                self.local(look, date.to_datetime(clock)).map(Some)
            }
            TimeKind::ClockAfter { clock, clock_format, after } => {
                let (Some(before), Some(clock)) = (look.time(*after)?, clock.text(look)?) else { return Ok(None) };
                let clock = Time::strptime(clock_format, &*clock).map_err(|_| self.unread(&clock, clock_format))?;
                self.rolled(look, before, clock).map(Some)
            }
            TimeKind::Shifted { from, by } => self.shifted(look, *from, by.as_ref()),
            TimeKind::Earliest(of) => Ok(look.earliest(*of)),
            TimeKind::Wrong => Ok(None),
        }
    }

    fn whole(&self, look: &Look<'_>, text: &str, format: &Format) -> Result<Instant, Reject> {
        match format {
            Format::Rfc3339 => text.parse().map_err(|_| self.unread(text, "RFC 3339 with an offset")),
            Format::Unix => unix(text, 1_000_000).ok_or_else(|| self.unread(text, "Unix seconds")),
            Format::UnixMillis => unix(text, 1_000).ok_or_else(|| self.unread(text, "Unix milliseconds")),
            Format::Pattern(pattern) => {
                let parsed = BrokenDownTime::parse(pattern, text).map_err(|_| self.unread(text, pattern))?;
                let instant = if parsed.iana_time_zone().is_some() {
                    parsed.to_zoned().ok().map(|zoned| zoned.timestamp())
                } else if parsed.offset().is_some() || parsed.timestamp().is_some() {
                    parsed.to_timestamp().ok()
                } else {
                    let local = parsed.to_datetime().map_err(|_| self.unread(text, pattern))?;
                    return self.local(look, local);
                };
                instant.and_then(checked).ok_or_else(|| self.unread(text, pattern))
            }
        }
    }

    /// The clock time on the date of `before`, or the next day when it lies more than 12 h earlier.
    fn rolled(&self, look: &Look<'_>, before: Instant, clock: Time) -> Result<Instant, Reject> {
        let before = before.to_timestamp().to_zoned(look.mapping.zone.clone()).datetime();
        let mut date = before.date();
        if seconds_of_day(before.time()) - seconds_of_day(clock) > TWELVE_HOURS {
            date =
                date.checked_add(1.day()).map_err(|_| self.unread(&clock.to_string(), "a day within the calendar"))?;
        }
        self.local(look, date.to_datetime(clock))
    }

    fn shifted(&self, look: &Look<'_>, from: usize, by: Option<&Shift>) -> Result<Option<Instant>, Reject> {
        let Some(instant) = look.time(from)? else { return Ok(None) };
        let Some(shift) = by else { return Ok(Some(instant)) };
        let seconds = match &shift.seconds {
            Seconds::Fixed(seconds) => *seconds,
            Seconds::Column(column) => {
                let Some(text) = column.text(look)? else { return Ok(None) };
                let number = text.parse().ok().filter(|seconds: &f64| seconds.abs() <= MAX_SHIFT_S);
                number.ok_or_else(|| self.unread(&text, "a number of seconds"))?
            }
        };
        #[expect(clippy::cast_possible_truncation, reason = "bounded by MAX_SHIFT_S")]
        let micros = (seconds * 1e6).round() as i64;
        Ok(Some(instant.plus_micros(if shift.minus { -micros } else { micros })))
    }

    fn local(&self, look: &Look<'_>, local: DateTime) -> Result<Instant, Reject> {
        let zoned = look.mapping.zone.to_ambiguous_zoned(local).compatible();
        zoned
            .ok()
            .and_then(|zoned| checked(zoned.timestamp()))
            .ok_or_else(|| self.unread(&local.to_string(), "a time within the years 1 to 9999"))
    }

    fn unread(&self, text: &str, right: &str) -> Reject {
        let message = format!("{} cannot be read as the time {:?}; give {right}", shown(text), self.name);
        Reject { code: RejectCode::UnmappedValue, field: Some(self.name.clone()), message }
    }
}

fn checked(timestamp: Timestamp) -> Option<Instant> {
    Instant::from_micros(timestamp.as_microsecond()).ok()
}

fn seconds_of_day(time: Time) -> i64 {
    i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

/// A decimal number of units of `micros` microseconds since 1970, exact to the microsecond.
fn unix(text: &str, micros: i64) -> Option<Instant> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || fraction.len() > 18 {
        return None;
    }
    let units: i64 = whole.parse().ok()?;
    let mut part = 0;
    let mut weight = micros / 10;
    for digit in fraction.bytes() {
        part += i64::from(digit - b'0') * weight;
        weight /= 10;
    }
    let part = if whole.starts_with('-') { -part } else { part };
    Instant::from_micros(units.checked_mul(micros)?.checked_add(part)?).ok()
}

impl Look<'_> {
    /// The time of this index, for this row.
    pub fn time(&self, index: usize) -> Result<Option<Instant>, Reject> {
        self.mapping.times[index].instant(self)
    }

    /// The earliest instant of a time over all rows of the contact; rows where it is missing or unreadable do not count.
    fn earliest(&self, index: usize) -> Option<Instant> {
        *self.contact.earliest[index].get_or_init(|| {
            let rows = 0..self.contact.rows.len();
            rows.filter_map(|at| Self { at, making: None, ..*self }.time(index).ok().flatten()).min()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::unix;

    #[test]
    fn unix_seconds_keep_their_fraction_to_the_microsecond() {
        let micros = |text| unix(text, 1_000_000).map(contact::Instant::as_micros);
        assert_eq!(micros("1266833911"), Some(1_266_833_911_000_000));
        assert_eq!(micros("1266833911.25"), Some(1_266_833_911_250_000));
        assert_eq!(micros("1266833911.1234567"), Some(1_266_833_911_123_456));
        assert_eq!(micros("-0.5"), Some(-500_000));
        for wrong in ["", ".", "1e9", "12a", "1.-5", "99999999999999999999", "9223372036854775807"] {
            assert_eq!(micros(wrong), None, "{wrong}");
        }
        assert_eq!(unix("1266833911250", 1_000).map(contact::Instant::as_micros), Some(1_266_833_911_250_000));
    }
}
