//! The small tables that the statements of contracts read: terms, yardsticks and allowances, each numbered once. Pure.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, Network};
use scorecard::{Column, SmallTable, TurnLength};

const DAY_US: i64 = 86_400_000_000;

/// A clock on which time is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clock {
    /// As the scorecard does for each queue.
    OfQueue,
    /// Elapsed.
    Elapsed,
    /// Open time of a calendar.
    Open(String),
}

/// Terms of a service level; each queue's own where absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ServiceTerm {
    pub(crate) formula: Option<String>,
    pub(crate) threshold_us: Option<i64>,
    pub(crate) short_us: Option<i64>,
    /// Taken off the threshold.
    pub(crate) less_us: i64,
    /// Whether the clock starts with the contact.
    pub(crate) from_start: bool,
    pub(crate) overflow: Option<String>,
    pub(crate) callback: Option<String>,
    /// By which instant a leg belongs to a window; its arrival when absent.
    pub(crate) attribution: Option<String>,
}

/// A length of a wait.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Yardstick {
    pub(crate) level_us: i64,
    pub(crate) clock: Clock,
}

/// A time allowed for a resolution.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Allowance {
    pub(crate) within_us: i64,
    pub(crate) reopen_days: u32,
    pub(crate) clock: Clock,
    /// Whether a contact belongs to the window of its resolution.
    pub(crate) completed: bool,
}

/// The numbers of the terms that a run asks for, by the column that holds them.
pub(crate) type Used = BTreeMap<&'static str, BTreeSet<i64>>;

/// Every term of some questions.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    services: Numbered<ServiceTerm>,
    yardsticks: Numbered<Yardstick>,
    allowances: Numbered<Allowance>,
}

#[derive(Debug)]
struct Numbered<T>(Vec<T>);

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Numbered<T> {
    /// Those that are asked for under a column, with their numbers.
    fn of<'t>(&'t self, used: &'t Used, column: &str) -> impl Iterator<Item = (i64, &'t T)> + use<'t, T> {
        let wanted = used.get(column);
        let is_wanted = move |number: i64| wanted.is_some_and(|wanted| wanted.contains(&number));
        (0..).zip(&self.0).filter(move |(number, _)| is_wanted(*number))
    }
}

impl<T: PartialEq> Numbered<T> {
    fn number(&mut self, value: T) -> i64 {
        let known = self.0.iter().position(|known| *known == value).unwrap_or_else(|| {
            self.0.push(value);
            self.0.len() - 1
        });
        i64::try_from(known).unwrap_or(i64::MAX)
    }
}

impl Terms {
    pub(crate) fn service(&mut self, term: ServiceTerm) -> i64 {
        self.services.number(term)
    }

    pub(crate) fn yardstick(&mut self, yardstick: Yardstick) -> i64 {
        self.yardsticks.number(yardstick)
    }

    pub(crate) fn allowance(&mut self, allowance: Allowance) -> i64 {
        self.allowances.number(allowance)
    }

    /// The tables, with the rows of those terms that are asked for.
    pub(crate) fn tables(&self, network: &Network, now: Instant, used: &Used) -> Vec<SmallTable> {
        vec![self.service_terms(used), self.yardstick_table(used), self.allowance_table(network, now, used)]
    }

    /// The turns behind `allowed_us` and `settled_us`, in one order for one set of terms.
    pub(crate) fn turns(&self, network: &Network, used: &Used) -> BTreeMap<String, Vec<TurnLength>> {
        let mut allowed = BTreeSet::new();
        let mut settled = BTreeSet::new();
        for (_, allowance) in self.allowances.of(used, "allowance") {
            for (calendar, _) in calendars(network, &allowance.clock) {
                let length = TurnLength { calendar, open_us: allowance.within_us, then_us: 0 };
                settled.insert(TurnLength { then_us: reopen_us(allowance), ..length.clone() });
                allowed.insert(length);
            }
        }
        [("allowed_us", allowed), ("settled_us", settled)]
            .map(|(name, lengths)| (name.to_owned(), lengths.into_iter().collect()))
            .into()
    }

    /// The calendars whose clocks are read.
    pub(crate) fn clocks(&self, network: &Network) -> Vec<String> {
        let of_allowances = self.allowances.0.iter().flat_map(|allowance| calendars(network, &allowance.clock));
        let named = self.yardsticks.0.iter().filter_map(|yardstick| match &yardstick.clock {
            Clock::Open(calendar) => Some(calendar.clone()),
            Clock::OfQueue | Clock::Elapsed => None,
        });
        let all: BTreeSet<String> = of_allowances.filter_map(|(calendar, _)| calendar).chain(named).collect();
        // The table must be there for the statement to be planned, whoever reads it.
        if all.is_empty() { vec![String::new()] } else { all.into_iter().collect() }
    }

