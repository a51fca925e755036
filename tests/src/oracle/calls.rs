//! Callbacks and overflow: what was asked for, what came of it, and how it counts where it was agreed.

use contact::{
    EventType, Instant, Outcome,
    network::{CallbackCounts, OverflowCounts, Queue},
};

use super::{
    Leg, Received,
    fold::{outcome_of, tolerated},
};

/// A call that a customer asked for before any human had answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) asked_at: Instant,
    /// The time that was promised last.
    pub(super) slot_at: Option<Instant>,
    /// When the customer was reached.
    pub(super) called_at: Option<Instant>,
    /// Attempts since it was asked for.
    pub(super) dials: i64,
}

/// The call that the events of one contact, in order, ask for.
pub(super) fn asked_for(events: &[&Received]) -> Option<Call> {
    let asks = |received: &&&Received| {
        let event = &received.event;
        let flows = event.kind == EventType::FlowedOut && event.details.flowed_to.as_deref() == Some("callback");
        flows || event.kind == EventType::CallbackRequested
    };
    let asked_at = events.iter().filter(asks).map(|received| received.event.time).min()?;
    let answers = events.iter().filter(|received| outcome_of(&received.event) == Some(Outcome::Answered));
    let first_human = answers.map(|received| received.event.time).min();
    if first_human.is_some_and(|human| human <= asked_at) {
        return None;
    }
    let dialled = |received: &&&Received| received.event.kind == EventType::Dialled && received.event.time >= asked_at;
    let dialled: Vec<&&Received> = events.iter().filter(dialled).collect();
    let reached = dialled.iter().filter(|received| received.event.details.reached == Some(true));
    let reached = reached.map(|received| received.event.time).min();
    let requests = events.iter().filter(|received| received.event.kind == EventType::CallbackRequested);
    Some(Call {
        asked_at,
        slot_at: requests.filter_map(|received| received.event.details.slot).next_back(),
        called_at: if dialled.is_empty() { first_human } else { reached },
        dials: dialled.iter().map(|_| 1).sum(),
    })
}

/// What became of a call, measured from a leg's offer by what its queue has agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Reached within the promise.
    InTime,
    /// Reached later.
    Late,
    /// As many attempts as were agreed reached nobody.
    GivenUp,
    /// Not reached, and the promise is past.
    Overdue,
    /// Not reached yet.
    Pending,
}

/// What became of the contact's call, and the wait for it in microseconds.
pub(super) fn kept(leg: &Leg, queue: &Queue, now: Instant) -> Option<(Kept, Option<i64>)> {
    leg.callback_at?;
    let within = queue.flows.callback_within.unwrap_or(queue.threshold).as_micros();
    let from = leg.slot_at.unwrap_or(leg.offered_at);
    let wait = tolerated(leg.called_at.unwrap_or(now).micros_since(leg.offered_at));
    let given_up = || queue.flows.callback_attempts.is_some_and(|most| leg.dials >= i64::from(most));
    let state = match leg.called_at {
        Some(called) if wait.is_some() && called.micros_since(from) <= within => Kept::InTime,
        Some(_) => Kept::Late,
        None if given_up() => Kept::GivenUp,
        None if now.micros_since(from) > within => Kept::Overdue,
        None => Kept::Pending,
    };
    Some((state, wait))
}

/// What was agreed about a leg, where its formula does not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CountsAs {
    /// In the numerator and in the denominator.
    InTime,
    /// In the denominator.
    Miss,
    /// In neither.
    Neutral,
    /// In no rate.
    Excluded,
}

/// Where a leg that flowed out went.
pub(super) fn flow(leg: &Leg) -> Option<&str> {
    if leg.outcome != Some(Outcome::FlowedOut) {
        return None;
    }
    let asked_meanwhile = |asked: Instant| leg.offered_at <= asked && Some(asked) <= leg.outcome_at;
    let again = leg.last_offered_at.is_some_and(|last| last > leg.offered_at);
    match &leg.flowed_to {
        Some(stated) => Some(stated),
        None if leg.callback_at.is_some_and(asked_meanwhile) => Some("callback"),
        None => again.then_some("overflow"),
    }
}

/// How a leg counts for its queue, if that was agreed.
pub(super) fn counts_as(leg: &Leg, queue: &Queue, kept: Option<Kept>) -> Option<CountsAs> {
    match flow(leg)? {
        "overflow" => queue.flows.overflow.map(|agreed| match agreed {
            OverflowCounts::Miss => CountsAs::Miss,
            OverflowCounts::Neutral => CountsAs::Neutral,
            OverflowCounts::Excluded => CountsAs::Excluded,
        }),
        "callback" => match queue.flows.callback? {
            CallbackCounts::Miss => Some(CountsAs::Miss),
            CallbackCounts::Neutral => Some(CountsAs::Neutral),
            CallbackCounts::AnsweredIfWithin => match kept? {
                Kept::InTime => Some(CountsAs::InTime),
                Kept::Late | Kept::Overdue => Some(CountsAs::Miss),
                Kept::Pending => Some(CountsAs::Neutral),
                Kept::GivenUp => None,
            },
        },
        _ => None,
    }
}
