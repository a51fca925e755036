//! The drop folder of the real program: killed while it takes a file in, told to stop, asked what it did.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use journal::Reader;
use serde_json::Value;
use store::{DropOutcome, DropReceipt};

use super::bench::{gzip, receipt_beside};
use crate::{
    program::{binary, stdout, workspace},
    served::Served,
};

/// Longest time for a file to be taken in.
const PATIENCE: Duration = Duration::from_mins(2);
/// Contacts of a file that is killed at a certain step.
const MANY: usize = 22_000;
/// Contacts of a file that is met while it is being taken in.
const VERY_MANY: usize = 70_000;

/// A lake, and a drop folder with one of the provider `atlas`.
struct Place {
    home: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(home.path().join("drop/atlas")).expect("made");
        let place = Self { home };
        // The lake is there before anything is dropped: what is killed later is the import alone.
        Served::start(&place.lake(), Some(&workspace().join("tests/demo/network.yaml")), None).stop();
        place
    }

    fn lake(&self) -> PathBuf {
        self.home.path().join("lake")
    }

    fn drop(&self) -> String {
        self.home.path().join("drop").to_string_lossy().into_owned()
    }

    fn inbox(&self, name: &str) -> PathBuf {
        self.home.path().join("drop/atlas").join(name)
    }

    /// Hands a file over as it should be done: under a temporary name until it is whole.
    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.inbox(".upload"), bytes).expect("written");
        fs::rename(self.inbox(".upload"), self.inbox(name)).expect("renamed");
    }

    /// Starts the program, and does not wait for it: a fault may end it at any time.
    fn begin(&self, fault: &str) -> Child {
        let mut command = Command::new(binary());
        command.args(["--quiet", "serve", "--listen", "127.0.0.1:0", "--drop-every", "1", "--drop-settle", "0"]);
        command.arg("--drop").arg(self.drop()).arg("--lake").arg(self.lake()).env("VIGIE_FAULT", fault);
        command.env_remove("VIGIE_NETWORK");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    fn serve(&self) -> Served {
        let drop = self.drop();
        let more = ["--drop", &drop, "--drop-every", "1", "--drop-settle", "0", "--drop-patience", "0"];
        Served::start_with(&self.lake(), None, None, &more)
    }

    /// The receipt of a file that was put away.
    fn put_away(&self, folder: &str, name: &str) -> DropReceipt {
        let path = self.inbox(folder).join(name);
        until(name, || path.exists());
        receipt_beside(&path)
    }

    fn offered(&self) -> Value {
        let lake = self.lake().to_string_lossy().into_owned();
        let (from, to) = ("2026-10-05", "2026-10-06");
        let args = ["--quiet", "scorecard", "--lake", &lake, "--from", from, "--to", to, "--format", "json"];
        let answer: Value = serde_json::from_str(&stdout(0, args)).expect("JSON");
        answer["rows"][0]["figures"]["offered"]["value"].clone()
    }

    /// Every invariant holds, and the books and the figures have so many events, all accepted.
    fn check(&self, events: usize) {
        let lake = self.lake().to_string_lossy().into_owned();
        stdout(0, ["verify", "--lake", &lake]);
        let feeds = stdout(0, ["feeds", "--lake", &lake]);
        assert!(feeds.contains("atlas") && feeds.contains("/acd"), "{feeds}");
        let books = Reader::open(&self.lake().join("journal.sqlite")).and_then(|reader| reader.books());
        let books = books.expect("books").events;
        assert_eq!((books.received, books.accepted), (events as u64, events as u64));
        assert_eq!(self.offered().as_f64(), u32::try_from(events).ok().map(f64::from));
    }
}

