//! The rows of an answer: which there are, and the figures of each.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Instant, Network, NoValue};
use engine::{Catalog, FigureSpec, Statement};
use stats::Cluster;

use crate::{
    AnswerRow, Bucket, Dim, Feeds, Question, ScorecardError,
    compared::STATEMENT as HOMOGENEITY,
    expected::{expected, providers_of, silence},
    figures::{Columns, Standing, figure},
    gaps::Gaps,
    maker::Maker,
    ranked::Ranked,
    rows::{RowKey, Rows},
    state::{is_late, is_open},
};

/// Everything the rows are made from.
pub(crate) struct Sheet<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) network: &'a Network,
    pub(crate) feeds: &'a Feeds,
    pub(crate) question: &'a Question,
    pub(crate) wanted: &'a [Bucket],
    pub(crate) cells: &'a Rows,
    pub(crate) tables: &'a BTreeMap<String, Rows>,
    pub(crate) ranked: &'a BTreeMap<String, Ranked>,
    /// Of a scorecard by site.
    pub(crate) gaps: Option<&'a Gaps>,
}

/// Positions of one row's values in the statements' rows.
#[derive(Default)]
struct Positions {
    by_statement: BTreeMap<String, Vec<usize>>,
}

impl Positions {
    fn of(&self, statement: &str) -> &[usize] {
        self.by_statement.get(statement).map_or(&[], Vec::as_slice)
    }

    fn cells(&self) -> &[usize] {
        self.of(CELLS)
    }
}

/// The statement of what every leg adds; figures' `needs` name its columns, and their `until`.
const CELLS: &str = "cells";

/// What is known of each row of `cells`, of the sources behind them, and of the statements.
struct Sources {
    /// The hash that goes with the figures of each statement.
    definitions: BTreeMap<String, String>,
    /// Day and queue of each row, for the statements that keep them apart.
    clusters: BTreeMap<String, Vec<(i64, usize)>>,
    /// Provider.
    providers: Vec<Option<String>>,
    /// Columns that a provider's source says at all.
    said: BTreeSet<(String, Option<String>)>,
}

impl Sources {
    /// Whether any source behind a row says `need`.
    fn say(&self, need: &str, positions: &Positions) -> bool {
        let providers = positions.cells().iter().filter_map(|row| self.providers.get(*row));
        providers.into_iter().any(|provider| self.said.contains(&(need.to_owned(), provider.clone())))
    }
}

