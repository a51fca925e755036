//! A mistake in a mapping file.

use std::fmt;

use serde_saphyr::Location;

/// One mistake: where in the mapping file, what is wrong, what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct MappingError {
    /// Line in the file, from 1.
    pub line: u64,
    /// Column in the line, from 1.
    pub column: u64,
    /// What is wrong, with the value.
    pub wrong: String,
    /// What would be right.
    pub right: String,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}; {}", self.line, self.column, self.wrong, self.right)
    }
}

impl MappingError {
    pub(super) fn at(location: Location, wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self { line: location.line(), column: location.column(), wrong: wrong.into(), right: right.into() }
    }

    pub(super) fn syntax(error: &serde_saphyr::Error) -> Self {
        let (line, column) = error.location().map_or((1, 1), |place| (place.line(), place.column()));
        let text = error.without_snippet().to_string();
        let wrong = text.lines().next().unwrap_or("not readable");
        // The place is said already, in front.
        let wrong = wrong.split(" at line ").next().unwrap_or(wrong).to_owned();
        Self { line, column, wrong, right: "see `vigie schema mapping` for the keys and values that fit".to_owned() }
    }
}
