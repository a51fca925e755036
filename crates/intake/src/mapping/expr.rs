//! Conditions over a row: what they mean. How they are written is in [`super::parse`].

use std::{borrow::Cow, cmp::Ordering};

use contact::{Reject, RejectCode};

use super::{look::Look, names::Name};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Or(Vec<Self>),
    And(Vec<Self>),
    Not(Box<Self>),
    Compare(Operand, Comparison, Operand),
    In(Operand, Vec<Operand>),
    Empty(Operand),
    /// A named condition.
    Named(usize),
}

/// Something that has a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Name(Name, String),
    Text(String),
    Number(f64),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Comparison {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::More => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

impl Expr {
    /// Whether the condition holds.
    ///
    /// # Errors
    /// A column that is compared with a number holds none.
    pub fn holds(&self, look: &Look<'_>) -> Result<bool, Reject> {
        Ok(match self {
            Self::Or(parts) => {
                for part in parts {
                    if part.holds(look)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::And(parts) => {
                for part in parts {
                    if !part.holds(look)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::Not(inner) => !inner.holds(look)?,
            Self::Compare(left, comparison, right) => compare(look, left, *comparison, right)?,
            Self::In(left, list) => {
                for right in list {
                    if compare(look, left, Comparison::Equal, right)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::Empty(operand) => operand.text(look)?.is_none_or(|text| text.is_empty()),
            Self::Named(index) => look.mapping.conditions[*index].holds(look)?,
        })
    }
}

impl Operand {
    fn text<'l>(&'l self, look: &Look<'l>) -> Result<Option<Cow<'l, str>>, Reject> {
        match self {
            Self::Name(name, _) => look.value(*name),
            Self::Text(text) => Ok(Some(Cow::Borrowed(text))),
            Self::Number(number) => Ok(Some(Cow::Owned(number.to_string()))),
        }
    }

    fn number(&self, look: &Look<'_>) -> Result<Option<f64>, Reject> {
        if let Self::Number(number) = self {
            return Ok(Some(*number));
        }
        let Some(text) = self.text(look)? else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.not_a_number()),
        }
    }

    /// The value is not shown: it may be anybody's.
    fn not_a_number(&self) -> Reject {
        let name = if let Self::Name(_, name) = self { name.as_str() } else { "a text" };
        let message = format!(
            "{name} is compared with a number but holds none; compare it with a 'text', or declare what is missing"
        );
        Reject { code: RejectCode::UnmappedValue, field: Some(name.to_owned()), message }
    }
}

/// With a number on one side both are numbers; else both are texts. Something missing equals nothing but the empty text,
/// and is neither less nor more than anything.
fn compare(look: &Look<'_>, left: &Operand, comparison: Comparison, right: &Operand) -> Result<bool, Reject> {
    let numeric = matches!(left, Operand::Number(_)) || matches!(right, Operand::Number(_));
    let ordering = if numeric {
        match (left.number(look)?, right.number(look)?) {
            (Some(left), Some(right)) => left.partial_cmp(&right),
            _ => None,
        }
    } else {
        match (left.text(look)?, right.text(look)?) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            (None, None) => Some(Ordering::Equal),
            (Some(text), None) | (None, Some(text)) if text.is_empty() => Some(Ordering::Equal),
            _ => None,
        }
    };
    Ok(ordering.map_or(comparison == Comparison::NotEqual, |ordering| comparison.holds(ordering)))
}
