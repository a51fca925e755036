//! Contacts of which all was rejected.

use contact::{ContactKey, Instant, Reject, RejectCode};
use journal::{Became, EarlyReject, Item, Journal, Lacking, RejectFilter, Replay, Submission};

use crate::support::{HOUR, Place, START, at, early, event, item, key, north, send, settle};

/// An event of a contact that began at `began` at a queue, rejected.
fn rejected(subject: &str, began: i64, queue: &str) -> Item {
    let reject = EarlyReject {
        contact: Some(ContactKey::of_provider(&north(), subject)),
        began: Some(at(began)),
        queue: Some(queue.to_owned()),
        ..Reject::new(RejectCode::UnknownQueue, None, "wrong").into()
    };
    Item { content: Err(reject), ..early(RejectCode::UnknownQueue, "bytes") }
}

fn lacking(journal: &Journal, as_of: Instant) -> Vec<Lacking> {
    journal.read(|reader| reader.lacking(as_of)).expect("read")
}

fn of(begun: i64, queue: Option<&str>, contacts: u64) -> Lacking {
    let at = at(begun - begun.rem_euclid(900_000_000));
    let queue = queue.map(str::to_owned);
    Lacking { provider: "north".to_owned(), named: queue.is_some(), at, site: None, queue, contacts }
}

/// Two events of one contact are one contact that is lacking, until one of them comes; what was lacking before is said again.
#[test]
fn a_contact_is_lacking_until_an_event_of_it_is_accepted() {
    let place = Place::new();
    let journal = place.open();
    send(
        &journal,
        vec![rejected("C-1", START, "mail"), rejected("C-1", START, "mail"), rejected("C-2", START, "mail")],
    );
    let before = journal.now();
    assert_eq!(lacking(&journal, Instant::FOREVER), [of(START, Some("mail"), 2)]);
    place.advance(HOUR);
    send(&journal, vec![item(event("e-1", "C-1", Some(START)))]);
    assert_eq!(lacking(&journal, Instant::FOREVER), [of(START, Some("mail"), 1)]);
    assert_eq!(lacking(&journal, before), [of(START, Some("mail"), 2)]);
    assert_eq!(lacking(&journal, at(0)), [], "nothing had been received");
    send(&journal, vec![rejected("C-1", START, "mail")]);
    assert_eq!(lacking(&journal, Instant::FOREVER), [of(START, Some("mail"), 1)], "it came already");
}

/// What names no contact, or not when it began, is counted by itself: it may be of a contact that came.
#[test]
fn a_reject_without_a_name_is_of_no_contact() {
    let place = Place::new();
    let journal = place.open();
    send(&journal, vec![early(RejectCode::BadJson, "bytes"), item(event("r-1", "C-9", None))]);
    let received = journal.read(|reader| reader.receipts(None, None, 1)).expect("receipts")[0].received_at.as_micros();
    assert_eq!(lacking(&journal, Instant::FOREVER), [of(received, None, 2)]);
    place.advance(HOUR);
    send(&journal, vec![item(event("o-9", "C-9", Some(START)))]);
    assert_eq!(lacking(&journal, Instant::FOREVER), [of(received, None, 1)], "its contact came");
    let filter = RejectFilter { code: Some(RejectCode::BadJson), ..RejectFilter::default() };
    let id = journal.read(|reader| reader.take_for_replay(&filter, None, 10)).expect("read")[0].id;
    let replays = vec![Replay { reject: id, became: Became::Items }];
    let again = Item { replay_of: Some(id), ..item(event("o-10", "C-10", Some(START))) };
    settle(&journal, Submission { items: vec![again], replays, ..crate::support::submission(Vec::new()) });
    assert_eq!(lacking(&journal, Instant::FOREVER), [], "it was read again");
}

/// A file that was not finished says nothing yet; once it is, its own contacts are not lacking.
#[test]
fn a_file_brings_contacts_that_were_lacking() {
    let place = Place::new();
    let journal = place.open();
    send(&journal, vec![rejected("C-1", START, "mail"), rejected("C-7", START, "mail")]);
    let digest = [9; 32];
    let reject = EarlyReject {
        contact: Some(ContactKey::of_provider(&north(), "C-8")),
        began: Some(at(START)),
        queue: Some("mail".to_owned()),
        ..Reject::new(RejectCode::UnknownQueue, None, "wrong").into()
    };
    let start = journal::BulkStart {
        file: journal::FileRef { label: "day.csv".into(), digest },
        provider: Some(north()),
        format: "mapping/calls".into(),
        received_at: journal.now(),
        events: vec![journal::BulkEvents {
            provider: None,
            source: String::new(),
            counts: journal::Counts { received: 2, accepted: 1, duplicate: 0, conflict: 0, rejected: 1 },
        }],
        rows: Vec::new(),
        skipped: Vec::new(),
        rejects: vec![journal::BulkReject { reject, position: journal::Position::Line(2), raw: "row".into() }],
        data_files: vec!["part-1.parquet".into()],
    };
    journal.begin_bulk(start).expect("begun");
    assert_eq!(lacking(&journal, Instant::FOREVER), [of(START, Some("mail"), 2)]);
    journal.finish_bulk(&digest, [(key("C-7"), at(START))]).expect("finished");
    assert_eq!(lacking(&journal, Instant::FOREVER), [of(START, Some("mail"), 2)], "C-7 came, C-8 did not");
}

/// A file of the first version is read as it is, and begun to be asked once a writer opened it.
#[test]
fn a_file_of_an_older_program_is_opened() {
    let place = Place::new();
    let db = rusqlite::Connection::open(place.path()).expect("a new file");
    db.execute_batch(include_str!("../../src/schema.sql")).expect("the first version");
    db.pragma_update(None, "user_version", 1).expect("its number");
    db.execute(
        "INSERT INTO reject (receipt, received_us, provider, source, code, message, position, format, of_row, state, sealed)
         VALUES ('r', ?1, 'north', '', 'bad_json', 'wrong', 'index 0', 'cloudevents', 0, 'open', x'00')",
        [START],
    )
    .expect("a reject");
    drop(db);
    let reader = journal::Reader::open(&place.path()).expect("it is read");
    assert_eq!(reader.lacking(Instant::FOREVER).expect("read"), []);
    drop(reader);
    let journal = place.open();
    assert_eq!(lacking(&journal, Instant::FOREVER), [of(START, None, 1)]);
}
