//! The rows of several statements, added up. Pure.

use std::{collections::BTreeMap, sync::Arc};

use super::{spread::Spread, table::Table};
use crate::{ScorecardError, rows::Rows};

/// The rows of several statements.
#[derive(Debug, Clone, Default)]
pub(crate) struct Totals {
    pub(crate) tables: BTreeMap<String, Table>,
    pub(crate) spreads: BTreeMap<String, Spread>,
}

impl Totals {
    /// Adds others `sign` times, their buckets moved on by `shift`. [`Totals::settle`] must follow.
    pub(crate) fn add(&mut self, other: &Self, sign: i64, shift: i64) {
        for (id, table) in &other.tables {
            let empty = || Table { columns: Arc::clone(&table.columns), rows: BTreeMap::new() };
            self.tables.entry(id.clone()).or_insert_with(empty).add(table, sign, shift);
        }
        for (id, spread) in &other.spreads {
            let empty = || Spread { columns: Arc::clone(&spread.columns), rows: BTreeMap::new() };
            self.spreads.entry(id.clone()).or_insert_with(empty).add(spread, sign, shift);
        }
    }

    /// Brings what was added in order.
    pub(crate) fn settle(&mut self) {
        self.spreads.values_mut().for_each(Spread::settle);
    }

    /// Of which statements there are rows.
    pub(super) fn statements(&self) -> impl Iterator<Item = &String> {
        self.tables.keys().chain(self.spreads.keys())
    }

    /// About how many bytes they take.
    pub(crate) fn bytes(&self) -> usize {
        let tables: usize = self.tables.values().map(Table::bytes).sum();
        tables + self.spreads.values().map(Spread::bytes).sum::<usize>()
    }
}

/// The rows of several statements over all legs of a question: what the files add, and what moved since.
pub(crate) struct Sums {
    pub(super) files: Arc<Totals>,
    pub(super) moved: Totals,
}

impl Sums {
    /// What files add, and what is to be added to that.
    pub(crate) fn new(files: Arc<Totals>, moved: Totals) -> Self {
        Self { files, moved }
    }

    /// What files add, and what moved: their sum counts.
    pub(crate) fn all(&self) -> [&Totals; 2] {
        [&self.files, &self.moved]
    }

    /// Adds more.
    pub(crate) fn add(&mut self, more: &Totals) {
        self.moved.add(more, 1, 0);
        self.moved.settle();
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::table::{Columns, Name, Word};

    fn columns(sums: &[&str]) -> Arc<Columns> {
        let names = vec![("bucket".to_owned(), false), ("site".to_owned(), true)];
        Arc::new(Columns { names, sums: sums.iter().map(|sum| (*sum).to_owned()).collect() })
    }

    fn name(bucket: i64, site: &str) -> Name {
        [Word::Int(bucket), Word::Text(site.into())].into()
    }

    /// `cells` of these legs by bucket and site, each of which waited as long as its bucket.
    fn totals(rows: &[(i64, &str, i64)]) -> Totals {
        let cells = rows.iter().map(|(bucket, site, legs)| (name(*bucket, site), Box::from([*legs])));
        let waits = rows.iter().map(|(bucket, site, legs)| (name(*bucket, site), vec![(*bucket, *legs)]));
        let cells = Table { columns: columns(&["legs"]), rows: cells.collect() };
        let waits = Spread { columns: columns(&[]), rows: waits.collect() };
        Totals {
            tables: BTreeMap::from([("cells".to_owned(), cells)]),
            spreads: BTreeMap::from([("waits".to_owned(), waits)]),
        }
    }

    fn told(sums: &Sums) -> Vec<(i64, String, i64)> {
        let rows = sums.rows("cells").expect("rows");
        let (buckets, legs) = (rows.ints("bucket").expect("numbers"), rows.ints("legs").expect("numbers"));
        let sites = rows.texts("site").expect("texts");
        let row = |(row, site): (usize, Option<String>)| Some((buckets.get(row)?, site?, legs.get(row)?));
        sites.into_iter().enumerate().filter_map(row).collect()
    }

    /// A contact that moved to another site counts there, and leaves no row where it was.
    #[test]
    fn what_moved_is_taken_from_what_the_files_say() {
        let mut moved = Totals::default();
        moved.add(&totals(&[(0, "a", 1), (1, "c", 1)]), 1, 0);
        moved.add(&totals(&[(0, "a", 1), (0, "b", 1)]), -1, 0);
        moved.settle();
        let files = Arc::new(totals(&[(0, "a", 7), (0, "b", 1)]));
        let sums = Sums { files, moved };
        assert_eq!(told(&sums), [(0, "a".to_owned(), 7), (1, "c".to_owned(), 1)]);
    }

    #[test]
    fn nothing_moved_and_nothing_in_files_are_sums_too() {
        let files = Sums { files: Arc::new(totals(&[(2, "a", 3)])), moved: Totals::default() };
        let moved = Sums { files: Arc::default(), moved: totals(&[(2, "a", 3)]) };
        assert_eq!(told(&files), [(2, "a".to_owned(), 3)]);
        assert_eq!(told(&moved), told(&files));
        let nothing = Sums { files: Arc::default(), moved: Totals::default() };
        assert_eq!((told(&nothing).len(), nothing.rows("cells").expect("rows").len()), (0, 0));
        assert!(nothing.spreads("waits").iter().all(Option::is_none));
    }

    /// Parts are kept by their own first bucket; another period has it in another place.
    #[test]
    fn parts_are_the_same_in_another_bucket() {
        let mut kept = Totals::default();
        kept.add(&totals(&[(5, "a", 2), (6, "a", 1)]), 1, -5);
        kept.settle();
        let mut total = Totals::default();
        total.add(&kept, 1, 8);
        total.add(&kept, 1, 8);
        total.settle();
        let waits = &total.spreads["waits"].rows;
        assert_eq!((&waits[&name(8, "a")], &waits[&name(9, "a")]), (&vec![(5, 4)], &vec![(6, 2)]));
        let sums = Sums { files: Arc::new(total), moved: Totals::default() };
        assert_eq!(told(&sums), [(8, "a".to_owned(), 4), (9, "a".to_owned(), 2)]);
    }

    /// What is kept is bounded by what it says it takes: a row cannot be free.
    #[test]
    fn more_rows_take_more_bytes() {
        assert_eq!(Totals::default().bytes(), 0);
        let one = totals(&[(0, "a", 1)]).bytes();
        assert!(one > 64 && totals(&[(0, "a", 1), (0, "b", 1)]).bytes() == 2 * one, "{one}");
    }
}
