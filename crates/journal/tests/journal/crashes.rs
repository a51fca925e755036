//! What a crash at each named place leaves behind. The crash happens in a child: this test program, run again.

use std::{path::Path, process::Command};

use journal::Journal;

use crate::support::{Place, START, assert_books, event, item, send};

const FOLDER: &str = "JOURNAL_TEST_FOLDER";

/// Stores `a`, trims it as covered by the lake, stores `b`; dies on the way.
#[test]
#[ignore = "run by the other tests of this file, which say where to die"]
fn child() {
    let folder = std::env::var_os(FOLDER).expect("the parent names the folder");
    let options = Place::new().options();
    let journal = Journal::open(&Path::new(&folder).join("journal.db"), options).expect("open");
    send(&journal, vec![item(event("a", "C-a", Some(START)))]);
    journal.trim(1, 1).expect("covered");
    send(&journal, vec![item(event("b", "C-b", Some(START)))]);
}

/// Sequences on disk and events in the books after a crash at `point`.
fn after_crash_at(point: &str) -> (Vec<i64>, u64) {
    let place = Place::new();
    let program = std::env::current_exe().expect("this program");
    let child = Command::new(program)
        .args(["--exact", "crashes::child", "--ignored"])
        .env("VIGIE_FAULT", point)
        .env(FOLDER, place.folder.path())
        .output()
        .expect("the child starts");
    assert!(!child.status.success(), "{point} was not reached: {}", String::from_utf8_lossy(&child.stdout));
    let journal = place.open();
    assert_books(&journal);
    let sequences = journal.tail().batches().iter().map(|batch| batch.seq).collect();
    let books = journal.read(journal::Reader::books).expect("books");
    let next = send(&journal, vec![item(event("c", "C-c", Some(START)))]).seq;
    assert_eq!(next, Some(i64::try_from(books.events.accepted).expect("few") + 1), "dense after a crash");
    (sequences, books.events.accepted)
}

#[test]
fn a_crash_before_a_commit_leaves_nothing_of_the_group_and_after_it_everything() {
    assert_eq!(after_crash_at("journal.before_commit"), (vec![], 0));
    assert_eq!(after_crash_at("journal.after_commit"), (vec![1], 1));
    assert_eq!(after_crash_at("journal.before_commit:2"), (vec![], 1));
    assert_eq!(after_crash_at("journal.after_commit:2"), (vec![2], 2));
}

#[test]
fn a_crash_around_a_trim_leaves_the_batch_or_not_but_never_a_hole() {
    assert_eq!(after_crash_at("journal.before_trim"), (vec![1], 1));
    assert_eq!(after_crash_at("journal.after_trim"), (vec![], 1));
}
