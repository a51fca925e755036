//! The two tables.

use columns::{EVENTS_SORT, LEGS_SORT, events_schema, legs_schema};
use lake::TableSpec;

pub(crate) fn events() -> TableSpec {
    TableSpec {
        name: "events",
        schema: events_schema(),
        sort: EVENTS_SORT,
        bloom: &["contact_id"],
        stats: &["contact_id", "time", "received_at"],
        derived: false,
    }
}

pub(crate) fn legs() -> TableSpec {
    TableSpec {
        name: "legs",
        schema: legs_schema(),
        sort: LEGS_SORT,
        bloom: &["contact_id"],
        stats: &["site", "queue", "offered_at"],
        derived: true,
    }
}
