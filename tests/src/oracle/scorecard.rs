//! From legs to the counts that every row of a scorecard is made of.

use std::collections::{BTreeMap, BTreeSet};

use contact::{
    Direction, Duration, Instant, Network, Outcome,
    network::{CallbackCounts, Formula, OverflowCounts},
};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    Flows, Leg,
    calls::{CountsAs, Kept, flow},
    journeys::{Journey, flows, journeys},
    owned::{Contacts, contacts},
    promise::{Standing, Stay},
    replies::Replies,
    tally::{Ratio, Tally},
};

pub(super) const DAY_US: i64 = 86_400_000_000;

/// What rows are broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "columns of legs")]
pub enum Dimension {
    Site,
    Provider,
    Queue,
    Channel,
    Reason,
    Team,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 6] = [Self::Site, Self::Provider, Self::Queue, Self::Channel, Self::Reason, Self::Team];
}

/// What is counted, and how what flowed out counts in all queues where that is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counting {
    /// Contacts, each whole where it came in, instead of legs.
    pub brand: bool,
    /// How overflow counts.
    pub overflow: Option<OverflowCounts>,
    /// How callbacks count.
    pub callback: Option<CallbackCounts>,
}

/// What is asked. The legs must have been folded at the same `now`.
#[derive(Debug, Clone)]
pub struct Query {
    /// Start of the period, inclusive.
    pub from: Instant,
    /// End of the period, exclusive.
    pub to: Instant,
    /// Zone in which days are read.
    pub zone: TimeZone,
    /// Breakdown; empty for one line.
    pub by: BTreeSet<Dimension>,
    /// The instant at which open legs are judged.
    pub now: Instant,
    /// Recomputes every queue with this formula.
    pub formula: Option<Formula>,
    /// Recomputes every queue with this threshold.
    pub threshold: Option<Duration>,
    /// What is counted.
    pub counting: Counting,
}

/// One line of the scorecard, as counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Value of each dimension asked for; `None` where the leg does not state it.
    pub key: BTreeMap<Dimension, Option<String>>,
    /// Legs by outcome.
    pub legs: Tally,
    /// The seven formulas, in the order of [`Formula::ALL`].
    pub formulas: [Ratio; 7],
    /// Each queue's own formula (or the query's), summed.
    pub service_level: Ratio,
    /// Decided legs, but for those that no rate counts.
    pub answerable: i64,
    /// Legs that flowed out to another place.
    pub overflowed: i64,
    /// Legs that flowed out to a callback that may still be made in time.
    pub awaited: i64,
    /// Hand-overs and callbacks, of contacts counted whole.
    pub flows: Flows,
    /// Live legs offered while closed.
    pub out_of_hours: i64,
    /// Legs of cancelled contacts.
    pub cancelled: i64,
    /// Legs left out, by rule.
    pub excluded: BTreeMap<String, i64>,
    /// Waits of the answered in microseconds, sorted.
    pub waits: Vec<i64>,
    /// Microseconds of handling, over the legs that have an `ended`.
    pub handle: Ratio,
    /// `transferred` events.
    pub transfers: i64,
    /// The contacts.
    pub contacts: Contacts,
    /// What is awaited in writing.
    pub replies: Replies,
    /// Legs by outcome and own service level, by local day of the offer: what day-clustered variance is made of.
    pub days: BTreeMap<Date, (Tally, Ratio)>,
}

/// The rows that `legs` make, sorted by key. A group without any inbound leg in the period has no row.
#[must_use]
pub fn scorecard(legs: &[Leg], network: &Network, query: &Query) -> Vec<Row> {
    let in_period = |at: Instant| query.from <= at && at < query.to;
    let inbound = legs.iter().filter(|leg| leg.direction == Direction::Inbound && in_period(leg.offered_at));
    let whole = if query.counting.brand { journeys(legs, network, query) } else { Vec::new() };
    let stays: Vec<Stay> = if query.counting.brand {
        whole.iter().filter(|contact| in_period(contact.came_in_at())).map(Journey::stay).collect()
    } else {
        inbound.map(|leg| Stay::new(leg, network, query)).collect()
    };
    let mut groups: BTreeMap<_, Vec<Stay>> = BTreeMap::new();
    for stay in stays {
        groups.entry(key(&stay, query)).or_default().push(stay);
    }
    groups.into_iter().map(|(key, stays)| row(key, &stays, network, query)).collect()
}

