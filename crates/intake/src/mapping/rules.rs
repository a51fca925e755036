//! What becomes of a row: skipped by name, made into events, or fitting no rule.

use contact::{EventType, Reject};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{expr::Expr, look::Look, names::Template};
use crate::{field::Field, warning::shown_name};

/// A rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub when: Expr,
    /// Only when no rule above fitted.
    pub only_else: bool,
    /// Only on the first row that fits.
    pub once: Option<Once>,
    /// Not once this has held in the stay.
    pub unless: Option<Expr>,
    pub action: Action,
}

/// Of which rows a rule takes only the first that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Once {
    /// Of the rows of one stay.
    Stay,
    /// Of the rows of one contact.
    Contact,
}

/// What a rule does.
#[derive(Debug)]
pub(super) enum Action {
    Skip(Template),
    Emit(Vec<Emit>),
}

/// An event to be made.
#[derive(Debug)]
pub(super) struct Emit {
    pub kind: EventType,
    pub at: usize,
    pub when: Option<Expr>,
    pub id: Option<Template>,
    /// Fields of this event, those of every event included.
    pub fields: Vec<(Field, Template)>,
}

/// What the rules say about a row.
pub(super) enum Decision<'m> {
    Skip(String),
    Emit(Vec<&'m Emit>),
}

impl<'m> Look<'m> {
    /// Asks the rules: the first skip that fits wins, else all events of rules that fit; none is possible.
    pub fn decide(&self) -> Result<Decision<'m>, Reject> {
        let mut fitted = false;
        let mut emits = Vec::new();
        for (index, rule) in self.mapping.rules.iter().enumerate() {
            if (rule.only_else && fitted) || !rule.when.holds(self)? {
                continue;
            }
            if rule.once.is_some_and(|once| !self.is_first(index, once)) {
                continue;
            }
            if let Some(unless) = &rule.unless
                && self.is_late(index, unless)?
            {
                continue;
            }
            fitted = true;
            match &rule.action {
                Action::Skip(name) => {
                    let name = name.text(self)?.map_or_else(|| "(no name)".to_owned(), |name| shown_name("", &name));
                    return Ok(Decision::Skip(name));
                }
                Action::Emit(list) => {
                    for emit in list {
                        if emit.when.as_ref().map_or(Ok(true), |when| when.holds(self))? {
                            emits.push(emit);
                        }
                    }
                }
            }
        }
        Ok(Decision::Emit(emits))
    }
}
