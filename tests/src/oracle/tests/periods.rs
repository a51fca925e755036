//! Cohorts, promises and formulas.

use contact::{Channel, EventType::*, network::Formula};

use super::*;
use crate::oracle::{Ratio, Tally, nearest_rank};

// The published worked examples: whoever signs a contract on one of the formulas must find its number here.
#[test]
fn the_seven_formulas_give_the_published_shares() {
    let percents = |tally: Tally| {
        Formula::ALL.map(|formula| {
            let Ratio { numerator, denominator } = tally.service_level(formula);
            (numerator * 100_000 / denominator + 5) / 10
        })
    };
    let icmi = Tally {
        answered: 1000,
        answered_in_time: 860,
        abandoned: 60,
        abandoned_in_time: 20,
        short_abandoned: 10,
        ..Tally::default()
    };
    assert_eq!(percents(icmi), [8113, 8113, 8190, 8269, 8302, 8600, 8208]);
    let stress = Tally {
        answered: 700,
        answered_in_time: 560,
        abandoned: 300,
        abandoned_in_time: 200,
        short_abandoned: 120,
        flowed_out: 50,
        ..Tally::default()
    };
    assert_eq!(percents(stress), [5333, 5600, 6364, 7000, 7600, 8000, 6800]);
    let late = Tally { overdue: 100, ..icmi };
    assert_eq!(late.service_level(Formula::B), Ratio::new(860, 1160));
    assert_eq!(late.service_level(Formula::F), Ratio::new(860, 1000));
}

// At exactly the threshold a call is in time, and an open one is not yet late.
#[test]
fn the_threshold_is_inclusive_and_passes_while_open() {
    let network = network("");
    let call = |contact: &str, seconds| {
        [of_contact(event("1", Offered, 0), contact), of_contact(event("2", Answered, seconds), contact)]
    };
    let row = only_row(&[call("C", 20), call("D", 21)].concat(), &network, &query(DAY));
    assert_eq!((row.legs.answered_in_time, row.waits), (1, vec![20_000_000, 21_000_000]));
    let open = |now| only_row(&[event("1", Offered, 0)], &network, &query(now));
    assert_eq!((open(20).legs.pending, open(20).service_level), (1, Ratio::new(0, 0)));
    assert_eq!((open(21).legs.overdue, open(21).service_level), (1, Ratio::new(0, 1)));
}

// A row over two queues keeps the promise of each, at the time of each call.
#[test]
fn each_leg_is_judged_by_the_promise_of_its_day() {
    let network = network(
        "queues:
  - {name: voice, threshold: 20s, formula: b}
  - {name: voice, from: 2026-03-04, threshold: 30s, formula: f}
  - {name: soon, from: 2026-04-01, threshold: 1h}
",
    );
    let call = |contact: &str, queue: &str, from, kind| {
        let told = |received| in_queue(of_contact(received, contact), queue);
        [told(event("1", Offered, from)), told(event("2", kind, from + 25))]
    };
    let calls = [
        call("C", "voice", 0, Answered),
        call("D", "voice", 0, Abandoned),
        call("E", "voice", 2 * DAY, Answered),
        call("F", "voice", 2 * DAY, Abandoned),
        call("G", "soon", 0, Answered),
    ];
    let row = only_row(&calls.concat(), &network, &query(3 * DAY));
    assert_eq!(row.service_level, Ratio::new(1, 4), "b: 0 of 2, f: 1 of 1, and `soon` promises nothing yet: 0 of 1");
    assert_eq!(row.formulas[5], Ratio::new(1, 3));
    let alike = Query { formula: Some(Formula::E), threshold: Some(Duration::from_secs(25)), ..query(3 * DAY) };
    assert_eq!(only_row(&calls.concat(), &network, &alike).service_level, Ratio::new(5, 5));
}

// A promise of three seconds must not call an abandon after four both short and late.
#[test]
fn short_is_never_longer_than_the_threshold() {
    let events = [event("1", Offered, 0), event("2", Abandoned, 4)];
    let network = network("");
    assert_eq!(only_row(&events, &network, &query(DAY)).legs.short_abandoned, 1);
    let strict = Query { threshold: Some(Duration::from_secs(3)), ..query(DAY) };
    assert_eq!(only_row(&events, &network, &strict).legs.short_abandoned, 0);
}

