//! A month is sealed by the program, and made again: by the same files, by others, and after late events.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::program::{stdout, vigie, workspace};

/// Contact `n` of 6 October 2025 at Tunis, 39 of the last evening of the month: offered, and after some seconds answered or
/// abandoned.
fn contact(n: u32, kind: &str, seconds: u32) -> String {
    let hour = if n == 39 { "2025-10-31T20" } else { "2025-10-06T08" };
    let event = |id: &str, kind: &str, second: u32| {
        format!(
            r#"{{"specversion":"1.0","id":"{id}{n}","source":"/acd","type":"vigie.contact.{kind}.v1","subject":"C-{n}","time":"{hour}:{n:02}:{second:02}Z","data":{{"started_at":"{hour}:{n:02}:00Z","site":"tunis","queue":"orders-voice-fr"}}}}"#
        )
    };
    [event("o", "offered", 0), event(kind, kind, seconds)].join("\n")
}

/// A lake of a provider: 30 answered in time, 6 answered late, 4 abandoned at once.
pub(crate) struct Sealing {
    home: tempfile::TempDir,
}

impl Sealing {
    pub(crate) fn start() -> Self {
        let sealing = Self { home: tempfile::tempdir().expect("a folder") };
        let mut text = String::new();
        for n in 0..40 {
            let (kind, seconds) = match n {
                0..30 => ("answered", 10),
                30..36 => ("answered", 40),
                _ => ("abandoned", 3),
            };
            let _ = writeln!(text, "{}", contact(n, kind, seconds));
        }
        let network = network().to_string_lossy().into_owned();
        sealing.ingest("events", &text, &["--network", &network]);
        sealing
    }

    /// A lake with files beside it: the events again, a contract, a mapping, figures of the provider. The folder of all,
    /// the lake, and the network file.
    pub(crate) fn places(&self) -> (String, String, String) {
        self.write("care.yaml", CONTRACT);
        self.write("declared.csv", DECLARED);
        fs::copy(workspace().join("tests/real/asterisk/mapping.yaml"), self.home.path().join("mapping.yaml"))
            .expect("copied");
        let text = |path: &Path| path.to_string_lossy().into_owned();
        (text(self.home.path()), self.lake(), text(&network()))
    }

    fn lake(&self) -> String {
        self.home.path().join("lake").to_string_lossy().into_owned()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("written");
        path
    }

    fn ingest(&self, name: &str, lines: &str, more: &[&str]) {
        let file = self.write(&format!("{name}.ndjson"), lines).to_string_lossy().into_owned();
        let lake = self.lake();
        let mut args = vec!["--quiet", "ingest", "--lake", &lake, "--provider", "atlas"];
        args.extend(more);
        args.push(&file);
        stdout(0, args);
    }

    fn seal(&self, more: &[&str]) -> String {
        let lake = self.lake();
        let mut args = vec!["seal", "--lake", &lake, "--period", "2025-10"];
        args.extend(more);
        stdout(0, args)
    }

    fn list(&self) -> Value {
        let told = stdout(0, ["seal", "list", "--lake", &self.lake(), "--format", "json"]);
        serde_json::from_str(&told).expect("JSON")
    }

    fn verify(&self, status: i32, name: &str, more: &[&str]) -> Value {
        let lake = self.lake();
        let mut args = vec!["seal", "verify", name, "--lake", &lake, "--format", "json"];
        args.extend(more);
        serde_json::from_str(&stdout(status, args)).expect("JSON")
    }
}

fn network() -> PathBuf {
    workspace().join("tests/demo/network.yaml")
}

/// The figures that moved, of the whole network.
fn moved<'a>(moved: &'a Value, id: &str) -> Option<&'a Value> {
    let figures = moved["figures"].as_array().expect("figures");
    figures.iter().find(|figure| figure["figure"] == id && figure["key"] == json!({}))
}

