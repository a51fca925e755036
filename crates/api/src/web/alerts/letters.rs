//! Messages that were given up, as their template shows them.

use alert::{DeadLetter, Notice, Transition};
use askama::Template;
use contact::Unit;

use super::shown::About;
use crate::web::{address, caption::Moment, table::Value, words::AlertWords};

/// Messages that were given up, the oldest first.
#[derive(Template)]
#[template(path = "letters.html")]
pub(super) struct Letters {
    said: &'static AlertWords,
    rows: Vec<Row>,
}

/// One message.
struct Row {
    id: String,
    /// Where the form goes that sends it again.
    again: String,
    receiver: String,
    since: Moment,
    attempts: Value,
    error: String,
    says: Vec<String>,
}

impl Letters {
    pub(super) fn new(about: &About<'_>, letters: &[DeadLetter]) -> Self {
        let About { lang, zone, here } = *about;
        let row = |letter: &DeadLetter| {
            let attempts = f64::from(letter.message.attempts);
            Row {
                id: letter.message.id.clone(),
                again: format!("/alerts/letters/{}/requeue{here}", address::segment(&letter.message.id)),
                receiver: letter.message.receiver.clone(),
                since: Moment::new(lang, zone, letter.since),
                attempts: Value::new(attempts, lang.value(Unit::Count, attempts)),
                error: letter
                    .error
                    .as_deref()
                    .map(|error| lang.of_messages().delivery_error(error))
                    .unwrap_or_default(),
                says: letter.message.notices.iter().map(|notice| said(about, notice)).collect(),
            }
        };
        Self { said: lang.alert_words(), rows: letters.iter().map(row).collect() }
    }
}

/// What a message says, in the language of the page, whatever that of its receiver.
fn said(about: &About<'_>, notice: &Notice) -> String {
    let lang = about.lang.of_messages();
    notice.text.get(&lang).cloned().unwrap_or_else(|| {
        let Notice { alert, change, at, remark, .. } = notice.clone();
        let mut both = Notice::new(Transition { alert, change, at, remark }, about.zone);
        both.text.remove(&lang).unwrap_or_default()
    })
}
