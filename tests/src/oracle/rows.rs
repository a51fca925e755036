//! Legs as Arrow rows and back, so that rows of the engine can be compared with rows of the oracle.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, ListArray, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    },
    buffer::{NullBuffer, OffsetBuffer},
    compute::cast,
    datatypes::{DataType, Date32Type, Field, Int64Type},
};
use columns::legs_schema;
use contact::{Day, Instant};

use super::{Lasting, Leg};

/// The legs as one batch of [`legs_schema`].
///
/// # Panics
/// When [`Leg`] and the schema no longer have the same columns: a defect the comparison must not hide.
#[must_use]
pub fn legs_batch(legs: &[Leg]) -> RecordBatch {
    let columns = legs_schema().fields().iter().map(|field| column(legs, field.name())).collect();
    RecordBatch::try_new(legs_schema(), columns).expect("a leg has the columns of legs")
}

fn texts<'a>(legs: &'a [Leg], value: impl Fn(&'a Leg) -> Option<&'a str>) -> ArrayRef {
    Arc::new(legs.iter().map(value).collect::<StringArray>())
}

fn numbers(legs: &[Leg], value: impl Fn(&Leg) -> Option<i64>) -> ArrayRef {
    Arc::new(legs.iter().map(value).collect::<Int64Array>())
}

fn flags(legs: &[Leg], value: impl Fn(&Leg) -> Option<bool>) -> ArrayRef {
    Arc::new(legs.iter().map(value).collect::<BooleanArray>())
}