/// A credit would be argued about with numbers that nobody can reproduce.
#[test]
fn a_sealed_month_is_equal_when_it_is_made_again() {
    let sealing = Sealing::start();
    let told = sealing.seal(&["--by", "contract manager"]);
    assert!(told.starts_with("sealed 2025-10-v1: "), "{told}");
    let made = sealing.verify(0, "2025-10", &[]);
    assert_eq!((&made["as_sealed"]["equal"], &made["changed"], &made["late"]), (&json!(true), &json!([]), &json!([])));
    assert_eq!(made["since"]["equal"], true, "{made:#}");
    let list = sealing.list();
    assert_eq!(list["statements"][0]["by"], "contract manager");
    assert_eq!(list["statements"][0]["hash"], made["hash"]);
    stdout(0, ["compact", "--lake", &sealing.lake()]);
    stdout(0, ["rebuild", "--lake", &sealing.lake()]);
    let made = sealing.verify(0, "2025-10-v1", &[]);
    assert_eq!((&made["as_sealed"]["equal"], &made["since"]["equal"]), (&json!(true), &json!(true)), "{made:#}");
    assert_eq!(sealing.list(), list, "what is merged and folded anew changes no statement");
}

/// Late events would change what was agreed, or the agreement would hide them.
#[test]
fn late_events_are_told_with_their_feed_and_leave_the_statement_as_it_was() {
    let sealing = Sealing::start();
    sealing.seal(&[]);
    let before = sealing.list();
    sealing.ingest("late", &(contact(41, "answered", 10) + "\n" + &contact(42, "abandoned", 30) + "\n"), &[]);
    let made = sealing.verify(0, "2025-10-v1", &[]);
    assert_eq!(made["as_sealed"]["equal"], true, "{made:#}");
    let offered = moved(&made["since"], "offered").expect("offered has moved");
    assert_eq!((&offered["sealed"]["value"], &offered["now"]["value"]), (&json!(40.0), &json!(42.0)));
    assert_eq!((&offered["because"], &offered["change"]), (&json!(["late_events"]), &json!(2.0)));
    assert_eq!(offered["feeds"], json!(["atlas /acd"]));
    let place = &made["late"][0]["places"][0];
    assert_eq!((&place["contacts"], &place["events"], &place["revised"]), (&json!(2), &json!(4), &json!(0)));
    assert_eq!(sealing.list(), before, "sealed bytes never change");
    let told = stdout(0, ["seal", "verify", "2025-10", "--lake", &sealing.lake()]);
    assert!(told.contains("late from atlas, source /acd:") && told.contains("late events"), "{told}");
}

/// An auditor must be told that the ruler was changed, not that the thing was measured wrongly.
#[test]
fn another_network_or_definition_is_named() {
    let sealing = Sealing::start();
    sealing.seal(&[]);
    let text = fs::read_to_string(network()).expect("readable");
    let stricter = sealing.write("stricter.yaml", &text.replace("threshold: 20s", "threshold: 5s"));
    let made = sealing.verify(1, "2025-10", &["--network", &stricter.to_string_lossy()]);
    assert_eq!(made["changed"][0]["name"], "network");
    let level = moved(&made["as_sealed"], "service_level").expect("the level has moved");
    assert_eq!((&level["because"], &level["now"]["numerator"]), (&json!(["network"]), &json!(0.0)));
    assert!(moved(&made["as_sealed"], "offered").is_none(), "what does not depend on it has not moved");

    let queries = sealing.home.path().join("queries");
    let cells = fs::read_to_string(workspace().join("queries/scorecard/cells.sql")).expect("readable");
    let right = "sum(transfers) FILTER (WHERE counted), 0)";
    let wrong = format!("{right} + count(*)");
    assert!(cells.contains(right));
    sealing.write("queries/scorecard/cells.sql", &cells.replace(right, &wrong));
    let made = sealing.verify(1, "2025-10", &["--queries", &queries.to_string_lossy()]);
    assert_eq!(made["changed"].as_array().map(Vec::len), Some(1), "{:#}", made["changed"]);
    assert_eq!(made["changed"][0]["name"], "cells");
    let transfers = moved(&made["as_sealed"], "transfers_per_contact").expect("it has moved");
    assert_eq!((&transfers["because"], &transfers["now"]["value"]), (&json!(["definition"]), &json!(1.0)));

    sealing.write("queries/scorecard/cells.sql", &(cells + "\n-- another word\n"));
    let made = sealing.verify(0, "2025-10", &["--queries", &queries.to_string_lossy()]);
    assert_eq!((&made["as_sealed"]["equal"], &made["changed"][0]["name"]), (&json!(true), &json!("cells")));
}

