//! Every reason for which something is rejected can be met in the real program, through each door that knows it, and
//! what is rejected is kept whole. The fixtures are those of `intake`, one for each code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use contact::{Instant, RejectCode};
use serde_json::Value;

use crate::{
    program::{stdout, vigie, workspace},
    served::{self, Served},
};

/// Only a mapping decides these: their fixtures are rows.
const OF_ROWS: [RejectCode; 3] = [RejectCode::BadRow, RejectCode::UnmappedValue, RejectCode::NoRule];
/// The day of the fixtures, which is long ago one day.
const WRITTEN: &[u8] = b"2026-03-29";
const DAY: i64 = 86_400_000_000;

fn fixture(name: &str) -> PathBuf {
    workspace().join("crates/intake/fixtures").join(name)
}

/// The fixture of a code, as if it had been written two days before `now`.
fn lines(code: RejectCode, now: Instant) -> Vec<u8> {
    let found =
        ["json", "ndjson"].iter().map(|extension| fixture(&format!("{code}.{extension}"))).find(|path| path.exists());
    let path = found.unwrap_or_else(|| panic!("{code} has no fixture: nobody knows whether it can be met"));
    let days = if code == RejectCode::FutureTime { 2 } else { -2 };
    retold(fs::read(path).expect("readable"), &now.plus_micros(days * DAY).to_string()[..WRITTEN.len()])
}

fn retold(mut bytes: Vec<u8>, day: &str) -> Vec<u8> {
    let places = bytes.windows(WRITTEN.len()).enumerate().filter(|(_, found)| *found == WRITTEN);
    for place in places.map(|(place, _)| place).collect::<Vec<_>>() {
        bytes[place..place + day.len()].copy_from_slice(day.as_bytes());
    }
    bytes
}

fn of_events() -> impl Iterator<Item = RejectCode> {
    RejectCode::ALL.iter().copied().filter(|code| !OF_ROWS.contains(code))
}

