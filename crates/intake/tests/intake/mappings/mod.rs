//! Mappings: what a data engineer writes, what rows become, and how mistakes are told.

mod mistakes;
mod times;
mod together;

use std::io::Cursor;

use contact::ProviderId;
use intake::{FileReader, Ground, IntakeError, Ledger, Mapping, Parsed, RowOutcome};

use crate::common::World;

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
fn two_events_of_a_row_never_share_an_id() {
    let text = BASE.replace("{$type}", "x").replace("at: at}]}", "at: at}, {type: abandoned, at: at}]}");
    let (_, rejects, _) = run(&text, "call,at\na,2026-03-28 12:00:00\n");
    assert!(rejects[0].1.contains("two events"), "{rejects:?}");
}
