//! A network whose truth is known, through the real program: what is told of it is what really happened.

use std::{collections::BTreeMap, path::Path};

use contact::Instant;
use jiff::{
    Span,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde_json::Value;

use crate::{
    program::{stdout, vigie},
    served::{Served, now},
};

/// Days after the first, by which every contact has come to its end.
const SETTLED: i64 = 56;

/// Offered, answered, answered in time.
type Counts = BTreeMap<String, [u64; 3]>;

/// Simulated files.
struct Home {
    folder: tempfile::TempDir,
    from: Date,
}

impl Home {
    fn simulated(from: Date, days: &str) -> Self {
        Self::of("hypermarket", from, days)
    }

    fn of(network: &str, from: Date, days: &str) -> Self {
        let home = Self { folder: tempfile::tempdir().expect("a folder"), from };
        let (first, out) = (from.to_string(), home.path("days"));
        let run = ["--from", &first, "--days", days, "--seed", "7", "--out", &out];
        stdout(0, ["--quiet", "simulate", network].into_iter().chain(run));
        home
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.path(name)).expect("readable")).expect("JSON")
    }

    /// The first day, and the day by which all is settled.
    fn period(&self) -> [String; 2] {
        let settled = self.from.checked_add(Span::new().days(SETTLED)).expect("within the calendar");
        [self.from.to_string(), settled.to_string()]
    }

    /// What really happened at each site, of every day on which something did: some mails are handed over later.
    fn truth(&self) -> Counts {
        let truth = self.json("days/truth.json");
        let mut counts = Counts::new();
        for row in truth["legs"].as_array().expect("rows") {
            let site = row["site"].as_str().expect("a name").to_owned();
            let sum = counts.entry(site).or_default();
            for (sum, field) in sum.iter_mut().zip(["offered", "answered", "answered_in_time"]) {
                *sum += row[field].as_u64().expect("a count");
            }
        }
        assert!(!counts.is_empty() && counts.values().flatten().all(|count| *count > 20), "{counts:?}");
        counts
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
fn whole(value: &Value) -> u64 {
    let count = value.as_f64().unwrap_or_else(|| panic!("{value} is no number"));
    assert!(count >= 0.0 && count.fract() == 0.0, "{count} is no count");
    count as u64
}

/// What a scorecard by site says.
fn told(card: &Value) -> Counts {
    let rows = card["rows"].as_array().expect("rows").iter();
    let counted = rows.map(|row| {
        let figures = &row["figures"];
        let of = [&figures["offered"]["value"], &figures["answered"]["value"], &figures["service_level"]["numerator"]];
        (row["key"]["site"].as_str().expect("a site").to_owned(), of.map(whole))
    });
    counted.collect()
}

/// Nobody could trust a figure that differs from what happened, nor a demonstration that does.
#[test]
fn files_land_as_the_truth_says() {
    let home = Home::simulated("2026-03-09".parse().expect("a date"), "2");
    let (lake, network) = (home.path("lake"), home.path("days/network.yaml"));
    for provider in ["maison", "cordelia", "teranga", "lokaro"] {
        let file = home.path(&format!("days/{provider}.ndjson"));
        let args = ["--quiet", "ingest", "--lake", &lake, "--network", &network, "--provider", provider, &file];
        stdout(0, args);
    }
    let [from, to] = home.period();
    let period = ["--from", &from, "--to", &to, "--now", &to, "--by", "site", "--format", "json"];
    let card = stdout(0, ["--quiet", "scorecard", "--lake", &lake].into_iter().chain(period));
    assert_eq!(told(&serde_json::from_str(&card).expect("JSON")), home.truth());
}

/// Written channels, calls back, reviews and contacts that pass through several providers too: legs are what they were.
#[test]
fn every_network_lands_as_its_truth_says() {
    for (network, from) in [("dating", "2026-03-16"), ("outdoor", "2026-02-02"), ("rail", "2026-06-18")] {
        let home = Home::of(network, from.parse().expect("a date"), "1");
        let lake = home.path("lake");
        let mut files: Vec<_> =
            std::fs::read_dir(home.path("days")).expect("readable").map(|file| file.expect("a file").path()).collect();
        files.retain(|file| file.extension().is_some_and(|kind| kind == "ndjson"));
        for file in files {
            let provider = file.file_stem().expect("a name").to_string_lossy().into_owned();
            let (file, yaml) = (file.to_string_lossy(), home.path("days/network.yaml"));
            stdout(0, ["--quiet", "ingest", "--lake", &lake, "--network", &yaml, "--provider", &provider, &file]);
        }
        let [from, to] = home.period();
        let period = ["--from", &from, "--to", &to, "--now", &to, "--by", "site", "--format", "json"];
        let card = stdout(0, ["--quiet", "scorecard", "--lake", &lake].into_iter().chain(period));
        assert_eq!(told(&serde_json::from_str(&card).expect("JSON")), home.truth(), "{network}");
    }
}

/// A Monday of the last months: servers take no old events, and what began then has ended.
fn some_monday() -> Date {
    let today = now().to_timestamp().to_zoned(TimeZone::UTC).date();
    let then = today.checked_sub(Span::new().days(100)).expect("within the calendar");
    then.nth_weekday(-1, Weekday::Monday).expect("within the calendar")
}

/// The numbers of the line in which `--push` says what became of the events: sent, accepted, known before, in conflict.
fn sent(line: &str) -> [u64; 4] {
    let numbers: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().unwrap_or_else(|_| panic!("not four numbers: {line}"))
}

/// And what goes on after files is the same run: nothing of it is new to a server that was told everything.
#[test]
fn a_server_that_is_pushed_to_says_the_same() {
    let home = Home::simulated(some_monday(), "2");
    let server = Served::start(Path::new(&home.path("lake")), Some(Path::new(&home.path("days/network.yaml"))), None);
    let [from, to] = home.period();
    let push = |run: &[&str]| {
        let to = ["--push", server.address()];
        sent(&stdout(0, ["--quiet", "simulate", "hypermarket"].iter().chain(run).chain(&to)))
    };
    let [all, accepted, duplicate, conflict] = push(&["--from", &from, "--days", "2", "--seed", "7"]);
    assert!(all == accepted + duplicate && accepted > duplicate && conflict == 0, "{all} {accepted} {duplicate}");
    let reply = server.get(&format!("/v1/scorecards?by=site&from={from}&to={to}&now={to}"));
    assert_eq!(told(&reply.json()), home.truth());
    let mut begun = home.json("days/truth.json");
    begun["delivered_until"] = format!("{from}T12:00:00Z").into();
    std::fs::write(home.path("days/truth.json"), begun.to_string()).expect("written");
    let [rest, accepted, duplicate, _] = push(&["--after", &home.path("days")]);
    assert!(rest > 0 && rest < all && accepted == 0 && duplicate == rest, "{rest} of {all}: {accepted} {duplicate}");
    server.stop();
}

/// Replies and resolutions of tomorrow would be refused by the thousand, by the very lake that the files are for.
#[test]
fn files_until_today_end_there_and_land_without_a_reject() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let written = path("days");
    stdout(0, ["--quiet", "simulate", "outdoor", "--until", "today", "--days", "3", "--out", &written]);
    let text = |name: &str| std::fs::read_to_string(path(name)).expect("readable");
    let truth: Value = serde_json::from_str(&text("days/truth.json")).expect("JSON");
    let until: Instant = truth["delivered_until"].as_str().expect("an instant").parse().expect("RFC 3339");
    let ended = until.to_timestamp().to_zoned(TimeZone::get("Europe/Paris").expect("a zone"));
    assert!(ended.time() == jiff::civil::Time::midnight() && until <= now(), "{ended}");
    // The same days by their dates: all of what they began, of which the files are the beginning.
    let (from, whole) = (truth["from"].as_str().expect("a date").to_owned(), path("whole"));
    stdout(0, ["--quiet", "simulate", "outdoor", "--from", &from, "--days", "3", "--out", &whole]);
    for provider in ["ubaye", "valdrome"] {
        let name = format!("{provider}.ndjson");
        let (told, all) = (text(&format!("days/{name}")), text(&format!("whole/{name}")));
        assert!(all.starts_with(&told) && told.len() > 1000 && told.len() < all.len(), "{provider}");
        let (lake, network, file) = (path("lake"), path("days/network.yaml"), path(&format!("days/{name}")));
        stdout(0, ["--quiet", "ingest", "--lake", &lake, "--network", &network, "--provider", provider, &file]);
    }
}

