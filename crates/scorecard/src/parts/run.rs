//! Running statements on some legs.

use arrow::{
    array::{AsArray, RecordBatch},
    compute::{cast, max},
    datatypes::{DataType, Int64Type},
};
use contact::{Instant, Network};
use engine::View;

use super::{
    portion::{LEGS_AT_ONCE, portions},
    read::{ByStretch, read},
};
use crate::{
    Bucket, Question, ScorecardError,
    cohort::{earliest, keep_cohort, params, terms},
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
    /// Their rows over these legs, by the stretch of so many microseconds in which contacts began. No leg may be there
    /// twice: a rule that names one would name both.
    pub(super) async fn totals(&self, legs: Vec<RecordBatch>, stretch_us: i64) -> Result<ByStretch, ScorecardError> {
        let mut portions = portions(legs, LEGS_AT_ONCE)?;
        let Some(first) = portions.next() else { return Ok(ByStretch::new()) };
        let mut totals = Box::pin(self.of_portion(first?, stretch_us)).await?;
        for portion in portions {
            for (stretch, more) in Box::pin(self.of_portion(portion?, stretch_us)).await? {
                let total = totals.entry(stretch).or_default();
                total.add(&more, 1, 0);
                total.settle();
            }
        }
        Ok(totals)
    }

    async fn of_portion(&self, legs: Vec<RecordBatch>, stretch_us: i64) -> Result<ByStretch, ScorecardError> {
        let mut totals = ByStretch::new();
        let params = params(self.network, self.question).bigint("stretch_us", stretch_us);
        let until = last_outcome(&legs)?.map_or(self.question.now, |last| last.max(self.question.now));
        let mut bench = self.view.engine().workbench(legs);
        let since = earliest(&bench, self.question, &params).await?;
        let (bounds, ruled) = terms(self.view, self.network, self.question, self.wanted, (since, until))?;
        for bound in bounds {
            bench.bind(bound);
        }
        bench.define(ruled, "ruled_legs");
        keep_cohort(&mut bench, self.question, &params).await?;
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
