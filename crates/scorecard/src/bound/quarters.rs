//! Quarter-hours: of a period with its stretches and days, and of calendars with what is open in each.

use std::{collections::BTreeSet, sync::Arc};

use arrow::array::{ArrayRef, RecordBatch};
use contact::{
    Instant, Network,
    network::{Calendar, OpenSpan},
};
use engine::Bound;

use super::{batch, ints, texts};
use crate::{
    Bucket, Period, ScorecardError,
    buckets::{SLOT_US, buckets},
};

/// `slots(slot, bucket, day)`: quarter-hours of the period with the stretch and the local day they belong to. Days are
/// numbered from 1970-01-01.
///
/// # Errors
/// A bound of a stretch or a day that is not on a quarter-hour (zones before they kept to quarter-hours).
pub(crate) fn slots(period: &Period, wanted: &[Bucket]) -> Result<Bound, ScorecardError> {
    numbered_slots(period, wanted, &local_days(period, wanted)?)
}

/// The same for stretches that begin at any instant: a quarter-hour is in the stretch in which it begins, and [`cuts`] says
/// which stretches it is cut into.
///
/// # Errors
/// A day that does not begin on a quarter-hour.
pub(crate) fn slots_cut(period: &Period, wanted: &[Bucket]) -> Result<Bound, ScorecardError> {
    numbered_slots(period, wanted, &local_days(period, &[])?)
}

/// `cuts(slot, from_us, to_us, bucket)`: the stretches that begin within a quarter-hour and those that end there.
///
/// # Errors
/// None that columns of one length can have.
pub(crate) fn cuts(period: &Period, wanted: &[Bucket]) -> Result<Bound, ScorecardError> {
    let bounds = wanted.iter().flat_map(|bucket| [bucket.from, bucket.to]).map(Instant::as_micros);
    let within: BTreeSet<i64> =
        bounds.filter(|at| at.rem_euclid(SLOT_US) != 0).map(|at| at.div_euclid(SLOT_US)).collect();
    let mut rows: Vec<(i64, i64, i64, i64)> = Vec::new();
    let mut bucket = 0;
    for slot in within {
        let (start, end) = (slot * SLOT_US, (slot + 1) * SLOT_US);
        bucket += steps(&wanted[bucket..], start.max(period.from.as_micros()));
        for (number, stretch) in (bucket..).zip(&wanted[bucket..]) {
            if stretch.from.as_micros() >= end {
                break;
            }
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            rows.push((slot, stretch.from.as_micros().max(start), stretch.to.as_micros().min(end), number));
        }
    }
    let columns = [
        ("slot", ints(rows.iter().map(|row| row.0).collect())),
        ("from_us", ints(rows.iter().map(|row| row.1).collect())),
        ("to_us", ints(rows.iter().map(|row| row.2).collect())),
        ("bucket", ints(rows.iter().map(|row| row.3).collect())),
    ];
    Ok(Bound { name: "cuts", rows: batch(columns)? })
}

fn numbered_slots(period: &Period, wanted: &[Bucket], days: &[Bucket]) -> Result<Bound, ScorecardError> {
    let (mut slot_column, mut bucket_column, mut day_column) = (Vec::new(), Vec::new(), Vec::new());
    let (mut bucket, mut day) = (0, 0);
    let mut slot = period.from.as_micros().div_euclid(SLOT_US);
    while slot * SLOT_US < period.to.as_micros() {
        let start = (slot * SLOT_US).max(period.from.as_micros());
        bucket += steps(&wanted[bucket..], start);
        day += steps(&days[day..], start);
        slot_column.push(slot);
        bucket_column.push(i64::try_from(bucket).unwrap_or(i64::MAX));
        day_column.push(local_day(days[day].from, period));
        slot += 1;
    }
    let columns = [("slot", ints(slot_column)), ("bucket", ints(bucket_column)), ("day", ints(day_column))];
    Ok(Bound { name: "slots", rows: RecordBatch::try_from_iter(columns)? })
}

/// `slots` of some quarter-hours, ascending: those that begin before the first stretch or after the last are left out.
///
/// # Errors
/// None that columns of one length can have.
pub(crate) fn slots_at(period: &Period, wanted: &[Bucket], slots: &[i64]) -> Result<Bound, ScorecardError> {
    let (mut slot_column, mut bucket_column, mut day_column) = (Vec::new(), Vec::new(), Vec::new());
    for slot in slots {
        let Ok(start) = Instant::from_micros(slot * SLOT_US) else { continue };
        let bucket = wanted.partition_point(|bucket| bucket.to <= start);
        if wanted.get(bucket).is_some_and(|bucket| bucket.from <= start) {
            slot_column.push(*slot);
            bucket_column.push(i64::try_from(bucket).unwrap_or(i64::MAX));
            day_column.push(local_day(start, period));
        }
    }
    let columns = [("slot", ints(slot_column)), ("bucket", ints(bucket_column)), ("day", ints(day_column))];
    Ok(Bound { name: "slots", rows: RecordBatch::try_from_iter(columns)? })
}

/// The local days of a period.
///
/// # Errors
/// As [`slots`].
pub(crate) fn local_days(period: &Period, wanted: &[Bucket]) -> Result<Vec<Bucket>, ScorecardError> {
    let days = buckets(period, Some(crate::Grain::Day))?;
    let mut inner = wanted.iter().chain(&days).map(|bucket| bucket.from).filter(|from| *from > period.from);
    if let Some(from) = inner.find(|from| from.as_micros() % SLOT_US != 0) {
        let message =
            format!("a local day or stretch begins at {from}, not on a quarter-hour; give zone=UTC for this period");
        return Err(ScorecardError::question("zone", message));
    }
    Ok(days)
}

