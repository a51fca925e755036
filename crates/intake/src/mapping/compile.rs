//! From the mapping file as written to a [`Mapping`] that can be trusted: every mistake found in one go.

use std::collections::{BTreeMap, BTreeSet};

use contact::ProviderId;
use jiff::tz::TimeZone;
use serde_saphyr::{Location, Spanned};

use super::{
    Mapping, MappingError,
    expr::Expr,
    file::{EmitEntry, FormatEntry, Kind, LegEntry, MappingFile, RuleEntry, settable},
    graph,
    names::{Template, Use},
    rows::Format,
    rules::{Action, Emit, Once, Rule},
    stays::Stays,
};
use crate::field::Field;

/// Names declared, columns named, and mistakes found so far.
pub(super) struct Compiler {
    pub mistakes: Vec<MappingError>,
    pub columns: Vec<String>,
    pub values: Vec<String>,
    pub times: Vec<String>,
    pub condition_names: Vec<String>,
    /// Whether rows are grouped by contact.
    pub grouped: bool,
    /// Whether stays are counted.
    pub stays: bool,
}

pub(super) fn compile(file: MappingFile, hash: String) -> Result<Mapping, Vec<MappingError>> {
    let mut compiler = Compiler {
        mistakes: Vec::new(),
        columns: Vec::new(),
        values: file.values.keys().cloned().collect(),
        times: file.times.keys().cloned().collect(),
        condition_names: file.conditions.keys().cloned().collect(),
        grouped: file.contact.order.is_some(),
        stays: file.contact.leg.is_some(),
    };
    let c = &mut compiler;
    let values_place = file.values.values().next().map_or(Location::UNKNOWN, |value| value.referenced);
    let mapping = Mapping {
        zone: c.zone(&file.zone),
        format: c.file_format(&file.format),
        values: file.values.into_iter().map(|(name, entry)| c.value(&name, entry)).collect(),
        conditions: file.conditions.values().map(|text| c.condition(text.referenced, &text.value)).collect(),
        times: file.times.into_iter().map(|(name, entry)| c.time_rule(&name, entry)).collect(),
        providers: c.providers(file.provider.as_ref(), &file.providers),
        provider: file.provider.as_ref().map(|text| c.template(text.referenced, &text.value, Use::Row(None))),
        source: c.template(file.source.referenced, &file.source.value, Use::Row(None)),
        subject: c.template(file.contact.id.referenced, &file.contact.id.value, Use::Row(None)),
        brand_id: file.contact.brand_id.as_ref().map(|text| c.template(text.referenced, &text.value, Use::Row(None))),
        started_at: c.time_index(file.contact.started_at.referenced, &file.contact.started_at.value).unwrap_or(0),
        order: file.contact.order.as_ref().map(|name| c.time_index(name.referenced, &name.value).unwrap_or(0)),
        stays: file.contact.leg.as_ref().map(|leg| c.stays(leg)),
        event_id: c.event_id(&file.event_id),
        rules: c.rules(file.rules, &file.fields),
        name: file.name,
        hash,
        columns: std::mem::take(&mut c.columns),
        value_names: c.values.clone(),
    };
    if compiler.mistakes.is_empty()
        && let Some(circle) = graph::circle(&mapping)
    {
        compiler.wrong(
            values_place,
            format!("{circle} is defined by itself"),
            "define it from columns, or from others that do not lead back to it",
        );
    }
    if compiler.mistakes.is_empty() {
        return Ok(mapping);
    }
    compiler.mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    Err(compiler.mistakes)
}

impl Compiler {
    fn zone(&mut self, name: &Spanned<String>) -> TimeZone {
        TimeZone::get(&name.value).unwrap_or_else(|_| {
            let wrong = format!("{:?} is not a time zone", name.value);
            self.wrong(name.referenced, wrong, "give a name of the IANA database, such as Europe/Paris");
            TimeZone::UTC
        })
    }

