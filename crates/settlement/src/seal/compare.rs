//! What moved, and why: the same thing as sealed, and as made again in several ways. Pure.

use std::collections::{BTreeMap, BTreeSet};

use scorecard::Dim;

use super::{
    contracts::{SealedContract, SealedWindow},
    money::money,
    statement::{SealedFigure, SealedRow},
    verified::{Because, Changed, Moved, MovedFigure, MovedWindow, Number},
};

/// A month's rows and contracts, as sealed or as made again.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Made {
    pub(super) rows: Vec<SealedRow>,
    pub(super) contracts: Vec<SealedContract>,
}

/// A statement in all the ways in which it is held against itself.
pub(super) struct Again {
    /// As it was sealed.
    pub(super) sealed: Made,
    /// Made again from what was known then, by the network of then, where that is another.
    pub(super) old_network: Option<Made>,
    /// Made again from what was known then.
    pub(super) then: Made,
    /// From what was known then, judged now.
    pub(super) later: Made,
    /// From all that is known now.
    pub(super) now: Made,
    /// Whether anything of the period was received since.
    pub(super) is_late: bool,
}

/// One thing in those ways.
struct Ways<'a, T> {
    sealed: Option<&'a T>,
    /// By the network of then; as `then` where that is the same.
    old_network: Option<&'a T>,
    then: Option<&'a T>,
    later: Option<&'a T>,
    now: Option<&'a T>,
}

/// What a thing was computed by is another.
#[derive(Clone, Copy, Default)]
struct Otherwise {
    defined: bool,
    filed: bool,
}

impl<T> Ways<'_, T> {
    /// Why a thing made again as of then is not what was sealed.
    fn because_then(&self, same: &impl Fn(Option<&T>, Option<&T>) -> bool, otherwise: Otherwise) -> Vec<Because> {
        if same(self.sealed, self.then) {
            return Vec::new();
        }
        let network = !same(self.old_network, self.then);
        let rest = !same(self.sealed, self.old_network);
        let causes = [
            (rest && otherwise.defined, Because::Definition),
            (rest && otherwise.filed, Because::Contract),
            (network, Because::Network),
            (rest && !otherwise.defined && !otherwise.filed, Because::Unseen),
        ];
        causes.into_iter().filter(|(holds, _)| *holds).map(|(_, because)| because).collect()
    }

    /// Why it is not what was sealed now.
    fn because_now(
        &self,
        same: &impl Fn(Option<&T>, Option<&T>) -> bool,
        otherwise: Otherwise,
        is_late: bool,
    ) -> Vec<Because> {
        let mut causes = self.because_then(same, otherwise);
        if !same(self.then, self.later) {
            causes.push(Because::Time);
        }
        if !same(self.later, self.now) {
            causes.extend(otherwise.filed.then_some(Because::Contract));
            causes.extend((is_late || !otherwise.filed).then_some(Because::LateEvents));
        }
        causes.sort_unstable();
        causes.dedup();
        causes
    }
}

/// A figure by row and id.
type Figures<'a> = BTreeMap<(&'a BTreeMap<Dim, Option<String>>, &'a str), &'a SealedFigure>;

/// A window by contract and name.
type Windows<'a> = BTreeMap<(&'a str, &'a str), &'a SealedWindow>;

impl Made {
    fn figures(&self) -> Figures<'_> {
        self.rows
            .iter()
            .flat_map(|row| row.figures.iter().map(move |(id, figure)| ((&row.key, id.as_str()), figure)))
            .collect()
    }

    fn windows(&self) -> Windows<'_> {
        self.contracts
            .iter()
            .flat_map(|contract| {
                contract.windows.iter().map(move |window| ((contract.name.as_str(), window.id.as_str()), window))
            })
            .collect()
    }

    /// What contracts were evaluated by, by contract and file.
    fn files(&self) -> BTreeMap<String, String> {
        let name = |contract: &SealedContract, file: &str| format!("{} {file}", contract.name);
        self.contracts
            .iter()
            .flat_map(|contract| contract.files.iter().map(move |file| (name(contract, &file.name), file.hash.clone())))
            .collect()
    }
}

impl Again {
    /// What made again as of then is not what was sealed.
    pub(super) fn as_sealed(&self) -> Moved {
        Moved::of(self.figures(false), self.windows(false), money(&self.sealed.contracts, &self.then.contracts))
    }

    /// What is not what was sealed any more.
    pub(super) fn since(&self) -> Moved {
        Moved::of(self.figures(true), self.windows(true), money(&self.sealed.contracts, &self.now.contracts))
    }

    /// Files of contracts that are others, or whose knowledge is another, now.
    pub(super) fn changed_files(&self) -> Vec<Changed> {
        changed(&self.sealed.files(), &self.now.files())
    }

