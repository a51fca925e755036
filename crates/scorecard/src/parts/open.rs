//! Which legs depend on every `now`: those of contacts that are not over. A contact is in parts whole or not at all, so
//! that what counts contacts adds up as well as what counts legs.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::{compute::cast, datatypes::DataType};

use super::facts::micros;
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
            let contacts = contacts(batch)?;
            let rows = contacts.as_string_view().iter().zip(over(batch)?);
            open.extend(rows.filter(|(_, over)| !over).filter_map(|(contact, _)| contact.map(str::to_owned)));
        }
        Ok(Self(open))
    }

    /// Legs of contacts that are over: they add the same for every `now` in one phase, and in every period.
    ///
    /// # Errors
    /// A column is missing.
    pub(crate) fn closed(&self, batch: &RecordBatch) -> Result<BooleanArray, ScorecardError> {
        let contacts = contacts(batch)?;
        let closed = |contact: Option<&str>| Some(contact.is_none_or(|contact| !self.0.contains(contact)));
        Ok(contacts.as_string_view().iter().map(closed).collect())
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

/// The contact of each leg.
///
/// # Errors
/// The column is missing.
pub(super) fn contacts(batch: &RecordBatch) -> Result<ArrayRef, ScorecardError> {
    Ok(cast(batch.column(batch.schema().index_of("contact_id")?), &DataType::Utf8View)?)
}
