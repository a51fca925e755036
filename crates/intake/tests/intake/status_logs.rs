//! Status logs: rows that say what a case has become. What a row means hangs on the rows beside it.

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
    real::{count, data, root},
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

#[test]
fn volvos_incidents_are_what_their_readme_says() {
    let Some(rows) = export(VOLVO) else { return };
    let Told { events, rejects, ledger } = told("volvo", &rows, None);
    assert_eq!((rejects.len(), ledger.rows_read), (0, 32_277));
    assert!(ledger.balances() && ledger.skipped.keys().all(|name| name.starts_with("no event: ")), "{ledger:?}");
    assert_eq!(by_contact(&events).len(), 3_777);
    assert_eq!(several(&events, |event| Some(&event.identity.provider)), 1_016);
    assert_eq!(several(&events, |event| event.people.team.as_deref()), 1_902);
    assert_eq!(with(&events, EventType::Reopened), 183);
    assert_eq!(with(&events, EventType::Cancelled), 1);
    has_whole_stays(&events, 0);
    let sites: BTreeSet<&str> = events.iter().filter_map(|event| Some(event.place.as_ref()?.site.as_str())).collect();
    assert!(sites.contains("Org line C/se") && sites.contains("Org line A2/unknown"), "{sites:?}");
    assert!(sites.iter().all(|site| !site.ends_with("/SE") && !site.ends_with("/0")), "{sites:?}");
}