// Two periods that share an instant would count a call twice.
#[test]
fn a_period_has_its_start_and_not_its_end() {
    let events = [event("1", Offered, 0), of_contact(event("1", Offered, DAY), "D")];
    let day = |from, to| Query { from: at(from), to: at(to), ..query(9 * DAY) };
    let offered = |query: &Query| rows(&events, &network(""), query).iter().map(|row| row.legs.offered()).sum::<i64>();
    assert_eq!((offered(&day(0, DAY)), offered(&day(DAY, 2 * DAY)), offered(&day(1, DAY))), (1, 1, 0));
}

// Nobody is there at night: not a miss of live channels, and a letter waits for the morning.
#[test]
fn closed_hours_stop_calls_and_hold_letters() {
    let network = network(
        "queues:
  - {name: voice, calendar: shop}
  - {name: mail, channel: email, threshold: 1h, calendar: shop}
calendars:
  - {name: shop, weekly: {monday: ['08:00-18:00'], tuesday: ['08:00-18:00']}}
",
    );
    let night = 10 * HOUR;
    let mail = |id: &str, kind, seconds| in_queue(of_contact(event(id, kind, seconds), "D"), "mail");
    let chat = with(of_contact(event("1", Offered, night), "E"), |e| e.channel = Some(Channel::Chat));
    let events = [
        event("1", Offered, night),
        event("2", Answered, night + 5),
        mail("1", Offered, night),
        mail("2", Answered, DAY - HOUR / 2),
        in_queue(chat, "mail"),
    ];
    let row = only_row(&events, &network, &query(3 * DAY));
    assert_eq!((row.out_of_hours, row.legs.answered_in_time, row.contacts.contacts), (2, 1, 1));
    assert_eq!(row.waits, [HOUR * 1_000_000 / 2], "from the opening at 8:00 to 8:30");
    let open = [mail("1", Offered, night)];
    assert_eq!(only_row(&open, &network, &query(DAY)).legs.pending, 1, "one open hour has passed");
    assert_eq!(only_row(&open, &network, &query(DAY + 1)).legs.overdue, 1);
}

// The network line is the sum of its rows: a contact that crosses sites has two legs and one owner.
#[test]
fn rows_add_up_to_the_line() {
    let events = [
        at_site(event("1", Offered, 0), "lyon"),
        at_site(event("2", Answered, 10), "lyon"),
        at_site(event("3", Transferred, 60), "lyon"),
        handled(at_site(event("4", Ended, 61), "lyon"), 50, 1),
        at_site(event("5", Offered, 61), "tunis"),
        at_site(event("6", Answered, 91), "tunis"),
    ];
    let rows = rows(&events, &network(""), &by_site(query(DAY)));
    let told: Vec<_> = rows.iter().map(|r| (r.legs.answered, r.contacts.contacts, r.transfers, r.handle)).collect();
    assert_eq!(told, [(1, 1, 1, Ratio::new(51_000_000, 1)), (1, 0, 0, Ratio::new(0, 0))]);
    assert_eq!(rows[1].key[&Dimension::Site].as_deref(), Some("tunis"));
}

// A local day is 23 or 25 hours long twice a year; a call at half past midnight belongs to it.
#[test]
fn days_are_those_of_the_zone() {
    let offered = |contact: &str, time: &str| {
        with(of_contact(event("1", Offered, 0), contact), |e| e.time = time.parse().expect("time"))
    };
    let events = [
        offered("C", "2026-03-28T22:59:59Z"),
        offered("D", "2026-03-28T23:00:00Z"),
        offered("E", "2026-03-29T21:59:59Z"),
        offered("F", "2026-03-29T22:00:00Z"),
    ];
    let row = only_row(
        &events.map(|received| Received { received_at: at(0), ..received }),
        &network(""),
        &Query { now: at(40 * DAY), to: at(40 * DAY), ..query(0) },
    );
    let per_day: Vec<_> = row.days.iter().map(|(day, (tally, _))| (day.day(), tally.offered())).collect();
    assert_eq!(per_day, [(28, 1), (29, 2), (30, 1)]);
}

#[test]
fn a_percentile_is_a_wait_that_happened() {
    let waits: Vec<i64> = (1..=10).collect();
    assert_eq!([500, 900, 950, 1000].map(|p| nearest_rank(&waits, p)), [5, 9, 10, 10].map(Some));
    assert_eq!(nearest_rank(&[7], 1), Some(7));
    assert_eq!(nearest_rank(&[], 500), None);
}
