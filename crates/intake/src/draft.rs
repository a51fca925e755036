//! An event as said, before anything is checked: what the JSON reader and the mapping engine both fill.

use std::borrow::Cow;

use contact::Instant;

use crate::field::Field;

/// A value as given.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Scalar<'a> {
    /// Not there, or `null`.
    #[default]
    Absent,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(Cow<'a, str>),
    /// An instant that a mapping has already worked out.
    Instant(Instant),
    /// An array or an object where none belongs.
    Composite,
}

impl Scalar<'_> {
    /// What it is, for messages that may not show it.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Absent => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Instant(_) => "a time",
            Self::Composite => "an array or object",
        }
    }
}

/// All fields of one event as given, and the names that no field has.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    cells: [Scalar<'a>; Field::COUNT],
    seen: u64,
    data_seen: bool,
    /// Whether `data` is an object, or not there.
    pub data_is_object: bool,
    /// Names of unknown fields, as paths.
    pub unknown: Vec<String>,
}

const _: () = assert!(Field::COUNT <= 64, "`seen` holds one bit per field");

impl<'a> Draft<'a> {
    pub fn new() -> Self {
        Self {
            cells: [const { Scalar::Absent }; Field::COUNT],
            seen: 0,
            data_seen: false,
            data_is_object: true,
            unknown: Vec::new(),
        }
    }

    pub fn get(&self, field: Field) -> &Scalar<'a> {
        &self.cells[field as usize]
    }

    pub fn set(&mut self, field: Field, value: Scalar<'a>) {
        self.cells[field as usize] = value;
    }

    /// Notes that a key was met; `false` when it was met before.
    pub fn first_time(&mut self, field: Field) -> bool {
        let bit = 1_u64 << (field as u64);
        let first = self.seen & bit == 0;
        self.seen |= bit;
        first
    }

    /// Notes that `data` was met; `false` when it was met before.
    pub fn first_data(&mut self) -> bool {
        !std::mem::replace(&mut self.data_seen, true)
    }

    /// The text of a field, when it is text.
    pub fn text(&self, field: Field) -> Option<&str> {
        match self.get(field) {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether nothing was said about the field.
    pub fn is_absent(&self, field: Field) -> bool {
        matches!(self.get(field), Scalar::Absent)
    }
}
