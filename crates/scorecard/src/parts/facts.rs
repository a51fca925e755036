//! What is to be known of a legs file before its legs are counted: which of them still depend on `now`, and until when.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow::{
    array::{Array, AsArray, BooleanArray, RecordBatch},
    compute::{cast, filter_record_batch},
    datatypes::{DataType, Int64Type},
};
use contact::Instant;
use engine::{DataFile, Engine, compacted};

use crate::{ScorecardError, cohort::CLOCK_US};

/// Contacts that began within an hour are kept apart where an hour matters.
pub(crate) const HOUR_US: i64 = 3_600_000_000;

/// A file's own day.
pub(crate) const DAY_US: i64 = 24 * HOUR_US;

/// A leg's share in an answer changes once `now` is `micros` after the instant in `column`. Turns are known by column, span
/// and number, in this order: the length itself may move with `now`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    pub(crate) column: String,
    pub(crate) span: engine::Span,
    pub(crate) nth: usize,
    pub(crate) micros: i64,
}

/// Which turns lie behind a set of legs; `None` while some of the legs are past one and others are not.
pub(crate) type Phase = Option<Vec<bool>>;

/// Earliest and latest instant of each column of turns; `None` for columns without any.
type Spans = BTreeMap<String, Option<(i64, i64)>>;

/// What is known of a legs file.
pub(crate) struct Facts {
    /// Legs whose share depends on every `now`: those without an outcome.
    pub(crate) open: Vec<RecordBatch>,
    /// Earliest and latest offer.
    pub(crate) offered: Option<(i64, i64)>,
    /// By the hour in which contacts began, of legs with an outcome.
    hours: BTreeMap<i64, Spans>,
}

impl Facts {
    /// Of a legs file, kept.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) async fn of(engine: &Engine, file: &DataFile, turns: &[Turn]) -> Result<Arc<Self>, ScorecardError> {
        let columns: BTreeSet<&str> = turns.iter().map(|turn| turn.column.as_str()).collect();
        let name = format!("facts {} {columns:?}", file.full.display());
        if let Some(known) = engine.recall(&name) {
            return Ok(known);
        }
        let mut facts = Self { open: Vec::new(), offered: None, hours: BTreeMap::new() };
        for batch in engine.legs_of(file).await?.iter() {
            facts.take(batch, &columns)?;
        }
        let facts = Arc::new(facts);
        engine.remember(name, Arc::clone(&facts), facts.bytes());
        Ok(facts)
    }

    fn take(&mut self, batch: &RecordBatch, columns: &BTreeSet<&str>) -> Result<(), ScorecardError> {
        let closed = closed(batch)?;
        let open: BooleanArray = closed.iter().map(|closed| closed.map(|closed| !closed)).collect();
        if open.true_count() > 0 {
            self.open.push(compacted(&filter_record_batch(batch, &open)?)?);
        }
        for offered in micros(batch, "offered_at")?.into_iter().flatten() {
            self.offered = Some(widened(self.offered, offered));
        }
        let hours = hours(batch)?;
        for column in columns {
            for ((instant, hour), closed) in micros(batch, column)?.into_iter().zip(&hours).zip(closed.values()) {
                if closed {
                    let span = self.hours.entry(*hour).or_default().entry((*column).to_owned()).or_default();
                    *span = instant.map(|instant| widened(*span, instant)).or(*span);
                }
            }
        }
        Ok(())
    }

    /// The hours in which its contacts began.
    pub(crate) fn hours(&self) -> impl Iterator<Item = i64> {
        self.hours.keys().copied()
    }

    /// The phase of all its legs with an outcome.
    pub(crate) fn phase(&self, turns: &[Turn], now: Instant) -> Phase {
        let mut whole = Spans::new();
        for (column, span) in self.hours.values().flatten() {
            let mine = whole.entry(column.clone()).or_default();
            *mine = span.map_or(*mine, |(first, last)| Some(widened(Some(widened(*mine, first)), last)));
        }
        phase(&whole, turns, now)
    }

    /// The phase of the legs of contacts that began in an hour.
    pub(crate) fn phase_of(&self, hour: i64, turns: &[Turn], now: Instant) -> Phase {
        self.hours.get(&hour).and_then(|spans| phase(spans, turns, now))
    }

    fn bytes(&self) -> usize {
        self.open.iter().map(RecordBatch::get_array_memory_size).sum::<usize>() + self.hours.len() * 256
    }
}

fn phase(spans: &Spans, turns: &[Turn], now: Instant) -> Phase {
    let past = |turn: &Turn| {
        let Some((first, last)) = spans.get(&turn.column).copied().flatten() else { return Some(true) };
        let since = now.as_micros() - turn.micros;
        if last <= since { Some(true) } else { (first > since).then_some(false) }
    };
    turns.iter().map(past).collect()
}

fn widened(span: Option<(i64, i64)>, instant: i64) -> (i64, i64) {
    span.map_or((instant, instant), |(first, last)| (first.min(instant), last.max(instant)))
}

/// Legs with an outcome whose share in an answer is the same for every `now` in one phase, and for every period: the
/// open clock of a question ends long after it, but ends.
pub(crate) fn closed(batch: &RecordBatch) -> Result<BooleanArray, ScorecardError> {
    let outcomes = batch.column(batch.schema().index_of("outcome")?);
    let (offered, until) = (micros(batch, "offered_at")?, micros(batch, "outcome_at")?);
    let within = |(offered, until): (Option<i64>, Option<i64>)| match (offered, until) {
        (Some(offered), Some(until)) => until - offered < CLOCK_US,
        _ => false,
    };
    let mask = offered.into_iter().zip(until).enumerate();
    Ok(mask.map(|(row, instants)| Some(outcomes.is_valid(row) && within(instants))).collect())
}

/// The hour in which each row's contact began, as statements cut it.
pub(crate) fn hours(batch: &RecordBatch) -> Result<Vec<i64>, ScorecardError> {
    let started = micros(batch, "started_at")?;
    Ok(started.into_iter().map(|started| started.map_or(0, |started| started - started % HOUR_US)).collect())
}

fn micros(batch: &RecordBatch, column: &str) -> Result<Vec<Option<i64>>, ScorecardError> {
    let column = cast(batch.column(batch.schema().index_of(column)?), &DataType::Int64)?;
    Ok(column.as_primitive::<Int64Type>().iter().collect())
}
