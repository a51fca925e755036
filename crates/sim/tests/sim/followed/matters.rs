//! Backlog, complaints and repeats.

use std::collections::BTreeMap;

use contact::{Duration, Instant};
use sim::{BacklogCounts, ComplaintCounts, FirstContactCounts, FlowCounts};

use super::{
    Both, is_at, networks,
    told::{Events, Known},
};
use crate::support::HOUR;

const DAY: i64 = 24 * HOUR;

/// When a contact was open as a case: from, until, how it began and how it ended.
fn spells(contact: &Known<'_>) -> Vec<(Instant, Option<Instant>, &'static str, String)> {
    let mut spells: Vec<(Instant, Option<Instant>, &'static str, String)> =
        vec![(contact.receipt().time, None, "received", String::new())];
    let answered = contact.legs().iter().any(super::told::Leg::is_answered);
    let mut cancelled = false;
    // At one instant, what is done comes before what is taken back.
    let rank = |word: &str| {
        ["resolved", "decided", "closed", "abandoned", "cancelled", "reopened"].iter().position(|w| *w == word)
    };
    let mut events: Vec<_> = contact.events.iter().collect();
    events.sort_by_key(|event| (event.time, rank(&event.word)));
    let ends = |word: &str| {
        matches!(word, "resolved" | "decided" | "closed" | "cancelled") || (word == "abandoned" && !answered)
    };
    for event in events {
        let is_open = spells.last().is_some_and(|spell| spell.1.is_none());
        cancelled |= event.word == "cancelled";
        if ends(&event.word) && is_open {
            let last = spells.last_mut().expect("one at least");
            (last.1, last.3) = (Some(event.time), event.word.clone());
        } else if event.word == "reopened" && !is_open && !cancelled {
            spells.push((event.time, None, "reopened", String::new()));
        }
    }
    spells
}

/// Written contacts, content, and complaints by any channel.
fn is_case(events: &Events, contact: &Known<'_>) -> bool {
    let owner = contact.owner();
    let complaint = contact.receipt().line.data.complaint;
    !owner.is_out_of_hours(events) && (complaint || !events.channel(&owner.place.1).is_live())
}

fn is_here(contact: &Known<'_>, place: &(String, String)) -> bool {
    let owner = contact.owner().place;
    (&owner.0, &owner.1) == (&place.0, &place.1)
}

fn backlog(both: &Both, known: &[Known<'_>], place: &(String, String), at: Instant) -> BacklogCounts {
    let mut sum = BacklogCounts::default();
    for contact in known.iter().filter(|contact| is_case(&both.events, contact) && is_here(contact, place)) {
        let open =
            |(from, to, _, _): &(Instant, Option<Instant>, &str, String)| *from < at && to.is_none_or(|to| to >= at);
        if !spells(contact).iter().any(open) {
            continue;
        }
        let (receipt, owner) = (contact.receipt(), contact.owner());
        let elapsed = at.micros_since(receipt.time);
        let age = both.events.open_time(&owner.place.1, receipt.time, at);
        let answered = owner.outcome.filter(|_| owner.is_answered()).is_some_and(|event| event.time < at);
        let terms = &both.events.network.queues[owner.place.1.as_str()][0];
        let waited = if terms.channel.is_live() { elapsed } else { age };
        let complaint = receipt.line.data.complaint;
        let late = (!answered && waited > terms.threshold.as_micros()) || (complaint && elapsed > 2 * DAY);
        let band = [DAY, 2 * DAY, 5 * DAY, 15 * DAY].iter().filter(|bound| age > **bound).count();
        sum.open += 1;
        sum.by_age[band] += 1;
        sum.unanswered += u64::from(!answered);
        sum.complaints += u64::from(complaint);
        sum.past_due += u64::from(late);
        sum.oldest_us = sum.oldest_us.max(elapsed.unsigned_abs());
    }
    sum
}

#[test]
fn the_backlog_is_that_of_the_events_and_adds_up() {
    let mut largest = BacklogCounts::default();
    for (name, both) in networks() {
        let instants = both.instants();
        let end = instants[3];
        for place in both.places() {
            for (at, now) in instants.iter().map(|at| (*at, *at)).chain(instants.iter().map(|at| (*at, end))) {
                let known = both.events.known(now);
                let counted = both.book().backlog(at, now, is_at(&place));
                assert_eq!(counted, backlog(&both, &known, &place, at), "{name} {place:?} at {at}, known at {now}");
                largest.add(&counted);
            }
            let (from, to) = (instants[0], instants[2]);
            let open = |at| both.book().backlog(at, end, is_at(&place)).open;
            let flows = both.book().flows(from, to, end, is_at(&place));
            assert_eq!(flows, flowed(&both, &place, from, to), "{name} {place:?}");
            assert_eq!(open(from) + flows.entered(), open(to) + flows.left(), "{name} {place:?}");
        }
    }
    println!("{largest:?}");
    assert!(largest.by_age[0] > 1000 && largest.by_age[1] > 100 && largest.past_due > 100, "{largest:?}");
}

fn flowed(both: &Both, place: &(String, String), from: Instant, to: Instant) -> FlowCounts {
    let mut sum = FlowCounts::default();
    let known = both.events.known(both.book().end());
    for contact in known.iter().filter(|contact| is_case(&both.events, contact) && is_here(contact, place)) {
        for (opened, closed, opened_by, closed_by) in spells(contact) {
            let entered = u64::from(from <= opened && opened < to);
            let left = u64::from(closed.is_some_and(|closed| from <= closed && closed < to));
            sum.received += if opened_by == "received" { entered } else { 0 };
            sum.reopened += if opened_by == "reopened" { entered } else { 0 };
            match closed_by.as_str() {
                "resolved" | "decided" => sum.resolved += left,
                "closed" => sum.closed += left,
                "abandoned" => sum.abandoned += left,
                _ => sum.cancelled += left,
            }
        }
    }
    sum
}

/// The last resolution, unless it was reopened within seven days.
fn resolved(contact: &Known<'_>) -> Option<Instant> {
    let last = contact.events.iter().rev().find(|event| event.word == "resolved")?.time;
    let reopened = contact.events.iter().find(|event| event.word == "reopened" && event.time >= last);
    reopened.is_none_or(|event| event.time.micros_since(last) > 7 * DAY).then_some(last)
}

fn complained(both: &Both, contact: &Known<'_>) -> bool {
    contact.receipt().line.data.complaint && !contact.is_cancelled() && !contact.owner().is_out_of_hours(&both.events)
}

#[test]
fn complaints_are_those_of_the_events() {
    let mut all = ComplaintCounts::default();
    for (name, both) in networks() {
        for (now, place) in
            both.instants().iter().flat_map(|now| both.places().into_iter().map(move |place| (*now, place)))
        {
            let mut told = ComplaintCounts::default();
            let known = both.events.known(now);
            for contact in known.iter().filter(|contact| complained(&both, contact) && is_here(contact, &place)) {
                let (received, resolved) = (contact.receipt().time, resolved(contact));
                let open_time = |to| both.events.open_time(&place.1, received, to);
                let (age, open_age) = (now.micros_since(received), open_time(now));
                let within = |took: Option<i64>, days| u64::from(took.is_some_and(|took| took <= days * DAY));
                let (took, took_open) = (resolved.map(|at| at.micros_since(received)), resolved.map(open_time));
                told.received += 1;
                told.resolved += u64::from(resolved.is_some());
                told.open += u64::from(resolved.is_none());
                told.beyond_48h += u64::from(resolved.is_none() && age > 2 * DAY);
                told.due_24h += u64::from(age >= DAY);
                told.resolved_24h += if age >= DAY { within(took, 1) } else { 0 };
                told.due_48h += u64::from(age >= 2 * DAY);
                told.resolved_48h += if age >= 2 * DAY { within(took, 2) } else { 0 };
                told.due_24h_business += u64::from(open_age >= DAY);
                told.resolved_24h_business += if open_age >= DAY { within(took_open, 1) } else { 0 };
                told.due_48h_business += u64::from(open_age >= 2 * DAY);
                told.resolved_48h_business += if open_age >= 2 * DAY { within(took_open, 2) } else { 0 };
            }
            let counted = both.book().complaints(0..usize::MAX, now, is_at(&place));
            assert_eq!(counted, told, "{name} {place:?} at {now}");
            let times = both.book().complaint_times(0..usize::MAX, now, is_at(&place));
            assert_eq!(times.iter().filter(|time| time.resolved).count() as u64, told.resolved);
            all.add(&counted);
        }
    }
    println!("{all:?}");
    assert!(all.resolved_48h > 500 && all.beyond_48h > 100 && all.due_48h_business < all.due_48h, "{all:?}");
}

/// A contact as the next of the same customer and family sees it.
struct Attempt<'k> {
    contact: Known<'k>,
    received: Instant,
    handled: bool,
}

fn naive_first_contacts(both: &Both, window: Duration, now: Instant, place: &(String, String)) -> FirstContactCounts {
    let mut matters: BTreeMap<(String, String), Vec<Attempt<'_>>> = BTreeMap::new();
    let mut sum = FirstContactCounts::default();
    for contact in both.events.known(now).into_iter().filter(|contact| !contact.is_cancelled()) {
        let data = &contact.receipt().line.data;
        let owner = contact.owner();
        let handled = owner.is_answered() && !owner.is_out_of_hours(&both.events);
        let attempt = Attempt { contact, received: contact.receipt().time, handled };
        match &data.customer {
            Some(customer) => {
                let family = both.events.family(data.reason.as_deref().expect("stated"));
                matters.entry((customer.clone(), family)).or_default().push(attempt);
            }
            None => sum.handled += u64::from(handled && is_here(&contact, place)),
        }
    }
    for attempts in matters.values() {
        for attempt in attempts.iter().filter(|attempt| attempt.handled && is_here(&attempt.contact, place)) {
            let apart = |other: &Attempt<'_>| other.received.micros_since(attempt.received);
            let window = window.as_micros();
            let first = !attempts.iter().any(|other| other.handled && apart(other) < 0 && -apart(other) <= window);
            let repeated = attempts.iter().any(|other| apart(other) > 0 && apart(other) <= window);
            let mature = now.micros_since(attempt.received) >= window;
            let handed_on =
                attempt.contact.of_leg(&attempt.contact.owner().place).any(|event| event.word == "transferred");
            sum.handled += 1;
            sum.matched += 1;
            sum.later += u64::from(!first);
            sum.immature += u64::from(first && !mature);
            sum.matters += u64::from(first && mature);
            sum.repeated += u64::from(first && mature && repeated);
            sum.settled += u64::from(first && mature && !repeated);
            sum.handed_on += u64::from(first && mature && !repeated && handed_on);
        }
    }
    sum
}

#[test]
fn first_contacts_are_those_of_the_events() {
    let mut all = FirstContactCounts::default();
    for (name, both) in networks() {
        for (now, days) in [(both.instants()[2], 1), (both.book().end(), 1), (both.book().end(), 7)] {
            let window = Duration::from_secs(days * 86_400);
            for place in both.places() {
                let counted = both.book().first_contacts(0..usize::MAX, window, now, is_at(&place));
                let told = naive_first_contacts(&both, window, now, &place);
                assert_eq!(counted, told, "{name} {place:?} within {days} days at {now}");
                all.add(&counted);
            }
        }
    }
    println!("{all:?}");
    assert!(all.repeated > 1000 && all.later > 500 && all.immature > 1000 && all.handled > all.matched, "{all:?}");
    assert!(all.handed_on > 20, "{all:?}");
}
