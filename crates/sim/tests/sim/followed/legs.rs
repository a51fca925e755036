//! Counts of legs, of calls back and of publications.

use std::collections::BTreeMap;

use sim::{CallCounts, LegCounts, MatterCounts, ReviewCounts};

use super::{
    Both, is_at, networks,
    told::{Events, Known, Leg},
};

fn micros(seconds: Option<f64>) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds with three decimals")]
    let micros = |seconds: f64| (seconds * 1e6).round() as u64;
    seconds.map_or(0, micros)
}

fn count(events: &Events, contact: &Known<'_>, leg: &Leg<'_>, sum: &mut LegCounts) {
    let queue = &leg.place.1;
    let terms = &events.network.queues[queue.as_str()][0];
    let own: Vec<_> = contact.of_leg(&leg.place).collect();
    let said = |word: &str| own.iter().filter(|event| event.word == word).count() as u64;
    let held = leg.offered.time > leg.offered.line.data.started_at && contact.legs()[0].place == leg.place;
    sum.held += u64::from(held);
    if contact.is_cancelled() {
        sum.cancelled += 1;
        return;
    }
    if leg.is_out_of_hours(events) {
        sum.out_of_hours += 1;
        return;
    }
    sum.offered += 1;
    sum.transferred += said("transferred");
    sum.acknowledged += own.iter().filter(|event| event.word == "answered" && !event.is_human()).count() as u64;
    let ended = own.iter().find(|event| event.word == "ended").map(|event| &event.line.data);
    sum.handle_us += ended.map_or(0, |data| [data.talk_s, data.hold_s, data.wrap_s].map(micros).iter().sum());
    let Some(outcome) = leg.outcome else { return };
    let elapsed = outcome.time.micros_since(leg.offered.time);
    let live = terms.channel.is_live();
    let wait = if live { elapsed } else { events.open_time(queue, leg.offered.time, outcome.time) };
    let (in_time, waited) = (u64::from(wait <= terms.threshold.as_micros()), wait.unsigned_abs());
    match outcome.word.as_str() {
        "answered" => {
            sum.answered += 1;
            sum.answered_in_time += in_time;
            sum.wait_us += waited;
        }
        "abandoned" => {
            sum.abandoned += 1;
            sum.abandoned_in_time += in_time;
            sum.short_abandoned += u64::from(wait <= terms.short_abandon.as_micros());
            sum.abandon_wait_us += waited;
        }
        _ => {
            sum.flowed_out += 1;
            sum.flow_wait_us += elapsed.unsigned_abs();
        }
    }
}

fn recount(both: &Both) -> BTreeMap<(String, String, String), LegCounts> {
    let mut rows: BTreeMap<_, LegCounts> = BTreeMap::new();
    for contact in both.events.known(both.book().end()) {
        for leg in contact.legs() {
            let day = leg.offered.time.to_timestamp().to_zoned(both.events.network.zone.clone()).date();
            let (site, queue, _) = leg.place.clone();
            count(&both.events, &contact, &leg, rows.entry((day.to_string(), site, queue)).or_default());
        }
    }
    rows
}

#[test]
fn legs_are_those_of_the_events() {
    let mut all = LegCounts::default();
    for (name, both) in networks() {
        let mut counted: BTreeMap<_, LegCounts> = BTreeMap::new();
        for row in both.truth.report().legs {
            // What no event says is not compared: why a contact came, and whether anybody was free. A letter is held on
            // the day it is received, and told on the day it is offered.
            let counts = LegCounts { contacts: 0, redials: 0, repeats: 0, delayed: 0, held: 0, ..row.counts };
            if counts != LegCounts::default() {
                counted.insert((row.day.to_string(), row.site.to_string(), row.queue.to_string()), counts);
            }
        }
        let mut told = recount(&both);
        let held: u64 = told.values().map(|counts| counts.held).sum();
        told.values_mut().for_each(|counts| counts.held = 0);
        assert_eq!(counted, told, "{name}");
        let total = both.truth.sum(0..usize::MAX, |_| true);
        assert_eq!(total.held, held, "{name}");
        println!("{name}: {total:?}");
        all.add(&total);
    }
    let seen = [all.acknowledged, all.abandoned, all.flowed_out, all.transferred, all.cancelled, all.held];
    assert!(seen.iter().all(|count| *count > 50), "everything happens: {all:?}");
}

