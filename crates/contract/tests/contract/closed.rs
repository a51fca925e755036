//! How windows close.

use std::collections::BTreeSet;

use contact::Duration;
use contract::{Because, ClosedState, Facts, FactsError, Received, Reliefs, Stratum, Tally, close};

use crate::fixtures::{CARE, care_with, closed, day, facts, noon, objective, on, read};

/// 79.96 % is not 80 % unless the contract rounds; one contact short is a breach.
#[test]
fn a_share_is_compared_to_the_contact() {
    let contract = read(CARE);
    for (good, total, state, margin) in [
        (9_600, 12_000, ClosedState::Met, 0),
        (9_599, 12_000, ClosedState::Breached, -1),
        (7_996, 10_000, ClosedState::Breached, -4),
        (9_604, 12_004, ClosedState::Met, 0),
        (12_000, 12_000, ClosedState::Met, 2_400),
    ] {
        let result = closed(&contract, "service", &facts([on(2, good, total)]));
        assert_eq!((result.state, result.margin), (state, Some(margin)), "{good} of {total}");
    }
}

#[test]
fn a_contract_that_rounds_first_says_so_and_is_obeyed() {
    let rounds = care_with(
        "minSample: 300\n      rounding: { decimals: 1, when: after_comparison }",
        "minSample: 300\n      rounding: { decimals: 1, when: before_comparison }",
    );
    let state = |good| {
        let result = closed(&rounds, "service", &facts([on(2, good, 10_000)]));
        (result.state, result.margin)
    };
    assert_eq!(state(7_995), (ClosedState::Met, Some(0)), "79.95 % is 80.0 %");
    assert_eq!(state(7_994), (ClosedState::Breached, Some(-1)), "79.94 % is 79.9 %");
}

/// A contract of one objective.
fn one(objective: &str) -> contract::Contract {
    read(&format!(
        "apiVersion: vigie/v1\nkind: SlaContract\nmetadata: {{ name: one }}\nspec:\n  parties: {{ client: north, \
         provider: atlas }}\n  inForce: {{ from: 2026-01-01, version: 1 }}\n  scope: {{}}\n  zone: Europe/Paris\n  \
         objectives:\n    - {{ name: only, timeWindow: [ {{ duration: 1M }} ], {objective} }}\n"
    ))
}

/// Of a figure that is better when lower, half a step up is above: rounding half up helps one side only.
#[test]
fn a_figure_that_is_better_when_lower_counts_what_must_not_happen() {
    let state = |rounding: &str, count| {
        let contract = one(&format!("indicator: {{ ref: abandonment_rate }}, levels: {{ expected: 0.10 }}{rounding}"));
        let result = closed(&contract, "only", &facts([on(2, count, 10_000)]));
        (result.state, result.margin)
    };
    assert_eq!(state("", 1_000), (ClosedState::Met, Some(0)));
    assert_eq!(state("", 1_001), (ClosedState::Breached, Some(-1)));
    let rounded = ", rounding: { decimals: 1, when: before_comparison }";
    assert_eq!(state(rounded, 1_004), (ClosedState::Met, Some(0)), "10.04 % is 10.0 %");
    assert_eq!(state(rounded, 1_005), (ClosedState::Breached, Some(-1)), "10.05 % is 10.1 %");
}

/// A result of few contacts is none, whichever way they went.
#[test]
fn under_the_least_sample_there_is_neither_credit_nor_bonus() {
    let contract = read(CARE);
    for good in [0, 150, 299] {
        let result = closed(&contract, "service", &facts([on(2, good, 299)]));
        assert_eq!(result.state, ClosedState::NotEnoughData);
        assert_eq!(result.because, Some(Because::SmallSample(299, 300)));
        assert_eq!((result.band, result.margin), (None, None));
    }
    assert_eq!(closed(&contract, "service", &facts([on(2, 0, 300)])).state, ClosedState::Breached);
    let nothing = closed(&contract, "service", &Facts::default());
    assert_eq!((nothing.state, nothing.because), (ClosedState::NotEnoughData, Some(Because::NoContacts)));
    assert_eq!(nothing.counted.share(), None);
}

/// Data that is late is no breach where the contract holds, and one where it says that what is missing was missed.
#[test]
fn late_data_holds_the_result_or_counts_as_missed() {
    let mut known = facts([on(2, 800, 990)]);
    known.received = Some(Received { received: 990, expected: 1_000 });
    let held = closed(&read(CARE), "service", &known);
    assert_eq!((held.state, held.because), (ClosedState::NotEnoughData, Some(Because::IncompleteData)));
    let assumed = care_with("onShortfall: hold", "onShortfall: assume_miss");
    let result = closed(&assumed, "service", &known);
    assert_eq!((result.state, result.counted), (ClosedState::Met, Tally::of(800, 1_000)));
    known.received = Some(Received { received: 995, expected: 1_000 });
    assert_eq!(closed(&read(CARE), "service", &known).because, None, "99.5 % is complete enough");
}

/// The wait that 95 % do not exceed is at most 15 minutes exactly when 95 % waited at most 15 minutes.
#[test]
fn a_percentile_is_held_by_counting_who_waited_no_longer() {
    let contract = read(CARE);
    let moderation = objective(&contract, "moderation");
    let minutes: Vec<String> = moderation.yardsticks().iter().map(ToString::to_string).collect();
    assert_eq!(minutes, ["10m", "15m", "1h"]);
    let within = |counts: [u64; 3]| {
        let stratum = Stratum { counts: counts.to_vec(), ..Stratum::new(day(2), noon(2), 0, 200) };
        let result = closed(&contract, "moderation", &facts([stratum]));
        (result.state, result.margin, result.band, result.floor, result.target)
    };
    assert_eq!(within([189, 190, 200]), (ClosedState::Met, Some(0), None, Some(true), Some(false)));
    assert_eq!(within([150, 189, 190]), (ClosedState::Breached, Some(-1), Some(1), Some(true), Some(false)));
    assert_eq!(within([150, 189, 189]).2, Some(0), "beyond the hour it is the dearest band");
    assert_eq!(within([190, 195, 200]).2, Some(2), "and a bonus for ten minutes");
}

