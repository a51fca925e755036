//! Receipts and documents.

use journal::{IdempotencyKey, Journal, Reader, Refused, Settled, Submission};

use crate::support::{HOUR, Place, START, event, item, north, send, settle, submission};

fn keyed(id: &str) -> Submission {
    let answer = |settled: &Settled| format!("{{\"accepted\":{}}}", settled.counts.accepted);
    Submission {
        key: Some(IdempotencyKey { key: "k-1".into(), body: [3; 32] }),
        answer: Some(Box::new(answer)),
        ..submission(vec![item(event(id, "C-1", Some(START)))])
    }
}

#[test]
fn the_same_idempotency_key_gets_the_same_answer_and_stores_nothing() {
    let place = Place::new();
    let journal = place.open();
    let settled = settle(&journal, keyed("e-1"));
    assert_eq!(settled.answer.as_deref(), Some("{\"accepted\":1}"));
    drop(journal);
    let journal = place.open();
    let again = journal.submit(keyed("e-2")).expect("queued").wait();
    assert_eq!(again, Err(Refused::KeyUsed(settled.receipt.clone())));
    assert_eq!(journal.tail().rows(), 1);
    let sender = north();
    let of_key = |provider| journal.read(|reader| reader.receipt_of_key(provider, "k-1")).expect("read");
    let receipt = of_key(Some(&sender)).expect("found");
    assert_eq!((receipt.id, receipt.answer), (settled.receipt, settled.answer));
    assert_eq!((receipt.body_digest, receipt.seq), (Some("03".repeat(32)), Some(1)));
    assert_eq!(of_key(None), None, "another sender's key is another key");
}

#[test]
fn two_requests_with_one_key_at_once_are_settled_once() {
    let place = Place::new();
    let journal = place.open();
    let results: Vec<_> = [journal.submit(keyed("e-1")), journal.submit(keyed("e-1"))]
        .into_iter()
        .map(|pending| pending.expect("queued").wait().is_ok())
        .collect();
    assert_eq!(results, [true, false]);
}

#[test]
fn receipts_are_paged_and_cannot_be_guessed() {
    let place = Place::new();
    let journal = place.open();
    let ids: Vec<_> =
        (0..3).map(|n| send(&journal, vec![item(event(&n.to_string(), "C", Some(START)))]).receipt).collect();
    assert!(ids.iter().all(|id| id.len() == 32));
    let page = |before: Option<&str>| -> Vec<_> {
        let receipts = journal.read(|reader| reader.receipts(Some(&north()), before, 2)).expect("receipts");
        receipts.into_iter().map(|receipt| receipt.id).collect()
    };
    assert_eq!(page(None), [ids[2].clone(), ids[1].clone()]);
    assert_eq!(page(Some(&ids[1])), [ids[0].clone()]);
}

#[test]
fn a_configuration_is_remembered_with_the_instant_it_came_into_force() {
    let place = Place::new();
    let journal = place.open();
    let store = |text| journal.store_document("network", text).expect("stored");
    let first = store("a: 1");
    place.advance(HOUR);
    assert_eq!(store("a: 1"), first, "unchanged");
    let second = store("a: 2");
    place.advance(HOUR);
    let back = store("a: 1");
    assert_eq!(back.hash, first.hash);
    assert!(back.accepted_at > second.accepted_at && second.accepted_at > first.accepted_at);
    journal.store_document("mapping/x", "b").expect("stored");
    let ask = |reader: &Reader| Ok((reader.latest("network")?, reader.history("network")?, reader.latest("contract")?));
    assert_eq!(journal.read(ask).expect("read"), (Some(back.clone()), vec![first.clone(), second, back], None));
    assert_eq!(document(&journal, "network", &first.hash), Some(first.clone()));
    assert_eq!(document(&journal, "mapping/x", &first.hash), None);
}

fn document(journal: &Journal, kind: &str, hash: &str) -> Option<journal::Document> {
    journal.read(|reader| reader.document(kind, hash)).expect("read")
}

#[test]
fn an_answer_can_be_awaited() {
    let place = Place::new();
    let journal = place.open();
    let pending = journal.submit(submission(vec![item(event("e", "C", Some(START)))])).expect("queued");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    assert_eq!(runtime.block_on(pending).expect("settled").seq, Some(1));
}

/// A statement that was written over would be believed.
#[test]
fn a_document_that_was_written_over_is_found() {
    let place = Place::new();
    let journal = place.open();
    journal.store_document("statement/2026-10", "sealed").expect("stored");
    let stored = journal.store_document("network", "brand: north").expect("stored");
    assert_eq!(journal.read(Reader::damaged_documents).expect("read"), []);
    let db = rusqlite::Connection::open(place.path()).expect("open");
    db.execute("UPDATE document SET text = 'brand: south' WHERE hash = ?1", [&stored.hash]).expect("written over");
    let found = journal.read(Reader::damaged_documents).expect("read");
    assert_eq!(found, [("network".to_owned(), stored.hash)]);
}
