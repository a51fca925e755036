//! What becomes of an alert while it is open and afterwards: data that is late, people, restatements.

use alert::{Action, AlertFilter, Change, Desk, Remark, Subject, Verdict, conditions};

use super::{clear, courier, fire};
use crate::support::{Hands, Memory, at, desk, minutes, paris, plain_rule, queue, receiver, receiver_with};

/// A provider that falls silent raises an alert about data, and none of its promises is said to be broken.
#[test]
fn late_data_is_an_alert_about_data_and_never_a_breach() {
    let ledger = Memory::new();
    let rules = vec![conditions::feed_rule().expect("a rule"), plain_rule()];
    let settings = alert::Settings::new(rules, Vec::new(), paris()).expect("settings");
    let desk = Desk::open(ledger, settings).expect("opened");
    let provider = Subject::new([("provider", "atlas")]).expect("labels");
    for minute in 0..90 {
        let now = at(minute * 60);
        let deliveries =
            conditions::Deliveries { last: Some(at(0)), expected_since: at(-3600), cadence: minutes(15), hours: None };
        let feed = conditions::feed(&deliveries, "atlas", now);
        let is_late = feed.verdict != Verdict::CLEAR;
        let found = conditions::Found { verdict: Verdict::level(1), volume: None, evidence: feed.evidence.clone() };
        let promise = if is_late { found.undecided() } else { conditions::Found { verdict: Verdict::CLEAR, ..found } };
        let pass = vec![feed.of("feed", provider.clone(), now), promise.of("plain", queue("voice"), now)];
        desk.observe(pass, now).expect("observed");
    }
    let alerts = desk.alerts(&AlertFilter::default(), 10).expect("a store");
    assert_eq!(alerts.len(), 1);
    assert_eq!((alerts[0].kind, alerts[0].level_name.as_str()), (alert::Kind::Data, "silent"));
    let breaches = AlertFilter { kind: Some(alert::Kind::Breach), ..AlertFilter::default() };
    assert!(desk.alerts(&breaches, 10).expect("a store").is_empty());
    let (_, changes) = desk.alert(&alerts[0].id).expect("kept");
    let times: Vec<_> = changes.iter().map(|one| (one.notice.change, one.notice.at)).collect();
    assert_eq!(times, [(Change::Fired, at(16 * 60)), (Change::Worsened, at(61 * 60))]);
}

#[test]
fn what_people_add_is_kept_with_the_alert() {
    let ledger = Memory::new();
    let curious = receiver_with("curious", |receiver| receiver.remarks = true);
    let desk = desk(&ledger, vec![receiver("ops"), curious]);
    let hands = Hands::at(at(0));
    let id = fire(&desk, &["voice"], 0)[0].alert.id.clone();
    let remark = |by, text| Remark::new(by, text).expect("a remark");
    let taken = desk.act(&id, Action::Acknowledge(remark("Awa", "calling Tunis")), at(30)).expect("open");
    assert_eq!(
        taken.text[&alert::Lang::English],
        "Service level, queue voice, site tunis: taken on by Awa: calling Tunis"
    );
    desk.act(&id, Action::Annotate(remark("Luc", "")), at(40)).expect("kept");
    let (alert, changes) = desk.alert(&id).expect("kept");
    assert!(alert.is_acknowledged());
    let changes: Vec<_> = changes.iter().map(|one| one.notice.change).collect();
    assert_eq!(changes, [Change::Fired, Change::Acknowledged, Change::Annotated]);
    let [(mut one, ops), (mut other, curious)] = ["ops", "curious"].map(|name| courier(&ledger, name, &hands));
    hands.set(at(60));
    one.pass().expect("a store");
    other.pass().expect("a store");
    assert_eq!((ops.heard().len(), curious.heard().len()), (1, 3));
    assert!(Remark::new("", "x").is_err());
    let long = Remark::new("Awa", &"x".repeat(2001)).expect_err("too long").to_string();
    assert!(long.contains("2,000 characters") && long.chars().count() < 200, "it is not said again whole: {long}");
    assert!(desk.act(&"nothing".into(), Action::Retract, at(50)).is_err());
}

/// P32: else a provider would stay accused of a breach that late data has refuted.
#[test]
fn a_restatement_that_removes_a_breach_is_told() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("ops")]);
    let hands = Hands::at(at(0));
    let (mut courier, ear) = courier(&ledger, "ops", &hands);
    let id = fire(&desk, &["voice"], 0)[0].alert.id.clone();
    clear(&desk, &["voice"], 60);
    clear(&desk, &["voice"], 700);
    let withdrawn = desk.act(&id, Action::Retract, at(86_400)).expect("withdrawn");
    assert_eq!(withdrawn.alert.closed, Some(Change::Resolved));
    assert!(withdrawn.text[&alert::Lang::English].contains("did not happen"), "{:?}", withdrawn.text);
    hands.set(at(86_400));
    courier.pass().expect("a store");
    let told: Vec<_> = ear.heard().concat().into_iter().map(|(_, change)| change).collect();
    assert_eq!(told, [Change::Fired, Change::Resolved, Change::Retracted]);
    assert!(desk.act(&id, Action::Retract, at(86_500)).is_err(), "once");
}

#[test]
fn what_is_no_longer_watched_ends() {
    let ledger = Memory::new();
    let desk = desk(&ledger, Vec::new());
    fire(&desk, &["a", "b"], 0);
    let gone = vec![("plain".to_owned(), queue("a")), ("plain".to_owned(), queue("never seen"))];
    let ended = desk.unwatch(gone, at(10)).expect("a store");
    assert_eq!((ended.len(), ended[0].change), (1, Change::Ended));
    assert_eq!(desk.alerts(&AlertFilter { firing: true, ..AlertFilter::default() }, 10).expect("a store").len(), 1);
}
