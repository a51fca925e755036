//! Columns of `events`, and the rows of a batch being built.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
        TimestampMicrosecondBuilder,
    },
    datatypes::{DataType, Schema, SchemaRef},
};
use contact::{Channel, Details, Direction, Duration, Event, Instant, Known, People};

use crate::{ColumnsError, instant_type, optional, required};

/// Order of the rows of one day's file: all that is known of a contact lies together.
pub const EVENTS_SORT: &[&str] = &["contact_id", "time", "provider", "source", "id"];

macro_rules! columns {
    (@new TimestampMicrosecondBuilder) => { TimestampMicrosecondBuilder::new().with_data_type(instant_type()) };
    (@new $builder:ident) => { $builder::new() };
    ($($field:ident: $builder:ident, $name:literal, $need:ident($data_type:expr);)+) => {
        /// The schema of `events`. Durations are microseconds; `customer` and `agent` are pseudonyms.
        #[must_use]
        pub fn events_schema() -> SchemaRef {
            Arc::new(Schema::new(vec![$($need($name, $data_type)),+]))
        }

        /// Rows of `events` being collected, column by column.
        pub struct EventRows {
            $($field: $builder,)+
            rows: usize,
        }

        impl Default for EventRows {
            fn default() -> Self {
                Self { $($field: columns!(@new $builder),)+ rows: 0 }
            }
        }

        impl EventRows {
            /// The rows so far as one batch; nothing is left behind.
            ///
            /// # Errors
            /// A defect in the schema.
            pub fn finish(&mut self) -> Result<RecordBatch, ColumnsError> {
                self.rows = 0;
                let schema = events_schema();
                let columns: Vec<ArrayRef> = vec![$(Arc::new(self.$field.finish())),+];
                Ok(RecordBatch::try_new(schema, columns)?)
            }
        }
    };
}

columns! {
    started_day: Date32Builder, "started_day", required(DataType::Date32);
    contact_id: StringBuilder, "contact_id", required(DataType::Utf8);
    provider: StringBuilder, "provider", required(DataType::Utf8);
    source: StringBuilder, "source", required(DataType::Utf8);
    id: StringBuilder, "id", required(DataType::Utf8);
    revision: Int64Builder, "revision", required(DataType::Int64);
    digest: Int64Builder, "digest", required(DataType::Int64);
    kind: StringBuilder, "type", required(DataType::Utf8);
    time: TimestampMicrosecondBuilder, "time", required(instant_type());
    started_at: TimestampMicrosecondBuilder, "started_at", required(instant_type());
    received_at: TimestampMicrosecondBuilder, "received_at", required(instant_type());
    subject: StringBuilder, "subject", required(DataType::Utf8);
    site: StringBuilder, "site", optional(DataType::Utf8);
    queue: StringBuilder, "queue", optional(DataType::Utf8);
    leg: Int64Builder, "leg", optional(DataType::Int64);
    channel: StringBuilder, "channel", optional(DataType::Utf8);
    direction: StringBuilder, "direction", optional(DataType::Utf8);
    reason: StringBuilder, "reason", optional(DataType::Utf8);
    language: StringBuilder, "language", optional(DataType::Utf8);
    priority: StringBuilder, "priority", optional(DataType::Utf8);
    complaint: BooleanBuilder, "complaint", optional(DataType::Boolean);
    recognised: BooleanBuilder, "recognised", optional(DataType::Boolean);
    customer: StringBuilder, "customer", optional(DataType::Utf8);
    agent: StringBuilder, "agent", optional(DataType::Utf8);
    team: StringBuilder, "team", optional(DataType::Utf8);
    actor: StringBuilder, "actor", optional(DataType::Utf8);
    flowed_to: StringBuilder, "flowed_to", optional(DataType::Utf8);
    to_site: StringBuilder, "to_site", optional(DataType::Utf8);
    to_queue: StringBuilder, "to_queue", optional(DataType::Utf8);
    waiting_on: StringBuilder, "waiting_on", optional(DataType::Utf8);
    slot: TimestampMicrosecondBuilder, "slot", optional(instant_type());
    reached: BooleanBuilder, "reached", optional(DataType::Boolean);
    decision: StringBuilder, "decision", optional(DataType::Utf8);
    talk_us: Int64Builder, "talk_us", optional(DataType::Int64);
    hold_us: Int64Builder, "hold_us", optional(DataType::Int64);
    wrap_us: Int64Builder, "wrap_us", optional(DataType::Int64);
    ended_by: StringBuilder, "ended_by", optional(DataType::Utf8);
    resolution: StringBuilder, "resolution", optional(DataType::Utf8);
    cause: StringBuilder, "cause", optional(DataType::Utf8);
    survey: StringBuilder, "survey", optional(DataType::Utf8);
    score: Float64Builder, "score", optional(DataType::Float64);
    scale: StringBuilder, "scale", optional(DataType::Utf8);
    form: StringBuilder, "form", optional(DataType::Utf8);
    critical: StringBuilder, "critical", optional(DataType::Utf8);
    criteria: StringBuilder, "criteria", optional(DataType::Utf8);
    evaluator: StringBuilder, "evaluator", optional(DataType::Utf8);
}

