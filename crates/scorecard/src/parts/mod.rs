//! Answers in parts: what a legs file adds to an answer is counted once and kept.
//!
//! A statement whose header says `adds_by` gives rows that add up over legs, so an answer is the sum over files, plus the
//! legs folded just now, minus what the files say of the same contacts. What a file's legs add is the same for every
//! question of one shape, except where it depends on `now`: legs without an outcome are counted anew every time, and the
//! others by phase (see `Facts`). So a question costs what moved since the last one, not what there is.
//!
//! Invariant: the sum is what the statements give over all legs at once (R2); lag, order and what is kept never show.

mod facts;
mod plan;
mod read;
mod run;
mod spread;
mod table;

use std::{collections::BTreeMap, sync::Arc};

use arrow::array::RecordBatch;
use contact::Network;
use engine::{Catalog, Statement, View};

pub(crate) use self::spread::{Spread, ranks};
pub(crate) use self::table::{Name, Word};
use self::{
    plan::{Part, Plan},
    run::Run,
    table::Table,
};
use crate::{Question, ScorecardError, buckets::buckets, rows::Rows};

/// Legs counted at once: bounds the memory of a question about much.
const LEGS_AT_ONCE: usize = 200_000;

/// The rows of several statements.
#[derive(Debug, Clone, Default)]
pub(crate) struct Totals {
    pub(crate) tables: BTreeMap<String, Table>,
    pub(crate) spreads: BTreeMap<String, Spread>,
}

impl Totals {
    /// Adds others `sign` times, their buckets moved on by `shift`. [`Totals::settle`] must follow.
    fn add(&mut self, other: &Self, sign: i64, shift: i64) {
        for (id, table) in &other.tables {
            let empty = || Table { columns: Arc::clone(&table.columns), rows: BTreeMap::new() };
            self.tables.entry(id.clone()).or_insert_with(empty).add(table, sign, shift);
        }
        for (id, spread) in &other.spreads {
            let empty = || Spread { columns: Arc::clone(&spread.columns), rows: BTreeMap::new() };
            self.spreads.entry(id.clone()).or_insert_with(empty).add(spread, sign, shift);
        }
    }

    fn settle(&mut self) {
        self.spreads.values_mut().for_each(Spread::settle);
    }

    fn bytes(&self) -> usize {
        let tables: usize = self.tables.values().map(Table::bytes).sum();
        tables + self.spreads.values().map(Spread::bytes).sum::<usize>()
    }
}

/// The rows of several statements over all legs of a question: what the files add, and what moved since.
pub(crate) struct Sums {
    files: Arc<Totals>,
    moved: Totals,
}

impl Sums {
    /// The rows of a statement.
    ///
    /// # Errors
    /// None that columns of one length can have.
    pub(crate) fn rows(&self, id: &str) -> Result<Rows, ScorecardError> {
        let batch = match (self.files.tables.get(id), self.moved.tables.get(id)) {
            (None, None) => return Rows::new(id, &[]),
            (Some(table), None) | (None, Some(table)) => table.batch()?,
            (Some(files), Some(moved)) => {
                let mut table = files.clone();
                table.add(moved, 1, 0);
                table.batch()?
            }
        };
        Rows::new(id, &[batch])
    }

    /// The distributions of a statement: those of the files, and what moved.
    pub(crate) fn spreads(&self, id: &str) -> [Option<&Spread>; 2] {
        [self.files.spreads.get(id), self.moved.spreads.get(id)]
    }
}

/// Sums the rows of statements that add up, over the legs of a question.
///
/// # Errors
/// As [`crate::answer`].
pub(crate) async fn sums(
    view: &View,
    network: &Network,
    question: &Question,
    statements: &[&str],
) -> Result<Sums, ScorecardError> {
    let engine = view.engine();
    let wanted = buckets(&question.period, question.grain)?;
    let period = &question.period;
    let mut pieces = view.pieces(period.from, period.to, question.now, question.as_of).await?;
    let turns = turns(engine.catalog(), network, question, statements)?;
    let shape = plan::Shape { network, question, statements, wanted: &wanted, turns: &turns };
    let mut plan = Plan::default();
    for file in std::mem::take(&mut pieces.files) {
        plan.take(engine, &shape, file).await?;
    }
    let run = Run { view, network, question, wanted: &wanted, statements };
    let files = of_files(&run, &plan).await?;
    pieces.live.append(&mut plan.live);
    let mut moved = Totals::default();
    for (legs, sign) in [(pieces.live, 1), (pieces.stale, -1)] {
        for part in run.totals(legs, facts::DAY_US).await?.values() {
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
    for parts in chunks(&missing) {
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

/// Parts of one length of stretch, of at most about [`LEGS_AT_ONCE`] legs.
fn chunks<'a>(parts: &[&'a Part]) -> Vec<Vec<&'a Part>> {
    let mut chunks: Vec<Vec<&Part>> = Vec::new();
    let mut rows = 0;
    for part in parts {
        rows += part.rows;
        let fits = |chunk: &Vec<&Part>| chunk.first().is_some_and(|first| first.stretch_us == part.stretch_us);
        match chunks.last_mut().filter(|chunk| fits(chunk) && rows <= LEGS_AT_ONCE) {
            Some(chunk) => chunk.push(part),
            None => {
                rows = part.rows;
                chunks.push(vec![part]);
            }
        }
    }
    chunks
}

/// Every instant at which what a leg adds to one of the statements turns.
fn turns(
    catalog: &Catalog,
    network: &Network,
    question: &Question,
    statements: &[&str],
) -> Result<Vec<facts::Turn>, ScorecardError> {
    let mut turns = Vec::new();
    for id in statements {
        let statement: &Statement = catalog.get(id)?;
        for (column, span) in
            statement.turns.iter().flat_map(|(column, spans)| spans.iter().map(move |span| (column, span)))
        {
            let lengths = match span {
                engine::Span::Micros(micros) => vec![*micros],
                engine::Span::Param(name) => crate::cohort::spans(network, question, name)
                    .ok_or_else(|| ScorecardError::Turn { statement: statement.id.clone(), param: name.clone() })?,
            };
            let turn = |(nth, micros)| facts::Turn { column: column.clone(), span: span.clone(), nth, micros };
            turns.extend((0..).zip(lengths).map(turn));
        }
    }
    turns.sort();
    turns.dedup();
    Ok(turns)
}
