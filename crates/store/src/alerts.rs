//! The journal as the ledger of alerts: what an alert says and the messages owed for it are one transaction of its writer,
//! beside everything else that must not be lost.

use std::sync::{Arc, Mutex, PoisonError};

use alert::{AlertError, Desk, Ledger};
use journal::{JournalError, Reader};

use crate::Store;

/// The journal of a store that is open for writing.
pub struct AlertLedger(Arc<Store>);

/// The desk of a store's alerts.
pub type AlertDesk = Desk<AlertLedger>;

impl AlertLedger {
    /// The ledger in this store's journal.
    #[must_use]
    pub fn new(store: Arc<Store>) -> Self {
        Self(store)
    }
}

impl Ledger for AlertLedger {
    fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&rusqlite::Connection) -> Result<T, AlertError> + Send + 'static,
    ) -> Result<T, AlertError> {
        self.0.journal().guest(change).map_err(failed)?
    }

    fn read<T>(&self, ask: impl FnOnce(&rusqlite::Connection) -> Result<T, AlertError>) -> Result<T, AlertError> {
        self.0.journal().read(|reader| Ok(reader.guest(ask))).map_err(failed)?
    }
}

/// The journal of a lake that another process may hold, as it was when it was opened: it is only read.
pub struct AlertGlance(Mutex<Reader>);

impl AlertGlance {
    /// The ledger that a reader sees.
    #[must_use]
    pub fn new(reader: Reader) -> Self {
        Self(Mutex::new(reader))
    }
}

impl Ledger for AlertGlance {
    fn write<T: Send + 'static>(
        &self,
        _change: impl FnOnce(&rusqlite::Connection) -> Result<T, AlertError> + Send + 'static,
    ) -> Result<T, AlertError> {
        Err(AlertError::Ledger("it was opened to be read only; open the lake for writing".into()))
    }

    fn read<T>(&self, ask: impl FnOnce(&rusqlite::Connection) -> Result<T, AlertError>) -> Result<T, AlertError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).guest(ask)
    }
}

fn failed(error: JournalError) -> AlertError {
    AlertError::Ledger(Box::new(error))
}
