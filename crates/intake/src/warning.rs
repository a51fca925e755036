//! What is not wrong enough to reject, but worth telling.

use std::collections::BTreeMap;

/// Longest name and most names kept of one event; the rest is only counted.
const MAX_NAME: usize = 64;
const MAX_NAMES: usize = 16;
/// Most different names a [`Tally`] holds apart.
const MAX_TALLY: usize = 1_000;

/// What one accepted event was warned about. Names only, never values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warnings {
    /// Paths of fields that are unknown, or have no use on this type of event; not stored.
    pub unknown: Vec<String>,
    /// Unknown fields beyond the 16 that are named.
    pub unnamed: u64,
    /// The event lies before the contact's start, by at most 5 minutes.
    pub before_start: bool,
}

impl Warnings {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unknown.is_empty() && self.unnamed == 0 && !self.before_start
    }

    pub(crate) fn add_unknown(&mut self, path: String) {
        if self.unknown.len() < MAX_NAMES {
            self.unknown.push(path);
        } else {
            self.unnamed += 1;
        }
    }
}

/// A field's name fit to be shown: escaped, and cut to 64 characters.
pub(crate) fn shown_name(prefix: &str, name: &str) -> String {
    let mut path = String::with_capacity(prefix.len() + name.len().min(MAX_NAME));
    path.push_str(prefix);
    path.extend(name.chars().take(MAX_NAME).flat_map(char::escape_debug));
    path
}

/// Warnings of many events, counted by what they are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts the warnings of one event: `unknown data.colour`, `before_start`. At most 1,000 different names are
    /// held apart, later ones are counted as `unknown (other)`.
    pub fn add(&mut self, warnings: &Warnings) {
        for path in &warnings.unknown {
            self.count(format!("unknown {path}"), 1);
        }
        if warnings.unnamed > 0 {
            self.count("unknown (other)".to_owned(), warnings.unnamed);
        }
        if warnings.before_start {
            self.count("before_start".to_owned(), 1);
        }
    }

    /// Adds another tally to this one.
    pub fn merge(&mut self, other: &Self) {
        for (name, count) in &other.counts {
            self.count(name.clone(), *count);
        }
    }

    /// The counts, by name.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }

    fn count(&mut self, name: String, by: u64) {
        let full = self.counts.len() >= MAX_TALLY && !self.counts.contains_key(&name);
        let name = if full { "unknown (other)".to_owned() } else { name };
        *self.counts.entry(name).or_default() += by;
    }
}
