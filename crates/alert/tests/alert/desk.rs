//! What a desk keeps, whom it owes what, and what it answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use alert::{
    Action, AlertFilter, Change, Courier, Desk, Ledger, Message, Notice, Observation, Outcome, Receiver, Remark, Retry,
    Severity, Subject, Verdict, conditions,
};
use contact::{Instant, Network};

use crate::support::{
    Hands, Memory, at, by_site, desk, minutes, paris, plain_rule, queue, receiver, receiver_with, seen, settings,
    stepped_rule, time,
};

/// Keeps what it is told, and answers as it is asked to.
#[derive(Clone, Default)]
struct Ear {
    heard: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Mutex<Vec<Outcome>>>,
}

impl alert::Carrier for Ear {
    fn carry(&self, claimed: &alert::Claimed, _: Instant) -> alert::Attempt {
        self.heard.lock().expect("one thread").push(claimed.message.clone());
        let outcome = self.answers.lock().expect("one thread").pop().unwrap_or(Outcome::Taken);
        alert::Attempt { outcome, told: Vec::new() }
    }
}

impl Ear {
    /// What it has heard so far, as the changes of each message.
    fn heard(&self) -> Vec<Vec<(String, Change)>> {
        let about = |notice: &Notice| (notice.alert.subject.get("queue").unwrap_or("?").to_owned(), notice.change);
        let heard = self.heard.lock().expect("one thread");
        heard.iter().map(|message| message.notices.iter().map(about).collect()).collect()
    }
}

fn courier(ledger: &Arc<Memory>, name: &str, hands: &Hands) -> (Courier<Memory>, Ear) {
    let ear = Ear::default();
    (Courier::new(Arc::clone(ledger), name, Box::new(ear.clone()), Retry::default(), hands.clock()), ear)
}

fn fire(desk: &Desk<Memory>, names: &[&str], second: i64) -> Vec<Notice> {
    let pass = names.iter().map(|name| seen(&plain_rule(), queue(name), at(second), Verdict::level(1)));
    desk.observe(pass.collect(), at(second)).expect("observed")
}

fn clear(desk: &Desk<Memory>, names: &[&str], second: i64) -> Vec<Notice> {
    let pass = names.iter().map(|name| seen(&plain_rule(), queue(name), at(second), Verdict::CLEAR));
    desk.observe(pass.collect(), at(second)).expect("observed")
}

fn break_outbox(ledger: &Memory) {
    ledger.write(|db| Ok(db.execute_batch("ALTER TABLE alert_outbox RENAME TO away")?)).expect("renamed");
}

/// A1: else an alert could be shown that nobody is ever told, or told that is not kept.
#[test]
fn an_alert_and_the_messages_owed_for_it_are_kept_together_or_not_at_all() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("ops")]);
    break_outbox(&ledger);
    let pass = vec![seen(&plain_rule(), queue("voice"), at(0), Verdict::level(1))];
    assert!(desk.observe(pass.clone(), at(0)).is_err());
    assert!(desk.alerts(&AlertFilter::default(), 10).expect("a store").is_empty());
    assert_eq!(desk.newest().expect("a store"), 0);
    ledger.write(|db| Ok(db.execute_batch("ALTER TABLE away RENAME TO alert_outbox")?)).expect("renamed");
    let notices = desk.observe(pass, at(0)).expect("observed");
    assert_eq!(notices.len(), 1, "nothing of the first attempt was kept, so it fires now");
}

#[test]
fn a_restart_neither_forgets_nor_repeats() {
    let ledger = Memory::new();
    let first = desk(&ledger, vec![receiver("ops")]);
    let fired = fire(&first, &["voice"], 0);
    drop(first);
    let again = desk(&ledger, vec![receiver("ops")]);
    assert!(fire(&again, &["voice"], 60).is_empty());
    clear(&again, &["voice"], 120);
    let resolved = clear(&again, &["voice"], 720);
    assert_eq!((resolved[0].alert.id.clone(), resolved[0].change), (fired[0].alert.id.clone(), Change::Resolved));
    let once_more = self::desk(&ledger, vec![receiver("ops")]);
    assert!(clear(&once_more, &["voice"], 780).is_empty(), "it is over");
}

