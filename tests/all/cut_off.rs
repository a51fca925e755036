//! V1: a flush that is cut off at any point, as it is when the program is told to stop, moves every event once.

use std::{future::poll_fn, path::Path, pin::pin, task::Poll};

use arrow::{array::AsArray, compute::cast, datatypes::DataType};
use contact::Instant;
use engine::{EngineError, Params, Session};
use store::{Glance, Store};

use crate::{
    equality::{engine, runtime},
    kept::{offered, open, send},
};

/// A flush waits for the disk less often than this.
const MOST_WAITS: usize = 1_000;

/// Does `work` until it has to wait once more than `waits` times, and drops it then. What it waits for goes on.
async fn cut_off<T>(work: impl Future<Output = T>, waits: usize) -> Option<T> {
    let mut work = pin!(work);
    let mut waited = 0;
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if waited == waits => Poll::Ready(None),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

async fn ids(session: Result<Session, EngineError>) -> Vec<String> {
    let session = session.expect("a session");
    let mut ids = Vec::new();
    for batch in session.rows("every_event", &Params::default()).await.expect("events") {
        let column = cast(batch.column_by_name("id").expect("a column of events"), &DataType::Utf8).expect("text");
        ids.extend(column.as_string::<i32>().iter().flatten().map(str::to_owned));
    }
    ids.sort();
    ids
}

async fn glance(home: &Path) -> Glance {
    Glance::open(home, engine(), Instant::FOREVER).await.expect("a glance")
}

/// A lake, and the events it has acknowledged.
struct Lake {
    store: Store,
    sent: Vec<String>,
    home: tempfile::TempDir,
}

impl Lake {
    async fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let store = open(home.path()).await;
        Self { store, sent: Vec::new(), home }
    }

    async fn deliver(&mut self, contact: &str) {
        assert_eq!(send(&self.store, "cloudevents", &[offered(contact)]).await.accepted, 1);
        self.sent.push(format!("o-{contact}"));
        self.sent.sort();
    }

    /// Whether the newest version of the lake has all that was acknowledged.
    async fn has_everything(&self) -> bool {
        ids(glance(self.home.path()).await.view.files_session()).await == self.sent
    }

    async fn assert_each_once(&self, when: &str) {
        let here = self.store.view().expect("a view");
        assert_eq!(ids(here.events_session()).await, self.sent, "in this process, {when}");
        let there = glance(self.home.path()).await.view;
        assert_eq!(ids(there.events_session()).await, self.sent, "in another process, {when}");
    }
}

/// Cuts off flush after flush, each a little later than the one before, until one comes to its end. After each cut an
/// event is accepted, the days are merged if so wished, and what is left is flushed.
async fn cut_everywhere(merge: bool) {
    let mut lake = Lake::new().await;
    let mut unaware = 0;
    for waits in 0..MOST_WAITS {
        lake.deliver(&format!("A-{waits}")).await;
        let flushed = cut_off(lake.store.flush(), waits).await.map(|flushed| flushed.expect("flushed"));
        // All of it committed, and still in the journal as if nothing were.
        unaware += usize::from(flushed.is_none() && lake.has_everything().await);
        lake.deliver(&format!("B-{waits}")).await;
        if merge {
            lake.store.compact(1).await.expect("merged");
        }
        lake.assert_each_once(&format!("after a flush was cut off at wait {waits}")).await;
        lake.store.flush().await.expect("flushed");
        lake.assert_each_once(&format!("after the flush that followed the one cut off at wait {waits}")).await;
        assert_eq!(lake.store.journal().tail().rows(), 0);
        if flushed.is_some() {
            assert!(unaware > 0, "no flush was cut off after its commit, in {waits}");
            return;
        }
    }
    panic!("a flush waits more than {MOST_WAITS} times");
}

/// A stop of the program under load would leave the events of its last second in the lake twice.
#[test]
fn a_flush_that_was_cut_off_is_not_repeated_together_with_what_came_since() {
    runtime().block_on(cut_everywhere(false));
}

/// Whoever asks between a flush that failed after its commit and the next one would see its events twice.
#[test]
fn what_a_flush_that_was_cut_off_has_committed_is_not_shown_beside_the_tail() {
    runtime().block_on(cut_everywhere(true));
}