    fn service_terms(&self, used: &Used) -> SmallTable {
        let all: Vec<(i64, &ServiceTerm)> = self.services.of(used, "term").collect();
        let ints =
            |of: &dyn Fn(&ServiceTerm) -> Option<i64>| Column::Ints(all.iter().map(|(_, term)| of(term)).collect());
        let texts =
            |of: &dyn Fn(&ServiceTerm) -> Option<String>| Column::Texts(all.iter().map(|(_, term)| of(term)).collect());
        SmallTable {
            name: "service_terms",
            columns: vec![
                ("term", numbers(&all)),
                ("formula", texts(&|term| term.formula.clone())),
                ("threshold_us", ints(&|term| term.threshold_us)),
                ("short_us", ints(&|term| term.short_us)),
                ("less_us", ints(&|term| Some(term.less_us))),
                ("from_start", ints(&|term| Some(i64::from(term.from_start)))),
                ("overflow", texts(&|term| term.overflow.clone())),
                ("callback", texts(&|term| term.callback.clone())),
                ("attribution", texts(&|term| term.attribution.clone())),
            ],
        }
    }

    fn yardstick_table(&self, used: &Used) -> SmallTable {
        let all: Vec<(i64, &Yardstick)> = self.yardsticks.of(used, "yardstick").collect();
        let clock = |yardstick: &Yardstick| {
            let (word, calendar) = match &yardstick.clock {
                Clock::OfQueue => ("queue", None),
                Clock::Elapsed => ("elapsed", None),
                Clock::Open(calendar) => ("open", Some(calendar.clone())),
            };
            (Some(word.to_owned()), calendar)
        };
        SmallTable {
            name: "yardsticks",
            columns: vec![
                ("yardstick", numbers(&all)),
                ("level_us", Column::Ints(all.iter().map(|(_, yardstick)| Some(yardstick.level_us)).collect())),
                ("clock", Column::Texts(all.iter().map(|(_, yardstick)| clock(yardstick).0).collect())),
                ("calendar", Column::Texts(all.iter().map(|(_, yardstick)| clock(yardstick).1).collect())),
            ],
        }
    }

    fn allowance_table(&self, network: &Network, now: Instant, used: &Used) -> SmallTable {
        let mut columns = AllowanceColumns::default();
        for (number, allowance) in self.allowances.of(used, "allowance") {
            for (calendar, of_calendar) in calendars(network, &allowance.clock) {
                let before = |then_us: i64| {
                    let length = TurnLength { calendar: calendar.clone(), open_us: allowance.within_us, then_us };
                    now.as_micros().saturating_sub(length.before(network, now))
                };
                columns.number.push(Some(number));
                columns.within.push(Some(allowance.within_us));
                columns.reopen.push(Some(reopen_us(allowance)));
                columns.completed.push(Some(i64::from(allowance.completed)));
                columns.due.push(before(0));
                columns.settled.push(before(reopen_us(allowance)));
                columns.calendar.push(calendar.clone());
                columns.of_calendar.push(of_calendar);
            }
        }
        SmallTable {
            name: "allowances",
            columns: vec![
                ("allowance", Column::Ints(columns.number)),
                ("within_us", Column::Ints(columns.within)),
                ("reopen_us", Column::Ints(columns.reopen)),
                ("completed", Column::Ints(columns.completed)),
                ("calendar", Column::Texts(columns.calendar)),
                ("of_calendar", Column::Texts(columns.of_calendar)),
                ("due_before_us", Column::Moving(columns.due)),
                ("settled_before_us", Column::Moving(columns.settled)),
            ],
        }
    }
}

#[derive(Default)]
struct AllowanceColumns {
    number: Vec<Option<i64>>,
    within: Vec<Option<i64>>,
    reopen: Vec<Option<i64>>,
    completed: Vec<Option<i64>>,
    calendar: Vec<Option<String>>,
    of_calendar: Vec<Option<String>>,
    due: Vec<i64>,
    settled: Vec<i64>,
}

/// The calendars of a clock, each with the queues' calendar that it is for: all when null, those without one when empty.
fn calendars(network: &Network, clock: &Clock) -> Vec<(Option<String>, Option<String>)> {
    match clock {
        Clock::Elapsed => vec![(None, None)],
        Clock::Open(calendar) => vec![(Some(calendar.clone()), None)],
        Clock::OfQueue => {
            let promised = network.promises().into_keys().map(|name| (Some(name.to_owned()), Some(name.to_owned())));
            promised.chain([(None, Some(String::new()))]).collect()
        }
    }
}

fn reopen_us(allowance: &Allowance) -> i64 {
    i64::from(allowance.reopen_days) * DAY_US
}

fn numbers<T>(all: &[(i64, &T)]) -> Column {
    Column::Ints(all.iter().map(|(number, _)| Some(*number)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Objectives that ask the same share one count, and those that do not never do.
    #[test]
    fn equal_terms_are_counted_once() {
        let mut terms = Terms::default();
        let hour = |hours: i64, clock: Clock| Yardstick { level_us: hours * 3_600_000_000, clock };
        let numbers = [
            terms.yardstick(hour(1, Clock::Elapsed)),
            terms.yardstick(hour(2, Clock::Elapsed)),
            terms.yardstick(hour(1, Clock::Open("desk".to_owned()))),
            terms.yardstick(hour(1, Clock::Elapsed)),
        ];
        assert_eq!(numbers, [0, 1, 2, 0]);
    }
}
