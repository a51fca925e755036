//! A reconciliation as CSV: one line for each count of each cell.

use settlement::ReconcileAnswer;

use super::records;

/// The leading columns.
const COLUMNS: &[&str] = &[
    "provider",
    "line",
    "site",
    "queue",
    "from",
    "to",
    "measure",
    "ours",
    "theirs",
    "difference",
    "formula",
    "short_abandons",
    "attribution",
    "exclusions",
    "missing_events",
    "remainder",
];

/// Every count of every cell, ours, theirs, and the difference split.
#[must_use]
pub fn reconciliation(answer: &ReconcileAnswer) -> String {
    records(&answer.lines(), COLUMNS)
}
