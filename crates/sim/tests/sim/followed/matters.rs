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

/// Site and queue.
type At = (String, String);

fn owner_of(contact: &Known<'_>) -> At {
    let (site, queue, _) = contact.owner().place;
    (site, queue)
}

/// Contacts that are cases, by the place they belong to.
fn cases<'e>(both: &'e Both, now: Instant) -> BTreeMap<At, Vec<Known<'e>>> {
    let mut cases: BTreeMap<At, Vec<Known<'e>>> = BTreeMap::new();
    for contact in both.events.known(now).into_iter().filter(|contact| is_case(&both.events, contact)) {
        cases.entry(owner_of(&contact)).or_default().push(contact);
    }
    cases
}

fn backlog(both: &Both, cases: &[Known<'_>], at: Instant) -> BacklogCounts {
    let mut sum = BacklogCounts::default();
    for contact in cases {
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
        for (now, asked) in instants.iter().map(|now| (*now, vec![*now])).chain([(end, instants.to_vec())]) {
            let cases = cases(&both, now);
            for (place, at) in
                both.places().into_iter().flat_map(|place| asked.iter().map(move |at| (place.clone(), *at)))
            {
                let told = cases.get(&place).map_or_else(BacklogCounts::default, |cases| backlog(&both, cases, at));
                let counted = both.book().backlog(at, now, is_at(&place));
                assert_eq!(counted, told, "{name} {place:?} at {at}, known at {now}");
                largest.add(&counted);
            }
        }
        let (from, to, cases) = (instants[0], instants[2], cases(&both, end));
        for place in both.places() {
            let open = |at| both.book().backlog(at, end, is_at(&place)).open;
            let flows = both.book().flows(from, to, end, is_at(&place));
            assert_eq!(flows, flowed(cases.get(&place).map_or(&[], Vec::as_slice), from, to), "{name} {place:?}");
            assert_eq!(open(from) + flows.entered(), open(to) + flows.left(), "{name} {place:?}");
        }
    }
    println!("{largest:?}");
    assert!(largest.by_age[0] > 1000 && largest.by_age[1] > 100 && largest.past_due > 100, "{largest:?}");
}

fn flowed(cases: &[Known<'_>], from: Instant, to: Instant) -> FlowCounts {
    let mut sum = FlowCounts::default();
    for contact in cases {
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

fn complaint(both: &Both, contact: &Known<'_>, place: &At, now: Instant) -> ComplaintCounts {
    let (received, resolved) = (contact.receipt().time, resolved(contact));
    let open_time = |to| both.events.open_time(&place.1, received, to);
    let (age, open_age) = (now.micros_since(received), open_time(now));
    let within =
        |took: Option<i64>, age: i64, days| u64::from(age >= days * DAY && took.is_some_and(|took| took <= days * DAY));
    let (took, took_open) = (resolved.map(|at| at.micros_since(received)), resolved.map(open_time));
    ComplaintCounts {
        received: 1,
        resolved: u64::from(resolved.is_some()),
        open: u64::from(resolved.is_none()),
        beyond_48h: u64::from(resolved.is_none() && age > 2 * DAY),
        due_24h: u64::from(age >= DAY),
        resolved_24h: within(took, age, 1),
        due_48h: u64::from(age >= 2 * DAY),
        resolved_48h: within(took, age, 2),
        due_24h_business: u64::from(open_age >= DAY),
        resolved_24h_business: within(took_open, open_age, 1),
        due_48h_business: u64::from(open_age >= 2 * DAY),
        resolved_48h_business: within(took_open, open_age, 2),
    }
}

#[test]
fn complaints_are_those_of_the_events() {
    let mut all = ComplaintCounts::default();
    for (name, both) in networks() {
        for now in both.instants() {
            let mut told: BTreeMap<At, ComplaintCounts> = BTreeMap::new();
            for contact in both.events.known(now).iter().filter(|contact| complained(&both, contact)) {
                let place = owner_of(contact);
                let counts = complaint(&both, contact, &place, now);
                told.entry(place).or_default().add(&counts);
            }
            for place in both.places() {
                let told = told.get(&place).copied().unwrap_or_default();
                let counted = both.book().complaints(0..usize::MAX, now, is_at(&place));
                assert_eq!(counted, told, "{name} {place:?} at {now}");
                let times = both.book().complaint_times(0..usize::MAX, now, is_at(&place));
                assert_eq!(times.iter().filter(|time| time.resolved).count() as u64, told.resolved);
                all.add(&counted);
            }
        }
    }
    println!("{all:?}");
    assert!(all.resolved_48h > 500 && all.beyond_48h > 100 && all.due_48h_business < all.due_48h, "{all:?}");
}

/// A contact as the next of the same customer and family sees it.
struct Attempt {
    place: At,
    received: Instant,
    handled: bool,
    handed_on: bool,
}

impl Attempt {
    fn of(both: &Both, contact: &Known<'_>) -> Self {
        let owner = contact.owner();
        Self {
            place: owner_of(contact),
            received: contact.receipt().time,
            handled: owner.is_answered() && !owner.is_out_of_hours(&both.events),
            handed_on: contact.of_leg(&owner.place).any(|event| event.word == "transferred"),
        }
    }

    /// Counted among those of the same customer and family.
    fn counts(&self, matter: &[Self], window: Duration, now: Instant) -> FirstContactCounts {
        let apart = |other: &Self| other.received.micros_since(self.received);
        let window = window.as_micros();
        let first = !matter.iter().any(|other| other.handled && apart(other) < 0 && -apart(other) <= window);
        let repeated = matter.iter().any(|other| apart(other) > 0 && apart(other) <= window);
        let mature = first && now.micros_since(self.received) >= window;
        FirstContactCounts {
            handled: 1,
            matched: 1,
            later: u64::from(!first),
            immature: u64::from(first && !mature),
            matters: u64::from(mature),
            repeated: u64::from(mature && repeated),
            settled: u64::from(mature && !repeated),
            handed_on: u64::from(mature && !repeated && self.handed_on),
        }
    }
}

fn naive_first_contacts(both: &Both, window: Duration, now: Instant) -> BTreeMap<At, FirstContactCounts> {
    let mut matters: BTreeMap<(&str, String), Vec<Attempt>> = BTreeMap::new();
    let mut sums: BTreeMap<At, FirstContactCounts> = BTreeMap::new();
    for contact in both.events.known(now).into_iter().filter(|contact| !contact.is_cancelled()) {
        let data = &contact.receipt().line.data;
        let attempt = Attempt::of(both, &contact);
        match &data.customer {
            Some(customer) => {
                let family = both.events.family(data.reason.as_deref().expect("stated"));
                matters.entry((customer, family)).or_default().push(attempt);
            }
            None => sums.entry(attempt.place).or_default().handled += u64::from(attempt.handled),
        }
    }
    for matter in matters.values() {
        for attempt in matter.iter().filter(|attempt| attempt.handled) {
            sums.entry(attempt.place.clone()).or_default().add(&attempt.counts(matter, window, now));
        }
    }
    sums
}

#[test]
fn first_contacts_are_those_of_the_events() {
    let mut all = FirstContactCounts::default();
    for (name, both) in networks() {
        for (now, days) in [(both.instants()[2], 1), (both.book().end(), 1), (both.book().end(), 7)] {
            let window = Duration::from_secs(days * 86_400);
            let told = naive_first_contacts(&both, window, now);
            for place in both.places() {
                let counted = both.book().first_contacts(0..usize::MAX, window, now, is_at(&place));
                let told = told.get(&place).copied().unwrap_or_default();
                assert_eq!(counted, told, "{name} {place:?} within {days} days at {now}");
                all.add(&counted);
            }
        }
    }
    println!("{all:?}");
    assert!(all.repeated > 1000 && all.later > 500 && all.immature > 1000 && all.handled > all.matched, "{all:?}");
    assert!(all.handed_on > 20, "{all:?}");
}
