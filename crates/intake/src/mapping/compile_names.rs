//! Names and templates as they are written in a mapping.

use serde_saphyr::Location;

use super::{
    MappingError,
    compile::Compiler,
    names::{Builtin, Name, Part, Scope, Template, Use},
};

impl Compiler {
    /// Parses a template.
    pub fn template(&mut self, place: Location, text: &str, within: Use<'_>) -> Template {
        let mut parts = Vec::new();
        let mut fixed = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            fixed.push_str(&rest[..open]);
            rest = &rest[open + 1..];
            if let Some(after) = rest.strip_prefix('{') {
                fixed.push('{');
                rest = after;
                continue;
            }
            let Some((name, after)) = rest.split_once('}') else {
                let wrong = format!("the template {text:?} opens a brace and does not close it");
                self.wrong(place, wrong, "write {column}, or {{ for a brace");
                return Template::default();
            };
            if !fixed.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut fixed)));
            }
            parts.extend(self.name(place, name.trim(), within).map(Part::Name));
            rest = after;
        }
        fixed.push_str(rest);
        if !fixed.is_empty() {
            parts.push(Part::Text(fixed));
        }
        Template(parts)
    }

    /// A bare name, or a template when there are braces in it.
    pub fn name_or_template(&mut self, place: Location, text: &str) -> Template {
        if text.contains('{') {
            return self.template(place, text, Use::Row(None));
        }
        Template(self.name(place, text, Use::Row(None)).map(Part::Name).into_iter().collect())
    }

    /// What a name stands for.
    pub fn name(&mut self, place: Location, name: &str, within: Use<'_>) -> Option<Name> {
        if let Some(builtin) = name.strip_prefix('$') {
            return self.builtin(place, builtin, within);
        }
        if name.is_empty() {
            self.wrong(place, "a name is empty", "write the name of a column or value");
            return None;
        }
        if within == Use::Id && is_place_of_row(name) {
            let wrong =
                format!("event ids may not use {name:?}: the same row would be another event in the next export");
            self.wrong(
                place,
                wrong,
                "use columns whose values stay the same, such as the call's id and the event's time",
            );
            return None;
        }
        let own = if let Use::Row(own) = within { own } else { None };
        let value = |of: &Self, name| of.values.iter().position(|value| value == name && own != Some(name));
        if let Some(index) = value(self, name) {
            return Some(Name::Value(Scope::This, index));
        }
        let (scope, name_there) = match name.split_once('.') {
            Some(("prev", there)) => (Scope::Previous, there),
            Some(("next", there)) => (Scope::Next, there),
            Some(("first", there)) => (Scope::First, there),
            Some(("last", there)) => (Scope::Last, there),
            _ => (Scope::This, name),
        };
        if scope != Scope::This && !self.grouped {
            let wrong = format!("{name:?} looks at another row of the contact");
            self.wrong(place, wrong, "give `order` under `contact`, so that rows are grouped by contact");
        }
        Some(match value(self, name_there) {
            Some(index) => Name::Value(scope, index),
            None => Name::Column(scope, self.column(name_there)),
        })
    }

    fn builtin(&mut self, place: Location, name: &str, within: Use<'_>) -> Option<Name> {
        let builtin = match name {
            "type" => Builtin::Type,
            "contact" => Builtin::Contact,
            "at" => Builtin::At,
            "leg" => Builtin::Leg,
            _ => {
                self.wrong(place, format!("{{${name}}} is not known"), "use {$type}, {$contact}, {$at} or {$leg}");
                return None;
            }
        };
        if matches!(within, Use::Row(_)) {
            let wrong = format!("{{${name}}} is not known before an event is made");
            self.wrong(place, wrong, "use it only in `event_id`, `id` and `fields`");
            return None;
        }
        Some(Name::Builtin(builtin))
    }

    /// The slot of a column, a new one when it was not named before.
    fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|column| column == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    /// Notes a mistake.
    pub fn wrong(&mut self, place: Location, wrong: impl Into<String>, right: impl Into<String>) {
        self.mistakes.push(MappingError::at(place, wrong, right));
    }
}

/// Names that say where a row lies instead of what it is.
fn is_place_of_row(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    matches!(
        plain.as_str(),
        "line"
            | "lineno"
            | "linenumber"
            | "row"
            | "rowno"
            | "rownum"
            | "rownumber"
            | "file"
            | "filename"
            | "filepath"
            | "offset"
    )
}
