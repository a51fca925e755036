//! Ranks of a statement's distributions, by row.

use std::collections::{BTreeMap, BTreeSet};

use engine::Statement;

use crate::{
    Dim, Question, ScorecardError,
    parts::{Name, Observed, Spread, Word, ranks, together},
    rows::RowKey,
};

/// The ranks that a statement's figures ask for.
pub(crate) struct Ranked {
    by_key: BTreeMap<RowKey, Row>,
}

/// One row: how many observations, and the value of each rank.
struct Row {
    n: i64,
    values: BTreeMap<u8, i64>,
}

impl Ranked {
    /// Ranks of the observations of both spreads together.
    ///
    /// # Errors
    /// The statement does not name its rows by a grouping that is asked, or by `bucket`.
    pub(crate) fn new(
        statement: &Statement,
        spreads: [Option<&Spread>; 2],
        question: &Question,
    ) -> Result<Self, ScorecardError> {
        let mut asked = question.by.iter().map(|dim| dim.as_str()).chain(["bucket"]);
        if let Some(missing) = asked.find(|name| !statement.adds_by.iter().any(|column| column == name)) {
            return Err(ScorecardError::Column { statement: statement.id.clone(), column: missing.to_owned() });
        }
        let percents: BTreeSet<u8> = statement.figures.values().filter_map(|figure| figure.rank).collect();
        let percents: Vec<u8> = percents.into_iter().collect();
        let mut runs: BTreeMap<RowKey, Vec<&Observed>> = BTreeMap::new();
        for spread in spreads.into_iter().flatten() {
            for (name, run) in &spread.rows {
                runs.entry(key(&spread.columns.names, name, question)).or_default().push(run);
            }
        }
        let row = |(key, runs): (RowKey, Vec<&Observed>)| {
            let ranks = match runs.as_slice() {
                [one] => ranks(one, &[], &percents),
                [one, other] => ranks(one, other, &percents),
                more => ranks(&together(more), &[], &percents),
            };
            let values = percents.iter().zip(&ranks.values).filter_map(|(percent, value)| Some((*percent, (*value)?)));
            (key, Row { n: ranks.n, values: values.collect() })
        };
        Ok(Self { by_key: runs.into_iter().map(row).filter(|(_, row)| row.n > 0).collect() })
    }

    /// The rows there are.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &RowKey> {
        self.by_key.keys()
    }

    /// A rank in percent, and of how many observations.
    pub(crate) fn get(&self, key: &RowKey, percent: u8) -> (Option<i64>, i64) {
        self.by_key.get(key).map_or((None, 0), |row| (row.values.get(&percent).copied(), row.n))
    }
}

/// What a row of the statement counts towards.
fn key(columns: &[(String, bool)], name: &Name, question: &Question) -> RowKey {
    let mut key = RowKey { dims: BTreeMap::new(), bucket: 0 };
    for ((column, _), word) in columns.iter().zip(name) {
        match (column.parse::<Dim>(), word) {
            (Ok(dim), word) if question.by.contains(&dim) => {
                let value = if let Word::Text(text) = word { Some(text.to_string()) } else { None };
                key.dims.insert(dim, value);
            }
            (Err(_), Word::Int(bucket)) if column == "bucket" => key.bucket = usize::try_from(*bucket).unwrap_or(0),
            _ => {}
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use contact::Instant;

    use super::*;
    use crate::{Filters, Period};

    fn question(by: &[Dim]) -> Question {
        let period = Period::parse("2026-10-01", "2026-10-02", jiff::tz::TimeZone::UTC).expect("period");
        Question {
            period,
            by: by.iter().copied().collect(),
            grain: None,
            filters: Filters::default(),
            now: Instant::FOREVER,
            as_of: Instant::FOREVER,
            formula: None,
            threshold: None,
            counting: crate::Counting::default(),
            customers: BTreeMap::new(),
        }
    }

    fn statement() -> Statement {
        let header = "id: x\nversion: 1\ntitle: {en: a, fr: b}\nparams: {stretch_us: bigint}
adds_by: [site, language, bucket, wait_us, stretch]
figures: {f: {unit: seconds, of: wait_us, n: legs, rank: 50, en: A, fr: A}}";
        let header: String = header.lines().flat_map(|line| ["-- ", line, "\n"]).collect();
        Statement::parse("x.sql", &format!("{header}--\nSELECT 1")).expect("a header")
    }

    /// A site, a language, and how many waited how long.
    type Waits<'a> = (&'a str, &'a str, &'a [(i64, i64)]);

    /// Waits by site and language, all in one bucket.
    fn spread(rows: &[Waits]) -> Spread {
        let row = |(site, language, run): &Waits| {
            let name: Name = [Word::Text((*site).into()), Word::Text((*language).into()), Word::Int(0)].into();
            (name, run.to_vec())
        };
        let names = [("site", true), ("language", true), ("bucket", false)];
        Spread::named(&names, rows.iter().map(row).collect())
    }

    fn told(spreads: [Option<&Spread>; 2], by: &[Dim]) -> Vec<(Option<i64>, i64)> {
        let ranked = Ranked::new(&statement(), spreads, &question(by)).expect("columns that are asked");
        ranked.keys().map(|key| ranked.get(key, 50)).collect()
    }

    /// A row of the answer may have several names in a statement: all its observations count, not those of the last one.
    #[test]
    fn names_of_one_row_are_ranked_together() {
        let files = spread(&[("a", "en", &[(1, 1), (9, 1)]), ("a", "fr", &[(2, 3)]), ("b", "fr", &[(7, 1)])]);
        let moved = spread(&[("a", "fr", &[(2, -1)]), ("b", "fr", &[(7, -1)])]);
        assert_eq!(told([Some(&files), None], &[Dim::Site]), [(Some(2), 5), (Some(7), 1)]);
        assert_eq!(told([Some(&files), Some(&moved)], &[Dim::Site]), [(Some(2), 4)], "nothing is left of b");
        assert_eq!(told([Some(&files), Some(&moved)], &[]), [(Some(2), 4)]);
        assert_eq!(told([None, None], &[Dim::Site]), []);
    }

    /// Without the column, every team would be one more row that is no team.
    #[test]
    fn a_grouping_that_the_statement_does_not_name_is_refused() {
        let refused = Ranked::new(&statement(), [None, None], &question(&[Dim::Site, Dim::Team]));
        let error = refused.err().expect("no team").to_string();
        assert!(error.starts_with("statement x gives no column \"team\""), "{error}");
    }
}
