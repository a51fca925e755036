//! What can go wrong.

/// Alerts that cannot be configured, kept or told.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// A name or a value outside of its bounds.
    #[error("{what} {value:?} cannot be used; give {right}")]
    Value {
        /// What it is.
        what: &'static str,
        /// As given.
        value: String,
        /// What would be right.
        right: &'static str,
    },
    /// No rule of this name.
    #[error("no rule is called {rule:?}; the rules are {known}")]
    UnknownRule {
        /// As asked for.
        rule: String,
        /// Those there are.
        known: String,
    },
    /// No alert of this id.
    #[error("no alert has the id {0:?}; list the alerts for their ids")]
    UnknownAlert(String),
    /// It is over, so nobody needs to take it on.
    #[error("the alert {0} is closed; a note can still be added to it")]
    Closed(String),
    /// It was withdrawn before.
    #[error("the alert {0} is withdrawn already")]
    Retracted(String),
    /// No dead letter of this id.
    #[error("no dead letter has the id {0:?}; list the dead letters for their ids")]
    UnknownLetter(String),
    /// Written by a newer program.
    #[error("the alert tables have version {found}; this program knows versions up to {known}, use a newer one")]
    NewerTables {
        /// Their version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// Certificates that cannot be read, or that no connection can be made with.
    #[error("connections cannot be secured: {0}")]
    Tls(String),
    /// The tables fail.
    #[error("the alert tables failed: {0}")]
    Sql(#[from] rusqlite::Error),
    /// What was stored cannot be read back.
    #[error("a stored alert cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Whoever keeps the tables fails.
    #[error("the store of the alerts failed: {0}")]
    Ledger(Box<dyn std::error::Error + Send + Sync>),
    /// A thread cannot be started.
    #[error("a courier cannot be started: {0}")]
    Thread(#[from] std::io::Error),
}
