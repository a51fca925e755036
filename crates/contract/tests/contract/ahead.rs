//! What is to be expected of the rest of a window, from the days before.

use std::collections::{BTreeMap, BTreeSet};

use contact::Instant;
use contract::{Ahead, Facts, Offered, Reliefs, Rest, Stratum, terms::Span};
use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

use crate::fixtures::{CARE, at, care_with, objective, read};

/// Good and all contacts of each of these days.
fn lately(days: impl IntoIterator<Item = (Date, u64, u64)>) -> Facts {
    let zone = read(CARE).zone;
    let stratum = |(day, good, total): (Date, u64, u64)| {
        let slice = Instant::start_of_day(day, &zone).expect("a day");
        Stratum::new(day, slice, good, total)
    };
    Facts { strata: days.into_iter().map(stratum).collect(), ..Facts::default() }
}

/// Four weeks before Monday 30 March: 1,000 a day from Monday to Friday, 400 on Saturdays, nothing on Sundays.
fn four_weeks() -> Vec<(Date, u64, u64)> {
    let volume = |day: Date| match day.weekday() {
        Weekday::Saturday => 400,
        Weekday::Sunday => 0,
        _ => 1_000,
    };
    date(2026, 3, 2).series(1.day()).take(28).map(|day| (day, volume(day) * 9 / 10, volume(day))).collect()
}

#[track_caller]
fn ahead(known: &Facts, from: &str, to: &str, foreseen: &BTreeMap<Date, u64>) -> Option<Ahead> {
    let contract = read(CARE);
    let rest = Rest { span: Span { from: at(from), to: at(to) }, foreseen };
    Ahead::of(&contract, objective(&contract, "service"), known, &Reliefs::default(), &rest).expect("facts that fit")
}

fn volumes(ahead: Option<Ahead>) -> Option<(i64, i64, i64)> {
    ahead.map(|ahead| (ahead.contacts.remaining.low(), ahead.contacts.remaining.mid(), ahead.contacts.remaining.high()))
}

/// Monday to Sunday: five days of a thousand, a Saturday of 400, a Sunday of none. Weeks were all alike; a tenth either way
/// is the least that is left open.
#[test]
fn the_rest_is_as_the_same_weekdays_were() {
    let none = BTreeMap::new();
    let known = lately(four_weeks());
    let week = ahead(&known, "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z", &none);
    assert_eq!(volumes(week), Some((4_860, 5_400, 5_940)));
    let over = ahead(&known, "2026-04-05T22:00:00Z", "2026-04-05T22:00:00Z", &none);
    assert_eq!(volumes(over), Some((0, 0, 0)));
}

/// A week of half the volume among four: so may the rest be.
#[test]
fn the_spread_is_that_of_whole_weeks() {
    let half = |(position, (day, good, total)): (usize, (Date, u64, u64))| {
        if position < 7 { (day, good / 2, total / 2) } else { (day, good, total) }
    };
    let known = lately(four_weeks().into_iter().enumerate().map(half));
    // Means of 875 and 350; weeks of 2,700 and thrice 5,400, 4,725 on average.
    let week = ahead(&known, "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z", &BTreeMap::new());
    assert_eq!(volumes(week), Some((2_700, 4_725, 5_400)));
}

/// At noon of a Monday with 300 so far, 700 are lacking to the usual thousand. With 1,200 the day is busier than usual, and
/// the other half may bring as many again.
#[test]
fn today_counts_what_came_already() {
    let none = BTreeMap::new();
    let monday = |came| {
        let known = lately(four_weeks().into_iter().chain([(date(2026, 3, 30), came, came)]));
        volumes(ahead(&known, "2026-03-30T10:00:00Z", "2026-03-30T22:00:00Z", &none))
    };
    assert_eq!(monday(300), Some((630, 700, 770)));
    assert_eq!(monday(1_200), Some((0, 0, 1_200)));
}

/// A locked forecast of 3,000 of the contract on a Monday, of which the objective had half lately, is 1,500 and not the
/// usual thousand.
#[test]
fn a_forecast_outweighs_habit() {
    let mut known = lately(four_weeks());
    let offered = |(day, _, total): (Date, u64, u64)| Offered { day, claims: BTreeSet::new(), contacts: 2 * total };
    known.offered = four_weeks().into_iter().map(offered).collect();
    let monday = BTreeMap::from([(date(2026, 3, 30), 3_000)]);
    let rest = ahead(&known, "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z", &monday);
    assert_eq!(volumes(rest), Some((1_350, 1_500, 1_650)));
}

/// Without a day of the past there is nothing to go by; in the first days all days are alike, and much is left open.
#[test]
fn a_beginning_is_told_as_what_it_is() {
    let none = BTreeMap::new();
    let (from, to) = ("2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z");
    assert_eq!(volumes(ahead(&Facts::default(), from, to, &none)), None);
    let known = lately([(date(2026, 3, 28), 90, 100), (date(2026, 3, 29), 180, 200)]);
    let first = ahead(&known, from, to, &none).expect("two days");
    // Saturday as the Saturday, Sunday as the Sunday, five days as their mean.
    assert_eq!(volumes(Some(first)), Some((525, 1_050, 2_100)));
    assert_eq!(first.contacts.recent.share(), None, "two days say nothing of how contacts cluster");
}

/// Alternating days of 70 % and 30 %: contacts count for far fewer than they are.
#[test]
fn contacts_of_late_cluster_by_day() {
    let days = (0..10).map(|number| (date(2026, 3, 20).checked_add(i64::from(number).days()).expect("a day"), number));
    let known = lately(days.map(|(day, number)| (day, if number % 2 == 0 { 70 } else { 30 }, 100)));
    let ahead = ahead(&known, "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z", &BTreeMap::new()).expect("ten days");
    // 500 of 1,000 with φ = 10 · 400 · 10/9 / 250: the weights of what is known are 500/φ + ½.
    let phi = 4_000.0 * 10.0 / 9.0 / 250.0;
    let rate = ahead.contacts.recent.rate();
    assert!((rate.a - (500.0 / phi + 0.5)).abs() < 1e-9 && (rate.a - rate.b).abs() < 1e-9, "{rate:?}");
}

/// Where slices are promised, slices are foreseen: as many a day as had contacts enough.
#[test]
fn slices_are_foreseen_as_contacts_are() {
    let contract = care_with(
        "minSample: 300",
        "minSample: 300\n      consistency: { slice: 30m, sliceTarget: 0.80, minShareOfSlices: 0.75, \
         minContactsPerSlice: 10 }",
    );
    let none = BTreeMap::new();
    let rest =
        Rest { span: Span { from: at("2026-03-29T22:00:00Z"), to: at("2026-03-31T22:00:00Z") }, foreseen: &none };
    let days = date(2026, 3, 16).series(1.day()).take(14);
    let half_hours = days.flat_map(|day| {
        let start = Instant::start_of_day(day, &contract.zone).expect("a day");
        // Three half-hours count, of which one meets its level, and one is too small to say.
        [(0, 9, 10), (1, 7, 10), (2, 7, 10), (3, 9, 9)]
            .map(|(number, good, total)| Stratum::new(day, start.plus_micros(number * 1_800_000_000), good, total))
    });
    let known = Facts { strata: half_hours.collect(), ..Facts::default() };
    let service = objective(&contract, "service");
    let ahead = Ahead::of(&contract, service, &known, &Reliefs::default(), &rest).expect("facts that fit");
    let slices = ahead.and_then(|ahead| ahead.slices).expect("slices are promised");
    assert_eq!((slices.remaining.mid(), slices.recent.share()), (6, Some(1.0 / 3.0)));
}
