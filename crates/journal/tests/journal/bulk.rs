//! Files that go straight to the lake.

use contact::{Reject, RejectCode};
use journal::{
    BulkEvents, BulkReject, BulkStart, Counts, EarlyReject, FileRef, Journal, JournalError, Position, Reader,
    RejectFilter, RowCounts,
};

use crate::support::{Place, START, assert_books, at, event, item, key, north, send};

const DIGEST: [u8; 32] = [9; 32];

fn start(journal: &Journal) -> BulkStart {
    let reject = EarlyReject {
        source: Some("/csv".into()),
        contact: Some(contact::ContactKey::of_provider(&north(), "C-7")),
        ..Reject::new(RejectCode::UnknownContact, None, "wrong").into()
    };
    BulkStart {
        file: FileRef { label: "year.parquet".into(), digest: DIGEST },
        provider: Some(north()),
        format: "mapping/calls".into(),
        received_at: journal.now(),
        events: vec![BulkEvents {
            provider: None,
            source: "/csv".into(),
            counts: Counts { received: 10, accepted: 8, duplicate: 1, conflict: 0, rejected: 1 },
        }],
        rows: vec![RowCounts { provider: None, source: "/csv".into(), read: 6, mapped: 6 }],
        skipped: Vec::new(),
        rejects: vec![BulkReject { reject, position: Position::Line(5), raw: "row".into() }],
        data_files: vec!["part-1.parquet".into()],
    }
}

fn visible(journal: &Journal) -> (usize, usize, u64, usize) {
    let ask = |reader: &Reader| {
        let rejects = reader.rejects(&RejectFilter::default(), None, 10)?.len();
        let counts = reader.reject_counts()?.len();
        Ok((rejects, counts, reader.books()?.events.received, reader.receipts(None, None, 10)?.len()))
    };
    assert_books(journal);
    journal.read(ask).expect("queries")
}

#[test]
fn nothing_of_a_file_counts_until_the_lake_has_it() {
    let place = Place::new();
    let journal = place.open();
    let receipt = journal.begin_bulk(start(&journal)).expect("begun");
    assert_eq!(visible(&journal), (0, 0, 0, 0));
    assert!(journal.read(|reader| reader.receipt(&receipt)).expect("read").is_none());
    drop(journal);
    let journal = place.open();
    let pending = journal.read(Reader::pending_bulks).expect("pending");
    assert_eq!((pending[0].digest, pending[0].receipt.as_str()), (DIGEST, receipt.as_str()));
    assert_eq!(pending[0].data_files, ["part-1.parquet"]);
    assert!(matches!(journal.begin_bulk(start(&journal)), Err(JournalError::BulkPending(_))));

    let starts = || [(key("C-1"), at(START)), (key("C-7"), at(START)), (key("C-2"), at(START + 1))];
    let done = journal.finish_bulk(&DIGEST, starts()).expect("finished");
    assert_eq!((done.receipt.as_str(), done.registered, done.mismatched), (receipt.as_str(), 3, 0));
    assert_eq!(visible(&journal), (1, 1, 10, 1));
    assert_eq!(journal.read(Reader::books).expect("books").rows.mapped, 6);
    assert_eq!(
        journal.read(|reader| reader.awaited(None, 10)).expect("awaited").len(),
        1,
        "its contact came with the file"
    );
    assert_eq!(send(&journal, vec![item(event("r-1", "C-2", None))]).counts.accepted, 1, "its contacts are known");

    assert_eq!(journal.finish_bulk(&DIGEST, starts()).expect("again").registered, 0);
    assert_eq!(visible(&journal).2, 11, "finishing twice counts once");
    assert!(matches!(journal.begin_bulk(start(&journal)), Err(JournalError::BulkCounted { .. })));
    assert_eq!(journal.read(|reader| reader.receipts_of_file(&DIGEST)).expect("receipts")[0].counts.accepted, 8);
    assert_eq!(journal.read(Reader::pending_bulks).expect("pending"), []);
}

#[test]
fn an_abandoned_file_leaves_nothing_and_can_be_begun_again() {
    let place = Place::new();
    let journal = place.open();
    journal.begin_bulk(start(&journal)).expect("begun");
    drop(journal);
    let journal = place.open();
    journal.abandon_bulk(&DIGEST).expect("abandoned");
    journal.abandon_bulk(&DIGEST).expect("twice is the same");
    assert_eq!(journal.read(Reader::pending_bulks).expect("pending"), []);
    assert!(matches!(journal.finish_bulk(&DIGEST, []), Err(JournalError::UnknownBulk(_))));
    journal.begin_bulk(start(&journal)).expect("begun again");
    journal.finish_bulk(&DIGEST, []).expect("finished");
    journal.abandon_bulk(&DIGEST).expect("nothing pending");
    assert_eq!(visible(&journal), (1, 1, 10, 1), "what counts cannot be abandoned");
}

#[test]
fn a_crash_while_contacts_are_registered_is_finished_later() {
    let place = Place::new();
    let journal = place.open();
    journal.begin_bulk(start(&journal)).expect("begun");
    send(&journal, vec![item(event("o-1", "C-1", Some(START + 5)))]);
    let many: Vec<_> = (0..30_000).map(|n| (n, at(START))).chain([(key("C-1"), at(START))]).collect();
    // The source of starts fails after the first transaction; the file stays pending.
    let failing = many.iter().copied().inspect(|(key, _)| assert!(*key != 25_000, "the disk with the files is gone"));
    let crashed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| journal.finish_bulk(&DIGEST, failing)));
    assert!(crashed.is_err());
    assert_eq!(visible(&journal).3, 1, "only what came by request");
    drop(journal);
    let journal = place.open();
    let done = journal.finish_bulk(&DIGEST, many).expect("finished");
    assert_eq!((done.registered, done.mismatched), (10_000, 1));
    let found = journal.read(|reader| reader.contact_starts(&[7, -1, key("C-1")])).expect("starts");
    assert_eq!(found, [Some(START), None, Some(START + 5)]);
}

#[test]
fn looking_up_contacts_in_a_new_journal_finds_none() {
    let place = Place::new();
    assert_eq!(place.open().read(|reader| reader.contact_starts(&[1, 2])).expect("starts"), [None, None]);
}
