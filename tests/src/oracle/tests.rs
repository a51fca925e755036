//! The oracle against expectations worked out by hand. Times are seconds after Monday 2026-03-02 09:00 in Paris.

mod contacts;
mod flows;
mod legs;
mod periods;
mod written;

use contact::{
    ContactKey, Details, Duration, Event, EventType, Identity, Instant, Known, Network, People, Place, ProviderId,
    QueueId, SiteId,
};
use jiff::tz::TimeZone;

use super::{Dimension, Leg, Query, Received, Row, fold, scorecard};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn at(seconds: i64) -> Instant {
    let start: Instant = "2026-03-02T08:00:00Z".parse().expect("time");
    start.plus_micros(seconds * 1_000_000)
}

/// An event of contact `C` at provider `north`, site `lyon`, queue `voice`, received when it happens.
fn event(id: &str, kind: EventType, seconds: i64) -> Received {
    let provider = ProviderId::new("north").expect("name");
    let place = Place { site: SiteId::new("lyon").expect("name"), queue: QueueId::new("voice").expect("name"), leg: 0 };
    let event = Event {
        contact: ContactKey::of_provider(&provider, "C"),
        identity: Identity { provider, source: "/acd".into(), id: id.into() },
        revision: 0,
        subject: "C".into(),
        kind,
        time: at(seconds),
        started_at: Some(at(0)),
        place: Some(place),
        channel: None,
        direction: None,
        known: Known::default(),
        people: People::default(),
        details: Details::default(),
    };
    Received { event, started_at: at(0), received_at: at(seconds) }
}

/// The event with something about it changed.
fn with(mut received: Received, change: impl FnOnce(&mut Event)) -> Received {
    change(&mut received.event);
    received
}

fn of_contact(received: Received, contact: &str) -> Received {
    with(received, |e| e.contact = ContactKey::of_provider(&e.identity.provider, contact))
}

fn in_queue(received: Received, queue: &str) -> Received {
    with(received, |e| e.place.as_mut().expect("place").queue = QueueId::new(queue).expect("name"))
}

/// All that is known for ever.
fn legs(events: &[Received]) -> Vec<Leg> {
    fold(events, Instant::FOREVER, Instant::FOREVER)
}

fn only_leg(events: &[Received]) -> Leg {
    let mut legs = legs(events);
    assert_eq!(legs.len(), 1, "{legs:#?}");
    legs.remove(0)
}

fn network(more: &str) -> Network {
    let text = format!("brand: b\nzone: Europe/Paris\nproviders: [{{name: north}}, {{name: south}}]\n{more}");
    Network::parse(&text).expect("valid network")
}

/// One line over the first 30 days.
fn query(now: i64) -> Query {
    Query {
        from: at(0),
        to: at(30 * DAY),
        zone: TimeZone::get("Europe/Paris").expect("zone"),
        by: [].into(),
        now: at(now),
        formula: None,
        threshold: None,
        counting: super::Counting::default(),
    }
}

/// The rows of these events, folded at the query's `now`.
fn rows(events: &[Received], network: &Network, query: &Query) -> Vec<Row> {
    scorecard(&fold(events, query.now, query.now), network, query)
}

fn only_row(events: &[Received], network: &Network, query: &Query) -> Row {
    let mut rows = rows(events, network, query);
    assert_eq!(rows.len(), 1, "{rows:#?}");
    rows.remove(0)
}

fn by_site(query: Query) -> Query {
    Query { by: [Dimension::Site].into(), ..query }
}

fn at_site(received: Received, site: &str) -> Received {
    with(received, |e| e.place.as_mut().expect("place").site = SiteId::new(site).expect("name"))
}

fn handled(received: Received, talk: u32, wrap: u32) -> Received {
    with(received, |e| {
        e.details.talk = Some(Duration::from_secs(talk));
        e.details.wrap = Some(Duration::from_secs(wrap));
    })
}