fn instants(legs: &[Leg], value: impl Fn(&Leg) -> Option<Instant>) -> ArrayRef {
    let micros = legs.iter().map(|leg| value(leg).map(Instant::as_micros));
    Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

/// Lists of instants; null where there is none.
fn lists(legs: &[Leg], values: impl Fn(&Leg) -> Vec<Option<Instant>>) -> ArrayRef {
    let values: Vec<Vec<Option<Instant>>> = legs.iter().map(values).collect();
    let all: TimestampMicrosecondArray = values.iter().flatten().map(|at| at.map(Instant::as_micros)).collect();
    let lengths = values.iter().map(Vec::len);
    let present: NullBuffer = values.iter().map(|list| !list.is_empty()).collect::<Vec<bool>>().into();
    let item = Arc::new(Field::new_list_field(columns::instant_type(), true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Arc::new(ListArray::new(item, offsets, Arc::new(all.with_timezone("UTC")), Some(present)))
}

fn column(legs: &[Leg], name: &str) -> ArrayRef {
    match name {
        "started_day" => Arc::new(legs.iter().map(|leg| Some(leg.started_day.as_days())).collect::<Date32Array>()),
        "contact_id" => texts(legs, |leg| Some(&leg.contact_id)),
        "provider" => texts(legs, |leg| Some(&leg.provider)),
        "site" => texts(legs, |leg| Some(&leg.site)),
        "queue" => texts(legs, |leg| Some(&leg.queue)),
        "leg" => numbers(legs, |leg| Some(leg.leg)),
        "started_at" => instants(legs, |leg| Some(leg.started_at)),
        "offered_at" => instants(legs, |leg| Some(leg.offered_at)),
        "inferred" => flags(legs, |leg| Some(leg.inferred)),
        "outcome" => texts(legs, |leg| leg.outcome.map(contact::Outcome::as_str)),
        "outcome_at" => instants(legs, |leg| leg.outcome_at),
        "wait_us" => numbers(legs, |leg| leg.wait_us),
        "ended_at" => instants(legs, |leg| leg.ended_at),
        "handle_us" => numbers(legs, |leg| leg.handle_us),
        "disordered" => flags(legs, |leg| Some(leg.disordered)),
        "anomalies" => numbers(legs, |leg| Some(leg.anomalies)),
        "transfers" => numbers(legs, |leg| Some(leg.transfers)),
        "transferred_at" => instants(legs, |leg| leg.transferred_at),
        "flowed_to" => texts(legs, |leg| leg.flowed_to.as_deref()),
        "channel" => texts(legs, |leg| leg.channel.map(contact::Channel::as_str)),
        "direction" => texts(legs, |leg| Some(leg.direction.as_str())),
        "reason" => texts(legs, |leg| leg.reason.as_deref()),
        "language" => texts(legs, |leg| leg.language.as_deref()),
        "priority" => texts(legs, |leg| leg.priority.as_deref()),
        "complaint" => flags(legs, |leg| leg.complaint),
        "recognised" => flags(legs, |leg| leg.recognised),
        "customer" => texts(legs, |leg| leg.customer.as_deref()),
        "agent" => texts(legs, |leg| leg.agent.as_deref()),
        "team" => texts(legs, |leg| leg.team.as_deref()),
        "cancelled" => flags(legs, |leg| Some(leg.cancelled)),
        "owner" => flags(legs, |leg| Some(leg.owner)),
        "first_offered_at" => instants(legs, |leg| leg.first_offered_at),
        "last_offered_at" => instants(legs, |leg| leg.last_offered_at),
        "given_up_at" => instants(legs, |leg| leg.given_up_at),
        "callback_at" => instants(legs, |leg| leg.callback_at),
        "slot_at" => instants(legs, |leg| leg.slot_at),
        "called_at" => instants(legs, |leg| leg.called_at),
        "dials" => numbers(legs, |leg| Some(leg.dials)),
        "first_resolved_at" => instants(legs, |leg| leg.first_resolved_at),
        "last_resolved_at" => instants(legs, |leg| leg.last_resolved_at),
        "reopened_at" => instants(legs, |leg| leg.reopened_at),
        "reopened" => flags(legs, |leg| Some(leg.reopened)),
        "changes" => Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(legs.iter().map(|leg| {
            (!leg.changes.is_empty()).then(|| leg.changes.iter().map(|change| Some(*change)).collect::<Vec<_>>())
        }))),
        "decided_at" => instants(legs, |leg| leg.decided_at),
        "published_at" => instants(legs, |leg| leg.published_at),
        "paused_from" => lists(legs, |leg| leg.paused.iter().map(|pause| Some(pause.from)).collect()),
        "paused_to" => lists(legs, |leg| leg.paused.iter().map(|pause| pause.to).collect()),
        "turn_from" => lists(legs, |leg| leg.turns.iter().map(|turn| Some(turn.from)).collect()),
        "turn_to" => lists(legs, |leg| leg.turns.iter().map(|turn| turn.to).collect()),
        "turns_settled" => numbers(legs, |leg| Some(leg.turns_settled)),
        other => panic!("the oracle has no column {other:?} of legs"),
    }
}

/// The rows of batches that have the columns of [`legs_schema`] (in any order, texts in any encoding), sorted by
/// [`Leg::key`].
///
/// # Panics
/// When a column is absent, of another type, or holds a value it cannot hold: the comparison has failed then.
#[must_use]
pub fn read_legs(batches: &[RecordBatch]) -> Vec<Leg> {
    let mut legs: Vec<Leg> =
        batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| read_leg(&Row { batch, row }))).collect();
    legs.sort_by(|a, b| a.key().cmp(&b.key()));
    legs
}

fn read_leg(row: &Row) -> Leg {
    let day = row.cast("started_day", &DataType::Date32).expect("started_day is not null");
    Leg {
        started_day: Day::from_days(day.as_primitive::<Date32Type>().value(0)),
        contact_id: row.text("contact_id").expect("contact_id is not null"),
        provider: row.text("provider").expect("provider is not null"),
        site: row.text("site").expect("site is not null"),
        queue: row.text("queue").expect("queue is not null"),
        leg: row.number("leg").expect("leg is not null"),
        started_at: row.instant("started_at").expect("started_at is not null"),
        offered_at: row.instant("offered_at").expect("offered_at is not null"),
        inferred: row.flag("inferred").expect("inferred is not null"),
        outcome: row.word("outcome"),
        outcome_at: row.instant("outcome_at"),
        wait_us: row.number("wait_us"),
        ended_at: row.instant("ended_at"),
        handle_us: row.number("handle_us"),
        disordered: row.flag("disordered").expect("disordered is not null"),
        anomalies: row.number("anomalies").expect("anomalies is not null"),
        transfers: row.number("transfers").expect("transfers is not null"),
        transferred_at: row.instant("transferred_at"),
        flowed_to: row.text("flowed_to"),
        channel: row.word("channel"),
        direction: row.word("direction").expect("direction is not null"),
        reason: row.text("reason"),
        language: row.text("language"),
        priority: row.text("priority"),
        complaint: row.flag("complaint"),
        recognised: row.flag("recognised"),
        customer: row.text("customer"),
        agent: row.text("agent"),
        team: row.text("team"),
        cancelled: row.flag("cancelled").expect("cancelled is not null"),
        owner: row.flag("owner").expect("owner is not null"),
        first_offered_at: row.instant("first_offered_at"),
        last_offered_at: row.instant("last_offered_at"),
        given_up_at: row.instant("given_up_at"),
        callback_at: row.instant("callback_at"),
        slot_at: row.instant("slot_at"),
        called_at: row.instant("called_at"),
        dials: row.number("dials").expect("dials is not null"),
        first_resolved_at: row.instant("first_resolved_at"),
        last_resolved_at: row.instant("last_resolved_at"),
        reopened_at: row.instant("reopened_at"),
        reopened: row.flag("reopened").expect("reopened is not null"),
        changes: row.numbers("changes"),
        decided_at: row.instant("decided_at"),
        published_at: row.instant("published_at"),
        paused: row.lasting("paused_from", "paused_to"),
        turns: row.lasting("turn_from", "turn_to"),
        turns_settled: row.number("turns_settled").expect("turns_settled is not null"),
    }
}

