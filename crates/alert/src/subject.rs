//! What an alert is about, as labels.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::AlertError;

/// Labels of one subject at most.
pub const MAX_LABELS: usize = 8;
/// Characters of a label's value at most.
pub const MAX_VALUE: usize = 128;
/// Characters of a label's name, or of a rule's, at most.
const MAX_NAME: usize = 40;
/// Labels that every alert has beside its subject.
const RESERVED: [&str; 4] = ["alertname", "kind", "level", "severity"];

/// What an observation is about: an objective of a contract at a queue, a site, a feed. One to eight labels, such as
/// `contract`, `objective`, `provider`, `site`, `queue`, `channel`.
///
/// Values come from configuration, never from contacts: their number is bounded by what is configured.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Subject(BTreeMap<String, String>);

impl Subject {
    /// A subject with these labels.
    ///
    /// # Errors
    /// No label or too many, a name that is no label name or one of `alertname`, `kind`, `level`, `severity`, a value
    /// that is empty, too long or has control characters.
    pub fn new<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, AlertError> {
        let labels = labels.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self::try_from(labels.collect::<BTreeMap<_, _>>())
    }

    /// Its labels in order of their names.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a label.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The same text for the same labels, and for no others.
    #[must_use]
    pub fn key(&self) -> String {
        serde_json::to_string(&self.0).expect("a map of texts is JSON")
    }
}

impl TryFrom<BTreeMap<String, String>> for Subject {
    type Error = AlertError;

    fn try_from(labels: BTreeMap<String, String>) -> Result<Self, AlertError> {
        if labels.is_empty() || labels.len() > MAX_LABELS {
            let value = labels.len().to_string();
            return Err(AlertError::Value {
                what: "a subject with a number of labels of",
                value,
                right: "1 to 8 labels",
            });
        }
        for (name, value) in &labels {
            if !is_name(name) || RESERVED.contains(&name.as_str()) {
                let right = "lower-case letters, digits and '_', other than alertname, kind, level and severity";
                return Err(AlertError::Value { what: "the label name", value: name.clone(), right });
            }
            if !is_text(value, MAX_VALUE) {
                let right = "1 to 128 visible characters";
                return Err(AlertError::Value { what: "the label value", value: value.clone(), right });
            }
        }
        Ok(Self(labels))
    }
}

impl From<Subject> for BTreeMap<String, String> {
    fn from(subject: Subject) -> Self {
        subject.0
    }
}

/// Whether a text can name a label, a rule, a level or a channel.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.len() <= MAX_NAME
        && text.chars().all(|character| matches!(character, 'a'..='z' | '0'..='9' | '_'))
}

/// Whether a text is there, not longer than `most` characters, and without control characters.
pub(crate) fn is_text(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_bounded_and_cannot_pass_for_those_of_the_alert() {
        assert!(Subject::new([("queue", "voix été"), ("site", "tunis")]).is_ok());
        let wrong: [&[(&str, &str)]; 6] =
            [&[], &[("severity", "none")], &[("Queue", "a")], &[("queue", "")], &[("queue", "a\nb")], &[("2nd", "a")]];
        for labels in wrong {
            assert!(Subject::new(labels.iter().copied()).is_err(), "{labels:?}");
        }
        let long = "é".repeat(MAX_VALUE);
        assert!(Subject::new([("queue", long.as_str())]).is_ok());
        assert!(Subject::new([("queue", format!("{long}é").as_str())]).is_err());
        let names: Vec<String> = (0..9).map(|n| format!("l{n}")).collect();
        assert!(Subject::new(names[..8].iter().map(|name| (name.as_str(), "v"))).is_ok());
        assert!(Subject::new(names.iter().map(|name| (name.as_str(), "v"))).is_err());
    }

    /// Else the state of one queue would be taken for that of another.
    #[test]
    fn no_two_subjects_share_a_key() {
        let one = Subject::new([("a", "1\",\"b\":\"2")]).expect("labels");
        let other = Subject::new([("a", "1"), ("b", "2")]).expect("labels");
        assert_ne!(one.key(), other.key());
        assert_eq!(other.key(), Subject::new([("b", "2"), ("a", "1")]).expect("labels").key());
        let read: Subject = serde_json::from_str(&one.key()).expect("as written");
        assert_eq!(read, one);
        assert!(serde_json::from_str::<Subject>("{\"kind\":\"x\"}").is_err());
    }
}
