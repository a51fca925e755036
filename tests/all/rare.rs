//! Histories written by hand, for what random ones meet too seldom.

use contact::{ContactKey, Event, EventType, Identity, Instant, Place, ProviderId, QueueId, SiteId};
use tests::{histories::Case, oracle::Received};

const SECOND_US: i64 = 1_000_000;

/// An event of one contact at one place, `at` seconds after the contact began, as one line of a table.
struct Line {
    provider: &'static str,
    source: &'static str,
    id: &'static str,
    revision: u32,
    kind: EventType,
    at: i64,
    site: &'static str,
    reason: Option<&'static str>,
    /// Seconds after the start that are promised for a call.
    slot: Option<i64>,
    reached: Option<bool>,
}

const LINE: Line = Line {
    provider: "north",
    source: "/acd",
    id: "e",
    revision: 0,
    kind: EventType::Offered,
    at: 0,
    site: "lille",
    reason: None,
    slot: None,
    reached: None,
};

/// Cases under the network and the question of `like`, judged at the end of all days unless a history says otherwise.
pub(crate) fn rare_cases(like: &Case) -> Vec<Case> {
    let forever = Instant::FOREVER;
    vec![
        case(like, forever, &equal_times_from_two_sources()),
        case(like, forever, &equal_times_from_two_providers()),
        case(like, forever, &reopened_twice()),
        case(like, forever, &asked_for_and_reached_twice()),
        case(like, start().plus_micros(60 * SECOND_US), &corrected_to_a_later_time()),
        case(like, forever, &a_message_corrected()),
        case(like, start().plus_micros(60 * SECOND_US), &written_later()),
        case(like, forever, &one_id_from_two_sources()),
        case(like, forever, &published_twice()),
    ]
}

fn equal_times_from_two_sources() -> Vec<Line> {
    vec![
        Line { ..LINE },
        Line { kind: EventType::Answered, id: "y", source: "/acd", at: 9, ..LINE },
        Line { kind: EventType::Abandoned, id: "x", source: "/ivr", at: 9, ..LINE },
    ]
}

fn equal_times_from_two_providers() -> Vec<Line> {
    vec![
        Line { reason: Some("refund"), ..LINE },
        Line { provider: "south", site: "dakar", reason: Some("delivery"), ..LINE },
        Line { id: "later", at: 30, site: "evry", ..LINE },
    ]
}

fn reopened_twice() -> Vec<Line> {
    vec![
        Line { ..LINE },
        Line { kind: EventType::Resolved, id: "r", at: 60, ..LINE },
        Line { kind: EventType::Reopened, id: "o1", at: 120, ..LINE },
        Line { kind: EventType::Reopened, id: "o2", at: 180, ..LINE },
    ]
}

fn asked_for_and_reached_twice() -> Vec<Line> {
    vec![
        Line { ..LINE },
        Line { kind: EventType::CallbackRequested, id: "q1", at: 10, slot: Some(600), ..LINE },
        Line { kind: EventType::CallbackRequested, id: "q2", at: 20, slot: Some(900), ..LINE },
        Line { kind: EventType::Dialled, id: "d1", at: 700, reached: Some(true), ..LINE },
        Line { kind: EventType::Dialled, id: "d2", at: 800, reached: Some(true), ..LINE },
    ]
}

fn corrected_to_a_later_time() -> Vec<Line> {
    vec![
        Line { ..LINE },
        Line { kind: EventType::Answered, id: "a", at: 9, ..LINE },
        Line { kind: EventType::Answered, id: "a", at: 90, revision: 1, ..LINE },
    ]
}

/// A message that was first told with another time, and its reply.
fn a_message_corrected() -> Vec<Line> {
    vec![
        Line { ..LINE },
        Line { kind: EventType::Answered, id: "a", at: 9, ..LINE },
        Line { kind: EventType::CustomerWrote, id: "m", at: 60, ..LINE },
        Line { kind: EventType::CustomerWrote, id: "m", at: 90, revision: 1, ..LINE },
        Line { kind: EventType::Replied, id: "r", at: 120, ..LINE },
    ]
}

/// Messages after the first minute, one of which was told with a time within it before.
fn written_later() -> Vec<Line> {
    vec![
        Line { ..LINE },
        Line { kind: EventType::Answered, id: "a", at: 9, ..LINE },
        Line { kind: EventType::CustomerWrote, id: "m", at: 30, ..LINE },
        Line { kind: EventType::CustomerWrote, id: "m", at: 90, revision: 1, ..LINE },
        Line { kind: EventType::CustomerWrote, id: "n", at: 150, ..LINE },
    ]
}

fn one_id_from_two_sources() -> Vec<Line> {
    vec![
        Line { ..LINE },
        Line { kind: EventType::Answered, id: "a", at: 9, ..LINE },
        Line { kind: EventType::CustomerWrote, id: "m", source: "/mail", at: 60, ..LINE },
        Line { kind: EventType::Replied, id: "m", at: 120, ..LINE },
    ]
}

fn published_twice() -> Vec<Line> {
    vec![
        Line { ..LINE },
        Line { kind: EventType::Published, id: "p1", at: 20, ..LINE },
        Line { kind: EventType::Published, id: "p2", at: 30, ..LINE },
    ]
}

fn start() -> Instant {
    "2026-03-10T10:00:00Z".parse().expect("a time in RFC 3339")
}

/// A leg that is open when it is folded, and named by the reason `ping` once it has moved: two deliveries.
pub(crate) fn named_since_it_moved() -> [Vec<Received>; 2] {
    let reason = Some("ping");
    [vec![Line { ..LINE }], vec![Line { id: "later", kind: EventType::Waiting, at: 40, reason, ..LINE }]]
        .map(|lines| received(&lines))
}

fn received(lines: &[Line]) -> Vec<Received> {
    let received = lines.iter().map(|line| Received {
        event: event(line),
        started_at: start(),
        received_at: start().plus_micros(line.at * SECOND_US),
    });
    received.collect()
}

fn case(like: &Case, now: Instant, lines: &[Line]) -> Case {
    let mut case = Case { received: received(lines), as_of: Instant::FOREVER, ..like.clone() };
    case.query.now = now;
    case
}

/// Contacts of these histories are known to the whole brand, so that two providers can speak of one.
fn event(line: &Line) -> Event {
    let place = Place {
        site: SiteId::new(line.site).expect("a name"),
        queue: QueueId::new("hotline").expect("a name"),
        leg: 0,
    };
    let mut event = Event {
        identity: Identity {
            provider: ProviderId::new(line.provider).expect("a name"),
            source: line.source.to_owned(),
            id: line.id.to_owned(),
        },
        revision: line.revision,
        contact: ContactKey::of_brand("C-1"),
        subject: "C-1".to_owned(),
        kind: line.kind,
        time: start().plus_micros(line.at * SECOND_US),
        started_at: Some(start()),
        place: Some(place),
        channel: None,
        direction: None,
        known: contact::Known::default(),
        people: contact::People::default(),
        details: contact::Details::default(),
    };
    event.known.reason = line.reason.map(str::to_owned);
    event.details.slot = line.slot.map(|seconds| start().plus_micros(seconds * SECOND_US));
    event.details.reached = line.reached;
    event
}
