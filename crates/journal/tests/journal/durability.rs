//! What survives, and what is noticed when it did not.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use contact::RejectCode;
use journal::{ItemOutcome, Journal, JournalError, Options, Reader, Refused};

use crate::support::{HOUR, Place, START, assert_books, early, event, item, send, submission};

fn one(journal: &Journal, id: &str) -> Option<i64> {
    send(journal, vec![item(event(id, id, Some(START)))]).seq
}

fn sequences(journal: &Journal) -> Vec<i64> {
    journal.tail().batches().iter().map(|batch| batch.seq).collect()
}

#[test]
fn a_restart_keeps_the_tail_its_sequence_and_what_was_seen() {
    let place = Place::new();
    let journal = place.open();
    assert_eq!((one(&journal, "a"), one(&journal, "b")), (Some(1), Some(2)));
    let before = journal.tail().batches()[1].batch.clone();
    drop(journal);
    let journal = place.open();
    assert_eq!(sequences(&journal), [1, 2]);
    assert_eq!(journal.tail().batches()[1].batch, before);
    assert_eq!(send(&journal, vec![item(event("a", "a", Some(START)))]).outcomes, [ItemOutcome::Duplicate]);
    assert_eq!(one(&journal, "c"), Some(3));
}

#[test]
fn the_instant_of_receipt_never_goes_back() {
    let place = Place::new();
    let journal = place.open();
    let first = send(&journal, vec![item(event("a", "C-1", Some(START)))]).received_at;
    place.advance(-HOUR);
    assert_eq!(send(&journal, vec![item(event("b", "C-1", Some(START)))]).received_at, first);
    drop(journal);
    assert_eq!(place.open().now(), first, "not even over a restart");
}

#[test]
fn a_batch_the_lake_does_not_cover_is_not_trimmed() {
    let place = Place::new();
    let journal = place.open();
    for id in ["a", "b", "c"] {
        one(&journal, id);
    }
    assert!(matches!(journal.trim(3, 2), Err(JournalError::TrimTooFar { upto: 3, durable: 2 })));
    journal.flushed_to(2);
    assert_eq!((sequences(&journal), journal.tail().rows(), journal.tail().last_seq()), (vec![3], 1, 3));
    journal.trim(2, 2).expect("covered");
    drop(journal);
    let journal = place.open();
    assert_eq!(sequences(&journal), [3]);
    journal.trim(3, 3).expect("covered");
    drop(journal);
    assert_eq!(one(&place.open(), "d"), Some(4), "a sequence is never used again");
}

#[test]
fn a_crash_between_the_lakes_commit_and_the_trim_is_mended_at_start() {
    let place = Place::new();
    one(&place.open(), "a");
    let journal = place.open();
    journal.recover(1).expect("the lake has it");
    assert_eq!((sequences(&journal), journal.tail().last_seq()), (vec![], 1));
    assert!(matches!(journal.recover(7), Err(JournalError::BehindLake { last: 1, durable: 7 })));
    drop(journal);
    let journal = place.open();
    assert_eq!(sequences(&journal), Vec::<i64>::new());
}

#[test]
fn a_new_journal_beside_an_old_lake_does_not_use_covered_sequences() {
    let place = Place::new();
    let journal = place.open();
    journal.recover(41).expect("continues");
    assert_eq!(one(&journal, "a"), Some(42));
    drop(journal);
    assert_eq!(sequences(&place.open()), [42]);
}

/// Opens the journal after `damage` was done to it.
fn damaged(damage: impl Fn(&rusqlite::Connection) -> rusqlite::Result<usize>) -> JournalError {
    let place = Place::new();
    let journal = place.open();
    for id in ["a", "b", "c"] {
        one(&journal, id);
    }
    drop(journal);
    let db = rusqlite::Connection::open(place.path()).expect("open");
    assert_eq!(damage(&db).expect("damage"), 1);
    drop(db);
    Journal::open(&place.path(), place.options()).err().expect("damage is not passed over")
}

#[test]
fn damage_is_named_at_open() {
    for place in [0, 100, 2_000] {
        let flipped = damaged(|db| {
            let mut ipc: Vec<u8> = db.query_row("SELECT ipc FROM batch WHERE seq = 2", [], |row| row.get(0))?;
            ipc[place] ^= 1;
            db.execute("UPDATE batch SET ipc = ?1 WHERE seq = 2", [ipc])
        });
        assert!(flipped.to_string().starts_with("the journal is corrupt: batch 2: checksum"), "{flipped}");
    }
    let miscounted = damaged(|db| db.execute("UPDATE batch SET row_count = 5 WHERE seq = 3", []));
    assert_eq!(miscounted.to_string(), "the journal is corrupt: batch 3: 1 rows, written as 5");
    for seq in 1..=3 {
        let hole = damaged(|db| db.execute("DELETE FROM batch WHERE seq = ?1", [seq]));
        assert!(matches!(hole, JournalError::Hole { seq: missing, first: 1, last: 3 } if missing == seq), "{hole}");
    }
    let forged = damaged(|db| db.execute("UPDATE mark SET value = 2 WHERE name = 'last_seq'", []));
    assert!(matches!(forged, JournalError::Corrupt { seq: 3, .. }), "{forged}");
}

#[test]
fn a_journal_of_a_newer_program_is_left_alone() {
    let place = Place::new();
    drop(place.open());
    let db = rusqlite::Connection::open(place.path()).expect("open");
    db.pragma_update(None, "user_version", 99).expect("newer");
    let newer = Journal::open(&place.path(), place.options()).err().expect("refused");
    assert!(newer.to_string().contains("schema version 99; this program knows versions up to 2"), "{newer}");
    assert!(matches!(Reader::open(&place.path()), Err(JournalError::NewerSchema { found: 99, .. })));
}

