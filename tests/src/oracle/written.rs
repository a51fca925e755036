//! Pauses, turns of the customer, and moderation: the events of a contact walked through one by one.

use std::collections::BTreeMap;

use contact::{Event, EventType, Instant};

use super::{Lasting, Leg, Received};

/// Provider, site, queue and leg.
type Stay = (String, String, String, i64);

fn stay(event: &Event) -> Option<Stay> {
    let place = event.place.as_ref().filter(|_| !event.kind.is_contact_level())?;
    let name = |text: &str| text.to_owned();
    let provider = name(event.identity.provider.as_str());
    Some((provider, name(place.site.as_str()), name(place.queue.as_str()), i64::from(place.leg)))
}

fn is_human(event: &Event) -> bool {
    !matches!(event.details.actor.as_deref(), Some("bot" | "auto"))
}

fn is_reply(event: &Event) -> bool {
    matches!(event.kind, EventType::Answered | EventType::Replied) && is_human(event)
}

/// Tells the legs of one contact what was written; `events` are all of it, in order.
pub(super) fn state_written(legs: &mut [Leg], events: &[&Received]) {
    let events: Vec<&Event> = events.iter().map(|received| &received.event).collect();
    let mut turns = turns(&events);
    for leg in legs {
        let key = Some((leg.provider.clone(), leg.site.clone(), leg.queue.clone(), leg.leg));
        let own: Vec<&Event> = events.iter().copied().filter(|event| stay(event) == key).collect();
        let first = |wanted: &dyn Fn(&Event) -> bool| own.iter().filter(|event| wanted(event)).map(|e| e.time).min();
        leg.decided_at = first(&|event| event.kind == EventType::Decided && is_human(event));
        leg.published_at = first(&|event| event.kind == EventType::Published);
        leg.paused = pauses(&events, key.as_ref());
        let (mut held, settled) = key.and_then(|key| turns.remove(&key)).unwrap_or_default();
        held.sort_by_key(|turn| (turn.from, turn.to.is_none(), turn.to));
        leg.turns = held;
        leg.turns_settled = settled;
    }
}

fn pauses(events: &[&Event], key: Option<&Stay>) -> Vec<Lasting> {
    let mut pauses = Vec::new();
    let mut since: Option<Instant> = None;
    for event in events {
        let own = stay(event).as_ref() == key;
        let ends = event.kind == EventType::CustomerWrote || (own && event.kind == EventType::Resumed);
        if own && event.kind == EventType::Waiting && since.is_none() {
            since = Some(event.time);
        } else if let (true, Some(from)) = (ends, since) {
            pauses.push(Lasting { from, to: Some(event.time) });
            since = None;
        }
    }
    pauses.extend(since.map(|from| Lasting { from, to: None }));
    pauses.retain(|pause| pause.to != Some(pause.from));
    pauses
}

/// The turns of each leg that held the conversation, and how many of its turns were settled.
fn turns(events: &[&Event]) -> BTreeMap<Stay, (Vec<Lasting>, i64)> {
    let mut turns: BTreeMap<Stay, (Vec<Lasting>, i64)> = BTreeMap::new();
    let mut holder: Option<Stay> = None;
    let mut asked: Option<Instant> = None;
    for event in events {
        let settles = event.kind == EventType::Closed && event.details.cause.as_deref() == Some("no_reply_needed");
        if event.kind == EventType::CustomerWrote && holder.is_some() {
            asked = asked.or(Some(event.time));
        }
        if let (true, Some(from), Some(holder)) = (is_reply(event), asked, &holder) {
            turns.entry(holder.clone()).or_default().0.push(Lasting { from, to: Some(event.time) });
            asked = None;
        }
        if let (true, Some(_), Some(holder)) = (settles, asked, &holder) {
            turns.entry(holder.clone()).or_default().1 += 1;
            asked = None;
        }
        if is_reply(event) {
            holder = stay(event);
        }
    }
    if let (Some(holder), Some(from)) = (holder, asked) {
        turns.entry(holder).or_default().0.push(Lasting { from, to: None });
    }
    turns
}
