//! Figures that are read rather than counted: ages of open cases at each day's end, and figures of a whole window.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use contact::{
    Figure, Instant, Network,
    network::{ExcludeKind, Exclusion},
};
use contract::{Asked, AskedClaim, AskedClock, Contract, Facts, Objective, Stratum, terms::Span};
use jiff::civil::Date;
use scorecard::{Counted, HomogeneityQuestion, Named, answer, count_open, homogeneity};

use crate::{
    EvaluationError,
    matching::{NamePlaces, Names, covers, dims, in_scope},
    plan::RunKey,
    runs::Ground,
    unit::Unit,
};

/// The statement of open cases, and that of the providers that say when a case is done.
pub(crate) const OPEN_CASES: &str = "contract_open_cases";
const SOURCES: &str = "case_sources";

const PLAIN: RunKey = RunKey { sliced: false, replies: None, calls_us: None, by_reason: false, back: false };

/// One reading: value in the finest unit of the levels, and the contacts behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) value: u64,
    pub(crate) sample: u64,
}

/// Readings at the end of days.
pub(crate) type DayReadings = BTreeMap<Date, Reading>;

/// What is read of open cases.
#[derive(Debug, Clone)]
pub(crate) enum OfCases {
    /// How many there are, in thousandths of a point.
    Number,
    /// The age that a share (in millionths) does not exceed; that of the oldest when absent.
    Age(Option<u32>, AskedClock),
}

/// Open cases by the calendar of their queue and the instant of their receipt.
type Open = BTreeMap<(Option<String>, i64), i64>;

impl Ground<'_> {
    /// The readings of a unit at the end of every day that is over.
    pub(crate) async fn of_cases(&self, unit: &Unit<'_>, of: OfCases) -> Result<DayReadings, EvaluationError> {
        let asked = &unit.asked;
        let over = asked.days.iter().filter(|day| day.span.to <= self.question.now);
        let days: Vec<(Date, Instant)> = over.map(|day| (day.day, day.span.to)).collect();
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(DayReadings::new()) };
        let span = Span { from: first.1, to: last.1.plus_micros(1) };
        let filters = crate::runs::filters_of(&asked.scope);
        let question = self.scorecard(span, dims([&asked.scope], &asked.claims), filters, &PLAIN);
        let ends: Vec<Instant> = days.iter().map(|(_, end)| *end).collect();
        let counted = count_open(self.view, self.network, &question, &ends, &[OPEN_CASES, SOURCES]).await?;
        let speaking = speaking(&counted);
        if asked.scope.provider.as_ref().is_some_and(|provider| !speaking.contains(provider.as_str())) {
            return Ok(DayReadings::new());
        }
        let open = open_at(&counted, asked, days.len());
        let always = AskedClock::Elapsed;
        let clock = if let OfCases::Age(_, clock) = &of { clock } else { &always };
        let clocks = Clocks::of(self.network, clock, &open, last.1);
        let read = |((day, end), open): ((Date, Instant), &Open)| (day, reading(&clocks, &of, open, end));
        Ok(days.into_iter().zip(&open).map(read).collect())
    }

    /// The gap between sites over a span, and its contacts; none where it cannot be said.
    pub(crate) async fn gap(&self, unit: &Unit<'_>, span: Span) -> Result<Option<Reading>, EvaluationError> {
        let (asked, network) = (&unit.asked, without_dropped(self.network, unit));
        // A filter without names is none: what is about nobody would be read of everybody.
        if asked.scope.is_nobody() {
            return Ok(None);
        }
        let question = self.scorecard(span, BTreeSet::new(), crate::runs::filters_of(&asked.scope), &PLAIN);
        let question = HomogeneityQuestion::parse(question, None, None)?;
        let answer = homogeneity(self.view, &network, self.feeds, &question).await?;
        Ok(answer.figures.get("equivalent_gap").and_then(thousandths))
    }

    /// A figure of the scorecard over a span.
    pub(crate) async fn figure(
        &self,
        unit: &Unit<'_>,
        span: Span,
        id: &str,
    ) -> Result<Option<Reading>, EvaluationError> {
        if unit.asked.scope.is_nobody() {
            return Ok(None);
        }
        let (objective, network) = (unit.objective, without_dropped(self.network, unit));
        let question = self.scorecard(span, BTreeSet::new(), crate::runs::filters_of(&unit.asked.scope), &PLAIN);
        let answer = answer(self.view, &network, self.feeds, &question).await?;
        let figure = answer.rows.first().and_then(|row| row.figures.get(id));
        Ok(figure.and_then(|figure| match objective.levels.expected {
            contract::terms::Level::Time(_) | contract::terms::Level::Share(_) => scaled(figure, 1e6),
            contract::terms::Level::Points(_) => thousandths(figure),
        }))
    }
}

