//! The truth against a naive recount of the events it never saw.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, Network};
use sim::{LegCounts, MatterCounts, Simulation, Truth};

use crate::support::{HOUR, Line, MONDAY, hypermarket_with, lines_of, run_of};

#[derive(Default)]
struct Leg {
    offered: Option<Instant>,
    reason: Option<String>,
    answered: Option<Instant>,
    abandoned: Option<Instant>,
    handle_us: u64,
    transferred: bool,
}

#[derive(Default)]
struct Contact {
    /// By site and queue.
    legs: BTreeMap<(String, String), Leg>,
    resolved: BTreeSet<Instant>,
    reopened: BTreeSet<Instant>,
}

fn contacts(lines: &[u8]) -> BTreeMap<String, Contact> {
    let mut ids = BTreeSet::new();
    let mut contacts: BTreeMap<String, Contact> = BTreeMap::new();
    for line in lines.split_inclusive(|byte| *byte == b'\n').map(Line::parse) {
        if !ids.insert((line.source.clone(), line.id.clone())) {
            continue;
        }
        let contact = contacts.entry(line.subject.clone()).or_default();
        let place = line.data.site.clone().zip(line.data.queue.clone());
        let Some(place) = place else {
            let times = if line.word() == "resolved" { &mut contact.resolved } else { &mut contact.reopened };
            times.insert(line.time);
            continue;
        };
        let leg = contact.legs.entry(place).or_default();
        match line.word() {
            "offered" => {
                leg.offered = Some(line.time);
                leg.reason = line.data.reason;
            }
            "answered" => leg.answered = Some(line.time),
            "abandoned" => leg.abandoned = Some(line.time),
            "transferred" => leg.transferred = true,
            kind => {
                assert_eq!(kind, "ended");
                let parts = [line.data.talk_s, line.data.hold_s, line.data.wrap_s].map(|part| part.expect("stated"));
                leg.handle_us = parts.iter().map(|part| micros(*part)).sum();
            }
        }
    }
    contacts
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds with three decimals")]
fn micros(seconds: f64) -> u64 {
    (seconds * 1e6).round() as u64
}

/// Time within the queue's calendar for written channels, elapsed time otherwise.
fn wait(network: &Network, queue: &str, from: Instant, to: Instant) -> i64 {
    let terms = &network.queues[queue][0];
    match terms.calendar.as_ref().filter(|_| !terms.channel.is_live()) {
        None => to.micros_since(from),
        Some(calendar) => {
            let spans = network.calendars[calendar].open_spans(from, to);
            spans.iter().map(|span| span.to.min(to).micros_since(span.from.max(from))).sum()
        }
    }
}

fn is_open(network: &Network, queue: &str, at: Instant) -> bool {
    let calendar = network.queues[queue][0].calendar.as_ref().expect("every queue has one");
    network.calendars[calendar].open_spans(at, at.plus_micros(1)).iter().any(|span| span.from <= at && at < span.to)
}

type LegKey = (String, String, String);

fn count_leg(network: &Network, queue: &str, leg: &Leg, sum: &mut LegCounts) {
    let terms = &network.queues[queue][0];
    let offered = leg.offered.expect("every leg is offered");
    if terms.channel.is_live() && !is_open(network, queue, offered) {
        sum.out_of_hours += 1;
        return;
    }
    sum.offered += 1;
    sum.transferred += u64::from(leg.transferred);
    if let Some(answered) = leg.answered {
        let wait = wait(network, queue, offered, answered);
        sum.answered += 1;
        sum.answered_in_time += u64::from(wait <= terms.threshold.as_micros());
        sum.wait_us += wait.unsigned_abs();
        sum.handle_us += leg.handle_us;
    } else if let Some(abandoned) = leg.abandoned {
        let wait = abandoned.micros_since(offered);
        sum.abandoned += 1;
        sum.abandoned_in_time += u64::from(wait <= terms.threshold.as_micros());
        sum.short_abandoned += u64::from(wait <= terms.short_abandon.as_micros());
        sum.abandon_wait_us += wait.unsigned_abs();
    }
}

fn count_matter(contact: &Contact, sum: &mut MatterCounts) {
    let first_offer = contact.legs.values().filter_map(|leg| leg.offered).min().expect("offered");
    sum.contacts += 1;
    let Some(last) = contact.resolved.last() else { return };
    let reopened_after = contact.reopened.iter().find(|time| *time >= last);
    let durable = reopened_after.is_none_or(|time| time.micros_since(*last) > 7 * 24 * HOUR);
    let within = |hours: i64| u64::from(durable && last.micros_since(first_offer) <= hours * HOUR);
    sum.ever_resolved += 1;
    sum.resolved += u64::from(durable);
    sum.reopened += u64::from(!contact.reopened.is_empty());
    sum.resolved_24h += within(24);
    sum.resolved_48h += within(48);
}

fn recount(network: &Network, lines: &[u8]) -> (BTreeMap<LegKey, LegCounts>, BTreeMap<LegKey, MatterCounts>) {
    let (mut legs, mut matters) = (BTreeMap::new(), BTreeMap::new());
    for contact in contacts(lines).values() {
        for ((site, queue), leg) in &contact.legs {
            let day = leg.offered.expect("offered").to_timestamp().to_zoned(network.zone.clone()).date();
            let sum: &mut LegCounts = legs.entry((day.to_string(), site.clone(), queue.clone())).or_default();
            count_leg(network, queue, leg, sum);
        }
        let answered = contact.legs.iter().filter(|(_, leg)| leg.answered.is_some());
        if let Some(((site, queue), leg)) = answered.min_by_key(|(_, leg)| leg.answered) {
            let channel = network.queues[queue.as_str()][0].channel.to_string();
            let reason = leg.reason.clone().expect("the first leg states the reason");
            count_matter(contact, matters.entry((site.clone(), reason, channel)).or_default());
        }
    }
    (legs, matters)
}

fn assert_same(network: &Network, lines: &[u8], truth: &Truth) {
    let (legs, matters) = recount(network, lines);
    let report = truth.report();
    let mut of_truth: BTreeMap<LegKey, LegCounts> = BTreeMap::new();
    for row in report.legs {
        // What no event says is not compared: why a contact came, and whether anybody was free.
        let counts = LegCounts { contacts: 0, redials: 0, repeats: 0, delayed: 0, ..row.counts };
        of_truth.insert((row.day.to_string(), row.site.to_string(), row.queue.to_string()), counts);
    }
    assert_eq!(of_truth, legs);
    let mut settled: BTreeMap<LegKey, MatterCounts> = BTreeMap::new();
    for row in report.matters {
        let counts = MatterCounts { repeated: 0, ..row.counts };
        settled.insert((row.site.to_string(), row.reason, row.channel.to_string()), counts);
    }
    assert_eq!(settled, matters);
}

/// Friday to Tuesday: a Sunday and two nights lie within, written contacts wait through them.
#[test]
fn a_naive_recount_finds_the_same() {
    let friday = MONDAY.checked_add(jiff::Span::new().days(4)).expect("a date");
    let simulation = hypermarket_with(run_of(friday, 5, 12), |_| {});
    let network = simulation.scenario().network().clone();
    let (lines, truth) = lines_of(simulation);
    assert_same(&network, &lines, &truth);
    let total = truth.sum(truth.all_days(), |_| true);
    assert!(total.transferred > 300 && total.redials > 100 && total.repeats > 500, "{total:?}");
    let repeated: u64 = truth.report().matters.iter().map(|row| row.counts.repeated).sum();
    assert_eq!(repeated, total.repeats, "every repeat follows from an unresolved matter");
}

#[test]
fn nothing_is_lost_between_the_queues() {
    let mut simulation: Simulation = hypermarket_with(run_of(MONDAY, 2, 2), |_| {});
    let balanced = |truth: &Truth| {
        let rows = truth.report().legs;
        assert!(rows.iter().all(|row| row.counts.offered >= row.counts.answered + row.counts.abandoned));
        rows.iter().map(|row| row.counts.waiting()).sum::<u64>()
    };
    let mut most = 0;
    let mut n = 0_u32;
    while simulation.next_delivery().is_some() {
        n += 1;
        if n.is_multiple_of(20_000) {
            most = most.max(balanced(simulation.truth()));
        }
    }
    assert!(most > 100, "written contacts wait for hours");
    assert_eq!(balanced(simulation.truth()), 0, "all is settled once a run is over");
}
