//! Mappings: a YAML file that turns each row of a provider's export into events, without code.
//!
//! # Writing one
//!
//! ```yaml
//! name: acd-export
//! format: {kind: csv, delimiter: ';', missing: ['?']}
//! zone: Europe/Paris
//! provider: north
//! source: /north/acd
//! contact:
//!   id: '{call}'                # the contact, unique within the provider
//!   started_at: arrived         # a name under `times`, the same on every row of the contact
//! times:
//!   arrived:  {date: day, date_format: '%d/%m/%Y', clock: in}
//!   picked:   {clock: out, after: arrived}         # rolls over midnight
//!   finished: {from: picked, plus_s: talk}
//! values:
//!   site: {of: '{unit}', table: {U1: tunis, U2: sfax}}
//! conditions:
//!   queued: wait > 0 or not out is empty
//! event_id: '{call}-{$type}'    # stable: never a line or a file name
//! fields: {site: '{site}', queue: sales, customer: '{phone}'}
//! rules:
//!   - {skip: test call, when: unit = 'TEST'}
//!   - emit: [{type: offered, at: arrived}]
//!   - when: result = 'OK'
//!     emit:
//!       - {type: answered, at: picked, fields: {agent: '{operator}'}}
//!       - {type: ended, at: finished, fields: {talk_s: '{talk}'}}
//!   - when: result = 'LOST' and queued
//!     emit: [{type: abandoned, at: picked}]
//! ```
//!
//! Text is a *template*: `{name}` is a value, else a column; everything else is taken as it stands. A template with a
//! missing column is missing as a whole, and a field that is missing is left out. Cells lose white space at both ends.
//!
//! `contact.order` names a time; with it rows are put together by contact, in the order of that time, and a row can look
//! at others of its contact: columns and values of them (`{prev.status}`, `{next.team}`, `{first.team}`, `{last.team}`),
//! `{earliest: opened}`, stays (`contact.leg`), and rules that fit once in a stay or contact (`once`), or no longer once
//! something held in the stay (`unless`). Where there is no such row, or it cannot be read, the value is missing. A status
//! log is read that way; the file must hold whole contacts.
//!
//! Rows of a contact may lie anywhere in the file. Up to 256 MiB of rows are held in memory; when there are more, all are
//! dealt by contact to temporary files (where `TMPDIR` points), sealed with the brand's secret, and one of these is put
//! together at a time: memory does not grow with the file. Only the rows of one contact are always held together.
//!
//! # Promises
//!
//! - Events made here pass the same checks as events that are pushed.
//! - A row is accepted whole or rejected whole; rows read = mapped + skipped by name + rejected ([`Ledger`]).
//! - Exports that overlap count once, because event ids come from the row's own columns.
//! - Rejected rows keep their header, so they can be read again alone. A row that looks at others of its contact may
//!   then become something else: mend the mapping and import the file again.
//! - What a row becomes hangs on the rows beside it, whatever becomes of those: a rejected row is looked at as well.

mod bounds;
mod compile;
mod compile_names;
mod compile_times;
mod dealt;
mod emit;
mod error;
mod explain;
mod expr;
mod file;
mod graph;
mod groups;
mod ledger;
mod look;
mod names;
mod parse;
mod rows;
mod rules;
mod run;
mod stays;
mod times;
mod values;

use std::collections::BTreeMap;

use contact::ProviderId;
use jiff::tz::TimeZone;

pub use error::MappingError;
pub use explain::Explained;
pub use ledger::Ledger;
pub use run::{Bound, Ground, MappedRow, RowOutcome};

use crate::Framing;

/// A mapping that has been checked.
#[derive(Debug)]
pub struct Mapping {
    name: String,
    hash: String,
    zone: TimeZone,
    format: rows::Format,
    /// Columns that anything in the mapping names.
    columns: Vec<String>,
    values: Vec<values::Value>,
    value_names: Vec<String>,
    conditions: Vec<expr::Expr>,
    times: Vec<times::TimeRule>,
    provider: Option<names::Template>,
    providers: BTreeMap<String, ProviderId>,
    source: names::Template,
    subject: names::Template,
    brand_id: Option<names::Template>,
    started_at: usize,
    order: Option<usize>,
    stays: Option<stays::Stays>,
    event_id: names::Template,
    rules: Vec<rules::Rule>,
}

impl Mapping {
    /// Parses and checks a mapping file.
    ///
    /// # Errors
    /// The mistakes found, each with line, what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, Vec<MappingError>> {
        let file = serde_saphyr::from_str(text).map_err(|error| vec![MappingError::syntax(&error)])?;
        compile::compile(file, crate::hash(text.as_bytes()))
    }

    /// The JSON Schema of the file.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(file::MappingFile)
    }

    /// The mapping's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of the file, hexadecimal.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// How [`crate::FileReader`] should cut the export; `None` for JSON, where the file itself shows it.
    #[must_use]
    pub fn framing(&self) -> Option<Framing> {
        self.format.framing()
    }

    /// Whether rows are put together by contact, so that the file must be read as a whole ([`Mapping::run`]).
    #[must_use]
    pub fn groups(&self) -> bool {
        self.order.is_some()
    }

    /// The providers that the mapping names; none when the operator must.
    pub fn providers(&self) -> impl Iterator<Item = &ProviderId> {
        self.providers.values()
    }

    /// The provider of every row, when the mapping names one and no other.
    #[must_use]
    pub fn sole_provider(&self) -> Option<&ProviderId> {
        let mut named = self.providers.values();
        named.next().filter(|_| named.next().is_none())
    }
}
