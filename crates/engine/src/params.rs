//! Values for the parameters of statements.

use std::collections::BTreeMap;

use contact::Instant;
use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray},
        datatypes::DataType,
    },
    common::{ParamValues, ScalarValue},
};

use crate::{EngineError, ParamType, Statement};

/// Values by parameter name. One set serves several statements; each takes what it declares.
#[derive(Debug, Clone, Default)]
pub struct Params(BTreeMap<&'static str, (ParamType, ScalarValue)>);

impl Params {
    /// Sets an instant.
    #[must_use]
    pub fn instant(self, name: &'static str, value: Instant) -> Self {
        let scalar = ScalarValue::TimestampMicrosecond(Some(value.as_micros()), Some("UTC".into()));
        self.with(name, ParamType::Timestamp, scalar)
    }

    /// Sets an integer.
    #[must_use]
    pub fn bigint(self, name: &'static str, value: i64) -> Self {
        self.with(name, ParamType::Bigint, ScalarValue::Int64(Some(value)))
    }

    /// Sets an integer that may be null.
    #[must_use]
    pub fn optional_bigint(self, name: &'static str, value: Option<i64>) -> Self {
        self.with(name, ParamType::OptionalBigint, ScalarValue::Int64(value))
    }

    /// Sets a text.
    #[must_use]
    pub fn text(self, name: &'static str, value: &str) -> Self {
        self.with(name, ParamType::Text, ScalarValue::Utf8(Some(value.to_owned())))
    }

    /// Sets a text that may be null.
    #[must_use]
    pub fn optional_text(self, name: &'static str, value: Option<&str>) -> Self {
        self.with(name, ParamType::OptionalText, ScalarValue::Utf8(value.map(str::to_owned)))
    }

    /// Sets a list of texts.
    #[must_use]
    pub fn texts<'a>(self, name: &'static str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<_> = values.into_iter().map(|text| ScalarValue::Utf8(Some(text.to_owned()))).collect();
        let list = ScalarValue::List(ScalarValue::new_list(&values, &DataType::Utf8, true));
        self.with(name, ParamType::Texts, list)
    }

    /// Sets a flag.
    #[must_use]
    pub fn boolean(self, name: &'static str, value: bool) -> Self {
        self.with(name, ParamType::Boolean, ScalarValue::Boolean(Some(value)))
    }

    /// Every value as a column of one row, with its name and type: for handing the same values to another engine.
    ///
    /// # Errors
    /// A value that has no column, which would be a defect.
    pub fn columns(&self) -> Result<Vec<(&'static str, ParamType, ArrayRef)>, EngineError> {
        let failed = |source| EngineError::Statement { statement: "parameters".into(), source: Box::new(source) };
        self.0.iter().map(|(name, (kind, value))| Ok((*name, *kind, value.to_array().map_err(failed)?))).collect()
    }

    fn with(mut self, name: &'static str, kind: ParamType, value: ScalarValue) -> Self {
        self.0.insert(name, (kind, value));
        self
    }

    /// The values that `statement` declares, in the order of their names: what a plan of it depends on. Other values have
    /// another name.
    pub(crate) fn named(&self, statement: &Statement) -> String {
        let value = |name: &String| self.0.get(name.as_str()).map(|(_, value)| said(value));
        format!("{:?}", statement.params.keys().map(|name| (name, value(name))).collect::<Vec<_>>())
    }

    /// The values that `statement` declares, types checked before the planner sees them.
    ///
    /// # Errors
    /// A declared parameter has no value, or one of another type.
    pub(crate) fn for_statement(&self, statement: &Statement) -> Result<ParamValues, EngineError> {
        let mut values = Vec::with_capacity(statement.params.len());
        for (name, declared) in &statement.params {
            let Some((kind, value)) = self.0.get(name.as_str()) else {
                return Err(EngineError::MissingParam { statement: statement.id.clone(), param: name.clone() });
            };
            if kind != declared {
                return Err(EngineError::WrongType {
                    statement: statement.id.clone(),
                    param: name.clone(),
                    declared: format!("{declared:?}"),
                    given: format!("{kind:?}"),
                });
            }
            values.push((name.clone(), value.clone()));
        }
        Ok(ParamValues::from(values))
    }
}

/// A value in words of its own. Lists as the engine writes them do not say where a text with a comma ends.
fn said(value: &ScalarValue) -> String {
    let ScalarValue::List(list) = value else { return format!("{value:?}") };
    format!("{:?}", list.values().as_string_opt::<i32>().map(|texts| texts.iter().collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Statement {
        let header =
            "-- id: x\n-- version: 1\n-- title: {en: a, fr: b}\n-- params: {sites: \"text[]\", from: timestamp}\n--\n";
        Statement::parse("x.sql", &format!("{header}SELECT 1")).expect("header")
    }

    /// A plan holds the values it was made for: under one name for two filters, the second would count the first's legs.
    #[test]
    fn other_values_have_another_name() {
        let named = |sites: &[&str], from: i64| {
            let from = Instant::from_micros(from).expect("1970");
            Params::default().texts("sites", sites.iter().copied()).instant("from", from).named(&statement())
        };
        let names = [
            named(&["lyon", "nord"], 1),
            named(&["lyon, nord"], 1),
            named(&["lyon\", \"nord"], 1),
            named(&["lyon"], 1),
            named(&[], 1),
            named(&[""], 1),
            named(&["lyon", "nord"], 2),
        ];
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{names:#?}");
        assert_eq!(names[0], named(&["lyon", "nord"], 1));
    }

    /// What a statement does not declare must not make it be planned again.
    #[test]
    fn values_that_a_statement_does_not_declare_are_not_in_its_name() {
        let sites = || Params::default().texts("sites", ["lyon"]);
        assert_eq!(sites().named(&statement()), sites().bigint("page", 7).named(&statement()));
    }
}
