//! Counting for other crates: statements that add up, over stretches of time that may begin at any instant.

use std::collections::BTreeMap;

use contact::{Instant, Network};
use engine::{Params, Session, View};
use futures::future::BoxFuture;

use crate::{
    Bucket, Question, ScorecardError,
    bound::{cuts, moments, slots_cut, standing_at},
    buckets::SLOT_US,
    cases::{Beside, Reading, Span},
    cohort::{clock_end, clock_slots, params, terms},
    parts::{Along, SmallTable, Sums, TurnLength, Word, sums_along},
};

/// What is counted: the legs of a question, in stretches.
#[derive(Debug, Clone)]
pub struct CountQuestion {
    /// Which legs; its grouping names rows, its grain does not matter.
    pub question: Question,
    /// Stretches, one after the other without a gap, from the start of the question's period to its end. Rows are numbered
    /// by them (`bucket`).
    pub stretches: Vec<Bucket>,
    /// Small tables that the statements read.
    pub tables: Vec<SmallTable>,
    /// Lengths of time behind the parameters that headers name under `turns`.
    pub turns: BTreeMap<String, Vec<TurnLength>>,
    /// Calendars whose open clocks the table `clock_slots` holds.
    pub clocks: Vec<String>,
}

impl CountQuestion {
    fn along(&self) -> Along {
        Along {
            tables: self.tables.clone(),
            turns: self.turns.clone(),
            clocks: self.clocks.clone(),
            cut: self.stretches.iter().any(|stretch| stretch.from.as_micros() % SLOT_US != 0),
        }
    }
}

/// The rows of statements.
pub struct Counted(Sums);

/// One value that names a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'c> {
    /// Null.
    Null,
    /// A whole number.
    Int(i64),
    /// A text.
    Text(&'c str),
}

/// Rows of one statement. Those of several tables add up: only their sum means anything.
pub struct CountTable<'c> {
    names: Vec<&'c str>,
    sums: Vec<&'c str>,
    rows: Vec<(&'c [Word], &'c [i64])>,
}

/// Values in order, each with how many observations have it.
pub type CountRun<'c> = &'c [(i64, i64)];

/// How many observations have which value, by name, of one statement. Several add up, as tables do.
pub struct CountSpread<'c> {
    names: Vec<&'c str>,
    rows: Vec<(&'c [Word], CountRun<'c>)>,
}

/// Counts legs.
///
/// # Errors
/// As [`crate::answer`].
#[must_use]
pub fn count<'a>(
    view: &'a View,
    network: &'a Network,
    asked: &'a CountQuestion,
    statements: &'a [&'a str],
) -> BoxFuture<'a, Result<Counted, ScorecardError>> {
    Box::pin(async move {
        let along = asked.along();
        let question = Question { grain: None, ..asked.question.clone() };
        Ok(Counted(sums_along(view, network, &question, &asked.stretches, statements, &along).await?))
    })
}

/// The session in which the statements of [`count`] run over all legs at once, and the values they bind: for running the
/// same statements on another engine.
///
/// # Errors
/// As [`count`].
#[must_use]
pub fn open_counting<'a>(
    view: &'a View,
    network: &'a Network,
    asked: &'a CountQuestion,
) -> BoxFuture<'a, Result<(Session, Params), ScorecardError>> {
    Box::pin(async move {
        let (question, along) = (&asked.question, asked.along());
        let period = &question.period;
        let session = view.session(period.from, period.to, question.now, question.as_of).await?;
        let reach = (period.from, clock_end(period));
        let (mut bounds, ruled) = terms(view, network, question, slots_cut(period, &asked.stretches)?, reach)?;
        bounds.extend(along.bounds()?);
        bounds.push(cuts(period, &asked.stretches)?);
        bounds.push(clock_slots(view, network, period, clock_end(period), &along.clocks)?);
        for bound in bounds {
            session.bind(bound)?;
        }
        let params = params(network, question);
        session.define(ruled, "ruled_legs", &params).await?;
        session.keep("cohort", &params).await?;
        Ok((session, params))
    })
}

