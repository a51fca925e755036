//! Messages in French and English: one sentence that says what, where, since when, how bad, and what would still save it.

mod condition;
mod format;
mod names;
mod sentence;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Lang {
    /// English.
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::French];

    /// The code of the language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The text of this language.
    fn of<T>(self, english: T, french: T) -> T {
        match self {
            Self::English => english,
            Self::French => french,
        }
    }
}
