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
