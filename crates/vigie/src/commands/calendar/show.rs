//! `vigie calendar show`.

use contact::{
    Instant, Month, Network, QueueId, SiteId,
    network::{CalendarDay, ClockChange, DayRule, OpenSpan},
};
use jiff::{civil::Date, tz::Offset};
use serde::Serialize;

use super::{hours, listed, network, this_month};
use crate::{
    args::{CalendarShowArgs, Format},
    commands::print_json,
    exit::{Exit, Usage},
    table::Table,
};

/// A month of a calendar.
#[derive(Serialize)]
struct Shown<'a> {
    calendar: &'a str,
    zone: &'a str,
    month: Month,
    /// The queues whose promise it is.
    promised_by: Vec<&'a QueueId>,
    /// The sites whose shift it is.
    worked_by: Vec<&'a SiteId>,
    open_s: i64,
    days: Vec<CalendarDay>,
}

pub fn run(args: &CalendarShowArgs) -> anyhow::Result<Exit> {
    let network = network(&args.of)?;
    let shown = shown(&network, args)?;
    match args.format {
        Format::Json => print_json(&shown)?,
        Format::Csv => print!("{}", api::csv::records(&lines(&shown), &COLUMNS)),
        Format::Table => print_table(&shown),
    }
    Ok(Exit::Done)
}

fn shown<'a>(network: &'a Network, args: &'a CalendarShowArgs) -> anyhow::Result<Shown<'a>> {
    let name = args.name.as_str();
    let Some(calendar) = network.calendars.get(name) else {
        let known = listed(network.calendars.keys().map(String::as_str));
        let right = if known.is_empty() { "it declares none".to_owned() } else { format!("use one of: {known}") };
        return Err(Usage(format!("the network file declares no calendar {name:?}; {right}")).into());
    };
    let month = args.month.unwrap_or_else(|| this_month(calendar.zone()));
    let days = calendar.days(month.first(), month.last());
    Ok(Shown {
        calendar: name,
        zone: calendar.zone().iana_name().unwrap_or("UTC"),
        month,
        promised_by: network.promises().remove(name).unwrap_or_default(),
        worked_by: network.shifts().remove(name).unwrap_or_default(),
        open_s: days.last().map_or(0, |day| day.total_s),
        days,
    })
}

/// The columns of CSV, in order.
const COLUMNS: [&str; 12] = [
    "calendar",
    "date",
    "weekday",
    "rule",
    "name",
    "in_force_from",
    "hours",
    "utc",
    "open_s",
    "total_s",
    "day_s",
    "clock_changes",
];

/// A day as one line of CSV.
#[derive(Serialize)]
struct Line<'a> {
    calendar: &'a str,
    date: String,
    weekday: &'static str,
    rule: &'static str,
    name: Option<&'a str>,
    in_force_from: Option<String>,
    hours: String,
    utc: String,
    open_s: i64,
    total_s: i64,
    day_s: i64,
    clock_changes: String,
}

fn lines<'a>(shown: &'a Shown<'_>) -> Vec<Line<'a>> {
    let line = |day: &'a CalendarDay| {
        let (rule, name) = rule(day);
        Line {
            calendar: shown.calendar,
            date: day.date.to_string(),
            weekday: weekday(day.date),
            rule,
            name,
            in_force_from: day.in_force_from.map(|from| from.to_string()),
            hours: local_hours(day),
            utc: joined(day.spans.iter().map(|span| format!("{}/{}", span.from, span.to)), ";"),
            open_s: day.open_s,
            total_s: day.total_s,
            day_s: day.day_s,
            clock_changes: joined(day.clock_changes.iter().map(ToString::to_string), ";"),
        }
    };
    shown.days.iter().map(line).collect()
}

