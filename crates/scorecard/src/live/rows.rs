//! The rows of the present: which there are, and the figures of each.

use std::collections::BTreeSet;

use contact::{Figure, Instant, Network, NoValue, network::Calendar};
use engine::{Catalog, EngineError};

use super::{CELLS, LiveRow, STANDING, WAITS};
use crate::{
    Dim, Feeds, Filters, Question, ScorecardError,
    expected::{Dims, expected, providers_of, silence},
    figures::{Columns, Standing, figure},
    is_late,
    parts::Sums,
    ranked::Ranked,
    rows::RowKey,
    tallied::Tallied,
};

/// The figures of the day: those of a scorecard of the day, with its definitions.
const OF_DAY: [&str; 9] = [
    "offered",
    "answered",
    "abandoned",
    "flowed_out",
    "overdue",
    "pending",
    "out_of_hours",
    "response_rate",
    "service_level",
];

/// What was counted: over every leg ever offered, and over those of the day.
pub(super) struct Counted<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) standing: &'a Sums,
    pub(super) day: &'a Sums,
}

impl<'a> Counted<'a> {
    /// Offered on the day minus the sum of its outcomes.
    pub(super) fn residual(&self) -> Result<i64, ScorecardError> {
        let rows = self.day.rows(CELLS)?;
        let residuals = rows.ints("residual")?;
        Ok((0..rows.len()).filter_map(|row| residuals.get(row)).sum())
    }

    /// Providers of which something was told, and never that a stay has ended.
    pub(super) fn never_ended(&self) -> Result<BTreeSet<String>, ScorecardError> {
        let rows = self.standing.rows(STANDING)?;
        let (providers, ended) = (rows.texts("source_provider")?, rows.ints("ended")?);
        let (mut all, mut saying) = (BTreeSet::new(), BTreeSet::new());
        for (row, provider) in providers.into_iter().enumerate() {
            if ended.get(row).unwrap_or(0) > 0 {
                saying.extend(provider.clone());
            }
            all.extend(provider);
        }
        Ok(&all - &saying)
    }

    fn standing_by(&self, by: &BTreeSet<Dim>, without: &BTreeSet<String>) -> Result<Tallied<'a>, ScorecardError> {
        Tallied::new(self.catalog, self.standing.rows(STANDING)?, STANDING, by, "bucket", without)
    }
}

