//! Contacts that are decided: nothing can change any more whether they were in time.

use contact::{Channel, Direction, Instant, Network, Outcome, network::Formula};

use super::{
    Leg, Query,
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

/// What was decided of these legs by the query's `now`, under which they were folded. `heard` says up to when a provider has
/// told what happened: whoever waits beyond that is not missed yet.
#[must_use]
pub fn decided(
    legs: &[Leg],
    network: &Network,
    query: &Query,
    heard: impl Fn(&str) -> Option<Instant>,
) -> Vec<Decision> {
    let inbound = legs.iter().filter(|leg| leg.direction == Direction::Inbound);
    let mut decisions = Vec::new();
    for stay in inbound.map(|leg| Stay::new(leg, network, query)) {
        let found = if stay.channel.is_live() && stay.is_counted() {
            Vec::from_iter(called(&stay))
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

/// A call, by the formula of its queue.
fn called(stay: &Stay) -> Option<Found> {
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
    let threshold = stay.queue.threshold.as_micros();
    let waits = outcome == Outcome::Overdue;
    let is_late = waits || stay.wait.is_some_and(|wait| wait > threshold);
    let by_clock = stay.leg.offered_at.plus_micros(threshold);
    let at = if is_late { by_clock } else { stay.leg.outcome_at? };
    is_asked.then_some(Found { at, in_time, waits })
}
