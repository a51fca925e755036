//! Several statements at once: planning one uses one core.

use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use tokio::task::JoinSet;

use crate::EngineError;

/// Runs `one` for each statement, all at the same time; their rows in the order asked.
pub(crate) async fn side_by_side<F>(
    statements: &[&str],
    one: impl Fn(String) -> F,
) -> Result<Vec<Vec<RecordBatch>>, EngineError>
where
    F: Future<Output = Result<Vec<RecordBatch>, EngineError>> + Send + 'static,
{
    let mut running = JoinSet::new();
    for (position, statement) in statements.iter().enumerate() {
        let rows = one((*statement).to_owned());
        running.spawn(async move { (position, rows.await) });
    }
    let mut all = vec![Vec::new(); statements.len()];
    while let Some(done) = running.join_next().await {
        let (position, rows) =
            done.map_err(|source| EngineError::Start(Box::new(DataFusionError::External(Box::new(source)))))?;
        all[position] = rows?;
    }
    Ok(all)
}
