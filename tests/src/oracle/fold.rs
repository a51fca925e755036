//! From events to legs.

use std::collections::BTreeMap;

use contact::{ContactKey, Direction, Duration, Event, EventType, Identity, Instant, Outcome};

use super::{Leg, Received, calls::asked_for, written::state_written};

/// Times of one leg may run backwards by this much before the leg is called disordered.
const TOLERANCE_US: i64 = 5_000_000;

/// The legs that `events` make, as known at `as_of` and as of `now`, sorted by [`Leg::key`].
#[must_use]
pub fn fold(events: &[Received], as_of: Instant, now: Instant) -> Vec<Leg> {
    let mut contacts: BTreeMap<&ContactKey, Vec<&Received>> = BTreeMap::new();
    for received in chosen(events, as_of).into_iter().filter(|received| received.event.time <= now) {
        contacts.entry(&received.event.contact).or_default().push(received);
    }
    let mut legs: Vec<Leg> = contacts.into_values().flat_map(fold_contact).collect();
    legs.sort_by(|a, b| a.key().cmp(&b.key()));
    legs
}

/// One event per identity: the highest revision; of several contents, the one with the smallest digest.
pub(super) fn chosen(events: &[Received], as_of: Instant) -> Vec<&Received> {
    let mut best: BTreeMap<(&ContactKey, &Identity), &Received> = BTreeMap::new();
    for received in events.iter().filter(|received| received.received_at <= as_of) {
        let identity = (&received.event.contact, &received.event.identity);
        let kept = best.entry(identity).or_insert(received);
        let newer = received.event.revision > kept.event.revision;
        let same = received.event.revision == kept.event.revision;
        if newer || (same && received.event.content_digest() < kept.event.content_digest()) {
            *kept = received;
        }
    }
    best.into_values().collect()
}

/// The order in which "first" and "last" are meant.
fn order(event: &Event) -> (Instant, &str, &str, &str) {
    let identity = &event.identity;
    (event.time, &identity.id, &identity.source, identity.provider.as_str())
}

fn fold_contact(mut events: Vec<&Received>) -> Vec<Leg> {
    events.sort_by(|a, b| order(&a.event).cmp(&order(&b.event)));
    let of_legs: Vec<&Received> = events.iter().copied().filter(|r| !r.event.kind.is_contact_level()).collect();
    let mut stays: BTreeMap<(&str, &str, &str, u32), Vec<&Received>> = BTreeMap::new();
    for received in &of_legs {
        let event = &received.event;
        let place = event.place.as_ref().expect("a leg event has a place");
        let key = (event.identity.provider.as_str(), place.site.as_str(), place.queue.as_str(), place.leg);
        stays.entry(key).or_default().push(received);
    }
    let mut legs: Vec<Leg> = stays.values().map(|stay| fold_leg(stay, &of_legs)).collect();
    state_contact_facts(&mut legs, &events);
    state_owner(&mut legs);
    state_written(&mut legs, &events);
    legs
}

fn first<'a, T>(events: &[&'a Received], stated: impl Fn(&'a Event) -> Option<T>) -> Option<T> {
    events.iter().find_map(|received| stated(&received.event))
}

fn times(events: &[&Received], kind: EventType) -> Vec<Instant> {
    events.iter().filter(|received| received.event.kind == kind).map(|received| received.event.time).collect()
}

/// What this event makes of the leg, if anything.
pub(super) fn outcome_of(event: &Event) -> Option<Outcome> {
    let human = !matches!(event.details.actor.as_deref(), Some("bot" | "auto"));
    match event.kind {
        EventType::Answered if human => Some(Outcome::Answered),
        EventType::Abandoned => Some(Outcome::Abandoned),
        EventType::FlowedOut => Some(Outcome::FlowedOut),
        _ => None,
    }
}

