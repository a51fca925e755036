//! Contacts of several legs, written by hand: each has a site of its own, so that each is a row of its own.

use contact::{
    ContactKey, Details, Duration, Event, EventType,
    EventType::{
        Abandoned, Answered, CallbackRequested, Closed, CustomerWrote, Decided, Dialled, Ended, FlowedOut, Offered,
        Published, Replied, Resumed, Transferred, Waiting,
    },
    Identity, Instant, Known, Network, People, Place, ProviderId, QueueId, SiteId,
    network::{CallbackCounts, OverflowCounts},
};
use jiff::tz::TimeZone;
use tests::{
    histories::Case,
    oracle::{Counting, Dimension, Query, Received},
};

const NETWORK: &str = "
brand: coast
zone: UTC
providers: [{name: north}, {name: south}]
discover: [site, queue]
queues:
  - {name: voice, threshold: 20s, overflow_counts_as: miss, callback_counts_as: answered_if_within, callback_within: 60s, callback_attempts: 2}
  - {name: back, threshold: 20s}
  - {name: mail, channel: email, threshold: 50s}
  - {name: review, channel: moderation, threshold: 50s}
exclude: [{name: lab, kind: test, when: {queue: [lab]}}]
";

const SECOND: i64 = 1_000_000;
const LATE: i64 = 30 * 86_400;

