//! Which legs depend on every `now`: those of contacts that are not over. A contact is in parts whole or not at all, so
//! that what counts contacts adds up as well as what counts legs.

use std::collections::HashSet;

use arrow::array::{Array, BooleanArray, RecordBatch};

use super::columns::{micros, texts};
use crate::{ScorecardError, cohort::CLOCK_US};

/// The contacts of some legs that are not over: a leg has no outcome (or one so late that the open clock of some questions
/// ends before), or the customer still awaits a call.
#[derive(Debug, Default)]
pub(crate) struct Open(HashSet<String>);

impl Open {
    /// Of all legs of a file.
    ///
    /// # Errors
    /// A column is missing.
    pub(crate) fn of(legs: &[RecordBatch]) -> Result<Self, ScorecardError> {
        let mut open = HashSet::new();
        for batch in legs {
            let contacts = texts(batch, "contact_id")?;
            let rows = contacts.iter().zip(over(batch)?);
            open.extend(rows.filter(|(_, over)| !over).filter_map(|(contact, _)| contact.map(str::to_owned)));
        }
        Ok(Self(open))
    }

    /// Legs of contacts that are over: they add the same for every `now` in one phase, and in every period.
    ///
    /// # Errors
    /// A column is missing.
    pub(crate) fn closed(&self, batch: &RecordBatch) -> Result<BooleanArray, ScorecardError> {
        let contacts = texts(batch, "contact_id")?;
        let closed = |contact: Option<&str>| Some(contact.is_none_or(|contact| !self.0.contains(contact)));
        Ok(contacts.iter().map(closed).collect())
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(|contact| contact.len() + 48).sum()
    }
}

/// Whether each leg is over for every question: the open clock of one runs for [`CLOCK_US`] at least, but ends.
fn over(batch: &RecordBatch) -> Result<Vec<bool>, ScorecardError> {
    let outcomes = batch.column(batch.schema().index_of("outcome")?);
    let (offered, until) = (micros(batch, "offered_at")?, micros(batch, "outcome_at")?);
    let (asked, called) = (micros(batch, "callback_at")?, micros(batch, "called_at")?);
    let within = |row: usize| match (offered[row], until[row]) {
        (Some(offered), Some(until)) => until - offered < CLOCK_US,
        _ => false,
    };
    let awaits = |row: usize| asked[row].is_some() && called[row].is_none();
    Ok((0..batch.num_rows()).map(|row| outcomes.is_valid(row) && within(row) && !awaits(row)).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringViewArray};

    use super::*;

    /// A leg's contact, outcome, when the customer asked to be called back, and when that was done.
    type Leg = (&'static str, Option<&'static str>, Option<i64>, Option<i64>);

    fn legs(legs: &[Leg]) -> RecordBatch {
        let texts = |of: &dyn Fn(&Leg) -> Option<&'static str>| -> ArrayRef {
            Arc::new(legs.iter().map(of).collect::<StringViewArray>())
        };
        let ints =
            |of: &dyn Fn(&Leg) -> Option<i64>| -> ArrayRef { Arc::new(legs.iter().map(of).collect::<Int64Array>()) };
        RecordBatch::try_from_iter_with_nullable([
            ("contact_id", texts(&|leg| Some(leg.0)), true),
            ("offered_at", ints(&|_| Some(5)), true),
            ("outcome", texts(&|leg| leg.1), true),
            ("outcome_at", ints(&|leg| leg.1.map(|_| 9)), true),
            ("callback_at", ints(&|leg| leg.2), true),
            ("called_at", ints(&|leg| leg.3), true),
        ])
        .expect("columns of one length")
    }

    /// Of each leg whether its contact is over.
    fn closed(batches: &[RecordBatch]) -> Vec<bool> {
        let open = Open::of(batches).expect("the columns of legs");
        let closed = |batch: &RecordBatch| open.closed(batch).expect("a contact").values().iter().collect::<Vec<_>>();
        batches.iter().flat_map(closed).collect()
    }

    /// A contact counted whole, half of it from what is kept and half of it as of now, would be two.
    #[test]
    fn all_legs_of_a_contact_that_is_not_over_are_open() {
        let of = |other: &'static str| legs(&[("C", Some("answered"), None, None), (other, None, None, None)]);
        let two = of("C");
        assert_eq!((closed(std::slice::from_ref(&two)), closed(&[of("D")])), (vec![false, false], vec![true, false]));
        assert_eq!(closed(&[two.slice(0, 1), two.slice(1, 1)]), [false, false], "in other batches of the file, too");
    }

    /// A callback falls due while nothing happens, though every leg has its outcome.
    #[test]
    fn a_contact_that_awaits_a_call_is_not_over() {
        let of = |called: Option<i64>| closed(&[legs(&[("C", Some("answered"), Some(9), called)])]);
        assert_eq!((of(None), of(Some(60))), (vec![false], vec![true]));
    }
}
