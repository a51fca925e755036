//! Forecasts: which issue is locked for a day.

use contract::{Contract, Forecasts, Issue, IssuedTwice};
use jiff::civil::{Date, date};

use crate::fixtures::{CARE, care_with, day, read};

fn text(issued_on: &str, days: &[(&str, u64)]) -> String {
    let days: Vec<String> = days.iter().map(|(day, contacts)| format!("  {day}: {contacts}\n")).collect();
    let days = days.concat();
    format!(
        "apiVersion: vigie/v1\nkind: SlaForecast\nmetadata: {{ contract: north-atlas-care }}\nissuedOn: {issued_on}\ndays:\n{days}"
    )
}

#[track_caller]
fn issue(contract: &Contract, issued_on: &str, days: &[(&str, u64)]) -> Issue {
    Issue::parse(&text(issued_on, days), contract).expect("a forecast without mistake")
}

/// Locked 45 days before March, on 15 January: what is issued later relieves nobody, and what is issued again in time holds.
#[test]
fn the_last_issue_in_time_is_locked() {
    let contract = read(CARE);
    let forecasts = Forecasts::new(vec![
        issue(&contract, "2026-01-16", &[("2026-03-02", 100), ("2026-04-02", 400)]),
        issue(&contract, "2026-01-15", &[("2026-03-02", 1_200)]),
        issue(&contract, "2025-12-01", &[("2026-03-02", 1_000), ("2026-03-31", 900)]),
    ]);
    let forecasts = forecasts.expect("issued on different days");
    let locked = |day| forecasts.locked(&contract, day);
    assert_eq!(locked(day(2)), Some(1_200));
    assert_eq!(locked(day(31)), Some(900), "a day that a later issue leaves out keeps the earlier one");
    assert_eq!(locked(date(2026, 4, 2)), Some(400), "45 days before April is 15 February");
    assert_eq!(locked(day(3)), None);
}

/// A contract that does not say when takes the last one issued before the day, and says that it does.
#[test]
fn without_a_lock_the_eve_counts() {
    let text = CARE.replace("    lockedAt: 45d before month\n", "").replace("mode: binding", "mode: shadow");
    let contract = read(&text);
    assert_eq!(contract.left_open.len(), 1, "{:?}", contract.left_open);
    assert!(contract.left_open[0].to_string().contains("when a forecast is locked"), "{:?}", contract.left_open);
    let issues = vec![
        issue(&contract, "2026-03-01", &[("2026-03-02", 1)]),
        issue(&contract, "2026-02-01", &[("2026-03-02", 2)]),
    ];
    let forecasts = Forecasts::new(issues).expect("issued on different days");
    assert_eq!(forecasts.locked(&contract, day(2)), Some(1));
}

#[test]
fn two_issues_of_one_day_are_refused() {
    let contract = read(CARE);
    let same = || issue(&contract, "2026-01-15", &[("2026-03-02", 1_200)]);
    let issued: Date = date(2026, 1, 15);
    assert_eq!(Forecasts::new(vec![same(), same()]), Err(IssuedTwice(issued)));
}

/// A forecast that names the wrong contract, or a day that is over, would relieve in silence.
#[test]
fn a_forecast_that_does_not_fit_is_told() {
    let wrong = text("2026-03-02", &[("2026-03-02", 1), ("2026-3-4", 2)]).replace("north-atlas-care", "north");
    let mistakes = Issue::parse(&wrong, &read(CARE)).expect_err("mistakes");
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 3, column 23: the forecast is issued under \"north\"; give a forecast under north-atlas-care",
            "line 6, column 15: 2026-03-02 is foreseen on 2026-03-02; foresee days after the day of issue",
            "line 7, column 13: \"2026-3-4\" is not a date; give year-month-day, such as 2026-03-29",
        ]
    );
    let twice = text("2026-01-15", &[("2026-03-02", 1), ("2026-03-02", 2)]);
    assert_eq!(Issue::parse(&twice, &read(CARE)).expect_err("a day twice").len(), 1);
}

#[test]
fn a_lock_is_said_in_days_before_the_month() {
    let contract = care_with("lockedAt: 45d before month", "lockedAt: 0d before month");
    let lock = contract.forecast.locked_at.expect("a lock");
    assert_eq!((lock.last_issue(day(31)), lock.to_string()), (Some(day(1)), "0d before month".to_owned()));
    for wrong in ["", "45d", "45 d before month", "-1d before month", "401d before month", "45d before week"] {
        assert!(wrong.parse::<contract::terms::Lock>().is_err(), "{wrong}");
    }
}