fn print_table(shown: &Shown<'_>) {
    println!("{}, hours of {}, {}", shown.calendar, shown.zone, shown.month);
    for (role, names) in [
        ("promise of", listed(shown.promised_by.iter().map(|queue| queue.as_str()))),
        ("shift of", listed(shown.worked_by.iter().map(|site| site.as_str()))),
    ] {
        if !names.is_empty() {
            println!("{role} {names}");
        }
    }
    println!();
    let mut table = Table::new(["date", "day", "hours", "UTC", "", "open s", "total s"], 5);
    for day in &shown.days {
        let hours = if day.hours.is_empty() { "closed".to_owned() } else { local_hours(day) };
        let utc = joined(day.spans.iter().map(|span| utc(*span, day.date)), ", ");
        let mut row = vec![day.date.to_string(), weekday(day.date).to_owned(), hours, utc, remarks(day)];
        row.extend([day.open_s, day.total_s].map(|seconds| seconds.to_string()));
        table.push(row);
    }
    table.print();
    println!("\nopen {} in {} days", hours(shown.open_s), shown.days.len());
    if shown.days.iter().any(|day| day.spans.iter().any(|span| utc(*span, day.date).contains('('))) {
        println!("(-1), (+1): on the day before or after in UTC");
    }
}

fn joined(texts: impl Iterator<Item = String>, by: &str) -> String {
    texts.collect::<Vec<_>>().join(by)
}

fn local_hours(day: &CalendarDay) -> String {
    joined(day.hours.iter().map(ToString::to_string), ", ")
}

/// Why a day has its hours, in a word, and the name that the file gives.
fn rule(day: &CalendarDay) -> (&'static str, Option<&str>) {
    match &day.rule {
        DayRule::Weekly => ("weekly", None),
        DayRule::Holiday { name } => ("holiday", name.as_deref()),
        DayRule::Override { name } => ("override", name.as_deref()),
    }
}

/// What sets a day apart from the week before.
fn remarks(day: &CalendarDay) -> String {
    let mut remarks = Vec::new();
    match rule(day) {
        ("weekly", _) => {}
        (rule, None) => remarks.push(rule.to_owned()),
        (rule, Some(name)) => remarks.push(format!("{rule}: {name}")),
    }
    if day.in_force_from == Some(day.date) {
        remarks.push("new hours in force".to_owned());
    }
    remarks.extend(day.clock_changes.iter().map(|change| told(change, day)));
    if day.day_s == 0 {
        remarks.push("this date does not exist here".to_owned());
    }
    remarks.join(", ")
}

fn told(change: &ClockChange, day: &CalendarDay) -> String {
    let at = clock(change.at, day.date);
    format!("clocks from UTC{} to UTC{} at {at} UTC, a day of {}", change.before, change.after, hours(day.day_s))
}

/// A span in UTC, beside the local date it belongs to.
fn utc(span: OpenSpan, date: Date) -> String {
    format!("{}-{}", clock(span.from, date), clock(span.to, date))
}

/// A time of day in UTC, marked when it is on another date.
fn clock(at: Instant, date: Date) -> String {
    let at = Offset::UTC.to_datetime(at.to_timestamp());
    let time = if at.second() == 0 { at.strftime("%H:%M") } else { at.strftime("%H:%M:%S") };
    match (at.date() - date).get_days() {
        0 => time.to_string(),
        days => format!("{time}({days:+})"),
    }
}

fn weekday(date: Date) -> &'static str {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        [usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_on_another_utc_date_is_marked() {
        let (date, at) = (jiff::civil::date(2026, 10, 25), |text: &str| text.parse::<Instant>().expect("an instant"));
        assert_eq!(clock(at("2026-10-25T07:00:00Z"), date), "07:00");
        assert_eq!(clock(at("2026-10-24T22:00:00Z"), date), "22:00(-1)");
        assert_eq!(clock(at("2026-10-26T00:00:30Z"), date), "00:00:30(+1)");
        assert_eq!([weekday(date), weekday(jiff::civil::date(2026, 10, 26))], ["Sun", "Mon"]);
        assert_eq!([hours(5_400), hours(90_001)], ["1 h 30", "25 h 00 min 01 s"]);
    }
}