/// One leg from its events, both lists in order; contact facts and owner are stated afterwards.
fn fold_leg(stay: &[&Received], of_contact: &[&Received]) -> Leg {
    let event = &stay[0].event;
    let place = event.place.as_ref().expect("a leg event has a place");
    let started_at = stay.iter().map(|received| received.started_at).min().expect("a leg has an event");
    let offered = times(stay, EventType::Offered).into_iter().min();
    let offered_at = offered.unwrap_or(event.time);
    let outcomes: Vec<(Outcome, Instant)> =
        stay.iter().filter_map(|r| outcome_of(&r.event).map(|outcome| (outcome, r.event.time))).collect();
    let outcome_at = outcomes.first().map(|(_, at)| *at);
    let last_end = stay.iter().rfind(|received| received.event.kind == EventType::Ended).map(|r| &r.event);
    let ended_at = last_end.map(|end| end.time);
    // In the leg, else anywhere in the contact: what the customer asked is known before the second site takes over.
    let known = |stated: &dyn Fn(&Event) -> Option<String>| first(stay, stated).or_else(|| first(of_contact, stated));
    let told = |stated: &dyn Fn(&Event) -> Option<bool>| first(stay, stated).or_else(|| first(of_contact, stated));
    Leg {
        started_day: started_at.day(),
        contact_id: event.contact.as_str().to_owned(),
        provider: event.identity.provider.as_str().to_owned(),
        site: place.site.as_str().to_owned(),
        queue: place.queue.as_str().to_owned(),
        leg: i64::from(place.leg),
        started_at,
        offered_at,
        inferred: offered.is_none(),
        outcome: outcomes.first().map(|(outcome, _)| *outcome),
        outcome_at,
        wait_us: outcome_at.and_then(|at| tolerated(at.micros_since(offered_at))),
        ended_at,
        handle_us: last_end.map(handled),
        disordered: disordered(offered_at, outcome_at, ended_at),
        anomalies: outcomes.iter().skip(1).map(|_| 1).sum(),
        transfers: times(stay, EventType::Transferred).iter().map(|_| 1).sum(),
        transferred_at: times(stay, EventType::Transferred).into_iter().max(),
        flowed_to: stay.iter().find(|r| outcome_of(&r.event).is_some()).and_then(|r| r.event.details.flowed_to.clone()),
        channel: first(stay, |e| e.channel),
        direction: first(stay, |e| e.direction).unwrap_or(Direction::Inbound),
        reason: known(&|e| e.known.reason.clone()),
        language: known(&|e| e.known.language.clone()),
        priority: known(&|e| e.known.priority.clone()),
        complaint: told(&|e| e.known.complaint),
        recognised: told(&|e| e.known.recognised),
        customer: first(stay, |e| e.people.customer.clone()),
        agent: first(stay, |e| e.people.agent.clone()),
        team: first(stay, |e| e.people.team.clone()),
        cancelled: false,
        owner: false,
        first_offered_at: None,
        last_offered_at: None,
        given_up_at: None,
        callback_at: None,
        slot_at: None,
        called_at: None,
        dials: 0,
        first_resolved_at: None,
        last_resolved_at: None,
        reopened_at: None,
        reopened: false,
        changes: Vec::new(),
        decided_at: None,
        published_at: None,
        paused: Vec::new(),
        turns: Vec::new(),
        turns_settled: 0,
    }
}

/// A length of time that runs backwards a little is zero; by more, it is unknown.
pub(super) fn tolerated(micros: i64) -> Option<i64> {
    (micros >= -TOLERANCE_US).then_some(micros.max(0))
}

fn disordered(offered_at: Instant, outcome_at: Option<Instant>, ended_at: Option<Instant>) -> bool {
    let backwards = |from: Option<Instant>, to: Option<Instant>| match (from, to) {
        (Some(from), Some(to)) => to.micros_since(from) < -TOLERANCE_US,
        _ => false,
    };
    backwards(Some(offered_at), outcome_at) || backwards(outcome_at, ended_at) || backwards(Some(offered_at), ended_at)
}

