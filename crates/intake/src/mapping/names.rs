//! Names in a mapping: which column, value or builtin a name stands for, and templates made of them. How they are written
//! is in [`super::compile_names`].

use std::borrow::Cow;

use contact::Reject;

use super::look::Look;

/// Which row of the contact a column or value is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    This,
    Previous,
    Next,
    First,
    Last,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A column, by its place in [`super::Mapping::columns`].
    Column(Scope, usize),
    /// A named value.
    Value(Scope, usize),
    /// Something known only once an event is being made.
    Builtin(Builtin),
}

/// `{$type}` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builtin {
    Type,
    Contact,
    At,
    Leg,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Name(Name),
}

/// Text with names in braces; `{{` is a brace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Template(pub Vec<Part>);

/// What a template may speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use<'a> {
    /// Columns and values; inside the named value's own definition its name is the column.
    Row(Option<&'a str>),
    /// An event being made: builtins too.
    Event,
    /// An event's id: builtins too, but no name that smells of a line or a file.
    Id,
}

impl Template {
    /// The text, or `None` when a column or value in it is missing.
    pub fn text<'l>(&'l self, look: &Look<'l>) -> Result<Option<Cow<'l, str>>, Reject> {
        if let [Part::Name(name)] = self.0.as_slice() {
            return look.value(*name);
        }
        if let [Part::Text(text)] = self.0.as_slice() {
            return Ok(Some(Cow::Borrowed(text)));
        }
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(fixed) => text.push_str(fixed),
                Part::Name(name) => match look.value(*name)? {
                    Some(value) => text.push_str(&value),
                    None => return Ok(None),
                },
            }
        }
        Ok(Some(Cow::Owned(text)))
    }

    /// The text, when no name is in it.
    pub fn constant(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The names in it.
    pub fn names(&self) -> impl Iterator<Item = Name> {
        self.0.iter().filter_map(|part| if let Part::Name(name) = part { Some(*name) } else { None })
    }

    /// The names in it, in words, for messages.
    pub fn described(&self, columns: &[String], values: &[String]) -> String {
        let names: Vec<&str> = self
            .names()
            .filter_map(|name| match name {
                Name::Column(_, slot) => columns.get(slot).map(String::as_str),
                Name::Value(_, index) => values.get(index).map(String::as_str),
                Name::Builtin(_) => None,
            })
            .collect();
        names.join(", ")
    }
}
