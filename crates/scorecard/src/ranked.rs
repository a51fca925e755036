//! Ranks of a statement's distributions, by row.

use std::collections::{BTreeMap, BTreeSet};

use engine::Statement;

use crate::{
    Dim, Question,
    parts::{Name, Spread, Word, ranks},
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
    pub(crate) fn new(statement: &Statement, spreads: [Option<&Spread>; 2], question: &Question) -> Self {
        let percents: BTreeSet<u8> = statement.figures.values().filter_map(|figure| figure.rank).collect();
        let percents: Vec<u8> = percents.into_iter().collect();
        let named = spreads.into_iter().flatten();
        let names: BTreeSet<&Name> = named.flat_map(|spread| spread.rows.keys()).collect();
        let run = |position: usize, name: &Name| {
            let spread: Option<&Spread> = spreads.get(position).copied().flatten();
            spread.and_then(|spread| spread.rows.get(name)).map_or(&[][..], Vec::as_slice)
        };
        let columns = spreads.into_iter().flatten().next().map(|spread| &spread.columns.names);
        let row = |name: &Name| {
            let ranks = ranks(run(0, name), run(1, name), &percents);
            let values = percents.iter().zip(&ranks.values).filter_map(|(percent, value)| Some((*percent, (*value)?)));
            Some((key(columns?, name, question), Row { n: ranks.n, values: values.collect() }))
        };
        Self { by_key: names.into_iter().filter_map(row).filter(|(_, row)| row.n > 0).collect() }
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
