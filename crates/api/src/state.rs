//! What every handler shares.

use std::sync::{Arc, OnceLock};

use contact::Network;
use prometheus_client::registry::Registry;
use store::Store;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, watch},
};

use crate::{Alerting, ApiError, Limits, contracts::Present, metrics::Metrics, openapi, router, turn::Running};

/// The server's state, shared by all requests.
pub struct Api {
    store: Arc<Store>,
    network: Arc<Network>,
    limits: Limits,
    openapi: String,
    pub(crate) metrics: Metrics,
    pub(crate) sql: Handle,
    pub(crate) questions: Arc<Semaphore>,
    pub(crate) parsers: Arc<Semaphore>,
    pub(crate) held_bytes: Arc<Semaphore>,
    pub(crate) running: Running,
    pub(crate) replaying: tokio::sync::Mutex<()>,
    pub(crate) alerts: OnceLock<Alerting>,
    pub(crate) sealing: tokio::sync::Mutex<()>,
    pub(crate) present: Present,
    draining: watch::Sender<bool>,
}

impl Api {
    /// The state of a server over `store`. Questions run on `sql`, a runtime of their own; `registry` may already hold
    /// the program's own metrics, and is shown at `/metrics`.
    #[must_use]
    pub fn new(store: Arc<Store>, sql: Handle, limits: Limits, registry: Registry) -> Arc<Self> {
        let network = store.network();
        Arc::new(Self {
            store,
            network,
            openapi: openapi::document(&router::surface()),
            metrics: Metrics::new(registry),
            sql,
            questions: Arc::new(Semaphore::new(limits.questions)),
            parsers: Arc::new(Semaphore::new(limits.parsers)),
            held_bytes: Arc::new(Semaphore::new(usize::try_from(limits.held_bytes).unwrap_or(Semaphore::MAX_PERMITS))),
            running: Running::default(),
            replaying: tokio::sync::Mutex::new(()),
            alerts: OnceLock::new(),
            sealing: tokio::sync::Mutex::new(()),
            present: Present::default(),
            draining: watch::Sender::new(false),
            limits,
        })
    }

    /// From now on alerts can be asked for; the first desk stays.
    pub fn open_desk(&self, alerting: Alerting) {
        // A second desk would be of the same tables.
        let _ = self.alerts.set(alerting);
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The network in force.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The `OpenAPI` document, as served at `/openapi.json`.
    #[must_use]
    pub fn openapi(&self) -> &str {
        &self.openapi
    }

    /// From now on the server is not ready and takes no events.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Becomes true when the server is told to stop.
    #[must_use]
    pub fn draining(&self) -> watch::Receiver<bool> {
        self.draining.subscribe()
    }

    /// Whether events are taken.
    ///
    /// # Errors
    /// The server is stopping, or the journal has stopped.
    pub(crate) fn takes_events(&self) -> Result<(), ApiError> {
        if *self.draining.borrow() {
            return Err(ApiError::unavailable("draining", 5, "the server is stopping; send again in a moment"));
        }
        if self.store.journal().is_stopped() {
            return Err(journal::Refused::Stopped.into());
        }
        Ok(())
    }
}
