//! What becomes of each event.

use arrow::{array::AsArray, datatypes::TimestampMicrosecondType};
use contact::RejectCode;
use journal::{Counts, ItemOutcome, JournalError, Reader};

use crate::support::{HOUR, Place, START, early, event, item, send};

fn code(outcome: &ItemOutcome) -> Option<RejectCode> {
    match outcome {
        ItemOutcome::Rejected { reject, .. } => Some(reject.code),
        _ => None,
    }
}

#[test]
fn a_retried_batch_is_not_stored_twice() {
    let place = Place::new();
    let journal = place.open();
    let batch = || vec![item(event("e-1", "C-1", Some(START))), item(event("e-2", "C-1", Some(START)))];
    let first = send(&journal, batch());
    assert_eq!(first.outcomes, [ItemOutcome::Accepted, ItemOutcome::Accepted]);
    let again = send(&journal, batch());
    assert_eq!(again.outcomes, [ItemOutcome::Duplicate, ItemOutcome::Duplicate]);
    assert_eq!((first.seq, again.seq), (Some(1), None), "nothing to store, no sequence");
    assert_eq!(journal.tail().rows(), 2);
}

#[test]
fn other_content_under_a_known_identity_is_stored_and_named_a_conflict_once() {
    let place = Place::new();
    let journal = place.open();
    let mut changed = event("e-1", "C-1", Some(START));
    changed.people.team = Some("evening".into());
    let settled = send(&journal, vec![item(event("e-1", "C-1", Some(START))), item(changed.clone())]);
    assert_eq!(settled.outcomes, [ItemOutcome::Accepted, ItemOutcome::Conflict]);
    assert_eq!(journal.tail().rows(), 2);
    assert_eq!(send(&journal, vec![item(changed.clone())]).outcomes, [ItemOutcome::Duplicate]);
    changed.revision = 1;
    assert_eq!(send(&journal, vec![item(changed)]).outcomes, [ItemOutcome::Accepted], "a correction");
}

#[test]
fn a_contact_cannot_lie_in_two_days() {
    let place = Place::new();
    let journal = place.open();
    send(&journal, vec![item(event("e-1", "C-1", Some(START)))]);
    let settled = send(&journal, vec![item(event("e-2", "C-1", Some(START + HOUR)))]);
    let ItemOutcome::Rejected { reject, .. } = &settled.outcomes[0] else { panic!("a reject") };
    assert_eq!(reject.code, RejectCode::StartedAtMismatch);
    assert!(reject.message.contains("2026-03-29T06:00:00Z") && reject.message.contains("2026-03-29T07:00:00Z"));
    // Within one submission the first stated start holds.
    let both = vec![item(event("e-3", "C-2", Some(START))), item(event("e-4", "C-2", Some(START + 1)))];
    assert_eq!(code(&send(&journal, both).outcomes[1]), Some(RejectCode::StartedAtMismatch));
}

#[test]
fn a_resolution_finds_its_contact_in_either_order() {
    let place = Place::new();
    let journal = place.open();
    let unknown = send(&journal, vec![item(event("r-0", "C-0", None))]);
    assert_eq!(code(&unknown.outcomes[0]), Some(RejectCode::UnknownContact));
    let before = vec![item(event("r-1", "C-1", None)), item(event("o-1", "C-1", Some(START)))];
    let after = vec![item(event("o-2", "C-2", Some(START))), item(event("r-2", "C-2", None))];
    for items in [before, after] {
        assert_eq!(send(&journal, items).outcomes, [ItemOutcome::Accepted, ItemOutcome::Accepted]);
    }
    assert_eq!(send(&journal, vec![item(event("r-3", "C-1", None))]).outcomes, [ItemOutcome::Accepted]);
    let tail = journal.tail();
    let starts = tail.batches()[2].batch["started_at"].as_primitive::<TimestampMicrosecondType>();
    assert_eq!(starts.values(), &[START], "a looked-up start is stored with the event");
}

#[test]
fn every_item_is_answered_at_its_own_index_and_counted() {
    let place = Place::new();
    let journal = place.open();
    let items = vec![
        early(RejectCode::BadJson, "{"),
        item(event("e-1", "C-1", Some(START))),
        item(event("e-1", "C-1", Some(START))),
        item(event("r-9", "C-9", None)),
    ];
    let settled = send(&journal, items);
    assert_eq!(code(&settled.outcomes[0]), Some(RejectCode::BadJson));
    assert_eq!(settled.outcomes[1..3], [ItemOutcome::Accepted, ItemOutcome::Duplicate]);
    assert_eq!(code(&settled.outcomes[3]), Some(RejectCode::UnknownContact));
    let counts = Counts { received: 4, accepted: 1, duplicate: 1, conflict: 0, rejected: 2 };
    assert_eq!(settled.counts, counts);
    assert_eq!(journal.read(Reader::books).expect("books").events, counts);
}

#[test]
fn forgetting_old_identities_costs_a_stored_copy_and_nothing_else() {
    let place = Place::new();
    let options = journal::Options { identity_capacity: 1, ..place.options() };
    let journal = journal::Journal::open(&place.path(), options).expect("open");
    for id in ["e-1", "e-2", "e-1"] {
        assert_eq!(send(&journal, vec![item(event(id, "C-1", Some(START)))]).outcomes, [ItemOutcome::Accepted]);
    }
}

#[test]
fn unbalanced_books_are_found() -> Result<(), JournalError> {
    let place = Place::new();
    let journal = place.open();
    send(&journal, vec![item(event("e-1", "C-1", Some(START))), early(RejectCode::BadJson, "{")]);
    let thief = rusqlite::Connection::open(place.path())?;
    thief.execute("UPDATE ledger SET accepted = 0 WHERE source = '/acd'", [])?;
    thief.execute("DELETE FROM reject", [])?;
    let found = journal.read(Reader::check_books)?;
    let what: Vec<_> = found.iter().map(|found| found.what.as_str()).collect();
    assert_eq!(
        what,
        [
            "rejected 1 but 0 open rejects are kept",
            "received 1 is not accepted 0 + duplicate 0 + conflict 0 + rejected 0",
        ]
    );
    Ok(())
}
