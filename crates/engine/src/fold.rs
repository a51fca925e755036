//! Folding events into legs by `legs.sql`.

use std::sync::Arc;

use arrow::array::RecordBatch;
use columns::legs_schema;
use contact::Instant;
use datafusion::{
    catalog::TableProvider,
    datasource::{ViewTable, provider_as_source},
    logical_expr::{LogicalPlanBuilder, col, lit, utils::conjunction},
};
use futures::future::BoxFuture;
use lake::DataFile;

use crate::{
    Engine, EngineError, Params,
    parquet_files::ParquetFiles,
    plan::Horizon,
    tables::{events_view, in_schema, legs_view, table},
    tail::span,
};

/// Events folded in one go: bounds the memory of a fold.
pub(crate) const FOLD_ROWS: usize = 100_000;

/// Folds the given events files of one day into rows of `legs`, all that is known, ready to be sorted and written.
///
/// # Errors
/// Files that cannot be read, or a defect in `legs.sql`.
#[must_use]
pub fn fold_day(engine: &Engine, events: Vec<DataFile>) -> BoxFuture<'_, Result<Vec<RecordBatch>, EngineError>> {
    Box::pin(async move {
        let everything = Horizon { as_of: Instant::FOREVER, now: Instant::FOREVER };
        let rows = fold_files(engine, events, Vec::new(), everything).await?;
        rows.iter().map(|batch| in_schema(batch, &legs_schema())).collect()
    })
}

/// Folds files and rows in memory, many contacts at a time: a contact is folded alone, so what the statement
/// holds at once does not grow with the day; its legs do. It goes through the events many times, so they are read once.
pub(crate) async fn fold_files(
    engine: &Engine,
    files: Vec<DataFile>,
    rows: Vec<RecordBatch>,
    horizon: Horizon,
) -> Result<Vec<RecordBatch>, EngineError> {
    let cuts = engine.lookup().cuts(&files, FOLD_ROWS)?;
    let files: Arc<dyn TableProvider> = Arc::new(ParquetFiles::new(events_view(), files));
    let events = united(files, table(&events_view(), rows, engine.partitions())?)?;
    let mut legs = Vec::new();
    for stretch in 0..=cuts.len() {
        let from = stretch.checked_sub(1).and_then(|before| cuts.get(before));
        let contacts = between(Arc::clone(&events), from, cuts.get(stretch))?;
        legs.extend(fold_rows(engine, read(engine, contacts).await?, horizon).await?);
    }
    Ok(legs)
}

/// The rows of a table of events.
async fn read(engine: &Engine, events: Arc<dyn TableProvider>) -> Result<Vec<RecordBatch>, EngineError> {
    let session = engine.session()?;
    session.register("events", events)?;
    let schema = events_view();
    session.table_rows("events").await?.iter().map(|batch| in_schema(batch, &schema)).collect()
}

/// The events of the contacts from `from` up to `to`, the latter not among them.
fn between(
    events: Arc<dyn TableProvider>,
    from: Option<&String>,
    to: Option<&String>,
) -> Result<Arc<dyn TableProvider>, EngineError> {
    let contact = || col("contact_id");
    let bounds = [from.map(|from| contact().gt_eq(lit(from.as_str()))), to.map(|to| contact().lt(lit(to.as_str())))];
    let Some(wanted) = conjunction(bounds.into_iter().flatten()) else { return Ok(events) };
    let build = || LogicalPlanBuilder::scan("events", provider_as_source(events), None)?.filter(wanted)?.build();
    let plan = build()
        .map_err(|source| EngineError::Statement { statement: "contacts of a day".into(), source: Box::new(source) })?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}

/// Folds events in memory into legs, in the schema in which SQL sees them.
pub(crate) async fn fold_rows(
    engine: &Engine,
    events: Vec<RecordBatch>,
    horizon: Horizon,
) -> Result<Vec<RecordBatch>, EngineError> {
    let horizon = widened(&events, horizon);
    let bench = engine.workbench_of("events", events_view(), events);
    let legs = bench.rows("legs", &params(horizon)).await?;
    let schema = legs_view();
    legs.iter().map(|batch| in_schema(batch, &schema)).collect()
}

/// The same horizon for all that lies before its end, so that a plan is found again when the clock has moved on.
fn widened(events: &[RecordBatch], horizon: Horizon) -> Horizon {
    let open = |column: &str, end: Instant| {
        let last = events.iter().filter_map(|batch| span(batch, column)).map(|(_, last)| last).max();
        if last.is_none_or(|last| last <= end.as_micros()) { Instant::FOREVER } else { end }
    };
    Horizon { as_of: open("received_at", horizon.as_of), now: open("time", horizon.now) }
}

fn params(horizon: Horizon) -> Params {
    Params::default().instant("as_of", horizon.as_of).instant("now", horizon.now)
}

/// Two tables of one schema as one, computed where it is used.
pub(crate) fn united(
    one: Arc<dyn TableProvider>,
    other: Arc<dyn TableProvider>,
) -> Result<Arc<dyn TableProvider>, EngineError> {
    let build = || {
        let other = LogicalPlanBuilder::scan("other", provider_as_source(other), None)?.build()?;
        LogicalPlanBuilder::scan("one", provider_as_source(one), None)?.union(other)?.build()
    };
    let plan = build()
        .map_err(|source| EngineError::Statement { statement: "union of tables".into(), source: Box::new(source) })?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}
