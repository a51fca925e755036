//! Status logs: rows that say what a case has become. What a row means hangs on the rows beside it.

mod servicenow;
mod volvo;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Cursor, Read},
};

use contact::{Event, EventType, Network};
use flate2::read::GzDecoder;
use intake::{FileReader, Ground, Ledger, Mapping, RowOutcome};

use crate::{
    common::{Chance, World},
    real::{data, root},
};

#[derive(Default)]
struct Told {
    events: Vec<Event>,
    rejects: Vec<String>,
    ledger: Ledger,
}

/// Maps an export; `held` is how many bytes of rows may be held.
fn told(folder: &str, export: &[u8], held: Option<usize>) -> Told {
    let text = |name: &str| {
        fs::read_to_string(root().join("tests/real").join(folder).join(name)).expect("a file of this workspace")
    };
    let network = Network::parse(&text("network.yaml")).expect("a valid network");
    let mapping = Mapping::parse(&text("mapping.yaml")).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let world = World::new();
    let ground = Ground { network: &network, keys: &world.keys, now: world.now, operator: None };
    let mut reader =
        FileReader::open("export.csv", Cursor::new(export.to_vec()), mapping.framing()).expect("a readable file");
    let bound = mapping.bind(&mut reader).expect("the columns are there");
    let bound = if let Some(bytes) = held { bound.holding(bytes) } else { bound };
    let mut told = Told::default();
    told.ledger = bound
        .run(&mut reader, &ground, &mut |row| match row.outcome {
            RowOutcome::Mapped(events) => told.events.extend(events.into_iter().map(|parsed| parsed.event)),
            RowOutcome::Rejected { rejected, .. } => {
                told.rejects.push(format!("{}: {}", row.line_no, rejected.reject.message));
            }
            RowOutcome::Skipped(_) => {}
        })
        .expect("a readable file");
    told
}

fn export(path: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    data(path)?.read_to_end(&mut bytes).expect("readable");
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).expect("gzip");
        return Some(plain);
    }
    Some(bytes)
}

const VOLVO: &str = "bpi2013-volvo/incidents-even.csv";
const SERVICENOW: &str = "uci-servicenow-incidents/incidents-opened-2016-04.csv.gz";

/// The events of each contact.
fn by_contact(events: &[Event]) -> BTreeMap<&str, Vec<&Event>> {
    let mut contacts: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        contacts.entry(event.contact.as_str()).or_default().push(event);
    }
    contacts
}

/// How many contacts have more than one of something.
fn several<'e, T: Ord>(events: &'e [Event], what: impl Fn(&'e Event) -> Option<T>) -> usize {
    let contacts = by_contact(events).into_values();
    contacts.filter(|told| told.iter().filter_map(|event| what(event)).collect::<BTreeSet<T>>().len() > 1).count()
}

fn with(events: &[Event], kind: EventType) -> usize {
    by_contact(events).into_values().filter(|told| told.iter().any(|event| event.kind == kind)).count()
}

/// What is known of each stay, by type of event.
fn stays(events: &[Event]) -> Vec<BTreeMap<EventType, Vec<&Event>>> {
    let mut stays: BTreeMap<_, BTreeMap<EventType, Vec<&Event>>> = BTreeMap::new();
    for event in events.iter().filter(|event| !event.kind.is_contact_level()) {
        let place = event.place.as_ref().expect("a leg event");
        let key =
            (event.contact.as_str(), &event.identity.provider, place.site.as_str(), place.queue.as_str(), place.leg);
        stays.entry(key).or_default().entry(event.kind).or_default().push(event);
    }
    stays.into_values().collect()
}

/// Each stay begins once, and is answered or goes on once: nothing is counted as an anomaly, nobody waits for ever.
fn has_whole_stays(events: &[Event], still_open: usize) {
    let stays = stays(events);
    let number = |stay: &BTreeMap<EventType, Vec<&Event>>, kind| stay.get(&kind).map_or(0, Vec::len);
    let mut open = 0;
    for stay in &stays {
        assert_eq!(number(stay, EventType::Offered), 1, "{stay:?}");
        let outcomes = number(stay, EventType::Answered) + number(stay, EventType::FlowedOut);
        assert!(outcomes <= 1, "{stay:?}");
        open += 1 - outcomes;
    }
    assert_eq!(open, still_open);
}

/// Pauses of the contacts of a log: each end follows a beginning of the same stay, in the order of time and id.
fn pauses(events: &[Event]) -> (usize, usize) {
    let (mut ended, mut open) = (0, 0);
    for stay in stays(events) {
        let kinds = [EventType::Waiting, EventType::Resumed];
        let mut told: Vec<&Event> = kinds.iter().filter_map(|kind| stay.get(kind)).flatten().copied().collect();
        told.sort_by_key(|event| (event.time, &event.identity.id));
        let mut paused = false;
        for event in told {
            ended += usize::from(paused && event.kind == EventType::Resumed);
            paused = event.kind == EventType::Waiting;
        }
        open += usize::from(paused);
    }
    (ended, open)
}

fn kinds(told: &Told) -> Vec<(&'static str, String, u32, String)> {
    let mut events: Vec<&Event> = told.events.iter().collect();
    events.sort_by_key(|event| (event.time, &event.identity.id));
    let place = |event: &Event| event.place.as_ref().map(|place| (place.queue.to_string(), place.leg));
    let one = |event: &Event| {
        let (queue, leg) = place(event).unwrap_or_default();
        (event.kind.as_str(), queue, leg, event.time.to_string()[14..16].to_owned())
    };
    events.into_iter().map(one).collect()
}

fn expected(list: &[(&'static str, &str, u32, &str)]) -> Vec<(&'static str, String, u32, String)> {
    list.iter().map(|(kind, queue, leg, at)| (*kind, (*queue).to_owned(), *leg, (*at).to_owned())).collect()
}

/// Events by identity, and nothing else: what a lake makes of them hangs on no order.
fn as_a_set(told: &Told) -> BTreeMap<&str, i64> {
    told.events.iter().map(|event| (event.identity.id.as_str(), event.content_digest())).collect()
}

/// Exports are sorted by whatever the other system likes, and larger than memory.
#[test]
fn rows_in_any_order_and_too_many_to_be_held_make_the_same_events() {
    for (folder, path) in [("volvo", VOLVO), ("servicenow", SERVICENOW)] {
        let Some(rows) = export(path) else { return };
        let whole = told(folder, &rows, None);
        let text = String::from_utf8(rows).expect("UTF-8");
        let mut lines = text.lines();
        let header = lines.next().expect("a header");
        let mut shuffled: Vec<&str> = lines.collect();
        let mut chance = Chance::new(7);
        for at in (1..shuffled.len()).rev() {
            let other = usize::try_from(chance.next() % (at as u64 + 1)).expect("an index");
            shuffled.swap(at, other);
        }
        let text = format!("{header}\n{}\n", shuffled.join("\n"));
        // Held at once, put aside once, put aside twice.
        for held in [None, Some(1 << 20), Some(10_000)] {
            let again = told(folder, text.as_bytes(), held);
            assert_eq!(again.ledger, whole.ledger, "{folder}, {held:?}");
            assert!(as_a_set(&again) == as_a_set(&whole), "{folder}, {held:?}: other events");
        }
    }
}