/// A credit of a tenth of the invoice when less than 74 % are answered in time.
const CONTRACT: &str = "
apiVersion: vigie/v1
kind: SlaContract
metadata:
  name: care
spec:
  parties: { client: demo, provider: atlas }
  inForce: { from: 2025-01-01, version: 1 }
  signedBy: [ { party: client, on: 2024-12-01 }, { party: provider, on: 2024-12-02 } ]
  data:
    sourceOfTruth: provider_events
    completeness: { minShare: 0.9, onShortfall: hold }
  scope:
    lines: [ orders-voice-fr ]
    sites: [ tunis ]
  zone: Europe/Paris
  objectives:
    - name: calls-in-time
      class: critical
      indicator: { ref: service_level, variant: SL-b, params: { T: 20s, clockStart: queue_entry, boundary: inclusive, overflow: miss, attribution: arrival } }
      levels: { expected: 0.74 }
      timeWindow: [ { duration: 1M } ]
      minSample: 10
      rounding: { decimals: 4, when: after_comparison }
  commercial:
    currency: EUR
    atRisk: 0.10
    pools: { critical: 1.00 }
    allocation: { calls-in-time: 1.00 }
    bands:
      calls-in-time:
        - { below: 0.74, credit: 1.00 }
    mode: binding
";

/// 30 of 40 in time are enough; 31 of 42 are not. Whoever pays must know which two contacts came late, and from where.
#[test]
fn a_credit_that_flips_is_told_with_what_flipped_it() {
    let sealing = Sealing::start();
    let contract = sealing.write("contracts/care.yaml", CONTRACT).to_string_lossy().into_owned();
    sealing.seal(&["--contracts", &contract, "--invoice", "care=100000.00"]);
    assert_eq!(sealing.list()["statements"][0]["contracts"], 1);
    let made = sealing.verify(0, "2025-10", &[]);
    assert_eq!((&made["as_sealed"]["equal"], &made["since"]["equal"]), (&json!(true), &json!(true)), "{made:#}");

    let late = contact(41, "answered", 10) + "\n" + &contact(42, "abandoned", 30) + "\n";
    sealing.ingest("late", &late, &[]);
    let made = sealing.verify(0, "2025-10", &[]);
    assert_eq!(made["as_sealed"]["equal"], true, "{:#}", made["as_sealed"]);
    let window = &made["since"]["windows"][0];
    assert_eq!((&window["sealed"], &window["now"]), (&json!("met"), &json!("breached")), "{made:#}");
    assert_eq!((&window["flips"], &window["because"]), (&json!(true), &json!(["late_events"])));
    let money = &made["since"]["money"][0];
    assert_eq!((&money["sealed_credit"], &money["now_credit"]), (&json!(0), &json!(1_000_000)));
    let told = stdout(0, ["seal", "verify", "2025-10", "--lake", &sealing.lake()]);
    assert!(told.contains("met when sealed, breached now; a credit or bonus flips (late events)"), "{told}");

    let stricter = CONTRACT.replace("0.74", "0.80");
    let other = sealing.write("others/care.yaml", &stricter).to_string_lossy().into_owned();
    let made = sealing.verify(1, "2025-10", &["--contracts", &other]);
    let window = &made["as_sealed"]["windows"][0];
    assert_eq!((&window["now"], &window["because"]), (&json!("breached"), &json!(["contract"])), "{made:#}");
    assert!(made["as_sealed"]["figures"] == json!([]), "figures do not depend on contracts");
    let changed = made["changed"].as_array().expect("a list");
    assert!(changed.iter().any(|changed| changed["name"] == "care version 1"), "{changed:?}");
}

/// In Dakar the month ends an hour after that of the brand. Sealed in that hour, its result would be missing for good.
#[test]
fn a_contract_of_another_zone_is_sealed_with_its_result() {
    let sealing = Sealing::start();
    let there = CONTRACT.replace("Europe/Paris", "Africa/Dakar");
    let contract = sealing.write("contracts/care.yaml", &there).to_string_lossy().into_owned();
    sealing.seal(&["--contracts", &contract]);
    assert_eq!(sealing.verify(0, "2025-10", &[])["since"]["equal"], true);
    let stricter = sealing.write("others/care.yaml", &there.replace("0.74", "0.80")).to_string_lossy().into_owned();
    let made = sealing.verify(1, "2025-10", &["--contracts", &stricter]);
    let window = &made["as_sealed"]["windows"][0];
    assert_eq!((&window["sealed"], &window["now"]), (&json!("met"), &json!("breached")), "{made:#}");
}

