//! A mistake in a file of alerts.

use contact::network::Place;

/// One mistake: where, what is wrong, what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {wrong}; {right}")]
pub struct PlanError {
    /// Where in the file.
    pub place: Place,
    /// What is wrong, with the value.
    pub wrong: String,
    /// What would be right.
    pub right: String,
}

impl PlanError {
    pub(super) fn new(place: impl Into<Place>, wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self { place: place.into(), wrong: wrong.into(), right: right.into() }
    }

    pub(super) fn syntax(error: &serde_saphyr::Error) -> Self {
        let place = error.location().map_or(Place { line: 1, column: 1 }, Place::from);
        let text = error.without_snippet().to_string();
        let first = text.lines().next().unwrap_or("not readable");
        // The place is said already, in front.
        let first = first.split(" at line ").next().unwrap_or(first).to_owned();
        Self::new(place, first, "see `vigie schema alerts` for the keys and values that fit")
    }
}
