//! What a mapping makes of rows, to be read by whoever writes it.

use std::{collections::BTreeMap, fmt};

use contact::{Event, Reject};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Ground, Ledger, MappedRow, Mapping, RowOutcome, rows::Row};
use crate::{FileReader, IntakeError};

/// What one row becomes.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// Line on which the row begins, from 1.
    pub line: u64,
    /// The columns that the mapping names, as read; missing ones are left out.
    pub columns: BTreeMap<String, String>,
    /// The name under which it is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// Why it is rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Reject>,
    /// The events it becomes, people as pseudonyms.
    pub events: Vec<Value>,
}

impl fmt::Display for Explained {
    /// In words: one line for the row, one for each event.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(name) = &self.skipped {
            return write!(f, "skipped as {name:?}");
        }
        if let Some(reject) = &self.rejected {
            return write!(f, "rejected, {}: {}", reject.code, reject.message);
        }
        write!(f, "{} events", self.events.len())?;
        for event in &self.events {
            write!(f, "\n  {event}")?;
        }
        Ok(())
    }
}

impl Mapping {
    /// What the first `sample` rows of a file become. Files whose rows are not grouped are read no further.
    ///
    /// # Errors
    /// As [`Mapping::run`].
    pub fn explain(
        &self,
        reader: &mut FileReader,
        ground: &Ground<'_>,
        sample: usize,
    ) -> Result<(Vec<Explained>, Ledger), IntakeError> {
        let mut first: BTreeMap<u64, Explained> = BTreeMap::new();
        let mut sink = |row: Option<&Row>, mapped: MappedRow| {
            first.insert(mapped.line_no, self.explained(row, mapped));
            if first.len() > sample {
                first.pop_last();
            }
        };
        let ledger = if self.groups() {
            self.bind(reader)?.run_seeing(reader, ground, &mut sink)?
        } else {
            let bound = self.bind(reader)?;
            let mut ledger = Ledger::default();
            if let Some(chunk) = reader.next_chunk(sample)? {
                bound.map_rows(&chunk, ground, &mut ledger, &mut sink)?;
            }
            ledger
        };
        Ok((first.into_values().collect(), ledger))
    }

    fn explained(&self, row: Option<&Row>, mapped: MappedRow) -> Explained {
        let cell = |(slot, name): (usize, &String)| row?.cell(slot).map(|text| (name.clone(), text.to_owned()));
        let mut explained = Explained {
            line: mapped.line_no,
            columns: self.columns.iter().enumerate().filter_map(cell).collect(),
            skipped: None,
            rejected: None,
            events: Vec::new(),
        };
        match mapped.outcome {
            RowOutcome::Mapped(events) => {
                explained.events = events.iter().map(|parsed| in_json(&parsed.event)).collect();
            }
            RowOutcome::Skipped(name) => explained.skipped = Some(name),
            RowOutcome::Rejected { rejected, .. } => explained.rejected = Some(rejected.reject),
        }
        explained
    }
}

/// An event as JSON, flat, what is absent left out.
fn in_json(event: &Event) -> Value {
    let mut json = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            json.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.clone().map(Value::from);
    let seconds = |length: Option<contact::Duration>| length.map(|length| length.as_seconds().into());
    put("type", Some(event.kind.as_str().into()));
    put("id", Some(event.identity.id.clone().into()));
    put("provider", Some(event.identity.provider.as_str().into()));
    put("source", Some(event.identity.source.clone().into()));
    put("contact", Some(event.contact.as_str().into()));
    put("time", Some(event.time.to_string().into()));
    put("started_at", event.started_at.map(|at| at.to_string().into()));
    put("site", event.place.as_ref().map(|place| place.site.as_str().into()));
    put("queue", event.place.as_ref().map(|place| place.queue.as_str().into()));
    put("leg", event.place.as_ref().map(|place| place.leg.into()));
    put("channel", event.channel.map(|channel| channel.as_str().into()));
    put("direction", event.direction.map(|direction| direction.as_str().into()));
    put("reason", text(&event.known.reason));
    put("language", text(&event.known.language));
    put("priority", text(&event.known.priority));
    put("complaint", event.known.complaint.map(Value::from));
    put("recognised", event.known.recognised.map(Value::from));
    put("customer", text(&event.people.customer));
    put("agent", text(&event.people.agent));
    put("team", text(&event.people.team));
    let details = &event.details;
    put("by", text(&details.actor));
    put("to", text(&details.flowed_to));
    put("to_site", text(&details.to_site));
    put("to_queue", text(&details.to_queue));
    put("on", text(&details.waiting_on));
    put("slot", details.slot.map(|slot| slot.to_string().into()));
    put("reached", details.reached.map(Value::from));
    put("decision", text(&details.decision));
    put("talk_s", seconds(details.talk));
    put("hold_s", seconds(details.hold));
    put("wrap_s", seconds(details.wrap));
    put("ended_by", text(&details.ended_by));
    put("resolution", text(&details.resolution));
    put("cause", text(&details.cause));
    put("kind", text(&details.survey));
    put("score", details.score.map(Value::from));
    put("scale", text(&details.scale));
    put("form", text(&details.form));
    put("critical", text(&details.critical));
    put("evaluator", text(&details.evaluator));
    Value::Object(json)
}
