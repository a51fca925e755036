//! R2: what is kept of legs files from one question to the next never shows in an answer.

use contact::{Channel, Instant, Viewpoint};
use engine::{Engine, View};
use proptest::{
    prelude::*,
    sample::{Index, select},
};
use scorecard::{
    Answer, Counting, Dim, Feeds, Filters, Grain, HomogeneityQuestion, Period, Question, answer, homogeneity,
};
use tests::{
    histories::{Case, to_batches},
    oracle::Received,
    property::{Tries, holds},
};

use crate::{
    equality::{cases_wanted, engine, question, runtime, view_of},
    lag::{Between, Lake, deliveries, lives, two_threads},
    rare::named_since_it_moved,
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
pub(crate) struct Ask {
    contact: Index,
    turn_us: i64,
    beside_us: i64,
    by: Vec<Dim>,
    grain: Option<Grain>,
    filter: u8,
    /// Hours by which the period is cut at both ends.
    cut: i64,
    /// As of the receipt of some event.
    as_of: Option<Index>,
    /// Of contacts counted whole.
    whole: bool,
}

pub(crate) fn asks() -> impl Strategy<Value = Ask> {
    let by = select(vec![vec![], vec![Dim::Site], vec![Dim::Provider, Dim::Site], vec![Dim::Queue], vec![Dim::Reason]]);
    let grain = select(vec![None, None, Some(Grain::Day), Some(Grain::Week), Some(Grain::Hour)]);
    let moment = (any::<Index>(), select(TURNS_US), select(vec![-1, 0, 1, HOUR_US]));
    let as_of = proptest::option::weighted(0.2, any::<Index>());
    (moment, by, grain, 0..5_u8, select(vec![0, 0, 5, 30]), as_of, any::<bool>()).prop_map(
        |((contact, turn_us, beside_us), by, grain, filter, cut, as_of, whole)| Ask {
            contact,
            turn_us,
            beside_us,
            by,
            grain,
            filter,
            cut,
            as_of,
            whole,
        },
    )
}

pub(crate) fn asked(case: &Case, delivered: &[Received], ask: &Ask) -> Question {
    let mut asked = question(case);
    asked.counting.viewpoint = if ask.whole { Viewpoint::Brand } else { Viewpoint::Provider };
    let started = ask.contact.get(delivered).started_at;
    asked.now = started.plus_micros(ask.turn_us + ask.beside_us);
    asked.as_of = ask.as_of.map_or(Instant::FOREVER, |index| index.get(delivered).received_at);
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
    let Answer { rows, residual, conservation, excluded, cancelled, inferred, disordered, anomalies, .. } = answer;
    format!("{rows:#?} {residual} {conservation:?} {excluded:?} {cancelled} {inferred} {disordered} {anomalies}")
}

/// What a view says to every question, and how it compares sites for the first one.
async fn told(view: &View, case: &Case, asked: &[Question]) -> Vec<String> {
    let mut told = Vec::new();
    for asked in asked {
        let answer = answer(view, &case.network, &Feeds::new(), asked).await.expect("an answer");
        told.push(format!("{asked:?}: {}", said(&answer)));
    }
    for asked in asked.iter().take(1) {
        let compared = HomogeneityQuestion::parse(asked.clone(), None, None).expect("a question");
        let compared = homogeneity(view, &case.network, &Feeds::new(), &compared).await.expect("an answer");
        told.push(format!("{asked:?}: {:?} {:?}", compared.rows, compared.reasons));
    }
    told
}

/// One process, from the first events to the last: folded in the middle, so that later ones move contacts. After every
/// delivery but the first, which only has it begin, it says what is said of nothing but these events, in memory: by an
/// engine that never saw a file, so that it keeps nothing but plans, which are held to the oracle elsewhere.
async fn lived(case: &Case, between: &[Between], asks: &[Ask], afresh: &Engine) -> Result<(), TestCaseError> {
    let mut lake = Lake::new(&case.network_text).await;
    let arrival = tests::histories::Arrival {
        events: case.received.clone(),
        sizes: vec![case.received.len().div_ceil(4).max(1)],
    };
    let mut delivered: Vec<Received> = Vec::new();
    for (number, (batch, between)) in deliveries(&arrival).iter().zip(between).enumerate() {
        lake.deliver(batch).await;
        delivered.extend(batch.iter().cloned());
        lake.between(*between).await;
        let asked: Vec<Question> = asks.iter().map(|ask| asked(case, &delivered, ask)).collect();
        let here = told(&lake.store().view().expect("a view"), case, &asked).await;
        if number > 0 || delivered.len() == case.received.len() {
            let plain = view_of(afresh, to_batches(&delivered, &[]));
            prop_assert_eq!(here, told(&plain, case, &asked).await);
        }
    }
    Ok(())
}

/// A figure that depended on what had been asked before would be a figure that nobody can check.
#[test]
fn what_was_asked_before_does_not_change_an_answer() {
    let afresh = engine();
    let tries = Tries { cases: cases_wanted(6).min(400), shrinks: 40 };
    holds(&two_threads(), tries, &lives(asks(), 3), async |(case, between, asks)| {
        lived(&case, &between, &asks, &afresh).await
    });
}

/// A leg as folded before must not borrow the rule that names the same leg as folded now.
#[test]
fn a_rule_that_names_a_leg_since_it_moved_counts_it_once() {
    const NETWORK: &str = "
brand: north
zone: UTC
providers: [{name: north}]
sites: [{name: lille, provider: north}]
queues: [{name: hotline}]
exclude: [{name: pings, kind: robot, when: {reason: [ping]}}]
";
    let network = contact::Network::parse(NETWORK).expect("a network");
    let period = Period::parse("2026-03-01", "2026-04-01", jiff::tz::TimeZone::UTC).expect("a period");
    let asked = Question {
        now: period.to,
        period,
        by: std::collections::BTreeSet::new(),
        grain: None,
        filters: Filters::default(),
        as_of: Instant::FOREVER,
        formula: None,
        threshold: None,
        counting: Counting::default(),
        customers: std::collections::BTreeMap::new(),
    };
    let excluded = async {
        let mut lake = Lake::new(NETWORK).await;
        let [before, after] = named_since_it_moved();
        lake.deliver(&before).await;
        lake.between(Between::Fold).await;
        lake.deliver(&after).await;
        let view = lake.store().view().expect("a view");
        answer(&view, &network, &Feeds::new(), &asked).await.expect("an answer").excluded
    };
    let excluded = runtime().block_on(excluded);
    assert_eq!(excluded.iter().map(|rule| rule.legs).collect::<Vec<_>>(), [1], "{excluded:?}");
}
