//! A journal in a folder of its own, and short ways to say what is sent.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use bytes::Bytes;
use contact::{
    ContactKey, Details, Event, EventType, Identity, Instant, Known, People, ProviderId, Reject, RejectCode,
};
use journal::{Door, EarlyReject, Item, Journal, Options, Position, Settled, Submission};
use tempfile::TempDir;

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600_000_000;
/// When the tests begin.
pub const START: i64 = 1_774_764_000_000_000;

pub fn at(micros: i64) -> Instant {
    Instant::from_micros(micros).expect("a time of these years")
}

pub fn north() -> ProviderId {
    ProviderId::new("north").expect("a name")
}

/// A folder with a journal, and the clock it reads.
pub struct Place {
    pub folder: TempDir,
    pub clock: Arc<AtomicI64>,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder"), clock: Arc::new(AtomicI64::new(START)) }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    /// The toy sealer is reversible, so that a test can open what was sealed.
    pub fn options(&self) -> Options {
        let clock = Arc::clone(&self.clock);
        Options::new(
            Arc::new(move || at(clock.load(Ordering::Relaxed))),
            Arc::new(xor),
            Arc::new(|error| panic!("the journal failed: {error}")),
        )
    }

    pub fn open(&self) -> Journal {
        Journal::open(&self.path(), self.options()).expect("the journal opens")
    }

    pub fn advance(&self, micros: i64) {
        self.clock.fetch_add(micros, Ordering::Relaxed);
    }
}

pub fn xor(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ 0x5a).collect()
}

/// An event of contact `subject`; with a start it is `offered`, without one `resolved`.
pub fn event(id: &str, subject: &str, started: Option<i64>) -> Event {
    Event {
        identity: Identity { provider: north(), source: "/acd".into(), id: id.into() },
        revision: 0,
        contact: ContactKey::of_provider(&north(), subject),
        subject: subject.into(),
        kind: if started.is_some() { EventType::Offered } else { EventType::Resolved },
        time: at(START),
        started_at: started.map(at),
        place: None,
        channel: None,
        direction: None,
        known: Known::default(),
        people: People::default(),
        details: Details::default(),
    }
}

pub fn item(event: Event) -> Item {
    let raw = Bytes::from(format!("raw of {}", event.identity.id));
    Item { position: Position::Index(0), raw, content: Ok(event), replay_of: None }
}

pub fn early(code: RejectCode, raw: &'static str) -> Item {
    let reject = EarlyReject::from(Reject::new(code, None, "wrong"));
    Item {
        position: Position::Index(7),
        raw: Bytes::from_static(raw.as_bytes()),
        content: Err(reject),
        replay_of: None,
    }
}

pub fn submission(items: Vec<Item>) -> Submission {
    Submission { items, ..Submission::new(Door::Http, Some(north()), "cloudevents") }
}

pub fn send(journal: &Journal, items: Vec<Item>) -> Settled {
    settle(journal, submission(items))
}

/// Sends, waits, and checks that the books balance afterwards.
pub fn settle(journal: &Journal, submission: Submission) -> Settled {
    let settled = journal.submit(submission).expect("room in the queue").wait().expect("settled");
    assert_books(journal);
    settled
}

pub fn assert_books(journal: &Journal) {
    assert_eq!(journal.read(journal::Reader::check_books).expect("books"), [], "B1");
}

/// A contact's key digest.
pub fn key(subject: &str) -> i64 {
    ContactKey::of_provider(&north(), subject).hash64()
}
