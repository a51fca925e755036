//! What is wrong with a declared file.

use std::fmt;

use engine::Title;
use schemars::JsonSchema;
use serde::Serialize;

/// A mistake, with its line and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mistake {
    /// Line in the file, the header being 1.
    pub line: u64,
    /// The column.
    pub column: Option<&'static str>,
    /// What is wrong, and what would be right.
    pub message: Title,
}

impl Mistake {
    pub(crate) fn new(line: u64, column: Option<&'static str>, message: Title) -> Self {
        Self { line, column, message }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "line {}: {column}: {}", self.line, self.message.en),
            None => write!(f, "line {}: {}", self.line, self.message.en),
        }
    }
}