/// The network with a rule for each accepted claim of a unit, which leaves out what the claim drops: contacts of the
/// contract offered in its time, on its queues and sites, for its reasons. Figures of a whole window have no rows by time
/// and claim from which those contacts could be left out afterwards.
fn without_dropped<'n>(network: &'n Network, unit: &Unit<'_>) -> Cow<'n, Network> {
    let dropping: Vec<&AskedClaim> = unit.asked.claims.iter().filter(|claim| claim.drops).collect();
    if dropping.is_empty() {
        return Cow::Borrowed(network);
    }
    let mut other = network.clone();
    let rules: Vec<Exclusion> = dropping.into_iter().map(|claim| rule(unit.contract, claim)).collect();
    other.hash = format!("{} without {rules:?}", network.hash);
    other.exclusions.extend(rules);
    Cow::Owned(other)
}

fn rule(contract: &Contract, claim: &AskedClaim) -> Exclusion {
    let named = |own: &BTreeSet<String>, all: BTreeSet<String>| if own.is_empty() { all } else { own.clone() };
    let lines = contract.lines.iter().map(ToString::to_string).collect();
    let sites = contract.sites.iter().map(ToString::to_string).collect();
    let lists = [
        ("provider", BTreeSet::from([contract.provider.to_string()])),
        ("queue", named(&claim.lines, lines)),
        ("site", named(&claim.sites, sites)),
        ("reason", claim.reasons.clone()),
    ];
    Exclusion {
        name: format!("claim {}", claim.id),
        // Rules of a kind of traffic and this one leave out alike; it is never shown.
        kind: ExcludeKind::Internal,
        from: Some(claim.span.from),
        to: Some(claim.span.to),
        when: lists.into_iter().filter(|(_, names)| !names.is_empty()).collect(),
    }
}

/// The facts of readings at the end of the days of a span: of those that end in it.
pub(crate) fn day_facts(objective: &Objective, asked: &Asked, readings: &DayReadings, span: Span) -> Facts {
    let days = asked.days.iter().filter(|day| span.from < day.span.to && day.span.to <= span.to);
    let stratum = |day: &contract::AskedDay| {
        let reading = readings.get(&day.day)?;
        Some(Stratum::reading(objective, day.day, day.span.from, reading.value, reading.sample))
    };
    Facts { strata: days.filter_map(stratum).collect(), ..Facts::default() }
}

/// The facts of one reading of a span.
pub(crate) fn span_facts(objective: &Objective, asked: &Asked, reading: Option<Reading>, span: Span) -> Facts {
    let day = asked.days.iter().find(|day| day.span.holds(span.from));
    let strata = day
        .zip(reading)
        .map(|(day, reading)| Stratum::reading(objective, day.day, day.span.from, reading.value, reading.sample));
    Facts { strata: strata.into_iter().collect(), ..Facts::default() }
}

/// The providers that say at all that a case is done.
fn speaking(counted: &Counted) -> BTreeSet<String> {
    let mut done: BTreeMap<String, i64> = BTreeMap::new();
    for table in counted.tables(SOURCES) {
        let (provider, sum) = (table.name("provider"), table.sum("done"));
        for (name, sums) in table.rows() {
            if let (Some(provider), Some(sum)) = (name.at(provider).text(), sum) {
                *done.entry(provider.to_owned()).or_default() += sums[sum];
            }
        }
    }
    done.into_iter().filter(|(_, done)| *done > 0).map(|(provider, _)| provider).collect()
}

/// The cases of a scope that are open at each instant, without those that accepted claims drop.
fn open_at(counted: &Counted, asked: &Asked, instants: usize) -> Vec<Open> {
    let mut open: Vec<Open> = vec![Open::new(); instants];
    for spread in counted.spreads(OPEN_CASES) {
        let places = NamePlaces::of(|column| spread.name(column));
        let (moment, calendar) = (spread.name("moment"), spread.name("calendar"));
        for (name, run) in spread.rows() {
            let names = places.names(name);
            let Named::Int(moment) = name.at(moment) else { continue };
            let Some(open) = usize::try_from(moment).ok().and_then(|moment| open.get_mut(moment)) else { continue };
            if !in_scope(&asked.scope, &names) {
                continue;
            }
            let calendar = name.at(calendar).text().map(str::to_owned);
            for (received, cases) in run.iter().filter(|(received, _)| !is_dropped(asked, &names, *received)) {
                *open.entry((calendar.clone(), *received)).or_default() += cases;
            }
        }
    }
    for open in &mut open {
        open.retain(|_, cases| *cases > 0);
    }
    open
}

fn is_dropped(asked: &Asked, names: &Names<'_>, received: i64) -> bool {
    let at = Instant::from_micros(received).unwrap_or(Instant::BEGINNING);
    asked.claims.iter().any(|claim| claim.drops && claim.span.holds(at) && covers(claim, names))
}

