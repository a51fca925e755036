//! Mappings: what a data engineer writes, what rows become, and how mistakes are told.

use std::io::Cursor;

use crate::common::World;
use contact::{Network, ProviderId};
use intake::{FileReader, Ground, IntakeError, Ledger, Mapping, Parsed, RowOutcome};

const BASE: &str = "
name: test
format: {kind: csv, missing: ['?']}
zone: Europe/Paris
provider: north
source: /north/acd
contact: {id: '{call}', started_at: at}
times:
  at: {column: at, format: '%Y-%m-%d %H:%M:%S'}
event_id: '{call}-{$type}-{at}'
fields: {site: tunis, queue: sales}
rules:
  - {emit: [{type: offered, at: at}]}
";

fn mapping(text: &str) -> Mapping {
    Mapping::parse(text).unwrap_or_else(|mistakes| panic!("{}\n{text}", told(&mistakes)))
}

fn told(mistakes: &[intake::MappingError]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn run(text: &str, rows: &str) -> (Vec<Parsed>, Vec<(String, String)>, Ledger) {
    run_with(text, rows, &World::new().ground()).expect("a readable file")
}

type Outcome = (Vec<Parsed>, Vec<(String, String)>, Ledger);

fn run_with(text: &str, rows: &str, ground: &Ground<'_>) -> Result<Outcome, IntakeError> {
    let mapping = mapping(text);
    let mut reader = FileReader::open("rows", Cursor::new(rows.as_bytes().to_vec()), mapping.framing())?;
    let mut events = Vec::new();
    let mut rejects = Vec::new();
    let ledger = mapping.run(&mut reader, ground, &mut |row| match row.outcome {
        RowOutcome::Mapped(mut made) => events.append(&mut made),
        RowOutcome::Rejected { rejected, .. } => {
            rejects.push((rejected.reject.code.to_string(), rejected.reject.message));
        }
        RowOutcome::Skipped(_) => {}
    })?;
    assert!(ledger.balances(), "{ledger:?}");
    Ok((events, rejects, ledger))
}

fn times(events: &[Parsed]) -> Vec<String> {
    events.iter().map(|parsed| parsed.event.time.to_string()).collect()
}

#[test]
fn local_times_are_read_in_their_zone_with_its_summer() {
    let (events, ..) = run(BASE, "call,at\na,2026-03-28 12:00:00\nb,2026-03-29 02:30:00\n");
    // 02:30 did not exist that night; it is moved forward.
    assert_eq!(times(&events), ["2026-03-28T11:00:00Z", "2026-03-29T01:30:00Z"]);
}

#[test]
fn clock_times_roll_over_midnight_only_when_far_before() {
    let text = BASE.replace(
        "  at: {column: at, format: '%Y-%m-%d %H:%M:%S'}",
        "  began: {date: day, date_format: '%d/%m/%Y', clock: began}\n  at: {clock: at, after: began}",
    );
    let text = text.replace("started_at: at", "started_at: began").replace("zone: Europe/Paris", "zone: UTC");
    let rows = "call,day,began,at\na,1/3/2026,23:59:50,0:00:05\nb,01/03/2026,7:00:10,7:00:09\nc,01/03/2026,8:00:00,22:00:00\nd,01/03/2026,12:00:00,0:00:00\n";
    let (events, rejects, _) = run(&text, rows);
    assert_eq!(times(&events), ["2026-03-02T00:00:05Z", "2026-03-01T07:00:09Z", "2026-03-01T22:00:00Z"]);
    // Exactly 12 h before is still the same day, and so lies before the contact's start.
    assert_eq!(rejects[0].0, "before_start");
}

#[test]
fn instants_with_offsets_seconds_and_shifts() {
    let cases = [
        ("{column: at}", "2026-03-28T12:00:00+02:00", "2026-03-28T10:00:00Z"),
        ("{column: at, format: unix}", "1774692000.5", "2026-03-28T10:00:00.5Z"),
        ("{column: at, format: unix_ms}", "1774692000500", "2026-03-28T10:00:00.5Z"),
        ("{column: at, format: '%Y%m%dT%H%M%S%z'}", "20260328T120000+0200", "2026-03-28T10:00:00Z"),
    ];
    for (time, cell, expected) in cases {
        let text = BASE.replace("{column: at, format: '%Y-%m-%d %H:%M:%S'}", time);
        let text = text
            .replace("started_at: at", "started_at: end")
            .replace("times:\n", "times:\n  end: {from: at, minus_s: wait}\n");
        let (events, ..) = run(&text, &format!("call,at,wait\na,{cell},2.5\n"));
        assert_eq!(times(&events), [expected], "{time}");
        let started = events[0].event.started_at.expect("started");
        assert_eq!(events[0].event.time.micros_since(started), 2_500_000);
    }
}

#[test]
fn conditions_mean_what_they_say() {
    let rows = "call,at,n,word,two words\na,2026-03-28 12:00:00,9,yes,?\n";
    let holds = [
        "n = 9",
        "n < 10",
        "n >= 9.0",
        "n != 10",
        "word = 'yes'",
        "word in ('no', 'yes')",
        "not word = 'no'",
        "word not in ('no')",
        "`two words` is empty",
        "word is not empty",
        "`two words` = ''",
        "n = '9'",
        "n > 5 and (word = 'no' or n < 10)",
        "word = 'no' or n = 1 or n = 9",
        "NOT (n < 9)",
        "`two words` != 'x'",
        "n = 9 and not `two words` = 'x'",
        "word = \"yes\"",
    ];
    for (expected, conditions) in [
        (1, &holds[..]),
        (0, &["n > 9", "n < '10'", "`two words` > 3", "word = 'Yes'", "word is empty", "n = 9 and n = 8"][..]),
    ] {
        for when in conditions {
            let rule = format!(
                "  - when: {}\n    emit: [{{type: offered, at: at}}]\n  - {{else: true, skip: no}}\n",
                serde_json::to_string(when).expect("text")
            );
            let text = BASE.replace("  - {emit: [{type: offered, at: at}]}\n", &rule);
            assert_eq!(run(&text, rows).2.mapped, expected, "{when}");
        }
    }
    let text = BASE.replace("- {emit:", "- {when: word > 5, emit:");
    let (_, rejects, _) = run(&text, rows);
    assert_eq!(rejects[0].0, "unmapped_value");
    assert!(!rejects[0].1.contains("yes"), "a condition's reject shows no value: {}", rejects[0].1);
}

#[test]
fn the_first_skip_wins_and_the_ledger_names_it() {
    let rules = "
  - {emit: [{type: offered, at: at}]}
  - {skip: 'test {unit}', when: unit = 'T1'}
  - {skip: never, when: unit = 'T1'}
  - {when: unit = 'U2', emit: [{type: abandoned, at: at}]}
  - {else: true, skip: never}
";
    let text = BASE.replace("\n  - {emit: [{type: offered, at: at}]}\n", rules);
    let rows = "call,at,unit\na,2026-03-28 12:00:00,T1\nb,2026-03-28 12:00:00,U1\nc,2026-03-28 12:00:00,U2\n";
    let (events, _, ledger) = run(&text, rows);
    assert_eq!(events.len(), 3, "one offer of b, two events of c");
    assert_eq!(ledger.skipped.iter().collect::<Vec<_>>(), [(&"test T1".to_owned(), &1)]);
    assert_eq!((ledger.rows_read, ledger.mapped, ledger.events), (3, 2, 3));
}

#[test]
fn values_are_cut_and_looked_up() {
    let values = "values:\n  customer: {of: '{who}', after: ':', before: '@', lower: true, missing: [nobody]}\n  reason: {of: '{why}', table: {'1': late, '2': broken}, otherwise: other}\n  team: {of: '{unit}-{why}', chars: 4}\nfields: {customer: '{customer}', reason: '{reason}', team: '{team}', ";
    let text = BASE.replace("fields: {", values);
    let rows = "call,at,who,why,unit\na,2026-03-28 12:00:00,sip:Ada@x,1,Évry\nb,2026-03-28 12:00:00,Nobody,9,U\n";
    let (events, ..) = run(&text, rows);
    let keys = World::new().keys;
    let first = &events[0].event;
    assert_eq!(first.people.customer, Some(keys.pseudonym(intake::Person::Customer, "ada")));
    assert_eq!((first.known.reason.as_deref(), first.people.team.as_deref()), (Some("late"), Some("Évry")));
    let second = &events[1].event;
    assert_eq!((second.people.customer.as_deref(), second.known.reason.as_deref()), (None, Some("other")));
}

#[test]
fn rows_of_one_contact_see_each_other() {
    let text = "
name: status-log
format: {kind: ndjson}
zone: UTC
provider: north
source: /north/tickets
contact: {id: '{ticket.id}', started_at: opened, order: at, leg: {begins: status = 'queued', per: [team]}}
times:
  at: {column: at}
  opened: {earliest: at}
event_id: '{ticket.id}-{at}-{$type}'
fields: {site: tunis, queue: sales, team: '{team}', reason: '{first.team}'}
rules:
  - {when: status = 'queued', emit: [{type: offered, at: at}]}
  - {when: team != prev.team and prev.team is not empty, emit: [{type: transferred, at: at, fields: {to_queue: '{team}', team: '{prev.team}'}}]}
  - {when: status = 'open' and last.status = 'solved', emit: [{type: answered, at: at}]}
  - {else: true, skip: '{status}'}
";
    let row = |id: u32, minute: u32, status: &str, team: &str| {
        format!(
            "{{\"ticket\":{{\"id\":{id}}},\"at\":\"2026-03-28T12:{minute:02}:00Z\",\"status\":\"{status}\",\"team\":\"{team}\"}}\n"
        )
    };
    let rows = [
        row(1, 9, "solved", "a"),
        row(1, 5, "open", "b"),
        row(2, 1, "queued", "a"),
        row(1, 3, "queued", "b"),
        row(1, 7, "queued", "b"),
        row(1, 2, "open", "a"),
    ];
    let (events, rejects, ledger) = run(text, &rows.concat());
    assert_eq!(rejects, []);
    let told: Vec<_> = events
        .iter()
        .map(|parsed| {
            let event = &parsed.event;
            (
                event.subject.as_str(),
                event.kind.as_str(),
                event.place.as_ref().map(|place| place.leg),
                event.people.team.as_deref().unwrap_or(""),
            )
        })
        .collect();
    let expected = [
        ("1", "answered", Some(0), "a"),
        ("1", "offered", Some(0), "b"),
        ("1", "transferred", Some(0), "a"),
        ("1", "answered", Some(0), "b"),
        ("1", "offered", Some(1), "b"),
        ("1", "transferred", Some(0), "b"),
        ("2", "offered", Some(0), "a"),
    ];
    assert_eq!(told, expected);
    assert!(events.iter().filter(|parsed| parsed.event.subject == "1").all(|parsed| {
        parsed.event.started_at.map(|at| at.to_string()).as_deref() == Some("2026-03-28T12:02:00Z")
            && parsed.event.known.reason.as_deref() == Some("a")
    }));
    assert_eq!(ledger.rows_read, 6);
}

/// A status log: rows look at the next one and at values of others, and some rules fit once, or no longer.
const STATUSES: &str = "
name: statuses
format: {kind: csv}
zone: UTC
provider: north
source: /north/desk
contact:
  id: '{case}'
  started_at: began
  order: at
  leg: {begins: team != prev.team, per: [team]}
times:
  at: {column: at}
  began: {earliest: at}
  gone: {column: next.at}
values:
  state: {of: '{status}', table: {q: waits, w: works}}
  team: {of: '{group}', lower: true}
event_id: '{case}-{$type}-{$at}'
fields: {site: tunis, queue: sales, team: '{team}'}
rules:
  - when: team != prev.team
    emit: [{type: offered, at: at}]
  - when: state = 'works'
    once: stay
    emit: [{type: answered, at: at}]
  - when: next.team is not empty and next.team != team
    unless: state = 'works'
    emit: [{type: flowed_out, at: gone, fields: {to_queue: '{next.team}'}}]
  - when: prev.state = 'works' and state = 'waits'
    once: contact
    emit: [{type: reopened, at: at}]
  - {skip: '{status}', else: true}
";

#[test]
fn rules_of_a_status_log_fit_once_or_no_longer_and_look_at_what_comes_next() {
    let rows = "case,at,status,group
1,2026-03-28T12:00:00Z,q,A
1,2026-03-28T12:01:00Z,?!,A
1,2026-03-28T12:02:00Z,q,a
1,2026-03-28T12:03:00Z,w,B
1,2026-03-28T12:04:00Z,w,B
1,2026-03-28T12:05:00Z,q,B
1,2026-03-28T12:06:00Z,w,B
1,2026-03-28T12:07:00Z,q,B
1,2026-03-28T12:08:00Z,q,a
";
    let (events, rejects, ledger) = run(STATUSES, rows);
    let told: Vec<_> = events
        .iter()
        .map(|parsed| {
            let event = &parsed.event;
            (event.kind.as_str(), event.time.to_string()[14..16].to_owned(), event.people.team.as_deref().unwrap_or(""))
        })
        .collect();
    let expected = [
        ("offered", "00", "a"),
        ("flowed_out", "03", "a"),
        ("offered", "03", "b"),
        ("answered", "03", "b"),
        ("reopened", "05", "b"),
        ("offered", "08", "a"),
    ];
    assert_eq!(told, expected.map(|(kind, at, team)| (kind, at.to_owned(), team)));
    assert_eq!(events[1].event.details.to_queue.as_deref(), Some("b"));
    // The row before one that cannot be read, and the row after it, are accepted all the same.
    assert_eq!((rejects.len(), ledger.rejected), (1, 1));
    assert!(rejects[0].1.contains("?!"), "{rejects:?}");
    assert_eq!(ledger.skipped, [("q".to_owned(), 1), ("w".to_owned(), 2)].into());
}

#[test]
fn what_looks_at_other_rows_needs_rows_that_are_put_together() {
    let alone = BASE.replace("- {emit:", "- {once: contact, unless: call = 'x', when: next.call is empty, emit:");
    let found = told(&Mapping::parse(&alone).expect_err("no order"));
    for part in ["`once` looks at every row", "`unless` looks at the rows of a stay", "\"next.call\""] {
        assert!(found.contains(part), "{part}:\n{found}");
    }
    let found = told(&Mapping::parse(&STATUSES.replace("  leg: {", "  # {")).expect_err("no stays"));
    assert!(found.contains("`once: stay`, but stays are not counted"), "{found}");
    let circle = STATUSES.replace("{of: '{group}', lower: true}", "{of: '{state}'}");
    let circle = circle.replace("{of: '{status}', table: {q: waits, w: works}}", "{of: '{prev.team}'}");
    let found = told(&Mapping::parse(&circle).expect_err("circle"));
    assert!(found.contains("defined by itself"), "{found}");
}

#[test]
fn overlapping_exports_make_the_same_events() {
    let (first, ..) = run(BASE, "call,at\na,2026-03-28 12:00:00\nb,2026-03-28 13:00:00\n");
    let (second, ..) = run(BASE, "at,call,new\n2026-03-28 13:00:00,b,x\n2026-03-28 14:00:00,c,x\n");
    assert_eq!(first[1], second[0]);
}

#[test]
fn the_provider_comes_from_the_operator_or_from_listed_values() {
    let world = World::new();
    let south = ProviderId::new("south").expect("name");
    let rows = "call,at,who\na,2026-03-28 12:00:00,north\nb,2026-03-28 12:00:00,west\n";
    let listed = BASE.replace("provider: north", "provider: '{who}'\nproviders: [north, south]");
    let codes = |ground: &Ground<'_>, text: &str| -> Vec<String> {
        run_with(text, rows, ground).expect("readable").1.into_iter().map(|(code, _)| code).collect()
    };
    assert_eq!(codes(&world.ground(), &listed), ["unmapped_value"]);
    let ground = Ground { operator: Some(&south), ..world.ground() };
    assert_eq!(codes(&ground, &listed), ["foreign_provider", "unmapped_value"]);
    let unnamed = BASE.replace("provider: north\n", "");
    assert_eq!(codes(&world.ground(), &unnamed), ["unmapped_value", "unmapped_value"]);
    assert_eq!(codes(&ground, &unnamed), ["foreign_site", "foreign_site"]);
}

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
fn two_events_of_a_row_never_share_an_id() {
    let text = BASE.replace("{$type}", "x").replace("at: at}]}", "at: at}, {type: abandoned, at: at}]}");
    let (_, rejects, _) = run(&text, "call,at\na,2026-03-28 12:00:00\n");
    assert!(rejects[0].1.contains("two events"), "{rejects:?}");
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
