//! A month of a contract that ended missed: told once, with what it costs, and withdrawn when late calls undo it.

use std::{sync::Arc, time::Duration};

use contact::Instant;
use evaluation::FiledDocument;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::{Store, StoreOptions};

use super::support::{Home, NETWORK, SECOND_US, alerts, contract, event, eventually, send};
use crate::{
    equality::{engine, runtime},
    served::{Served, now},
};

/// 80 % by the month; a month below costs 0.1 × 0.5 × 0.4 of the invoice, were it binding.
const PROMISE: &str = "
  objectives:
    - name: promise
      class: critical
      indicator: {ref: service_level, params: {T: 20s}}
      levels: {expected: 0.8}
      timeWindow: [{duration: 1M}]
  commercial:
    currency: EUR
    atRisk: 0.1
    pools: {critical: 1.0}
    allocation: {promise: 0.5}
    bands: {promise: [{below: 0.8, credit: 0.4}]}
    mode: shadow
";

/// A contract that the lake has known for a hundred days, and what is watched.
fn filed_long_ago(home: &Home, now: Instant) {
    let long_ago = now.plus_micros(-100 * 86_400 * SECOND_US);
    let options = StoreOptions {
        purpose: "a test".to_owned(),
        network: Some(NETWORK.to_owned()),
        clock: Arc::new(move || long_ago),
        on_fatal: Arc::new(|error| panic!("the journal failed: {error}")),
    };
    let runtime = runtime();
    let store = runtime.block_on(Store::open(&home.lake(), engine(), options)).expect("a store");
    let document = FiledDocument { from: "contract.yaml".to_owned(), text: contract(PROMISE), accepted_at: None };
    assert_eq!(store.file_contracts(&[document]).expect("filed"), 1);
}

/// When this month began in Paris.
fn this_month(now: Instant) -> Instant {
    let paris = TimeZone::get("Europe/Paris").expect("bundled");
    let first = now.to_timestamp().to_zoned(paris.clone()).date().first_of_month();
    Instant::start_of_day(first, &paris).expect("within the calendar")
}

/// One result in all states.
fn result(server: &Served, is_it: impl Fn(&Value) -> bool) -> Option<Value> {
    eventually(Duration::from_mins(2), || alerts(server, "rule=result").into_iter().find(|alert| is_it(alert)))
}

#[test]
fn a_month_that_ended_missed_is_told_once_and_withdrawn_when_late_calls_undo_it() {
    let home = Home::new(NETWORK, "every: 1s\n");
    let now = now();
    filed_long_ago(&home, now);
    // In the last nine days of last month four calls a day were lost after half a minute.
    let this_month = this_month(now);
    let began = |call: i64| this_month.plus_micros(-(3_600 + 21_600 * call) * SECOND_US);
    let mut lost = event("lyon", "now", "offered", now, now);
    for call in 0..36 {
        let (began, name) = (began(call), format!("lost-{call}"));
        lost.push_str(&event("lyon", &name, "offered", began, began));
        lost.push_str(&event("lyon", &name, "abandoned", began, began.plus_micros(30 * SECOND_US)));
    }
    let server = home.start();
    send(&server, &lost);
    server.stop();

    // Results are looked at when the server starts.
    let server = home.start();
    let told = result(&server, |_| true).expect("last month is said to be missed");
    assert_eq!(
        told["subject"],
        json!({"contract": "coast-north", "objective": "promise", "period": "1M", "provider": "north"})
    );
    let figures = &told["evidence"]["figures"];
    assert_eq!((&told["level_name"], &figures["watch"]), (&json!("breached"), &json!("result")), "{told}");
    assert_eq!(figures["attained"], json!({"contacts": 36, "good": 0, "target": 0.8}), "{told}");
    assert_eq!(figures["short"], json!(29), "28.8 of 36 are 80 %: {told}");
    let credit = figures["cost"]["credit"].as_f64().expect("a share");
    assert!((credit - 0.02).abs() < 1e-12 && figures["cost"]["due"] == json!(false), "{told}");
    assert_eq!(alerts(&server, "rule=result").len(), 1, "the month before has no contacts");

    // The provider forgot most of its calls: five beside each one that was lost, all answered at once.
    let mut answered = String::new();
    for call in 0..36 {
        for nth in 1..=5 {
            let (began, name) = (began(call), format!("answered-{call}-{nth}"));
            answered.push_str(&event("lyon", &name, "offered", began, began));
            answered.push_str(&event("lyon", &name, "answered", began, began.plus_micros(5 * SECOND_US)));
        }
    }
    send(&server, &answered);
    server.stop();
    let server = home.start();
    let withdrawn = result(&server, |alert| !alert["retracted_at"].is_null()).expect("it is withdrawn");
    assert_eq!(withdrawn["id"], told["id"]);
    assert!(alerts(&server, "state=firing&rule=result").is_empty(), "nothing is held against the provider");
    server.stop();
}

/// Else nobody could say later by what an alert was raised.
#[test]
fn the_file_of_alerts_is_kept_with_the_instant_from_which_on_it_held() {
    let home = Home::new(NETWORK, "every: 2s\n");
    home.start().stop();
    home.start().stop();
    home.set_alerts("every: 3s\n");
    home.start().stop();
    let options = StoreOptions {
        purpose: "a test".to_owned(),
        network: None,
        clock: Arc::new(now),
        on_fatal: Arc::new(|error| panic!("the journal failed: {error}")),
    };
    let runtime = runtime();
    let store = runtime.block_on(Store::open(&home.lake(), engine(), options)).expect("a store");
    let files = store.alert_files().expect("a journal");
    let texts: Vec<&str> = files.iter().map(|file| file.text.as_str()).collect();
    assert_eq!(texts, ["every: 2s\n", "every: 3s\n"], "a text in force is not accepted again");
    assert!(files[0].accepted_at < files[1].accepted_at && files[0].hash != files[1].hash);
}