/// Counts cases that are open at instants (`moments`, numbered from 0 in their order), whatever the question's period.
///
/// # Errors
/// As [`crate::backlog()`].
#[must_use]
pub fn count_open<'a>(
    view: &'a View,
    network: &'a Network,
    question: &'a Question,
    instants: &'a [Instant],
    statements: &'a [&'a str],
) -> BoxFuture<'a, Result<Counted, ScorecardError>> {
    Box::pin(async move {
        let end = instants.iter().max().copied().unwrap_or(Instant::BEGINNING);
        let reading =
            Reading::open(view, network, question, (Instant::BEGINNING, end), &["followed", "spells"]).await?;
        let numbered: Vec<(i64, Instant)> = (0..).zip(instants.iter().copied()).collect();
        let shape = format!("{:?} {:?}", question.by, question.filters);
        let beside = |span: Span| {
            // Nothing is open before it was received.
            let open: Vec<(i64, Instant)> =
                numbered.iter().filter(|(_, at)| at.as_micros() > span.first).copied().collect();
            let until = Instant::from_micros(end.as_micros().min(span.last.saturating_add(1))).unwrap_or(end);
            Ok(Beside {
                name: format!("{shape} {open:?} {until}"),
                until_us: span.last,
                bounds: vec![moments(&open)?, standing_at(until)?],
            })
        };
        Ok(Counted(reading.sums(statements, beside).await?))
    })
}

impl Counted {
    /// The rows of a statement, to be added up.
    #[must_use]
    pub fn tables(&self, statement: &str) -> Vec<CountTable<'_>> {
        let tables = self.0.all().into_iter().filter_map(|totals| totals.tables.get(statement));
        let table = tables.map(|table| CountTable {
            names: table.columns.names.iter().map(|(name, _)| name.as_str()).collect(),
            sums: table.columns.sums.iter().map(String::as_str).collect(),
            rows: table.rows.iter().map(|(name, sums)| (&name[..], &sums[..])).collect(),
        });
        table.collect()
    }

    /// The distributions of a statement, to be added up.
    #[must_use]
    pub fn spreads(&self, statement: &str) -> Vec<CountSpread<'_>> {
        let spreads = self.0.all().into_iter().filter_map(|totals| totals.spreads.get(statement));
        let spread = spreads.map(|spread| CountSpread {
            names: spread.columns.names.iter().map(|(name, _)| name.as_str()).collect(),
            rows: spread.rows.iter().map(|(name, run)| (&name[..], &run[..])).collect(),
        });
        spread.collect()
    }
}

impl<'c> CountTable<'c> {
    /// The position of a column that names rows.
    #[must_use]
    pub fn name(&self, column: &str) -> Option<usize> {
        self.names.iter().position(|name| *name == column)
    }

    /// The position of a column that adds up.
    #[must_use]
    pub fn sum(&self, column: &str) -> Option<usize> {
        self.sums.iter().position(|name| *name == column)
    }

    /// The rows: what names each, and its sums.
    pub fn rows(&self) -> impl Iterator<Item = (CountName<'c>, &'c [i64])> {
        self.rows.iter().map(|(words, sums)| (CountName(words), *sums))
    }
}

impl<'c> CountSpread<'c> {
    /// The position of a column that names rows.
    #[must_use]
    pub fn name(&self, column: &str) -> Option<usize> {
        self.names.iter().position(|name| *name == column)
    }

    /// The rows: what names each, and how many observations have which value.
    pub fn rows(&self) -> impl Iterator<Item = (CountName<'c>, CountRun<'c>)> {
        self.rows.iter().map(|(words, run)| (CountName(words), *run))
    }
}

/// What names a row.
#[derive(Debug, Clone, Copy)]
pub struct CountName<'c>(&'c [Word]);

impl<'c> CountName<'c> {
    /// The value at a position; null beyond them.
    #[must_use]
    pub fn at(self, position: Option<usize>) -> Named<'c> {
        match position.and_then(|position| self.0.get(position)) {
            None | Some(Word::Null) => Named::Null,
            Some(Word::Int(int)) => Named::Int(*int),
            Some(Word::Text(text)) => Named::Text(text),
        }
    }
}

impl<'c> Named<'c> {
    /// The text, if it is one.
    #[must_use]
    pub fn text(self) -> Option<&'c str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn int(self) -> Option<i64> {
        if let Self::Int(int) = self { Some(int) } else { None }
    }
}
