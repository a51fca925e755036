//! The contract of the fixtures, and facts about it.

use contact::Instant;
use contract::{Closed, Contract, Facts, Objective, Reliefs, Stratum, close, terms::Span};
use jiff::civil::{Date, date};

pub const CARE: &str = include_str!("fixtures/care.yaml");

/// Reads a contract that has no mistake.
#[track_caller]
pub fn read(text: &str) -> Contract {
    Contract::parse(text).expect("a contract without mistake")
}

/// The fixture with one thing replaced, which must be there.
#[track_caller]
pub fn care_with(from: &str, to: &str) -> Contract {
    assert!(CARE.contains(from), "{from}");
    read(&CARE.replace(from, to))
}

#[track_caller]
pub fn objective<'c>(contract: &'c Contract, name: &str) -> &'c Objective {
    contract.objective(name).expect("an objective of the fixture")
}

pub fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// March 2026 in Paris: 743 hours.
pub fn march() -> Span {
    Span { from: at("2026-02-28T23:00:00Z"), to: at("2026-03-31T22:00:00Z") }
}

pub fn day(day: i8) -> Date {
    date(2026, 3, day)
}

/// Noon of a day of March 2026.
pub fn noon(of: i8) -> Instant {
    at(&format!("2026-03-{of:02}T11:00:00Z"))
}

/// `good` of `total` contacts on a day of March.
pub fn on(of: i8, good: u64, total: u64) -> Stratum {
    Stratum::new(day(of), noon(of), good, total)
}

pub fn facts(strata: impl IntoIterator<Item = Stratum>) -> Facts {
    Facts { strata: strata.into_iter().collect(), ..Facts::default() }
}

/// The result of an objective without any relief.
#[track_caller]
pub fn closed(contract: &Contract, name: &str, facts: &Facts) -> Closed {
    close(contract, objective(contract, name), facts, &Reliefs::default()).expect("facts that fit")
}
