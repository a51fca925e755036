//! Looking at a row: columns of it and of its contact's other rows, values, builtins.

use std::{borrow::Cow, cell::OnceCell};

use contact::{EventType, Instant, Reject};

use super::{
    Mapping,
    names::{Builtin, Name, Scope},
    rows::Row,
};

/// All rows of one contact that are in the file, in order; or a single row when rows are not grouped.
pub(super) struct Contact<'r> {
    pub rows: &'r [Row],
    /// The stay each row belongs to.
    pub legs: Vec<u32>,
    /// The earliest instant over the rows, for each time that is asked for it.
    pub earliest: Vec<OnceCell<Option<Instant>>>,
}

/// What is known once an event is being made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Making<'r> {
    pub kind: EventType,
    pub at: Instant,
    pub subject: &'r str,
}

/// One row in its surroundings.
#[derive(Clone, Copy)]
pub(super) struct Look<'r> {
    pub mapping: &'r Mapping,
    pub contact: &'r Contact<'r>,
    /// Which of the contact's rows.
    pub at: usize,
    pub making: Option<Making<'r>>,
}

impl<'r> Look<'r> {
    /// What a name stands for here; `None` is missing.
    pub fn value(&self, name: Name) -> Result<Option<Cow<'r, str>>, Reject> {
        match name {
            Name::Column(scope, slot) => Ok(self.row(scope).and_then(|row| row.cell(slot)).map(Cow::Borrowed)),
            Name::Value(index) => self.mapping.values[index].text(self),
            Name::Builtin(builtin) => Ok(self.builtin(builtin)),
        }
    }

    fn row(&self, scope: Scope) -> Option<&'r Row> {
        let rows = self.contact.rows;
        match scope {
            Scope::This => rows.get(self.at),
            Scope::Previous => self.at.checked_sub(1).and_then(|at| rows.get(at)),
            Scope::First => rows.first(),
            Scope::Last => rows.last(),
        }
    }

    fn builtin(&self, builtin: Builtin) -> Option<Cow<'r, str>> {
        if builtin == Builtin::Leg {
            return Some(Cow::Owned(self.leg().to_string()));
        }
        let making = self.making?;
        Some(match builtin {
            Builtin::Type => Cow::Borrowed(making.kind.as_str()),
            Builtin::Contact => Cow::Borrowed(making.subject),
            Builtin::At | Builtin::Leg => Cow::Owned(making.at.to_string()),
        })
    }

    /// The stay this row belongs to.
    pub fn leg(&self) -> u32 {
        self.contact.legs.get(self.at).copied().unwrap_or(0)
    }
}