/// How many stretches end at or before `start`.
fn steps(buckets: &[Bucket], start: i64) -> usize {
    buckets.iter().take_while(|bucket| bucket.to.as_micros() <= start).count()
}

fn local_day(instant: Instant, period: &Period) -> i64 {
    let date = instant.to_timestamp().to_zoned(period.zone.clone()).date();
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((date - epoch).get_days())
}

/// `open_slots`: each promise calendar on quarter-hours, with the open time before the slot and the open piece within
/// it, from the period's start to `until`.
///
/// # Errors
/// Two open pieces within one quarter-hour.
pub(crate) fn open_slots(network: &Network, from: Instant, until: Instant) -> Result<Bound, ScorecardError> {
    let slots = from.as_micros().div_euclid(SLOT_US)..=until.as_micros().div_euclid(SLOT_US);
    open_slots_at(network, &slots, |_, calendar| {
        Arc::new(calendar.open_spans(from.plus_micros(-SLOT_US), until.plus_micros(SLOT_US)))
    })
}

/// `clock_slots`: the same of these calendars, whoever promises them.
///
/// # Errors
/// As [`open_slots`].
pub(crate) fn slots_of(
    network: &Network,
    calendars: &[String],
    from: Instant,
    until: Instant,
) -> Result<Bound, ScorecardError> {
    let slots = from.as_micros().div_euclid(SLOT_US)..=until.as_micros().div_euclid(SLOT_US);
    let wanted = calendars.iter().filter_map(|name| network.calendars.get_key_value(name.as_str()));
    let spans = |_: &str, calendar: &Calendar| {
        Arc::new(calendar.open_spans(from.plus_micros(-SLOT_US), until.plus_micros(SLOT_US)))
    };
    placed("clock_slots", wanted, &slots, spans)
}

/// `open_slots` of some quarter-hours, ascending. `spans` gives the open intervals of a calendar from before the first of
/// them to after the last; open time is counted from the first interval on.
///
/// # Errors
/// As [`open_slots`].
pub(crate) fn open_slots_at(
    network: &Network,
    slots: &(impl Iterator<Item = i64> + Clone),
    spans: impl Fn(&str, &Calendar) -> Arc<Vec<OpenSpan>>,
) -> Result<Bound, ScorecardError> {
    let promises = network.promises();
    // Shifts and contracts' own hours are no promise: no figure of a scorecard reads them.
    let promised = network.calendars.iter().filter(|(name, _)| promises.contains_key(name.as_str()));
    placed("open_slots", promised, slots, spans)
}

fn placed<'n>(
    table: &'static str,
    calendars: impl Iterator<Item = (&'n String, &'n Calendar)>,
    slots: &(impl Iterator<Item = i64> + Clone),
    spans: impl Fn(&str, &Calendar) -> Arc<Vec<OpenSpan>>,
) -> Result<Bound, ScorecardError> {
    let mut rows: Vec<(&str, i64, i64, i64, i64)> = Vec::new();
    for (name, calendar) in calendars {
        let spans = spans(name, calendar);
        let (mut ahead, mut open_before) = (spans.as_slice(), 0);
        for slot in slots.clone() {
            let (start, end) = (slot * SLOT_US, (slot + 1) * SLOT_US);
            while let [span, later @ ..] = ahead
                && span.to.as_micros() <= start
            {
                open_before += span.micros();
                ahead = later;
            }
            let piece = ahead.first().map(|span| (span.from.as_micros().max(start), span.to.as_micros().min(end)));
            let more = ahead.get(1).is_some_and(|span| span.from.as_micros() < end);
            if piece.is_some_and(|(open, close)| open < close) && more {
                let at = Instant::from_micros(start).map_or_else(|_| slot.to_string(), |at| at.to_string());
                let message = format!(
                    "the calendar {name:?} closes and opens again within the quarter-hour of {at}; keep breaks of a quarter-hour or more"
                );
                return Err(ScorecardError::question("network", message));
            }
            let (open, close) = piece.filter(|(open, close)| open < close).unwrap_or((start, start));
            let begun = ahead.first().map_or(0, |span| (start - span.from.as_micros()).max(0));
            rows.push((name, slot, open_before + begun, open, close));
        }
    }
    let columns: [(&str, ArrayRef); 5] = [
        ("calendar", texts(rows.iter().map(|row| Some(row.0)))),
        ("slot", ints(rows.iter().map(|row| row.1).collect())),
        ("cum_us", ints(rows.iter().map(|row| row.2).collect())),
        ("open_from_us", ints(rows.iter().map(|row| row.3).collect())),
        ("open_to_us", ints(rows.iter().map(|row| row.4).collect())),
    ];
    Ok(Bound { name: table, rows: batch(columns)? })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    /// Refused only where legs are to be counted, the question would be answered or not by what had been asked before.
    #[test]
    fn a_day_that_begins_between_quarters_is_refused_by_the_question_alone() {
        let monrovia = TimeZone::get("Africa/Monrovia").expect("zone");
        let days = |from: &str, to: &str| {
            let period = Period::parse(from, to, monrovia.clone()).expect("period");
            local_days(&period, &[]).map(|days| days.len()).map_err(|error| error.to_string())
        };
        let error = days("1971-06-01", "1971-06-03").expect_err("44 minutes and a half behind");
        assert!(error.starts_with("zone: a local day or stretch begins at 1971-06-02T00:44:30Z"), "{error}");
        assert_eq!(days("2026-06-01", "2026-06-03"), Ok(2));
    }
}
