//! Data that is not complete: what a provider declares and what was rejected, against what came.

use serde_json::{Value, json};

use super::kit::{CONTRACT, Home, money, windows};

const MARCH: [&str; 6] = ["--period", "2026-03", "--now", "2026-04-10T00:00:00Z", "--invoice", "100000.00"];

fn asking(on_shortfall: &str) -> String {
    let data = format!("  data: {{ completeness: {{ minShare: 0.99, onShortfall: {on_shortfall} }} }}\n  forecast:\n");
    CONTRACT.replace("  forecast:\n", &data)
}

fn declared(home: &Home, days: &str) {
    let head =
        "apiVersion: vigie/v1\nkind: SlaDelivery\nmetadata: { contract: north-atlas-care }\ndeclaredOn: 2026-04-01\n";
    home.write("contracts/delivery.yaml", &format!("{head}{days}\n"));
}

/// What is told of the one window: its state and data, and how much came of how much.
fn told(home: &Home) -> (Value, Value, [Option<u64>; 2]) {
    let window = windows(&home.evaluated(&MARCH))[0].clone();
    let came = ["received", "expected"].map(|name| window["completeness"][name].as_u64());
    (window["state"].clone(), window["data"]["data"].clone(), came)
}

/// Five calls of 405 that never came could all have been in time: the provider owes nothing until they are there. One more
/// of a hundred is within what the contract forgives.
#[test]
fn a_window_is_held_while_less_came_than_was_declared() {
    let mut home = Home::new();
    home.write("contracts/contract.yaml", &asking("hold"));
    home.calls("2026-03-02T07:00:00Z", 400, 90);
    home.land();
    assert_eq!(told(&home), (json!("breached"), json!("complete"), [Some(400), Some(400)]), "nothing is declared");
    declared(&home, "days: { 2026-03-02: 404 }");
    assert_eq!(told(&home), (json!("breached"), json!("complete"), [Some(400), Some(404)]), "99.01 % came");
    declared(&home, "days: { 2026-03-02: 405 }");
    let contract = home.evaluated(&MARCH);
    let window = &windows(&contract)[0];
    assert_eq!((&window["state"], &window["data"]["data"]), (&json!("held"), &json!("incomplete")), "{window}");
    assert_eq!(window["closed"]["because"], json!("incomplete_data"));
    let completeness = &window["completeness"];
    assert_eq!(
        (&completeness["short"], &completeness["declared_days"], &completeness["days"]),
        (&json!(true), &json!(1), &json!(31))
    );
    assert_eq!(money(&contract), (0, 0), "what is held costs nothing yet");
    let measured = completeness["measured_by"]["en"].as_str().expect("words");
    assert!(measured.contains("declares 1 of 31 days"), "{measured}");
}

/// 320 of 400 is the level itself; with five declared calls that count as misses, 324 of 405 would have been needed.
#[test]
fn what_did_not_come_is_a_miss_where_that_is_agreed() {
    let mut home = Home::new();
    home.write("contracts/contract.yaml", &asking("assume_miss"));
    home.calls("2026-03-02T07:00:00Z", 400, 80);
    home.land();
    assert_eq!(told(&home).0, json!("met"));
    declared(&home, "lines: { voice-fr: { 2026-03-02: 405 } }");
    let contract = home.evaluated(&MARCH);
    let closed = &windows(&contract)[0]["closed"];
    let counted = &closed["counted"];
    assert_eq!((counted["good"].as_f64(), counted["total"].as_f64()), (Some(320.0), Some(405.0)), "{closed}");
    assert_eq!((&closed["state"], &closed["margin"], money(&contract).0), (&json!("breached"), &json!(-4), 200_000));
}

/// Ten calls too many on one day are not the ten that are lacking of another.
#[test]
fn a_day_that_brought_more_makes_up_for_no_other() {
    let mut home = Home::new();
    home.write("contracts/contract.yaml", &asking("hold"));
    home.calls("2026-03-02T07:00:00Z", 210, 0);
    home.calls("2026-03-03T07:00:00Z", 190, 0);
    home.land();
    declared(&home, "days: { 2026-03-02: 200, 2026-03-03: 200 }");
    assert_eq!(told(&home), (json!("held"), json!("incomplete"), [Some(400), Some(410)]));
}

