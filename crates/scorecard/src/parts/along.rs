//! What a question of another crate brings along beside the scorecard's own: small tables, turns, clocks.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray},
    error::ArrowError,
};
use contact::{Instant, Network};
use engine::Bound;

use super::Concern;
use crate::{Question, promised::since};

/// One column of a small table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// Whole numbers.
    Ints(Vec<Option<i64>>),
    /// Texts.
    Texts(Vec<Option<String>>),
    /// Instants that move with `now`, in microseconds: what a leg adds may depend on them only as the turns of the statement
    /// say.
    Moving(Vec<i64>),
}

/// A small table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmallTable {
    /// Its name in the statements.
    pub name: &'static str,
    /// Columns by name, of one length.
    pub columns: Vec<(&'static str, Column)>,
}

/// A length of time after which what a leg adds turns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TurnLength {
    /// The calendar whose open time is counted; elapsed time when absent.
    pub calendar: Option<String>,
    /// So much of it, in microseconds.
    pub open_us: i64,
    /// And so much elapsed time after that, in microseconds.
    pub then_us: i64,
}

/// What a question brings along.
#[derive(Debug, Clone, Default)]
pub(crate) struct Along {
    pub(crate) tables: Vec<SmallTable>,
    /// By the parameter that a statement's header names.
    pub(crate) turns: BTreeMap<String, Vec<TurnLength>>,
    /// Calendars whose clocks `clock_slots` holds.
    pub(crate) clocks: Vec<String>,
    /// Whether stretches begin between quarter-hours.
    pub(crate) cut: bool,
}

impl TurnLength {
    /// How long before `now` an instant must lie for the turn to be behind it, in microseconds.
    #[must_use]
    pub fn before(&self, network: &Network, now: Instant) -> i64 {
        let calendar = self.calendar.as_ref().and_then(|name| network.calendars.get(name));
        let at = now.plus_micros(-self.then_us);
        self.then_us.saturating_add(since(calendar, self.open_us, at))
    }
}

impl Along {
    /// The lengths of a parameter, if it brings any: all legs are concerned.
    pub(crate) fn turning(&self, network: &Network, question: &Question, param: &str) -> Option<Vec<(i64, Concern)>> {
        let lengths = self.turns.get(param)?;
        Some(lengths.iter().map(|length| (length.before(network, question.now), Concern::All)).collect())
    }

    /// Everything of it that decides what a leg adds.
    pub(crate) fn name(&self) -> String {
        let mut name = String::new();
        for table in &self.tables {
            let fixed = table.columns.iter().filter(|(_, column)| !matches!(column, Column::Moving(_)));
            let _ = write!(name, " {} {:?}", table.name, fixed.collect::<Vec<_>>());
        }
        let _ = write!(name, " {:?} {:?} {}", self.turns, self.clocks, self.cut);
        name
    }

    /// Its tables.
    ///
    /// # Errors
    /// Columns of different lengths, a defect.
    pub(crate) fn bounds(&self) -> Result<Vec<Bound>, ArrowError> {
        self.tables.iter().map(SmallTable::bound).collect()
    }
}

impl SmallTable {
    /// The table with its rows.
    ///
    /// # Errors
    /// Columns of different lengths, a defect.
    pub(crate) fn bound(&self) -> Result<Bound, ArrowError> {
        let columns = self.columns.iter().map(|(name, column)| {
            let array: ArrayRef = match column {
                Column::Ints(values) => Arc::new(Int64Array::from(values.clone())),
                Column::Moving(values) => Arc::new(Int64Array::from(values.clone())),
                Column::Texts(values) => Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>()),
            };
            (*name, array, true)
        });
        Ok(Bound { name: self.name, rows: RecordBatch::try_from_iter_with_nullable(columns)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn along(fixed: i64, moving: i64) -> Along {
        let columns = vec![("fixed", Column::Ints(vec![Some(fixed)])), ("moving", Column::Moving(vec![moving]))];
        Along { tables: vec![SmallTable { name: "terms", columns }], ..Along::default() }
    }

    /// Named by what moves, nothing would ever be found again; not named by what is fixed, another promise's counts would be.
    #[test]
    fn what_is_kept_is_named_by_what_is_fixed() {
        assert_eq!(along(1, 5).name(), along(1, 6).name());
        assert_ne!(along(1, 5).name(), along(2, 5).name());
    }
}
