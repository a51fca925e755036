//! The parameters of an address: every name must be known, none is given twice unless it is a list.

use std::collections::BTreeMap;

use url::form_urlencoded;

use crate::ApiError;

/// Most rows of a page.
pub(crate) const MAX_PAGE: usize = 1000;
/// Rows of a page that does not say.
const PAGE: usize = 100;

/// A parameter of a resource, as documented and as accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// What it takes.
    pub shape: Shape,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number, at least 1.
    Count,
    /// A number.
    Number,
    /// Several texts, separated by commas or given repeatedly.
    List,
    /// Several of these words, separated by commas or given repeatedly.
    Words(&'static [&'static str]),
}

impl Parameter {
    /// A parameter.
    #[must_use]
    pub const fn new(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, about, shape }
    }
}

/// The parameters of one request.
#[derive(Debug, Default)]
pub(crate) struct Parameters(BTreeMap<&'static str, Vec<String>>);

impl Parameters {
    /// Takes the query of an address apart.
    ///
    /// # Errors
    /// A name that is not in `known`, an empty value, or a second value for what takes one.
    pub(crate) fn parse(query: Option<&str>, known: &[Parameter]) -> Result<Self, ApiError> {
        let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
                return Err(unknown(&name, known));
            };
            if value.is_empty() {
                return Err(ApiError::bad(parameter.name, format!("{name} is empty; give a value or leave it out")));
            }
            let values = found.entry(parameter.name).or_default();
            let is_list = matches!(parameter.shape, Shape::List | Shape::Words(_));
            if !is_list && !values.is_empty() {
                return Err(ApiError::bad(parameter.name, format!("{name} is given twice; give it once")));
            }
            values.push(value.into_owned());
        }
        Ok(Self(found))
    }

    pub(crate) fn one(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).and_then(|values| values.into_iter().next())
    }

    pub(crate) fn list(&mut self, name: &str) -> Vec<String> {
        self.0.remove(name).unwrap_or_default()
    }

    /// Rows wanted on a page.
    pub(crate) fn limit(&mut self) -> Result<usize, ApiError> {
        let Some(text) = self.one("limit") else { return Ok(PAGE) };
        let rows = text.parse().ok().filter(|rows| (1..=MAX_PAGE).contains(rows));
        rows.ok_or_else(|| ApiError::bad("limit", format!("{text:?} is no number of rows; give 1 to {MAX_PAGE}")))
    }
}

fn unknown(name: &str, known: &[Parameter]) -> ApiError {
    let shown: String = name.chars().take(64).flat_map(char::escape_debug).collect();
    let names: Vec<_> = known.iter().map(|parameter| parameter.name).collect();
    let right = if names.is_empty() { "there are none here".to_owned() } else { format!("use {}", names.join(", ")) };
    let error = ApiError::bad(shown.clone(), format!("there is no parameter {shown:?}; {right}"));
    ApiError { code: "unknown_parameter", ..error }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Parameter] =
        &[Parameter::new("site", Shape::List, "sites"), Parameter::new("from", Shape::Text, "start")];

    #[test]
    fn a_misspelt_parameter_is_not_ignored() {
        let error = Parameters::parse(Some("sites=tunis"), KNOWN).expect_err("misspelt");
        assert_eq!((error.code, error.field.as_deref()), ("unknown_parameter", Some("sites")));
        assert!(error.detail.ends_with("use site, from"), "{}", error.detail);
    }

    #[test]
    fn lists_repeat_and_single_values_do_not() {
        let mut parameters = Parameters::parse(Some("site=a&site=b%2Cc+d&from=2026-01-01"), KNOWN).expect("known");
        assert_eq!(parameters.list("site"), ["a", "b,c d"]);
        assert_eq!(parameters.one("from").as_deref(), Some("2026-01-01"));
        assert!(Parameters::parse(Some("from=1&from=2"), KNOWN).is_err());
        assert!(Parameters::parse(Some("site="), KNOWN).is_err());
    }
}
