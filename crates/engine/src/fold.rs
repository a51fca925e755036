//! Folding events into legs by `legs.sql`.

use std::sync::Arc;

use arrow::array::RecordBatch;
use columns::legs_schema;
use contact::Instant;
use datafusion::{catalog::TableProvider, datasource::{ViewTable, provider_as_source}, logical_expr::LogicalPlanBuilder};
use lake::DataFile;

use crate::{
    Engine, EngineError, Params,
    parquet_files::ParquetFiles,
    plan::Horizon,
    tables::{events_view, in_schema, legs_view},
};

/// Folds the given events files of one day into rows of `legs`, all that is known, ready to be sorted and written.
///
/// # Errors
/// Files that cannot be read, or a defect in `legs.sql`.
pub async fn fold_day(engine: &Engine, events: Vec<DataFile>) -> Result<Vec<RecordBatch>, EngineError> {
    let events = Arc::new(ParquetFiles::new(events_view(), events));
    let everything = Horizon { as_of: Instant::FOREVER, now: Instant::FOREVER };
    let rows = fold(engine, events, everything).await?;
    rows.iter().map(|batch| in_schema(batch, &legs_schema())).collect()
}

/// Folds events into legs, in the schema in which SQL sees them.
pub(crate) async fn fold(
    engine: &Engine,
    events: Arc<dyn TableProvider>,
    horizon: Horizon,
) -> Result<Vec<RecordBatch>, EngineError> {
    let session = engine.session()?;
    session.register("events", events)?;
    let params = Params::default().instant("as_of", horizon.as_of).instant("now", horizon.now);
    let rows = session.rows("legs", &params).await?;
    let schema = legs_view();
    rows.iter().map(|batch| in_schema(batch, &schema)).collect()
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
    let plan =
        build().map_err(|source| EngineError::Statement { statement: "union of tables".into(), source: Box::new(source) })?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}
