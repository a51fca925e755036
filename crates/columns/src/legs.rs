//! Columns of `legs`: one row per stay of a contact at one site and queue, as `queries/legs.sql` makes it.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::{instant_type, optional, required};

/// Order of the rows of one day's file.
pub const LEGS_SORT: &[&str] = &["site", "queue", "offered_at", "contact_id", "provider", "leg"];

/// The schema of `legs`. Durations are microseconds.
#[must_use]
pub fn legs_schema() -> SchemaRef {
    let key = [
        required("started_day", DataType::Date32),
        required("contact_id", DataType::Utf8),
        required("provider", DataType::Utf8),
        required("site", DataType::Utf8),
        required("queue", DataType::Utf8),
        required("leg", DataType::Int64),
    ];
    let stay = [
        required("started_at", instant_type()),
        required("offered_at", instant_type()),
        required("inferred", DataType::Boolean),
        optional("outcome", DataType::Utf8),
        optional("outcome_at", instant_type()),
        optional("wait_us", DataType::Int64),
        optional("ended_at", instant_type()),
        optional("handle_us", DataType::Int64),
        required("disordered", DataType::Boolean),
        required("anomalies", DataType::Int64),
        required("transfers", DataType::Int64),
        optional("transferred_at", instant_type()),
        optional("flowed_to", DataType::Utf8),
    ];
    let stratum = [
        optional("channel", DataType::Utf8),
        required("direction", DataType::Utf8),
        optional("reason", DataType::Utf8),
        optional("language", DataType::Utf8),
        optional("priority", DataType::Utf8),
        optional("complaint", DataType::Boolean),
        optional("recognised", DataType::Boolean),
        optional("customer", DataType::Utf8),
        optional("agent", DataType::Utf8),
        optional("team", DataType::Utf8),
    ];
    let contact = [
        required("cancelled", DataType::Boolean),
        required("owner", DataType::Boolean),
        optional("first_offered_at", instant_type()),
        optional("last_offered_at", instant_type()),
        optional("given_up_at", instant_type()),
        optional("callback_at", instant_type()),
        optional("slot_at", instant_type()),
        optional("called_at", instant_type()),
        required("dials", DataType::Int64),
        optional("first_resolved_at", instant_type()),
        optional("last_resolved_at", instant_type()),
        optional("reopened_at", instant_type()),
        required("reopened", DataType::Boolean),
    ];
    // What was said of the contact as a case. Columns of the order come before any list, so that their numbers are those of
    // the file's leaves.
    let case = [optional("changes", list_of(DataType::Int64))];
    let fields = key.into_iter().chain(stay).chain(stratum).chain(contact).chain(case).chain(written());
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Moderation; pauses and turns of the customer, each as two lists of one length: where they began, and where they ended,
/// null while they last.
fn written() -> [Field; 7] {
    [
        optional("decided_at", instant_type()),
        optional("published_at", instant_type()),
        optional("paused_from", list_of(instant_type())),
        optional("paused_to", list_of(instant_type())),
        optional("turn_from", list_of(instant_type())),
        optional("turn_to", list_of(instant_type())),
        required("turns_settled", DataType::Int64),
    ]
}

/// A list, which may hold nulls.
fn list_of(kind: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(kind, true)))
}
