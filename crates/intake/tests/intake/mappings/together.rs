//! Rows of one contact, read together: what a row means hangs on those beside it.

use intake::Mapping;

use super::{BASE, run, told};

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
