//! Mistakes found in a network file, and the readings of single values that find them.

use std::{fmt::Display, str::FromStr};

use jiff::tz::TimeZone;
use serde_saphyr::Spanned;

use super::{
    error::{NetworkError, Place},
    zone,
};
use crate::{Duration, Instant};

/// Mistakes found so far, and the network's zone for dates.
pub(super) struct Checker {
    pub(super) mistakes: Vec<NetworkError>,
    pub(super) zone: TimeZone,
}

impl Checker {
    pub(super) fn wrong<T>(&mut self, at: &Spanned<T>, wrong: impl Into<String>, right: impl Into<String>) {
        self.wrong_at(at.referenced, wrong, right);
    }

    pub(super) fn wrong_at(&mut self, at: impl Into<Place>, wrong: impl Into<String>, right: impl Into<String>) {
        self.mistakes.push(NetworkError::new(at, wrong, right));
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

    pub(super) fn zone(&mut self, name: &Spanned<String>) -> TimeZone {
        TimeZone::get(&name.value).unwrap_or_else(|_| {
            let right = zone::near(&name.value).map_or_else(
                || "give a name of the IANA database, such as Europe/Paris".to_owned(),
                |near| format!("give {near}, or another name of the IANA database"),
            );
            self.wrong(name, format!("{:?} is not a time zone", name.value), right);
            TimeZone::UTC
        })
    }

    pub(super) fn zone_or_own(&mut self, name: Option<&Spanned<String>>) -> TimeZone {
        match name {
            Some(name) => self.zone(name),
            None => self.zone.clone(),
        }
    }

    pub(super) fn date(&mut self, text: &Spanned<String>) -> Option<jiff::civil::Date> {
        self.date_at(text.referenced, &text.value)
    }

    pub(super) fn date_at(&mut self, at: impl Into<Place>, text: &str) -> Option<jiff::civil::Date> {
        let date: Option<jiff::civil::Date> = text.parse().ok();
        if date.is_none() {
            self.wrong_at(at, format!("{text:?} is not a date"), "give year-month-day, such as 2026-03-29");
        }
        date
    }

    pub(super) fn start(&mut self, from: Option<&Spanned<String>>) -> Option<Instant> {
        let date = self.date(from?);
        // An unreadable date is a mistake already told; its entry must not also clash with the one that has no date.
        let start = date.and_then(|date| Instant::start_of_day(date, &self.zone).ok());
        Some(start.unwrap_or(Instant::FOREVER))
    }

    pub(super) fn duration(&mut self, text: Option<&Spanned<String>>, default: Duration) -> Duration {
        text.and_then(|text| self.parsed(text)).unwrap_or(default)
    }

    pub(super) fn days(&mut self, key: &str, days: Option<&Spanned<u32>>, default: u32) -> u32 {
        match days {
            Some(days) if days.value == 0 || days.value > 365 => {
                self.wrong(days, format!("{key} is {}", days.value), "give 1 to 365 days");
                default
            }
            Some(days) => days.value,
            None => default,
        }
    }

    pub(super) fn twice(&mut self, what: &str, name: &Spanned<String>) {
        let wrong = format!("{what} {:?} is declared twice", name.value);
        self.wrong(name, wrong, "keep one entry, or give the later one a `from` date where the file allows it");
    }

    /// Adds a version in order of its start; two versions may not start together.
    pub(super) fn version<T>(
        &mut self,
        what: &str,
        name: &Spanned<String>,
        versions: &mut Vec<T>,
        version: T,
        from: impl Fn(&T) -> Option<Instant>,
    ) {
        if versions.iter().any(|other| from(other) == from(&version)) {
            self.twice(what, name);
        }
        versions.push(version);
        versions.sort_by_key(from);
    }
}