fn reading(clocks: &Clocks<'_>, of: &OfCases, open: &Open, end: Instant) -> Reading {
    let sample = u64::try_from(open.values().sum::<i64>()).unwrap_or(0);
    let value = match of {
        OfCases::Number => sample.saturating_mul(1_000),
        OfCases::Age(share, _) => {
            let end = end.as_micros();
            let mut ages: Vec<(i64, i64)> = open
                .iter()
                .map(|((calendar, received), cases)| (clocks.age(calendar.as_deref(), *received, end), *cases))
                .collect();
            ages.sort_unstable();
            nearest_rank(&ages, share.unwrap_or(1_000_000))
        }
    };
    Reading { value, sample }
}

/// Open time of some calendars, from the first receipt on.
struct Clocks<'a> {
    clock: &'a AskedClock,
    open: BTreeMap<String, Vec<(i64, i64, i64)>>,
}

impl<'a> Clocks<'a> {
    fn of(network: &Network, clock: &'a AskedClock, open: &[Open], end: Instant) -> Self {
        let keys = || open.iter().flat_map(BTreeMap::keys);
        let first = keys().map(|(_, received)| *received).min().and_then(|first| Instant::from_micros(first).ok());
        let mut names: BTreeSet<&str> = keys().filter_map(|(calendar, _)| calendar.as_deref()).collect();
        names.extend(if let AskedClock::Open(name) = clock { Some(name.as_str()) } else { None });
        let mut all = BTreeMap::new();
        for name in names {
            let (Some(calendar), Some(first)) = (network.calendars.get(name), first) else { continue };
            let mut before = 0;
            let spans = calendar.open_spans(first, end).into_iter().map(|span| {
                let (from, to) = (span.from.as_micros(), span.to.as_micros());
                before += to - from;
                (from, to, before - (to - from))
            });
            all.insert(name.to_owned(), spans.collect());
        }
        Self { clock, open: all }
    }

    /// How old a case is at an instant: on the clock of the contract, or that of its queue. Sites' own calendars are those
    /// of people, not of cases: there the queue's clock counts.
    fn age(&self, of_queue: Option<&str>, received: i64, end: i64) -> i64 {
        let calendar = match self.clock {
            AskedClock::Elapsed => None,
            AskedClock::Open(calendar) => Some(calendar.as_str()),
            AskedClock::OfQueue | AskedClock::OpenBySite(_) => of_queue,
        };
        match calendar.and_then(|name| self.open.get(name)) {
            None => end - received,
            Some(spans) => open_before(spans, end) - open_before(spans, received),
        }
    }
}

/// The open time before an instant.
fn open_before(spans: &[(i64, i64, i64)], at: i64) -> i64 {
    let after = spans.partition_point(|(from, _, _)| *from <= at);
    let Some((from, to, before)) = after.checked_sub(1).and_then(|last| spans.get(last)) else { return 0 };
    before + at.min(*to) - from
}

/// The smallest age such that at least this share of cases, in millionths, is no older.
fn nearest_rank(ages: &[(i64, i64)], share: u32) -> u64 {
    let all: i128 = ages.iter().map(|(_, cases)| i128::from(*cases)).sum();
    let wanted = (all * i128::from(share) + 999_999) / 1_000_000;
    let mut seen = 0;
    for (age, cases) in ages {
        seen += i128::from(*cases);
        if seen >= wanted.max(1) {
            return u64::try_from(*age).unwrap_or(0);
        }
    }
    0
}

fn thousandths(figure: &Figure) -> Option<Reading> {
    scaled(figure, 1e3)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "values of figures are small and not below 0"
)]
fn scaled(figure: &Figure, by: f64) -> Option<Reading> {
    let value = (figure.value? * by).round().max(0.0) as u64;
    Some(Reading { value, sample: figure.n })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Received while closed a case is no older than the next opening, and at night it does not age.
    #[test]
    fn a_case_ages_while_the_calendar_is_open() {
        let spans = [(10, 20, 0), (30, 40, 10)];
        let age = |received, end| open_before(&spans, end) - open_before(&spans, received);
        assert_eq!([age(5, 8), age(5, 12), age(15, 25), age(15, 35), age(25, 45)], [0, 2, 5, 10, 10]);
    }

    #[test]
    fn the_age_that_nine_in_ten_do_not_exceed_is_a_nearest_rank() {
        let ages: Vec<(i64, i64)> = (1..=10).map(|age| (age, 1)).collect();
        assert_eq!([1_000_000, 900_000, 900_001, 1].map(|share| nearest_rank(&ages, share)), [10, 9, 10, 1]);
        assert_eq!(nearest_rank(&[], 900_000), 0);
    }
}
