//! R2, V1: how far flushing, folding and merging have come, and how often the process was started again, never changes
//! an answer.

use std::{
    fmt::Debug,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use bytes::Bytes;
use contact::Instant;
use journal::{Door, Item, Position, Submission};
use proptest::{collection::vec, prelude::*, sample::select};
use scorecard::{Feeds, answer};
use store::{Glance, Store, StoreOptions};
use tests::{
    histories::{Arrival, Case, Hours, arrivals, cases},
    oracle::{self, Received},
    property::{Tries, holds},
};
use tokio::runtime::{Builder, Runtime};

use crate::equality::{cases_wanted, engine, legs_of, question, told};

/// What happens between two deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Between {
    Nothing,
    Ask,
    Flush,
    Fold,
    Merge,
    Restart,
}

const BETWEEN: &[Between] = &[
    Between::Nothing,
    Between::Ask,
    Between::Ask,
    Between::Flush,
    Between::Flush,
    Between::Fold,
    Between::Merge,
    Between::Restart,
];

/// Histories, what happens between their deliveries, and so many questions each.
pub(crate) fn lives<A: Debug>(
    asks: impl Strategy<Value = A>,
    count: usize,
) -> impl Strategy<Value = (Case, Vec<Between>, Vec<A>)> {
    let between = select(vec![Between::Fold, Between::Fold, Between::Flush, Between::Nothing, Between::Merge]);
    (cases(&[Hours::Always, Hours::All]), vec(between, 4), vec(asks, count))
}

/// What a store runs on.
pub(crate) fn two_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

pub(crate) struct Lake {
    home: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    network: String,
    store: Option<Store>,
}

impl Lake {
    pub(crate) async fn new(network: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut lake = Self { home, clock: Arc::new(AtomicI64::new(0)), network: network.to_owned(), store: None };
        lake.restart().await;
        lake
    }

    pub(crate) fn path(&self) -> &Path {
        self.home.path()
    }

    /// Ends the process.
    pub(crate) fn stop(&mut self) {
        self.store = None;
    }

    pub(crate) async fn restart(&mut self) {
        self.stop();
        let clock = Arc::clone(&self.clock);
        let options = StoreOptions {
            purpose: "test".to_owned(),
            network: Some(self.network.clone()),
            clock: Arc::new(move || Instant::from_micros(clock.load(Ordering::SeqCst)).expect("a time")),
            on_fatal: Arc::new(|error| panic!("the journal failed: {error}")),
        };
        self.store = Some(Store::open(self.path(), engine(), options).await.expect("opens again"));
    }

    pub(crate) fn store(&self) -> &Store {
        self.store.as_ref().expect("open")
    }

    /// Delivers events at an instant of receipt.
    pub(crate) async fn deliver(&self, received: &[Received]) {
        let Some(first) = received.first() else { return };
        self.clock.store(first.received_at.as_micros(), Ordering::SeqCst);
        let mut submission = Submission::new(Door::Http, Some(first.event.identity.provider.clone()), "cloudevents");
        for (index, received) in (0..).zip(received) {
            let mut event = received.event.clone();
            event.started_at = Some(received.started_at);
            submission.items.push(Item {
                position: Position::Index(index),
                raw: Bytes::new(),
                content: Ok(event),
                replay_of: None,
            });
        }
        let settled = self.store().journal().submit(submission).expect("taken").await.expect("durable");
        assert_eq!(settled.counts.rejected, 0, "{settled:?}");
        assert_eq!(settled.received_at, first.received_at);
    }

    pub(crate) async fn between(&mut self, what: Between) {
        match what {
            Between::Nothing | Between::Ask => {}
            Between::Flush => {
                self.store().flush().await.expect("flushed");
            }
            Between::Fold => {
                self.store().flush().await.expect("flushed");
                self.store().fold().await.expect("folded");
            }
            Between::Merge => {
                self.store().flush().await.expect("flushed");
                self.store().compact(1).await.expect("merged");
            }
            Between::Restart => self.restart().await,
        }
    }
}

/// The deliveries of an arrival: each batch is received later than the one before.
pub(crate) fn deliveries(arrival: &Arrival) -> Vec<Vec<Received>> {
    let mut sizes = arrival.sizes.iter().copied().cycle();
    let mut rest = arrival.events.as_slice();
    let mut batches = Vec::new();
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(sizes.next().unwrap_or(1).clamp(1, rest.len()));
        let number = i64::try_from(batches.len()).expect("few");
        let at = Instant::from_micros(1_800_000_000_000_000 + number * 60_000_000).expect("a time");
        batches.push(batch.iter().map(|one| Received { received_at: at, ..one.clone() }).collect());
        rest = after;
    }
    batches
}

async fn compare(lake: &Lake, case: &Case, delivered: &[Received], as_of: Instant) -> Result<(), TestCaseError> {
    let view = lake.store().view().expect("a view");
    for (now, as_of) in
        [(Instant::FOREVER, Instant::FOREVER), (case.query.now, Instant::FOREVER), (case.query.now, as_of)]
    {
        let expected = oracle::fold(delivered, as_of, now);
        prop_assert_eq!(legs_of(&view, now, as_of).await, expected, "now {}, as of {}", now, as_of);
    }
    Ok(())
}

async fn live(case: &Case, arrival: &Arrival, between: &[Between]) -> Result<(), TestCaseError> {
    let mut lake = Lake::new(&case.network_text).await;
    let mut delivered = Vec::new();
    let mut turns = between.iter().copied().cycle();
    let deliveries = deliveries(arrival);
    let middle = deliveries.get(deliveries.len() / 2).and_then(|batch| batch.first()).map(|one| one.received_at);
    for batch in &deliveries {
        lake.deliver(batch).await;
        delivered.extend(batch.iter().cloned());
        let turn = turns.next().unwrap_or(Between::Nothing);
        lake.between(turn).await;
        if turn != Between::Nothing {
            compare(&lake, case, &delivered, middle.unwrap_or(Instant::FOREVER)).await?;
        }
    }
    compare(&lake, case, &delivered, middle.unwrap_or(Instant::FOREVER)).await?;
    let view = lake.store().view().expect("a view");
    let glance = Glance::open(lake.path(), engine(), Instant::FOREVER).await.expect("a glance");
    for question in [question(case), question(&case.clone().whole())] {
        let here = answer(&view, &case.network, &Feeds::new(), &question).await.expect("an answer");
        let there = answer(&glance.view, &case.network, &Feeds::new(), &question).await.expect("an answer");
        prop_assert_eq!(told(&here), told(&there), "another process reads the same lake");
    }
    drop(glance);
    drop(view);
    lake.between(Between::Fold).await;
    let verified = store::verify(lake.path(), engine(), Instant::FOREVER).await.expect("verified");
    prop_assert!(verified.damage.is_empty(), "{:?}", verified.damage);
    Ok(())
}

#[test]
fn answers_do_not_depend_on_how_far_the_lake_has_come() {
    let strategy = cases(&[Hours::Always]).prop_flat_map(|case| {
        let between = vec(select(BETWEEN), 1..6);
        (arrivals(case.received.clone()), between).prop_map(move |(arrival, between)| (case.clone(), arrival, between))
    });
    let tries = Tries { cases: cases_wanted(10).min(400), shrinks: 60 };
    holds(&two_threads(), tries, &strategy, async |(case, arrival, between)| live(&case, &arrival, &between).await);
}
