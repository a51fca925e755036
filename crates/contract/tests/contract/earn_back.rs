//! Credits earned back.

use contract::{
    Contract, EarnedBack, Minor, PastWindow, earned_back,
    terms::{EarnBack, Span},
};
use jiff::civil::date;

use crate::fixtures::{CARE, at, care_with, closed, facts, on, read};

fn rule(contract: &Contract) -> EarnBack {
    contract.commercial.as_ref().and_then(|money| money.earn_back).expect("an earn-back is agreed")
}

fn month(number: i8) -> Span {
    let contract = read(CARE);
    let window = contract.objectives[0].windows[0];
    let middle = date(2026, number, 15).to_zoned(contract.zone.clone()).expect("a day");
    window.holding(middle.timestamp().into(), &contract.zone).expect("a month")
}

/// January credits 2,000.00; then each month at the target (T), below it (b) or without a result (-).
fn after(contract: &Contract, later: &str) -> Vec<EarnedBack> {
    let credited = |number, reached, amount| PastWindow {
        window: month(number),
        reached,
        credit: Minor::new(amount).expect("an amount"),
    };
    let mut past = vec![credited(1, Some(false), 200_000)];
    for (number, letter) in (2_i8..).zip(later.chars()) {
        let reached = if letter == '-' { None } else { Some(letter == 'T') };
        past.push(credited(number, reached, 0));
    }
    earned_back(&rule(contract), &past, &contract.zone)
}

#[test]
fn a_credit_comes_back_after_exactly_three_months_at_the_target() {
    let contract = read(CARE);
    assert_eq!(after(&contract, "TT"), []);
    let back = after(&contract, "TTT");
    assert_eq!(back.len(), 1);
    assert_eq!((back[0].window, back[0].amount.amount()), (month(1), 200_000));
    // April ends the row, in the second quarter, which ends with June.
    assert_eq!(back[0].at, at("2026-06-30T22:00:00Z"));
    assert_eq!(after(&contract, "TTTTTT"), back, "it comes back once");
}

#[test]
fn a_month_below_the_target_breaks_the_row_for_good() {
    let contract = read(CARE);
    assert_eq!(after(&contract, "TTbTTT"), []);
    assert_eq!(after(&contract, "bTTT"), []);
}

/// A month without a result neither counts nor breaks.
#[test]
fn a_month_without_a_result_is_passed_over() {
    let contract = read(CARE);
    assert_eq!(after(&contract, "T-T"), []);
    assert_eq!(after(&contract, "T-TT").len(), 1);
}

#[test]
fn part_of_a_credit_may_come_back_at_the_end_of_the_row() {
    let contract = care_with("share: 1.0, decided: quarter_end", "share: 0.5, decided: window_end");
    let back = after(&contract, "TTT");
    assert_eq!((back[0].amount.amount(), back[0].at), (100_000, month(4).to));
}

/// What reached the level is read from the result: the target, not the level that decides.
#[test]
fn a_past_window_knows_whether_it_reached_the_level() {
    let contract = read(CARE);
    let reached = |good, total| {
        let result = closed(&contract, "service", &facts([on(2, good, total)]));
        PastWindow::new(month(3), &result, &rule(&contract), Minor::default()).reached
    };
    assert_eq!(reached(850, 1_000), Some(true));
    assert_eq!(reached(849, 1_000), Some(false));
    assert_eq!(reached(100, 100), None);
}
