//! What can go wrong with an evaluation.

use contract::FactsError;
use scorecard::ScorecardError;

use crate::FiledError;

/// An error of an evaluation.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// The question itself cannot be answered.
    #[error("{field}: {message}")]
    Question {
        /// The parameter.
        field: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// What is filed cannot be read together.
    #[error(transparent)]
    Filed(#[from] FiledError),
    /// Counting failed.
    #[error(transparent)]
    Scorecard(#[from] ScorecardError),
    /// Counts that cannot be: a defect.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

impl EvaluationError {
    pub(crate) fn question(field: &'static str, message: impl Into<String>) -> Self {
        Self::Question { field, message: message.into() }
    }
}
