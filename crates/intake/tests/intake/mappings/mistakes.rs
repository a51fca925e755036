//! How mistakes of a mapping and of an export are told, and a sample explained.

use std::io::Cursor;

use contact::Network;
use intake::{FileReader, Mapping, RowOutcome};

use super::{BASE, mapping, run_with, told};
use crate::common::World;

#[test]
fn a_file_that_does_not_fit_counts_nothing() {
    let world = World::new();
    let error = run_with(BASE, "call,when\na,b\n", &world.ground()).expect_err("no column").to_string();
    assert!(error.contains("the column \"at\" is not in the export") && error.contains("call, when"), "{error}");
    let mapping = mapping(BASE);
    let bytes = b"call,at\na,2026-03-28 12:00:00\nb,caf\xe9\n".to_vec();
    let mut reader = FileReader::open("x.csv", Cursor::new(bytes), mapping.framing()).expect("opens");
    let error = mapping.run(&mut reader, &world.ground(), &mut |_| {}).expect_err("not UTF-8").to_string();
    assert!(error.contains("line 3, byte 6"), "{error}");
}

#[test]
fn every_mistake_in_a_mapping_is_told_with_its_line() {
    let text = BASE
        .replace("zone: Europe/Paris", "zone: Europe/Pariss")
        .replace("started_at: at", "started_at: start")
        .replace("'%Y-%m-%d %H:%M:%S'", "'%Y-%!-%d'")
        .replace("event_id: '{call}-{$type}-{at}'", "event_id: '{line_no}-{$type}'")
        .replace("{site: tunis", "{sight: tunis")
        .replace(
            "  - {emit: [{type: offered, at: at}]}",
            "  - {when: a = , emit: [{type: offered, at: at, fields: {talk_s: '{prev.x}'}}]}",
        );
    let found = told(&Mapping::parse(&text).expect_err("mistakes"));
    for (line, part) in [
        (4, "Pariss"),
        (7, "\"start\""),
        (9, "%!"),
        (10, "line_no"),
        (11, "sight"),
        (13, "\"a =\""),
        (13, "talk_s"),
        (13, "order"),
    ] {
        assert!(
            found.lines().any(|told| told.starts_with(&format!("line {line},")) && told.contains(part)),
            "{line} {part}:\n{found}"
        );
    }
    let found = told(&Mapping::parse(&BASE.replace("source:", "sauce:")).expect_err("unknown key"));
    assert!(found.starts_with("line 6, column 1:") && found.contains("sauce"), "{found}");
    let circle = BASE.replace("event_id:", "values: {a: {of: '{b}'}, b: {of: '{a}'}}\nevent_id:");
    let found = told(&Mapping::parse(&circle).expect_err("circle"));
    assert!(found.contains("defined by itself"), "{found}");
}

#[test]
fn a_sample_is_explained_in_words_and_in_json() {
    let mapping = mapping(&BASE.replace("- {emit:", "- {skip: test, when: call = 't'}\n  - {emit:"));
    let world = World::new();
    let rows = "call,at\na,2026-03-28 12:00:00\nt,2026-03-28 12:00:00\nb,soon\nc,2026-03-28 12:00:00\n";
    let mut reader =
        FileReader::open("x.csv", Cursor::new(rows.as_bytes().to_vec()), mapping.framing()).expect("opens");
    let (explained, ledger) = mapping.explain(&mut reader, &world.ground(), 3).expect("readable");
    assert_eq!(ledger.rows_read, 3);
    let words: Vec<String> = explained.iter().map(ToString::to_string).collect();
    assert!(words[0].contains("1 event") && words[0].contains("\"type\":\"offered\""), "{words:?}");
    assert_eq!(words[1], "line 3: skipped as \"test\"");
    assert!(words[2].contains("unmapped_value") && words[2].contains("soon"), "{words:?}");
    let json = serde_json::to_value(&explained[2]).expect("JSON");
    assert_eq!((&json["line"], &json["columns"]["call"]), (&4.into(), &"b".into()));
}

#[test]
fn the_schema_knows_every_field_a_mapping_may_set() {
    let schema = serde_json::to_value(Mapping::schema()).expect("JSON");
    let fields = &schema["properties"]["fields"]["properties"];
    assert!(
        fields.get("site").is_some() && fields.get("talk_s").is_some() && fields.get("started_at").is_none(),
        "{fields}"
    );
    assert!(schema["properties"]["event_id"]["description"].as_str().is_some_and(|text| text.contains("never a line")));
}

#[test]
fn rows_stay_with_their_line_whatever_quotes_they_hold() {
    let network = Network::parse("brand: b\nzone: UTC\nproviders: [{name: north}]\nsites: [{name: tunis, provider: north}]\nqueues: [{name: sales}]\n").expect("valid");
    let world = World { network, ..World::new() };
    let text = BASE.replace("missing: ['?']", "comment: '#'");
    let long = "x".repeat(70_000);
    let rows = format!(
        "# export\ncall,at\n\"a\n1\",2026-03-28 12:00:00\n\n5\"b,2026-03-28 12:00:00\n# note, with, commas\n{long},2026-03-28 12:00:00\n\"c\"\"d\",\"2026-03-28 12:00:00\"\nlast,2026-03-28 12:00:00"
    );
    let mapping = mapping(&text);
    let mut reader = FileReader::open("x.csv", Cursor::new(rows.into_bytes()), mapping.framing()).expect("opens");
    let mut seen = Vec::new();
    mapping
        .run(&mut reader, &world.ground(), &mut |row| {
            let what = match row.outcome {
                RowOutcome::Mapped(events) => events[0].event.subject.clone(),
                RowOutcome::Rejected { rejected, .. } => rejected.reject.code.to_string(),
                RowOutcome::Skipped(name) => name,
            };
            seen.push((row.line_no, what));
        })
        .expect("readable");
    let expected = [(3, "bad_value"), (6, "5\"b"), (8, "too_large"), (9, "c\"d"), (10, "last")];
    assert_eq!(seen, expected.map(|(line, what)| (line, what.to_owned())));
}