/// What happens, after so many seconds, in which queue; those of `back` lie at another provider.
type Line = (EventType, i64, &'static str, Details);

fn plain(kind: EventType, at: i64, queue: &'static str) -> Line {
    (kind, at, queue, Details::default())
}

fn to(at: i64, queue: &'static str, to: &str) -> Line {
    (FlowedOut, at, queue, Details { flowed_to: Some(to.to_owned()), ..Details::default() })
}

fn dial(at: i64, reached: bool) -> Line {
    (Dialled, at, "back", Details { reached: Some(reached), ..Details::default() })
}

fn ended(at: i64, queue: &'static str, talk: u32) -> Line {
    (Ended, at, queue, Details { talk: Some(Duration::from_secs(talk)), ..Details::default() })
}

/// Offered, and what comes of it.
fn leg(queue: &'static str, offered: i64, kind: EventType, at: i64) -> Vec<Line> {
    vec![plain(Offered, offered, queue), plain(kind, at, queue)]
}

/// Offered, and called for 5 s later; then what follows.
fn called(more: &[Line]) -> Vec<Line> {
    [vec![plain(Offered, 0, "voice"), plain(CallbackRequested, 5, "voice"), to(5, "voice", "callback")], more.to_vec()]
        .concat()
}

fn overflowed() -> Vec<Line> {
    [leg("voice", 0, FlowedOut, 15), leg("back", 20, Answered, 30)].concat()
}

/// A mail that goes to other people after 30 s, who answer after 100 s; beside it what the customer is asked meanwhile, and
/// what follows.
fn handed_on(more: &[Line]) -> Vec<Line> {
    [leg("mail", 0, FlowedOut, 30), leg("back", 30, Answered, 100), more.to_vec()].concat()
}

/// Pauses that overlap, one within another, and one without an end; turns and decisions at the second place.
fn written() -> Vec<Vec<Line>> {
    let paused = |queue, from, to| vec![plain(Waiting, from, queue), plain(Resumed, to, queue)];
    let needless = Details { cause: Some("no_reply_needed".to_owned()), ..Details::default() };
    let within = [vec![plain(Waiting, 10, "mail"), plain(CustomerWrote, 80, "mail")], paused("back", 45, 60)].concat();
    let endless = [vec![plain(Waiting, 10, "mail")], paused("back", 20, 30)].concat();
    let talk = [
        plain(CustomerWrote, 120, "back"),
        plain(Replied, 150, "back"),
        plain(CustomerWrote, 160, "back"),
        (Closed, 170, "back", needless),
    ];
    let reviewed = [
        leg("review", 0, FlowedOut, 10),
        vec![plain(Offered, 10, "back"), plain(Published, 20, "back"), plain(Decided, 30, "back")],
        vec![plain(Decided, 70, "review")],
    ];
    vec![
        handed_on(&[paused("mail", 10, 50), paused("back", 40, 70)].concat()),
        handed_on(&within),
        handed_on(&endless),
        handed_on(&talk),
        reviewed.concat(),
    ]
}

fn contacts() -> Vec<Vec<Line>> {
    let slot = Details { slot: Some(start().plus_micros(300 * SECOND)), ..Details::default() };
    let handed = |transferred: i64, answered: i64| {
        let voice =
            [leg("voice", 0, Answered, 5), vec![plain(Transferred, transferred, "voice"), ended(70, "voice", 10)]];
        let back = [leg("back", 50, Answered, answered), vec![plain(Transferred, 90, "back"), ended(95, "back", 20)]];
        [voice.concat(), back.concat()].concat()
    };
    vec![
        overflowed(),
        handed(50, 62),
        handed(50, 80),
        handed(62, 62),
        [leg("voice", 0, Abandoned, 10), leg("back", 12, FlowedOut, 30)].concat(),
        [leg("voice", 0, FlowedOut, 10), leg("back", 12, Abandoned, 30)].concat(),
        [leg("voice", 0, FlowedOut, 30), leg("back", 12, Abandoned, 30)].concat(),
        [leg("lab", 0, Answered, 1), leg("voice", 5, Answered, 10)].concat(),
        [leg("lab", 0, Answered, 1), leg("voice", 5, FlowedOut, 10), leg("back", 10, Answered, 12)].concat(),
        called(&[plain(Offered, 30, "back"), plain(Answered, 40, "back"), dial(50, true)]),
        called(&[plain(Offered, 30, "back"), plain(Answered, 40, "back"), dial(70, true)]),
        called(&[plain(Offered, 30, "back"), dial(50, false), dial(51, false)]),
        called(&[plain(Offered, 30, "back"), plain(Answered, 40, "back")]),
        called(&[(CallbackRequested, 6, "voice", slot), plain(Offered, 30, "back"), dial(340, true)]),
        [leg("voice", 20, Answered, 5), leg("back", 30, Answered, 35)].concat(),
        called(&[plain(Offered, 20, "back"), plain(FlowedOut, 30, "back")]),
    ]
}

/// The cases: all that is known late, with other agreements, at instants in between, and of a period that some contacts
/// came in before.
pub(crate) fn rare_flows() -> Vec<Case> {
    let counting = |overflow, callback| Counting { brand: false, overflow, callback };
    let open = vec![[leg("voice", 0, FlowedOut, 15), vec![plain(Offered, 16, "back")]].concat(), called(&[])];
    vec![
        case(&contacts(), 0, LATE, Counting::default()),
        case(&written(), 0, LATE, Counting::default()),
        case(&contacts(), 0, LATE, counting(Some(OverflowCounts::Neutral), Some(CallbackCounts::Miss))),
        case(&contacts(), 0, LATE, counting(Some(OverflowCounts::Excluded), Some(CallbackCounts::Neutral))),
        case(&open, 0, 20, Counting::default()),
        case(&open, 0, 25, Counting::default()),
        case(&open, 0, 61, Counting::default()),
        case(&contacts(), 10, LATE, Counting::default()),
    ]
}

fn start() -> Instant {
    "2026-03-10T10:00:00Z".parse().expect("a time in RFC 3339")
}

fn case(contacts: &[Vec<Line>], from: i64, now: i64, counting: Counting) -> Case {
    let received = contacts
        .iter()
        .enumerate()
        .flat_map(|(number, lines)| lines.iter().enumerate().map(move |(nth, line)| received(number, nth, line)));
    let at = |seconds: i64| start().plus_micros(seconds * SECOND);
    Case {
        network_text: NETWORK.to_owned(),
        network: Network::parse(NETWORK).expect("a network"),
        received: received.collect(),
        as_of: Instant::FOREVER,
        query: Query {
            from: at(from),
            to: at(86_400),
            zone: TimeZone::UTC,
            by: [Dimension::Site].into(),
            now: at(now),
            formula: None,
            threshold: None,
            counting,
        },
    }
}

fn received(number: usize, nth: usize, (kind, at, queue, details): &Line) -> Received {
    let away = *queue == "back";
    let (provider, site) = if away { ("south", format!("s{number}-away")) } else { ("north", format!("s{number}")) };
    let event = Event {
        identity: Identity {
            provider: ProviderId::new(provider).expect("a name"),
            source: "/acd".to_owned(),
            id: format!("e-{nth}"),
        },
        revision: 0,
        contact: ContactKey::of_brand(&format!("C-{number}")),
        subject: format!("C-{number}"),
        kind: *kind,
        time: start().plus_micros(at * SECOND),
        started_at: Some(start()),
        place: Some(Place {
            site: SiteId::new(&site).expect("a name"),
            queue: QueueId::new(queue).expect("a name"),
            leg: 0,
        }),
        channel: None,
        direction: None,
        known: Known::default(),
        people: People::default(),
        details: details.clone(),
    };
    Received { event, started_at: start(), received_at: start() }
}