impl Sheet<'_> {
    /// Every row, in the order of key and time.
    pub(crate) fn rows(&self) -> Result<Vec<AnswerRow>, ScorecardError> {
        let mut positions: BTreeMap<RowKey, Positions> = BTreeMap::new();
        for (id, table) in self.tables {
            for (row, key) in table.keys(self.question.by.iter().copied())?.into_iter().enumerate() {
                positions.entry(key).or_default().by_statement.entry(id.clone()).or_default().push(row);
            }
        }
        for key in self.ranked.values().flat_map(Ranked::keys) {
            positions.entry(key.clone()).or_default();
        }
        for dims in expected(self.network, self.question, positions.keys()) {
            for bucket in 0..self.wanted.len() {
                positions.entry(RowKey { dims: dims.clone(), bucket }).or_default();
            }
        }
        let viewpoint = self.question.counting.viewpoint;
        let hashed = |statement: &Statement| (statement.id.clone(), self.catalog.chain_hash_of(statement, viewpoint));
        let sources = Sources {
            definitions: self.catalog.scorecard_of(viewpoint).map(hashed).collect(),
            clusters: self
                .tables
                .iter()
                .map(|(id, table)| Ok((id.clone(), clusters(table)?)))
                .collect::<Result<_, ScorecardError>>()?,
            providers: self.cells.texts("source_provider")?,
            said: self.said()?,
        };
        positions.iter().map(|(key, positions)| self.row(key, positions, &sources)).collect()
    }

    fn row(&self, key: &RowKey, positions: &Positions, sources: &Sources) -> Result<AnswerRow, ScorecardError> {
        let mut figures = BTreeMap::new();
        for statement in self.catalog.scorecard_of(self.question.counting.viewpoint) {
            for (id, spec) in &statement.figures {
                let made = self.figure((statement, id, spec), key, positions, sources)?;
                figures.insert(id.clone(), made);
            }
        }
        if let Some(gaps) = self.gaps {
            let made = self.gap(gaps, key, positions, sources)?;
            figures.insert(made.id.clone(), made);
        }
        let bucket = self.question.grain.and(self.wanted.get(key.bucket).copied());
        Ok(AnswerRow { key: key.dims.clone(), bucket, figures, previous: None, cuts: Vec::new() })
    }

    fn figure(
        &self,
        (statement, id, spec): (&Statement, &str, &FigureSpec),
        key: &RowKey,
        positions: &Positions,
        sources: &Sources,
    ) -> Result<Figure, ScorecardError> {
        let columns = match (self.ranked.get(&statement.id), spec.rank) {
            (Some(ranked), Some(percent)) => {
                let (of, n) = ranked.get(key, percent);
                Columns { of, per: None, n, clusters: Vec::new() }
            }
            _ => self.columns(statement, spec, positions, &sources.clusters)?,
        };
        // What came while closed is in no count of `cells` but its own; in writing it may be answered all the same.
        let told = spec.of == "out_of_hours" || (statement.id != CELLS && columns.n > 0);
        let nothing = if told { None } else { self.nothing(key, positions)? };
        let unsaid = spec.needs.as_ref().is_some_and(|need| !sources.say(need, positions));
        let provisional = self.provisional(spec, key, positions)?;
        let standing = Standing { nothing, unsaid, provisional };
        let definition = format!("{id}@{}:{}", statement.version, sources.definitions[&statement.id]);
        Ok(figure(id, spec, &definition, &columns, standing)?)
    }

    fn gap(
        &self,
        gaps: &Gaps,
        key: &RowKey,
        positions: &Positions,
        sources: &Sources,
    ) -> Result<Figure, ScorecardError> {
        let unsaid = (!sources.say("ever_resolved", positions)).then_some(NoValue::NoData);
        let nothing = self.nothing(key, positions)?.or(unsaid);
        let is_open = gaps.unsettled || is_open(self.network, self.feeds, self.question);
        Maker::of(self.catalog, HOMOGENEITY, is_open)?.gap("resolution_gap", gaps.get(&key.dims), nothing)
    }

    fn columns(
        &self,
        statement: &Statement,
        spec: &FigureSpec,
        positions: &Positions,
        clusters: &BTreeMap<String, Vec<(i64, usize)>>,
    ) -> Result<Columns, ScorecardError> {
        let Some(table) = self.tables.get(&statement.id) else { return Ok(Columns::default()) };
        let value = |column: &str| sum(table, column, positions.of(&statement.id));
        let of = value(&spec.of)?;
        let per = spec.per.as_deref().map(value).transpose()?.flatten();
        let n = match &spec.n {
            Some(n) => value(n)?,
            None => per.or(of),
        };
        let clusters = match (&spec.per, clusters.get(&statement.id)) {
            (Some(per), Some(clusters)) if spec.unit == contact::Unit::Share && !clusters.is_empty() => {
                clusters_of(table, (&spec.of, per), positions.of(&statement.id), clusters)?
            }
            _ => Vec::new(),
        };
        Ok(Columns { of, per, n: n.unwrap_or(0), clusters })
    }

    /// Why a row has no numbers, if it has none.
    fn nothing(&self, key: &RowKey, positions: &Positions) -> Result<Option<NoValue>, ScorecardError> {
        let count = |column: &str| -> Result<i64, ScorecardError> {
            Ok(sum(self.cells, column, positions.cells())?.unwrap_or(0))
        };
        if count("offered")? > 0 {
            return Ok(None);
        }
        if count("out_of_hours")? > 0 || self.closed(key) {
            return Ok(Some(NoValue::Closed));
        }
        Ok(Some(silence(self.network, self.feeds, self.question, &key.dims)))
    }

    /// Whether the row is one queue whose calendar is closed all along the row's stretch.
    fn closed(&self, key: &RowKey) -> bool {
        let Some(Some(name)) = key.dims.get(&Dim::Queue) else { return false };
        let Some(bucket) = self.wanted.get(key.bucket) else { return false };
        let versions = self.network.queues.get(name.as_str());
        let in_force = versions
            .and_then(|versions| versions.iter().rev().find(|queue| queue.from.is_none_or(|from| from <= bucket.from)));
        let calendar = in_force.and_then(|queue| self.network.calendars.get(queue.calendar.as_ref()?));
        calendar.is_some_and(|calendar| calendar.open_spans(bucket.from, bucket.to).is_empty())
    }

    fn provisional(&self, spec: &FigureSpec, key: &RowKey, positions: &Positions) -> Result<bool, ScorecardError> {
        let end = self.wanted.get(key.bucket).map_or(self.question.period.to, |bucket| bucket.to);
        let judged_at = self.question.now.min(self.question.as_of);
        if end > judged_at || self.late(key, judged_at) {
            return Ok(true);
        }
        for column in &spec.until {
            if self.left(column, positions)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The sum of a column of `cells`, else of the statement that has it; 0 where no row says anything.
    fn left(&self, column: &str, positions: &Positions) -> Result<i64, ScorecardError> {
        let has = |table: &Rows| table.has(column);
        let (table, rows) = match self.tables.iter().find(|(_, table)| has(table)) {
            _ if has(self.cells) => (self.cells, positions.cells()),
            Some((id, table)) => (table, positions.of(id)),
            None => return Ok(0),
        };
        Ok(sum(table, column, rows)?.unwrap_or(0))
    }

    fn late(&self, key: &RowKey, now: Instant) -> bool {
        let providers = providers_of(self.network, self.question, &key.dims);
        let all = self.network.providers.keys().map(ToString::to_string);
        let providers: Vec<String> = if providers.is_empty() { all.collect() } else { providers };
        providers.iter().any(|provider| is_late(self.network, self.feeds, provider, now))
    }

    /// The columns that figures need and that each provider's source says, ever in the cohort.
    fn said(&self) -> Result<BTreeSet<(String, Option<String>)>, ScorecardError> {
        let statements = self.catalog.scorecard_of(self.question.counting.viewpoint);
        let figures = statements.flat_map(|statement| statement.figures.values());
        let needs: BTreeSet<&String> = figures.filter_map(|spec| spec.needs.as_ref()).collect();
        let providers = self.cells.texts("source_provider")?;
        let mut said = BTreeSet::new();
        for need in needs {
            let column = self.cells.ints(need)?;
            let rows = providers.iter().enumerate().filter(|(row, _)| column.get(*row).unwrap_or(0) > 0);
            said.extend(rows.map(|(_, provider)| (need.clone(), provider.clone())));
        }
        Ok(said)
    }
}

/// Day and queue of each row of a statement that keeps them apart; nothing of others.
fn clusters(table: &Rows) -> Result<Vec<(i64, usize)>, ScorecardError> {
    if !table.has("day") || !table.has("stratum") {
        return Ok(Vec::new());
    }
    let days = table.ints("day")?;
    let strata = table.texts("stratum")?;
    let names: BTreeSet<&Option<String>> = strata.iter().collect();
    let numbers: BTreeMap<&Option<String>, usize> = names.into_iter().zip(0..).collect();
    Ok(strata.iter().enumerate().map(|(row, stratum)| (days.get(row).unwrap_or(0), numbers[stratum])).collect())
}

/// The counts of a share by day and queue.
fn clusters_of(
    table: &Rows,
    (of, per): (&str, &str),
    rows: &[usize],
    clusters: &[(i64, usize)],
) -> Result<Vec<Cluster>, ScorecardError> {
    let (of, per) = (table.ints(of)?, table.ints(per)?);
    let cluster = |row: &usize| {
        let (day, stratum) = clusters[*row];
        Cluster { day, stratum, successes: of.get(*row).unwrap_or(0), n: per.get(*row).unwrap_or(0) }
    };
    Ok(rows.iter().map(cluster).collect())
}

/// The sum of a column over some rows; `None` where none of them has a value.
fn sum(table: &Rows, column: &str, rows: &[usize]) -> Result<Option<i64>, ScorecardError> {
    let column = table.ints(column)?;
    Ok(rows.iter().filter_map(|row| column.get(*row)).reduce(|one, other| one + other))
}
