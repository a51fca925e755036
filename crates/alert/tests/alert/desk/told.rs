//! Whom a desk owes what: together, in order, in their hours.

use std::sync::Arc;

use alert::{Change, Desk, Observation, Outcome, Severity, Verdict};
use contact::{Instant, Network};

use super::{courier, fire};
use crate::support::{
    Hands, Memory, at, by_site, desk, plain_rule, queue, receiver, receiver_with, seen, settings, stepped_rule, time,
};

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
