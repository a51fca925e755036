//! The small tables that a reconciliation brings along.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray},
    error::ArrowError,
};
use contact::{Instant, Network, network::Formula};
use engine::Bound;
use jiff::{civil::Date, tz::TimeZone};

use super::rules::Rules;
use crate::{SettlementError, declared::DeclaredContact};

/// Width of a slot: every zone's days begin on a quarter-hour.
const SLOT_US: i64 = 900_000_000;
const SLOTS_A_DAY: i64 = 96;

/// Quarter-hours of all declared periods in all zones, at most: what a year of days in ten zones has, ten times over.
const MOST_SLOTS: i64 = 10 * 10 * 366 * SLOTS_A_DAY;

/// `rules`: one set in each row, numbered from 0.
pub(crate) fn rules(sets: &[Rules]) -> Result<Bound, SettlementError> {
    let flags = |flag: fn(&Rules) -> bool| -> ArrayRef {
        Arc::new(sets.iter().map(|set| Some(flag(set))).collect::<BooleanArray>())
    };
    let numbers = |number: fn(&Rules) -> Option<i64>| ints(sets.iter().map(number));
    let columns = [
        ("number", ints((0..).zip(sets).map(|(number, _)| Some(number)))),
        ("site_of", texts(sets.iter().map(|set| Some(set.site_of.as_str())))),
        ("day_of", texts(sets.iter().map(|set| Some(set.day_of.as_str())))),
        ("zone", numbers(|set| i64::try_from(set.zone).ok())),
        ("formula", texts(sets.iter().map(|set| set.formula.map(Formula::as_str)))),
        ("threshold_us", numbers(|set| set.threshold_us)),
        ("short_us", numbers(|set| set.short_us)),
        ("drops_short", flags(|set| set.drops_short)),
        ("counts_cancelled", flags(|set| set.counts.cancelled)),
        ("counts_ruled", flags(|set| set.counts.ruled)),
        ("counts_closed", flags(|set| set.counts.closed)),
        ("theirs", flags(|set| set.theirs)),
    ];
    Ok(bound("rules", columns)?)
}

/// The instants at which the days of a zone begin and end.
///
/// # Errors
/// Days beyond the calendar, or that begin between quarter-hours.
pub(crate) fn bounds((from, to): (Date, Date), zone: &str) -> Result<(Instant, Instant), SettlementError> {
    let wrong = |_| SettlementError::question("zone", format!("{zone:?} is no zone; give a name such as Europe/Paris"));
    let in_zone = TimeZone::get(zone).map_err(wrong)?;
    let start = |date: Date| {
        let start = Instant::start_of_day(date, &in_zone).ok().filter(|start| start.as_micros() % SLOT_US == 0);
        let message = format!("{date} does not begin on a quarter-hour in {zone}; declare days of another zone");
        start.ok_or_else(|| SettlementError::question("zone", message))
    };
    Ok((start(from)?, start(to)?))
}

/// `declared_slots`: the quarter-hours of each period, numbered as given, in each zone.
pub(crate) fn slots(periods: &[(Date, Date)], zones: &[String]) -> Result<Bound, SettlementError> {
    let mut spans = Vec::new();
    for (number, zone) in (0..).zip(zones) {
        for (period, days) in (0..).zip(periods) {
            let (from, to) = bounds(*days, zone)?;
            spans.push((number, period, from.as_micros(), to.as_micros()));
        }
    }
    let all: i64 = spans.iter().map(|(_, _, from, to)| (to - from) / SLOT_US).sum();
    if all > MOST_SLOTS {
        let message = format!(
            "the cells declare {} days altogether, zone by zone; declare them in files of at most {}",
            all / SLOTS_A_DAY,
            MOST_SLOTS / SLOTS_A_DAY
        );
        return Err(SettlementError::question("declared", message));
    }
    let (mut zone_column, mut slot_column, mut period_column) = (Vec::new(), Vec::new(), Vec::new());
    for (number, period, from, to) in spans {
        let mut slot = from;
        while slot < to {
            zone_column.push(Some(number));
            slot_column.push(Some(slot));
            period_column.push(Some(period));
            slot += SLOT_US;
        }
    }
    let columns = [
        ("zone", ints(zone_column.into_iter())),
        ("slot_us", ints(slot_column.into_iter())),
        ("period", ints(period_column.into_iter())),
    ];
    Ok(bound("declared_slots", columns)?)
}

/// `declared_contacts`, each with the terms of its queue at its instant.
pub(crate) fn contacts(contacts: &[DeclaredContact], network: &Network) -> Result<Bound, SettlementError> {
    let keys: Vec<[String; 2]> = contacts.iter().filter_map(DeclaredContact::keys).collect();
    let terms: Vec<_> = contacts.iter().map(|contact| in_force(network, &contact.queue, contact.at)).collect();
    let key = |place: usize| texts(keys.iter().map(move |keys| Some(keys[place].as_str())));
    let text = |of: fn(&DeclaredContact) -> &str| texts(contacts.iter().map(move |contact| Some(of(contact))));
    let columns = [
        ("own_key", key(0)),
        ("brand_key", key(1)),
        ("provider", text(|contact| &contact.provider)),
        ("site", text(|contact| &contact.site)),
        ("queue", text(|contact| &contact.queue)),
        ("at_us", ints(contacts.iter().map(|contact| Some(contact.at.as_micros())))),
        ("outcome", text(|contact| contact.outcome.as_str())),
        ("wait_us", ints(contacts.iter().map(|contact| contact.wait_us))),
        ("threshold_us", ints(terms.iter().map(|queue| Some(queue.threshold.as_micros())))),
        ("short_us", ints(terms.iter().map(|queue| Some(queue.short_abandon.min(queue.threshold).as_micros())))),
        ("formula", texts(terms.iter().map(|queue| Some(queue.formula.as_str())))),
    ];
    Ok(bound("declared_contacts", columns)?)
}

/// The terms of a queue at an instant; what holds for a queue that says nothing when there are none.
fn in_force(network: &Network, queue: &str, at: Instant) -> contact::network::Queue {
    let versions = network.queues.get(queue).map_or(&[][..], Vec::as_slice);
    versions.iter().rev().find(|version| version.from.is_none_or(|from| from <= at)).cloned().unwrap_or_default()
}

fn bound<const N: usize>(name: &'static str, columns: [(&str, ArrayRef); N]) -> Result<Bound, ArrowError> {
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    Ok(Bound { name, rows: RecordBatch::try_from_iter_with_nullable(columns)? })
}

fn ints(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// A year mistyped as 9026 must not take all memory.
    #[test]
    fn a_period_beyond_reason_is_refused() {
        let zones = ["UTC".to_owned(), "Europe/Paris".to_owned()];
        let year = (date(2026, 1, 1), date(2027, 1, 1));
        let rows = slots(&[year, (date(2026, 10, 1), date(2026, 11, 1))], &zones).map(|bound| bound.rows.num_rows());
        assert_eq!(rows.ok(), Some(2 * (365 + 31) * 96 + 4), "the month has an hour more in Paris, and the year none");
        let error = slots(&[(date(2026, 10, 1), date(9026, 11, 1))], &zones).expect_err("seven thousand years");
        assert!(error.to_string().contains("in files of at most 36600"), "{error}");
    }
}
