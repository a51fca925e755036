//! Named values: a template, then step by step.

use std::{borrow::Cow, collections::BTreeMap};

use contact::{Reject, RejectCode};
use serde_saphyr::Spanned;

use super::{
    compile::Compiler,
    expr::Expr,
    file::ValueEntry,
    look::Look,
    names::{Template, Use},
};

/// A named value.
#[derive(Debug)]
pub(super) struct Value {
    name: String,
    pub of: Template,
    pub when: Option<Expr>,
    after: Option<String>,
    before: Option<String>,
    chars: Option<usize>,
    lower: bool,
    missing: Vec<String>,
    table: Option<BTreeMap<String, String>>,
    pub otherwise: Option<Template>,
}

impl Value {
    /// The value for a row; `None` is missing.
    pub fn text<'l>(&'l self, look: &Look<'l>) -> Result<Option<Cow<'l, str>>, Reject> {
        if let Some(when) = &self.when
            && !when.holds(look)?
        {
            return self.other(look);
        }
        let Some(text) = self.of.text(look)? else { return Ok(None) };
        let text = self.cut(text);
        if text.is_empty() || self.missing.iter().any(|missing| *missing == *text) {
            return Ok(None);
        }
        let Some(table) = &self.table else { return Ok(Some(text)) };
        match table.get(&*text) {
            Some(value) => Ok(Some(Cow::Borrowed(value))),
            None if self.otherwise.is_some() => self.other(look),
            None => {
                let message = format!(
                    "{} is not in the table of the value {:?}; add it, or give `otherwise`",
                    crate::validate::shown(&text),
                    self.name
                );
                Err(Reject { code: RejectCode::UnmappedValue, field: Some(self.name.clone()), message })
            }
        }
    }

    fn other<'l>(&'l self, look: &Look<'l>) -> Result<Option<Cow<'l, str>>, Reject> {
        self.otherwise.as_ref().map_or(Ok(None), |otherwise| otherwise.text(look))
    }

    fn cut<'l>(&self, text: Cow<'l, str>) -> Cow<'l, str> {
        let mut kept: &str = &text;
        if let Some((_, after)) = self.after.as_deref().and_then(|mark| kept.rsplit_once(mark)) {
            kept = after;
        }
        if let Some((before, _)) = self.before.as_deref().and_then(|mark| kept.split_once(mark)) {
            kept = before;
        }
        if let Some((end, _)) = self.chars.and_then(|chars| kept.char_indices().nth(chars)) {
            kept = &kept[..end];
        }
        if self.lower {
            return Cow::Owned(kept.to_lowercase());
        }
        if kept.len() == text.len() { text } else { Cow::Owned(kept.to_owned()) }
    }
}

impl Compiler {
    pub fn value(&mut self, name: &str, entry: Spanned<ValueEntry>) -> Value {
        let place = entry.referenced;
        let entry = entry.value;
        for mark in [&entry.after, &entry.before].into_iter().flatten() {
            if mark.is_empty() {
                self.wrong(place, format!("the value {name:?} cuts at an empty text"), "give the text to cut at");
            }
        }
        Value {
            name: name.to_owned(),
            of: self.template(place, &entry.of, Use::Row(Some(name))),
            when: entry.when.map(|when| self.condition(place, &when)),
            after: entry.after,
            before: entry.before,
            chars: entry.chars,
            lower: entry.lower,
            missing: entry.missing,
            table: entry.table,
            otherwise: entry.otherwise.map(|other| self.template(place, &other, Use::Row(Some(name)))),
        }
    }
}
