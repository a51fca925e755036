//! Answers in parts: what a legs file adds to an answer is counted once and kept.
//!
//! A statement whose header says `adds_by` gives rows that add up over legs, so an answer is the sum over files, plus the
//! legs folded just now, minus what the files say of the same contacts. What a file's legs add is the same for every
//! question of one shape, except where it depends on `now`: legs of contacts that are not over are counted anew every
//! time, and the others by phase (see `Facts`). So a question costs what moved since the last one, not what there is.
//! A contact is never taken apart, by file, hour, portion or what moved: so contacts counted whole add up, too.
//!
//! Invariant: the sum is what the statements give over all legs at once (R2); lag, order and what is kept never show.

mod along;
mod columns;
mod concern;
mod facts;
mod open;
mod plan;
mod portion;
mod read;
mod run;
mod sparse;
mod spread;
mod table;
mod totals;

use std::sync::Arc;

use arrow::array::RecordBatch;
use contact::{Network, Viewpoint};
use engine::{Catalog, Statement, View};

pub use self::along::{Column, SmallTable, TurnLength};
pub(crate) use self::{
    along::Along,
    columns::texts,
    concern::{Concern, Writing, is_call},
    portion::{LEGS_AT_ONCE, chunks, portions},
    read::{ByStretch, read},
    spread::{Run as Observed, Spread, ranks, together},
    table::{Name, Word},
    totals::{Sums, Totals},
};
use self::{
    plan::{Part, Plan},
    run::{Reach, Run},
};
use crate::{Bucket, Question, ScorecardError, bound::local_days, buckets::buckets};

/// Sums the rows of statements that add up, over the legs of a question.
///
/// # Errors
/// As [`crate::answer`]. Whether a question can be answered does not depend on what is kept, or on whether there are legs.
pub(crate) async fn sums(
    view: &View,
    network: &Network,
    question: &Question,
    statements: &[&str],
) -> Result<Sums, ScorecardError> {
    let wanted = buckets(&question.period, question.grain)?;
    local_days(&question.period, &wanted)?;
    let along = Along::default();
    let run = Run { view, network, question, wanted: &wanted, statements, reach: Reach::Period, along: &along };
    Box::pin(added_up(&run)).await
}

/// The same with what a question of another crate brings along; the stretches `wanted` may begin at any instant.
///
/// # Errors
/// As [`sums`].
pub(crate) async fn sums_along(
    view: &View,
    network: &Network,
    question: &Question,
    wanted: &[Bucket],
    statements: &[&str],
    along: &Along,
) -> Result<Sums, ScorecardError> {
    local_days(&question.period, &[])?;
    let run = Run { view, network, question, wanted, statements, reach: Reach::Period, along };
    Box::pin(added_up(&run)).await
}

/// The same over legs of any age: the stretches `wanted` begin with [`contact::Instant::BEGINNING`], as the question's period
/// does, and are cut at quarter-hours.
///
/// # Errors
/// As [`sums`].
pub(crate) async fn sums_ever(
    view: &View,
    network: &Network,
    question: &Question,
    wanted: &[Bucket],
    statements: &[&str],
) -> Result<Sums, ScorecardError> {
    let along = Along::default();
    let run = Run { view, network, question, wanted, statements, reach: Reach::Legs, along: &along };
    Box::pin(added_up(&run)).await
}

async fn added_up(run: &Run<'_>) -> Result<Sums, ScorecardError> {
    let Run { view, network, question, wanted, statements, .. } = *run;
    let (engine, period) = (view.engine(), &question.period);
    let turns = turns(engine.catalog(), run)?;
    let mut pieces = view.pieces(period.from, period.to, question.now, question.as_of).await?;
    let shape = plan::Shape { network, question, statements, wanted, turns: &turns, along: run.along.name() };
    let mut plan = Plan::default();
    for file in std::mem::take(&mut pieces.files) {
        let stale = pieces.stale.remove(&file.day).unwrap_or_default();
        plan.take(engine, &shape, file, &stale).await?;
    }
    let files = of_files(run, &plan).await?;
    // Never a leg as folded before beside the same leg as folded now: a rule that names one would name both, either would be
    // given the pauses of both, and they would be legs of one contact.
    pieces.live.append(&mut plan.live);
    let (live, stale) =
        tokio::try_join!(run.totals(pieces.live, facts::DAY_US), run.totals(plan.stale, facts::DAY_US))?;
    let mut moved = Totals::default();
    for (parts, sign) in [(live, 1), (stale, -1)] {
        for part in parts.values() {
            moved.add(part, sign, 0);
        }
    }
    moved.settle();
    Ok(Sums { files, moved })
}