#[test]
fn matters_are_those_of_the_events() {
    for (name, both) in networks() {
        let mut told: BTreeMap<(String, String, String), MatterCounts> = BTreeMap::new();
        for contact in both.events.known(both.book().end()) {
            let owner = contact.owner();
            if contact.is_cancelled() || !owner.is_answered() || owner.is_out_of_hours(&both.events) {
                continue;
            }
            let reason = contact.receipt().line.data.reason.clone().expect("the first offer states the reason");
            let channel = both.events.channel(&owner.place.1).to_string();
            let sum = told.entry((owner.place.0.clone(), reason, channel)).or_default();
            sum.contacts += 1;
            let times =
                |word: &str| contact.events.iter().filter(|event| event.word == word).map(|event| event.time).collect();
            let (resolved, reopened): (Vec<_>, Vec<_>) = (times("resolved"), times("reopened"));
            let Some(last) = resolved.last() else { continue };
            let durable = reopened.iter().all(|time| time < last);
            let took = last.micros_since(contact.receipt().line.data.started_at);
            sum.ever_resolved += 1;
            sum.resolved += u64::from(durable);
            sum.reopened += u64::from(!reopened.is_empty());
            sum.resolved_24h += u64::from(durable && took <= 86_400_000_000);
            sum.resolved_48h += u64::from(durable && took <= 2 * 86_400_000_000);
        }
        let mut counted: BTreeMap<_, MatterCounts> = BTreeMap::new();
        for row in both.truth.report().matters {
            let key = (row.site.to_string(), row.reason.clone(), row.channel.to_string());
            counted.entry(key).or_insert_with(MatterCounts::default).add(&MatterCounts { repeated: 0, ..row.counts });
        }
        assert_eq!(counted, told, "{name}");
    }
}

#[test]
fn calls_back_and_publications_are_those_of_the_events() {
    let (mut calls, mut reviews) = (CallCounts::default(), ReviewCounts::default());
    for (name, both) in networks() {
        for now in both.instants() {
            let mut told: BTreeMap<(String, String), (CallCounts, ReviewCounts)> = BTreeMap::new();
            for contact in both.events.known(now) {
                for leg in contact.legs() {
                    let (site, queue, stay) = leg.place.clone();
                    let is_review = both.events.channel(&queue) == contact::Channel::Moderation;
                    let (calls, reviews) = told.entry((site, queue)).or_default();
                    if stay == 0 {
                        calls.add(&call(&contact, &leg));
                    }
                    if is_review {
                        reviews.add(&review(&contact, &leg));
                    }
                }
            }
            for place in both.places() {
                let (told_calls, told_reviews) = told.get(&place).copied().unwrap_or_default();
                let counted = both.book().calls(0..usize::MAX, now, is_at(&place));
                assert_eq!(counted, told_calls, "{name} {place:?} at {now}");
                calls.add(&counted);
                let counted = both.book().reviews(0..usize::MAX, now, is_at(&place));
                assert_eq!(counted, told_reviews, "{name} {place:?} at {now}");
                reviews.add(&counted);
            }
        }
    }
    println!("{calls:?} {reviews:?}");
    assert!(calls.reached > 200 && calls.dialled > calls.requested, "{calls:?}");
    assert!(reviews.unreviewed > 300 && reviews.published > 20_000, "{reviews:?}");
}

/// Content offered, and whether it appeared, and before a decision.
fn review(contact: &Known<'_>, leg: &Leg<'_>) -> ReviewCounts {
    let of = |word: &str| contact.of_leg(&leg.place).find(|event| event.word == word).map(|event| event.time);
    let (published, decided) = (of("published"), of("decided"));
    let unreviewed = published.is_some_and(|at| decided.is_none_or(|decided| at < decided));
    ReviewCounts { offered: 1, published: u64::from(published.is_some()), unreviewed: u64::from(unreviewed) }
}

/// Requests of a leg, and what became of them in the stay after it.
fn call(contact: &Known<'_>, leg: &Leg<'_>) -> CallCounts {
    let mut sum = CallCounts::default();
    if !contact.of_leg(&leg.place).any(|event| event.word == "callback_requested") {
        return sum;
    }
    let back = (leg.place.0.clone(), leg.place.1.clone(), 1);
    sum.requested += 1;
    for dialled in contact.of_leg(&back).filter(|event| event.word == "dialled") {
        sum.dialled += 1;
        if dialled.line.data.reached == Some(true) {
            sum.reached += 1;
            sum.perceived_us += dialled.time.micros_since(dialled.line.data.started_at).unsigned_abs();
        }
    }
    sum
}
