//! Rows that add up, by name. Pure.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray},
    error::ArrowError,
};

/// One word of a row's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Word {
    Null,
    Int(i64),
    Text(Arc<str>),
}

/// The words that name a row, in the order of the statement's `adds_by`.
pub(crate) type Name = Box<[Word]>;

/// The columns of a statement whose rows add up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Those that name a row, and whether they hold texts.
    pub(crate) names: Vec<(String, bool)>,
    /// Those that add up.
    pub(crate) sums: Vec<String>,
}

/// Sums by name.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) columns: Arc<Columns>,
    pub(crate) rows: BTreeMap<Name, Box<[i64]>>,
}

impl Table {
    /// Adds the rows of another table `sign` times, their buckets moved on by `shift`.
    pub(crate) fn add(&mut self, other: &Self, sign: i64, shift: i64) {
        let bucket = self.columns.names.iter().position(|(name, _)| name == "bucket");
        for (name, sums) in &other.rows {
            match self.rows.entry(shifted(name, bucket, shift)) {
                Entry::Occupied(mut mine) => {
                    mine.get_mut().iter_mut().zip(sums).for_each(|(mine, more)| *mine += sign * more);
                }
                Entry::Vacant(free) => {
                    free.insert(sums.iter().map(|sum| sign * sum).collect());
                }
            }
        }
    }

    /// The rows of which something is left.
    ///
    /// # Errors
    /// None that columns of one length can have.
    pub(crate) fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let rows = || self.rows.iter().filter(|(_, sums)| sums.iter().any(|sum| *sum != 0));
        let mut columns: Vec<(&str, ArrayRef, bool)> = Vec::new();
        for (position, (name, is_text)) in self.columns.names.iter().enumerate() {
            let words = rows().map(|(words, _)| &words[position]);
            columns.push((name, column(words, *is_text), true));
        }
        for (position, name) in self.columns.sums.iter().enumerate() {
            let sums = Int64Array::from_iter_values(rows().map(|(_, sums)| sums[position]));
            columns.push((name, Arc::new(sums), true));
        }
        RecordBatch::try_from_iter_with_nullable(columns)
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.rows.len() * (self.columns.names.len() * 24 + self.columns.sums.len() * 8 + 64)
    }
}

fn column<'a>(words: impl Iterator<Item = &'a Word>, is_text: bool) -> ArrayRef {
    if is_text {
        let text = |word: &'a Word| match word {
            Word::Text(text) => Some(text),
            Word::Int(_) | Word::Null => None,
        };
        Arc::new(words.map(text).collect::<StringArray>())
    } else {
        let int = |word: &Word| match word {
            Word::Int(int) => Some(*int),
            Word::Text(_) | Word::Null => None,
        };
        Arc::new(words.map(int).collect::<Int64Array>())
    }
}

/// A name in another bucket.
pub(crate) fn shifted(name: &Name, bucket: Option<usize>, shift: i64) -> Name {
    let mut name = name.clone();
    if shift != 0
        && let Some(Word::Int(bucket)) = bucket.and_then(|position| name.get_mut(position))
    {
        *bucket += shift;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(i64, &str, i64)]) -> Table {
        let names = vec![("bucket".to_owned(), false), ("site".to_owned(), true)];
        let columns = Arc::new(Columns { names, sums: vec!["legs".to_owned()] });
        let named = rows.iter().map(|(bucket, site, legs)| {
            let name: Name = [Word::Int(*bucket), Word::Text((*site).into())].into();
            (name, Box::from([*legs]))
        });
        Table { rows: named.collect(), columns }
    }

    #[test]
    fn rows_add_up_in_the_bucket_they_are_moved_to() {
        let mut total = table(&[(2, "a", 5)]);
        total.add(&table(&[(0, "a", 7), (1, "b", 1)]), 1, 2);
        assert_eq!(total.rows, table(&[(2, "a", 12), (3, "b", 1)]).rows);
    }

    /// A contact that moved to another site must not leave an empty row of its old one.
    #[test]
    fn what_is_taken_away_whole_leaves_no_row() {
        let mut total = table(&[(0, "a", 5), (0, "b", 1)]);
        total.add(&table(&[(0, "b", 1)]), -1, 0);
        let batch = total.batch().expect("columns of one length");
        assert_eq!((batch.num_rows(), batch.num_columns()), (1, 3));
    }
}
