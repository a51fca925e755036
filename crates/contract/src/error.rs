//! What is wrong, or left open, in a contract.

use contact::network::Place;

/// One mistake: where, what is wrong, what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {wrong}; {right}")]
pub struct ContractError {
    /// Where in the file.
    pub place: Place,
    /// What is wrong, with the value.
    pub wrong: String,
    /// What would be right.
    pub right: String,
}

impl ContractError {
    pub(crate) fn new(place: impl Into<Place>, wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self { place: place.into(), wrong: wrong.into(), right: right.into() }
    }

    /// A file that cannot be read as the `schema` says.
    pub(crate) fn syntax(error: &serde_saphyr::Error, schema: &str) -> Self {
        let place = error.location().map_or(Place { line: 1, column: 1 }, Place::from);
        let text = error.without_snippet().to_string();
        let first = text.lines().next().unwrap_or("not readable");
        // The place is said already, in front.
        let first = first.split(" at line ").next().unwrap_or(first);
        Self::new(place, first, format!("see `vigie schema {schema}` for the keys and values that fit"))
    }
}

/// What a contract does not say, and what is taken for it. In a binding contract it is a mistake: money hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOpen {
    /// Where in the file.
    pub place: Place,
    /// What is not said.
    pub what: String,
    /// What is taken for it.
    pub taken: String,
}

impl std::fmt::Display for LeftOpen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.what, self.taken)
    }
}
