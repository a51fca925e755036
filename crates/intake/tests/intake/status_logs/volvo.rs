//! The status log of Volvo's incident desk: states with sub-states, teams, and a system that closes cases.

use std::collections::{BTreeMap, BTreeSet};

use contact::EventType;

use super::{Told, VOLVO, by_contact, expected, export, has_whole_stays, kinds, pauses, several, told, with};
use crate::real::count;

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

const COLUMNS: &str = "case:concept:name,time:timestamp,concept:name,lifecycle:transition,org:group,organization involved,\
    organization country,resource country,org:role,org:resource,impact,product\n";

/// A row of a case, some minutes after its beginning.
fn row(minute: u32, state: &str, team: &str, who: &str) -> String {
    let (main, sub) = state.split_once('/').expect("main/sub");
    format!("1-7,2012-05-01T10:{minute:02}:00+02:00,{main},{sub},{team},Org line C,se,Sweden,,{who},Low,PROD1\n")
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