/// The word of a mistake is all that its maker has.
#[test]
fn what_cannot_be_sealed_or_found_is_told_clearly() {
    let sealing = Sealing::start();
    let lake = sealing.lake();
    let told = |args: &[&str]| {
        let output = vigie(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let seal = |period: &str| told(&["seal", "--lake", &lake, "--period", period]);
    assert!(seal("2025-13").contains("\"2025-13\" is no month; give one that is over"), "{}", seal("2025-13"));
    assert!(seal("9000-01").contains("is not over before"), "{}", seal("9000-01"));
    assert!(seal("2001-01").contains("no contact of 2001-01 is known"), "{}", seal("2001-01"));
    assert!(told(&["seal", "--lake", &lake]).contains("--period is missing"));
    assert!(told(&["seal", "verify", "2025-10", "--lake", &lake]).contains("none is sealed yet"));
    let invoice = told(&["seal", "--lake", &lake, "--period", "2025-10", "--invoice", "care=much"]);
    assert!(invoice.contains("there is no contract \"care\"; none is filed"), "{invoice}");
    sealing.seal(&[]);
    assert!(told(&["seal", "verify", "2025-09", "--lake", &lake]).contains("use one of 2025-10-v1"));
    assert!(seal("2025-10").contains("say why it is sealed again"), "{}", seal("2025-10"));
    let told = sealing.seal(&["--note", "the invoice was disputed"]);
    assert!(told.starts_with("sealed 2025-10-v2: "), "{told}");
}

/// They drop abandons of up to 5 s: 36 offered, 30 of 36 in time.
const DECLARED: &str = "provider,period,offered,answered,abandoned,in_time,promised\natlas,2025-10,36,36,0,30,36\n";

/// What the program prints of a reconciliation is what it found.
#[test]
fn a_declared_file_is_explained_at_the_command_line() {
    let sealing = Sealing::start();
    let lake = sealing.lake();
    let run = |status: i32, text: &str, format: &str| {
        let file = sealing.write("declared.csv", text).to_string_lossy().into_owned();
        let args = ["reconcile", "--lake", &lake, "--declared", &file, "--format", format];
        if status == 0 { stdout(0, args) } else { String::from_utf8_lossy(&vigie(args).stderr).into_owned() }
    };
    let told: Value = serde_json::from_str(&run(0, DECLARED, "json")).expect("JSON");
    assert_eq!(told["explained"], true, "{told:#}");
    let offered = &told["groups"][0]["cells"][0]["measures"][0];
    assert_eq!((&offered["ours"], &offered["parts"]["short_abandons"]), (&json!(40), &json!(-4)));
    assert!(run(0, DECLARED, "table").contains("explained to the last contact"));
    assert!(run(0, DECLARED, "csv").starts_with("provider,line,site,queue,from,to,measure,ours,theirs"));
    let wrong = run(2, "provider,period,offered\natlas,2025-10,many\n", "json");
    assert!(wrong.contains("declared.csv, line 2: offered: \"many\" is no number of contacts"), "{wrong}");
    let file = sealing.write("declared.csv", DECLARED).to_string_lossy().into_owned();
    let french = stdout(0, ["reconcile", "--lake", &lake, "--declared", &file, "--lang", "fr"]);
    for words in ["chaque différence est expliquée au contact près", "abandons courts", "trouvée par recherche"] {
        assert!(french.contains(words), "{words}: {french}");
    }
    let file = sealing.write("wrong.csv", "provider,period,offered\r\natlas,2025-10,many\r\n");
    let file = file.to_string_lossy().into_owned();
    let wrong = vigie(["reconcile", "--lake", &lake, "--declared", &file, "--lang", "fr"]);
    let wrong = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(wrong.contains("wrong.csv, ligne 2: offered: \"many\" n’est pas un nombre de contacts"), "{wrong}");
    let schema: Value = serde_json::from_str(&stdout(0, ["schema", "declared"])).expect("JSON");
    assert_eq!(schema["required"], json!(["provider"]));
    assert!(Path::new(&lake).exists());
}
