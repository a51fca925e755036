//! The instant of receipt: the clock given at open, held so that it never goes back.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use contact::Instant;

/// Reads the time.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A clock that never goes back, not even over a restart.
pub(crate) struct MonotonicClock {
    read: Clock,
    last: AtomicI64,
}

impl MonotonicClock {
    /// Starts at `last`, the newest instant stored.
    pub(crate) fn new(read: Clock, last: i64) -> Self {
        Self { read, last: AtomicI64::new(last) }
    }

    /// Now, or the newest instant ever told if that is later.
    pub(crate) fn now(&self) -> Instant {
        let now = (self.read)();
        let last = self.last.fetch_max(now.as_micros(), Ordering::AcqRel);
        Instant::from_micros(last).map_or(now, |last| last.max(now))
    }
}
