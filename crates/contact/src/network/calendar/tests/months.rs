//! A month as a person adds it up.

use super::*;

/// The arithmetic that is shown must be the one that figures use.
#[test]
fn the_running_total_of_a_month_is_its_open_time() {
    let calendar = calendar(
        "weekly: {monday: ['08:00-12:30', '13:30-18:00'], saturday: ['22:00-24:00'], sunday: ['00:00-06:00']},
         holidays: [{date: 2026-10-12, name: stocktaking}, 2026-10-18],
         overrides: [{date: 2026-10-13, hours: ['10:00-12:00'], name: fair}]",
    );
    let days = calendar.days(date("2026-10-01"), date("2026-10-31"));
    assert_eq!(days.len(), 31);
    let (from, to) = (paris("2026-10-01T00:00:00"), paris("2026-11-01T00:00:00"));
    assert_eq!(days[30].total_s * 1_000_000, calendar.open_time_between(from, to));
    assert_eq!(days.iter().map(|day| day.day_s).sum::<i64>() * 1_000_000, to.micros_since(from));
    let told = |nth: usize| (days[nth].rule.clone(), days[nth].open_s);
    assert_eq!(told(11), (DayRule::Holiday { name: Some("stocktaking".into()) }, 0));
    assert_eq!(told(12), (DayRule::Override { name: Some("fair".into()) }, 7_200));
    assert_eq!(told(17), (DayRule::Holiday { name: None }, 0));
    assert_eq!(told(18), (DayRule::Weekly, 32_400));
}

#[test]
fn the_day_of_the_clock_change_says_so() {
    let days = every_day("00:00-24:00").days(date("2026-10-24"), date("2026-10-26"));
    assert_eq!(days.iter().map(|day| day.open_s).collect::<Vec<_>>(), [86_400, 90_000, 86_400]);
    let changes: Vec<usize> = days.iter().map(|day| day.clock_changes.len()).collect();
    assert_eq!(changes, [0, 1, 0]);
    let told = serde_json::to_value(&days[1]).expect("JSON");
    let change = serde_json::json!([{"at": "2026-10-25T01:00:00Z", "before": "+02", "after": "+01"}]);
    assert_eq!(told["clock_changes"], change);
    assert_eq!((&told["rule"], &told["hours"]), (&"weekly".into(), &serde_json::json!(["00:00-24:00"])));
    assert_eq!(told["spans"], serde_json::json!([{"from": "2026-10-24T22:00:00Z", "to": "2026-10-25T23:00:00Z"}]));
}