pub(super) fn key(stay: &Stay, query: &Query) -> BTreeMap<Dimension, Option<String>> {
    let leg = stay.leg;
    let value = |dimension: &Dimension| match dimension {
        Dimension::Site => Some(leg.site.clone()),
        Dimension::Provider => Some(leg.provider.clone()),
        Dimension::Queue => Some(leg.queue.clone()),
        Dimension::Channel => Some(stay.channel.as_str().to_owned()),
        Dimension::Reason => leg.reason.clone(),
        Dimension::Team => leg.team.clone(),
    };
    query.by.iter().map(|dimension| (*dimension, value(dimension))).collect()
}

fn row(key: BTreeMap<Dimension, Option<String>>, all: &[Stay], network: &Network, query: &Query) -> Row {
    let counted: Vec<&Stay> = all.iter().filter(|stay| stay.is_counted()).collect();
    let legs = Tally::of(counted.iter().copied());
    let handles: Vec<i64> = counted.iter().filter_map(|stay| stay.leg.handle_us).collect();
    let mut waits: Vec<i64> =
        counted.iter().filter(|stay| stay.is(Outcome::Answered)).filter_map(|stay| stay.wait).collect();
    waits.sort_unstable();
    Row {
        key,
        legs,
        formulas: Formula::ALL.map(|formula| legs.service_level(formula)),
        service_level: own_service_level(&counted),
        answerable: legs.decided() - count(&counted, |stay| stay.counts_as == Some(CountsAs::Excluded)),
        overflowed: count(&counted, |stay| stay.whole.is_none() && flow(stay.leg) == Some("overflow")),
        awaited: count(&counted, |stay| is_awaited(stay)),
        flows: flows(&counted),
        out_of_hours: count(all, |stay| stay.standing == Standing::OutOfHours),
        cancelled: count(all, |stay| stay.standing == Standing::Cancelled),
        excluded: excluded(all),
        waits,
        handle: Ratio::new(handles.iter().sum(), count(&handles, |_| true)),
        transfers: counted.iter().map(|stay| stay.leg.transfers).sum(),
        contacts: contacts(&counted, i64::from(network.durable_days) * DAY_US, query.now),
        replies: Replies::of(all, network, query),
        days: days(&counted, &query.zone),
    }
}

pub(super) fn count<T>(items: &[T], wanted: impl Fn(&T) -> bool) -> i64 {
    items.iter().filter(|item| wanted(item)).map(|_| 1).sum()
}

/// A flow-out to a callback that may still be made in time.
fn is_awaited(stay: &Stay) -> bool {
    let pending = stay.call.is_some_and(|(state, _)| state == Kept::Pending);
    stay.whole.is_none() && flow(stay.leg) == Some("callback") && pending
}

/// Legs under each formula apart, each by its own formula, then added; and those of which something was agreed.
fn own_service_level(counted: &[&Stay]) -> Ratio {
    let under = |formula| {
        let free = counted.iter().copied().filter(|stay| stay.counts_as.is_none());
        Tally::of(free.filter(|stay| stay.queue.formula == formula)).service_level(formula)
    };
    let agreed = counted.iter().filter_map(|stay| stay.counts_as).map(|counts_as| match counts_as {
        CountsAs::InTime => Ratio::new(1, 1),
        CountsAs::Miss => Ratio::new(0, 1),
        CountsAs::Neutral | CountsAs::Excluded => Ratio::default(),
    });
    Formula::ALL.map(under).into_iter().chain(agreed).fold(Ratio::default(), Ratio::plus)
}

fn excluded(all: &[Stay]) -> BTreeMap<String, i64> {
    let mut by_rule = BTreeMap::new();
    for stay in all {
        if let Standing::Excluded(rule) = &stay.standing {
            *by_rule.entry(rule.clone()).or_default() += 1;
        }
    }
    by_rule
}

fn days(counted: &[&Stay], zone: &TimeZone) -> BTreeMap<Date, (Tally, Ratio)> {
    let mut by_day: BTreeMap<Date, Vec<&Stay>> = BTreeMap::new();
    for stay in counted {
        let day = stay.leg.offered_at.to_timestamp().to_zoned(zone.clone()).date();
        by_day.entry(day).or_default().push(stay);
    }
    by_day
        .into_iter()
        .map(|(day, stays)| (day, (Tally::of(stays.iter().copied()), own_service_level(&stays))))
        .collect()
}