/// Open rejects by code.
fn counts(lake: &Path) -> BTreeMap<String, u64> {
    let told = stdout(0, ["rejects", "list", "--format", "json", "--lake", &lake.to_string_lossy()]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let mut counts = BTreeMap::new();
    for count in told["counts"].as_array().expect("counts") {
        let code = count["code"].as_str().expect("a code").to_owned();
        *counts.entry(code).or_default() += count["rejects"].as_u64().expect("a number");
    }
    counts
}

fn ingest(lake: &Path, more: &[&str], files: &[PathBuf]) -> String {
    let lake = lake.to_string_lossy();
    let files: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
    let network = fixture("network.yaml");
    let network = network.to_string_lossy();
    let mut args = vec!["--quiet", "ingest", "--lake", &lake, "--network", &network];
    args.extend(more);
    args.extend(files.iter().map(|path| &**path));
    stdout(3, args)
}

fn verified(lake: &Path) {
    let told = stdout(0, ["verify", "--lake", &lake.to_string_lossy()]);
    assert!(told.contains("every invariant holds"), "{told}");
}

/// In which field the open rejects of a code lie, and in which words.
fn wordings(lake: &Path, code: RejectCode) -> BTreeSet<(String, String)> {
    let lake = lake.to_string_lossy();
    let told = stdout(0, ["rejects", "list", "--format", "json", "--reason", code.as_str(), "--lake", &lake]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let rejects = told["rejects"].as_array().expect("rejects").iter();
    rejects.map(|reject| (reject["field"].to_string(), reject["message"].to_string())).collect()
}

/// A code that nothing can bring about promises a check that is not there.
#[test]
fn every_code_can_be_met_through_every_door_that_knows_it() {
    let (home, now) = (tempfile::tempdir().expect("a folder"), served::now());
    let lake = home.path().join("lake");
    let server = Served::start(&lake, Some(&fixture("network.yaml")), None);
    for code in of_events() {
        let told = server.send("north", &lines(code, now)).json();
        let last =
            told["rejects"].as_array().and_then(|rejects| rejects.last()).unwrap_or_else(|| panic!("{code}: {told}"));
        assert_eq!((&told["rejected"], last["code"].as_str()), (&1.into(), Some(code.as_str())), "{told}");
    }
    server.stop();
    let pushed: BTreeMap<String, u64> = of_events().map(|code| (code.to_string(), 1)).collect();
    assert_eq!(counts(&lake), pushed);

    // A file vouches for its age.
    let of_files = || of_events().filter(|code| *code != RejectCode::TooOld);
    let files: Vec<PathBuf> = of_files()
        .map(|code| {
            let path = home.path().join(format!("{code}.ndjson"));
            fs::write(&path, lines(code, now)).expect("written");
            path
        })
        .collect();
    ingest(&lake, &["--provider", "north"], &files);
    let rows = OF_ROWS.map(|code| fixture(&format!("{code}.csv")));
    ingest(&lake, &["--mapping", &fixture("mapping.yaml").to_string_lossy()], &rows);
    let mut all = pushed;
    of_files().for_each(|code| *all.entry(code.to_string()).or_default() += 1);
    all.extend(OF_ROWS.map(|code| (code.to_string(), 1)));
    assert_eq!(counts(&lake), all);
    assert_eq!(all.len(), RejectCode::ALL.len());
    for code in [RejectCode::UnknownContact, RejectCode::StartedAtMismatch] {
        let told = wordings(&lake, code);
        assert_eq!(told.len(), 1, "{code} is said in one way at both doors: {told:?}");
    }
    verified(&lake);
}

/// Reasons of the open rejects of a provider.
fn reasons(lake: &Path, provider: &str) -> Vec<String> {
    let lake = lake.to_string_lossy();
    let told = stdout(0, ["rejects", "list", "--format", "json", "--provider", provider, "--lake", &lake]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let rejects = told["rejects"].as_array().expect("rejects").iter();
    let mut reasons: Vec<_> = rejects.map(|reject| reject["code"].as_str().expect("a code").to_owned()).collect();
    reasons.sort();
    reasons
}

/// Whoever asks for a provider's rejects must see its rows too, and the books must know whose they are.
#[test]
fn rejected_rows_are_found_by_their_provider() {
    let home = tempfile::tempdir().expect("a folder");
    let (named, told) = (home.path().join("named"), home.path().join("told"));
    let rows = OF_ROWS.map(|code| fixture(&format!("{code}.csv")));
    let mapping = fs::read_to_string(fixture("mapping.yaml")).expect("readable");
    let written = |name: &str, text: &str| {
        let path = home.path().join(name);
        fs::write(&path, text).expect("written");
        path
    };
    ingest(&named, &["--mapping", &fixture("mapping.yaml").to_string_lossy()], &rows);
    let silent = written("silent.yaml", &mapping.replace("provider: north\n", ""));
    ingest(&told, &["--provider", "north", "--mapping", &silent.to_string_lossy()], &rows);
    for lake in [&named, &told] {
        assert_eq!(reasons(lake, "north"), ["bad_row", "no_rule", "unmapped_value"]);
        verified(lake);
    }

    let owners = mapping.replace("provider: north\n", "provider: '{owner}'\nproviders: [north, south]\n");
    let owners = written("owners.yaml", &owners.replace("U2: sfax", "U2: sfax, U3: porto"));
    let calls = "call,day,in,out,unit,result,operator,talk,phone,owner
K-1,28/03/2026,9:00:00,9:00:12,U1,OK,Ada,61,,north
K-1,28/03/2026,8:59:00,9:00:12,U1,OK,Ada,61,,north
K-2,28/03/2026,9:00:00,9:00:12,U1,ODD,Ada,61,,north
K-3,28/03/2026,9:00:00,9:00:12,U3,LOST,,,,south
K-4,28/03/2026,9:00:00,9:00:12,U3,ODD,,,,south
";
    let both = home.path().join("both");
    ingest(&both, &["--mapping", &owners.to_string_lossy()], &[written("calls.csv", calls)]);
    let mismatch = "started_at_mismatch";
    assert_eq!(reasons(&both, "north"), ["no_rule", mismatch, mismatch, mismatch]);
    assert_eq!(reasons(&both, "south"), ["no_rule"]);
    verified(&both);
}

/// A survey that came before its call would be lost, or counted again at every reading.
#[test]
fn an_event_before_its_contact_comes_in_once_the_contact_is_known() {
    let (home, now) = (tempfile::tempdir().expect("a folder"), served::now());
    let (lake, early) = (home.path().join("lake"), home.path().join("early.ndjson"));
    fs::write(&early, lines(RejectCode::UnknownContact, now)).expect("written");
    ingest(&lake, &["--provider", "north"], &[early]);
    let server = Served::start(&lake, None, None);
    assert_eq!(server.send("north", &lines(RejectCode::UnknownContact, now)).json()["rejected"], 1);
    server.stop();
    assert_eq!(counts(&lake), BTreeMap::from([("unknown_contact".to_owned(), 2)]));

    let first = String::from_utf8(lines(RejectCode::StartedAtMismatch, now)).expect("UTF-8");
    let first = first.lines().next().expect("the contact's first event").replace("C-4711", "C-9999");
    let contact = home.path().join("contact.ndjson");
    fs::write(&contact, first).expect("written");
    stdout(
        0,
        ["--quiet", "ingest", "--provider", "north", "--lake", &lake.to_string_lossy(), &contact.to_string_lossy()],
    );
    assert_eq!(counts(&lake), BTreeMap::new(), "upkeep has read them again");
    verified(&lake);
}

/// Half a row read as a whole one is an event that nobody sent, and its first reason would be lost.
#[test]
fn what_was_cut_is_left_out_of_a_replay_and_counted() {
    let (home, now) = (tempfile::tempdir().expect("a folder"), served::now());
    let (lake, event, row) = (home.path().join("lake"), home.path().join("event.ndjson"), home.path().join("row.csv"));
    fs::write(&event, lines(RejectCode::TooLarge, now)).expect("written");
    ingest(&lake, &["--provider", "north"], &[event]);
    let fitting = fs::read_to_string(fixture("accepted.csv")).expect("readable");
    fs::write(&row, format!("{}{}\n", fitting.trim_end(), "9".repeat(70_000))).expect("written");
    ingest(&lake, &["--mapping", &fixture("mapping.yaml").to_string_lossy()], &[row]);
    let kept = BTreeMap::from([("too_large".to_owned(), 2)]);
    assert_eq!(counts(&lake), kept);
    let filters: [&[&str]; 3] = [&[], &["--reason", "too_large"], &["--provider", "north"]];
    for filter in filters {
        let lake_name = lake.to_string_lossy();
        let replay = ["--quiet", "rejects", "replay", "--lake", &lake_name];
        let told = stdout(0, replay.iter().chain(filter));
        let told: Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!((&told["replayed"], &told["left_out"]), (&0.into(), &2.into()), "{told}");
        assert_eq!(counts(&lake), kept);
    }
    verified(&lake);
}

/// Without its bytes a reject cannot be mended, and one that cannot be read again must not keep all others out.
#[test]
fn what_contradicts_a_contacts_start_is_kept_whole_and_keeps_nothing_else_out() {
    let (home, now) = (tempfile::tempdir().expect("a folder"), served::now());
    let lake = home.path().join("lake");
    let events = home.path().join("events.ndjson");
    fs::write(&events, lines(RejectCode::StartedAtMismatch, now)).expect("written");
    ingest(&lake, &["--provider", "north"], &[events]);
    // The same call with another start, and a row that a mended mapping or network can bring in.
    let row = fs::read_to_string(fixture("accepted.csv")).expect("readable");
    let (known, other) = (home.path().join("known.csv"), home.path().join("other.csv"));
    fs::write(&known, &row).expect("written");
    fs::write(&other, row.replace(",9:00:00,", ",8:59:00,")).expect("written");
    let mapping = fixture("mapping.yaml");
    let unmapped = fixture("unmapped_value.csv");
    ingest(&lake, &["--mapping", &mapping.to_string_lossy()], &[known, other, unmapped]);
    let expected: BTreeMap<String, u64> =
        [("started_at_mismatch", 4), ("unmapped_value", 1)].map(|(code, n)| (code.to_owned(), n)).into();
    assert_eq!(counts(&lake), expected, "one event, the three events of a row, and a row");
    for _ in 0..2 {
        let output = vigie(["--quiet", "rejects", "replay", "--lake", &lake.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert_eq!(counts(&lake), expected, "nothing is lost, no reason changes: {output:?}");
    }
    verified(&lake);
}
