//! Mistakes that a user makes once: another lake's network file, two files of one name, a file that is not there. What was
//! right before stays as it was, and what was done is told.

use std::{path::Path, process::Command};

use crate::program::{binary, stdout, vigie, workspace};

const EVENT: &str = r#"{"specversion":"1.0","id":"e-1","source":"/acd","type":"vigie.contact.offered.v1","subject":"C-1","time":"2026-10-05T10:00:00+02:00","data":{"started_at":"2026-10-05T10:00:00+02:00","site":"tunis","queue":"orders-voice-fr"}}"#;

const CONTRACT: &str = "apiVersion: vigie/v1
kind: SlaContract
metadata: { name: demo-care }
spec:
  parties: { client: demo, provider: atlas }
  inForce: { from: 2026-01-01, version: 1 }
  signedBy: [ { party: client, on: 2025-12-03 }, { party: provider, on: 2025-12-03 } ]
  scope: { lines: [ orders-voice-fr ] }
  zone: Europe/Paris
  objectives:
    - name: answered
      indicator: { ref: response_rate }
      levels: { expected: 0.95 }
      timeWindow: [ { duration: 1M } ]
  exclusions:
    - { id: outage, effect: drop_contacts, cause: client, needsEvidence: false, acceptedBy: both }
";

fn network() -> String {
    workspace().join("tests/demo/network.yaml").to_string_lossy().into_owned()
}

fn second() -> String {
    EVENT.replace("e-1", "e-2").replace("C-1", "C-2")
}

const CLAIMS: &str = "apiVersion: vigie/v1
kind: SlaClaims
metadata: { contract: demo-care }
claims: [ { id: ID, exclusion: outage, from: 2026-10-05T08:00:00Z, to: 2026-10-05T09:00:00Z } ]
";

/// A lake of one event of the network of `tests/demo`.
struct Desk {
    home: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { home: tempfile::tempdir().expect("a folder") };
        let event = desk.file("event.ndjson", EVENT);
        stdout(0, ["--quiet", "ingest", "--lake", &desk.lake(), "--network", &network(), &event]);
        desk
    }

    fn lake(&self) -> String {
        self.home.path().join("lake").to_string_lossy().into_owned()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        std::fs::write(&path, text).expect("written");
        path.to_string_lossy().into_owned()
    }

    /// Another network file than that of the lake: `name` in the place of `of`.
    fn other(&self, of: &str, name: &str) -> String {
        let text = std::fs::read_to_string(network()).expect("readable");
        self.file("other.yaml", &text.replace(of, name))
    }

    /// What is said of a command that fails with this status.
    #[track_caller]
    fn refused(&self, status: i32, args: &[&str]) -> String {
        let output = vigie(["--quiet"].into_iter().chain(args.iter().copied()).chain(["--lake", &self.lake()]));
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{told}");
        told
    }

    fn network_hash(&self) -> serde_json::Value {
        let text = stdout(0, ["--quiet", "scorecard", "--lake", &self.lake(), "--format", "json"]);
        let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        answer["lake"]["network"].clone()
    }
}

/// The file of another brand would replace the lake's own at once, and every figure be one of nobody's sites.
#[test]
fn the_network_of_another_lake_is_refused_and_changes_nothing() {
    let desk = Desk::new();
    let before = desk.network_hash();
    let (other, event) = (desk.other("atlas", "north"), desk.file("more.ndjson", &second()));
    for args in [
        &["ingest", "--network", &other, &event][..],
        &["serve", "--listen", "127.0.0.1:0", "--network", &other],
        &["rejects", "replay", "--network", &other],
    ] {
        let told = desk.refused(2, args);
        assert!(told.contains("events of atlas, which the network file does not list"), "{told}");
        assert_eq!(desk.network_hash(), before, "{args:?}");
    }
}

/// A contract that can no longer be read with the network would be found out at the month's end.
#[test]
fn a_network_that_a_filed_contract_does_not_fit_is_refused() {
    let desk = Desk::new();
    let (lake, contract) = (desk.lake(), desk.file("contract.yaml", CONTRACT));
    stdout(0, ["--quiet", "contract", "file", "--lake", &lake, &contract]);
    let before = desk.network_hash();
    let other = desk.other("orders-voice-fr", "orders-calls-fr");
    let told = desk.refused(2, &["serve", "--listen", "127.0.0.1:0", "--network", &other]);
    assert!(told.contains("\"orders-voice-fr\" is not in the network file"), "{told}");
    assert_eq!(desk.network_hash(), before);
}

