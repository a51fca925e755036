//! Events as a sender writes them.

use contact::{Duration, Event, EventType, Instant};
use serde_json::{Map, Value, json};

/// An event as CloudEvents JSON. People are written as they stand.
pub(crate) fn wire(event: &Event) -> Value {
    json!({
        "specversion": "1.0",
        "id": event.identity.id,
        "source": event.identity.source,
        "type": format!("vigie.contact.{}.v1", event.kind),
        "subject": event.subject,
        "time": event.time.to_string(),
        "data": data(event),
    })
}

/// What goes into `data`; what is absent is left out.
fn data(event: &Event) -> Map<String, Value> {
    let mut data = Map::new();
    let mut put = |name: &str, value: Option<Value>| data.extend(value.map(|value| (name.to_owned(), value)));
    let text = |text: &Option<String>| text.clone().map(Value::from);
    let instant = |instant: Option<Instant>| instant.map(|instant| Value::from(instant.to_string()));
    let seconds = |length: Option<Duration>| length.map(|length| Value::from(length.as_seconds()));
    put("contact", event.contact.as_str().strip_prefix("*:").map(Value::from));
    put("revision", (event.revision > 0).then(|| event.revision.into()));
    put("started_at", instant(event.started_at));
    put("site", event.place.as_ref().map(|place| place.site.as_str().into()));
    put("queue", event.place.as_ref().map(|place| place.queue.as_str().into()));
    put("leg", event.place.as_ref().filter(|place| place.leg > 0).map(|place| place.leg.into()));
    put("channel", event.channel.map(|channel| channel.as_str().into()));
    put("direction", event.direction.map(|direction| direction.as_str().into()));
    let (known, people, details) = (&event.known, &event.people, &event.details);
    put("language", text(&known.language));
    put("priority", text(&known.priority));
    put("complaint", known.complaint.map(Value::from));
    put("recognised", known.recognised.map(Value::from));
    put("customer", text(&people.customer));
    put("agent", text(&people.agent));
    put("team", text(&people.team));
    let tells_cause = matches!(event.kind, EventType::Reopened | EventType::Closed | EventType::Cancelled);
    put("reason", text(if tells_cause { &details.cause } else { &known.reason }));
    put("by", text(&details.actor));
    put("to", text(&details.flowed_to));
    put("to_site", text(&details.to_site));
    put("to_queue", text(&details.to_queue));
    put("on", text(&details.waiting_on));
    put("slot", instant(details.slot));
    put("reached", details.reached.map(Value::from));
    put("decision", text(&details.decision));
    put("talk_s", seconds(details.talk));
    put("hold_s", seconds(details.hold));
    put("wrap_s", seconds(details.wrap));
    put("ended_by", text(&details.ended_by));
    put("resolution", text(&details.resolution));
    put("kind", text(&details.survey));
    put("score", details.score.map(Value::from));
    put("scale", text(&details.scale));
    put("form", text(&details.form));
    put("critical", text(&details.critical));
    put("evaluator", text(&details.evaluator));
    data
}
