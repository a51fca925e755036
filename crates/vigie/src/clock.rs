//! The only place that reads the wall clock.

use std::sync::Arc;

use contact::Instant;

/// This instant.
#[must_use]
pub fn now() -> Instant {
    jiff::Timestamp::now().into()
}

/// The clock as the journal takes it.
#[must_use]
pub fn clock() -> Arc<dyn Fn() -> Instant + Send + Sync> {
    Arc::new(now)
}
