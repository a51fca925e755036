//! Local stretches of time, as UTC bounds.

use std::str::FromStr;

use contact::Instant;
use jiff::{Span, Unit, Zoned, ZonedRound};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Period, ScorecardError};

/// Length of the slots into which time is cut: every bound of days and grains falls on one.
pub(crate) const SLOT_US: i64 = 900_000_000;

/// How finely rows are cut in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Grain {
    /// A quarter of an hour.
    #[serde(rename = "15m")]
    Quarter,
    /// A local hour.
    #[serde(rename = "1h")]
    Hour,
    /// A local day, of 23 to 25 hours.
    #[serde(rename = "1d")]
    Day,
    /// A local week, from Monday.
    #[serde(rename = "1w")]
    Week,
    /// A local month.
    #[serde(rename = "1mo")]
    Month,
}

impl FromStr for Grain {
    type Err = ScorecardError;

    fn from_str(text: &str) -> Result<Self, ScorecardError> {
        match text {
            "15m" => Ok(Self::Quarter),
            "1h" => Ok(Self::Hour),
            "1d" => Ok(Self::Day),
            "1w" => Ok(Self::Week),
            "1mo" => Ok(Self::Month),
            _ => Err(ScorecardError::question("grain", format!("{text:?} is no grain; use 15m, 1h, 1d, 1w or 1mo"))),
        }
    }
}

/// One stretch of the answer, cut to the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bucket {
    /// First instant.
    #[schemars(with = "String")]
    pub from: Instant,
    /// End, exclusive.
    #[schemars(with = "String")]
    pub to: Instant,
}

/// The stretches of `grain` that touch the period, the first and last cut to it. Without a grain: the period itself.
///
/// # Errors
/// More than 10,000 stretches.
pub(crate) fn buckets(period: &Period, grain: Option<Grain>) -> Result<Vec<Bucket>, ScorecardError> {
    let Some(grain) = grain else {
        return Ok(vec![Bucket { from: period.from, to: period.to }]);
    };
    let mut buckets = Vec::new();
    let mut from = period.from;
    while from < period.to {
        let to = next_start(from, grain, period)?.min(period.to);
        buckets.push(Bucket { from, to });
        if buckets.len() > 10_000 {
            return Err(ScorecardError::question(
                "grain",
                "the period has over 10,000 stretches of this grain; use a coarser one",
            ));
        }
        from = to;
    }
    Ok(buckets)
}

/// The first start of a stretch after `instant`.
fn next_start(instant: Instant, grain: Grain, period: &Period) -> Result<Instant, ScorecardError> {
    let zoned = instant.to_timestamp().to_zoned(period.zone.clone());
    let next = match grain {
        Grain::Quarter => return Ok(after_rounding(&zoned, 15, Unit::Minute, SLOT_US, instant)),
        Grain::Hour => return Ok(after_rounding(&zoned, 1, Unit::Hour, 4 * SLOT_US, instant)),
        Grain::Day => zoned.date().tomorrow(),
        Grain::Week => {
            let days = 7 - i64::from(zoned.date().weekday().to_monday_zero_offset());
            zoned.date().checked_add(Span::new().days(days))
        }
        Grain::Month => zoned.date().first_of_month().checked_add(Span::new().months(1)),
    };
    let wrong = |_| ScorecardError::question("to", "the period goes beyond the calendar; give years 1 to 9999");
    let date = next.map_err(wrong)?;
    Instant::start_of_day(date, &period.zone)
        .map_err(|_| ScorecardError::question("to", "the period goes beyond the calendar"))
}

/// Rounds down in local time and adds one unit of elapsed time, so that an hour that happens twice is two stretches.
fn after_rounding(zoned: &Zoned, increment: i64, unit: Unit, length_us: i64, instant: Instant) -> Instant {
    let rounding = ZonedRound::new().smallest(unit).increment(increment).mode(jiff::RoundMode::Trunc);
    let start = zoned.round(rounding).map_or(instant, |start| Instant::from(start.timestamp()));
    let next = start.plus_micros(length_us);
    if next > instant { next } else { instant.plus_micros(length_us) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn hours(from: &str, to: &str, grain: &str) -> Vec<i64> {
        let period = Period::parse(from, to, TimeZone::get("Europe/Paris").expect("zone")).expect("period");
        let buckets = buckets(&period, Some(grain.parse().expect("grain"))).expect("few");
        buckets.iter().map(|bucket| bucket.to.micros_since(bucket.from) / 3_600_000_000).collect()
    }

    #[test]
    fn clock_changes_make_days_of_23_and_25_hours() {
        assert_eq!(hours("2026-03-28", "2026-03-31", "1d"), [24, 23, 24]);
        assert_eq!(hours("2026-10-24", "2026-10-27", "1d"), [24, 25, 24]);
    }

    #[test]
    fn the_hour_that_happens_twice_is_two_hours() {
        assert_eq!(hours("2026-10-25", "2026-10-26", "1h").len(), 25);
        assert_eq!(hours("2026-03-29", "2026-03-30", "1h").len(), 23);
        assert_eq!(hours("2026-10-25", "2026-10-26", "15m").len(), 100);
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        assert_eq!(hours("2026-10-01", "2026-10-12", "1w"), [4 * 24, 7 * 24]);
        assert_eq!(hours("2026-01-15", "2026-03-01", "1mo"), [17 * 24, 28 * 24]);
    }
}
