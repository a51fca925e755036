//! Where the tables of alerts are kept.

use rusqlite::Connection;

use crate::AlertError;

/// Keeps the tables of this crate: the journal does, in its own file and on its writer's thread, so that what an alert
/// says and the messages that are owed for it become durable together with everything else.
pub trait Ledger: Send + Sync + 'static {
    /// Runs a change in one transaction. It is durable, whole, when this returns; after an error nothing of it is there.
    ///
    /// # Errors
    /// Those of the change, or the store fails.
    fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, AlertError> + Send + 'static,
    ) -> Result<T, AlertError>;

    /// Asks; sees every change so far.
    ///
    /// # Errors
    /// Those of the question, or the store fails.
    fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, AlertError>) -> Result<T, AlertError>;
}
