//! Which requests with an idempotency key are under way.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use contact::ProviderId;

/// Idempotency keys of requests under way.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<BTreeSet<(ProviderId, String)>>>);

/// One key under way; free again when dropped.
pub(crate) struct Turn {
    running: Running,
    key: (ProviderId, String),
}

impl Running {
    /// Begins a request with this key; `None` when one is under way.
    pub(crate) fn begin(&self, provider: &ProviderId, key: &str) -> Option<Turn> {
        let key = (provider.clone(), key.to_owned());
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        is_new.then(|| Turn { running: self.clone(), key })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
