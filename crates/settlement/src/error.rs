//! What can go wrong at the table.

use crate::declared::Mistake;

/// An error of reconciling or sealing.
#[derive(Debug, thiserror::Error)]
pub enum SettlementError {
    /// A declared file has mistakes.
    #[error("the declared file has mistakes:\n{}", .0.iter().map(|mistake| format!("  {mistake}")).collect::<Vec<_>>().join("\n"))]
    Declared(Vec<Mistake>),
    /// The question itself cannot be answered.
    #[error("{field}: {message}")]
    Question {
        /// The parameter.
        field: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// There is no statement of that name.
    #[error("there is no statement {name:?}; {right}")]
    NoStatement {
        /// The name.
        name: String,
        /// What would be right.
        right: String,
    },
    /// A statement is not what was sealed.
    #[error("the statement {name} is not what was sealed: {what}; restore the journal from a copy")]
    Broken {
        /// The statement.
        name: String,
        /// What differs.
        what: String,
    },
    /// The scorecard.
    #[error(transparent)]
    Scorecard(#[from] scorecard::ScorecardError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] engine::EngineError),
    /// Contracts.
    #[error(transparent)]
    Evaluation(#[from] evaluation::EvaluationError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] journal::JournalError),
    /// A statement does not give a column: a defect, or an overriding text.
    #[error("statement {statement} gives no column {column:?} that can be used here; mend the statement")]
    Column {
        /// The statement.
        statement: &'static str,
        /// The column.
        column: String,
    },
    /// Rows of an unexpected shape: a defect.
    #[error("rows of an unexpected shape: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// What is to be sealed cannot be written: a defect.
    #[error("the statement cannot be written: {0}")]
    Write(#[from] serde_json::Error),
}

impl SettlementError {
    pub(crate) fn question(field: &'static str, message: impl Into<String>) -> Self {
        Self::Question { field, message: message.into() }
    }
}