    fn figures(&self, now: bool) -> Vec<MovedFigure> {
        let [sealed, then, later, latest] = [&self.sealed, &self.then, &self.later, &self.now].map(Made::figures);
        let old = self.old_network.as_ref().map(Made::figures);
        let reached = if now { &latest } else { &then };
        let same = |one: Option<&SealedFigure>, other: Option<&SealedFigure>| match (one, other) {
            (Some(one), Some(other)) => one.agrees(other),
            (None, None) => true,
            _ => false,
        };
        let mut found = Vec::new();
        for key in sealed.keys().chain(reached.keys()).collect::<BTreeSet<_>>() {
            let (was, is) = (sealed.get(key).copied(), reached.get(key).copied());
            if same(was, is) {
                continue;
            }
            let ways = Ways {
                sealed: was,
                old_network: old.as_ref().unwrap_or(&then).get(key).copied(),
                then: then.get(key).copied(),
                later: later.get(key).copied(),
                now: latest.get(key).copied(),
            };
            let defined = |figure: Option<&SealedFigure>| figure.map(|figure| figure.definition.clone());
            let otherwise = Otherwise { defined: defined(was) != defined(is), filed: false };
            let because = if now {
                ways.because_now(&same, otherwise, self.is_late)
            } else {
                ways.because_then(&same, otherwise)
            };
            found.push(MovedFigure {
                key: key.0.clone(),
                figure: key.1.to_owned(),
                sealed: was.map(number).unwrap_or_default(),
                now: is.map(number).unwrap_or_default(),
                change: was.and_then(|was| was.value).zip(is.and_then(|is| is.value)).map(|(was, is)| is - was),
                because,
                feeds: Vec::new(),
            });
        }
        found
    }

    fn windows(&self, now: bool) -> Vec<MovedWindow> {
        let [sealed, then, later, latest] = [&self.sealed, &self.then, &self.later, &self.now].map(Made::windows);
        let old = self.old_network.as_ref().map(Made::windows);
        let (reached, files) = if now { (&latest, self.now.files()) } else { (&then, self.then.files()) };
        let filed = changed(&self.sealed.files(), &files);
        let same = |one: Option<&SealedWindow>, other: Option<&SealedWindow>| one.map(said) == other.map(said);
        let mut found = Vec::new();
        for key in sealed.keys().chain(reached.keys()).collect::<BTreeSet<_>>() {
            let (was, is) = (sealed.get(key).copied(), reached.get(key).copied());
            if same(was, is) {
                continue;
            }
            let ways = Ways {
                sealed: was,
                old_network: old.as_ref().unwrap_or(&then).get(key).copied(),
                then: then.get(key).copied(),
                later: later.get(key).copied(),
                now: latest.get(key).copied(),
            };
            let otherwise = Otherwise {
                defined: was.map(|window| &window.definitions) != is.map(|window| &window.definitions),
                filed: filed.iter().any(|file| file.name.strip_prefix(key.0).is_some_and(|rest| rest.starts_with(' '))),
            };
            let because = if now {
                ways.because_now(&same, otherwise, self.is_late)
            } else {
                ways.because_then(&same, otherwise)
            };
            found.push(moved_window(key.0, was, is, because));
        }
        found
    }
}

/// All that a window says, but for what it was counted by.
fn said(window: &SealedWindow) -> (&str, Option<f64>, Option<i64>, Option<usize>, &serde_json::Value) {
    (&window.state, window.value, window.margin, window.band, &window.result)
}

fn moved_window(
    contract: &str,
    was: Option<&SealedWindow>,
    is: Option<&SealedWindow>,
    because: Vec<Because>,
) -> MovedWindow {
    let outcome = |window: Option<&SealedWindow>| {
        let breached = window.is_some_and(|window| window.state == "breached");
        (breached, window.and_then(|window| window.band))
    };
    let one = was.or(is);
    MovedWindow {
        contract: contract.to_owned(),
        objective: one.map(|window| window.objective.clone()).unwrap_or_default(),
        window: one.map(|window| window.id.clone()).unwrap_or_default(),
        sealed: was.map(|window| window.state.clone()),
        now: is.map(|window| window.state.clone()),
        sealed_value: was.and_then(|window| window.value),
        now_value: is.and_then(|window| window.value),
        sealed_margin: was.and_then(|window| window.margin),
        now_margin: is.and_then(|window| window.margin),
        flips: outcome(was) != outcome(is),
        because,
    }
}

fn number(figure: &SealedFigure) -> Number {
    Number { value: figure.value, numerator: figure.numerator, denominator: figure.denominator, n: figure.n }
}

/// What is named in both with another value, or in one only.
pub(super) fn changed(sealed: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<Changed> {
    let names: BTreeSet<&String> = sealed.keys().chain(now.keys()).collect();
    let change =
        |name: &String| Changed { name: name.clone(), sealed: sealed.get(name).cloned(), now: now.get(name).cloned() };
    names.into_iter().map(change).filter(|change| change.sealed != change.now).collect()
}