/// A lake would refuse what has not happened yet.
#[test]
fn files_until_now_hold_nothing_of_the_future() {
    let folder = tempfile::tempdir().expect("a folder");
    let days = folder.path().join("days");
    let out = days.to_string_lossy().into_owned();
    stdout(0, ["--quiet", "simulate", "hypermarket", "--until", "now", "--days", "3", "--out", &out]);
    let truth = std::fs::read(days.join("truth.json")).expect("readable");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    let instant = |text: &Value| text.as_str().expect("an instant").parse::<Instant>().expect("RFC 3339");
    let until = instant(&truth["delivered_until"]);
    assert!(until <= now());
    let mut events = 0;
    for provider in ["maison", "cordelia", "teranga", "lokaro"] {
        let lines = std::fs::read_to_string(days.join(format!("{provider}.ndjson"))).expect("readable");
        for line in lines.lines() {
            let event: Value = serde_json::from_str(line).expect("JSON");
            assert!(instant(&event["time"]) <= until, "{line}");
            events += 1;
        }
    }
    assert!(events > 1000, "{events}");
}

/// Wrong words end before anything is written.
#[test]
fn wrong_words_say_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("days").to_string_lossy().into_owned();
    let wrong = |args: &[&str], right: &str| {
        let output = vigie(["simulate"].iter().chain(args));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && errors.contains(right), "{args:?}: {errors}");
        assert!(!Path::new(&out).exists(), "{args:?} wrote something");
    };
    let days = ["--from", "2026-03-09", "--days", "1"];
    wrong(
        &[&["supermarket"][..], &days, &["--out", &out]].concat(),
        "[possible values: hypermarket, dating, outdoor, rail]",
    );
    wrong(&[&["hypermarket"][..], &days].concat(), "--out");
    wrong(&["hypermarket", "--days", "1", "--out", &out], "--from");
    wrong(&[&["hypermarket"][..], &days, &["--push", "127.0.0.1:8080"]].concat(), "http://127.0.0.1:8080");
    wrong(&["hypermarket", "--after", &out, "--push", "http://127.0.0.1:1"], "truth.json");
    let old = ["hypermarket", "--from", "2020-03-09", "--days", "1", "--push", "http://127.0.0.1:1"];
    wrong(&old, "vigie ingest");
}
