//! Random calendars in zones whose clocks do odd things, and windows of days around a change of them.

use contact::Instant;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::chance::Chance;

const DAY_US: i64 = 86_400_000_000;

/// Days of a window.
const DAYS: i64 = 16;

/// Half an hour, changes at midnight and at one past it, a month without, an omitted day, quarter-hours from UTC.
const ZONES: [&str; 28] = [
    "Europe/Paris",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Sofia",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Africa/Tunis",
    "Africa/Dakar",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Indian/Antananarivo",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Caracas",
    "America/Costa_Rica",
    "America/Scoresbysund",
    "Asia/Beirut",
    "Asia/Manila",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Antarctica/Troll",
];

/// A calendar and a window of instants.
pub(crate) struct Case {
    /// The network file, whose calendar is `hours`.
    pub(crate) network: Value,
    /// Start of the window, on a whole minute.
    pub(crate) from: Instant,
    /// Its end.
    pub(crate) to: Instant,
    /// How often the clocks change in it.
    pub(crate) clock_changes: usize,
}

/// A calendar with hours in the window, which lies in the years 1990 to 2037.
pub(crate) fn case(chance: &mut Chance) -> Case {
    let name = chance.pick(&ZONES);
    let zone = TimeZone::get(name).expect("a zone");
    let from = window(&zone, chance);
    let to = from.plus_micros(DAYS * DAY_US);
    let first = from.to_timestamp().to_zoned(zone.clone()).date();
    let changes = zone.following(from.to_timestamp()).take_while(|change| Instant::from(change.timestamp()) < to);
    let clock_changes = changes.count();
    let network = json!({
        "brand": "b", "zone": "UTC", "providers": [], "calendars": entries(name, first, chance),
    });
    Case { network, from, to, clock_changes }
}

/// The start of a window: mostly some days before the clocks change.
fn window(zone: &TimeZone, chance: &mut Chance) -> Instant {
    let (start, end) = (631_152_000_000_000, 2_145_916_800_000_000);
    let minute = |micros: i64| Instant::from_micros(micros - micros.rem_euclid(60_000_000)).expect("an instant");
    let anywhere = minute(start + chance.below(end - start));
    let next = zone.following(anywhere.to_timestamp()).next().map(|next| Instant::from(next.timestamp()));
    match next.filter(|next| next.as_micros() < end && !chance.one_in(5)) {
        Some(next) => minute(next.as_micros() - 2 * DAY_US - chance.below((DAYS - 4) * DAY_US)),
        None => anywhere,
    }
}

fn entries(zone: &str, first: Date, chance: &mut Chance) -> Vec<Value> {
    let date = |day: i64| first.checked_add(day.days()).expect("a date");
    // Days of the window on which an entry begins; the first entry holds since ever.
    let mut starts = vec![-3];
    while starts.len() < 3 && chance.one_in(3) {
        starts.push(starts[starts.len() - 1] + 1 + chance.below(DAYS));
    }
    let mut entries = Vec::new();
    for (nth, start) in starts.iter().enumerate() {
        let end = starts.get(nth + 1).copied().unwrap_or(DAYS + 3);
        let mut entry = json!({"name": "hours", "weekly": weekly(chance), "holidays": [], "overrides": []});
        for day in *start..end {
            let text = date(day).to_string();
            match chance.below(12) {
                0 if chance.one_in(2) => push(&mut entry["holidays"], json!(text)),
                0 => push(&mut entry["holidays"], json!({"date": text, "name": "closed"})),
                1 => push(&mut entry["overrides"], json!({"date": text, "hours": hours(chance)})),
                _ => {}
            }
        }
        if nth > 0 {
            entry["from"] = json!(date(*start).to_string());
        } else {
            entry["zone"] = json!(zone);
        }
        entries.push(entry);
    }
    // One that is never open is a mistake; this is far from every window.
    push(&mut entries[0]["overrides"], json!({"date": "1980-01-01", "hours": ["08:00-09:00"]}));
    entries
}

fn push(list: &mut Value, item: Value) {
    list.as_array_mut().expect("a list").push(item);
}

fn weekly(chance: &mut Chance) -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    if chance.one_in(8) {
        return days.map(|day| (day.to_owned(), json!(["00:00-24:00"]))).into_iter().collect();
    }
    let same = chance.one_in(3).then(|| hours(chance));
    days.map(|day| (day.to_owned(), json!(same.clone().unwrap_or_else(|| hours(chance))))).into_iter().collect()
}

/// Hours of a day, in order: none, one, several; many of them between midnight and four, where clocks change.
fn hours(chance: &mut Chance) -> Vec<String> {
    let minutes = chance.pick(&[1, 5, 15, 30, 60]);
    let mut bounds: Vec<i64> = Vec::new();
    for _ in 0..2 * chance.below(4) {
        let last = if chance.one_in(2) { 240 } else { 1440 };
        bounds.push(chance.below(last / minutes + 1) * minutes);
    }
    bounds.sort_unstable();
    bounds.dedup();
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    bounds.chunks_exact(2).map(|pair| format!("{}-{}", clock(pair[0]), clock(pair[1]))).collect()
}