#[test]
fn one_file_has_one_writer() {
    let place = Place::new();
    let journal = place.open();
    assert!(matches!(Journal::open(&place.path(), place.options()), Err(JournalError::InUse(_))));
    drop(journal);
    one(&place.open(), "a");
}

#[test]
fn concurrent_senders_get_dense_sequences_and_each_its_own_answer() {
    let place = Place::new();
    let journal = place.open();
    let mut all: Vec<i64> = std::thread::scope(|scope| {
        let sender = |thread: i64| {
            let journal = &journal;
            scope.spawn(move || {
                let send = |n: i64| {
                    let id = format!("{thread}-{n}");
                    let work = submission(vec![item(event(&id, &id, Some(START)))]);
                    journal.submit(work).expect("room").wait().expect("settled").seq.expect("stored")
                };
                (0..25).map(send).collect::<Vec<_>>()
            })
        };
        let senders: Vec<_> = (0..8).map(sender).collect();
        senders.into_iter().flat_map(|sender| sender.join().expect("no panic")).collect()
    });
    all.sort_unstable();
    assert_eq!(all, (1..=200).collect::<Vec<_>>());
    assert_eq!(sequences(&journal), all);
    assert_books(&journal);
    drop(journal);
    assert_eq!(place.open().tail().rows(), 200);
}

#[test]
fn what_a_customer_wrote_never_reaches_the_disk_in_clear() {
    const CANARY: &str = "canary.jane@example.org";
    let place = Place::new();
    let journal = place.open();
    let mut late = item(event("r-1", "C-1", None));
    late.raw = bytes::Bytes::from_static(CANARY.as_bytes());
    send(&journal, vec![early(RejectCode::BadValue, CANARY), late]);
    let kept =
        journal.read(|reader| reader.take_for_replay(&journal::RejectFilter::default(), None, 10)).expect("read");
    assert!(kept.iter().all(|reject| crate::support::xor(&reject.sealed) == CANARY.as_bytes()) && kept.len() == 2);
    let mut searched = 0;
    for entry in std::fs::read_dir(place.folder.path()).expect("folder") {
        let bytes = std::fs::read(entry.expect("entry").path()).expect("file");
        searched += bytes.len();
        assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()));
    }
    assert!(searched > 4_096, "database and log were searched");
}

#[test]
fn a_full_queue_is_told_at_once_and_a_large_submission_alone_is_taken() {
    let place = Place::new();
    let journal = Journal::open(&place.path(), Options { queue_bytes: 600, ..place.options() }).expect("open");
    let big = || submission((0..3).map(|n| item(event(&format!("e-{n}"), "C-1", Some(START)))).collect());
    // The writer is held in the first answer until both others were tried.
    let (release, held) = std::sync::mpsc::sync_channel::<()>(1);
    let (entered, enter) = std::sync::mpsc::sync_channel::<()>(1);
    let mut first = big();
    first.answer = Some(Box::new(move |_| {
        entered.send(()).expect("the test listens");
        held.recv().expect("the test releases");
        String::new()
    }));
    let first = journal.submit(first).expect("alone, whatever its size");
    enter.recv().expect("the writer took it");
    let second = journal.submit(big()).expect("alone in the queue");
    assert_eq!(journal.submit(big()).err(), Some(Refused::Busy));
    release.send(()).expect("the writer waits");
    assert!(first.wait().is_ok() && second.wait().is_ok());
    assert!(journal.submit(big()).expect("room again").wait().is_ok());
}

#[test]
fn a_failing_store_answers_nothing_and_says_so() {
    let place = Place::new();
    let told = Arc::new(AtomicBool::new(false));
    let on_fatal = {
        let told = Arc::clone(&told);
        Arc::new(move |_: &JournalError| told.store(true, Ordering::Release))
    };
    let journal = Journal::open(&place.path(), Options { on_fatal, ..place.options() }).expect("open");
    one(&journal, "a");
    rusqlite::Connection::open(place.path()).expect("open").execute_batch("DROP TABLE ledger").expect("damage");
    let lost = journal.submit(submission(vec![item(event("b", "b", Some(START)))])).expect("queued").wait();
    assert_eq!(lost, Err(Refused::Stopped));
    assert!(journal.is_stopped());
    assert_eq!(journal.submit(submission(Vec::new())).err(), Some(Refused::Stopped));
    assert!(matches!(journal.store_document("network", "x"), Err(JournalError::Stopped)));
    assert_eq!(sequences(&journal), [1], "nothing undurable is shown");
    drop(journal);
    assert!(told.load(Ordering::Acquire));
}

#[test]
fn another_process_sees_one_instant_even_when_no_writer_runs() {
    let place = Place::new();
    let journal = place.open();
    one(&journal, "a");
    one(&journal, "b");
    let reader = Reader::open(&place.path()).expect("open");
    one(&journal, "c");
    journal.trim(2, 2).expect("covered");
    let tail = reader.tail_after(1).expect("tail");
    assert_eq!(tail.batches().iter().map(|batch| batch.seq).collect::<Vec<_>>(), [2]);
    assert_eq!(reader.books().expect("books").events.accepted, 2);
    drop(reader);
    drop(journal);
    let reader = Reader::open(&place.path()).expect("no writer is needed");
    assert_eq!(reader.tail_after(2).expect("tail").rows(), 1);
    assert_eq!(reader.tail_after(3).expect("tail").rows(), 0);
    assert!(matches!(reader.tail_after(1), Err(JournalError::Hole { seq: 2, .. })), "a view that lost a flush");
}
