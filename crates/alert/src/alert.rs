//! One alert, from its firing to its end, and what people add to it.

use std::fmt;

use contact::Instant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    AlertError, Evidence, Kind, Severity, Subject,
    subject::{MAX_VALUE, is_text},
};

/// Characters of a remark at most.
const MAX_REMARK: usize = 2000;

/// How much of what is too long an error repeats.
const SHOWN: usize = 64;

fn shown(text: &str) -> String {
    let rest = text.chars().nth(SHOWN).map(|_| '…');
    text.chars().take(SHOWN).chain(rest).collect()
}

/// The name of one alert, for ever: the same on every channel and at every redelivery.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AlertId(String);

impl AlertId {
    /// The alert of a rule and subject that fires at an instant; no two fire at the same one.
    pub(crate) fn of(rule: &str, subject: &Subject, fired_at: Instant) -> Self {
        Self(short_digest(&format!("{rule}\n{}\n{}", subject.key(), fired_at.as_micros())))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for AlertId {
    /// As it was told: an id that names no alert is found out when it is asked for.
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first 96 bits of a text's SHA-256, in hexadecimal: an id that everybody computes alike.
pub(crate) fn short_digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    let bits = digest[..12].iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    format!("{bits:024x}")
}

/// What became of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It began.
    Fired,
    /// It reached a higher level.
    Worsened,
    /// It fell to a lower level.
    Eased,
    /// It has been clear for the hysteresis of its rule.
    Resolved,
    /// The period it was watched in is over, or it is no longer watched: it was not cleared.
    Ended,
    /// With data that arrived since, it did not happen.
    Retracted,
    /// Somebody takes it on.
    Acknowledged,
    /// Somebody adds a note.
    Annotated,
}

impl Change {
    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fired => "fired",
            Self::Worsened => "worsened",
            Self::Eased => "eased",
            Self::Resolved => "resolved",
            Self::Ended => "ended",
            Self::Retracted => "retracted",
            Self::Acknowledged => "acknowledged",
            Self::Annotated => "annotated",
        }
    }

    /// Whether it is a word of people, not of the machine.
    #[must_use]
    pub fn is_remark(self) -> bool {
        matches!(self, Self::Acknowledged | Self::Annotated)
    }
}

/// What somebody adds to an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    by: String,
    text: String,
}

impl Remark {
    /// A note and its author; the text of an acknowledgement may be empty.
    ///
    /// # Errors
    /// No author, or one over 128 characters; a text over 2,000 characters.
    pub fn new(by: &str, text: &str) -> Result<Self, AlertError> {
        let wrong = |what, value: &str, right| Err(AlertError::Value { what, value: shown(value), right });
        if !is_text(by, MAX_VALUE) {
            return wrong("the author", by, "a name of 1 to 128 visible characters");
        }
        if text.chars().count() > MAX_REMARK {
            return wrong("the note", text, "2,000 characters at most");
        }
        Ok(Self { by: by.to_owned(), text: text.trim().to_owned() })
    }

    /// Who.
    #[must_use]
    pub fn by(&self) -> &str {
        &self.by
    }

    /// What they say.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Somebody takes the alert on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledged {
    /// Who, and what they say.
    #[serde(flatten)]
    pub remark: Remark,
    /// When.
    #[schemars(with = "String")]
    pub at: Instant,
    /// The level they saw: an alert that worsens is to be acknowledged again.
    pub level: u8,
}

/// One alert, from its firing to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// Its name.
    pub id: AlertId,
    /// The rule.
    pub rule: String,
    /// What has happened.
    pub kind: Kind,
    /// What it is about.
    pub subject: Subject,
    /// The period that is watched.
    pub window: Option<String>,
    /// The level it is at, or ended from.
    pub level: u8,
    /// That level's word.
    pub level_name: String,
    /// How urgent that level is.
    pub severity: Severity,
    /// How urgent it ever was.
    pub peak: Severity,
    /// Since when the condition has held.
    #[schemars(with = "String")]
    pub since: Instant,
    /// When it fired.
    #[schemars(with = "String")]
    pub fired_at: Instant,
    /// Until when the condition held, where it was seen to end.
    #[schemars(with = "Option<String>")]
    pub until: Option<Instant>,
    /// When it ended; `None` while it fires.
    #[schemars(with = "Option<String>")]
    pub closed_at: Option<Instant>,
    /// How it ended.
    pub closed: Option<Change>,
    /// When it was withdrawn.
    #[schemars(with = "Option<String>")]
    pub retracted_at: Option<Instant>,
    /// Who takes it on.
    pub acknowledged: Option<Acknowledged>,
    /// How many changes it has had.
    pub number: u32,
    /// The figures at its last change of level.
    pub evidence: Evidence,
    /// The calendar in whose open time people may be called.
    pub call_hours: Option<String>,
}

/// A change of an alert, and the alert after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// The alert after the change; its `number` is that of the change.
    pub alert: Alert,
    /// What became of it.
    pub change: Change,
    /// When.
    pub at: Instant,
    /// What somebody says.
    pub remark: Option<Remark>,
}

impl Alert {
    /// Whether somebody has taken it on, at the level it has now.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        self.acknowledged.as_ref().is_some_and(|seen| seen.level >= self.level)
    }

    /// The next change of this alert.
    pub(crate) fn changed(mut self, change: Change, at: Instant) -> Transition {
        self.number += 1;
        if matches!(change, Change::Resolved | Change::Ended | Change::Retracted) && self.closed_at.is_none() {
            (self.closed_at, self.closed) = (Some(at), Some(change));
        }
        if change == Change::Retracted {
            self.retracted_at = Some(at);
        }
        Transition { alert: self, change, at, remark: None }
    }

    /// Somebody takes it on.
    ///
    /// # Errors
    /// It is over.
    pub fn acknowledge(mut self, remark: Remark, at: Instant) -> Result<Transition, AlertError> {
        if self.closed_at.is_some() {
            return Err(AlertError::Closed(self.id.to_string()));
        }
        self.acknowledged = Some(Acknowledged { remark: remark.clone(), at, level: self.level });
        Ok(Transition { remark: Some(remark), ..self.changed(Change::Acknowledged, at) })
    }

    /// Somebody adds a note, while it fires or afterwards.
    #[must_use]
    pub fn annotate(self, remark: Remark, at: Instant) -> Transition {
        Transition { remark: Some(remark), ..self.changed(Change::Annotated, at) }
    }

    /// With data that arrived since, it did not happen: withdrawn, whether it still fires or is over.
    ///
    /// # Errors
    /// It is withdrawn already.
    pub fn retract(self, at: Instant) -> Result<Transition, AlertError> {
        if self.retracted_at.is_some() {
            return Err(AlertError::Retracted(self.id.to_string()));
        }
        Ok(self.changed(Change::Retracted, at))
    }
}
