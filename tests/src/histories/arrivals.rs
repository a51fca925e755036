//! The ways in which one history can arrive: in any order, more than once, in batches of any size.

use arrow::array::RecordBatch;
use columns::EventRows;
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};

use crate::oracle::Received;

/// A history as it arrives.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Shuffled, some more than once. A repetition is received at the same time or later, so it tells nothing new.
    pub events: Vec<Received>,
    /// Sizes of the batches, used over and over.
    pub sizes: Vec<usize>,
}

impl Arrival {
    /// As batches of `events`.
    #[must_use]
    pub fn batches(&self) -> Vec<RecordBatch> {
        to_batches(&self.events, &self.sizes)
    }
}

/// Ways in which `history` can arrive.
pub fn arrivals(history: Vec<Received>) -> impl Strategy<Value = Arrival> {
    let later = select(&[0_i64, 0, 1, 86_400_000_000][..]);
    (vec((any::<Index>(), later), 0..=8), vec(1..=20_usize, 1..=4))
        .prop_flat_map(move |(copies, sizes)| {
            let mut events = history.clone();
            for (of, later) in copies.into_iter().filter(|_| !history.is_empty()) {
                let copy = of.get(&history).clone();
                events.push(Received { received_at: copy.received_at.plus_micros(later), ..copy });
            }
            (Just(events).prop_shuffle(), Just(sizes))
        })
        .prop_map(|(events, sizes)| Arrival { events, sizes })
}

/// The events as batches of the given sizes, used over and over; without sizes one batch, without events none.
///
/// # Panics
/// When the rows do not fit the schema: a defect of `columns`.
#[must_use]
pub fn to_batches(events: &[Received], sizes: &[usize]) -> Vec<RecordBatch> {
    let mut sizes = sizes.iter().copied().filter(|size| *size > 0).cycle();
    let mut batches = Vec::new();
    let mut rest = events;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(sizes.next().unwrap_or(rest.len()).min(rest.len()));
        let mut rows = EventRows::default();
        for received in batch {
            rows.push(&received.event, received.event.content_digest(), received.started_at, received.received_at);
        }
        batches.push(rows.finish().expect("events fit their schema"));
        rest = after;
    }
    batches
}
