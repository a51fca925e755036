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
    fold::tolerated,
    journeys::{Journey, flows, journeys},
    promise::{Standing, Stay},
    replies::Replies,
};

const DAY_US: i64 = 86_400_000_000;

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

/// A numerator over a denominator, never divided here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub struct Ratio {
    pub numerator: i64,
    pub denominator: i64,
}

impl Ratio {
    /// `numerator` over `denominator`.
    #[must_use]
    pub fn new(numerator: i64, denominator: i64) -> Self {
        Self { numerator, denominator }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::new(self.numerator + other.numerator, self.denominator + other.denominator)
    }
}

/// Legs of the cohort by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// A: answered by a human.
    pub answered: i64,
    /// `A_T`: of these, with a wait within the threshold.
    pub answered_in_time: i64,
    /// B: the customer left.
    pub abandoned: i64,
    /// `B_T`: of these, within the threshold.
    pub abandoned_in_time: i64,
    /// `B_s`: of these, at once.
    pub short_abandoned: i64,
    /// F: left the queue unanswered otherwise.
    pub flowed_out: i64,
    /// O: open beyond the threshold.
    pub overdue: i64,
    /// P: open within the threshold.
    pub pending: i64,
}

impl Tally {
    fn of<'a>(stays: impl IntoIterator<Item = &'a Stay<'a>>) -> Self {
        let mut tally = Self::default();
        for stay in stays {
            let Standing::Counted(outcome) = stay.standing else { continue };
            let (in_time, short) = (i64::from(stay.is_in_time()), i64::from(stay.is_short()));
            match outcome {
                Outcome::Answered => {
                    tally.answered += 1;
                    tally.answered_in_time += in_time;
                }
                Outcome::Abandoned => {
                    tally.abandoned += 1;
                    tally.abandoned_in_time += in_time;
                    tally.short_abandoned += short;
                }
                Outcome::FlowedOut => tally.flowed_out += 1,
                Outcome::Overdue => tally.overdue += 1,
                Outcome::Pending => tally.pending += 1,
            }
        }
        tally
    }

    /// Everything that reached the queue.
    #[must_use]
    pub fn offered(&self) -> i64 {
        self.decided() + self.pending
    }

    /// D: everything but the pending.
    #[must_use]
    pub fn decided(&self) -> i64 {
        self.answered + self.abandoned + self.flowed_out + self.overdue
    }

    /// The service level of these legs by one formula; overdue legs join every denominator but that of `f`.
    #[must_use]
    pub fn service_level(&self, formula: Formula) -> Ratio {
        let a_t = self.answered_in_time;
        let all = self.answered + self.abandoned + self.overdue;
        match formula {
            Formula::A => Ratio::new(a_t, all + self.flowed_out),
            Formula::B => Ratio::new(a_t, all),
            Formula::C => Ratio::new(a_t, all - self.short_abandoned),
            Formula::D => Ratio::new(a_t, all - self.abandoned_in_time),
            Formula::E => Ratio::new(a_t + self.abandoned_in_time, all),
            Formula::F => Ratio::new(a_t, self.answered),
            Formula::G => Ratio::new(a_t + self.short_abandoned, all),
        }
    }
}

/// Contacts of the row: those whose owner is a leg of the cohort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    /// Owned contacts.
    pub contacts: i64,
    /// Owned and answered by a human.
    pub answered: i64,
    /// Answered, and old enough to know whether the resolution lasts.
    pub mature: i64,
    /// Answered, and younger.
    pub immature: i64,
    /// Mature and durably resolved.
    pub resolved: i64,
    /// Owned contacts that were ever resolved, answered or not.
    pub ever_resolved: i64,
    /// Of these, reopened after their first resolution.
    pub reopened: i64,
    /// First offer to last resolution of these, in microseconds, sorted; nothing of those whose time is unknown.
    pub resolution_times: Vec<i64>,
    /// Durably resolved within 24 h of the first offer, over those whose 24 h are over or that are durably resolved.
    pub resolved_24h: Ratio,
    /// The same for 48 h.
    pub resolved_48h: Ratio,
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

/// The value at rank `ceil(permille / 1000 · n)` of `sorted`.
#[must_use]
pub fn nearest_rank(sorted: &[i64], permille: usize) -> Option<i64> {
    let rank = (permille * sorted.len()).div_ceil(1000);
    sorted.get(rank.checked_sub(1)?).copied()
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

fn count<T>(items: &[T], wanted: impl Fn(&T) -> bool) -> i64 {
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

fn contacts(counted: &[&Stay], durable_us: i64, now: Instant) -> Contacts {
    let owned: Vec<&Leg> = counted.iter().map(|stay| stay.leg).filter(|leg| leg.owner).collect();
    let answered = |leg: &&Leg| leg.outcome == Some(Outcome::Answered);
    let mature = |leg: &&Leg| leg.started_at.as_micros() + durable_us <= now.as_micros();
    let durable = |leg: &&Leg| durably_resolved(leg, durable_us);
    let ever = |leg: &&Leg| leg.first_resolved_at.is_some();
    let mut resolution_times: Vec<i64> = owned.iter().filter_map(|leg| resolution_time(leg)).collect();
    resolution_times.sort_unstable();
    let within = |limit: i64| {
        let elapsed = |leg: &Leg| leg.first_offered_at.is_some_and(|at| at.as_micros() + limit <= now.as_micros());
        Ratio::new(
            count(&owned, |leg| durable(leg) && resolution_time(leg).is_some_and(|time| time <= limit)),
            count(&owned, |leg| durable(leg) || elapsed(leg)),
        )
    };
    Contacts {
        contacts: count(&owned, |_| true),
        answered: count(&owned, answered),
        mature: count(&owned, |leg| answered(leg) && mature(leg)),
        immature: count(&owned, |leg| answered(leg) && !mature(leg)),
        resolved: count(&owned, |leg| answered(leg) && mature(leg) && durable(leg)),
        ever_resolved: count(&owned, ever),
        reopened: count(&owned, |leg| ever(leg) && leg.reopened),
        resolution_times,
        resolved_24h: within(DAY_US),
        resolved_48h: within(2 * DAY_US),
    }
}

/// Resolved, and not reopened within the days after which a resolution is durable.
fn durably_resolved(leg: &Leg, durable_us: i64) -> bool {
    match (leg.last_resolved_at, leg.reopened_at) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(resolved), Some(reopened)) => reopened.micros_since(resolved) > durable_us,
    }
}

fn resolution_time(leg: &Leg) -> Option<i64> {
    tolerated(leg.last_resolved_at?.micros_since(leg.first_offered_at?))
}