#[test]
fn tables_of_a_newer_program_are_left_alone() {
    let ledger = Memory::new();
    drop(desk(&ledger, Vec::new()));
    ledger.write(|db| Ok(db.execute_batch("UPDATE alert_version SET version = 99")?)).expect("updated");
    let refused = Desk::open(Arc::clone(&ledger), settings(Vec::new())).err().expect("refused");
    assert!(refused.to_string().contains("99"), "{refused}");
}

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
    assert!(Remark::new("", "x").is_err() && Remark::new("Awa", &"x".repeat(2001)).is_err());
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
fn alerts_of_a_site_are_told_together_and_in_order() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![by_site("ops")]);
    let hands = Hands::at(at(0));
    let (mut courier, ear) = courier(&ledger, "ops", &hands);
    fire(&desk, &["a", "b", "c"], 0);
    fire(&desk, &["d"], 5);
    assert_eq!(courier.pass().expect("a store"), Some(at(10)), "the first waits for others");
    hands.set(at(10));
    courier.pass().expect("a store");
    fire(&desk, &["e"], 12);
    hands.set(at(22));
    courier.pass().expect("a store");
    let names: Vec<Vec<String>> =
        ear.heard().into_iter().map(|message| message.into_iter().map(|(name, _)| name).collect()).collect();
    assert_eq!(names, [vec!["a", "b", "c", "d"], vec!["e"]]);
}

/// A message that was sent once must not change, or one id would be two messages.
#[test]
fn nothing_is_added_to_a_message_that_was_attempted() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![by_site("ops")]);
    let hands = Hands::at(at(10));
    let (mut courier, ear) = courier(&ledger, "ops", &hands);
    ear.answers.lock().expect("one thread").push(Outcome::Unanswered { error: "down".to_owned() });
    fire(&desk, &["a"], 0);
    let again = courier.pass().expect("a store").expect("owed");
    fire(&desk, &["b"], 11);
    hands.set(again.max(at(30)));
    courier.pass().expect("a store");
    let heard = ear.heard.lock().expect("one thread").clone();
    assert_eq!(heard.len(), 3);
    assert_eq!((&heard[0].id, &heard[0].notices), (&heard[1].id, &heard[1].notices));
    assert_ne!(heard[1].id, heard[2].id);
}

#[test]
fn a_storm_is_cut_into_messages_of_a_size_that_receivers_take() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![by_site("ops")]);
    let names: Vec<String> = (0..100).map(|n| format!("queue {n:03}")).collect();
    fire(&desk, &names.iter().map(String::as_str).collect::<Vec<_>>(), 0);
    let (mut courier, ear) = courier(&ledger, "ops", &Hands::at(at(10)));
    courier.pass().expect("a store");
    let heard = ear.heard.lock().expect("one thread").clone();
    assert!(heard.len() > 1 && heard.len() <= 20, "{}", heard.len());
    for message in &heard {
        assert!(serde_json::to_string(&message.notices).expect("JSON").len() < 20_000);
    }
    let told: Vec<String> = ear.heard().concat().into_iter().map(|(name, _)| name).collect();
    assert_eq!(told, names);
}

#[test]
fn who_wants_only_the_urgent_is_told_from_there_to_the_end() {
    let ledger = Memory::new();
    let urgent = receiver_with("ops", |receiver| receiver.least = Severity::Critical);
    let desk = desk(&ledger, vec![urgent]);
    let hands = Hands::at(at(0));
    let (mut courier, ear) = courier(&ledger, "ops", &hands);
    let go = |name: &str, second, verdict| {
        desk.observe(vec![seen(&stepped_rule(), queue(name), at(second), verdict)], at(second)).expect("observed");
    };
    go("mild", 0, Verdict::level(2));
    go("bad", 0, Verdict::level(2));
    go("bad", 10, Verdict::level(3));
    for name in ["mild", "bad"] {
        go(name, 20, Verdict::CLEAR);
        go(name, 700, Verdict::CLEAR);
    }
    hands.set(at(700));
    courier.pass().expect("a store");
    let told = ear.heard().concat();
    assert_eq!(told, [("bad".to_owned(), Change::Worsened), ("bad".to_owned(), Change::Resolved)]);
}

