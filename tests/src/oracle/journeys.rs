//! Contacts counted whole: one for all legs that count, where it came in, with the waits of all of them.

use std::collections::BTreeMap;

use contact::{Channel, Day, Direction, Instant, Network, Outcome, network::CallbackCounts, network::Queue};

use super::{
    Lasting, Leg, Query, Ratio,
    calls::{CountsAs, Kept},
    promise::{Standing, Stay},
};

/// A contact as if it were one leg.
#[derive(Debug)]
pub(super) struct Journey {
    leg: Leg,
    queue: Queue,
    channel: Channel,
    standing: Standing,
    wait: Option<i64>,
    in_time: Option<bool>,
    counts_as: Option<CountsAs>,
    whole: Whole,
}

/// What only contacts counted whole have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Whole {
    legs: i64,
    crossed: bool,
    humans: i64,
    warm: i64,
    first_wait: Option<i64>,
    first_in_time: bool,
    call: Option<(Kept, Option<i64>)>,
    dials: i64,
}

/// Hand-overs and callbacks of the contacts of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flows {
    /// Contacts.
    pub contacts: i64,
    /// Their legs.
    pub legs: i64,
    /// Contacts with several.
    pub handed_over: i64,
    /// Contacts with legs of several providers.
    pub crossed: i64,
    /// Human answers during the transfer, of the human answers after the first.
    pub warm: Ratio,
    /// Waits for the first human, over contacts where they are known.
    pub first_wait: Ratio,
    /// Answered by the first human within the threshold, of those answered, abandoned or overdue.
    pub first_in_time: Ratio,
    /// Contacts whose customers asked to be called back.
    pub callbacks: i64,
    /// Reached, of those that are not pending.
    pub reached: Ratio,
    /// Reached within the promise, of the same.
    pub kept: Ratio,
    /// Waits for the call, over those reached after a known time.
    pub call_wait: Ratio,
    /// Attempts.
    pub dials: i64,
}

impl Journey {
    pub(super) fn stay(&self) -> Stay<'_> {
        Stay {
            leg: &self.leg,
            queue: self.queue.clone(),
            channel: self.channel,
            standing: self.standing.clone(),
            wait: self.wait,
            so_far: None,
            call: None,
            counts_as: self.counts_as,
            in_time: self.in_time,
            whole: Some(self.whole),
        }
    }

    pub(super) fn came_in_at(&self) -> Instant {
        self.leg.offered_at
    }
}

/// The contacts of these legs, each once.
pub(super) fn journeys(legs: &[Leg], network: &Network, query: &Query) -> Vec<Journey> {
    let mut contacts: BTreeMap<(Day, &str), Vec<Stay>> = BTreeMap::new();
    for leg in legs.iter().filter(|leg| leg.direction == Direction::Inbound) {
        contacts.entry((leg.started_day, &leg.contact_id)).or_default().push(Stay::new(leg, network, query));
    }
    contacts.into_values().map(journey).collect()
}

