//! Contacts that are decided: nothing can change any more whether they were in time.

use contact::{
    Channel, Direction, Instant, Network, Outcome,
    network::{CallbackCounts, Formula},
};

use super::{
    Leg, Query,
    calls::{CountsAs, flow},
    promise::{Standing, Stay},
    replies::decided_in_writing,
};

/// A contact that was decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "they say it themselves")]
pub struct Decision {
    pub provider: String,
    pub site: String,
    pub queue: String,
    pub channel: Channel,
    pub at: Instant,
    pub in_time: bool,
}

/// What was decided of these legs by the query's `now`, under which they were folded; `agreed` says whether what queues have
/// agreed about flow-outs goes before their formula. `heard` says up to when a provider has told what happened: whoever waits
/// beyond that is not missed yet.
#[must_use]
pub fn decided(
    legs: &[Leg],
    network: &Network,
    query: &Query,
    agreed: bool,
    heard: impl Fn(&str) -> Option<Instant>,
) -> Vec<Decision> {
    let inbound = legs.iter().filter(|leg| leg.direction == Direction::Inbound);
    let mut decisions = Vec::new();
    for stay in inbound.map(|leg| Stay::new(leg, network, query)) {
        let found = if stay.channel.is_live() && stay.is_counted() {
            Vec::from_iter(called(&stay, agreed))
        } else {
            decided_in_writing(&stay, network, query)
        };
        for Found { at, in_time, waits } in found {
            let told = heard(&stay.leg.provider).is_some_and(|heard| at <= heard);
            if at <= query.now && (!waits || told) {
                let Leg { provider, site, queue, .. } = stay.leg.clone();
                decisions.push(Decision { provider, site, queue, channel: stay.channel, at, in_time });
            }
        }
    }
    decisions.sort();
    decisions
}

/// When, how, and whether somebody still waits and only time decided it.
pub(super) struct Found {
    pub(super) at: Instant,
    pub(super) in_time: bool,
    pub(super) waits: bool,
}

/// A flow-out, by what was agreed about it.
fn flowed_out(stay: &Stay, counts_as: CountsAs) -> Option<Found> {
    let by_call = matches!(stay.queue.flows.callback, Some(CallbackCounts::AnsweredIfWithin))
        && flow(stay.leg) == Some("callback");
    let within = stay.queue.flows.callback_within.unwrap_or(stay.queue.threshold).as_micros();
    let due = stay.leg.slot_at.unwrap_or(stay.leg.offered_at).plus_micros(within);
    match counts_as {
        CountsAs::InTime => Some(Found { at: stay.leg.called_at?, in_time: true, waits: false }),
        CountsAs::Miss if by_call => Some(Found { at: due, in_time: false, waits: stay.leg.called_at.is_none() }),
        CountsAs::Miss => Some(Found { at: left(stay)?, in_time: false, waits: false }),
        CountsAs::Neutral | CountsAs::Excluded => None,
    }
}

/// When whoever left a queue had waited too long, else when he left it.
fn left(stay: &Stay) -> Option<Instant> {
    let threshold = stay.queue.threshold.as_micros();
    let is_late = stay.wait.is_some_and(|wait| wait > threshold);
    if is_late { Some(stay.leg.offered_at.plus_micros(threshold)) } else { stay.leg.outcome_at }
}

/// A call, by the formula of its queue and, where that goes before it, by what was agreed.
fn called(stay: &Stay, agreed: bool) -> Option<Found> {
    if let Some(counts_as) = stay.counts_as.filter(|_| agreed && stay.is(Outcome::FlowedOut)) {
        return flowed_out(stay, counts_as);
    }
    let formula = stay.queue.formula;
    let Standing::Counted(outcome) = stay.standing else { return None };
    let is_asked = match outcome {
        Outcome::Answered => true,
        Outcome::Abandoned => match formula {
            Formula::C => !stay.is_short(),
            Formula::D => !stay.is_in_time(),
            Formula::F => false,
            _ => true,
        },
        Outcome::FlowedOut => formula == Formula::A,
        Outcome::Overdue => formula != Formula::F,
        Outcome::Pending => false,
    };
    let in_time = match (outcome, formula) {
        (Outcome::Answered, _) | (Outcome::Abandoned, Formula::E) => stay.is_in_time(),
        (Outcome::Abandoned, Formula::G) => stay.is_short(),
        _ => false,
    };
    let waits = outcome == Outcome::Overdue;
    let by_clock = stay.leg.offered_at.plus_micros(stay.queue.threshold.as_micros());
    let at = if waits { by_clock } else { left(stay)? };
    is_asked.then_some(Found { at, in_time, waits })
}
