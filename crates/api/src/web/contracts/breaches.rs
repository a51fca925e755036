//! Windows that were missed, or cannot be met any more.

use askama::Template;
use contact::Unit;
use evaluation::WindowAnswer;
use jiff::tz::TimeZone;

use super::{
    card::{in_unit, level},
    state::state_badge,
    told::Told,
};
use crate::{
    BreachesAnswer,
    web::{
        fact::{Badge, Sentence},
        lang::Lang,
        table::Value,
        words::{ContractWords, Words},
    },
};

/// Breaches, each with the way to its contacts.
#[derive(Template)]
#[template(path = "breaches.html")]
pub(super) struct Breaches {
    words: &'static Words,
    said: &'static ContractWords,
    /// The days whose windows were looked at.
    days: String,
    rows: Vec<Row>,
}

/// One window.
struct Row {
    contract: String,
    provider: String,
    objective: String,
    window: String,
    badge: Badge,
    promised: Sentence,
    value: Option<Value>,
    missing: Option<Value>,
    evidence: String,
}

impl Breaches {
    pub(super) fn new(lang: Lang, zone: &TimeZone, answer: &BreachesAnswer) -> Self {
        let told = Told { lang, zone };
        let day = |text: &str| text.parse().map_or_else(|_| text.to_owned(), |date| lang.day(date));
        let rows = answer.breaches.iter().map(|breach| {
            let window = &breach.window;
            Row {
                contract: breach.contract.clone(),
                provider: breach.provider.clone(),
                objective: breach.objective.clone(),
                window: format!("{} ({})", told.span(window.piece), window.length),
                badge: state_badge(lang, window.state),
                promised: Sentence::of(lang.bar(&window.better), [level(lang, window)]),
                value: window.value.map(|value| Value::new(value, in_unit(lang, window, value))),
                missing: missing(lang, window),
                evidence: window.evidence.clone(),
            }
        });
        Self {
            words: lang.words(),
            said: lang.contract_words(),
            days: format!("{} – {}", day(&answer.from), day(&answer.to)),
            rows: rows.collect(),
        }
    }
}

/// By how many contacts a window was missed, once it is over.
fn missing(lang: Lang, window: &WindowAnswer) -> Option<Value> {
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    let margin = window.closed.as_ref()?.margin? as f64;
    Some(Value::new(margin, lang.value(Unit::Count, margin.abs())))
}