fn journey(mut stays: Vec<Stay>) -> Journey {
    let class = |stay: &Stay| match stay.standing {
        Standing::Counted(_) => 0,
        Standing::OutOfHours => 1,
        Standing::Cancelled | Standing::Excluded(_) => 2,
    };
    stays.sort_by(|a, b| (class(a), a.leg.offered_at, a.leg.key()).cmp(&(class(b), b.leg.offered_at, b.leg.key())));
    let counted: Vec<&Stay> = stays.iter().filter(|stay| stay.is_counted()).collect();
    let entry = &stays[0];
    if counted.is_empty() {
        return alone(entry);
    }
    let humans = humans(&counted);
    let (outcome, outcome_at) = outcome(entry, &counted, &humans);
    let (wait, first_wait) = waits(entry, &counted, &humans);
    let kept = entry.call.map(|(state, _)| state == Kept::InTime);
    let answered = outcome == Outcome::Answered;
    let within = |wait: Option<i64>| wait.is_some_and(|wait| wait <= entry.queue.threshold.as_micros());
    let handles: Vec<i64> = counted.iter().filter_map(|stay| stay.leg.handle_us).collect();
    let mut leg = entry.leg.clone();
    leg.owner = true;
    leg.outcome = (!matches!(outcome, Outcome::Pending | Outcome::Overdue)).then_some(outcome);
    leg.outcome_at = outcome_at;
    leg.handle_us = (!handles.is_empty()).then(|| handles.iter().sum());
    leg.transfers = counted.iter().map(|stay| stay.leg.transfers).sum();
    state_written(&mut leg, &counted);
    Journey {
        queue: entry.queue.clone(),
        channel: entry.channel,
        standing: Standing::Counted(outcome),
        wait,
        in_time: kept,
        counts_as: entry.call.and(entry.queue.flows.callback).and_then(|agreed| match agreed {
            CallbackCounts::AnsweredIfWithin => None,
            CallbackCounts::Neutral => Some(CountsAs::Neutral),
            CallbackCounts::Miss => Some(CountsAs::Miss),
        }),
        whole: Whole {
            legs: counted.iter().map(|_| 1).sum(),
            crossed: counted.iter().any(|stay| stay.leg.provider != entry.leg.provider),
            humans: humans.iter().map(|_| 1).sum(),
            warm: humans.iter().filter(|human| is_warm(human, &humans)).map(|_| 1).sum(),
            first_wait: first_wait.filter(|_| answered),
            first_in_time: answered && kept.unwrap_or(within(first_wait)),
            call: entry.call,
            dials: entry.leg.dials,
        },
        leg,
    }
}

/// Tells a contact what was written and decided at its legs.
fn state_written(leg: &mut Leg, counted: &[&Stay]) {
    let legs = || counted.iter().map(|stay| stay.leg);
    leg.decided_at = legs().filter_map(|leg| leg.decided_at).min();
    leg.published_at = legs().filter_map(|leg| leg.published_at).min();
    leg.turns = legs().flat_map(|leg| leg.turns.iter().copied()).collect();
    leg.turns_settled = legs().map(|leg| leg.turns_settled).sum();
    leg.paused = together(legs().flat_map(|leg| leg.paused.iter().copied()).collect());
}

/// The same stretches, without those that overlap or meet.
fn together(mut stretches: Vec<Lasting>) -> Vec<Lasting> {
    stretches.sort_by_key(|stretch| stretch.from);
    let mut apart: Vec<Lasting> = Vec::new();
    for stretch in stretches {
        match apart.last_mut() {
            Some(last) if last.to.is_none_or(|to| stretch.from <= to) => {
                last.to = last.to.zip(stretch.to).map(|(to, other)| to.max(other));
            }
            _ => apart.push(stretch),
        }
    }
    apart
}

/// A contact of which no leg counts.
fn alone(entry: &Stay) -> Journey {
    Journey {
        leg: entry.leg.clone(),
        queue: entry.queue.clone(),
        channel: entry.channel,
        standing: entry.standing.clone(),
        wait: entry.wait,
        in_time: None,
        counts_as: None,
        whole: Whole::default(),
    }
}

/// Legs that a human answered, one after the other.
fn humans<'a, 'b>(counted: &[&'b Stay<'a>]) -> Vec<&'b Stay<'a>> {
    let mut humans: Vec<&Stay> = counted.iter().copied().filter(|stay| stay.is(Outcome::Answered)).collect();
    humans.sort_by(|a, b| (a.leg.outcome_at, a.leg.key()).cmp(&(b.leg.outcome_at, b.leg.key())));
    humans
}

/// Whether one who had answered earlier was still there.
fn is_warm(human: &Stay, humans: &[&Stay]) -> bool {
    let earlier = humans.iter().take_while(|other| other.leg.key() != human.leg.key());
    earlier
        .into_iter()
        .any(|other| other.leg.transferred_at.is_some() && other.leg.transferred_at >= human.leg.outcome_at)
}

