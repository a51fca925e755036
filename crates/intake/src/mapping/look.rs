//! Looking at a row: columns of it and of its contact's other rows, values, builtins.

use std::{borrow::Cow, cell::OnceCell, collections::BTreeSet};

use contact::{EventType, Instant, Reject};

use super::{
    Mapping,
    expr::Expr,
    names::{Builtin, Name, Scope},
    rows::Row,
    rules::Once,
};

/// All rows of one contact that are in the file, in order; or a single row when rows are not grouped.
pub(super) struct Contact<'r> {
    pub rows: &'r [Row],
    /// The number of the stay each row belongs to, counted from 0 at each place.
    pub legs: Vec<u32>,
    /// The stay each row belongs to, told apart from all other stays of the contact.
    pub stays: Vec<usize>,
    /// For each rule, the rows that are the first it fits.
    pub firsts: Vec<OnceCell<Vec<bool>>>,
    /// For each rule, the rows that come too late for it.
    pub late: Vec<OnceCell<Vec<bool>>>,
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
            Name::Value(Scope::This, index) => self.value_of(index),
            // Whether this row can be accepted does not hang on what another row holds.
            Name::Value(scope, index) => Ok(self.beside(scope).and_then(|there| there.value_of(index).ok().flatten())),
            Name::Builtin(builtin) => Ok(self.builtin(builtin)),
        }
    }

    /// The same look at another row of the contact; `None` where there is no such row.
    fn beside(&self, scope: Scope) -> Option<Self> {
        let rows = self.contact.rows.len();
        let at = match scope {
            Scope::This => self.at,
            Scope::Previous => self.at.checked_sub(1)?,
            Scope::Next => self.at + 1,
            Scope::First => 0,
            Scope::Last => rows.checked_sub(1)?,
        };
        (at < rows).then_some(Self { at, making: None, ..*self })
    }

    fn row(&self, scope: Scope) -> Option<&'r Row> {
        self.contact.rows.get(self.beside(scope)?.at)
    }

    fn value_of(&self, index: usize) -> Result<Option<Cow<'r, str>>, Reject> {
        self.mapping.values[index].text(self)
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

    /// The number of the stay this row belongs to.
    pub fn leg(&self) -> u32 {
        self.contact.legs.get(self.at).copied().unwrap_or(0)
    }

    /// Whether this is the first row of its stay or contact that the rule of this index fits.
    pub fn is_first(&self, rule: usize, once: Once) -> bool {
        let Some(first) = self.contact.firsts.get(rule) else { return true };
        let marks = first.get_or_init(|| {
            let mut seen = BTreeSet::new();
            let looks = (0..self.contact.rows.len()).map(|at| Self { at, making: None, ..*self });
            looks.map(|look| look.fits(rule) && seen.insert(look.apart(once))).collect()
        });
        marks.get(self.at).copied().unwrap_or(false)
    }

    /// Whether what the rule of this index must come before has held, on this row or an earlier one of its stay.
    pub fn is_late(&self, rule: usize, unless: &Expr) -> Result<bool, Reject> {
        let Some(late) = self.contact.late.get(rule) else { return unless.holds(self) };
        let marks = late.get_or_init(|| {
            let mut held = BTreeSet::new();
            let looks = (0..self.contact.rows.len()).map(|at| Self { at, making: None, ..*self });
            let mark = |look: Self| {
                let stay = look.apart(Once::Stay);
                (unless.holds(&look).unwrap_or(false) && held.insert(stay)) || held.contains(&stay)
            };
            looks.map(mark).collect()
        });
        Ok(marks.get(self.at).copied().unwrap_or(false))
    }

    /// Rows with the same of these belong to the same stay or contact.
    fn apart(&self, once: Once) -> usize {
        match once {
            Once::Stay => self.contact.stays.get(self.at).copied().unwrap_or(0),
            Once::Contact => 0,
        }
    }

    /// Whether a rule fits; where that cannot be told, the row is rejected when its own turn comes.
    fn fits(&self, rule: usize) -> bool {
        self.mapping.rules[rule].when.holds(self).unwrap_or(false)
    }
}
