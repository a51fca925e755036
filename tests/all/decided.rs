//! What alerts on promises are made of, against the definitions: which contacts were decided, when, and how.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Channel, Duration, Instant, ProviderId, network::Formula};
use scorecard::{DecidedQuestion, Feed, Feeds, PromiseTerm, decided};
use tests::{
    histories::{Case, PROVIDERS, to_batches},
    oracle::{self, Decision, Query},
};

use crate::{
    equality::{engine, runtime, view_of},
    flows::rare::rare_flows,
    sampled::fixed_cases,
};

const SECOND_US: i64 = 1_000_000;
const HOUR_US: i64 = 3_600 * SECOND_US;
const DAY_US: i64 = 24 * HOUR_US;
/// How long after some event it is asked.
const AFTER_US: [i64; 6] = [0, SECOND_US, 19 * SECOND_US, 25 * SECOND_US, HOUR_US, 3 * DAY_US];
/// How long before that each provider was heard last.
const HEARD_US: [i64; 4] = [0, SECOND_US, HOUR_US, 30 * DAY_US];
const LOOKED_US: i64 = 10 * DAY_US;
/// What some contacts are about.
const REASON: &str = "delivery";

/// Each provider was heard at another time; of the last one, nothing is known.
fn heard(number: usize, now: Instant) -> Feeds {
    let known = PROVIDERS.iter().take(PROVIDERS.len() - 1).enumerate();
    known
        .map(|(nth, name)| {
            let last_event = now.plus_micros(-HEARD_US[(number + nth) % HEARD_US.len()]);
            let feed = Feed { last_event, last_received: now, least_delay_us: 0 };
            (ProviderId::new(name).expect("a name"), feed)
        })
        .collect()
}

/// What each queue promises itself, and promises that a contract could make, the last one about some contacts.
fn terms() -> Vec<PromiseTerm> {
    let within = |seconds: u32| Some(Duration::from_secs(seconds));
    vec![
        PromiseTerm::of_queue(),
        PromiseTerm { formula: Some(Formula::C), threshold: within(45), ..PromiseTerm::default() },
        PromiseTerm { threshold: within(7200), written: Some(true), ..PromiseTerm::default() },
        PromiseTerm { reasons: Some(BTreeSet::from([REASON.to_owned()])), ..PromiseTerm::default() },
    ]
}

fn query(case: &Case, now: Instant, term: &PromiseTerm) -> Query {
    Query {
        from: Instant::BEGINNING,
        to: now.plus_micros(HOUR_US),
        zone: case.network.zone.clone(),
        by: BTreeSet::new(),
        now,
        formula: term.formula,
        threshold: term.threshold,
        counting: tests::oracle::Counting::default(),
    }
}

/// Where, by which term, when: contacts and misses.
type Counts = BTreeMap<(String, String, String, String, usize, Instant), (i64, i64)>;

/// Decisions by one term.
fn expected(decisions: &[Decision], from: Instant, term: usize) -> Counts {
    let mut counts = Counts::new();
    for one in decisions.iter().filter(|one| one.at >= from) {
        let Decision { provider, site, queue, channel, at, in_time } = one.clone();
        let count = counts.entry((provider, site, queue, channel.as_str().to_owned(), term, at)).or_default();
        *count = (count.0 + 1, count.1 + i64::from(!in_time));
    }
    counts
}

/// A supervisor would be called for contacts that were in time, or not be called for those that were not.
#[test]
fn what_was_decided_is_what_the_definitions_say() {
    let (engine, runtime) = (engine(), runtime());
    let (mut kept, mut missed, mut written, mut spared, mut stricter, mut agreed, mut about) = (0, 0, 0, 0, 0, 0, 0);
    for (number, case) in
        fixed_cases(150).iter().chain(&rare_flows()).enumerate().filter(|(_, case)| !case.received.is_empty())
    {
        let view = view_of(&engine, to_batches(&case.received, &[7, 50]));
        let last = &case.received[number % case.received.len()].event;
        let now = last.time.plus_micros(AFTER_US[number % AFTER_US.len()]);
        let from = now.plus_micros(-LOOKED_US);
        let feeds = heard(number, now);
        let legs = oracle::fold(&case.received, Instant::FOREVER, now);
        let told = |provider: &str| feeds.get(provider).map(|feed| feed.last_event);
        // One microsecond: each contact by itself, at the instant at which it was decided.
        let slot = Duration::from_seconds(1e-6).expect("a time");
        // Now and then day by day, as where there are many legs: what was decided does not depend on it.
        let at_once = if number % 40 == 3 { 0 } else { DecidedQuestion::AT_ONCE };
        let asked = DecidedQuestion { now, from, slot, customers: BTreeMap::new(), terms: terms(), at_once };
        let rows = runtime.block_on(decided(&view, &case.network, &feeds, &asked)).expect("an answer");
        let mut counts = Counts::new();
        for row in rows {
            let count = counts.entry((row.provider, row.site, row.queue, row.channel, row.term, row.at)).or_default();
            *count = (count.0 + row.contacts, count.1 + row.missed);
        }
        let by = |term: &PromiseTerm| {
            let is_meant = |leg: &&oracle::Leg| {
                term.reasons
                    .as_ref()
                    .is_none_or(|reasons| leg.reason.as_ref().is_some_and(|reason| reasons.contains(reason)))
            };
            let legs: Vec<oracle::Leg> = legs.iter().filter(is_meant).cloned().collect();
            oracle::decided(&legs, &case.network, &query(case, now, term), term.as_agreed, told)
        };
        let decisions = by(&asked.terms[0]);
        let mut wanted = Counts::new();
        for (number, term) in asked.terms.iter().enumerate() {
            let all = by(term).into_iter();
            let meant: Vec<Decision> = all.filter(|one| term.written.is_none() || !one.channel.is_live()).collect();
            stricter += usize::from(number == 1 && meant != decisions);
            about += if number == 3 { meant.len() } else { 0 };
            wanted.extend(expected(&meant, from, number));
        }
        // A chat may be owed in writing, too: those of the term for what is written are not told from calls here.
        counts.retain(|(_, _, _, channel, term, _), _| *term != 2 || channel != "chat");
        assert_eq!(counts, wanted, "history {number}, asked at {now}");
        agreed += usize::from(by(&PromiseTerm::default()) != decisions);
        let everybody = oracle::decided(&legs, &case.network, &query(case, now, &asked.terms[0]), true, |_| Some(now));
        spared += everybody.len() - decisions.len();
        kept += decisions.iter().filter(|one| one.in_time).count();
        missed += decisions.iter().filter(|one| !one.in_time).count();
        written += decisions.iter().filter(|one| one.channel == Channel::Email).count();
    }
    let met = [kept, missed, written, spared, stricter, agreed, about];
    assert!(met.iter().all(|count| *count > 0), "the histories are too tame: {met:?}");
}
