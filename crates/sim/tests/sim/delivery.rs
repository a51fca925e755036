//! Delivery is trouble on the way, not in the truth.

use std::{collections::BTreeMap, convert::Infallible};

use contact::Instant;
use sim::{Length, Share, Truth, outdoor_plan};

use crate::support::{HOUR, Line, MONDAY, hypermarket_with, lines_of, planned, run_of, truth_of};

#[test]
fn deliveries_come_in_order_and_never_before_the_fact() {
    let simulation = hypermarket_with(run_of(MONDAY, 2, 1), |_| {});
    let (mut last, mut late, mut n) = (0, 0, 0_u32);
    let mut seen: BTreeMap<(String, String), (u32, Vec<u8>)> = BTreeMap::new();
    let truth = simulation.run(|delivery| {
        assert!(delivery.at.as_micros() >= last && delivery.at >= delivery.time);
        last = delivery.at.as_micros();
        late += u32::from(delivery.at.micros_since(delivery.time) > HOUR / 2);
        n += 1;
        let line = Line::parse(delivery.line);
        assert_eq!(line.word(), delivery.kind.as_str());
        assert_eq!(line.time, delivery.time);
        let known = seen.entry((line.source, line.id)).or_insert((0, delivery.line.to_vec()));
        known.0 += 1;
        assert_eq!(known.1, delivery.line, "an event delivered twice says the same");
        Ok::<(), Infallible>(())
    });
    drop(truth.expect("cannot fail"));
    let twice = seen.values().filter(|(times, _)| *times == 2).count();
    assert!(seen.values().all(|(times, _)| *times <= 2));
    assert!((n / 300..n / 60).contains(&late), "{late} of {n} came late");
    assert!((n as usize / 300..n as usize / 80).contains(&twice), "{twice} of {n} came twice");
}

/// Files that end at an instant would tell what has not happened yet, or lack what has; and going on must be the same run.
#[test]
fn a_run_told_in_two_pieces_is_the_same_run() {
    let run = run_of(jiff::civil::date(2026, 2, 2), 2, 4);
    let outdoor = || planned(outdoor_plan().expect("a plan"), run);
    let (whole, truth) = lines_of(outdoor());
    let end: Instant = "2026-02-03T23:00:00Z".parse().expect("an instant");
    let (mut simulation, mut told) = (outdoor(), Vec::new());
    while let Some(delivery) = simulation.next_delivery_by(end) {
        assert!(delivery.at <= end && delivery.time <= end);
        told.extend_from_slice(delivery.line);
    }
    let waiting = |truth: &Truth| truth.report().legs.iter().map(|row| row.counts.waiting()).sum::<u64>();
    assert!(waiting(simulation.truth()) > 20, "mails of the evening wait for the morning");
    assert!(whole.starts_with(&told) && told.len() > whole.len() / 2 && told.len() < whole.len() * 9 / 10);
    let next = simulation.next_delivery().expect("it goes on");
    assert!(next.at > end);
    told.extend_from_slice(next.line);
    let (rest, then) = lines_of(simulation);
    told.extend(rest);
    assert!(told == whole && then.report() == truth.report());
}

/// What is followed contact by contact does not either, though it is decided beforehand what becomes of some.
#[test]
fn the_book_does_not_depend_on_delivery() {
    let run = run_of(jiff::civil::date(2026, 2, 2), 3, 9);
    let usual = truth_of(planned(outdoor_plan().expect("a plan"), run));
    let mut plan = outdoor_plan().expect("a plan");
    plan.feeds.clear();
    assert_eq!(usual.report(), truth_of(planned(plan, run)).report());
}

#[test]
fn the_truth_does_not_depend_on_delivery() {
    let run = run_of(MONDAY, 2, 9);
    let usual = truth_of(hypermarket_with(run, |_| {}));
    let at_once = truth_of(hypermarket_with(run, |plan| plan.feeds.clear()));
    let terrible = truth_of(hypermarket_with(run, |plan| {
        for feed in &mut plan.feeds {
            feed.late = Share::permille(500);
            feed.late_by = Length::exponential(contact::Duration::from_secs(86_400));
            feed.twice = Share::ONE;
        }
    }));
    assert_eq!(usual.report(), at_once.report());
    assert_eq!(usual.report(), terrible.report());
}
