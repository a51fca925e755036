//! From a row that fits a rule to events, through the same checks as any event.

use std::borrow::Cow;

use contact::{EventType, Instant, Reject, RejectCode};

use super::{
    Ground, RowOutcome,
    look::{Look, Making},
    names::Template,
    rules::{Decision, Emit},
};
use crate::{
    Context, Door, Parsed, Rejected,
    draft::{Draft, Scalar},
    field::{Field, Shape},
    validate::{shown, validate},
};

/// What all events of a row share.
struct Shared<'r> {
    provider: &'r contact::ProviderId,
    source: Cow<'r, str>,
    subject: Cow<'r, str>,
    brand_id: Option<Cow<'r, str>>,
    started_at: Instant,
}

impl Look<'_> {
    /// What becomes of this row. Either all its events are accepted or the row is rejected.
    pub fn outcome(&self, ground: &Ground<'_>) -> Result<RowOutcome, Box<Rejected>> {
        let emits = match self.decide().map_err(boxed)? {
            Decision::Skip(name) => return Ok(RowOutcome::Skipped(name)),
            Decision::Emit(emits) if emits.is_empty() => {
                let message = "no rule of the mapping fits this row; add a rule, or a `skip` with `else: true`";
                return Err(boxed(Reject::new(RejectCode::NoRule, None, message)));
            }
            Decision::Emit(emits) => emits,
        };
        let shared = self.shared(ground).map_err(boxed)?;
        let mut events: Vec<Parsed> = Vec::with_capacity(emits.len());
        for emit in emits {
            let parsed = self.event(emit, &shared, ground)?;
            if events.iter().any(|other| other.event.identity == parsed.event.identity) {
                let message = format!(
                    "two events of this row have the id {}; put {{$type}} into `event_id`",
                    shown(&parsed.event.identity.id)
                );
                return Err(boxed(unmapped("event_id", message)));
            }
            events.push(parsed);
        }
        Ok(RowOutcome::Mapped(events))
    }

    fn shared<'s>(&'s self, ground: &Ground<'s>) -> Result<Shared<'s>, Reject> {
        let started = &self.mapping.times[self.mapping.started_at];
        let brand_id = self.mapping.brand_id.as_ref().map(|id| id.text(self)).transpose()?.flatten();
        Ok(Shared {
            provider: self.provider(ground)?,
            source: self.needed(&self.mapping.source, "source")?,
            subject: self.needed(&self.mapping.subject, "contact.id")?,
            brand_id,
            started_at: started.instant(self)?.ok_or_else(|| self.no_time(self.mapping.started_at))?,
        })
    }

    /// The provider of this row: the mapping's, which may not contradict the operator's, else the operator's.
    fn provider<'s>(&'s self, ground: &Ground<'s>) -> Result<&'s contact::ProviderId, Reject> {
        let Some(template) = &self.mapping.provider else {
            return ground
                .operator
                .ok_or_else(|| unmapped("provider", "neither the mapping nor the operator names the provider"));
        };
        let name = self.needed(template, "provider")?;
        let provider = self.mapping.providers.get(&*name).ok_or_else(|| {
            unmapped("provider", format!("{} is not listed under `providers`; add it, or skip such rows", shown(&name)))
        })?;
        match ground.operator {
            Some(operator) if operator != provider => {
                let message = format!(
                    "the row is of the provider {:?}, but the import is for {:?}",
                    provider.as_str(),
                    operator.as_str()
                );
                Err(Reject::new(RejectCode::ForeignProvider, "provider", message))
            }
            _ => Ok(provider),
        }
    }

    /// Whose a row is that cannot be accepted: the operator's, else whom the mapping names, as far as the row says.
    pub fn whose<'s>(&'s self, ground: &Ground<'s>) -> Option<&'s contact::ProviderId> {
        let named = || {
            let name = self.mapping.provider.as_ref()?.text(self).ok()??;
            self.mapping.providers.get(&*name)
        };
        ground.operator.or_else(named)
    }

    fn needed<'s>(&'s self, template: &'s Template, what: &'static str) -> Result<Cow<'s, str>, Reject> {
        template.text(self)?.ok_or_else(|| {
            let names = template.described(&self.mapping.columns, &self.mapping.value_names);
            unmapped(what, format!("{what} needs {names}, of which something is missing in this row"))
        })
    }

    fn no_time(&self, index: usize) -> Reject {
        let name = &self.mapping.times[index].name;
        let message = format!("the time {name:?} is needed, but what it is read from is missing in this row");
        Reject { code: RejectCode::UnmappedValue, field: Some(name.clone()), message }
    }

    fn event(&self, emit: &Emit, shared: &Shared<'_>, ground: &Ground<'_>) -> Result<Parsed, Box<Rejected>> {
        let at = self.time(emit.at).map_err(boxed)?.ok_or_else(|| boxed(self.no_time(emit.at)))?;
        let making = Making { kind: emit.kind, at, subject: &shared.subject };
        let look = Look { making: Some(making), ..*self };
        let mut draft = look.draft(emit, shared, at).map_err(boxed)?;
        let context = Context {
            network: ground.network,
            provider: shared.provider,
            keys: ground.keys,
            now: ground.now,
            door: Door::File,
        };
        validate(&mut draft, &context)
    }

    fn draft<'s>(&'s self, emit: &'s Emit, shared: &'s Shared<'s>, at: Instant) -> Result<Draft<'s>, Reject> {
        let id = self.needed(emit.id.as_ref().unwrap_or(&self.mapping.event_id), "event_id")?;
        let mut draft = Draft::new();
        draft.set(Field::SpecVersion, Scalar::Text("1.0".into()));
        draft.set(Field::Type, Scalar::Text(wire(emit.kind).into()));
        draft.set(Field::Id, Scalar::Text(id));
        draft.set(Field::Source, Scalar::Text(Cow::Borrowed(&shared.source)));
        draft.set(Field::Subject, Scalar::Text(Cow::Borrowed(&shared.subject)));
        draft.set(Field::Time, Scalar::Instant(at));
        draft.set(Field::StartedAt, Scalar::Instant(shared.started_at));
        if let Some(brand_id) = &shared.brand_id {
            draft.set(Field::Contact, Scalar::Text(Cow::Borrowed(brand_id)));
        }
        for (field, template) in &emit.fields {
            let value =
                template.text(self).and_then(|text| text.map_or(Ok(Scalar::Absent), |text| scalar(*field, text)));
            draft.set(*field, value.map_err(|reject| discreet(*field, reject))?);
        }
        if self.mapping.stays.is_some() && draft.is_absent(Field::Leg) && !draft.is_absent(Field::Site) {
            draft.set(Field::Leg, Scalar::Integer(self.leg().into()));
        }
        Ok(draft)
    }
}