/// How it ended by itself, if it did.
fn ended(mut child: Child) -> Option<ExitStatus> {
    let began = Instant::now();
    loop {
        let status = child.try_wait().expect("a child");
        if status.is_some() {
            return status;
        }
        if began.elapsed() > PATIENCE {
            child.kill().expect("a child");
            child.wait().expect("a child");
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Asks every few milliseconds until it is so.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn events(from: usize, count: usize) -> Vec<u8> {
    let event = |n: usize| {
        format!(
            r#"{{"specversion":"1.0","id":"e-{n}","source":"/acd","type":"vigie.contact.offered.v1","subject":"C-{n}","time":"2026-10-05T10:00:00+02:00","data":{{"started_at":"2026-10-05T10:00:00+02:00","site":"tunis","queue":"orders-voice-fr"}}}}"#
        ) + "\n"
    };
    (from..from + count).map(event).collect::<String>().into_bytes()
}

/// The receipt says that it is being taken in: it is neither there nor not.
fn is_being_taken(receipt: &Path) -> bool {
    fs::read_to_string(receipt).is_ok_and(|text| text.contains("\"taking\""))
}

/// Wherever the machine fails while a file is taken in, after the next start it is whole in the lake, once.
#[test]
fn a_file_whose_import_is_killed_counts_whole_and_once() {
    for fault in ["lake.after_link", "lake.before_commit", "lake.after_commit", "drop.counted", "drop.told"] {
        let place = Place::new();
        place.put("large.ndjson.gz", &gzip(&events(0, MANY)));
        let ended = ended(place.begin(fault));
        assert!(ended.is_some_and(|status| status.code().is_none()), "{fault} did not come: {ended:?}");
        assert!(place.inbox("large.ndjson.gz").exists(), "{fault}: it is still where it was dropped");
        let server = place.serve();
        let receipt = place.put_away("done", "large.ndjson.gz");
        assert_eq!(receipt.outcome, DropOutcome::Counted, "{fault}: {receipt:?}");
        assert_eq!(receipt.events.map(|events| events.accepted), Some(MANY as u64), "{fault}");
        server.stop();
        place.check(MANY);
    }
}

/// The same when it is killed from outside, again and again, while one file is being taken in.
#[test]
fn a_program_killed_again_and_again_while_it_takes_a_file_in_counts_it_once() {
    let place = Place::new();
    place.put("large.ndjson", &events(0, VERY_MANY));
    let receipt = place.inbox("done/large.ndjson.receipt.json");
    for _ in 0..3 {
        let server = place.serve();
        until("the receipt", || is_being_taken(&receipt) || place.inbox("done/large.ndjson").exists());
        server.kill();
    }
    let server = place.serve();
    assert_eq!(place.put_away("done", "large.ndjson").outcome, DropOutcome::Counted);
    server.stop();
    place.check(VERY_MANY);
}

/// Told to stop, it finishes the file it has begun: else a large file would be begun at every start and never end.
#[test]
fn told_to_stop_it_finishes_the_file_at_hand() {
    let place = Place::new();
    place.put("large.ndjson", &events(0, VERY_MANY));
    let server = place.serve();
    let receipt = place.inbox("done/large.ndjson.receipt.json");
    until("the receipt", || is_being_taken(&receipt) || place.inbox("done/large.ndjson").exists());
    server.stop();
    assert_eq!(receipt_beside(&place.inbox("done/large.ndjson")).outcome, DropOutcome::Counted);
    place.check(VERY_MANY);
}

/// Whoever looks after the program sees what was dropped without looking into folders.
#[test]
fn what_was_dropped_shows_in_the_metrics_the_feeds_and_the_figures_of_a_running_server() {
    let place = Place::new();
    let server = place.serve();
    place.put("more.ndjson", &events(0, 50));
    assert_eq!(place.put_away("done", "more.ndjson").outcome, DropOutcome::Counted);
    place.put("again.ndjson", &events(0, 50));
    let again = place.put_away("done", "again.ndjson");
    assert_eq!(again.outcome, DropOutcome::Duplicate);
    assert!(again.message.contains("more.ndjson"), "{again:?}");
    let whole = gzip(&events(50, 50));
    place.put("cut.ndjson.gz", &whole[..whole.len() / 2]);
    let cut = place.put_away("refused", "cut.ndjson.gz");
    assert!(cut.message.contains("ends too early"), "{cut:?}");

    let metric = |line: &str| server.get("/metrics").body.lines().any(|found| found == line);
    for outcome in ["counted", "duplicate", "refused"] {
        let line = format!("vigie_drop_files_total{{outcome=\"{outcome}\"}} 1");
        until(&line, || metric(&line));
    }
    until("an empty folder", || metric("vigie_drop_waiting_files 0"));
    let asked = server.get("/v1/scorecards?from=2026-10-05&to=2026-10-06").json();
    assert_eq!(asked["rows"][0]["figures"]["offered"]["value"], 50.0, "{asked}");
    server.stop();
    place.check(50);
}

/// A folder that is misspelt would be watched for ever, and the providers' files never be read.
#[test]
fn a_drop_folder_that_is_not_there_is_a_mistake_of_whoever_starts_it() {
    let place = Place::new();
    let lake = place.lake().to_string_lossy().into_owned();
    for wrong in [&["--drop", "/nowhere/drop"][..], &["--drop-settle", "3"]] {
        let output = crate::program::vigie(["serve", "--lake", &lake, "--listen", "127.0.0.1:0"].iter().chain(wrong));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("--drop"), "{said}");
    }
}
