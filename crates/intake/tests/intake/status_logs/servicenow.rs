//! The updates of a ServiceNow incident desk: a state, a group and the time of a resolution that may be refused.

use contact::{Event, EventType};

use super::{SERVICENOW, Told, by_contact, expected, export, has_whole_stays, kinds, told, with};
use crate::real::count;

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
