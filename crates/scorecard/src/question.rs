//! What is asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use contact::{
    Channel, Duration, Instant, Viewpoint,
    network::{CallbackCounts, Formula, OverflowCounts},
};
use jiff::{civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Grain, ScorecardError};

/// What rows are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dim {
    /// One row per provider.
    Provider,
    /// One row per site.
    Site,
    /// One row per queue.
    Queue,
    /// One row per channel.
    Channel,
    /// One row per reason.
    Reason,
    /// One row per team.
    Team,
}

impl Dim {
    /// Every dimension, in the order of keys.
    pub const ALL: [Self; 6] = [Self::Provider, Self::Site, Self::Queue, Self::Channel, Self::Reason, Self::Team];

    /// The word in questions, and the column in statements.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Site => "site",
            Self::Queue => "queue",
            Self::Channel => "channel",
            Self::Reason => "reason",
            Self::Team => "team",
        }
    }

    /// The parameter that switches it on.
    pub(crate) fn flag(self) -> &'static str {
        match self {
            Self::Provider => "by_provider",
            Self::Site => "by_site",
            Self::Queue => "by_queue",
            Self::Channel => "by_channel",
            Self::Reason => "by_reason",
            Self::Team => "by_team",
        }
    }
}

impl FromStr for Dim {
    type Err = ScorecardError;

    fn from_str(text: &str) -> Result<Self, ScorecardError> {
        Self::ALL.into_iter().find(|dim| dim.as_str() == text).ok_or_else(|| {
            ScorecardError::question(
                "by",
                format!("{text:?} is no grouping; use provider, site, queue, channel, reason or team"),
            )
        })
    }
}

/// A half-open stretch of time, read in a zone.
#[derive(Debug, Clone)]
pub struct Period {
    /// First instant.
    pub from: Instant,
    /// End, exclusive.
    pub to: Instant,
    /// The zone in which days are read.
    pub zone: TimeZone,
}

impl Period {
    /// Reads dates (`2026-10-01`) or instants, half-open; dates are local days of `zone`.
    ///
    /// # Errors
    /// Neither a date nor an instant, or an end that is not after the start.
    pub fn parse(from: &str, to: &str, zone: TimeZone) -> Result<Self, ScorecardError> {
        let period = Self { from: bound("from", from, &zone)?, to: bound("to", to, &zone)?, zone };
        if period.from >= period.to {
            return Err(ScorecardError::question(
                "to",
                format!("{to:?} is not after {from:?}; the end is exclusive, give a later one"),
            ));
        }
        Ok(period)
    }

    /// The period before this one: as many whole months when it is whole months, as many local days when it is whole
    /// days, else of the same length.
    #[must_use]
    pub fn previous(&self) -> Self {
        let before = self.whole_days().map_or_else(
            || self.from.plus_micros(-self.to.micros_since(self.from)),
            |(first, end)| Instant::start_of_day(previous_start(first, end), &self.zone).unwrap_or(self.from),
        );
        Self { from: before, to: self.from, zone: self.zone.clone() }
    }

    fn whole_days(&self) -> Option<(Date, Date)> {
        let date = |instant: Instant| {
            let date = instant.to_timestamp().to_zoned(self.zone.clone()).date();
            (Instant::start_of_day(date, &self.zone) == Ok(instant)).then_some(date)
        };
        Some((date(self.from)?, date(self.to)?))
    }
}

fn previous_start(first: Date, end: Date) -> Date {
    let months = i32::from(end.year() - first.year()) * 12 + i32::from(end.month() - first.month());
    let whole_months = first.day() == 1 && end.day() == 1;
    let span = if whole_months {
        jiff::Span::new().months(months)
    } else {
        jiff::Span::new().days(i64::from((end - first).get_days()))
    };
    first.checked_sub(span).unwrap_or(first)
}

fn bound(field: &'static str, text: &str, zone: &TimeZone) -> Result<Instant, ScorecardError> {
    let wrong = || {
        let right = "give a date such as 2026-10-01, or an instant such as 2026-10-01T00:00:00+02:00";
        ScorecardError::question(field, format!("{text:?} is neither a date nor an instant; {right}"))
    };
    let beyond = || ScorecardError::question(field, format!("{text:?} is beyond the calendar; give years 1 to 9998"));
    match text.parse::<Date>() {
        Ok(date) if text.len() == 10 => Instant::start_of_day(date, zone).map_err(|_| beyond()),
        _ => text.parse().map_err(|_| wrong()),
    }
}

/// Which legs are wanted; an empty list wants all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Providers.
    pub providers: BTreeSet<String>,
    /// Sites.
    pub sites: BTreeSet<String>,
    /// Queues.
    pub queues: BTreeSet<String>,
    /// Channels.
    pub channels: BTreeSet<Channel>,
    /// Reasons.
    pub reasons: BTreeSet<String>,
}

/// What is counted, and how what left a queue otherwise than answered or abandoned counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counting {
    /// Legs, or contacts counted whole.
    pub viewpoint: Viewpoint,
    /// How overflow counts in all queues; as each queue has agreed when absent.
    pub overflow: Option<OverflowCounts>,
    /// How callbacks count in all queues; as each queue has agreed when absent.
    pub callback: Option<CallbackCounts>,
}

/// A question to the scorecard.
#[derive(Debug, Clone)]
pub struct Question {
    /// Which legs by time of offer.
    pub period: Period,
    /// What rows are grouped by; none gives the network's line.
    pub by: BTreeSet<Dim>,
    /// Rows per stretch of time too.
    pub grain: Option<Grain>,
    /// Which legs.
    pub filters: Filters,
    /// The instant as of which open legs are judged.
    pub now: Instant,
    /// Only what had been received by then; [`Instant::FOREVER`] for all that is known.
    pub as_of: Instant,
    /// One formula for all queues.
    pub formula: Option<Formula>,
    /// One threshold for all queues.
    pub threshold: Option<Duration>,
    /// What is counted.
    pub counting: Counting,
    /// Pseudonyms of the customers that exclusion rules name, by the clear name in the network file.
    pub customers: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period::parse(from, to, TimeZone::get("Europe/Paris").expect("zone")).expect("period")
    }

    #[test]
    fn the_month_before_march_is_february() {
        let before = period("2026-03-01", "2026-04-01").previous();
        assert_eq!(
            (before.from.to_string(), before.to.to_string()),
            ("2026-01-31T23:00:00Z".into(), "2026-02-28T23:00:00Z".into())
        );
    }

    #[test]
    fn the_week_before_is_seven_local_days_across_the_clock_change() {
        let before = period("2026-03-30", "2026-04-06").previous();
        assert_eq!(before.from.to_string(), "2026-03-22T23:00:00Z");
    }

    #[test]
    fn the_two_hours_before_are_two_hours() {
        let before = period("2026-03-30T10:00:00Z", "2026-03-30T12:00:00Z").previous();
        assert_eq!(before.from.to_string(), "2026-03-30T08:00:00Z");
    }

    #[test]
    fn an_empty_or_unreadable_period_is_explained() {
        let zone = TimeZone::UTC;
        assert!(Period::parse("2026-03-02", "2026-03-02", zone.clone()).is_err());
        let error = Period::parse("yesterday", "2026-03-02", zone).expect_err("not a date");
        assert!(error.to_string().starts_with("from: \"yesterday\" is neither"), "{error}");
    }
}
