//! The small tables that a question brings along: slots, terms of queues, opening hours, exclusion rules.

use std::{collections::BTreeSet, sync::Arc};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray},
    error::ArrowError,
};
use contact::{
    Duration, Instant, Network,
    network::{Calendar, CallbackCounts, Exclusion, OpenSpan, OverflowCounts},
};
use engine::Bound;

use crate::{
    Bucket, Feeds, Period, Question, ScorecardError,
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

/// `asked(now_us, clock_end_us)`: the instants of the question. A table, not parameters: statements planned for one instant
/// serve for the next.
pub(crate) fn asked(now: Instant, clock_end: Instant) -> Result<Bound, ScorecardError> {
    let columns = [("now_us", ints(vec![now.as_micros()])), ("clock_end_us", ints(vec![clock_end.as_micros()]))];
    Ok(Bound { name: "asked", rows: batch(columns)? })
}

/// `queue_terms`: each queue's promise with the instants between which it is in force.
pub(crate) fn queue_terms(network: &Network) -> Result<Bound, ScorecardError> {
    let mut terms = Vec::new();
    for (name, versions) in &network.queues {
        for (index, queue) in versions.iter().enumerate() {
            let from = queue.from.unwrap_or(Instant::BEGINNING).as_micros();
            let to = versions
                .get(index + 1)
                .and_then(|next| next.from)
                .map_or(Instant::FOREVER.as_micros(), Instant::as_micros);
            terms.push((name.as_str(), from, to, queue));
        }
    }
    let flows = || terms.iter().map(|term| &term.3.flows);
    let columns: [(&str, ArrayRef); 12] = [
        ("queue", texts(terms.iter().map(|term| Some(term.0)))),
        ("valid_from", instants(terms.iter().map(|term| term.1))),
        ("valid_to", instants(terms.iter().map(|term| term.2))),
        ("channel", texts(terms.iter().map(|term| Some(term.3.channel.as_str())))),
        ("threshold_us", ints(terms.iter().map(|term| term.3.threshold.as_micros()).collect())),
        ("short_us", ints(terms.iter().map(|term| term.3.short_abandon.as_micros()).collect())),
        ("formula", texts(terms.iter().map(|term| Some(term.3.formula.as_str())))),
        ("calendar", texts(terms.iter().map(|term| term.3.calendar.as_deref()))),
        ("overflow_counts_as", texts(flows().map(|flows| flows.overflow.map(OverflowCounts::as_str)))),
        ("callback_counts_as", texts(flows().map(|flows| flows.callback.map(CallbackCounts::as_str)))),
        ("callback_within_us", some(flows().map(|flows| flows.callback_within.map(Duration::as_micros)))),
        ("callback_attempts", some(flows().map(|flows| flows.callback_attempts.map(i64::from)))),
    ];
    Ok(Bound { name: "queue_terms", rows: batch(columns)? })
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

/// `exclusions`: one row per rule and combination of its values; a null condition does not ask.
pub(crate) fn exclusions(question: &Question, network: &Network) -> Result<Bound, ScorecardError> {
    const COLUMNS: [&str; 8] = ["provider", "site", "queue", "channel", "reason", "team", "customer", "direction"];
    let mut ordinals = Vec::new();
    let mut starts = Vec::new();
    let mut values: Vec<Vec<Option<String>>> = vec![Vec::new(); COLUMNS.len()];
    for (ordinal, rule) in (0..).zip(&network.exclusions) {
        for combination in combinations(rule, &COLUMNS, question) {
            ordinals.push(ordinal);
            starts.push(rule.from.unwrap_or(Instant::BEGINNING).as_micros());
            for (column, value) in values.iter_mut().zip(combination) {
                column.push(value);
            }
        }
    }
    let mut columns: Vec<(&str, ArrayRef)> =
        vec![("ordinal", ints(ordinals)), ("valid_from", instants(starts.into_iter()))];
    for (name, values) in COLUMNS.into_iter().zip(&values) {
        columns.push((name, texts(values.iter().map(Option::as_deref))));
    }
    Ok(Bound { name: "exclusions", rows: RecordBatch::try_from_iter_with_nullable(nullable(columns))? })
}

/// `known_names(kind, name)`: the sites, queues and reasons that the network file lists.
pub(crate) fn known_names(network: &Network) -> Result<Bound, ScorecardError> {
    let sites = network.sites.keys().map(|name| ("site", name.as_str()));
    let queues = network.queues.keys().map(|name| ("queue", name.as_str()));
    let reasons = network.families.keys().map(|name| ("reason", name.as_str()));
    let names: Vec<_> = sites.chain(queues).chain(reasons).collect();
    let columns = [
        ("kind", texts(names.iter().map(|(kind, _)| Some(*kind)))),
        ("name", texts(names.iter().map(|(_, name)| Some(*name)))),
    ];
    Ok(Bound { name: "known_names", rows: batch(columns)? })
}

/// `families(reason, family)`: the families of the reasons that have one.
pub(crate) fn families(network: &Network) -> Result<Bound, ScorecardError> {
    let named: Vec<_> =
        network.families.iter().filter_map(|(reason, family)| Some((reason.as_str(), family.as_deref()?))).collect();
    let columns = [
        ("reason", texts(named.iter().map(|(reason, _)| Some(*reason)))),
        ("family", texts(named.iter().map(|(_, family)| Some(*family)))),
    ];
    Ok(Bound { name: "families", rows: batch(columns)? })
}

/// `moments(moment, at_us)`: instants with their numbers.
pub(crate) fn moments(instants: &[(i64, Instant)]) -> Result<Bound, ScorecardError> {
    let columns = [
        ("moment", ints(instants.iter().map(|(number, _)| *number).collect())),
        ("at_us", ints(instants.iter().map(|(_, at)| at.as_micros()).collect())),
    ];
    Ok(Bound { name: "moments", rows: batch(columns)? })
}

/// `heard(provider, heard_us)`: up to when each provider has told what happened.
pub(crate) fn heard(feeds: &Feeds) -> Result<Bound, ScorecardError> {
    let columns = [
        ("provider", texts(feeds.keys().map(|provider| Some(provider.as_str())))),
        ("heard_us", ints(feeds.values().map(|feed| feed.last_event.as_micros()).collect())),
    ];
    Ok(Bound { name: "heard", rows: batch(columns)? })
}

/// `standing_at(at_us)`: the instant of the levels.
pub(crate) fn standing_at(at: Instant) -> Result<Bound, ScorecardError> {
    Ok(Bound { name: "standing_at", rows: batch([("at_us", ints(vec![at.as_micros()]))])? })
}

/// A stretch of time in which flows are counted: of all cases, or of those of queues with one promise calendar (`""` for
/// queues without one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FlowSpan {
    pub(crate) number: i64,
    pub(crate) calendar: Option<String>,
    pub(crate) from: Instant,
    pub(crate) to: Instant,
}

/// `spans(span, calendar, from_us, to_us)`.
pub(crate) fn spans(spans: &[FlowSpan]) -> Result<Bound, ScorecardError> {
    let columns = [
        ("span", ints(spans.iter().map(|span| span.number).collect())),
        ("calendar", texts(spans.iter().map(|span| span.calendar.as_deref()))),
        ("from_us", ints(spans.iter().map(|span| span.from.as_micros()).collect())),
        ("to_us", ints(spans.iter().map(|span| span.to.as_micros()).collect())),
    ];
    Ok(Bound { name: "spans", rows: batch(columns)? })
}

fn combinations(rule: &Exclusion, columns: &[&str], question: &Question) -> Vec<Vec<Option<String>>> {
    let mut all: Vec<Vec<Option<String>>> = vec![Vec::new()];
    for column in columns {
        let values: Vec<Option<String>> = match rule.when.get(column) {
            None => vec![None],
            Some(values) if *column == "customer" => {
                values.iter().map(|clear| question.customers.get(clear).or(Some(clear)).cloned()).collect()
            }
            Some(values) => values.iter().cloned().map(Some).collect(),
        };
        all = all
            .iter()
            .flat_map(|before| values.iter().map(|value| [before.as_slice(), std::slice::from_ref(value)].concat()))
            .collect();
    }
    all
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_from_iter_with_nullable(nullable(columns))
}

fn nullable<'a>(columns: impl IntoIterator<Item = (&'a str, ArrayRef)>) -> Vec<(&'a str, ArrayRef, bool)> {
    columns.into_iter().map(|(name, column)| (name, column, true)).collect()
}

fn ints(values: Vec<i64>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

fn some(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn instants(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter_values(values).with_timezone("UTC"))
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
