//! The mapping file as written: YAML, unknown keys are errors. Meaning is checked in [`super::compile`].

use std::collections::BTreeMap;

use contact::EventType;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::rules::Once;
use crate::field::{Field, Shape};

/// A mapping file: how each row of a provider's export becomes events.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Vigie mapping file")]
pub struct MappingFile {
    /// A name for this mapping.
    pub name: String,
    /// How the export is written.
    pub format: FormatEntry,
    /// The zone in which times without offset are read, such as `Asia/Jerusalem`. A time that happens twice (clocks going
    /// back) is its first occurrence, one that never happens (clocks going forward) is moved forward.
    #[schemars(with = "String")]
    pub zone: Spanned<String>,
    /// The provider: a name, or a template over columns with its values listed under `providers`. When absent, the
    /// operator names it.
    #[schemars(with = "Option<String>")]
    pub provider: Option<Spanned<String>>,
    /// The values that `provider` may take when it is a template.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub providers: Vec<Spanned<String>>,
    /// The `source` of every event, a template: what system it comes from. Part of an event's identity.
    #[schemars(with = "String")]
    pub source: Spanned<String>,
    /// How the contact is found.
    pub contact: ContactEntry,
    /// Instants by name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, TimeEntry>")]
    pub times: BTreeMap<String, Spanned<TimeEntry>>,
    /// Values made from columns, by name. Inside its own definition, a value's name means the column of that name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, ValueEntry>")]
    pub values: BTreeMap<String, Spanned<ValueEntry>>,
    /// Conditions by name, to be used in other conditions.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub conditions: BTreeMap<String, Spanned<String>>,
    /// The `id` of each event, a template over columns that are the same in every export of this row: never a line or
    /// file name. `{$type}` is the event's type, `{$contact}` the contact's id, `{$at}` its time, `{$leg}` its leg.
    #[schemars(with = "String")]
    pub event_id: Spanned<String>,
    /// Fields of every event (`site`, `queue`, `customer` …), templates; a field whose columns are missing is left out.
    #[serde(default)]
    #[schemars(schema_with = "fields_schema")]
    pub fields: BTreeMap<String, Spanned<String>>,
    /// What becomes of a row. The first `skip` that fits wins; else every `emit` that fits applies; a row that nothing
    /// fits is rejected as `no_rule`.
    #[schemars(with = "Vec<RuleEntry>")]
    pub rules: Vec<Spanned<RuleEntry>>,
}

/// How the export is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormatEntry {
    /// The kind of file.
    pub kind: Kind,
    /// One ASCII character between fields, when it is not the kind's own.
    #[schemars(with = "Option<String>")]
    pub delimiter: Option<Spanned<String>>,
    /// Whether the first row names the columns (default true). When false, `columns` names them.
    pub header: Option<bool>,
    /// Names of the columns, in order, for files without header.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Whether fields may stand in double quotes (default: only for csv).
    pub quoting: Option<bool>,
    /// Whether rows may be shorter than the columns (what is absent is missing) or longer (what is beyond is ignored).
    #[serde(default)]
    pub ragged: bool,
    /// Rows beginning with this are comments.
    pub comment: Option<String>,
    /// Values that mean "missing", besides the empty one.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Fields between commas.
    Csv,
    /// Fields between tabs.
    Tsv,
    /// Fields between vertical bars.
    Psv,
    /// A JSON object per line, or one JSON array of objects; `a.b` is the field `b` of the object `a`.
    Ndjson,
}

/// How the contact of a row is found.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactEntry {
    /// The contact's id within the provider (the event's `subject`), a template.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// The contact's id across the brand (`data.contact`), a template.
    #[schemars(with = "Option<String>")]
    pub brand_id: Option<Spanned<String>>,
    /// The name of the time at which the contact began. It must be the same for every row of the contact, in every export.
    #[schemars(with = "String")]
    pub started_at: Spanned<String>,
    /// The name of the time by which rows of one contact are put in order. With it, the whole file is read and its rows
    /// are grouped by contact: needed for `prev.`, `next.`, `first.`, `last.`, `earliest`, `leg`, `once`, `unless`. Rows
    /// of one instant stay in the order of the file.
    #[schemars(with = "Option<String>")]
    pub order: Option<Spanned<String>>,
    /// How stays are counted, for contacts that enter the same queue again.
    pub leg: Option<LegEntry>,
}

/// How stays of one contact are counted: from 0, one more at each row that begins another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LegEntry {
    /// The condition that holds on the first row of a stay.
    #[schemars(with = "String")]
    pub begins: Spanned<String>,
    /// Columns or values whose stays are counted apart, such as the queue.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub per: Vec<Spanned<String>>,
}

