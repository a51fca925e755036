//! `vigie calendar`: a month as a person adds it up, and promised hours at which nobody works.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::{stdout, vigie, workspace};

fn file() -> PathBuf {
    workspace().join("tests/calendar/network.yaml")
}

fn asked(args: &[&str]) -> String {
    let file = file();
    let args = ["calendar"].into_iter().chain(args.iter().copied());
    let source = ["--network", file.to_str().expect("UTF-8")];
    stdout(0, args.chain(source))
}

fn shown(args: &[&str]) -> Value {
    serde_json::from_str(&asked(&[args, &["--format", "json"]].concat())).expect("JSON")
}

/// The line of a table that begins so, as words; none when there is none.
fn words<'a>(text: &'a str, first: &str) -> Vec<&'a str> {
    let line = text.lines().find(|line| line.starts_with(first));
    line.into_iter().flat_map(str::split_whitespace).collect()
}

/// Whoever disputes a due time can follow every hour of the month by hand.
#[test]
fn a_month_is_shown_with_its_arithmetic() {
    let text = asked(&["show", "mail", "--month", "2026-10"]);
    assert!(text.starts_with("mail, hours of Europe/Paris, 2026-10\npromise of mail-fr\n"), "{text}");
    assert_eq!(words(&text, "2026-10-01"), ["2026-10-01", "Thu", "08:00-18:00", "06:00-16:00", "36000", "36000"]);
    assert_eq!(words(&text, "2026-10-20"), ["2026-10-20", "Tue", "closed", "holiday:", "moving", "day", "0", "684000"]);
    assert!(text.contains("08:00-12:00, 14:00-18:00  06:00-10:00, 12:00-16:00  override: training"), "{text}");
    assert!(text.contains("22:00(-1)-17:00"), "{text}");
    assert!(text.contains("override, clocks from UTC+02 to UTC+01 at 01:00 UTC, a day of 25 h 00"), "{text}");
    assert!(
        words(&text, "2026-10-30").join(" ").contains("08:00-17:00 07:00-16:00 new hours in force 32400"),
        "{text}"
    );
    // 19 + 3 days, the holiday, 8 h, 19 h with the hour that came twice, 4 days, 2 days of 9 h.
    let open = 22 * 10 + 8 + 19 + 4 * 10 + 2 * 9;
    assert!(text.contains(&format!("\nopen {open} h 00 in 31 days\n")), "{text}");
    assert!(text.ends_with("(-1), (+1): on the day before or after in UTC\n"), "{text}");
}

#[test]
fn the_same_month_as_json_and_csv() {
    let month = shown(&["show", "mail", "--month", "2026-10"]);
    assert_eq!((&month["zone"], &month["month"]), (&json!("Europe/Paris"), &json!("2026-10")));
    assert_eq!((&month["promised_by"], &month["worked_by"]), (&json!(["mail-fr"]), &json!([])));
    let days = month["days"].as_array().expect("days");
    assert_eq!((days.len(), &days[30]["total_s"]), (31, &month["open_s"]));
    assert_eq!((&days[19]["rule"], &days[19]["name"]), (&json!("holiday"), &json!("moving day")));
    assert_eq!((&days[24]["open_s"], &days[24]["day_s"]), (&json!(19 * 3600), &json!(90_000)));
    assert_eq!(days[24]["spans"], json!([{"from": "2026-10-24T22:00:00Z", "to": "2026-10-25T17:00:00Z"}]));
    assert_eq!(days[29]["in_force_from"], json!("2026-10-30"));
    let csv = asked(&["show", "mail", "--month", "2026-10", "--format", "csv"]);
    let mut lines = csv.lines();
    let columns = "calendar,date,weekday,rule,name,in_force_from,hours,utc,open_s,total_s,day_s,clock_changes";
    assert_eq!(lines.next(), Some(columns));
    let first = "mail,2026-10-01,Thu,weekly,,,08:00-18:00,2026-10-01T06:00:00Z/2026-10-01T16:00:00Z,36000,36000,86400,";
    assert_eq!((lines.next(), lines.count()), (Some(first), 30));
    let shift = shown(&["show", "madagascar", "--month", "2026-10"]);
    assert_eq!((&shift["promised_by"], &shift["worked_by"]), (&json!([]), &json!(["antananarivo"])));
}