fn wire(kind: EventType) -> String {
    format!("vigie.contact.{kind}.v1")
}

fn boxed(reject: Reject) -> Box<Rejected> {
    Box::new(reject.into())
}

fn unmapped(field: &'static str, message: impl Into<String>) -> Reject {
    Reject::new(RejectCode::UnmappedValue, field, message)
}

/// A text of a row as a value of the field's shape; an empty text is nothing.
fn scalar(field: Field, text: Cow<'_, str>) -> Result<Scalar<'_>, Reject> {
    let wrong =
        |right: &str| Err(unmapped(field.path(), format!("{} cannot be {}; give {right}", shown(&text), field.path())));
    if text.is_empty() {
        return Ok(Scalar::Absent);
    }
    match field.shape() {
        Shape::Text | Shape::Time | Shape::Json => Ok(Scalar::Text(text)),
        Shape::Integer => text.parse().map(Scalar::Integer).or_else(|_| wrong("a whole number")),
        Shape::Number => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Scalar::Number(number)),
            _ => wrong("a number"),
        },
        Shape::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "1" => Ok(Scalar::Bool(true)),
            "false" | "no" | "n" | "0" => Ok(Scalar::Bool(false)),
            _ => wrong("true or false, yes or no, 1 or 0"),
        },
    }
}

/// Rejects of people's identifiers lose their message, which may hold them.
fn discreet(field: Field, reject: Reject) -> Reject {
    match field {
        Field::Customer | Field::Agent => {
            unmapped(field.path(), format!("{} cannot be read from this row", field.path()))
        }
        _ => reject,
    }
}