impl EventRows {
    /// How many rows have been pushed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds one event. `started_at` is the contact's start, looked up where the event did not state it;
    /// `digest` is [`Event::content_digest`].
    pub fn push(&mut self, event: &Event, digest: i64, started_at: Instant, received_at: Instant) {
        self.started_day.append_value(started_at.day().as_days());
        self.contact_id.append_value(event.contact.as_str());
        self.provider.append_value(event.identity.provider.as_str());
        self.source.append_value(&event.identity.source);
        self.id.append_value(&event.identity.id);
        self.revision.append_value(i64::from(event.revision));
        self.digest.append_value(digest);
        self.kind.append_value(event.kind.as_str());
        self.time.append_value(event.time.as_micros());
        self.started_at.append_value(started_at.as_micros());
        self.received_at.append_value(received_at.as_micros());
        self.subject.append_value(&event.subject);
        self.site.append_option(event.place.as_ref().map(|place| place.site.as_str()));
        self.queue.append_option(event.place.as_ref().map(|place| place.queue.as_str()));
        self.leg.append_option(event.place.as_ref().map(|place| i64::from(place.leg)));
        self.channel.append_option(event.channel.map(Channel::as_str));
        self.direction.append_option(event.direction.map(Direction::as_str));
        self.push_known(&event.known);
        self.push_people(&event.people);
        self.push_details(&event.details);
        self.rows += 1;
    }

    fn push_known(&mut self, known: &Known) {
        self.reason.append_option(known.reason.as_deref());
        self.language.append_option(known.language.as_deref());
        self.priority.append_option(known.priority.as_deref());
        self.complaint.append_option(known.complaint);
        self.recognised.append_option(known.recognised);
    }

    fn push_people(&mut self, people: &People) {
        self.customer.append_option(people.customer.as_deref());
        self.agent.append_option(people.agent.as_deref());
        self.team.append_option(people.team.as_deref());
    }

    fn push_details(&mut self, details: &Details) {
        self.actor.append_option(details.actor.as_deref());
        self.flowed_to.append_option(details.flowed_to.as_deref());
        self.to_site.append_option(details.to_site.as_deref());
        self.to_queue.append_option(details.to_queue.as_deref());
        self.waiting_on.append_option(details.waiting_on.as_deref());
        self.slot.append_option(details.slot.map(Instant::as_micros));
        self.reached.append_option(details.reached);
        self.decision.append_option(details.decision.as_deref());
        self.talk_us.append_option(details.talk.map(Duration::as_micros));
        self.hold_us.append_option(details.hold.map(Duration::as_micros));
        self.wrap_us.append_option(details.wrap.map(Duration::as_micros));
        self.ended_by.append_option(details.ended_by.as_deref());
        self.resolution.append_option(details.resolution.as_deref());
        self.cause.append_option(details.cause.as_deref());
        self.survey.append_option(details.survey.as_deref());
        self.score.append_option(details.score);
        self.scale.append_option(details.scale.as_deref());
        self.form.append_option(details.form.as_deref());
        self.critical.append_option(details.critical.as_deref());
        self.criteria.append_option(details.criteria.as_deref());
        self.evaluator.append_option(details.evaluator.as_deref());
    }
}
