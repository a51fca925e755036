//! Public data, mapped by the files of `tests/real` of the workspace, gives the counts that its readers published.
//! The data lies in the folder `VIGIE_DATA`, else in `shared/data` beside the workspace; without it only the rows
//! written here are tried.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Cursor, Read},
    path::PathBuf,
};

use crate::common::World;
use contact::{ContactKey, Event, EventType, Instant, Network, ProviderId};
use intake::{FileReader, Ground, Ledger, Mapping, RowOutcome, Tally};

pub(crate) fn data(path: &str) -> Option<File> {
    let folder = std::env::var_os("VIGIE_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let file = File::open(folder.join(path)).ok();
    if file.is_none() {
        eprintln!("{path} is not there; set VIGIE_DATA to try it");
    }
    file
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Mapped {
    events: Vec<Event>,
    warnings: Tally,
    ledger: Ledger,
}

fn mapped(folder: &str, rows: impl Read + Send + 'static, operator: Option<&str>) -> Mapped {
    let text = |name: &str| {
        fs::read_to_string(root().join("tests/real").join(folder).join(name)).expect("a file of this workspace")
    };
    let network = Network::parse(&text("network.yaml")).expect("a valid network");
    let mapping = Mapping::parse(&text("mapping.yaml")).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let keys = World::new().keys;
    let operator = operator.map(|name| ProviderId::new(name).expect("name"));
    let ground = Ground { network: &network, keys: &keys, now: World::new().now, operator: operator.as_ref() };
    let mut reader = FileReader::open("export.txt", rows, mapping.framing()).expect("a readable file");
    let mut result = Mapped { events: Vec::new(), warnings: Tally::default(), ledger: Ledger::default() };
    result.ledger = mapping
        .run(&mut reader, &ground, &mut |row| match row.outcome {
            RowOutcome::Mapped(events) => events.into_iter().for_each(|parsed| {
                result.warnings.add(&parsed.warnings);
                result.events.push(parsed.event);
            }),
            RowOutcome::Rejected { rejected, .. } => panic!("line {}: {:?}", row.line_no, rejected.reject),
            RowOutcome::Skipped(_) => {}
        })
        .expect("a readable file");
    result
}

/// Legs folded as naively as possible: the earliest event of each type.
fn legs(events: &[Event]) -> BTreeMap<(ContactKey, String, u32), BTreeMap<EventType, Instant>> {
    let mut legs: BTreeMap<_, BTreeMap<EventType, Instant>> = BTreeMap::new();
    for event in events {
        let place = event.place.as_ref().expect("a leg event");
        let leg = legs.entry((event.contact.clone(), place.queue.to_string(), place.leg)).or_default();
        let first = leg.entry(event.kind).or_insert(event.time);
        *first = event.time.min(*first);
    }
    legs
}

pub(crate) fn count(events: &[Event], kind: EventType) -> usize {
    events.iter().filter(|event| event.kind == kind).count()
}

#[test]
fn the_banks_february_gives_its_published_counts() {
    let Some(file) = data("anonymousbank-1999/february.txt") else { return };
    let Mapped { events, warnings, ledger } = mapped("anonymousbank", file, None);
    assert_eq!(ledger.rows_read, 33_344);
    assert_eq!(ledger.skipped, BTreeMap::from([("IVR hang-up".to_owned(), 1_941), ("phantom".to_owned(), 278)]));
    assert_eq!((ledger.mapped, ledger.rejected), (31_125, 0));
    let kinds = [EventType::Offered, EventType::Answered, EventType::Abandoned, EventType::Ended]
        .map(|kind| count(&events, kind));
    assert_eq!(kinds, [31_125, 27_162, 3_963, 27_162]);
    let legs = legs(&events);
    assert_eq!(legs.len(), 31_125);
    let waits: Vec<i64> = legs
        .values()
        .filter_map(|leg| Some(leg.get(&EventType::Answered)?.micros_since(leg[&EventType::Offered]) / 1_000_000))
        .collect();
    assert_eq!(waits.iter().filter(|wait| **wait <= 20).count(), 16_209);
    assert_eq!(waits.iter().filter(|wait| **wait <= 60).count(), 20_935);
    assert_eq!(waits.iter().sum::<i64>(), 1_107_512);
    let talk: i64 = events.iter().filter_map(|event| event.details.talk).map(contact::Duration::as_micros).sum();
    assert_eq!(talk, 4_790_100 * 1_000_000);
    assert!(
        legs.values().all(|leg| leg.values().all(|at| at.micros_since(leg[&EventType::Offered]) >= 0)),
        "nobody is answered before being offered"
    );
    let first: Instant = "1999-01-31T22:00:00Z".parse().expect("time");
    let last: Instant = "1999-02-28T23:00:00Z".parse().expect("time");
    assert!(events.iter().all(|event| first < event.time && event.time < last), "no call is a day off");
    let names: Vec<&String> = warnings.counts().keys().collect();
    assert!(names.iter().all(|name| *name == "before_start"), "{warnings:?}");
}

#[test]
fn a_real_queue_log_pairs_every_call() {
    let Some(file) = data("asterisk-queue-log/queue_log") else { return };
    let Mapped { events, warnings, ledger } = mapped("asterisk", file, Some("pbx"));
    assert_eq!((ledger.rows_read, ledger.mapped, ledger.rejected), (278, 48, 0));
    let skipped = [("CONFIGRELOAD", 7), ("QUEUESTART", 2), ("RINGNOANSWER", 221)];
    assert_eq!(ledger.skipped, skipped.map(|(name, count)| (name.to_owned(), count)).into());
    assert!(warnings.counts().is_empty(), "{warnings:?}");
    let legs = legs(&events);
    let with = |kind| legs.values().filter(|leg| leg.contains_key(&kind)).count();
    assert_eq!(legs.len(), 21);
    let kinds = [EventType::Offered, EventType::Answered, EventType::Abandoned, EventType::Ended].map(with);
    assert_eq!(kinds, [21, 8, 12, 7]);
    assert_eq!(legs.values().filter(|leg| leg.len() == 1).count(), 1, "one caller is still waiting");
}

fn asterisk(lines: &str) -> Mapped {
    mapped("asterisk", Cursor::new(lines.as_bytes().to_vec()), Some("pbx"))
}

fn told(events: &[Event]) -> Vec<(EventType, u32, Option<&str>)> {
    events
        .iter()
        .map(|event| {
            let extra = event.details.flowed_to.as_deref().or(event.details.ended_by.as_deref());
            (event.kind, event.place.as_ref().expect("a leg event").leg, extra)
        })
        .collect()
}

#[test]
fn a_call_that_enters_a_queue_again_has_a_second_leg() {
    use EventType as T;
    let Mapped { events, .. } = asterisk(
        "1266833920|pbx1-1266833905.2|9000|NONE|ENTERQUEUE||anonymous|1\n\
         1266833930|pbx1-1266833905.2|9000|NONE|EXITWITHTIMEOUT|1|1|10\n\
         1266833931|pbx1-1266833905.2|9001|NONE|ENTERQUEUE||0|1\n\
         1266833940|pbx1-1266833905.2|9001|NONE|EXITEMPTY|1|1|9\n\
         1266833950|pbx1-1266833905.2|9000|NONE|ENTERQUEUE||0|1\n\
         1266833955|pbx1-1266833905.2|9000|SIP/12|CONNECT|5|1266833952.9|3\n\
         1266833999|pbx1-1266833905.2|9000|SIP/12|BLINDTRANSFER|200|default|5|44|1\n",
    );
    let expected = [
        (T::Offered, 0, None),
        (T::FlowedOut, 0, Some("overflow")),
        (T::Offered, 0, None),
        (T::FlowedOut, 0, Some("closed")),
        (T::Offered, 1, None),
        (T::Answered, 1, None),
        (T::Transferred, 1, None),
        (T::Ended, 1, Some("transfer")),
    ];
    assert_eq!(told(&events), expected);
    assert_eq!(events[7].details.talk.map(contact::Duration::as_micros), Some(44_000_000));
    assert_eq!(events[0].started_at.map(|at| at.to_string()).as_deref(), Some("2010-02-22T10:18:25Z"));
}

#[test]
fn every_event_a_queue_log_can_hold_is_mapped_or_skipped_by_name() {
    let Mapped { events, ledger, .. } = asterisk(
        "1266833920|1266833905.2|9000|NONE|JOINEMPTY||\n\
         1266833921|1266833905.3|9000|NONE|FULL\n\
         1266833922|NONE|9000|SIP/12|ADDMEMBER|\n\
         1266833923|REALTIME|9000|SIP/12|PAUSE|lunch|\n\
         1266833924|1266833905.4|9000|NONE|MY CUSTOM EVENT|a|b|c|d|e|f|\n\
         1266833925|1266833905.4|9000|NONE|ENTERQUEUE||0|1\n\
         1266833930|1266833905.4|9000|SIP/12|CONNECT|5|x|3\n\
         1266833940|1266833905.4|9000|SIP/12|ATTENDEDTRANSFER|BRIDGE|x|5|10|1\n\
         1266833941|1266833905.5|9000|NONE|ENTERQUEUE||0|1\n\
         1266833951|1266833905.5|9000|NONE|EXITWITHKEY|1|1|1|10\n\
         1266833952|1266833905.6|9000|NONE|RINGCANCELED|2000\n",
    );
    assert_eq!((ledger.rejected, ledger.mapped), (0, 7));
    let skipped: Vec<&str> = ledger.skipped.keys().map(String::as_str).collect();
    assert_eq!(skipped, ["ADDMEMBER", "MY CUSTOM EVENT", "PAUSE", "RINGCANCELED"]);
    assert_eq!(count(&events, EventType::Offered), 4);
    assert_eq!(count(&events, EventType::FlowedOut), 3);
    assert_eq!(count(&events, EventType::Transferred), 1);
}
