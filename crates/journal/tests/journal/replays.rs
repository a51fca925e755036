//! Rejects read again.

use contact::{Reject, RejectCode};
use journal::{
    Became, Door, EarlyReject, FileRef, Item, ItemOutcome, Journal, Position, Reader, RejectFilter, RejectId,
    RejectState, Replay, RowCounts, Settled, SkippedRows, Submission,
};

use crate::support::{HOUR, Place, START, early, event, item, north, send, settle};

fn open_rejects(journal: &Journal) -> Vec<RejectId> {
    let filter = RejectFilter::default();
    let taken = journal.read(|reader| reader.take_for_replay(&filter, None, 100)).expect("read");
    taken.into_iter().map(|reject| reject.id).collect()
}

fn replay(journal: &Journal, reject: RejectId, mut items: Vec<Item>, became: Became) -> Settled {
    for item in &mut items {
        item.replay_of = Some(reject);
    }
    let replays = vec![Replay { reject, became }];
    settle(journal, Submission { items, replays, ..Submission::new(Door::Replay, Some(north()), "cloudevents") })
}

#[test]
fn a_replayed_reject_counts_once_however_often_it_is_replayed() {
    let place = Place::new();
    let journal = place.open();
    send(&journal, vec![early(RejectCode::UnknownSite, "bytes")]);
    let id = open_rejects(&journal)[0];
    place.advance(HOUR);
    let items = || vec![item(event("e-1", "C-1", Some(START)))];
    assert_eq!(replay(&journal, id, items(), Became::Items).outcomes, [ItemOutcome::Accepted]);
    assert_eq!(open_rejects(&journal), []);
    drop(journal);
    let journal = place.open();
    assert_eq!(replay(&journal, id, items(), Became::Items).outcomes, [ItemOutcome::Duplicate]);
    let books = journal.read(Reader::books).expect("books").events;
    assert_eq!((books.received, books.accepted, books.duplicate, books.rejected), (1, 1, 0, 0));
    let hours = journal.read(|reader| reader.ledger(crate::support::at(START), crate::support::at(START + HOUR)));
    let accepted: u64 = hours.expect("ledger").iter().map(|line| line.events.accepted).sum();
    assert_eq!(accepted, 1, "it counts in the hour in which it was received");
}

#[test]
fn a_reject_that_fails_again_stays_one_open_reject_with_the_new_reason() {
    let place = Place::new();
    let journal = place.open();
    send(&journal, vec![early(RejectCode::UnknownSite, "bytes")]);
    let id = open_rejects(&journal)[0];
    let settled = replay(&journal, id, vec![early(RejectCode::UnknownQueue, "bytes")], Became::Items);
    assert!(matches!(&settled.outcomes[0], ItemOutcome::Rejected { id: same, .. } if *same == id));
    let late = replay(&journal, id, vec![item(event("r-1", "C-1", None))], Became::Items);
    assert!(matches!(&late.outcomes[0], ItemOutcome::Rejected { id: same, .. } if *same == id));
    let rows = journal.read(|reader| reader.rejects(&RejectFilter::default(), None, 10)).expect("rejects");
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].code, rows[0].source.as_str()), (RejectCode::UnknownContact, "/acd"));
    assert_eq!((rows[0].event_id.as_deref(), rows[0].position.as_str()), (Some("r-1"), "index 7"));
    assert_eq!(journal.read(Reader::books).expect("books").events.received, 1);
    send(&journal, vec![item(event("o-1", "C-1", Some(START)))]);
    assert_eq!(replay(&journal, id, vec![item(event("r-1", "C-1", None))], Became::Items).counts.accepted, 1);
    assert_eq!(open_rejects(&journal), []);
}

#[test]
fn a_resolution_that_came_too_early_is_named_when_its_contact_arrives() {
    let place = Place::new();
    let journal = place.open();
    send(&journal, vec![item(event("r-1", "C-1", None)), item(event("r-2", "C-2", None))]);
    assert_eq!(journal.read(|reader| reader.awaited(None, 10)).expect("awaited"), []);
    send(&journal, vec![item(event("o-2", "C-2", Some(START)))]);
    drop(journal);
    let journal = place.open();
    let awaited = journal.read(|reader| reader.awaited(None, 10)).expect("awaited");
    let sealed = journal.read(|reader| reader.sealed(&awaited)).expect("sealed");
    assert_eq!(sealed.len(), 1);
    assert_eq!(crate::support::xor(&sealed[0].sealed), b"raw of r-2");
    let later = journal.read(|reader| reader.awaited(Some(awaited[0]), 10)).expect("awaited");
    assert_eq!(later, [], "one that cannot be read does not stand before the next");
    assert_eq!(replay(&journal, awaited[0], vec![item(event("r-2", "C-2", None))], Became::Items).counts.accepted, 1);
    assert_eq!(journal.read(|reader| reader.awaited(None, 10)).expect("awaited"), []);
    assert_eq!(open_rejects(&journal).len(), 1, "the other still waits");
}

