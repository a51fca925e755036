//! A change as it is told: to the webhook, to the stream of events, in answers.

use std::collections::BTreeMap;

use contact::Instant;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Alert, Change, Remark, Transition, words::Lang};

/// A change as it is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// `<alert>-<number of the change>`: the same wherever and however often it is told.
    pub id: String,
    /// What became of the alert.
    pub change: Change,
    /// When.
    #[schemars(with = "String")]
    pub at: Instant,
    /// The alert after the change.
    pub alert: Alert,
    /// What somebody says.
    pub remark: Option<Remark>,
    /// One sentence in each language: what, where, since when, how bad, what would still save it.
    #[schemars(with = "BTreeMap<String, String>")]
    pub text: BTreeMap<Lang, String>,
}

impl Notice {
    /// The notice of a transition, in both languages, with times on the clocks of `zone`.
    #[must_use]
    pub fn new(transition: Transition, zone: &TimeZone) -> Self {
        let text = Lang::ALL.map(|lang| (lang, lang.sentence(&transition, zone))).into();
        let Transition { alert, change, at, remark } = transition;
        Self { id: format!("{}-{}", alert.id, alert.number), change, at, alert, remark, text }
    }

    /// The same in one language.
    #[must_use]
    pub fn only(&self, lang: Lang) -> Self {
        let mut only = self.clone();
        only.text.retain(|other, _| *other == lang);
        only
    }
}