fn outcome(entry: &Stay, counted: &[&Stay], humans: &[&Stay]) -> (Outcome, Option<Instant>) {
    if let Some((state, _)) = entry.call {
        return match state {
            Kept::InTime | Kept::Late => (Outcome::Answered, entry.leg.called_at),
            Kept::GivenUp => (Outcome::FlowedOut, None),
            Kept::Overdue => (Outcome::Overdue, None),
            Kept::Pending => (Outcome::Pending, None),
        };
    }
    if let Some(first) = humans.first() {
        return (Outcome::Answered, first.leg.outcome_at);
    }
    if counted.iter().any(|stay| stay.leg.outcome.is_none()) {
        let waited: i64 = counted.iter().filter_map(|stay| stay.wait.or(stay.so_far)).sum();
        let overdue = waited > entry.queue.threshold.as_micros();
        return (if overdue { Outcome::Overdue } else { Outcome::Pending }, None);
    }
    let last =
        |wanted: Outcome| counted.iter().filter(|stay| stay.is(wanted)).filter_map(|stay| stay.leg.outcome_at).max();
    match (last(Outcome::Abandoned), last(Outcome::FlowedOut)) {
        (Some(abandoned), Some(flowed)) if flowed > abandoned => (Outcome::FlowedOut, Some(flowed)),
        (Some(abandoned), _) => (Outcome::Abandoned, Some(abandoned)),
        (None, flowed) => (Outcome::FlowedOut, flowed),
    }
}

/// The wait of the contact, and that for its first human.
fn waits(entry: &Stay, counted: &[&Stay], humans: &[&Stay]) -> (Option<i64>, Option<i64>) {
    if let Some((_, wait)) = entry.call {
        return (wait, wait);
    }
    let sum = |until: Option<Instant>, warm_too: bool| -> Option<i64> {
        let ended = counted.iter().filter(|stay| stay.leg.outcome_at.is_some() && stay.leg.outcome_at <= until);
        let waiting = ended.filter(|stay| warm_too || !(stay.is(Outcome::Answered) && is_warm(stay, humans)));
        waiting.map(|stay| stay.wait).sum()
    };
    match (humans.first(), humans.last()) {
        (Some(first), Some(last)) => (sum(last.leg.outcome_at, false), sum(first.leg.outcome_at, true)),
        _ => (counted.iter().map(|stay| stay.wait.or(stay.so_far)).sum(), None),
    }
}

/// The contacts of a row; nothing of legs.
pub(super) fn flows(counted: &[&Stay]) -> Flows {
    let mut flows = Flows::default();
    for (stay, whole) in counted.iter().filter_map(|stay| Some((stay, stay.whole?))) {
        let answered = stay.is(Outcome::Answered);
        flows.contacts += 1;
        flows.legs += whole.legs;
        flows.handed_over += i64::from(whole.legs > 1);
        flows.crossed += i64::from(whole.crossed);
        flows.warm = flows.warm.plus(Ratio::new(whole.warm, (whole.humans - 1).max(0)));
        flows.first_wait =
            flows.first_wait.plus(whole.first_wait.map_or_else(Ratio::default, |wait| Ratio::new(wait, 1)));
        let due = !(stay.is(Outcome::Pending) || stay.is(Outcome::FlowedOut));
        flows.first_in_time = flows.first_in_time.plus(Ratio::new(i64::from(whole.first_in_time), i64::from(due)));
        let Some((state, wait)) = whole.call else { continue };
        let called_for = i64::from(state != Kept::Pending);
        flows.callbacks += 1;
        flows.reached = flows.reached.plus(Ratio::new(i64::from(answered), called_for));
        flows.kept = flows.kept.plus(Ratio::new(i64::from(state == Kept::InTime), called_for));
        let known = wait.filter(|_| answered).map_or_else(Ratio::default, |wait| Ratio::new(wait, 1));
        flows.call_wait = flows.call_wait.plus(known);
        flows.dials += whole.dials;
    }
    flows
}
