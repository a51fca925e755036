//! Running statements on some legs.

use arrow::{
    array::{AsArray, RecordBatch},
    compute::{cast, max},
    datatypes::{DataType, Int64Type},
};
use contact::{Instant, Network};
use engine::{Bound, EngineError, Params, View, Workbench};

use super::{
    along::Along,
    portion::{LEGS_AT_ONCE, portions},
    read::{ByStretch, read},
    sparse::terms_of,
};
use crate::{
    Bucket, Question, ScorecardError,
    bound::{cuts, slots, slots_cut},
    cohort::{clock_slots, earliest, keep_cohort, params, terms},
};

/// Of which quarter-hours the small tables of a run are.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// Those of the question's period, and on to the last outcome.
    Period,
    /// Those in which something happened to the legs at hand: for periods without a beginning.
    Legs,
}

/// Statements of a question.
pub(super) struct Run<'a> {
    pub(super) view: &'a View,
    pub(super) network: &'a Network,
    pub(super) question: &'a Question,
    pub(super) wanted: &'a [Bucket],
    pub(super) statements: &'a [&'a str],
    pub(super) reach: Reach,
    pub(super) along: &'a Along,
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
        let mut bench = self.view.engine().workbench(legs.clone());
        let since = earliest(&bench, self.question, &params).await?;
        let (bounds, ruled) = self.terms(&legs, since)?;
        for bound in bounds {
            bench.bind(bound);
        }
        bench.define(ruled, "ruled_legs");
        keep_cohort(&mut bench, self.question, &params).await?;
        if self.along.cut {
            bench.bind(cuts(&self.question.period, self.wanted)?);
            bench.keep_as("cut_cohort", "cohort", &params).await?;
        }
        let (mut of_replies, mut of_legs) = (Vec::new(), Vec::new());
        for id in self.statements.iter().copied() {
            let alike = if bench.reads(id, "replies")? { &mut of_replies } else { &mut of_legs };
            alike.push(id);
        }
        let replies = Box::pin(written(bench.clone(), &of_replies, &params));
        let (replies, legs) = tokio::try_join!(replies, bench.all(&of_legs, &params))?;
        for (id, rows) in of_replies.into_iter().zip(replies).chain(of_legs.into_iter().zip(legs)) {
            read(self.view.engine().catalog().get(id)?, &rows, &mut totals)?;
        }
        Ok(totals)
    }

    /// The tables that the question brings along, and the statement whose rows are `ruled_legs`. No leg that counts is
    /// offered before `since`.
    fn terms(&self, legs: &[RecordBatch], since: Instant) -> Result<(Vec<Bound>, &'static str), ScorecardError> {
        match self.reach {
            Reach::Legs => terms_of(self, legs),
            Reach::Period => {
                let until = last_outcome(legs)?.map_or(self.question.now, |last| last.max(self.question.now));
                let period = &self.question.period;
                let slots = if self.along.cut { slots_cut(period, self.wanted) } else { slots(period, self.wanted) };
                let mut terms = terms(self.view, self.network, self.question, slots?, (since, until))?;
                terms.0.extend(self.along.bounds()?);
                if !self.along.clocks.is_empty() {
                    terms.0.push(clock_slots(self.view, self.network, period, until, &self.along.clocks)?);
                }
                Ok(terms)
            }
        }
    }
}

/// The rows of statements about replies; those are only put together where somebody asks.
async fn written(
    mut bench: Workbench,
    statements: &[&str],
    params: &Params,
) -> Result<Vec<Vec<RecordBatch>>, EngineError> {
    if statements.is_empty() {
        return Ok(Vec::new());
    }
    bench.keep("replies", params).await?;
    bench.all(statements, params).await
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