#[test]
fn volvos_clock_is_paused_while_a_case_waits_for_somebody_else() {
    let Some(rows) = export(VOLVO) else { return };
    let Told { events, .. } = told("volvo", &rows, None);
    // The log's own last word: one case ends in `Accepted/Wait - User`.
    assert_eq!(pauses(&events), (2_780, 1));
    let waiting = events.iter().filter(|event| event.kind == EventType::Waiting);
    let on: BTreeSet<Option<&str>> = waiting.map(|event| event.details.waiting_on.as_deref()).collect();
    let expected = [None, Some("customer"), Some("implementation"), Some("user"), Some("vendor")];
    assert_eq!(on.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn servicenows_incidents_are_what_an_independent_script_counted() {
    let Some(rows) = export(SERVICENOW) else { return };
    let Told { events, rejects, ledger } = told("servicenow", &rows, None);
    assert_eq!((rejects.len(), ledger.rows_read), (0, 41_691));
    let contacts = by_contact(&events);
    assert_eq!(contacts.len(), 7_934);
    assert_eq!(with(&events, EventType::Reopened), 69);
    has_whole_stays(&events, 0);
    let resolution = |told: Vec<&Event>| {
        let last = told.iter().filter(|event| event.kind == EventType::Resolved).map(|event| event.time).max()?;
        let first = told.iter().filter(|event| event.kind == EventType::Offered).map(|event| event.time).min()?;
        Some(last.micros_since(first) / 60_000_000)
    };
    let mut minutes: Vec<i64> = contacts.into_values().filter_map(resolution).collect();
    minutes.sort_unstable();
    assert_eq!(minutes.len(), 7_487);
    assert_eq!([50, 90].map(|rank| minutes[(rank * minutes.len()).div_ceil(100) - 1]), [260, 18_740]);
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

const COLUMNS: &str = "case:concept:name,time:timestamp,concept:name,lifecycle:transition,org:group,organization involved,\
    organization country,resource country,org:role,org:resource,impact,product\n";

/// A row of a case, some minutes after its beginning.
fn row(minute: u32, state: &str, team: &str, who: &str) -> String {
    let (main, sub) = state.split_once('/').expect("main/sub");
    format!("1-7,2012-05-01T10:{minute:02}:00+02:00,{main},{sub},{team},Org line C,se,Sweden,,{who},Low,PROD1\n")
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

/// A team that never had a case must not owe an answer for ever, and the system answers nobody.
#[test]
fn a_case_that_goes_on_untaken_has_left_the_queue() {
    let rows = [
        row(0, "Queued/Awaiting Assignment", "A", "Anna"),
        row(5, "Queued/Awaiting Assignment", "B", "Siebel"),
        row(10, "Accepted/Assigned", "B", "Siebel"),
        row(15, "Accepted/In Progress", "B", "Bo"),
        row(20, "Queued/Awaiting Assignment", "B", "Bo"),
        row(25, "Completed/Resolved", "B", "Bo"),
        row(30, "Completed/Closed", "C", "Siebel"),
    ];
    let told = told("volvo", format!("{COLUMNS}{}", rows.concat()).as_bytes(), None);
    let expected = expected(&[
        ("offered", "A", 0, "00"),
        ("flowed_out", "A", 0, "05"),
        ("offered", "B", 0, "05"),
        ("transferred", "A", 0, "05"),
        ("answered", "B", 0, "15"),
        ("offered", "B", 1, "20"),
        ("answered", "B", 1, "25"),
        ("resolved", "B", 1, "25"),
        ("closed", "C", 0, "30"),
    ]);
    assert_eq!(kinds(&told), expected);
    assert_eq!(told.ledger.skipped, BTreeMap::from([("no event: Accepted/Assigned".to_owned(), 1)]));
}

/// A resolution that did not last must not count, one that did must.
#[test]
fn a_case_that_was_solved_before_is_open_again_and_solved_again() {
    let rows = [
        row(0, "Accepted/In Progress", "A", "Anna"),
        row(5, "Completed/Resolved", "A", "Anna"),
        row(10, "Completed/In Call", "A", "Anna"),
        row(15, "Completed/Closed", "A", "Siebel"),
        row(20, "Accepted/Wait - Vendor", "A", "Anna"),
        row(25, "Accepted/Wait - User", "A", "Anna"),
        row(30, "Completed/Closed", "A", "Anna"),
    ];
    let told = told("volvo", format!("{COLUMNS}{}", rows.concat()).as_bytes(), None);
    let expected = expected(&[
        ("answered", "A", 0, "00"),
        ("offered", "A", 0, "00"),
        ("resolved", "A", 0, "05"),
        ("reopened", "A", 0, "09"),
        ("resolved", "A", 0, "10"),
        ("closed", "A", 0, "15"),
        ("answered", "A", 1, "20"),
        ("offered", "A", 1, "20"),
        ("reopened", "A", 1, "20"),
        ("waiting", "A", 1, "20"),
        ("waiting", "A", 1, "25"),
        ("closed", "A", 1, "30"),
        ("resolved", "A", 1, "30"),
        ("resumed", "A", 1, "30"),
    ]);
    assert_eq!(kinds(&told), expected);
}

/// What nobody has read yet must be seen, not lost; and takes no other row with it.
#[test]
fn what_a_status_log_says_that_is_not_listed_is_rejected_by_its_name() {
    let rows = [
        row(0, "Accepted/In Progress", "A", "Anna"),
        row(5, "Accepted/Frozen", "A", "Anna"),
        row(10, "Accepted/In Progress", "B", "Anna").replace("Org line C", "Org line Z9"),
        row(15, "Completed/In Call", "A", "Anna"),
        row(20, "/", "A", "Anna"),
        row(25, "Completed/Closed", "", "Anna"),
    ];
    let told = told("volvo", format!("{COLUMNS}{}", rows.concat()).as_bytes(), None);
    assert_eq!((told.ledger.mapped, told.ledger.rejected), (2, 4));
    let mut rejects = told.rejects.clone();
    rejects.sort();
    let named = ["Accepted/Frozen", "Org line Z9", "no rule", "org:group"];
    for (line, (reject, name)) in rejects.iter().zip(named).enumerate() {
        let line = [3, 4, 6, 7][line];
        assert!(reject.starts_with(&format!("{line}: ")) && reject.contains(name), "{line}, {name}: {reject}");
    }
    assert_eq!(count(&told.events, EventType::Resolved), 1);
}

const UPDATES: &str = "number,incident_state,reopen_count,sys_mod_count,caller_id,opened_at,sys_updated_at,contact_type,\
    location,category,priority,assignment_group,assigned_to,closed_code,resolved_at\n";

fn update(state: &str, refused: u32, nth: u32, at: &str, group: &str, who: &str, resolved_at: &str) -> String {
    format!(
        "INC1,{state},{refused},{nth},Caller 1,1/4/2016 09:00,{at},Phone,?,Category 1,3 - Moderate,{group},{who},code 6,{resolved_at}\n"
    )
}

fn servicenow(rows: &[String]) -> Told {
    told("servicenow", format!("{UPDATES}{}", rows.concat()).as_bytes(), None)
}

/// A caller who refused a resolution must not be counted as served by it.
#[test]
fn an_incident_that_was_refused_has_both_its_resolutions() {
    let end = "3/4/2016 10:00";
    let rows = [
        // Several updates in a minute, not in their order.
        update("Active", 0, 2, "1/4/2016 10:00", "Group 1", "Ann", end),
        update("New", 0, 1, "1/4/2016 10:00", "?", "?", end),
        update("Resolved", 0, 3, "1/4/2016 11:00", "Group 1", "Ann", end),
        update("Active", 1, 4, "2/4/2016 12:30", "Group 1", "Ann", end),
        update("-100", 1, 5, "2/4/2016 13:00", "Group 1", "Ann", end),
        update("Resolved", 1, 6, end, "Group 1", "Ann", end),
        update("Closed", 1, 7, "8/4/2016 10:15", "Group 1", "Ann", end),
    ];
    let told = servicenow(&rows);
    let expected = expected(&[
        ("offered", "no group", 0, "00"),
        ("flowed_out", "no group", 0, "00"),
        ("transferred", "no group", 0, "00"),
        ("answered", "Group 1", 0, "00"),
        ("offered", "Group 1", 0, "00"),
        ("resolved", "Group 1", 0, "00"),
        ("reopened", "Group 1", 0, "30"),
        ("resolved", "Group 1", 0, "00"),
        ("closed", "Group 1", 0, "15"),
    ]);
    assert_eq!(kinds(&told), expected);
    assert_eq!(told.rejects, Vec::<String>::new());
    assert_eq!(told.ledger.skipped.keys().collect::<Vec<_>>(), ["no event: -100", "no event: Resolved"]);
    // The export of a day before: what it said of the resolution is replaced.
    let before = servicenow(&rows[..3].iter().map(|row| row.replace(end, "1/4/2016 11:00")).collect::<Vec<_>>());
    let last = |told: &Told| {
        let last = told.events.iter().find(|event| event.identity.id == "INC1-resolved").expect("resolved");
        (last.revision, last.time.to_string())
    };
    assert_eq!(last(&before), (3, "2016-04-01T11:00:00Z".to_owned()));
    assert_eq!(last(&told), (7, "2016-04-03T10:00:00Z".to_owned()));
}

/// `?` is not a time, and a state that is not known is not a state.
#[test]
fn an_incident_without_a_time_of_resolution_is_not_resolved() {
    let rows = [
        update("Active", 0, 0, "1/4/2016 09:00", "Group 1", "Ann", "?"),
        update("Closed", 0, 1, "6/4/2016 09:00", "Group 1", "Ann", "?"),
        update("Frozen", 0, 2, "6/4/2016 09:00", "Group 1", "Ann", "?"),
    ];
    let told = servicenow(&rows);
    assert_eq!((count(&told.events, EventType::Resolved), count(&told.events, EventType::Closed)), (0, 1));
    assert!(told.rejects.len() == 1 && told.rejects[0].contains("Frozen"), "{:?}", told.rejects);
}
