//! The columns of a declared file: the one list from which rows are read, mistakes told and the schema made.

use serde_json::{Map, Value, json};

/// A column: its name, what it says, and the words or the pattern it takes.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    takes: Takes,
}

enum Takes {
    Text,
    Pattern(&'static str),
    Words(&'static [&'static str]),
}

const COUNT: &str = "^[0-9]+$";
const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const SECONDS: &str = "^(own|[0-9]+([.,][0-9]+)?)$";

/// Every column, in the order of the documentation.
pub(super) const COLUMNS: &[Column] = &[
    column("provider", Takes::Text, "the provider, as in the network file"),
    column("site", Takes::Text, "one site; empty for all of the provider's"),
    column("queue", Takes::Text, "one queue; empty for all"),
    column("day", Takes::Pattern(DAY), "one day; or `period`; or `from` and `to`"),
    column("period", Takes::Pattern("^[0-9]{4}-[0-9]{2}$"), "one calendar month"),
    column("from", Takes::Pattern(DAY), "the first day"),
    column("to", Takes::Pattern(DAY), "the day after the last"),
    column("offered", Takes::Pattern(COUNT), "contacts that reached the queue"),
    column("answered", Takes::Pattern(COUNT), "answered by a human"),
    column("abandoned", Takes::Pattern(COUNT), "the customer left the queue"),
    column("short_abandoned", Takes::Pattern(COUNT), "of these, within the short-abandon threshold"),
    column("flowed_out", Takes::Pattern(COUNT), "left the queue unanswered without hanging up"),
    column("in_time", Takes::Pattern(COUNT), "numerator of the service level"),
    column("promised", Takes::Pattern(COUNT), "denominator of the service level"),
    column(
        "service_level",
        Takes::Text,
        "the service level as declared: 0.813 or 81.3 %; compared to the digits given",
    ),
    column(
        "formula",
        Takes::Words(&["own", "a", "b", "c", "d", "e", "f", "g"]),
        "the service-level formula used, alone; own: each queue's, with what was agreed about overflow and callbacks",
    ),
    column("threshold_s", Takes::Pattern(SECONDS), "waiting up to so many seconds is in time; own: each queue's"),
    column("short_abandon_s", Takes::Pattern(SECONDS), "abandoning up to so many seconds is short; own: each queue's"),
    column(
        "short_abandons",
        Takes::Words(&["counted", "dropped"]),
        "whether short abandons are among offered and abandoned at all",
    ),
    column(
        "site_of",
        Takes::Words(&["arrival", "owner", "once"]),
        "whose site and queue a stay counts at: where it was offered; where its contact was first answered; likewise, and \
         each contact once",
    ),
    column(
        "day_of",
        Takes::Words(&["arrival", "outcome", "end"]),
        "on whose day a stay counts: of its offer; of its answer or abandon; of the end of its handling",
    ),
    column("zone", Takes::Text, "the zone in which days begin, such as Europe/Paris"),
    column(
        "counts",
        Takes::Pattern("^(none|(cancelled|rules|closed)( (cancelled|rules|closed))*)$"),
        "what is counted though scorecards leave it out: cancelled contacts, traffic that rules of the network file name, \
         live contacts offered while closed; several with a space between; none",
    ),
];

const fn column(name: &'static str, takes: Takes, about: &'static str) -> Column {
    Column { name, about, takes }
}

/// The names, for saying what would be right.
pub(super) fn names() -> String {
    COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// The JSON Schema of one row: its cells by column.
#[must_use]
pub fn schema() -> Value {
    let property = |column: &Column| {
        let mut made = json!({ "type": "string", "description": column.about });
        match column.takes {
            Takes::Text => {}
            Takes::Pattern(pattern) => made["pattern"] = json!(pattern),
            Takes::Words(words) => made["enum"] = json!(words),
        }
        (column.name.to_owned(), made)
    };
    let properties: Map<String, Value> = COLUMNS.iter().map(property).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of a declared file",
        "description": "One line of a CSV with a header: a provider's own figures for a cell, and the rules it used. Rules \
                        that are not stated are searched. Empty cells say nothing.",
        "type": "object",
        "properties": properties,
        "required": ["provider"],
        "anyOf": [{ "required": ["day"] }, { "required": ["period"] }, { "required": ["from", "to"] }],
        "additionalProperties": false,
    })
}
