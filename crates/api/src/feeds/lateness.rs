//! The rows of the statement `lateness`.

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    compute::cast,
    datatypes::{DataType, Int64Type},
    error::ArrowError,
};
use contact::Instant;
use engine::{Params, View};

use crate::ApiError;

/// What the fold finds in one source's events.
pub(super) struct Lateness {
    pub(super) provider: String,
    pub(super) source: String,
    pub(super) repeats: u64,
    pub(super) conflicts: u64,
    pub(super) late: u64,
    pub(super) first_event: Option<Instant>,
    pub(super) last_event: Option<Instant>,
    pub(super) last_received: Option<Instant>,
}

/// Of the events received in `[from, to)`, by provider and source.
pub(super) async fn lateness(view: &View, from: Instant, to: Instant) -> Result<Vec<Lateness>, ApiError> {
    let params = Params::default().instant("from", from).instant("to", to);
    let mut found = Vec::new();
    for batch in view.events_session()?.rows("lateness", &params).await? {
        read(&batch, &mut found).map_err(|error| ApiError::internal(&error))?;
    }
    Ok(found)
}

fn read(batch: &RecordBatch, found: &mut Vec<Lateness>) -> Result<(), ArrowError> {
    let column = |name: &str, kind: &DataType| -> Result<ArrayRef, ArrowError> {
        cast(batch.column(batch.schema().index_of(name)?), kind)
    };
    let text = |name| column(name, &DataType::Utf8);
    let int = |name| column(name, &DataType::Int64);
    let (provider, source) = (text("provider")?, text("source")?);
    let [repeats, conflicts, late] = [int("duplicates")?, int("conflicts")?, int("late")?];
    let [first, last, received] = [int("first_event_at")?, int("last_event_at")?, int("last_received_at")?];
    let word = |column: &ArrayRef, row: usize| column.as_string::<i32>().value(row).to_owned();
    let number =
        |column: &ArrayRef, row: usize| column.is_valid(row).then(|| column.as_primitive::<Int64Type>().value(row));
    let count = |column: &ArrayRef, row| number(column, row).and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
    let instant = |column: &ArrayRef, row| number(column, row).and_then(|micros| Instant::from_micros(micros).ok());
    found.extend((0..batch.num_rows()).map(|row| Lateness {
        provider: word(&provider, row),
        source: word(&source, row),
        repeats: count(&repeats, row),
        conflicts: count(&conflicts, row),
        late: count(&late, row),
        first_event: instant(&first, row),
        last_event: instant(&last, row),
        last_received: instant(&received, row),
    }));
    Ok(())
}
