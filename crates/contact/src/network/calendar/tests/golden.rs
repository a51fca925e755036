//! The golden table of business time: due times, clock changes, and the other zone.

use super::*;

fn hours(hours: u32) -> Duration {
    Duration::from_secs(hours * 3600)
}

fn due(calendar: &Calendar, start: &str, open: Duration) -> Instant {
    calendar.due(paris(start), open).expect("it opens again")
}

#[test]
fn half_an_hour_of_friday_and_the_rest_of_saturday() {
    let mails = every_day("08:00-18:00");
    assert_eq!(due(&mails, "2024-03-15T17:30:00", hours(4)), paris("2024-03-16T11:30:00"));
}

#[test]
fn a_clock_change_inside_the_closed_night_changes_nothing() {
    let mails = every_day("08:00-18:00");
    assert_eq!(due(&mails, "2024-03-30T17:00:00", hours(4)), paris("2024-03-31T11:00:00"));
    assert_eq!(due(&mails, "2024-10-26T17:00:00", hours(4)), paris("2024-10-27T11:00:00"));
}

#[test]
fn a_day_has_23_or_25_hours() {
    let always = every_day("00:00-24:00");
    for (day, next, open) in
        [("2024-03-31", "2024-04-01", 23), ("2024-10-27", "2024-10-28", 25), ("2024-03-30", "2024-03-31", 24)]
    {
        let midnight = |day: &str| paris(&format!("{day}T00:00:00"));
        assert_eq!(always.open_time_between(midnight(day), midnight(next)), open * 3_600_000_000, "{day}");
    }
}

#[test]
fn eight_in_paris_is_nine_or_ten_in_antananarivo() {
    let mails = every_day("08:00-18:00");
    let there = "Indian/Antananarivo";
    for (day, utc, clock) in [("2024-07-01", "06:00", "09:00"), ("2024-12-02", "07:00", "10:00")] {
        let midnight = paris(&format!("{day}T00:00:00"));
        let opening = mails.open_spans(midnight, midnight.plus_micros(86_400_000_000))[0].from;
        assert_eq!(opening.to_string(), format!("{day}T{utc}:00Z"));
        assert_eq!(opening, local(there, &format!("{day}T{clock}:00")));
    }
}

#[test]
fn half_an_hour_of_friday_and_half_an_hour_of_monday() {
    let office = working_days("09:00-17:00");
    assert_eq!(due(&office, "2024-03-15T16:30:00", hours(1)), paris("2024-03-18T09:30:00"));
}

#[test]
fn a_reminder_an_hour_before_is_an_hour_of_open_time_before() {
    let office = working_days("08:00-18:00");
    assert_eq!(due(&office, "2024-03-18T17:00:00", hours(4)), paris("2024-03-19T11:00:00"));
    assert_eq!(due(&office, "2024-03-18T17:00:00", hours(4 - 1)), paris("2024-03-19T10:00:00"));
    // The last hour before the due time may lie on the evening before.
    assert_eq!(due(&office, "2024-03-18T17:00:00", hours(1)), paris("2024-03-18T18:00:00"), "not the next opening");
}

#[test]
fn what_comes_while_closed_starts_at_the_next_opening_and_an_answer_while_closed_costs_nothing() {
    let office = working_days("09:00-17:00");
    let (saturday, sunday) = (paris("2024-03-16T11:00:00"), paris("2024-03-17T23:00:00"));
    assert_eq!(due(&office, "2024-03-16T11:00:00", hours(1)), paris("2024-03-18T10:00:00"));
    assert_eq!(office.open_time_between(saturday, sunday), 0);
    assert_eq!(office.open_time_between(sunday, saturday), 0);
    assert!(!office.is_open(saturday) && office.is_open(paris("2024-03-18T09:00:00")));
    assert!(!office.is_open(paris("2024-03-18T17:00:00")), "the end is exclusive");
    assert_eq!(due(&office, "2024-03-16T11:00:00", Duration::default()), saturday);
}
