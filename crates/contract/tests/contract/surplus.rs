//! More contacts than were foreseen.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Because, ClosedState, Contract, DayVolume, Facts, Offered, Reliefs, Stratum, Tally, close};

use crate::fixtures::{CARE, care_with, closed, day, facts, on, read};

/// The 2nd: 1,000 foreseen, 1,100 allowed, 2,200 came, so each weighs one half. The 3rd: as foreseen.
fn month(strata: impl IntoIterator<Item = Stratum>) -> Facts {
    volumes(facts(strata), &[(2, 1_000, 2_200), (3, 1_000, 1_000)])
}

/// The same facts with days, each with what was foreseen and what came.
fn volumes(known: Facts, days: &[(i8, u64, u64)]) -> Facts {
    let offered =
        |(of, _, actual): &(i8, u64, u64)| Offered { day: day(*of), claims: BTreeSet::new(), contacts: *actual };
    let foreseen: BTreeMap<_, _> = days.iter().map(|(of, forecast, _)| (day(*of), *forecast)).collect();
    Facts { offered: days.iter().map(offered).collect(), foreseen, ..known }
}

/// 2,510 of 3,200 is 78.4 %, a breach; 825 of 1,100 and 860 of 1,000 are 80.2 %, met by five contacts.
#[test]
fn a_surplus_day_weighs_less() {
    let result = closed(&read(CARE), "service", &month([on(2, 1_650, 2_200), on(3, 860, 1_000)]));
    assert_eq!((result.state, result.margin), (ClosedState::Met, Some(5)));
    assert_eq!((result.counted.good(), result.counted.total()), (1_685.0, 2_100.0));
    assert_eq!(result.all, Tally::of(2_510, 3_200), "and the unweighted figure is shown beside it");
}

/// One contact over what is allowed weighs, one under does not; the weight is exact, not cut to a decimal.
#[test]
fn the_weight_begins_above_what_is_allowed() {
    let contract = read(CARE);
    let with = |actual| {
        let result = closed(&contract, "service", &volumes(facts([on(2, 880, actual)]), &[(2, 1_000, actual)]));
        (result.counted.total().to_string(), result.margin)
    };
    assert_eq!(with(1_100), ("1100".to_owned(), Some(0)));
    assert_eq!(with(1_101), ("1100".to_owned(), Some(-1)), "880 × 1100/1101 is less than 880");
}

#[test]
fn the_first_contacts_count_where_the_contract_says_so() {
    let contract = care_with("surplusRule: prorata", "surplusRule: chronological");
    let surplus = Stratum { surplus: true, ..on(2, 650, 1_100) };
    let result = closed(&contract, "service", &month([on(2, 1_000, 1_100), surplus, on(3, 860, 1_000)]));
    assert_eq!(result.counted, Tally::of(1_860, 2_100));
    assert_eq!(result.all, Tally::of(2_510, 3_200));
}

#[test]
fn a_window_is_waived_when_its_whole_volume_is_over() {
    let waives = care_with("relief: surplus_only, surplusRule: prorata", "relief: waive_window");
    let result = closed(&waives, "service", &month([on(2, 0, 2_200), on(3, 0, 1_000)]));
    assert_eq!((result.state, result.because), (ClosedState::Excused, Some(Because::SurplusVolume)));
    let within = closed(&waives, "service", &volumes(facts([on(2, 0, 2_200)]), &[(2, 2_000, 2_200)]));
    assert_eq!(within.state, ClosedState::Breached, "2,200 is just what is allowed");
}

/// Contacts that an accepted claim drops are no part of the volume of their day: what is left of it is no surplus.
#[test]
fn what_a_claim_drops_is_no_surplus() {
    let contract = read(CARE);
    let claims = BTreeSet::from(["outage-1".to_owned()]);
    let mut known = volumes(facts([on(2, 890, 1_100), on(2, 0, 1_100).claimed("outage-1")]), &[(2, 1_000, 1_100)]);
    known.offered.push(Offered { day: day(2), claims: claims.clone(), contacts: 1_100 });
    let result = |reliefs: &Reliefs| {
        let service = contract.objective("service").expect("an objective");
        let result = close(&contract, service, &known, reliefs).expect("facts that fit");
        (result.state, result.counted.total().to_string())
    };
    assert_eq!(result(&Reliefs::default()), (ClosedState::Breached, "1100".to_owned()), "2,200 weigh one half each");
    let dropped = Reliefs { dropped: claims, ..Reliefs::default() };
    assert_eq!(result(&dropped), (ClosedState::Met, "1100".to_owned()), "1,100 weigh one");
}

/// Less than foreseen: a floor of what was foreseen is billed, where one was agreed.
#[test]
fn a_floor_of_the_forecast_is_billed() {
    let tolerant = "tolerance: { over: 0.10, under: 0.10 }\n    underVolume: { minBilledShareOfForecast: 0.90 }";
    let contract = care_with("tolerance: { over: 0.10 }", tolerant);
    let billed = |contract: &Contract, actual| contract.billed(&[DayVolume { day: day(2), forecast: 1_001, actual }]);
    assert_eq!((billed(&contract, 800), billed(&contract, 901)), (Some(901), Some(901)), "900.9, rounded up");
    assert_eq!((billed(&contract, 1_200), billed(&read(CARE), 800)), (Some(1_200), None));
}