const HOURS: &str = "
brand: b
zone: Europe/Paris
providers: [{name: atlas}]
sites: [{name: tunis, provider: atlas, country: TN, zone: Africa/Tunis}]
queues: [{name: voice, channel: voice, threshold: 20s}]
calendars:
  - name: duty
    weekly: {monday: [\"08:00-20:00\"], tuesday: [\"08:00-20:00\"]}
";

/// At night nobody is called; in the morning they are told what happened, in order. The stream knew at once.
#[test]
fn people_are_called_in_their_hours() {
    let network = Network::parse(HOURS).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let ledger = Memory::new();
    let settings = settings(vec![receiver("ops")]).calendars(network.calendars);
    let desk = Desk::open(Arc::clone(&ledger), settings).expect("opened");
    let night = time("2026-10-12T23:30:00Z");
    let hands = Hands::at(night);
    let (mut courier, ear) = courier(&ledger, "ops", &hands);
    let go = |now: Instant, verdict| {
        let seen =
            Observation { call_hours: Some("duty".to_owned()), ..seen(&plain_rule(), queue("voice"), now, verdict) };
        desk.observe(vec![seen], now).expect("observed")
    };
    go(night, Verdict::level(1));
    assert_eq!(desk.newest().expect("a store"), 1, "shown at once");
    let morning = courier.pass().expect("a store").expect("owed");
    assert_eq!(morning, time("2026-10-13T06:00:01Z"), "eight in Paris, still in summer time");
    go(night.plus_micros(60_000_000), Verdict::CLEAR);
    go(night.plus_micros(660_000_000), Verdict::CLEAR);
    assert!(ear.heard().is_empty());
    hands.set(morning);
    courier.pass().expect("a store");
    let told: Vec<_> = ear.heard().concat().into_iter().map(|(_, change)| change).collect();
    assert_eq!(told, [Change::Fired, Change::Resolved]);
    // On Tuesday within the hours, and for somebody without hours: at once.
    go(time("2026-10-13T10:00:00Z"), Verdict::level(1));
    hands.set(time("2026-10-13T10:00:00Z"));
    courier.pass().expect("a store");
    assert_eq!(ear.heard().len(), 3);
}

/// P30: whoever waits for messages that cannot be delivered learns of it elsewhere.
#[test]
fn trouble_with_one_receiver_is_told_to_the_others() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("broken"), receiver("works")]);
    let hands = Hands::at(at(0));
    let ((mut broken, deaf), (mut works, ear)) =
        (courier(&ledger, "broken", &hands), courier(&ledger, "works", &hands));
    deaf.answers.lock().expect("one thread").push(Outcome::Gone { error: "answered 410".to_owned() });
    fire(&desk, &["voice"], 0);
    broken.pass().expect("a store");
    works.pass().expect("a store");
    let watched = |now| desk.observe(desk.delivery(now).expect("a store"), now).expect("observed");
    let told = watched(at(30));
    assert_eq!((told.len(), told[0].alert.level_name.as_str()), (1, "dead"));
    let text = &told[0].text[&alert::Lang::English];
    assert!(text.contains("receiver broken") && text.contains("answered 410"), "{text}");
    hands.set(at(30));
    broken.pass().expect("a store");
    works.pass().expect("a store");
    assert_eq!((deaf.heard().len(), ear.heard().len()), (1, 2), "the broken one is not told of itself");
    let letter = desk.dead_letters(10).expect("a store").pop().expect("one");
    desk.requeue(&letter.message.id, at(40)).expect("a dead letter");
    hands.set(at(40));
    broken.pass().expect("a store");
    watched(at(50));
    let resolved = watched(at(50 + 900));
    assert_eq!(resolved[0].change, Change::Resolved);
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

#[test]
fn what_is_over_is_forgotten_after_a_time_and_what_is_owed_is_not() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("ops"), receiver("deaf")]);
    let hands = Hands::at(at(0));
    let ((mut one, _), (mut other, deaf)) = (courier(&ledger, "ops", &hands), courier(&ledger, "deaf", &hands));
    let gone = Outcome::Gone { error: "answered 410".to_owned() };
    deaf.answers.lock().expect("one thread").extend([gone.clone(), gone]);
    fire(&desk, &["over", "open"], 0);
    one.pass().expect("a store");
    other.pass().expect("a store");
    clear(&desk, &["over"], 10);
    clear(&desk, &["over"], 700);
    desk.prune(at(701)).expect("a store");
    let left = desk.alerts(&AlertFilter::default(), 10).expect("a store");
    assert_eq!(left.iter().map(|alert| alert.subject.get("queue")).collect::<Vec<_>>(), [Some("open")]);
    assert_eq!(desk.feed(0, 10).expect("a store").len(), 1);
    assert_eq!(desk.dead_letters(10).expect("a store").len(), 2);
    hands.set(at(700));
    one.pass().expect("a store");
    let rows = |state: &'static str| {
        let sql = "SELECT count(*) FROM alert_outbox WHERE state = ?1";
        ledger.read(|db| Ok(db.query_row(sql, [state], |row| row.get::<_, i64>(0))?)).expect("a store")
    };
    assert_eq!((rows("sent"), rows("dead"), rows("waiting")), (1, 2, 1), "the end is still owed to the deaf one");
}

#[test]
fn mistakes_in_a_configuration_are_said() {
    let twice = alert::Settings::new(vec![plain_rule(), plain_rule()], Vec::new(), paris());
    assert!(twice.err().expect("refused").to_string().contains("plain"));
    let twice = alert::Settings::new(Vec::new(), vec![receiver("ops"), receiver("ops")], paris());
    assert!(twice.err().expect("refused").to_string().contains("ops"));
    assert!(Receiver::new("Ops!").is_err());
    let desk = Desk::open(Memory::new(), settings(Vec::new())).expect("opened");
    let unknown = Observation { rule: "nothing".to_owned(), ..seen(&plain_rule(), queue("a"), at(0), Verdict::CLEAR) };
    let refused = desk.observe(vec![unknown], at(0)).expect_err("refused").to_string();
    assert!(refused.contains("nothing") && refused.contains("delivery, plain, stepped"), "{refused}");
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
