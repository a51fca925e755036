//! The same random histories in every run, for checks that compare engines or plant faults.

use contact::{ContactKey, Instant};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use tests::{
    histories::{Case, Hours, arrivals, cases},
    oracle::Query,
};

const MINUTE_US: i64 = 60_000_000;
const HOUR_US: i64 = 60 * MINUTE_US;

/// Ways of telling a history.
pub(crate) const WAYS: usize = 6;

/// So many cases, each as it may arrive: shuffled, and some of it more than once. Every second one is told in a way in
/// which mistakes at limits and ties come out.
pub(crate) fn fixed_cases(count: usize) -> Vec<Case> {
    let strategy = cases(&[Hours::Always, Hours::Live, Hours::All])
        .prop_flat_map(|case| arrivals(case.received.clone()).prop_map(move |arrival| (case.clone(), arrival)));
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    (0..count)
        .map(|number| {
            let (case, arrival) = strategy.new_tree(&mut runner).expect("every draw is a case").current();
            told(number, Case { received: arrival.events, ..case })
        })
        .collect()
}

/// The same history told in one of [`WAYS`] ways: as it is, with times that collide, with identities that collide, or
/// or asked about in its middle.
pub(crate) fn told(number: usize, mut case: Case) -> Case {
    match number % WAYS {
        1 => at_once(&mut case, MINUTE_US),
        2 => {
            at_once(&mut case, HOUR_US);
            case.received.iter_mut().for_each(|received| {
                received.event.kind.as_str().clone_into(&mut received.event.identity.id);
                "/all".clone_into(&mut received.event.identity.source);
            });
        }
        3 => case.received.iter_mut().for_each(|received| {
            let identity = &mut received.event.identity;
            identity.source = format!("{}/{}", identity.source, identity.id);
            "e-1".clone_into(&mut identity.id);
        }),
        5 => {
            let mut times: Vec<_> = case.received.iter().map(|received| received.event.time).collect();
            let mut receipts: Vec<_> = case.received.iter().map(|received| received.received_at).collect();
            times.sort_unstable();
            receipts.sort_unstable();
            case.query.now = times.get(times.len() / 2).copied().unwrap_or(case.query.now);
            case.as_of = receipts.get(receipts.len() * 2 / 3).copied().unwrap_or(case.as_of);
        }
        _ => {}
    }
    case
}

/// Things of the same stretch of time happen at one instant.
fn at_once(case: &mut Case, stretch_us: i64) {
    for received in &mut case.received {
        let time = received.event.time;
        received.event.time = time.plus_micros(-time.as_micros().rem_euclid(stretch_us));
    }
}

/// Many histories as one, their contacts kept apart by name, under the first question that asks for a whole year.
pub(crate) fn united(cases: Vec<Case>) -> Case {
    let year = cases.iter().find(|case| days(&case.query) > 360).expect("some question asks for a year").clone();
    let mut big = Case { received: Vec::new(), as_of: Instant::FOREVER, ..year };
    for (number, case) in cases.into_iter().enumerate() {
        for mut received in case.received {
            let event = &mut received.event;
            let of_brand = event.contact == ContactKey::of_brand(&event.subject);
            event.subject = format!("{number}-{}", event.subject);
            event.contact = if of_brand {
                ContactKey::of_brand(&event.subject)
            } else {
                ContactKey::of_provider(&event.identity.provider, &event.subject)
            };
            big.received.push(received);
        }
    }
    big
}

/// How many days a question asks for.
pub(crate) fn days(query: &Query) -> i64 {
    query.to.micros_since(query.from) / 86_400_000_000
}
