//! The small tables that a question brings along: slots, terms of queues, opening hours, exclusion rules.

mod quarters;
mod terms;

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray},
    error::ArrowError,
};
use contact::{Instant, Network};
use engine::Bound;

use crate::{Feeds, ScorecardError};

pub(crate) use quarters::{cuts, local_days, open_slots, open_slots_at, slots, slots_at, slots_cut, slots_of};
pub(crate) use terms::{exclusions, queue_terms};

/// `asked(now_us, clock_end_us)`: the instants of the question. A table, not parameters: statements planned for one instant
/// serve for the next.
pub(crate) fn asked(now: Instant, clock_end: Instant) -> Result<Bound, ScorecardError> {
    let columns = [("now_us", ints(vec![now.as_micros()])), ("clock_end_us", ints(vec![clock_end.as_micros()]))];
    Ok(Bound { name: "asked", rows: batch(columns)? })
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
