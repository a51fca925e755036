//! Owners, resolutions and what is left out.

use contact::{Direction, EventType::*};

use super::*;
use crate::oracle::Ratio;

/// Offered, answered, and what follows of the matter.
fn answered_then(matter: &[(contact::EventType, i64)]) -> Vec<Received> {
    let mut events = vec![event("1", Offered, 0), event("2", Answered, 10)];
    events.extend(matter.iter().enumerate().map(|(n, (kind, at))| event(&format!("m{n}"), *kind, *at)));
    events
}

// A contact credited to two sites would be resolved twice in the network's sum.
#[test]
fn one_owner_the_first_human_else_the_first_offer() {
    let owner = |events: &[Received]| {
        let owners: Vec<_> = legs(events).into_iter().filter(|leg| leg.owner).map(|leg| leg.queue).collect();
        assert!(owners.len() <= 1, "{owners:?}");
        owners.into_iter().next()
    };
    let lost = [in_queue(event("1", Offered, 0), "first"), in_queue(event("2", FlowedOut, 5), "first")];
    assert_eq!(owner(&lost).as_deref(), Some("first"));
    let taken = [lost.as_slice(), &[in_queue(event("3", Answered, 60), "second")]].concat();
    assert_eq!(owner(&taken).as_deref(), Some("second"));
    let tie = [taken.as_slice(), &[in_queue(event("4", Answered, 60), "a")]].concat();
    assert_eq!(owner(&tie).as_deref(), Some("a"));
    let outbound = with(event("1", Answered, 0), |e| e.direction = Some(Direction::Outbound));
    assert_eq!(owner(std::slice::from_ref(&outbound)), None);
    assert_eq!(legs(&[outbound, in_queue(event("2", Offered, 90), "late")])[1].first_offered_at, Some(at(90)));
}

// Without the wait for R days, a site could resolve everything by saying so.
#[test]
fn a_resolution_counts_once_it_has_lasted() {
    let network = network("");
    let contacts = |matter: &[_], now| only_row(&answered_then(matter), &network, &query(now)).contacts;
    let young = contacts(&[(Resolved, HOUR)], 7 * DAY - 1);
    assert_eq!((young.answered, young.mature, young.immature, young.resolved), (1, 0, 1, 0));
    let mature = contacts(&[(Resolved, HOUR)], 7 * DAY);
    assert_eq!((mature.mature, mature.immature, mature.resolved), (1, 0, 1));
    let within = contacts(&[(Resolved, HOUR), (Reopened, HOUR + 7 * DAY)], 20 * DAY);
    assert_eq!((within.resolved, within.ever_resolved, within.reopened), (0, 1, 1));
    let after = contacts(&[(Resolved, HOUR), (Reopened, HOUR + 7 * DAY + 1)], 20 * DAY);
    assert_eq!((after.resolved, after.ever_resolved, after.reopened), (1, 1, 1));
}

// Reopened and then solved for good is solved, later; the reopening still happened.
#[test]
fn the_last_resolution_decides() {
    let matter = [(Resolved, HOUR), (Reopened, 2 * HOUR), (Resolved, 30 * HOUR)];
    let contacts = only_row(&answered_then(&matter), &network(""), &query(20 * DAY)).contacts;
    assert_eq!((contacts.resolved, contacts.ever_resolved, contacts.reopened), (1, 1, 1));
    assert_eq!(contacts.resolution_times, [30 * HOUR * 1_000_000]);
    assert_eq!((contacts.resolved_24h, contacts.resolved_48h), (Ratio::new(0, 1), Ratio::new(1, 1)));
}

#[test]
fn a_reopening_before_any_resolution_is_none() {
    let matter = [(Reopened, HOUR), (Resolved, 2 * HOUR)];
    let leg = &legs(&answered_then(&matter))[0];
    assert_eq!((leg.first_resolved_at, leg.reopened_at, leg.reopened), (Some(at(2 * HOUR)), None, false));
    let same_instant = &legs(&answered_then(&[(Reopened, HOUR), (Resolved, HOUR)]))[0];
    assert_eq!((same_instant.reopened_at, same_instant.reopened), (Some(at(HOUR)), true));
}

// A clock that runs ahead must not make a site the fastest of all.
#[test]
fn resolved_before_the_first_offer_is_resolved_at_once_or_in_an_unknown_time() {
    let contacts = |before| {
        let events = [event("1", Offered, HOUR), event("2", Answered, HOUR + 10), event("3", Resolved, HOUR - before)];
        only_row(&events, &network(""), &query(20 * DAY)).contacts
    };
    for (before, times) in [(0, vec![0]), (5, vec![0]), (6, Vec::new())] {
        let contacts = contacts(before);
        assert_eq!((contacts.resolved, contacts.ever_resolved), (1, 1), "{before} s");
        let within = Ratio::new(i64::try_from(times.len()).expect("few"), 1);
        assert_eq!((contacts.resolved_24h, contacts.resolved_48h), (within, within), "{before} s");
        assert_eq!(contacts.resolution_times, times, "{before} s");
    }
}

// A contact of ten minutes ago has not missed its 24 hours.
#[test]
fn a_day_counts_once_it_is_over_or_once_it_is_solved() {
    let network = network("");
    let in_24h = |matter: &[_], now| only_row(&answered_then(matter), &network, &query(now)).contacts.resolved_24h;
    assert_eq!(in_24h(&[], DAY - 1), Ratio::new(0, 0));
    assert_eq!(in_24h(&[], DAY), Ratio::new(0, 1));
    assert_eq!(in_24h(&[(Resolved, HOUR)], 2 * HOUR), Ratio::new(1, 1));
    assert_eq!(in_24h(&[(Resolved, DAY)], 2 * DAY), Ratio::new(1, 1));
}

// Leaving legs out silently is how figures are embellished: each is counted where it went.
#[test]
fn what_is_left_out_is_counted_once() {
    let network = network(
        "queues: [{name: voice}, {name: lab}]
exclude:
  - {name: lab queue, kind: test, when: {queue: [lab]}}
  - {name: later, kind: internal, from: 2026-03-03, when: {team: [blue]}}
  - {name: both, kind: robot, when: {queue: [lab], channel: [voice]}}
",
    );
    let team = |received| with(received, |e| e.people.team = Some("blue".into()));
    let events = [
        event("1", Offered, 0),
        in_queue(of_contact(event("1", Offered, 0), "D"), "lab"),
        team(of_contact(event("1", Offered, 0), "E")),
        team(of_contact(event("1", Offered, DAY), "F")),
        in_queue(of_contact(event("1", Offered, 0), "G"), "lab"),
        of_contact(event("2", Cancelled, 5), "G"),
        with(of_contact(event("1", Offered, 0), "H"), |e| e.direction = Some(Direction::Outbound)),
    ];
    let row = only_row(&events, &network, &query(DAY + 5));
    assert_eq!((row.legs.offered(), row.cancelled, row.contacts.contacts), (2, 1, 2));
    assert_eq!(row.excluded, [("lab queue".to_owned(), 1), ("later".to_owned(), 1)].into());
}
