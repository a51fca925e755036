//! R2: what is kept of legs files from one question to the next never shows in an answer.

use contact::{Channel, Instant};
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};
use scorecard::{Answer, Dim, Feeds, Grain, HomogeneityQuestion, Question, answer, homogeneity};
use tests::{
    histories::{Case, Hours, cases, to_batches},
    oracle::Received,
};

use crate::{
    equality::{cases_wanted, engine, question, view_of},
    lag::{Between, Lake, deliveries},
};

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

/// Where `now` lies against the start of some contact: on and beside each instant at which an answer turns.
const TURNS_US: &[i64] = &[
    0,
    HOUR_US / 180,
    HOUR_US,
    4 * HOUR_US,
    10 * HOUR_US,
    DAY_US,
    2 * DAY_US,
    3 * DAY_US,
    7 * DAY_US,
    30 * DAY_US,
    400 * DAY_US,
];

/// A question beside the case's own.
#[derive(Debug, Clone)]
struct Ask {
    contact: Index,
    turn_us: i64,
    beside_us: i64,
    by: Vec<Dim>,
    grain: Option<Grain>,
    filter: u8,
    /// Hours by which the period is cut at both ends.
    cut: i64,
}

fn asks() -> impl Strategy<Value = Ask> {
    let by = select(vec![vec![], vec![Dim::Site], vec![Dim::Provider, Dim::Site], vec![Dim::Queue], vec![Dim::Reason]]);
    let grain = select(vec![None, None, Some(Grain::Day), Some(Grain::Week), Some(Grain::Hour)]);
    let moment = (any::<Index>(), select(TURNS_US), select(vec![-1, 0, 1, HOUR_US]));
    (moment, by, grain, 0..5_u8, select(vec![0, 0, 5, 30])).prop_map(
        |((contact, turn_us, beside_us), by, grain, filter, cut)| Ask {
            contact,
            turn_us,
            beside_us,
            by,
            grain,
            filter,
            cut,
        },
    )
}

fn asked(case: &Case, delivered: &[Received], ask: &Ask) -> Question {
    let mut asked = question(case);
    let started = ask.contact.get(delivered).started_at;
    asked.now = started.plus_micros(ask.turn_us + ask.beside_us);
    asked.as_of = Instant::FOREVER;
    asked.by = ask.by.iter().copied().collect();
    asked.grain = ask.grain.filter(|_| asked.period.to.micros_since(asked.period.from) < 60 * DAY_US);
    if asked.period.to.micros_since(asked.period.from) > 3 * ask.cut * HOUR_US {
        asked.period.from = asked.period.from.plus_micros(ask.cut * HOUR_US);
        asked.period.to = asked.period.to.plus_micros(-ask.cut * HOUR_US);
    }
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match ask.filter {
        1 => asked.filters.providers = words(&["atlas"]),
        2 => asked.filters.channels = [Channel::Voice].into(),
        3 => asked.filters.sites = words(&["atlas-0", "boreal-0"]),
        _ => {}
    }
    asked
}

/// All that an answer says, beside the versions of the lake.
fn said(answer: &Answer) -> String {
    let Answer { rows, residual, excluded, cancelled, inferred, disordered, anomalies, .. } = answer;
    format!("{rows:#?} {residual} {excluded:?} {cancelled} {inferred} {disordered} {anomalies}")
}

/// Asks the lake, and a lake that has nothing but these events, in memory.
async fn compare(lake: &Lake, case: &Case, delivered: &[Received], asks: &[Ask]) -> Result<(), TestCaseError> {
    let afresh = engine();
    for ask in asks {
        let asked = asked(case, delivered, ask);
        let view = lake.store().view().expect("a view");
        let plain = view_of(&afresh, to_batches(delivered, &[]));
        let here = answer(&view, &case.network, &Feeds::new(), &asked).await.expect("an answer");
        let there = answer(&plain, &case.network, &Feeds::new(), &asked).await.expect("an answer");
        prop_assert_eq!(said(&here), said(&there), "{:?}", asked);
        let compared = HomogeneityQuestion::parse(asked, None, None).expect("a question");
        let here = homogeneity(&view, &case.network, &Feeds::new(), &compared).await.expect("an answer");
        let there = homogeneity(&plain, &case.network, &Feeds::new(), &compared).await.expect("an answer");
        prop_assert_eq!(format!("{:?}", here.rows), format!("{:?}", there.rows));
    }
    Ok(())
}

/// One process, from the first events to the last: folded in the middle, so that later ones move contacts.
async fn told(case: &Case, between: &[Between], asks: &[Ask]) -> Result<(), TestCaseError> {
    let mut lake = Lake::new(&case.network_text).await;
    let arrival = tests::histories::Arrival {
        events: case.received.clone(),
        sizes: vec![case.received.len().div_ceil(4).max(1)],
    };
    let mut delivered: Vec<Received> = Vec::new();
    for (batch, between) in deliveries(&arrival).iter().zip(between) {
        lake.deliver(batch).await;
        delivered.extend(batch.iter().cloned());
        lake.between(*between).await;
        compare(&lake, case, &delivered, asks).await?;
    }
    Ok(())
}

/// A figure that depended on what had been asked before would be a figure that nobody can check.
#[test]
fn what_was_asked_before_does_not_change_an_answer() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let between = select(vec![Between::Fold, Between::Fold, Between::Flush, Between::Nothing, Between::Merge]);
    let strategy = (
        cases(&[Hours::Always, Hours::All]),
        proptest::collection::vec(between, 4),
        proptest::collection::vec(asks(), 3),
    );
    let mut runner = TestRunner::new(Config {
        cases: cases_wanted(12).min(400),
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    });
    let outcome = runner.run(&strategy, |(case, between, asks)| runtime.block_on(told(&case, &between, &asks)));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