struct Row<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

impl Row<'_> {
    /// The one value of column `name` in this row as `data_type`; `None` when null.
    fn cast(&self, name: &str, data_type: &DataType) -> Option<ArrayRef> {
        let column = self.batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name:?}"));
        let value = cast(&column.slice(self.row, 1), data_type).unwrap_or_else(|error| panic!("{name}: {error}"));
        value.is_valid(0).then_some(value)
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.cast(name, &DataType::Utf8)?.as_string::<i32>().value(0).to_owned())
    }

    fn word<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        Some(text.parse().unwrap_or_else(|_| panic!("{name} cannot be {text:?}")))
    }

    fn number(&self, name: &str) -> Option<i64> {
        Some(self.cast(name, &DataType::Int64)?.as_primitive::<Int64Type>().value(0))
    }

    fn flag(&self, name: &str) -> Option<bool> {
        Some(self.cast(name, &DataType::Boolean)?.as_boolean().value(0))
    }

    /// Two lists of instants as stretches of time; null is none.
    fn lasting(&self, from: &str, to: &str) -> Vec<Lasting> {
        let (from, to) = (self.instants(from), self.instants(to));
        assert_eq!(from.len(), to.len(), "two lists of one length");
        let from = from.into_iter().map(|from| from.expect("every stretch of time has begun"));
        from.zip(to).map(|(from, to)| Lasting { from, to }).collect()
    }

    /// A list of numbers; null is none.
    fn numbers(&self, name: &str) -> Vec<i64> {
        let Some(list) = self.list(name) else { return Vec::new() };
        let numbers = list.as_primitive::<Int64Type>();
        assert!(!numbers.is_empty() && numbers.null_count() == 0, "{name} is a list of numbers, or null");
        numbers.values().to_vec()
    }

    /// A list of instants, which may hold nulls; null is none.
    fn instants(&self, name: &str) -> Vec<Option<Instant>> {
        let Some(list) = self.list(name) else { return Vec::new() };
        assert_eq!(*list.data_type(), columns::instant_type(), "{name} must be of instants");
        let micros = cast(&list, &DataType::Int64).unwrap_or_else(|error| panic!("{name}: {error}"));
        let instant = |micros| Instant::from_micros(micros).unwrap_or_else(|error| panic!("{name}: {error}"));
        micros.as_primitive::<Int64Type>().iter().map(|micros| micros.map(instant)).collect()
    }

    fn list(&self, name: &str) -> Option<ArrayRef> {
        let column = self.batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name:?}"));
        column.is_valid(self.row).then(|| column.as_list::<i32>().value(self.row))
    }

    fn instant(&self, name: &str) -> Option<Instant> {
        let column = self.batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name:?}"));
        assert_eq!(*column.data_type(), columns::instant_type(), "{name} must be an instant");
        let micros = self.number(name)?;
        Some(Instant::from_micros(micros).unwrap_or_else(|error| panic!("{name}: {error}")))
    }
}