/// Everything the rows are made from.
pub(super) struct Sheet<'a> {
    network: &'a Network,
    feeds: &'a Feeds,
    question: &'a Question,
    catalog: &'a Catalog,
    /// Legs that stand open, and those of providers that say when a stay has ended.
    standing: Tallied<'a>,
    worked: Tallied<'a>,
    waits: Ranked,
    day: Tallied<'a>,
    /// The provider behind each row of `standing`.
    sources: Vec<Option<String>>,
    never_ended: BTreeSet<String>,
    /// The hash that goes with the longest wait.
    chain: String,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(
        counted: &Counted<'a>,
        network: &'a Network,
        feeds: &'a Feeds,
        question: &'a Question,
    ) -> Result<Self, ScorecardError> {
        let catalog = counted.catalog;
        let (nobody, never_ended) = (BTreeSet::new(), counted.never_ended()?);
        let standing = counted.standing_by(&question.by, &nobody)?;
        let day = counted.day.rows(CELLS)?;
        let waits = catalog.get(WAITS)?;
        Ok(Self {
            network,
            feeds,
            question,
            catalog,
            worked: counted.standing_by(&question.by, &never_ended)?,
            waits: Ranked::new(waits, counted.standing.spreads(WAITS), question)?,
            day: Tallied::new(catalog, day, CELLS, &question.by, "bucket", &nobody)?,
            sources: standing.rows().texts("source_provider")?,
            standing,
            never_ended,
            chain: catalog.chain_hash(waits),
        })
    }

    /// Every row: those that are shown also without traffic, those where something stands open, and those with traffic on
    /// the day.
    pub(super) fn rows(&self) -> Result<Vec<LiveRow>, ScorecardError> {
        let mut seen: BTreeSet<&RowKey> = self.day.keys().collect();
        for key in self.standing.keys() {
            if self.standing.sum(key, "waiting")? + self.worked.sum(key, "in_work")? > 0 {
                seen.insert(key);
            }
        }
        let keys = expected(self.network, self.question, seen.into_iter());
        keys.into_iter().map(|dims| self.row(dims)).collect()
    }

    /// The row of a key.
    pub(super) fn row(&self, dims: Dims) -> Result<LiveRow, ScorecardError> {
        let providers = self.providers(&dims);
        let late = |name: &&String| is_late(self.network, self.feeds, name, self.judged_at());
        let late: Vec<String> = providers.iter().filter(late).cloned().collect();
        let mut figures = self.of_now(&dims, &providers, !late.is_empty())?;
        figures.extend(self.of_day(&dims)?);
        let figures = figures.into_iter().map(|figure| (figure.id.clone(), figure)).collect();
        Ok(LiveRow { key: dims, late, figures })
    }

    /// What stands open at the instant.
    fn of_now(&self, dims: &Dims, providers: &BTreeSet<String>, late: bool) -> Result<Vec<Figure>, ScorecardError> {
        let [before, today] = [0, 1].map(|bucket| RowKey { dims: dims.clone(), bucket });
        let both = |of: &Tallied<'_>, column: &str| -> Result<[i64; 2], ScorecardError> {
            Ok([of.sum(&before, column)?, of.sum(&today, column)?])
        };
        let waiting = both(&self.standing, "waiting")?;
        let overdue: i64 = both(&self.standing, "overdue")?.iter().sum();
        let in_work = both(&self.worked, "in_work")?;
        let silent = self.silent(dims, providers, late);
        let provisional = late || !self.is_past(providers);
        let standing = |all: i64| Standing { nothing: silent.filter(|_| all == 0), unsaid: false, provisional };
        let waits = standing(waiting.iter().sum());
        let works = Standing { unsaid: self.is_unsaid(dims), ..standing(in_work.iter().sum()) };
        Ok(vec![
            self.standing.made("waiting", &count(waiting.iter().sum()), waits)?,
            self.standing.made("waiting_over_threshold", &count(overdue), waits)?,
            self.standing.made("waiting_before_today", &count(waiting[0]), waits)?,
            self.longest([&before, &today], waits)?,
            self.worked.made("in_work", &count(in_work.iter().sum()), works)?,
            self.worked.made("in_work_before_today", &count(in_work[0]), works)?,
        ])
    }

    /// The longest wait so far; where nobody waits, there is none.
    fn longest(&self, keys: [&RowKey; 2], standing: Standing) -> Result<Figure, ScorecardError> {
        const ID: &str = "waiting_longest_s";
        let statement = self.catalog.get(WAITS)?;
        let spec = statement.figures.get(ID).ok_or_else(|| EngineError::Unknown(ID.to_owned()))?;
        let [before, today] = keys.map(|key| self.waits.get(key, 100));
        let columns = Columns { of: before.0.max(today.0), per: None, n: before.1 + today.1, clusters: Vec::new() };
        let nothing = standing.nothing.or((columns.n == 0).then_some(NoValue::NoTraffic));
        let definition = format!("{ID}@{}:{}", statement.version, self.chain);
        Ok(figure(ID, spec, &definition, &columns, Standing { nothing, ..standing })?)
    }

    /// How the day goes so far. It runs, so nothing of it is final; an interval needs ten days, so there is none.
    fn of_day(&self, dims: &Dims) -> Result<Vec<Figure>, ScorecardError> {
        let key = RowKey { dims: dims.clone(), bucket: 0 };
        let nothing = self.nothing_on_the_day(&key)?;
        let closed_out = self.day.sum(&key, "out_of_hours")? > 0;
        let made = |id: &&str| {
            let nothing = nothing.filter(|_| !closed_out || *id != "out_of_hours");
            self.day.figure(id, &key, Standing { nothing, unsaid: false, provisional: true })
        };
        OF_DAY.iter().map(made).collect()
    }

    /// Why the day has no numbers, if it has none.
    fn nothing_on_the_day(&self, key: &RowKey) -> Result<Option<NoValue>, ScorecardError> {
        if self.day.sum(key, "offered")? > 0 {
            return Ok(None);
        }
        let period = &self.question.period;
        let calendar = self.promise(&key.dims, period.from);
        let is_closed = calendar.is_some_and(|calendar| calendar.open_spans(period.from, period.to).is_empty());
        if is_closed || self.day.sum(key, "out_of_hours")? > 0 {
            return Ok(Some(NoValue::Closed));
        }
        Ok(Some(silence(self.network, self.feeds, self.question, &key.dims)))
    }

    /// Why a zero of this row would say nothing: its queue is closed at the instant, or nobody was heard who could tell. A
    /// provider is heard within the cadence that was agreed; without one, since the day began.
    fn silent(&self, dims: &Dims, providers: &BTreeSet<String>, late: bool) -> Option<NoValue> {
        let now = self.question.now;
        if self.promise(dims, now).is_some_and(|calendar| !calendar.is_open(now)) {
            return Some(NoValue::Closed);
        }
        let agreed = |name: &str| self.network.providers.get(name).is_some_and(|provider| provider.cadence.is_some());
        let today = |name: &str| self.feeds.get(name).is_some_and(|feed| feed.last_event >= self.question.period.from);
        let heard = providers.iter().any(|name| agreed(name) || today(name));
        (late || !heard).then_some(NoValue::NoData)
    }

    /// Whether every provider of the row has told of later times, so that nothing is to come any more.
    fn is_past(&self, providers: &BTreeSet<String>) -> bool {
        let told = |name: &String| self.feeds.get(name.as_str()).is_some_and(|feed| feed.last_event > self.judged_at());
        !providers.is_empty() && providers.iter().all(told)
    }

    /// Whether none of the sources behind the row ever says that a stay has ended.
    fn is_unsaid(&self, dims: &Dims) -> bool {
        let sources = self.sources(dims);
        !sources.is_empty() && sources.is_subset(&self.never_ended)
    }

    /// Whom a row is about: the providers that it names, else those that ever told of its legs, else every one.
    fn providers(&self, dims: &Dims) -> BTreeSet<String> {
        let named = providers_of(self.network, self.question, dims);
        if !named.is_empty() {
            return named.into_iter().collect();
        }
        let mut told = self.sources(dims);
        let is_whole = dims.is_empty() && self.question.filters == Filters::default();
        if told.is_empty() || is_whole {
            told.extend(self.network.providers.keys().map(ToString::to_string));
        }
        told
    }

    /// The providers that told of a row's legs.
    fn sources(&self, dims: &Dims) -> BTreeSet<String> {
        let keys = [0, 1].map(|bucket| RowKey { dims: dims.clone(), bucket });
        let rows = keys.iter().flat_map(|key| self.standing.of(key));
        rows.filter_map(|row| self.sources.get(*row).cloned().flatten()).collect()
    }

    /// The promise calendar in force of a row that is one queue.
    fn promise(&self, dims: &Dims, at: Instant) -> Option<&'a Calendar> {
        let name = dims.get(&Dim::Queue)?.as_ref()?;
        let versions = self.network.queues.get(name.as_str())?;
        let in_force = versions.iter().rev().find(|queue| queue.from.is_none_or(|from| from <= at))?;
        self.network.calendars.get(in_force.calendar.as_ref()?)
    }

    fn judged_at(&self) -> Instant {
        self.question.now.min(self.question.as_of)
    }
}

fn count(value: i64) -> Columns {
    Columns { of: Some(value), per: None, n: value, clusters: Vec::new() }
}
