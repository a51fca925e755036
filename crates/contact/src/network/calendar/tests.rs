use jiff::civil::Date;

use super::*;
use crate::Network;

mod golden;
mod months;

/// The calendar `hours` with these keys, in Paris unless they say otherwise.
fn calendar(keys: &str) -> Calendar {
    let text = format!("brand: north\nzone: Europe/Paris\nproviders: []\ncalendars:\n- {{name: hours, {keys}}}\n");
    entries(&text)
}

/// The calendar `hours` of a network file.
fn entries(text: &str) -> Calendar {
    let mut network = Network::parse(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:#?}"));
    network.calendars.remove("hours").expect("declared")
}

/// `weekly` with the same hours on these days.
fn weekly(days: &[&str], hours: &str) -> String {
    let days: Vec<String> = days.iter().map(|day| format!("{day}: [{hours}]")).collect();
    format!("weekly: {{{}}}", days.join(", "))
}

const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn every_day(hours: &str) -> Calendar {
    calendar(&weekly(&WEEK, hours))
}

fn working_days(hours: &str) -> Calendar {
    calendar(&weekly(&WEEK[..5], hours))
}

/// A local time of a zone as an instant.
fn local(zone: &str, text: &str) -> Instant {
    let zoned: jiff::Zoned = format!("{text}[{zone}]").parse().expect("a local time");
    zoned.timestamp().into()
}

fn paris(text: &str) -> Instant {
    local("Europe/Paris", text)
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn spans(calendar: &Calendar, from: &str, to: &str) -> Vec<[String; 2]> {
    let spans = calendar.open_spans(from.parse().expect("an instant"), to.parse().expect("an instant"));
    spans.iter().map(|span| [span.from.to_string(), span.to.to_string()]).collect()
}

/// Somebody who answers at half past two on the night of the change would be told to be late, or early, by an hour.
#[test]
fn an_hour_that_happens_twice_is_open_twice_and_one_that_does_not_exist_is_not() {
    let autumn = ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    let twice = [["2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z"], ["2026-10-25T01:15:00Z", "2026-10-25T01:45:00Z"]];
    assert_eq!(spans(&every_day("02:15-02:45"), autumn.0, autumn.1), twice);
    // Until half past two, and again until half past two.
    let twice = [["2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z"], ["2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"]];
    assert_eq!(spans(&every_day("01:00-02:30"), autumn.0, autumn.1), twice);
    let once = [["2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"]];
    assert_eq!(spans(&every_day("02:00-03:00"), autumn.0, autumn.1), once, "two hours without a break");
    let spring = ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    assert!(spans(&every_day("02:15-02:45"), spring.0, spring.1).is_empty());
    let after = [["2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"]];
    assert_eq!(
        spans(&every_day("02:30-04:00"), spring.0, spring.1),
        after,
        "from three on, when that half hour is over"
    );
}

/// On the day that Samoa left out nobody could be served.
#[test]
fn a_date_that_does_not_exist_has_no_open_time() {
    let samoa = calendar(&format!("zone: Pacific/Apia, {}", weekly(&WEEK, "08:00-18:00")));
    let (from, to) = (local("Pacific/Apia", "2011-12-29T00:00:00"), local("Pacific/Apia", "2012-01-01T00:00:00"));
    assert_eq!(samoa.open_time_between(from, to), 2 * 10 * 3_600_000_000);
    let days = samoa.days(date("2011-12-29"), date("2011-12-31"));
    assert_eq!(
        days.iter().map(|day| (day.day_s, day.open_s)).collect::<Vec<_>>(),
        [(86_400, 36_000), (0, 0), (86_400, 36_000)]
    );
    assert_eq!(days[2].clock_changes.len(), 1);
}

/// In St John's the clocks went back at one past midnight: one minute of the new day came an hour too early.
#[test]
fn a_minute_of_the_next_day_that_comes_early_belongs_to_that_day() {
    let zone = "America/St_Johns";
    let first_minute = calendar(&format!("zone: {zone}, weekly: {{sunday: ['00:00-00:01']}}"));
    let days = first_minute.days(date("2006-10-28"), date("2006-10-29"));
    assert_eq!(
        days.iter().map(|day| (day.day_s, day.open_s)).collect::<Vec<_>>(),
        [(90_000 - 60, 0), (86_400 + 60, 120)]
    );
}

#[test]
fn spans_are_cut_at_the_bounds_and_touching_ones_are_one() {
    let always = every_day("00:00-24:00");
    let (from, to) = ("2026-10-20T10:00:00.5Z", "2026-10-30T11:00:00Z");
    assert_eq!(spans(&always, from, to), [[from, to]]);
    assert!(spans(&always, to, from).is_empty());
    let halves = every_day("'08:00-12:00', '12:00-18:00'");
    let one = [["2026-10-20T06:00:00Z", "2026-10-20T16:00:00Z"]];
    assert_eq!(spans(&halves, "2026-10-20T00:00:00Z", "2026-10-20T22:00:00Z"), one);
}

#[test]
fn nothing_is_due_that_never_opens_long_enough() {
    let (hour, year) = (Duration::from_secs(3600), Duration::from_secs(366 * 86_400));
    let fair = calendar("weekly: {}, overrides: [{date: 2026-10-10, hours: ['10:00-12:00']}]");
    assert_eq!(fair.due(paris("2026-01-01T00:00:00"), hour), Some(paris("2026-10-10T11:00:00")));
    assert_eq!(fair.due(paris("2026-10-10T11:30:00"), hour), None);
    assert_eq!(every_day("00:00-24:00").due(Instant::FOREVER.plus_micros(-1), hour), None);
    assert_eq!(every_day("00:00-24:00").due(paris("2026-01-01T00:00:00"), year), Some(paris("2027-01-02T00:00:00")));
    let closing = entries(
        "{brand: b, zone: Europe/Paris, providers: [], calendars: [
            {name: hours, weekly: {monday: ['08:00-18:00']}}, {name: hours, from: 2026-11-01, weekly: {}}]}",
    );
    assert_eq!(closing.due(paris("2026-10-26T17:30:00"), hour), None);
}

/// A figure of last year must not change because the hours of this year did.
#[test]
fn the_version_in_force_on_the_day_decides() {
    let calendar = entries(
        "
brand: north
zone: Europe/Paris
providers: []
calendars:
  - {name: hours, from: 2026-07-01, weekly: {wednesday: ['09:00-12:00']}, holidays: [{date: 2026-07-14, name: fête}]}
  - {name: hours, zone: Europe/Paris, weekly: {tuesday: ['08:00-18:00']}, overrides: [{date: 2026-06-30, hours: []}]}
",
    );
    let days = calendar.days(date("2026-06-23"), date("2026-07-14"));
    let open: Vec<_> = days.iter().filter(|day| day.open_s > 0).map(|day| (day.date.to_string(), day.open_s)).collect();
    assert_eq!(open, [("2026-06-23".to_owned(), 36_000), ("2026-07-01".into(), 10_800), ("2026-07-08".into(), 10_800)]);
    assert_eq!(days.last().map(|day| &day.rule), Some(&DayRule::Holiday { name: Some("fête".to_owned()) }));
    assert_eq!(days.last().and_then(|day| day.in_force_from), Some(date("2026-07-01")));
}