#[test]
fn counts_that_cannot_be_are_refused() {
    let contract = read(CARE);
    let result = |name: &str, stratum| {
        close(&contract, objective(&contract, name), &facts([stratum]), &Reliefs::default()).map(|result| result.state)
    };
    let wrong = FactsError::MoreThanAll { objective: "service".into(), count: 301, total: 300 };
    assert_eq!(result("service", on(2, 301, 300)), Err(wrong));
    let wrong = FactsError::Counts { objective: "moderation".into(), given: 1, wanted: 3 };
    assert_eq!(result("moderation", on(2, 1, 300)), Err(wrong));
}

/// A good month of bad mornings: the share of half-hours is a promise of its own.
#[test]
fn slices_are_held_apart_from_the_month() {
    let contract = care_with(
        "minSample: 300",
        "minSample: 300\n      consistency: { slice: 30m, sliceTarget: 0.80, minShareOfSlices: 0.75, \
         minContactsPerSlice: 10 }",
    );
    let half_hour = |number: i64, good, total| {
        Stratum::new(day(2), noon(2).plus_micros(number * Duration::from_secs(1_800).as_micros()), good, total)
    };
    let month = |bad: i64| {
        let slices = (0..8).map(|number| half_hour(number, if number < bad { 79 } else { 100 }, 100));
        // A slice of nine contacts neither meets nor misses, and one slice may come in several strata.
        closed(&contract, "service", &facts(slices.chain([half_hour(9, 0, 9), half_hour(7, 1, 1)])))
    };
    let (steady, unsteady) = (month(2), month(3));
    let counts = |slices: Option<contract::Slices>| slices.map(|slices| (slices.meeting, slices.counted, slices.small));
    assert_eq!((steady.state, counts(steady.slices)), (ClosedState::Met, Some((6, 8, 1))));
    assert_eq!((unsteady.state, counts(unsteady.slices)), (ClosedState::Breached, Some((5, 8, 1))));
    assert!(steady.band.is_some() && unsteady.band.is_none(), "no bonus for a promise that was not kept");
}

/// The oldest complaint at each day's end: one day too old is a breach, whatever the other days were.
#[test]
fn readings_must_all_reach_their_level() {
    let contract = one("indicator: { ref: backlog_age }, levels: { expected: 120h, target: 48h }");
    let age = |of: i8, hours: u64| {
        Stratum::reading(objective(&contract, "only"), day(of), noon(of), hours * 3_600_000_000, 40)
    };
    let result =
        |hours: [u64; 3]| closed(&contract, "only", &facts([age(2, hours[0]), age(3, hours[1]), age(4, hours[2])]));
    let met = result([120, 30, 40]);
    assert_eq!((met.state, met.target, met.margin), (ClosedState::Met, Some(false), Some(0)));
    assert_eq!(result([48, 30, 40]).target, Some(true));
    let breached = result([121, 30, 200]);
    assert_eq!((breached.state, breached.margin), (ClosedState::Breached, Some(-2)), "two days too old");
    assert_eq!(breached.worst_reading, Some(200 * 3_600_000_000), "and how old is shown");
}

/// A gap of too few contacts is no gap.
#[test]
fn a_reading_of_too_few_contacts_says_nothing() {
    let contract = one("indicator: { ref: homogeneity_gap }, levels: { expected: 5 }, minSample: 2000");
    let gap = |thousandths, sample| {
        let reading = Stratum::reading(objective(&contract, "only"), day(31), noon(31), thousandths, sample);
        closed(&contract, "only", &facts([reading])).state
    };
    assert_eq!(gap(5_000, 2_000), ClosedState::Met);
    assert_eq!(gap(5_001, 2_000), ClosedState::Breached);
    assert_eq!(gap(9_000, 1_999), ClosedState::NotEnoughData);
}

#[test]
fn the_bar_of_a_level_can_be_shown() {
    let contract = read(CARE);
    let service = objective(&contract, "service");
    let bar = service.bar(service.levels.expected);
    assert!((bar.share() - 0.8).abs() < 1e-12);
}

/// A complaint of the last day may still be resolved in time, another be reopened: the result is not final yet. One that a
/// claim dropped changes nothing any more.
#[test]
fn a_result_is_provisional_while_a_count_may_change() {
    let contract = read(CARE);
    let settled = |stratum| closed(&contract, "complaints", &facts([on(2, 95, 100), stratum])).settled;
    assert!(settled(on(3, 9, 10)));
    assert!(!settled(on(3, 9, 10).with_pending(1)));
    assert!(!settled(Stratum { unsettled: 1, ..on(3, 9, 10) }));
    let dropped = BTreeSet::from(["outage-1".to_owned()]);
    let reliefs = Reliefs { dropped, ..Reliefs::default() };
    let late = facts([on(2, 95, 100), on(3, 9, 10).with_pending(1).claimed("outage-1")]);
    let result = close(&contract, objective(&contract, "complaints"), &late, &reliefs).expect("facts that fit");
    assert!(result.settled);
}
