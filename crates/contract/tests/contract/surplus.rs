//! More contacts than were foreseen.

use contract::{Because, ClosedState, DayVolume, Facts, Stratum, Tally};

use crate::fixtures::{CARE, care_with, closed, day, facts, on, read};

/// The 2nd: 1,000 foreseen, 1,100 allowed, 2,200 came, so each weighs one half. The 3rd: as foreseen.
fn month(strata: impl IntoIterator<Item = Stratum>) -> Facts {
    let volume = |of, actual| DayVolume { day: day(of), forecast: 1_000, actual };
    Facts { days: vec![volume(2, 2_200), volume(3, 1_000)], ..facts(strata) }
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
        let days = vec![DayVolume { day: day(2), forecast: 1_000, actual }];
        let result = closed(&contract, "service", &Facts { days, ..facts([on(2, 880, actual)]) });
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
    let days = vec![DayVolume { day: day(2), forecast: 2_000, actual: 2_200 }];
    let within = closed(&waives, "service", &Facts { days, ..facts([on(2, 0, 2_200)]) });
    assert_eq!(within.state, ClosedState::Breached, "2,200 is just what is allowed");
}
