//! What a desk keeps: whole or not at all, over restarts, for as long as it should.

use std::sync::Arc;

use alert::{AlertFilter, Change, Desk, Ledger, Observation, Outcome, Receiver, Verdict};

use super::{break_outbox, clear, courier, fire};
use crate::support::{Hands, Memory, at, desk, paris, plain_rule, queue, receiver, seen, settings};

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
