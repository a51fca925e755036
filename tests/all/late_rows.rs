//! Rows of exports of which events were made that turned out to contradict what is known of their contact.

use std::sync::Arc;

use intake::Mapping;
use journal::{Counts, Reader, RejectFilter};
use store::{BulkFile, BulkReport, Store};

use crate::kept::open;

/// Three events a row. A contact began with its earliest row, of those that are in the file.
const MAPPING: &str = "
name: calls
format: {kind: csv}
zone: UTC
provider: atlas
source: /calls
contact: {id: '{call}', started_at: began, order: at}
times:
  at: {column: at, format: '%Y-%m-%d %H:%M:%S'}
  began: {earliest: at}
  taken: {from: at, plus_s: '20'}
event_id: '{call}-{$type}-{entry}'
fields: {site: tunis, queue: voice-fr}
rules:
  - {emit: [{type: offered, at: at}, {type: answered, at: taken}, {type: ended, at: taken}]}
";

struct Import {
    store: Arc<Store>,
    runtime: tokio::runtime::Runtime,
    home: tempfile::TempDir,
}

impl Import {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let store = Arc::new(runtime.block_on(open(&home.path().join("lake"))));
        store.journal().store_document("mapping", MAPPING).expect("stored");
        Self { store, runtime, home }
    }

    fn ingest(&self, name: &str, rows: &str) -> BulkReport {
        let path = self.home.path().join(name);
        std::fs::write(&path, format!("entry,call,at\n{rows}")).expect("written");
        let mapping = Some(Arc::new(Mapping::parse(MAPPING).expect("a mapping")));
        let bulk = BulkFile { path, provider: None, mapping };
        let store = Arc::clone(&self.store);
        let report = self.runtime.spawn_blocking(move || store.ingest(&bulk, 2, &|_, _| {}));
        self.runtime.block_on(report).expect("no panic").expect("a file")
    }

    /// Events received and what became of them, once it is clear that the books balance.
    fn books(&self) -> Counts {
        assert_eq!(self.store.journal().read(Reader::check_books).expect("books"), [], "B1");
        self.store.journal().read(Reader::books).expect("books").events
    }
}

/// Else every replay would tell of duplicates that nobody sent, three times as many as the row has events.
#[test]
fn a_row_is_read_again_once_however_many_of_its_events_were_rejected() {
    let import = Import::new();
    import.ingest("first.csv", "1,K,2026-10-01 09:00:00\n");
    import.ingest("more.csv", "2,K,2026-10-01 08:00:00\n3,K,2026-10-01 09:00:00\n");
    let books = import.books();
    assert_eq!((books.received, books.accepted, books.rejected), (9, 3, 6), "the contact has begun at nine");
    // Alone, the row of nine o'clock says no other start; that of eight o'clock does.
    for (replayed, accepted) in [(6, 3), (3, 0)] {
        let done = import.store.replay(&RejectFilter::default()).expect("a replay");
        assert_eq!((done.replayed, done.accepted, done.duplicate, done.rejected), (replayed, accepted, 0, 3));
        let books = import.books();
        assert_eq!((books.received, books.accepted, books.duplicate, books.rejected), (9, 6, 0, 3));
    }
}

/// A page of rejects that ends within a row must not have its rest read a second time.
#[test]
fn rows_are_not_cut_in_two_by_the_pages_of_a_replay() {
    let import = Import::new();
    let contacts = 0..400;
    let known = contacts.clone().map(|n| format!("{n},K-{n},2026-10-01 09:00:00\n")).collect::<Vec<_>>().concat();
    import.ingest("first.csv", &known);
    let eight = contacts.clone().map(|n| format!("e{n},K-{n},2026-10-01 08:00:00\n"));
    let nine = contacts.map(|n| format!("n{n},K-{n},2026-10-01 09:00:00\n"));
    import.ingest("more.csv", &eight.chain(nine).collect::<String>());
    let done = import.store.replay(&RejectFilter::default()).expect("a replay");
    assert_eq!((done.replayed, done.accepted, done.duplicate, done.rejected), (2400, 1200, 0, 1200));
    let books = import.books();
    assert_eq!((books.received, books.accepted, books.duplicate, books.rejected), (3600, 2400, 0, 1200));
}
