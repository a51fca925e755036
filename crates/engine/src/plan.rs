//! Which days can be read as folded, and which must be folded now. Pure.

use std::collections::BTreeMap;

use contact::{Day, Instant};
use lake::{DataFile, Origins, Snapshot};

/// How one day is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum DayPlan {
    /// The legs file holds, except for contacts that appear in `unfolded` files (or in the tail).
    Folded { legs: DataFile, unfolded: Vec<DataFile>, events: Vec<DataFile> },
    /// The day is folded from its events.
    Unfolded { events: Vec<DataFile> },
}

/// What a question can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Horizon {
    /// Only what had been received by then.
    pub as_of: Instant,
    /// Only what had happened by then.
    pub now: Instant,
}

/// Decides day by day. `fingerprint` is that of today's `legs.sql`: legs made by another text are not used.
pub(crate) fn plan(events: &Snapshot, legs: &Snapshot, fingerprint: &str, horizon: Horizon) -> BTreeMap<Day, DayPlan> {
    let folded = legs.days();
    let mut plans = BTreeMap::new();
    for (day, files) in events.days() {
        let files: Vec<DataFile> = files.into_iter().cloned().collect();
        let usable = match folded.get(&day).map(Vec::as_slice) {
            Some([file]) if holds(file, &files, fingerprint, horizon) => Some((*file).clone()),
            _ => None,
        };
        let plan = match usable {
            Some(legs) => {
                let unfolded = files.iter().filter(|file| !file.tags.origins.is_subset(&legs.tags.origins));
                DayPlan::Folded { unfolded: unfolded.cloned().collect(), legs, events: files }
            }
            None => DayPlan::Unfolded { events: files },
        };
        plans.insert(day, plan);
    }
    plans
}

/// Whether a legs file says what the fold would say of the events it was made from, within the horizon.
fn holds(legs: &DataFile, events: &[DataFile], fingerprint: &str, horizon: Horizon) -> bool {
    let present = Origins::union(events.iter().map(|file| &file.tags.origins));
    let nothing_removed = legs.tags.origins.is_subset(&present);
    let within = |file: &DataFile| {
        let until = |column: &str| file.ranges.get(column).map_or(i64::MAX, |range| range.1);
        until("time") <= horizon.now.as_micros() && until("received_at") <= horizon.as_of.as_micros()
    };
    legs.tags.fingerprint.as_deref() == Some(fingerprint) && nothing_removed && events.iter().all(within)
}

/// The earliest horizon within which these files say what they say within `horizon`: the same for every later one, so that
/// what is kept of them is found again when the clock has moved on.
pub(crate) fn narrowed(files: &[DataFile], horizon: Horizon) -> Horizon {
    let no_later = |instant: Instant, column: &str| {
        let last = files.iter().map(|file| file.ranges.get(column).map_or(i64::MAX, |range| range.1)).max();
        let last = last.and_then(|last| Instant::from_micros(last).ok());
        last.map_or(instant, |last| last.min(instant))
    };
    Horizon { as_of: no_later(horizon.as_of, "received_at"), now: no_later(horizon.now, "time") }
}

/// Whether the files may hold a leg offered in `[from, to)`: a leg is offered when one of its events happens.
pub(crate) fn touches(files: &[DataFile], from: Instant, to: Instant) -> bool {
    files.iter().any(|file| match file.ranges.get("time") {
        Some((first, last)) => *first < to.as_micros() && *last >= from.as_micros(),
        None => true,
    })
}
