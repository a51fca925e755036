//! A seed is a history: the same again, and another one for another seed.

use contact::Duration;
use jiff::civil::date;
use sim::{Length, Simulation, Stationary, dating_plan, outdoor_plan, rail_plan, stationary};

use crate::support::{MONDAY, hypermarket_with, lines_of, planned, run_of, truth_of};

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
    let lines = |seed| lines_of(hypermarket_with(run_of(MONDAY, 1, seed), |_| {})).0;
    let first = lines(1);
    assert!(first.len() > 10_000_000);
    assert_eq!(first, lines(1));
    assert_ne!(first, lines(2));
}

#[test]
fn every_network_has_one_history_for_a_seed() {
    for (name, plan) in [("dating", dating_plan()), ("outdoor", outdoor_plan()), ("rail", rail_plan())] {
        let plan = plan.expect("a plan");
        let told = |seed| {
            let (lines, truth) = lines_of(planned(plan.clone(), run_of(date(2026, 2, 2), 1, seed)));
            (lines, truth.report())
        };
        let first = told(1);
        assert!(first == told(1), "{name}");
        assert!(first.0 != told(2).0, "{name}");
    }
}

/// Whoever kept a seed in a report or a test gets another history when this changes: then say so in the change log.
#[test]
fn a_history_stays_what_it_was() {
    let queue = Stationary {
        arrivals_per_minute: 0.01,
        handling: Duration::from_secs(180),
        servers: 1,
        patience: Some(Duration::from_secs(60)),
        threshold: Duration::from_secs(20),
    };
    let run = run_of(date(2026, 3, 29), 1, 7);
    let (lines, _) = lines_of(Simulation::new(stationary(&queue).expect("a scenario"), run).expect("a run"));
    let text = String::from_utf8(lines).expect("UTF-8");
    let first: Vec<&str> = text.lines().take(3).collect();
    assert_eq!(first, FIRST_LINES, "{first:#?}");
}

const FIRST_LINES: [&str; 3] = [
    r#"{"specversion":"1.0","id":"c7-1-o","source":"/north/tunis/acd","type":"vigie.contact.offered.v1","subject":"c7-1","time":"2026-03-29T00:58:21.372115Z","data":{"started_at":"2026-03-29T00:58:21.372115Z","site":"tunis","queue":"line","channel":"voice","language":"fr","reason":"question","customer":"k0","recognised":true}}"#,
    r#"{"specversion":"1.0","id":"c7-1-a","source":"/north/tunis/acd","type":"vigie.contact.answered.v1","subject":"c7-1","time":"2026-03-29T00:58:21.372115Z","data":{"started_at":"2026-03-29T00:58:21.372115Z","site":"tunis","queue":"line","agent":"tunis-1"}}"#,
    r#"{"specversion":"1.0","id":"c7-1-e","source":"/north/tunis/acd","type":"vigie.contact.ended.v1","subject":"c7-1","time":"2026-03-29T00:59:38.130115Z","data":{"started_at":"2026-03-29T00:58:21.372115Z","site":"tunis","queue":"line","agent":"tunis-1","talk_s":69.082,"hold_s":0.000,"wrap_s":7.676}}"#,
];

#[test]
fn a_run_can_be_paced_from_another_thread() {
    fn travels<T: Send + 'static>(_: &T) {}
    travels(&hypermarket_with(run_of(MONDAY, 1, 1), |_| {}));
}

#[test]
fn what_is_not_changed_stays() {
    let run = run_of(MONDAY, 2, 5);
    let plain = truth_of(hypermarket_with(run, |_| {}));
    let patient = truth_of(hypermarket_with(run, |plan| {
        for queue in plan.queues.iter_mut().filter(|queue| queue.patience.is_some()) {
            queue.patience = Some(Length::exponential(Duration::from_secs(600)));
        }
    }));
    let first = |truth: &sim::Truth, queue: &str| {
        let sum = truth.sum(truth.all_days(), |place| place.queue.as_str() == queue);
        sum.contacts - sum.redials - sum.repeats
    };
    for queue in ["switchboard-voice", "shop-voice", "card-mail", "post"] {
        assert_eq!(first(&plain, queue), first(&patient, queue), "{queue}");
    }
    let abandoned = |truth: &sim::Truth| truth.sum(truth.all_days(), |_| true).abandoned;
    assert!(abandoned(&patient) < abandoned(&plain));
}
