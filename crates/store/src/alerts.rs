//! The journal as the ledger of alerts: what an alert says and the messages owed for it are one transaction of its writer,
//! beside everything else that must not be lost.

use std::sync::{Arc, Mutex, PoisonError};

use alert::{AlertError, Desk, Ledger};
use journal::{Document, JournalError, Reader};

use crate::{Store, StoreError};

/// The kind of the document that says what is watched and who is told.
const KIND: &str = "alerts";

impl Store {
    /// Files what is watched and who is told: the text by its hash, with the instant from which on it held, so that it can
    /// be told later by what an alert was raised. The text in force already is not accepted again.
    ///
    /// # Errors
    /// The journal fails.
    pub fn file_alerts(&self, text: &str) -> Result<Document, StoreError> {
        Ok(self.journal().store_document(KIND, text)?)
    }

    /// Every text by which alerts were raised, the oldest first.
    ///
    /// # Errors
    /// The journal fails.
    pub fn alert_files(&self) -> Result<Vec<Document>, StoreError> {
        Ok(self.journal().read(|reader| reader.history(KIND))?)
    }
}

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