/// A winter evening without anybody is found in the file, before customers find it.
#[test]
fn promised_hours_at_which_nobody_works_are_told_in_both_zones() {
    let text = asked(&["gaps", "--month", "2026-10", "--months", "2"]);
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let found = |line: &str| {
        let line: Vec<&str> = line.split_whitespace().collect();
        assert!(lines.contains(&line), "{line:?} is not in\n{text}");
    };
    found("mail (mail-fr) at antananarivo");
    found("2026-10 2026-10-01 2026-10-23 promised 08:00-18:00 09:00-19:00 22 220 h 00");
    found("2026-10 2026-10-01 2026-10-24 uncovered 17:30-18:00 18:30-19:00 23 11 h 30");
    found("2026-10 2026-10-26 2026-10-29 promised 08:00-18:00 10:00-20:00 4 40 h 00");
    found("2026-10 2026-10-25 2026-10-29 uncovered 16:30-18:00 18:30-20:00 5 7 h 30");
    found("2026-11 2026-11-01 2026-11-30 uncovered 16:30-17:00 18:30-19:00 30 15 h 00");
    found("mail (mail-fr) at all sites together");
    found("promised at any hour: photo");
    let gaps = shown(&["gaps", "--month", "2026-10", "--months", "2"]);
    let together = gaps["coverage"].as_array().expect("a list").iter().find(|coverage| coverage["site"].is_null());
    // From November on only Saturdays and Sundays have nobody from 16:30 to 17:00.
    let november = &together.expect("all sites")["months"][1];
    assert_eq!((&november["month"], &november["uncovered_s"]), (&json!("2026-11"), &json!(9 * 1_800)));
    let dates = &november["uncovered"][0]["dates"];
    assert_eq!((&dates[0], &dates[8]), (&json!("2026-11-01"), &json!("2026-11-29")));
    assert_eq!((&gaps["sites_without_shift"], &gaps["queues_without_calendar"]), (&json!([]), &json!(["photo"])));
    let csv = asked(&["gaps", "--month", "2026-11", "--months", "1", "--format", "csv"]);
    assert!(
        csv.starts_with("promise,zone,site,month,hours,from,to,site_zone,site_from,site_to,days,open_s,dates\n"),
        "{csv}"
    );
    let line = "mail,Europe/Paris,antananarivo,2026-11,uncovered,16:30,17:00,Indian/Antananarivo,18:30,19:00,30,54000,";
    assert!(csv.contains(line), "{csv}");
}

#[test]
fn the_network_of_a_lake_has_the_same_calendars() {
    let home = tempfile::tempdir().expect("a folder");
    let (lake, file) = (home.path().join("lake"), file());
    let [lake, file] = [&lake, &file].map(|path| path.to_str().expect("UTF-8"));
    let events = home.path().join("events.ndjson");
    let event = r#"{"specversion":"1.0","id":"e-1","source":"/acd","type":"vigie.contact.offered.v1","subject":"C-1","time":"2026-10-05T10:00:00+02:00","data":{"started_at":"2026-10-05T10:00:00+02:00","site":"barcelona","queue":"mail-fr"}}"#;
    std::fs::write(&events, event).expect("a file");
    let events = events.to_str().expect("UTF-8");
    stdout(0, ["--quiet", "ingest", "--lake", lake, "--network", file, "--provider", "mar", events]);
    let of_lake = stdout(0, ["calendar", "show", "mail", "--month", "2026-10", "--lake", lake]);
    assert_eq!(of_lake, asked(&["show", "mail", "--month", "2026-10"]));
}

#[test]
fn a_wrong_name_or_month_is_answered_with_what_would_be_right() {
    let file = file();
    let refused = |args: &[&str], right: &str| {
        let source = ["--network", file.to_str().expect("UTF-8")];
        let output = vigie(["calendar"].into_iter().chain(args.iter().copied()).chain(source));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(right), "{told}");
    };
    refused(&["show", "mails"], "no calendar \"mails\"; use one of: barcelona, contract-2026, madagascar, mail");
    refused(&["show", "mail", "--month", "10/2026"], "give year-month, such as 2026-10");
    refused(&["gaps", "--months", "0"], "1..=120");
}
