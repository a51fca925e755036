//! How many observations have which value, by name. Pure.

use std::{collections::BTreeMap, sync::Arc};

use stats::Ranks;

use super::table::{Columns, Name, shifted};

/// Ascending values, each once, with how many observations have it.
pub(crate) type Run = Vec<(i64, i64)>;

/// Distributions by name.
#[derive(Debug, Clone)]
pub(crate) struct Spread {
    /// No column of it adds up but the counts in the runs.
    pub(crate) columns: Arc<Columns>,
    pub(crate) rows: BTreeMap<Name, Run>,
}

impl Spread {
    /// Adds the observations of another `sign` times, their buckets moved on by `shift`. [`Spread::settle`] must follow.
    pub(crate) fn add(&mut self, other: &Self, sign: i64, shift: i64) {
        let bucket = self.columns.names.iter().position(|(name, _)| name == "bucket");
        for (name, run) in &other.rows {
            let mine = self.rows.entry(shifted(name, bucket, shift)).or_default();
            // As many again before the next time: what is held at once stays near what is left in the end.
            if mine.len() + run.len() > mine.capacity() {
                in_order(mine);
                mine.reserve(mine.len().max(run.len()));
            }
            mine.extend(run.iter().map(|(value, count)| (*value, sign * count)));
        }
    }

    /// Brings every run in order.
    pub(crate) fn settle(&mut self) {
        for run in self.rows.values_mut() {
            in_order(run);
            run.shrink_to_fit();
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        let runs: usize = self.rows.values().map(|run| run.len() * 16 + 64).sum();
        runs + self.rows.len() * self.columns.names.len() * 24
    }
}

/// Several runs as one.
pub(crate) fn together(runs: &[&Run]) -> Run {
    let mut all: Run = runs.iter().flat_map(|run| run.iter().copied()).collect();
    in_order(&mut all);
    all
}

/// Names each value once, ascending, and none that nobody has.
fn in_order(run: &mut Run) {
    run.sort_unstable_by_key(|(value, _)| *value);
    run.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            earlier.1 += later.1;
        }
        same
    });
    run.retain(|(_, count)| *count != 0);
}

/// The nearest ranks among the observations of two runs together.
pub(crate) fn ranks(one: &[(i64, i64)], other: &[(i64, i64)], percents: &[u8]) -> Ranks {
    stats::nearest_ranks(|| Merged { one, other }, percents)
}

/// Two runs as one, ascending.
struct Merged<'a> {
    one: &'a [(i64, i64)],
    other: &'a [(i64, i64)],
}

impl Iterator for Merged<'_> {
    type Item = (i64, i64);

    fn next(&mut self) -> Option<(i64, i64)> {
        let (value, count) = match (self.one, self.other) {
            ([], []) => return None,
            ([first, ..], []) => *first,
            ([], [second, ..]) => *second,
            ([first, ..], [second, ..]) if first.0 == second.0 => (first.0, first.1 + second.1),
            ([first, ..], [second, ..]) => *first.min(second),
        };
        for run in [&mut self.one, &mut self.other] {
            if let [head, rest @ ..] = *run
                && head.0 == value
            {
                *run = rest;
            }
        }
        Some((value, count))
    }
}

#[cfg(test)]
impl Spread {
    /// These rows, with the columns that name them and whether those hold texts.
    pub(crate) fn named(names: &[(&str, bool)], rows: BTreeMap<Name, Run>) -> Self {
        let names = names.iter().map(|(name, is_text)| ((*name).to_owned(), *is_text)).collect();
        Self { columns: Arc::new(Columns { names, sums: Vec::new() }), rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_merged_in_order_and_what_is_taken_away_is_gone() {
        let one = [(1, 2), (3, 1), (9, 1)];
        let other = [(2, 1), (3, -1), (10, 1)];
        let merged: Vec<_> = Merged { one: &one, other: &other }.collect();
        assert_eq!(merged, [(1, 2), (2, 1), (3, 0), (9, 1), (10, 1)]);
        assert_eq!(ranks(&one, &other, &[50, 100]), Ranks { n: 5, values: vec![Some(2), Some(10)] });
        assert_eq!(ranks(&one, &[(9, -1)], &[100]).values, [Some(3)]);
    }

    #[test]
    fn a_run_in_order_names_each_value_once() {
        let mut run = vec![(5, 1), (2, 1), (5, 2), (7, 1), (7, -1)];
        in_order(&mut run);
        assert_eq!(run, [(2, 1), (5, 3)]);
        assert_eq!(together(&[&vec![(5, 1), (9, 1)], &vec![(2, 1), (9, -1)], &vec![(5, 2)]]), run);
    }

    /// A year of waits in whole seconds is not held 365 times at once.
    #[test]
    fn much_of_the_same_is_not_held_more_than_a_few_times() {
        let name: Name = Box::from([]);
        let day: Run = (0..1_000).map(|seconds| (seconds, 1)).collect();
        let day = Spread::named(&[], BTreeMap::from([(name.clone(), day)]));
        let mut year = Spread::named(&[], BTreeMap::new());
        for _ in 0..365 {
            year.add(&day, 1, 0);
            assert!(year.rows[&name].capacity() <= 4_000, "{}", year.rows[&name].capacity());
        }
        year.settle();
        assert_eq!(year.rows[&name], (0..1_000).map(|seconds| (seconds, 365)).collect::<Run>());
    }
}