/// The claims of the first file would be gone, and with them the relief that they give; so would be that for a mistyped site.
#[test]
fn claims_are_neither_lost_nor_about_nobody() {
    let desk = Desk::new();
    let (lake, contract) = (desk.lake(), desk.file("contract.yaml", CONTRACT));
    let claims = |folder: &str, name: &str| desk.file(&format!("{folder}/{name}"), &CLAIMS.replace("ID", folder));
    let told =
        desk.refused(2, &["contract", "file", &contract, &claims("north", "may.yaml"), &claims("south", "may.yaml")]);
    assert!(told.contains("has the same name"), "{told}");
    let nowhere =
        desk.file("nowhere.yaml", &CLAIMS.replace("ID", "x").replace("exclusion", "sites: [ tunes ], exclusion"));
    let told = desk.refused(2, &["contract", "file", &contract, &nowhere]);
    assert!(told.contains("the claim \"x\": the site \"tunes\" is not in the network file"), "{told}");
    let (one, other) = (claims("north", "may.yaml"), claims("south", "june.yaml"));
    stdout(0, ["--quiet", "contract", "file", "--lake", &lake, &contract, &one, &other]);
    let text = stdout(0, ["--quiet", "contract", "evaluate", "--lake", &lake, "--period", "2026-10"]);
    assert!(text.contains("claim north") && text.contains("claim south"), "{text}");
}

/// Rows that were rejected in the first file would be told by nobody: read again, the file is known already.
#[test]
fn files_before_one_that_cannot_be_read_are_told() {
    let desk = Desk::new();
    let good = desk.file("good.ndjson", &format!("{}\nnot an event\n", second()));
    let told = desk.refused(1, &["ingest", &good, "/nowhere.ndjson"]);
    assert!(told.contains("good.ndjson     2       1") && told.contains("1 rejected"), "{told}");
    assert!(told.contains("1 of 2 files are in the lake, nothing of the others: /nowhere.ndjson"), "{told}");
}

/// As the README says it, without a network file and without a provider.
#[test]
fn a_mapping_is_tried_before_anything_else_is_there() {
    let folder = workspace().join("tests/real/asterisk");
    let home = tempfile::tempdir().expect("a folder");
    let sample = home.path().join("queue_log");
    std::fs::write(&sample, "1286000000|1286000000.1|orders|NONE|ENTERQUEUE||0033102030405\n").expect("written");
    let mapping = folder.join("mapping.yaml");
    let output =
        vigie([Path::new("mapping"), Path::new("check"), mapping.as_path(), Path::new("--sample"), sample.as_path()]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("1 rows read") && !told.contains("schema network"), "{told}");
}

/// A month in which no window ends, and an instant before anything was filed, are no empty table.
#[test]
fn an_evaluation_without_windows_says_why() {
    let desk = Desk::new();
    let (lake, contract) = (desk.lake(), desk.file("contract.yaml", CONTRACT));
    stdout(0, ["--quiet", "contract", "file", "--lake", &lake, &contract]);
    let text = stdout(0, ["--quiet", "contract", "evaluate", "--lake", &lake, "--period", "2025-01"]);
    assert!(text.contains("in force from 2025-12-31T23:00:00Z"), "{text}");
    let told = desk.refused(2, &["contract", "evaluate", "--period", "2026-10", "--as-of", "2020-01-01T00:00:00Z"]);
    assert!(told.contains("no contract was filed in") && told.contains("by 2020-01-01T00:00:00Z"), "{told}");
}

/// What no eye sees needs no colour: collectors of logs and `grep` read control characters as text.
#[test]
fn a_log_that_goes_to_a_file_has_no_colours() {
    let desk = Desk::new();
    let mut command = Command::new(binary());
    command.args(["scorecard", "--lake", &desk.lake()]).env("VIGIE_LOG", "debug").env_remove("VIGIE_LOG_FORMAT");
    let log = command.output().expect("the program starts").stderr;
    assert!(!log.is_empty() && !log.contains(&0x1b), "{}", String::from_utf8_lossy(&log[..log.len().min(300)]));
}

/// As over HTTP, and with the status of every other command.
#[test]
fn bounds_of_lists_and_periods_are_kept_by_every_command() {
    let desk = Desk::new();
    let told = desk.refused(2, &["feeds", "--from", "2026-10-06", "--to", "2026-10-05"]);
    assert!(told.contains("to: \"2026-10-05\" is not after"), "{told}");
    for limit in ["0", "1001"] {
        let told = desk.refused(2, &["rejects", "list", "--limit", limit]);
        assert!(told.contains("1..=1000"), "{told}");
    }
    let told = desk.refused(2, &["scorecard", "--from", "0001-01-01", "--to", "2026-10-05"]);
    assert!(told.contains("from: \"0001-01-01\" is beyond the calendar"), "{told}");
    let output = vigie(["alerts", "ack", "1", "--by", "ann", "--server", "localhost:8080"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && told.contains("such as http://127.0.0.1:8080"), "{told}");
}
