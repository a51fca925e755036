//! Contacts that belong to a window by another instant than their arrival.

use serde_json::json;

use super::kit::{CONTRACT, Home, windows};

const SERVICE: &str =
    "indicator: { ref: service_level, variant: SL-c, params: { T: 20s, shortAbandon: 5s, boundary: inclusive } }";

/// Good and all contacts of a month.
fn counted(home: &Home, month: &str) -> (f64, f64) {
    let contract = home.evaluated(&["--period", month, "--now", "2026-05-20T00:00:00Z"]);
    let [window] = windows(&contract) else { panic!("{contract}") };
    let counted = &window["closed"]["counted"];
    let number = |name: &str| counted[name].as_f64().unwrap_or_else(|| panic!("no {name} in {window}"));
    (number("good"), number("total"))
}

fn agree(home: &Home, indicator: &str) {
    let text = CONTRACT.replace("minSample: 300", "minSample: 1");
    assert!(text.contains(SERVICE), "{text}");
    // Surplus is told by arrival, and nothing is foreseen here.
    home.write("contracts/contract.yaml", &text.replace(SERVICE, indicator));
}

/// A call of the last seconds of March that was answered in April, in time, and one that was late before midnight.
#[test]
fn a_call_over_midnight_belongs_where_the_contract_says() {
    let mut home = Home::new();
    home.call("voice-fr", "2026-03-31T21:59:50Z".parse().expect("an instant"), 15, "access");
    home.call("voice-fr", "2026-03-31T21:59:30Z".parse().expect("an instant"), 45, "access");
    home.land();
    for (by, march, april) in [
        ("arrival", (1.0, 2.0), (0.0, 0.0)),
        ("outcome", (0.0, 0.0), (1.0, 2.0)),
        ("disconnect", (0.0, 0.0), (1.0, 2.0)),
        ("threshold_event", (0.0, 1.0), (1.0, 1.0)),
    ] {
        agree(&home, &SERVICE.replace("boundary", &format!("attribution: {by}, boundary")));
        assert_eq!((counted(&home, "2026-03"), counted(&home, "2026-04")), (march, april), "{by}");
    }
}

/// A case of March that was resolved in April is one of April where what is completed counts; what is never resolved is in no
/// month then.
#[test]
fn what_is_completed_counts_where_it_was_resolved() {
    let mut home = Home::new();
    for (offered, hours) in
        [("2026-03-30T10:00:00Z", Some(47)), ("2026-03-29T10:00:00Z", Some(71)), ("2026-03-28T10:00:00Z", None)]
    {
        home.resolved(offered.parse().expect("an instant"), hours.map(|hours: i64| hours * 3600));
    }
    home.land();
    let indicator = "indicator: { ref: durable_resolution, params: { within: 48h, boundary: inclusive } }";
    agree(&home, indicator);
    assert_eq!((counted(&home, "2026-03"), counted(&home, "2026-04")), ((1.0, 3.0), (0.0, 0.0)));
    agree(&home, &indicator.replace("boundary", "cohort: completed_in, boundary"));
    assert_eq!((counted(&home, "2026-03"), counted(&home, "2026-04")), ((0.0, 0.0), (1.0, 2.0)));
}

/// A claim drops the contacts that were offered in its time, also from the month in which they were answered.
#[test]
fn a_claim_drops_what_was_offered_before_the_window() {
    let mut home = Home::new();
    home.call("voice-fr", "2026-03-31T21:59:50Z".parse().expect("an instant"), 15, "access");
    home.call("voice-fr", "2026-03-31T21:59:30Z".parse().expect("an instant"), 45, "access");
    home.land();
    agree(&home, &SERVICE.replace("boundary", "attribution: outcome, boundary"));
    home.write(
        "contracts/claims.yaml",
        "apiVersion: vigie/v1\nkind: SlaClaims\nmetadata: { contract: north-atlas-care }\nclaims:\n  - id: outage-1\n    \
         exclusion: carrier-outage\n    from: 2026-03-31T21:59:00Z\n    to: 2026-03-31T21:59:40Z\n    evidence: report \
         4711\n    accepted: [ { party: provider, at: 2026-04-12T08:00:00Z }, { party: client, at: 2026-04-12T08:00:00Z } ]\n",
    );
    assert_eq!(counted(&home, "2026-04"), (1.0, 1.0), "the call of 21:59:30 is dropped");
}

/// What cannot be told is said, not counted otherwise.
#[test]
fn a_threshold_in_open_time_has_no_instant() {
    let mut home = Home::new();
    let network = super::kit::NETWORK.replace(
        "  - { name: moderation, channel: moderation, threshold: 15m }",
        "  - { name: moderation, channel: moderation, threshold: 15m, calendar: desk }",
    );
    let desk = "calendars: [ { name: desk, weekly: { monday: [ \"08:00-18:00\" ] } } ]\n";
    home.write("network.yaml", &format!("{network}{desk}"));
    home.calls("2026-03-02T07:00:00Z", 2, 0);
    home.land();
    agree(&home, &SERVICE.replace("boundary", "attribution: threshold_event, boundary"));
    assert_eq!(counted(&home, "2026-03"), (2.0, 2.0), "calls are told");
    let path = home.path("contracts/contract.yaml");
    let text = std::fs::read_to_string(&path).expect("a file").replace("lines: [ voice-fr ]", "lines: [ moderation ]");
    home.write("contracts/contract.yaml", &text);
    let contract = home.evaluated(&["--period", "2026-03", "--now", "2026-05-20T00:00:00Z"]);
    let window = &windows(&contract)[0];
    assert_eq!(window["state"], json!("not_counted"), "{window}");
    assert!(window["not_counted"]["en"].as_str().is_some_and(|why| why.contains("open time")), "{window}");
}