/// What the planned parts of files add up to, kept as long as they stay the same.
async fn of_files(run: &Run<'_>, plan: &Plan) -> Result<Arc<Totals>, ScorecardError> {
    let engine = run.view.engine();
    let name = plan.name();
    if let Some(known) = engine.recall(&name) {
        return Ok(known);
    }
    let mut total = Totals::default();
    let mut missing: Vec<&Part> = Vec::new();
    for part in &plan.parts {
        match engine.recall::<Totals>(&part.name) {
            Some(known) => total.add(&known, 1, part.first_bucket),
            None => missing.push(part),
        }
    }
    for parts in chunks(&missing, |part| (part.stretch_us, part.rows), LEGS_AT_ONCE) {
        for (part, counted) in parts.iter().zip(count(run, &parts).await?) {
            total.add(&counted, 1, part.first_bucket);
        }
    }
    total.settle();
    let total = Arc::new(total);
    engine.remember(name, Arc::clone(&total), total.bytes());
    Ok(total)
}

/// Counts parts of one length of stretch, and keeps each.
async fn count(run: &Run<'_>, parts: &[&Part]) -> Result<Vec<Arc<Totals>>, ScorecardError> {
    let engine = run.view.engine();
    let mut legs: Vec<RecordBatch> = Vec::new();
    for part in parts {
        legs.extend(part.legs(engine).await?);
    }
    let stretch_us = parts.first().map_or(facts::DAY_US, |part| part.stretch_us);
    let mut counted = run.totals(legs, stretch_us).await?;
    if let Some(statement) = strays(&counted, |stretch| parts.iter().any(|part| part.stretch == stretch)) {
        return Err(ScorecardError::Stretch(statement));
    }
    let kept = parts.iter().map(|part| {
        let mut relative = Totals::default();
        relative.add(&counted.remove(&part.stretch).unwrap_or_default(), 1, -part.first_bucket);
        relative.settle();
        let totals = Arc::new(relative);
        engine.remember(part.name.clone(), Arc::clone(&totals), totals.bytes());
        totals
    });
    Ok(kept.collect())
}

/// A statement with rows of a stretch that is not wanted: they would be lost.
fn strays(counted: &ByStretch, wanted: impl Fn(i64) -> bool) -> Option<String> {
    let strays = counted.iter().filter(|(stretch, _)| !wanted(**stretch));
    strays.flat_map(|(_, totals)| totals.statements()).next().cloned()
}

/// Every instant at which what a leg adds to one of the statements turns.
fn turns(catalog: &Catalog, run: &Run<'_>) -> Result<Vec<facts::Turn>, ScorecardError> {
    let Run { network, question, statements, along, .. } = *run;
    let whole = question.counting.viewpoint == Viewpoint::Brand;
    let mut turns = Vec::new();
    for id in statements {
        let statement: &Statement = catalog.get(id)?;
        if !statement.adds_up() {
            return Err(ScorecardError::NoSums((*id).to_owned()));
        }
        for (column, span) in
            statement.turns.iter().flat_map(|(column, spans)| spans.iter().map(move |span| (column, span)))
        {
            let lengths = match span {
                engine::Span::Micros(micros) => vec![(*micros, Concern::All)],
                engine::Span::Param(name) => crate::cohort::spans(network, question, along, name)
                    .ok_or_else(|| ScorecardError::Turn { statement: statement.id.clone(), param: name.clone() })?,
            };
            turns.extend((0..).zip(lengths).map(|(nth, (micros, concern))| facts::Turn {
                column: column.clone(),
                span: span.clone(),
                nth,
                micros,
                // A contact counted whole turns with the promise that it came in under: none of its legs without the others.
                concern: if whole { Concern::All } else { concern },
            }));
        }
    }
    turns.sort();
    turns.dedup();
    Ok(turns)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::parts::table::{Columns, Table};

    /// One row of a statement `x`, with this sum.
    pub(crate) fn one_row(sum: i64) -> Totals {
        let columns = Arc::new(Columns { names: Vec::new(), sums: vec!["n".to_owned()] });
        let row: (Name, Box<[i64]>) = (Box::from([]), Box::from([sum]));
        let table = Table { columns, rows: BTreeMap::from([row]) };
        Totals { tables: BTreeMap::from([("x".to_owned(), table)]), spreads: BTreeMap::new() }
    }

    /// Rows under a stretch that no file asks for would be in no sum, and nobody would miss them.
    #[test]
    fn rows_of_a_stretch_that_is_not_wanted_are_found() {
        let spread = Spread::named(&[], BTreeMap::new());
        let waits = Totals { tables: BTreeMap::new(), spreads: BTreeMap::from([("waits".to_owned(), spread)]) };
        let counted = BTreeMap::from([(0, waits.clone()), (24, waits)]);
        assert_eq!(strays(&counted, |stretch| stretch == 0), Some("waits".to_owned()));
        assert_eq!(strays(&counted, |stretch| stretch % 24 == 0), None);
    }
}
