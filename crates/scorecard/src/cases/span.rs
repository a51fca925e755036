//! When anything happened to the cases of some legs.

use std::sync::Arc;

use arrow::{
    array::{AsArray, RecordBatch},
    compute::{cast, max, min},
    datatypes::{DataType, Int64Type},
};
use contact::Instant;
use engine::{DataFile, Engine};

use crate::ScorecardError;

/// The instants of a leg at which something happens to its case.
const INSTANTS: [&str; 4] = ["offered_at", "first_offered_at", "outcome_at", "first_resolved_at"];

/// From the first offer to the last thing that happened, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Span {
    /// Of a legs file, kept; `None` without legs.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) async fn of_file(engine: &Engine, file: &DataFile) -> Result<Option<Self>, ScorecardError> {
        let name = format!("span {}", file.full.display());
        if let Some(known) = engine.recall::<Option<Self>>(&name) {
            return Ok(*known);
        }
        let span = Self::of(&engine.legs_of(file).await?)?;
        engine.remember(name, Arc::new(span), size_of::<Option<Self>>());
        Ok(span)
    }

    /// Of legs; `None` without any.
    ///
    /// # Errors
    /// Rows that are no legs.
    pub(crate) fn of(legs: &[RecordBatch]) -> Result<Option<Self>, ScorecardError> {
        let mut span: Option<Self> = None;
        for batch in legs {
            for name in INSTANTS {
                let column = cast(batch.column(batch.schema().index_of(name)?), &DataType::Int64)?;
                let micros = column.as_primitive::<Int64Type>();
                span = widened(span, min(micros).zip(max(micros)));
            }
            // What a list says of an instant before the receipt happened at the receipt.
            let lists = batch.column(batch.schema().index_of("changes")?).as_list::<i32>();
            let last = max(lists.values().as_primitive::<Int64Type>()).map(|change| change >> 3);
            span = span.map(|span| Self { last: span.last.max(last.unwrap_or(span.last)), ..span });
        }
        Ok(span)
    }

    /// Its first instant.
    pub(super) fn from(self) -> Instant {
        Instant::from_micros(self.first).unwrap_or(Instant::FOREVER)
    }
}

fn widened(span: Option<Span>, more: Option<(i64, i64)>) -> Option<Span> {
    let Some((first, last)) = more else { return span };
    Some(span.map_or(Span { first, last }, |span| Span { first: span.first.min(first), last: span.last.max(last) }))
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, ListArray};

    use super::*;

    const REOPENED_AT_20: i64 = 20 * 8 + 6;

    type Leg = ([Option<i64>; 4], &'static [i64]);

    fn legs(legs: &[Leg]) -> RecordBatch {
        let instants = INSTANTS.iter().enumerate().map(|(position, name)| {
            let column: ArrayRef = Arc::new(legs.iter().map(|leg| leg.0[position]).collect::<Int64Array>());
            (*name, column, true)
        });
        let lists = legs.iter().map(|leg| Some(leg.1.iter().map(|change| Some(*change)).collect::<Vec<_>>()));
        let changes: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists));
        RecordBatch::try_from_iter_with_nullable(instants.chain([("changes", changes, true)])).expect("one length")
    }

    /// What happened after the end of a span would be missing from every sum that is kept under it.
    #[test]
    fn a_span_ends_with_the_last_thing_that_happened() {
        let span = |of: &[Leg]| Span::of(&[legs(of)]).expect("the columns of legs").map(|span| (span.first, span.last));
        assert_eq!(span(&[]), None);
        assert_eq!(span(&[([Some(5), Some(4), None, None], &[])]), Some((4, 5)));
        assert_eq!(
            span(&[([Some(5), Some(5), Some(9), Some(7)], &[]), ([Some(6), None, None, None], &[])]),
            Some((5, 9))
        );
        assert_eq!(span(&[([Some(5), Some(5), None, None], &[8 * 8 + 1, REOPENED_AT_20])]), Some((5, 20)));
    }
}
