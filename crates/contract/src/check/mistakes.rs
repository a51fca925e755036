//! Mistakes found in a contract, and the readings of single values that find them.

use std::{fmt::Display, str::FromStr};

use contact::{Duration, Instant, Network, network::Place};
use jiff::{civil::Date, tz::TimeZone};
use serde_saphyr::Spanned;

use crate::{
    Contract, ContractError, LeftOpen,
    terms::{Level, Points, Share, Unit},
};

/// Mistakes found so far, and what readings need to know.
pub(super) struct Checker<'a> {
    pub(super) mistakes: Vec<ContractError>,
    pub(super) left_open: Vec<LeftOpen>,
    pub(super) zone: TimeZone,
    /// In a binding contract what is left open is a mistake.
    pub(super) binding: bool,
    pub(super) network: Option<&'a Network>,
}

impl Checker<'_> {
    /// For a file that stands under a contract.
    pub(super) fn under(contract: &Contract) -> Self {
        Self { mistakes: Vec::new(), left_open: Vec::new(), zone: contract.zone.clone(), binding: false, network: None }
    }

    pub(super) fn wrong<T>(&mut self, at: &Spanned<T>, wrong: impl Into<String>, right: impl Into<String>) {
        self.mistakes.push(ContractError::new(at.referenced, wrong, right));
    }

    /// Something that is not said: a mistake where money hangs on it, else told with what is taken for it.
    pub(super) fn open<T>(&mut self, at: &Spanned<T>, what: impl Into<String>, key: &str, taken: &str) {
        let what = what.into();
        if self.binding {
            self.wrong(at, format!("{what}, and the contract is binding"), format!("say it with `{key}`"));
        } else {
            let place = Place::from(at.referenced);
            self.left_open.push(LeftOpen { place, what, taken: format!("{taken}; say it with `{key}`") });
        }
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(&mut self, text: &Spanned<String>) -> Option<T> {
        match text.value.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let message = T::Err::to_string(&error);
                let (wrong, right) = message.split_once("; ").unwrap_or((&message, "give a value that fits"));
                self.wrong(text, wrong, right);
                None
            }
        }
    }

    pub(super) fn maybe<T: FromStr<Err: Display>>(&mut self, text: Option<&Spanned<String>>) -> Option<T> {
        self.parsed(text?)
    }

    pub(super) fn share(&mut self, text: &Spanned<String>) -> Option<Share> {
        self.parsed(text)
    }

    pub(super) fn level(&mut self, text: &Spanned<String>, unit: Unit) -> Option<Level> {
        match unit {
            Unit::Share => self.parsed::<Share>(text).map(Level::Share),
            Unit::Duration => self.parsed::<Duration>(text).map(Level::Time),
            Unit::Points => self.parsed::<Points>(text).map(Level::Points),
        }
    }

    pub(super) fn zone(&mut self, name: &Spanned<String>) -> TimeZone {
        TimeZone::get(&name.value).unwrap_or_else(|_| {
            let wrong = format!("{:?} is not a time zone", name.value);
            self.wrong(name, wrong, "give a name of the IANA database, such as Europe/Paris");
            TimeZone::UTC
        })
    }

    pub(super) fn date(&mut self, text: &Spanned<String>) -> Option<Date> {
        let date = read_date(&text.value);
        if date.is_none() {
            let wrong = format!("{:?} is not a date", text.value);
            self.wrong(text, wrong, "give year-month-day, such as 2026-03-29");
        }
        date
    }

    /// The first instant of a day in the contract's zone.
    pub(super) fn begin(&mut self, date: Date) -> Option<Instant> {
        Instant::start_of_day(date, &self.zone).ok()
    }

    /// The first instant after a day in the contract's zone.
    pub(super) fn end(&mut self, date: Date) -> Option<Instant> {
        self.begin(date.tomorrow().ok()?)
    }

    pub(super) fn twice(&mut self, what: &str, name: &Spanned<String>) {
        self.wrong(name, format!("{what} {:?} is given twice", name.value), "keep one, or give the other another name");
    }

    /// A name that the network must know.
    pub(super) fn unknown<'n>(&mut self, what: &str, name: &Spanned<String>, known: impl Iterator<Item = &'n str>) {
        let wrong = format!("the {what} {:?} is not in the network file", name.value);
        self.wrong(name, wrong, format!("use one of: {}", listed(known)));
    }
}

/// A date as year-month-day, and in no other form that the library reads.
pub(super) fn read_date(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "(none declared)".to_owned() } else { names.join(", ") }
}
