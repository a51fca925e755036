//! What a desk answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use alert::{AlertFilter, Change, Desk};

use super::{clear, fire};
use crate::support::{Memory, at, desk, minutes, paris, plain_rule, queue, settings};

#[test]
fn the_feed_goes_on_from_any_place() {
    let ledger = Memory::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let on_notice = {
        let told = Arc::clone(&told);
        Arc::new(move |newest: i64| told.lock().expect("one thread").push(newest))
    };
    let desk = Desk::open(Arc::clone(&ledger), settings(Vec::new()).on_notice(on_notice)).expect("opened");
    fire(&desk, &["a", "b"], 0);
    fire(&desk, &["a", "b"], 30);
    clear(&desk, &["a"], 60);
    clear(&desk, &["a"], 700);
    let all = desk.feed(0, 100).expect("a store");
    let changes: Vec<_> = all.iter().map(|one| one.notice.change).collect();
    assert_eq!(changes, [Change::Fired, Change::Fired, Change::Resolved]);
    assert!(all.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    assert_eq!(*told.lock().expect("one thread"), [all[1].seq, all[2].seq], "once for each pass with news");
    assert_eq!(desk.newest().expect("a store"), all[2].seq);
    assert_eq!(desk.feed(all[0].seq, 1).expect("a store"), all[1..2]);
    assert!(desk.feed(all[2].seq, 100).expect("a store").is_empty());
    assert_eq!(all[0].notice.text.len(), 2, "in both languages");
}

#[test]
fn what_is_asked_for_is_listed() {
    let ledger = Memory::new();
    let desk = desk(&ledger, Vec::new());
    fire(&desk, &["a"], 0);
    fire(&desk, &["b"], 100);
    clear(&desk, &["a"], 200);
    clear(&desk, &["a"], 800);
    let ids = |filter| -> Vec<String> {
        let alerts = desk.alerts(&filter, 10).expect("a store");
        alerts.iter().map(|alert| alert.subject.get("queue").expect("a queue").to_owned()).collect()
    };
    assert_eq!(ids(AlertFilter::default()), ["b", "a"]);
    assert_eq!(ids(AlertFilter { firing: true, ..AlertFilter::default() }), ["b"]);
    assert_eq!(ids(AlertFilter { from: Some(at(801)), ..AlertFilter::default() }), ["b"]);
    assert_eq!(ids(AlertFilter { from: Some(at(800)), ..AlertFilter::default() }), ["b", "a"]);
    assert_eq!(ids(AlertFilter { to: Some(at(100)), ..AlertFilter::default() }), ["a"]);
    assert!(ids(AlertFilter { kind: Some(alert::Kind::Data), ..AlertFilter::default() }).is_empty());
    let labels = |pairs: &[(&str, &str)]| AlertFilter {
        labels: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..AlertFilter::default()
    };
    assert_eq!(ids(labels(&[("queue", "a"), ("site", "tunis")])), ["a"]);
    assert!(ids(labels(&[("queue", "a"), ("site", "lyon")])).is_empty());
    assert!(ids(labels(&[("provider", "atlas")])).is_empty(), "what has no such label is not of it");
    assert_eq!(ids(AlertFilter { rule: Some("plain".to_owned()), ..AlertFilter::default() }), ["b", "a"]);
    assert!(ids(AlertFilter { rule: Some("burn".to_owned()), ..AlertFilter::default() }).is_empty());
    let newest = desk.alerts(&AlertFilter::default(), 1).expect("a store").remove(0);
    let after = AlertFilter { after: Some((newest.fired_at, newest.id)), ..AlertFilter::default() };
    assert_eq!(ids(after), ["a"], "the next page begins after the last of this one");
}

#[test]
fn what_is_pending_is_shown() {
    let rules = vec![plain_rule().pending(minutes(5))];
    let settings = alert::Settings::new(rules, Vec::new(), paris()).expect("settings").calendars(BTreeMap::new());
    let desk = Desk::open(Memory::new(), settings).expect("opened");
    assert!(fire(&desk, &["voice"], 0).is_empty());
    assert_eq!(desk.pending().expect("a store"), [("plain".to_owned(), queue("voice"), at(0))]);
    assert_eq!(fire(&desk, &["voice"], 300).len(), 1);
    assert!(desk.pending().expect("a store").is_empty());
}
