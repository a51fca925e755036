//! How a journal is opened, and what it calls.

use std::sync::Arc;

use crate::{JournalError, clock::Clock};

/// Encrypts raw bytes before they are kept.
pub type Sealer = Arc<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync>;

/// Told once when the writer fails; the program must end, since what is durable is no longer known.
pub type OnFatal = Arc<dyn Fn(&JournalError) + Send + Sync>;

/// How a journal is opened.
#[derive(Clone)]
pub struct Options {
    /// Gives the instant of receipt.
    pub clock: Clock,
    /// Encrypts the bytes of rejects.
    pub sealer: Sealer,
    /// Told when the writer fails.
    pub on_fatal: OnFatal,
    /// How many event identities the duplicate index remembers.
    pub identity_capacity: usize,
    /// How many submissions may wait.
    pub queue: usize,
    /// How many bytes of submissions may wait. One submission may always wait, whatever its size.
    pub queue_bytes: usize,
}

impl Options {
    /// A million identities, 256 submissions and 64 MiB waiting.
    #[must_use]
    pub fn new(clock: Clock, sealer: Sealer, on_fatal: OnFatal) -> Self {
        Self { clock, sealer, on_fatal, identity_capacity: 1_000_000, queue: 256, queue_bytes: 64 << 20 }
    }
}
