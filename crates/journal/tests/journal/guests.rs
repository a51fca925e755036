//! Tables that others keep in the journal's file.

use journal::Reader;

use crate::support::Place;

const TABLE: &str = "CREATE TABLE guest (n INTEGER PRIMARY KEY) STRICT";

fn rows(reader: &Reader) -> i64 {
    reader.guest(|db| db.query_row("SELECT count(*) FROM guest", [], |row| row.get(0))).expect("a table")
}

/// Else an alert could be shown that nobody is ever told of.
#[test]
fn a_guest_keeps_all_of_a_change_or_nothing_and_the_journal_goes_on() {
    let place = Place::new();
    let journal = place.open();
    let made = journal.guest(|db| db.execute_batch(TABLE)).expect("a writer");
    assert_eq!(made, Ok(()));
    let written = journal.guest(|db| db.execute("INSERT INTO guest VALUES (1), (2)", [])).expect("a writer");
    assert_eq!(written, Ok(2));
    let undone = journal.guest(|db| -> Result<(), String> {
        db.execute("INSERT INTO guest VALUES (3)", []).expect("a free number");
        Err(db.execute("INSERT INTO guest VALUES (1)", []).expect_err("taken").to_string())
    });
    assert!(undone.expect("a writer").expect_err("undone").contains("UNIQUE"));
    assert_eq!(journal.read(|reader| Ok(rows(reader))).expect("a reader"), 2);
    assert!(!journal.is_stopped());
    drop(journal);
    let again = place.open();
    assert_eq!(again.read(|reader| Ok(rows(reader))).expect("a reader"), 2, "durable");
    assert_eq!(again.tail().last_seq(), 0, "and none of the journal's business");
}
