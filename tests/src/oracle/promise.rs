//! What was promised for a leg: the queue's version in force, its calendar, and the rules that leave traffic out.

use contact::{
    Channel, Instant, Network, Outcome,
    network::{Exclusion, Queue},
};

use super::{
    Leg, Query,
    calls::{CountsAs, Kept, counts_as, kept},
    journeys::Whole,
};

/// Where a leg of the cohort's period counts: in exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// The contact was cancelled.
    Cancelled,
    /// Left out by the rule of this name.
    Excluded(String),
    /// Live, and offered while closed.
    OutOfHours,
    /// In the cohort.
    Counted(Outcome),
}

/// A leg beside what was promised for it.
#[derive(Debug)]
pub(super) struct Stay<'a> {
    pub(super) leg: &'a Leg,
    /// The promise in force when the leg was offered, with the query's overrides.
    pub(super) queue: Queue,
    /// As stated, else the queue's.
    pub(super) channel: Channel,
    pub(super) standing: Standing,
    /// Of a leg with an outcome, in microseconds: what was promised to be short.
    pub(super) wait: Option<i64>,
    /// The same of a leg without one, as of `now`.
    pub(super) so_far: Option<i64>,
    /// What became of the call that the customer asked for, and the wait for it.
    pub(super) call: Option<(Kept, Option<i64>)>,
    /// What was agreed about it, where the formula does not decide.
    pub(super) counts_as: Option<CountsAs>,
    /// In time or not, where no wait decides.
    pub(super) in_time: Option<bool>,
    /// Of a contact counted whole.
    pub(super) whole: Option<Whole>,
}

impl<'a> Stay<'a> {
    pub(super) fn new(leg: &'a Leg, network: &Network, query: &Query) -> Self {
        let mut queue = in_force(network, &leg.queue, leg.offered_at);
        queue.threshold = query.threshold.unwrap_or(queue.threshold);
        queue.formula = query.formula.unwrap_or(queue.formula);
        queue.short_abandon = queue.short_abandon.min(queue.threshold);
        queue.flows.overflow = query.counting.overflow.or(queue.flows.overflow);
        queue.flows.callback = query.counting.callback.or(queue.flows.callback);
        let channel = leg.channel.unwrap_or(queue.channel);
        let clock = Clock { network, queue: &queue, channel };
        let wait = match (leg.wait_us, leg.outcome_at) {
            (Some(elapsed), Some(at)) => Some(clock.between(leg.offered_at, at).unwrap_or(elapsed)),
            _ => None,
        };
        let elapsed = || query.now.micros_since(leg.offered_at).max(0);
        let so_far = leg.outcome.is_none().then(|| clock.between(leg.offered_at, query.now).unwrap_or_else(elapsed));
        let standing = standing(leg, &clock, so_far);
        let call = kept(leg, &queue, query.now);
        let counts_as = counts_as(leg, &queue, call.map(|(state, _)| state));
        Self { leg, queue, channel, standing, wait, so_far, call, counts_as, in_time: None, whole: None }
    }

    pub(super) fn is(&self, outcome: Outcome) -> bool {
        self.standing == Standing::Counted(outcome)
    }

    pub(super) fn is_counted(&self) -> bool {
        matches!(self.standing, Standing::Counted(_))
    }

    pub(super) fn is_in_time(&self) -> bool {
        self.in_time.unwrap_or(self.wait.is_some_and(|wait| wait <= self.queue.threshold.as_micros()))
    }

    pub(super) fn is_short(&self) -> bool {
        self.wait.is_some_and(|wait| wait <= self.queue.short_abandon.as_micros())
    }

    /// How long it has waited at `now`, were it open, in microseconds of the clock of its promise.
    pub(super) fn so_far(&self, network: &Network, now: Instant) -> i64 {
        let clock = Clock { network, queue: &self.queue, channel: self.channel };
        clock.between(self.leg.offered_at, now).unwrap_or(now.micros_since(self.leg.offered_at))
    }
}

pub(super) fn in_force(network: &Network, queue: &str, at: Instant) -> Queue {
    let versions = network.queues.get(queue).map_or(&[][..], Vec::as_slice);
    let started = versions.iter().filter(|version| version.from.is_none_or(|from| from <= at));
    started.max_by_key(|version| version.from).cloned().unwrap_or_default()
}

fn standing(leg: &Leg, clock: &Clock, so_far: Option<i64>) -> Standing {
    if leg.cancelled {
        return Standing::Cancelled;
    }
    if let Some(rule) = clock.network.exclusions.iter().find(|rule| matches(rule, leg, clock.channel)) {
        return Standing::Excluded(rule.name.clone());
    }
    if clock.channel.is_live() && !clock.is_open(leg.offered_at) {
        return Standing::OutOfHours;
    }
    let is_overdue = so_far.is_some_and(|wait| wait > clock.queue.threshold.as_micros());
    let open = if is_overdue { Outcome::Overdue } else { Outcome::Pending };
    Standing::Counted(leg.outcome.unwrap_or(open))
}

/// Whether the rule is in force and every list it gives holds the leg's value.
pub(super) fn matches(rule: &Exclusion, leg: &Leg, channel: Channel) -> bool {
    rule.from.is_none_or(|from| from <= leg.offered_at)
        && rule.to.is_none_or(|to| leg.offered_at < to)
        && rule.when.iter().all(|(column, accepted)| {
            let value = match *column {
                "provider" => Some(leg.provider.as_str()),
                "site" => Some(leg.site.as_str()),
                "queue" => Some(leg.queue.as_str()),
                "channel" => Some(channel.as_str()),
                "reason" => leg.reason.as_deref(),
                "team" => leg.team.as_deref(),
                "customer" => leg.customer.as_deref(),
                "direction" => Some(leg.direction.as_str()),
                other => unreachable!("the network file has no condition {other:?}"),
            };
            value.is_some_and(|value| accepted.contains(value))
        })
}

/// The clock a promise runs on.
struct Clock<'a> {
    network: &'a Network,
    queue: &'a Queue,
    channel: Channel,
}

impl Clock<'_> {
    fn is_open(&self, at: Instant) -> bool {
        let Some(calendar) = &self.queue.calendar else { return true };
        !self.network.calendars[calendar].open_spans(at, at.plus_micros(1)).is_empty()
    }

    /// Business time in `[from, to)` for a written contact with a calendar; `None` where elapsed time is meant.
    fn between(&self, from: Instant, to: Instant) -> Option<i64> {
        let calendar = self.queue.calendar.as_ref()?;
        if self.channel.is_live() {
            return None;
        }
        // Nobody needs the business time of an open letter after a year, only that it is overdue; `to` may be for ever.
        let to = to.min(from.plus_micros(400 * 86_400_000_000));
        let spans = self.network.calendars[calendar].open_spans(from, to);
        Some(spans.iter().map(|span| span.to.min(to).micros_since(span.from.max(from))).sum())
    }
}
