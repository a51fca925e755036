//! Every reject code has a fixture that yields it: a code nobody can reach would promise a check that is not there.

use std::fs;

use crate::common::{World, fixture, read};
use contact::RejectCode;
use intake::{Door, FileReader, Mapping, RowOutcome, parse_event};

/// Decided by the journal, which knows other events: their fixtures are events that are acceptable one by one.
const JOURNAL: [RejectCode; 2] = [RejectCode::StartedAtMismatch, RejectCode::UnknownContact];
/// Decided by a mapping: their fixtures are rows.
const ROWS: [RejectCode; 3] = [RejectCode::BadRow, RejectCode::UnmappedValue, RejectCode::NoRule];

fn mapped(name: &str) -> RowOutcome {
    let world = World::new();
    let mapping = fs::read_to_string(fixture("mapping.yaml")).expect("fixture");
    let mapping = Mapping::parse(&mapping).expect("a valid mapping");
    let file = fs::File::open(fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut reader = FileReader::open(name, file, mapping.framing()).expect("a readable file");
    let mut outcomes = Vec::new();
    mapping.run(&mut reader, &world.ground(), &mut |row| outcomes.push(row.outcome)).expect("a readable file");
    assert_eq!(outcomes.len(), 1, "{name}");
    outcomes.remove(0)
}

#[test]
fn every_code_of_an_event_is_reached_by_its_fixture() {
    let world = World::new();
    for code in RejectCode::ALL.iter().filter(|code| !JOURNAL.contains(code) && !ROWS.contains(code)) {
        let bytes = read(&format!("{code}.json"));
        let rejected = parse_event(&bytes, &world.context(Door::Http)).expect_err(code.as_str());
        assert_eq!(rejected.reject.code, *code, "{:?}", rejected.reject);
        let message = &rejected.reject.message;
        assert!(!message.contains("a-17"), "{code} shows an agent: {message}");
        assert!(message.contains("; ") && message.len() < 400, "{code} does not say what would be right: {message}");
    }
}

#[test]
fn every_code_of_a_row_is_reached_by_its_fixture() {
    for code in ROWS {
        let RowOutcome::Rejected { rejected, bytes } = mapped(&format!("{code}.csv")) else {
            panic!("{code}: not rejected");
        };
        assert_eq!(rejected.reject.code, code, "{:?}", rejected.reject);
        assert_eq!(bytes, read(&format!("{code}.csv")), "the kept bytes are a file that can be read again");
    }
}

#[test]
fn what_the_journal_decides_is_acceptable_here() {
    let world = World::new();
    for code in JOURNAL {
        let lines = read(&format!("{code}.ndjson"));
        for line in lines.split(|byte| *byte == b'\n') {
            parse_event(line, &world.context(Door::Http))
                .unwrap_or_else(|rejected| panic!("{code}: {:?}", rejected.reject));
        }
    }
}

#[test]
fn the_same_fixtures_mended_are_accepted() {
    let world = World::new();
    let parsed = parse_event(&read("accepted.json"), &world.context(Door::Http)).expect("accepted");
    assert!(parsed.warnings.is_empty());
    assert_eq!(parsed.event.people.agent.as_deref().map(|agent| &agent[..3]), Some("a1:"));
    let RowOutcome::Mapped(events) = mapped("accepted.csv") else { panic!("not mapped") };
    let kinds: Vec<_> = events.iter().map(|parsed| parsed.event.kind.as_str()).collect();
    assert_eq!(kinds, ["offered", "answered", "ended"]);
}

#[test]
fn an_old_file_is_history_and_a_future_one_is_a_mistake() {
    let world = World::new();
    assert!(parse_event(&read("too_old.json"), &world.context(Door::File)).is_ok());
    let rejected = parse_event(&read("future_time.json"), &world.context(Door::File)).expect_err("future");
    assert_eq!(rejected.reject.code, RejectCode::FutureTime);
}
