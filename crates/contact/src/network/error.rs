//! A mistake in a network file.

use std::fmt;

/// Line and column in the file, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: u64,
    /// Column.
    pub column: u64,
}

impl From<serde_saphyr::Location> for Place {
    fn from(location: serde_saphyr::Location) -> Self {
        Self { line: location.line(), column: location.column() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// One mistake: where, what is wrong, what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {wrong}; {right}")]
pub struct NetworkError {
    /// Where in the file.
    pub place: Place,
    /// What is wrong, with the value.
    pub wrong: String,
    /// What would be right.
    pub right: String,
}

impl NetworkError {
    pub(super) fn new(place: impl Into<Place>, wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self { place: place.into(), wrong: wrong.into(), right: right.into() }
    }

    pub(super) fn syntax(error: &serde_saphyr::Error) -> Self {
        let place = error.location().map_or(Place { line: 1, column: 1 }, Place::from);
        let text = error.without_snippet().to_string();
        let first = text.lines().next().unwrap_or("not readable");
        // The place is said already, in front.
        let first = first.split(" at line ").next().unwrap_or(first).to_owned();
        Self { place, wrong: first, right: "see `vigie schema network` for the keys and values that fit".into() }
    }
}