fn handled(end: &Event) -> i64 {
    [end.details.talk, end.details.hold, end.details.wrap].into_iter().flatten().map(Duration::as_micros).sum()
}

fn state_contact_facts(legs: &mut [Leg], events: &[&Received]) {
    let cancelled = !times(events, EventType::Cancelled).is_empty();
    let resolved = times(events, EventType::Resolved);
    let reopened = times(events, EventType::Reopened);
    let first_resolved_at = resolved.iter().min().copied();
    let last_resolved_at = resolved.iter().max().copied();
    let reopened_after = |resolved: Option<Instant>| {
        let resolved = resolved?;
        reopened.iter().copied().filter(|at| *at >= resolved).min()
    };
    let inbound = || legs.iter().filter(|leg| leg.direction == Direction::Inbound);
    let first_offered_at = inbound().map(|leg| leg.offered_at).min();
    let last_offered_at = inbound().map(|leg| leg.offered_at).max();
    let given_up_at = given_up_at(inbound().collect());
    let changes = changes(events);
    let call = asked_for(events);
    for leg in legs {
        leg.cancelled = cancelled;
        leg.first_offered_at = first_offered_at;
        leg.last_offered_at = last_offered_at;
        leg.given_up_at = given_up_at;
        if let Some(call) = &call {
            leg.callback_at = Some(call.asked_at);
            leg.slot_at = call.slot_at;
            leg.called_at = call.called_at;
            leg.dials = call.dials;
        }
        leg.first_resolved_at = first_resolved_at;
        leg.last_resolved_at = last_resolved_at;
        leg.reopened_at = reopened_after(last_resolved_at);
        leg.reopened = reopened_after(first_resolved_at).is_some();
        leg.changes.clone_from(&changes);
    }
}

/// When the customer hung up, if that is how these legs, which are all of the contact, ended.
fn given_up_at(mut legs: Vec<&Leg>) -> Option<Instant> {
    if legs.iter().any(|leg| matches!(leg.outcome, None | Some(Outcome::Answered))) {
        return None;
    }
    legs.sort_by_key(|leg| (leg.outcome_at, leg.outcome == Some(Outcome::Abandoned)));
    let last = legs.pop()?;
    last.outcome_at.filter(|_| last.outcome == Some(Outcome::Abandoned))
}

/// What was said of the contact as a case, where that is more than that it is resolved.
fn changes(events: &[&Received]) -> Vec<i64> {
    let said = events.iter().filter_map(|received| {
        let number = match received.event.kind {
            EventType::Resolved => 1,
            EventType::Decided => 2,
            EventType::Closed => 3,
            EventType::Cancelled => 5,
            EventType::Reopened => 6,
            _ => return None,
        };
        Some((received.event.time.as_micros(), number))
    });
    let mut said: Vec<(i64, i64)> = said.collect();
    said.sort_unstable();
    if said.iter().all(|(_, number)| *number == 1) {
        return Vec::new();
    }
    said.into_iter().map(|(micros, number)| micros * 8 + number).collect()
}

/// A contact is credited to its first human answer, else to its first offer; outbound legs own nothing.
fn state_owner(legs: &mut [Leg]) {
    let inbound = |leg: &&mut Leg| leg.direction == Direction::Inbound;
    let answered = |leg: &&mut Leg| leg.outcome == Some(Outcome::Answered);
    let any_answered = legs.iter_mut().filter(inbound).any(|leg| answered(&leg));
    let candidates = legs.iter_mut().filter(inbound).filter(|leg| !any_answered || answered(leg));
    let owner = candidates.min_by(|a, b| {
        let at = |leg: &Leg| if any_answered { leg.outcome_at } else { Some(leg.offered_at) };
        (at(a), a.key()).cmp(&(at(b), b.key()))
    });
    if let Some(owner) = owner {
        owner.owner = true;
    }
}