/// A file of five rows: two mapped, one skipped, two rejected as rows.
fn file() -> Submission {
    let bad = |line| Item {
        position: Position::Line(line),
        raw: format!("row {line}").into(),
        content: Err(EarlyReject { of_row: true, ..Reject::new(RejectCode::UnmappedValue, None, "wrong").into() }),
        replay_of: None,
    };
    let skipped = SkippedRows { provider: Some(north()), source: "/csv".into(), name: "test calls".into(), rows: 1 };
    Submission {
        file: Some(FileRef { label: "calls.csv".into(), digest: [7; 32] }),
        items: vec![item(event("e-1", "C-1", Some(START))), item(event("e-2", "C-2", Some(START))), bad(3), bad(4)],
        rows: vec![RowCounts { provider: Some(north()), source: "/csv".into(), read: 5, mapped: 2 }],
        skipped: vec![skipped],
        ..Submission::new(Door::File, Some(north()), "mapping/calls")
    }
}

#[test]
fn rows_balance_too_when_rejected_rows_are_mapped_or_skipped_later() {
    let place = Place::new();
    let journal = place.open();
    settle(&journal, file());
    let rows = || journal.read(Reader::books).expect("books").rows;
    assert_eq!((rows().read, rows().mapped, rows().skipped, rows().rejected), (5, 2, 1, 2));
    let open = open_rejects(&journal);
    let listed = journal.read(|reader| reader.rejects(&RejectFilter::default(), None, 10)).expect("rejects");
    assert_eq!(listed[1].position, "calls.csv line 3");
    assert_eq!(listed[1].format, "mapping/calls");

    replay(&journal, open[0], Vec::new(), Became::Skipped("robots".into()));
    assert_eq!((rows().mapped, rows().skipped, rows().rejected), (2, 2, 1));
    let two = vec![item(event("e-3", "C-3", Some(START))), item(event("r-4", "C-4", None))];
    let half = replay(&journal, open[1], two, Became::Items);
    assert_eq!((half.counts.accepted, half.counts.rejected), (1, 1));
    assert_eq!((rows().mapped, rows().skipped, rows().rejected), (3, 2, 0), "mapped, though an event is not accepted");
    assert_eq!(open_rejects(&journal), [open[1]]);
    send(&journal, vec![item(event("o-4", "C-4", Some(START)))]);
    let whole = replay(
        &journal,
        open[1],
        vec![item(event("e-3", "C-3", Some(START))), item(event("r-4", "C-4", None))],
        Became::Items,
    );
    assert_eq!(whole.outcomes, [ItemOutcome::Duplicate, ItemOutcome::Accepted]);
    assert_eq!(rows().read, 5);
    let skipped = journal.read(|reader| reader.skipped(crate::support::at(START - HOUR), contact::Instant::FOREVER));
    let names: Vec<_> = skipped.expect("skipped").into_iter().map(|line| (line.name, line.rows)).collect();
    assert_eq!(names, [("robots".to_owned(), 1), ("test calls".to_owned(), 1)]);
}

#[test]
fn rejects_are_found_by_what_is_wrong_and_page_by_number() {
    let place = Place::new();
    let journal = place.open();
    let codes = [RejectCode::BadJson, RejectCode::UnknownSite, RejectCode::UnknownSite, RejectCode::UnknownSite];
    send(&journal, codes.map(|code| early(code, "x")).into());
    let counts = journal.read(Reader::reject_counts).expect("counts");
    let counts: Vec<_> = counts.iter().map(|count| (count.code, count.rejects)).collect();
    assert_eq!(counts, [(RejectCode::BadJson, 1), (RejectCode::UnknownSite, 3)]);
    let filter =
        RejectFilter { code: Some(RejectCode::UnknownSite), provider: Some("north".into()), ..RejectFilter::default() };
    let page = |before| journal.read(|reader| reader.rejects(&filter, before, 2)).expect("rejects");
    let first = page(None);
    let second = page(Some(first[1].id));
    let ids: Vec<_> = first.iter().chain(&second).map(|row| row.id.0).collect();
    assert_eq!(ids, [4, 3, 2]);
    let foreign = RejectFilter { provider: Some("south".into()), ..RejectFilter::default() };
    assert_eq!(journal.read(|reader| reader.rejects(&foreign, None, 10)).expect("rejects"), []);
    let replayed = RejectFilter { state: Some(RejectState::Replayed), ..RejectFilter::default() };
    assert_eq!(journal.read(|reader| reader.rejects(&replayed, None, 10)).expect("rejects"), []);
    replay(&journal, RejectId(1), Vec::new(), Became::Items);
    assert_eq!(journal.read(|reader| reader.rejects(&replayed, None, 10)).expect("rejects").len(), 1);
}