/// An instant. Give exactly one of: `column`; `date` and `clock`; `clock` and `after`; `from`; `earliest`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TimeEntry {
    /// Column (or value, or template) that holds the whole instant.
    pub column: Option<String>,
    /// How `column` is written: `rfc3339` (default), `unix` (seconds, with fraction if any), `unix_ms`, or a pattern such
    /// as `%d/%m/%Y %H:%M` (strptime). Without an offset in the pattern it is read in the mapping's zone.
    pub format: Option<String>,
    /// Column that holds a date.
    pub date: Option<String>,
    /// Pattern of `date` (default `%Y-%m-%d`).
    pub date_format: Option<String>,
    /// Column that holds a time of day.
    pub clock: Option<String>,
    /// Pattern of `clock` (default `%H:%M:%S`; hours need not be padded).
    pub clock_format: Option<String>,
    /// Name of the time just before this `clock`, whose date it takes; a clock time more than 12 h before it is the
    /// next day.
    pub after: Option<String>,
    /// Name of a time this one is derived from.
    pub from: Option<String>,
    /// Seconds to add to `from`: a column, or a number.
    pub plus_s: Option<String>,
    /// Seconds to take off `from`: a column, or a number.
    pub minus_s: Option<String>,
    /// Name of a time: the earliest over all rows of the contact in the file.
    pub earliest: Option<String>,
    /// Only when this condition holds.
    pub when: Option<String>,
    /// Name of the time to take when `when` does not hold; else there is none.
    pub otherwise: Option<String>,
}

/// A value made from columns, step by step in the order of the keys here.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueEntry {
    /// A template, such as `{site}` or `{a}-{b}`; missing when one of its columns is.
    pub of: String,
    /// Only when this condition holds; else `otherwise`.
    pub when: Option<String>,
    /// Keep what follows the last of these; all when there is none.
    pub after: Option<String>,
    /// Keep what precedes the first of these; all when there is none.
    pub before: Option<String>,
    /// Keep this many characters.
    pub chars: Option<usize>,
    /// Make it lower case.
    #[serde(default)]
    pub lower: bool,
    /// Values that mean "missing".
    #[serde(default)]
    pub missing: Vec<String>,
    /// Replace by this table. A value that is not in it takes `otherwise`; without `otherwise` the row is rejected.
    pub table: Option<BTreeMap<String, String>>,
    /// A template for values not in the table, or when `when` does not hold.
    pub otherwise: Option<String>,
}

/// What becomes of a row that fits a condition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// The condition; a rule without one fits every row. Conditions compare columns, values, numbers and 'texts' with
    /// `=` `!=` `<` `<=` `>` `>=`, `in ('a', 'b')`, `is empty`, and combine with `and`, `or`, `not` and parentheses.
    /// A column whose name has spaces stands in backticks. `prev.x`, `next.x`, `first.x`, `last.x` are the column or
    /// value `x` of the contact's previous, next, first and last row.
    #[schemars(with = "Option<String>")]
    pub when: Option<Spanned<String>>,
    /// Only when no rule above fitted.
    #[serde(default, rename = "else")]
    pub otherwise: bool,
    /// Only the first row that fits: of the rows of one stay (`contact.leg`), or of all rows of the contact.
    pub once: Option<Once>,
    /// Not once this condition has held, on the row or on an earlier one of its stay (`contact.leg`).
    #[schemars(with = "Option<String>")]
    pub unless: Option<Spanned<String>>,
    /// Leave the row out, counted under this name (a template).
    #[schemars(with = "Option<String>")]
    pub skip: Option<Spanned<String>>,
    /// Make these events.
    #[serde(default)]
    #[schemars(with = "Vec<EmitEntry>")]
    pub emit: Vec<Spanned<EmitEntry>>,
}

/// An event made of a row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmitEntry {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The name of the time at which it happened.
    #[schemars(with = "String")]
    pub at: Spanned<String>,
    /// Only when this condition holds.
    #[schemars(with = "Option<String>")]
    pub when: Option<Spanned<String>>,
    /// The event's `id` when it is not `event_id`, a template.
    #[schemars(with = "Option<String>")]
    pub id: Option<Spanned<String>>,
    /// Fields of this event, over those of every event.
    #[serde(default)]
    #[schemars(schema_with = "fields_schema")]
    pub fields: BTreeMap<String, Spanned<String>>,
}

/// Fields that a mapping sets elsewhere: `contact`, `provider`, `started_at`.
pub(super) fn settable(field: Field) -> bool {
    !matches!(field, Field::Contact | Field::Provider | Field::StartedAt) && field.shape() != Shape::Json
}

fn fields_schema(_: &mut SchemaGenerator) -> Schema {
    let one = || serde_json::json!({"type": ["string", "number", "boolean"]});
    let names = Field::DATA.iter().filter(|field| settable(**field));
    let properties: serde_json::Map<_, _> = names.map(|field| (field.name().to_owned(), one())).collect();
    json_schema!({"type": "object", "properties": properties, "additionalProperties": false})
}
