//! Running statements on some legs.

use arrow::{
    array::{AsArray, RecordBatch},
    compute::{cast, max},
    datatypes::{DataType, Int64Type},
};
use contact::{Instant, Network};
use engine::View;

use super::read::{ByStretch, read};
use crate::{
    Bucket, Question, ScorecardError,
    cohort::{params, terms},
};

/// Statements of a question.
pub(super) struct Run<'a> {
    pub(super) view: &'a View,
    pub(super) network: &'a Network,
    pub(super) question: &'a Question,
    pub(super) wanted: &'a [Bucket],
    pub(super) statements: &'a [&'a str],
}

impl Run<'_> {
    /// Their rows over these legs, by the stretch of so many microseconds in which contacts began.
    pub(super) async fn totals(&self, legs: Vec<RecordBatch>, stretch_us: i64) -> Result<ByStretch, ScorecardError> {
        let mut totals = ByStretch::new();
        if legs.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(totals);
        }
        let params = params(self.network, self.question).bigint("stretch_us", stretch_us);
        let until = last_outcome(&legs)?.map_or(self.question.now, |last| last.max(self.question.now));
        let (bounds, ruled) = terms(self.view, self.network, self.question, self.wanted, until)?;
        let mut bench = self.view.engine().workbench(legs);
        for bound in bounds {
            bench.bind(bound);
        }
        bench.define(ruled, "ruled_legs");
        bench.keep("cohort", &params).await?;
        bench.keep("replies", &params).await?;
        for (id, rows) in self.statements.iter().zip(bench.all(self.statements, &params).await?) {
            read(self.view.engine().catalog().get(id)?, &rows, &mut totals)?;
        }
        Ok(totals)
    }
}

/// The latest outcome among them.
fn last_outcome(legs: &[RecordBatch]) -> Result<Option<Instant>, ScorecardError> {
    let mut last = None;
    for batch in legs {
        let column = cast(batch.column(batch.schema().index_of("outcome_at")?), &DataType::Int64)?;
        last = last.max(max(column.as_primitive::<Int64Type>()));
    }
    Ok(last.and_then(|last| Instant::from_micros(last).ok()))
}
