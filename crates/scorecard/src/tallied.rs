//! Figures from the rows of a statement whose columns are summed: by key, and by stretch or instant.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Unit};
use engine::{Catalog, EngineError, FigureSpec, Statement};
use stats::Cluster;

use crate::{
    Dim, ScorecardError,
    figures::{Columns, Standing, figure},
    rows::{RowKey, Rows},
};

/// The rows of a statement by key.
pub(crate) struct Tallied<'a> {
    statement: &'a Statement,
    chain: String,
    rows: Rows,
    positions: BTreeMap<RowKey, Vec<usize>>,
    /// Day and queue of each row, where the statement keeps them apart.
    clusters: Vec<(i64, usize)>,
}

impl<'a> Tallied<'a> {
    /// Groups the rows; `part` is the column that numbers their stretch or instant. Rows whose provider is in `without` are
    /// left out.
    pub(crate) fn new(
        catalog: &'a Catalog,
        rows: Rows,
        id: &str,
        by: &BTreeSet<Dim>,
        part: &str,
        without: &BTreeSet<String>,
    ) -> Result<Self, ScorecardError> {
        let statement = catalog.get(id)?;
        let mut positions = rows.groups(by, part)?;
        if !without.is_empty() {
            let providers = rows.texts("source_provider")?;
            let counts = |row: &usize| providers[*row].as_ref().is_none_or(|provider| !without.contains(provider));
            for rows in positions.values_mut() {
                rows.retain(counts);
            }
            positions.retain(|_, rows| !rows.is_empty());
        }
        let clusters = clusters(&rows)?;
        Ok(Self { statement, chain: catalog.chain_hash(statement), rows, positions, clusters })
    }

    /// Every key of a row.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &RowKey> {
        self.positions.keys()
    }

    /// The statement's rows.
    pub(crate) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The rows of a key.
    pub(crate) fn of(&self, key: &RowKey) -> &[usize] {
        self.positions.get(key).map_or(&[], Vec::as_slice)
    }

    /// The sum of a column; 0 without rows.
    pub(crate) fn sum(&self, key: &RowKey, column: &str) -> Result<i64, ScorecardError> {
        let values = self.rows.ints(column)?;
        Ok(self.of(key).iter().filter_map(|row| values.get(*row)).sum())
    }

    /// The largest value of a column.
    pub(crate) fn most(&self, key: &RowKey, column: &str) -> Result<Option<i64>, ScorecardError> {
        let values = self.rows.ints(column)?;
        Ok(self.of(key).iter().filter_map(|row| values.get(*row)).max())
    }

    /// Whether a key's columns that must be 0 before the figure can be final are not.
    pub(crate) fn unsettled(&self, id: &str, key: &RowKey) -> Result<bool, ScorecardError> {
        for column in &self.spec(id)?.until {
            if self.sum(key, column)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A figure whose value is a sum, or one over another.
    pub(crate) fn figure(&self, id: &str, key: &RowKey, standing: Standing) -> Result<Figure, ScorecardError> {
        let spec = self.spec(id)?;
        let of = self.sum(key, &spec.of)?;
        let per = spec.per.as_deref().map(|per| self.sum(key, per)).transpose()?;
        let n = match &spec.n {
            Some(n) => self.sum(key, n)?,
            None => per.unwrap_or(of),
        };
        let clusters = match &spec.per {
            Some(per) if spec.unit == Unit::Share => self.clusters_of(&spec.of, per, key)?,
            _ => Vec::new(),
        };
        self.made(id, &Columns { of: Some(of), per, n, clusters }, standing)
    }

    /// A figure of these columns.
    pub(crate) fn made(&self, id: &str, columns: &Columns, standing: Standing) -> Result<Figure, ScorecardError> {
        let definition = format!("{id}@{}:{}", self.statement.version, self.chain);
        Ok(figure(id, self.spec(id)?, &definition, columns, standing)?)
    }

    fn spec(&self, id: &str) -> Result<&'a FigureSpec, ScorecardError> {
        Ok(self.statement.figures.get(id).ok_or_else(|| EngineError::Unknown(id.to_owned()))?)
    }

    fn clusters_of(&self, of: &str, per: &str, key: &RowKey) -> Result<Vec<Cluster>, ScorecardError> {
        let (of, per) = (self.rows.ints(of)?, self.rows.ints(per)?);
        let cluster = |row: &usize| {
            let (day, stratum) = *self.clusters.get(*row)?;
            Some(Cluster { day, stratum, successes: of.get(*row).unwrap_or(0), n: per.get(*row).unwrap_or(0) })
        };
        Ok(self.of(key).iter().filter_map(cluster).collect())
    }
}

/// Day and queue of each row; none where the statement does not keep them apart.
fn clusters(rows: &Rows) -> Result<Vec<(i64, usize)>, ScorecardError> {
    if !rows.has("stratum") {
        return Ok(Vec::new());
    }
    let (days, strata) = (rows.ints("day")?, rows.texts("stratum")?);
    let names: BTreeSet<&Option<String>> = strata.iter().collect();
    let numbers: BTreeMap<&Option<String>, usize> = names.into_iter().zip(0..).collect();
    Ok(strata.iter().enumerate().map(|(row, stratum)| (days.get(row).unwrap_or(0), numbers[stratum])).collect())
}
