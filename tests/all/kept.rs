//! What was rejected is kept, and what can be read again is, whatever stands beside it.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use contact::{Instant, ProviderId};
use intake::Context;
use journal::{Door, Item, Position, Reader, RejectFilter, Submission};
use store::{Store, StoreOptions};

use crate::equality::{engine, runtime};

const NETWORK: &str = "
brand: north
zone: Europe/Paris
providers: [{name: atlas}]
sites: [{name: tunis, provider: atlas}]
queues: [{name: voice-fr, channel: voice}]
";

pub(crate) async fn open(home: &Path) -> Store {
    let clock: Instant = "2026-10-06T12:00:00Z".parse().expect("a time");
    let options = StoreOptions {
        purpose: "a test".to_owned(),
        network: Some(NETWORK.to_owned()),
        clock: Arc::new(move || clock),
        on_fatal: Arc::new(|error| panic!("the journal failed: {error}")),
    };
    Store::open(home, engine(), options).await.expect("a store")
}

pub(crate) fn offered(contact: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"o-{contact}","source":"/acd","type":"vigie.contact.offered.v1","subject":"{contact}","time":"2026-10-01T08:00:00Z","data":{{"started_at":"2026-10-01T08:00:00Z","site":"tunis","queue":"voice-fr"}}}}"#
    )
}

fn resolved(contact: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"r-{contact}","source":"/acd","type":"vigie.contact.resolved.v1","subject":"{contact}","time":"2026-10-02T08:00:00Z","data":{{}}}}"#
    )
}

/// Hands in events that are read again, if they are rejected, as `format` says.
pub(crate) async fn send(store: &Store, format: &str, events: &[String]) -> journal::Counts {
    let provider = ProviderId::new("atlas").expect("a name");
    let mut submission = Submission::new(Door::Http, Some(provider.clone()), format);
    for (index, text) in (0..).zip(events) {
        let network = store.network();
        let (keys, now) = (store.keys(), store.clock());
        let context = Context { network: &network, provider: &provider, keys, now, door: intake::Door::Http };
        let event = intake::parse_event(text.as_bytes(), &context).expect("an event").event;
        let raw = Bytes::from(text.clone());
        submission.items.push(Item { position: Position::Index(index), raw, content: Ok(event), replay_of: None });
    }
    store.journal().submit(submission).expect("taken").await.expect("durable").counts
}

fn open_rejects(store: &Store) -> Vec<Option<String>> {
    let filter = RejectFilter { state: Some(journal::RejectState::Open), ..RejectFilter::default() };
    let rows = store.journal().read(|reader| reader.rejects(&filter, None, 10)).expect("rejects");
    rows.into_iter().rev().map(|row| row.event_id).collect()
}

fn ids<const N: usize>(contacts: [&str; N]) -> [Option<String>; N] {
    contacts.map(|contact| Some(format!("r-{contact}")))
}

/// One row that nobody can read any more must not keep every later resolution out of the figures for ever.
#[test]
fn a_reject_that_cannot_be_read_stays_and_holds_up_no_other() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("lake");
    runtime().block_on(async {
        let store = open(&path).await;
        assert_eq!(send(&store, "cloudevents", &[resolved("LOST-KEY")]).await.rejected, 1);
        drop(store);
        std::fs::remove_file(path.join("secret.key")).expect("lost");

        let store = open(&path).await;
        assert_eq!(send(&store, "mapping:0000", &[resolved("LOST-MAPPING")]).await.rejected, 1);
        assert_eq!(send(&store, "cloudevents", &[resolved("C-1"), resolved("C-2")]).await.rejected, 2);
        let contacts = ["LOST-KEY", "LOST-MAPPING", "C-1"].map(offered);
        assert_eq!(send(&store, "cloudevents", &contacts).await.accepted, 3);

        for replayed in [1, 0] {
            let upkeep = store.maintain().await.expect("upkeep goes on");
            assert_eq!((upkeep.replayed, upkeep.unreadable), (replayed, 2));
            assert_eq!(open_rejects(&store), ids(["LOST-KEY", "LOST-MAPPING", "C-2"]));
        }
        let books = store.journal().read(Reader::books).expect("books").events;
        assert_eq!((books.received, books.accepted, books.rejected), (7, 4, 3));
        assert_eq!(store.journal().read(Reader::check_books).expect("books"), [], "B1");
    });
}

/// The same for whoever asks for a replay: the rest comes in, and what is left is counted, not an error.
#[test]
fn a_replay_reads_what_it_can_and_counts_what_it_cannot() {
    let home = tempfile::tempdir().expect("a folder");
    let runtime = runtime();
    let store = runtime.block_on(async {
        let store = open(home.path()).await;
        send(&store, "mapping:0000", &[resolved("C-1")]).await;
        send(&store, "cloudevents", &[resolved("C-2")]).await;
        send(&store, "cloudevents", &["C-1", "C-2"].map(offered)).await;
        store
    });
    for (replayed, accepted) in [(1, 1), (0, 0)] {
        let done = store.replay(&RejectFilter::default()).expect("a replay");
        assert_eq!((done.replayed, done.unreadable, done.accepted, done.rejected), (replayed, 1, accepted, 0));
    }
    assert_eq!(open_rejects(&store), ids(["C-1"]));
}