    fn file_format(&mut self, entry: &FormatEntry) -> Format {
        let own = match entry.kind {
            Kind::Csv => Some(b','),
            Kind::Tsv => Some(b'\t'),
            Kind::Psv => Some(b'|'),
            Kind::Ndjson => None,
        };
        let delimiter = entry.delimiter.as_ref().and_then(|text| {
            let one = <[u8; 1]>::try_from(text.value.as_bytes()).ok().map(|[byte]| byte);
            let fits = one.filter(|byte| byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') && own.is_some());
            if fits.is_none() {
                let wrong = format!("{:?} is no delimiter", text.value);
                self.wrong(
                    text.referenced,
                    wrong,
                    "give one ASCII character such as ';', and only for csv, tsv or psv",
                );
            }
            fits
        });
        let format = Format {
            delimiter: delimiter.or(own),
            header: own.is_some() && entry.header.unwrap_or(entry.columns.is_empty()),
            columns: entry.columns.clone(),
            quoting: entry.quoting.unwrap_or(entry.kind == Kind::Csv),
            ragged: entry.ragged,
            comment: entry.comment.clone().filter(|comment| !comment.is_empty()),
            missing: entry.missing.iter().cloned().collect(),
        };
        if own.is_some() && format.header != entry.columns.is_empty() {
            let place = entry.delimiter.as_ref().map_or(Location::UNKNOWN, |text| text.referenced);
            self.wrong(
                place,
                "`format` needs either a header or `columns`",
                "give `header: true`, or `header: false` with `columns`",
            );
        }
        format
    }

    fn providers(
        &mut self,
        provider: Option<&Spanned<String>>,
        listed: &[Spanned<String>],
    ) -> BTreeMap<String, ProviderId> {
        let Some(provider) = provider else {
            if let Some(first) = listed.first() {
                self.wrong(
                    first.referenced,
                    "`providers` lists values, but there is no `provider`",
                    "give `provider`, a template",
                );
            }
            return BTreeMap::new();
        };
        let constant = !provider.value.contains('{');
        if constant != listed.is_empty() {
            let wrong = if constant {
                "`provider` is a constant, yet `providers` lists values"
            } else {
                "`provider` is a template without a list of its values"
            };
            self.wrong(
                provider.referenced,
                wrong,
                "list under `providers` what a template may give, and nothing for a constant",
            );
        }
        let mut names = BTreeMap::new();
        for name in listed.iter().chain(constant.then_some(provider)) {
            match ProviderId::new(&name.value) {
                Ok(id) => {
                    names.insert(name.value.clone(), id);
                }
                Err(error) => {
                    self.wrong(name.referenced, error.to_string(), "use the provider's name in the network file");
                }
            }
        }
        names
    }

    fn stays(&mut self, leg: &LegEntry) -> Stays {
        if !self.grouped {
            self.wrong(
                leg.begins.referenced,
                "stays are counted over all rows of a contact",
                "give `order` under `contact`",
            );
        }
        Stays {
            begins: self.condition(leg.begins.referenced, &leg.begins.value),
            per: leg.per.iter().map(|name| self.name_or_template(name.referenced, &name.value)).collect(),
        }
    }

    fn event_id(&mut self, text: &Spanned<String>) -> Template {
        let template = self.template(text.referenced, &text.value, Use::Id);
        if template.constant().is_some() {
            let wrong = format!("the event id {:?} is the same for every event", text.value);
            self.wrong(text.referenced, wrong, "use columns that tell events apart, and {$type}");
        }
        template
    }

    fn rules(&mut self, entries: Vec<Spanned<RuleEntry>>, common: &BTreeMap<String, Spanned<String>>) -> Vec<Rule> {
        let common = self.fields(common);
        entries.into_iter().map(|entry| self.rule(entry, &common)).collect()
    }

    fn rule(&mut self, entry: Spanned<RuleEntry>, common: &[(Field, Template)]) -> Rule {
        let place = entry.referenced;
        let entry = entry.value;
        let when = entry.when.map_or(Expr::And(Vec::new()), |when| self.condition(when.referenced, &when.value));
        if entry.skip.is_some() != entry.emit.is_empty() {
            self.wrong(place, "a rule needs either `skip` or `emit`", "give one of them");
        }
        self.once(place, entry.once);
        let unless = entry.unless.map(|unless| self.unless(&unless));
        let action = match entry.skip {
            Some(name) => Action::Skip(self.template(name.referenced, &name.value, Use::Row(None))),
            None => Action::Emit(entry.emit.into_iter().map(|emit| self.emit(emit, common)).collect()),
        };
        Rule { when, only_else: entry.otherwise, once: entry.once, unless, action }
    }

    fn unless(&mut self, text: &Spanned<String>) -> Expr {
        if !self.stays {
            self.wrong(text.referenced, "`unless` looks at the rows of a stay", "give `leg` under `contact`");
        }
        self.condition(text.referenced, &text.value)
    }

    fn once(&mut self, place: Location, once: Option<Once>) {
        if once.is_some() && !self.grouped {
            let right = "give `order` under `contact`, so that rows are grouped by contact";
            self.wrong(place, "`once` looks at every row of the contact", right);
        } else if once == Some(Once::Stay) && !self.stays {
            self.wrong(
                place,
                "`once: stay`, but stays are not counted",
                "give `leg` under `contact`, or `once: contact`",
            );
        }
    }

    fn emit(&mut self, entry: Spanned<EmitEntry>, common: &[(Field, Template)]) -> Emit {
        let entry = entry.value;
        let own = self.fields(&entry.fields);
        let overridden: BTreeSet<Field> = own.iter().map(|(field, _)| *field).collect();
        // A common field that this type has no use for is left out, rather than warned about on every row.
        let inherited = common.iter().filter(|(field, _)| !overridden.contains(field) && field.belongs_to(entry.kind));
        let fields = inherited.cloned().chain(own.iter().cloned()).collect();
        for (field, _) in own.iter().filter(|(field, _)| !field.belongs_to(entry.kind)) {
            let wrong = format!("an event of type {} has no field {:?}", entry.kind, field.name());
            self.wrong(entry.at.referenced, wrong, "drop it, or give it to an event that has it");
        }
        Emit {
            kind: entry.kind,
            at: self.time_index(entry.at.referenced, &entry.at.value).unwrap_or(0),
            when: entry.when.map(|when| self.condition(when.referenced, &when.value)),
            id: entry.id.map(|id| self.event_id(&id)),
            fields,
        }
    }

    fn fields(&mut self, entries: &BTreeMap<String, Spanned<String>>) -> Vec<(Field, Template)> {
        let mut fields = Vec::new();
        for (name, text) in entries {
            let template = self.template(text.referenced, &text.value, Use::Event);
            let Some(field) = Field::of_data(name).filter(|field| settable(*field)) else {
                let known: Vec<&str> =
                    Field::DATA.iter().filter(|field| settable(**field)).map(|field| field.name()).collect();
                let wrong = format!("{name:?} is not a field that a mapping sets");
                self.wrong(text.referenced, wrong, format!("use one of: {}", known.join(", ")));
                continue;
            };
            fields.push((field, template));
        }
        fields
    }
}