/// Calls that were told of a queue that nobody knows are calls: held until they are told right, and held again when what was
/// known before is asked.
#[test]
fn contacts_of_which_all_was_rejected_are_lacking_until_they_are_sent_right() {
    let mut home = Home::new();
    home.write("contracts/contract.yaml", &asking("hold"));
    home.calls("2026-03-02T07:00:00Z", 400, 90);
    home.land();
    let wrong = |home: &mut Home, queue: &str| {
        for minute in 0..5 {
            let at = format!("2026-03-05T07:0{minute}:00Z").parse().expect("an instant");
            home.call(queue, at, 20, "access");
        }
    };
    wrong(&mut home, "voice-rf");
    home.land_rejected();
    let contract = home.evaluated(&MARCH);
    let window = windows(&contract)[0].clone();
    assert_eq!((&window["state"], &window["completeness"]["rejected"]), (&json!("held"), &json!(5)), "{window}");
    assert_eq!((&window["completeness"]["received"], &window["completeness"]["expected"]), (&json!(400), &json!(405)));
    declared(&home, "days: { 2026-03-02: 400, 2026-03-05: 0 }");
    assert_eq!(told(&home).2, [Some(400), Some(400)], "what is declared is the provider's word");
    std::fs::remove_file(home.path("contracts/delivery.yaml")).expect("it was there");
    let before = contact::Instant::from(jiff::Timestamp::now()).to_string();
    home.again(5);
    wrong(&mut home, "voice-fr");
    home.land();
    assert_eq!(told(&home), (json!("breached"), json!("complete"), [Some(405), Some(405)]));
    let then = home.evaluated(&[&MARCH[..], &["--as-of", &before]].concat());
    assert_eq!(windows(&then)[0]["completeness"], window["completeness"]);
    assert_eq!(windows(&then)[0]["state"], json!("held"));
}

/// A mail that was rejected says nothing against calls.
#[test]
fn rejects_of_another_queue_hold_nothing() {
    let mut home = Home::new();
    home.write("contracts/contract.yaml", &asking("hold"));
    home.calls("2026-03-02T07:00:00Z", 400, 90);
    home.land();
    for second in 10..20 {
        let at = format!("2026-03-05T07:00:{second}Z").parse().expect("an instant");
        home.called_from("nowhere", "moderation", at);
    }
    home.land_rejected();
    assert_eq!(told(&home), (json!("breached"), json!("complete"), [Some(400), Some(400)]));
    for second in 10..20 {
        let at = format!("2026-03-05T07:01:{second}Z").parse().expect("an instant");
        home.called_from("nowhere", "voice-fr", at);
    }
    home.land_rejected();
    assert_eq!(told(&home), (json!("held"), json!("incomplete"), [Some(400), Some(410)]));
}

/// The figure of a whole window without what a claim drops: 20.2 s on average with the bad hour, 20 s without.
#[test]
fn a_claim_drops_contacts_from_a_figure_of_a_whole_window() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 80, 0);
    home.calls("2026-03-10T07:00:00Z", 20, 20);
    let objective = "  objectives:\n    - name: service\n      class: critical\n      indicator: { ref: wait_mean_s }\n      \
                     levels: { expected: 20s }\n      timeWindow: [ { duration: 1M } ]\n      minSample: 10\n";
    let (before, after) = CONTRACT.split_once("  objectives:\n").expect("objectives");
    let exclusions = &after[after.find("  exclusions:\n").expect("exclusions")..];
    let exclusions = &exclusions[..exclusions.find("  commercial:\n").expect("money")];
    home.write("contracts/contract.yaml", &format!("{before}{objective}{exclusions}"));
    home.land();
    let read = || {
        let closed = windows(&home.evaluated(&MARCH))[0]["closed"].clone();
        (closed["state"].clone(), closed["worst_reading"].as_u64())
    };
    assert_eq!(read(), (json!("breached"), Some(20_200_000)));
    let claims = |from: &str, to: &str| {
        let claim = format!(
            "apiVersion: vigie/v1\nkind: SlaClaims\nmetadata: {{ contract: north-atlas-care }}\nclaims:\n  - id: outage-1\n    \
             exclusion: carrier-outage\n    from: {from}\n    to: {to}\n    evidence: report 4711\n    accepted: [ {{ party: \
             provider, at: 2026-03-12T08:00:00Z }}, {{ party: client, at: 2026-03-12T08:00:00Z }} ]\n"
        );
        home.write("contracts/claims.yaml", &claim);
    };
    claims("2026-03-10T07:00:00Z", "2026-03-10T07:20:00Z");
    assert_eq!(read(), (json!("met"), Some(20_000_000)));
    // To the second: the last ten of the twenty stay.
    claims("2026-03-10T07:00:00Z", "2026-03-10T07:09:01Z");
    assert_eq!(read(), (json!("breached"), Some(20_111_111)), "80 × 20 s and 10 × 21 s");
}
