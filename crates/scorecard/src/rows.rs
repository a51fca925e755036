//! Rows of a statement, read by column name.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::Hash,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch},
    compute::{cast, concat_batches},
    datatypes::{DataType, Int64Type},
};

use crate::{Dim, ScorecardError};

/// What a row stands for: the value of each grouping, and the number of its stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RowKey {
    pub(crate) dims: BTreeMap<Dim, Option<String>>,
    pub(crate) bucket: usize,
}

/// The rows of one statement.
pub(crate) struct Rows {
    statement: String,
    batch: RecordBatch,
}

impl Rows {
    pub(crate) fn new(statement: &str, batches: &[RecordBatch]) -> Result<Self, ScorecardError> {
        let batch = match batches {
            [] => RecordBatch::new_empty(std::sync::Arc::new(arrow::datatypes::Schema::empty())),
            [first, ..] => concat_batches(&first.schema(), batches)?,
        };
        Ok(Self { statement: statement.to_owned(), batch })
    }

    pub(crate) fn len(&self) -> usize {
        self.batch.num_rows()
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.batch.schema().index_of(column).is_ok()
    }

    fn column(&self, name: &str, data_type: &DataType) -> Result<ArrayRef, ScorecardError> {
        let missing = || ScorecardError::Column { statement: self.statement.clone(), column: name.to_owned() };
        let column = self.batch.column_by_name(name).ok_or_else(missing)?;
        cast(column, data_type).map_err(|_| missing())
    }

    /// An integer column; null stays null.
    pub(crate) fn ints(&self, name: &str) -> Result<Ints, ScorecardError> {
        if self.len() == 0 {
            return Ok(Ints(Int64Array::from(Vec::<i64>::new())));
        }
        Ok(Ints(self.column(name, &DataType::Int64)?.as_primitive::<Int64Type>().clone()))
    }

    /// A text column; null stays null.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<Option<String>>, ScorecardError> {
        if self.len() == 0 {
            return Ok(Vec::new());
        }
        let column = self.column(name, &DataType::Utf8)?;
        Ok(column.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect())
    }

    /// A column of flags; null is false.
    pub(crate) fn flags(&self, name: &str) -> Result<Vec<bool>, ScorecardError> {
        if self.len() == 0 {
            return Ok(Vec::new());
        }
        let column = self.column(name, &DataType::Boolean)?;
        Ok(column.as_boolean().iter().map(|flag| flag.unwrap_or(false)).collect())
    }

    /// The key of each row, for the groupings asked.
    pub(crate) fn keys(&self, by: impl IntoIterator<Item = Dim>) -> Result<Vec<RowKey>, ScorecardError> {
        self.keys_by(by, "bucket")
    }

    /// The key of each row, for the groupings asked; `part` is the column that numbers stretches or instants.
    pub(crate) fn keys_by(&self, by: impl IntoIterator<Item = Dim>, part: &str) -> Result<Vec<RowKey>, ScorecardError> {
        let buckets = self.ints(part)?;
        let mut keys: Vec<RowKey> = (0..self.len())
            .map(|row| {
                let bucket = usize::try_from(buckets.get(row).unwrap_or(0)).unwrap_or(0);
                RowKey { dims: BTreeMap::new(), bucket }
            })
            .collect();
        for dim in by {
            for (key, value) in keys.iter_mut().zip(self.texts(dim.as_str())?) {
                key.dims.insert(dim, value);
            }
        }
        Ok(keys)
    }

    /// The rows of each key, for the groupings asked; `part` is the column that numbers stretches or instants. Keys are few,
    /// rows may be many.
    pub(crate) fn groups(
        &self,
        by: &BTreeSet<Dim>,
        part: &str,
    ) -> Result<BTreeMap<RowKey, Vec<usize>>, ScorecardError> {
        if self.len() == 0 {
            return Ok(BTreeMap::new());
        }
        let parts = self.ints(part)?;
        let mut groups = numbered((0..self.len()).map(|row| parts.get(row).unwrap_or(0)));
        let mut columns = Vec::new();
        for dim in by {
            let column = self.column(dim.as_str(), &DataType::Utf8View)?;
            let finer = groups.iter().copied().zip(column.as_string_view());
            groups = numbered(finer);
            columns.push((*dim, column));
        }
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); groups.iter().max().map_or(0, |last| last + 1)];
        for (row, group) in groups.into_iter().enumerate() {
            rows[group].push(row);
        }
        let key = |rows: &[usize]| {
            let first = rows.first().copied().unwrap_or(0);
            let text =
                |column: &ArrayRef| column.is_valid(first).then(|| column.as_string_view().value(first).to_owned());
            let dims = columns.iter().map(|(dim, column)| (*dim, text(column))).collect();
            RowKey { dims, bucket: usize::try_from(parts.get(first).unwrap_or(0)).unwrap_or(0) }
        };
        Ok(rows.into_iter().map(|rows| (key(&rows), rows)).collect())
    }
}

/// The number of each value, in the order in which values are met.
fn numbered<T: Hash + Eq>(values: impl Iterator<Item = T>) -> Vec<usize> {
    let mut known: HashMap<T, usize> = HashMap::new();
    values
        .map(|value| {
            let next = known.len();
            *known.entry(value).or_insert(next)
        })
        .collect()
}

/// An integer column.
pub(crate) struct Ints(Int64Array);

impl Ints {
    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringViewArray;

    use super::*;

    /// Rows under the key of others would be counted for another site.
    #[test]
    fn rows_are_grouped_by_key_as_they_are_keyed_one_by_one() {
        let ints: ArrayRef = std::sync::Arc::new(Int64Array::from(vec![0, 1, 0, 0, 1]));
        let texts = |values: [Option<&str>; 5]| -> ArrayRef { std::sync::Arc::new(StringViewArray::from_iter(values)) };
        let columns = [
            ("bucket", ints),
            ("site", texts([Some("a"), Some("a"), None, Some("a"), Some("b")])),
            ("queue", texts([Some("b"), None, Some("b"), Some("c"), None])),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)));
        let rows = Rows::new("x", &[batch.expect("columns of one length")]).expect("rows");
        for by in [vec![], vec![Dim::Site], vec![Dim::Site, Dim::Queue]] {
            let by: BTreeSet<Dim> = by.into_iter().collect();
            let mut expected: BTreeMap<RowKey, Vec<usize>> = BTreeMap::new();
            for (row, key) in rows.keys(by.iter().copied()).expect("keys").into_iter().enumerate() {
                expected.entry(key).or_default().push(row);
            }
            assert_eq!(rows.groups(&by, "bucket").expect("groups"), expected);
        }
        let nothing = Rows::new("x", &[]).expect("rows");
        assert!(nothing.groups(&BTreeSet::from([Dim::Site]), "bucket").expect("groups").is_empty());
    }
}
