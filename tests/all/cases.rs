//! R2 for what follows contacts from their receipt on: what is kept of legs files, by file and by customer, never shows in
//! an answer about a backlog, complaints or repeats.

use engine::{Engine, View};
use proptest::prelude::*;
use scorecard::{
    BacklogQuestion, ComplaintsQuestion, Dim, Feeds, HomogeneityQuestion, Question, RepeatRules, backlog, complaints,
    homogeneity, repeats,
};
use tests::{
    histories::{Arrival, Case, to_batches},
    oracle::Received,
    property::{Tries, holds},
};

use crate::{
    equality::{cases_wanted, engine, question, view_of},
    lag::{Between, Lake, deliveries, lives, two_threads},
    parts::{Ask, asked, asks},
    repeats::crowded,
    sampled::fixed_cases,
};

/// All that is said of cases, beside the versions of the lake; or why nothing is. The number chooses what a repeat is.
async fn told(view: &View, case: &Case, asked: &Question, number: usize) -> Vec<String> {
    let (network, feeds) = (&case.network, Feeds::new());
    let listed = BacklogQuestion::parse(asked.clone(), None, 5).expect("a question");
    let backlog = backlog(view, network, &feeds, &listed).await;
    let listed = ComplaintsQuestion::new(asked.clone(), 5).expect("a question");
    let complaints = complaints(view, network, &feeds, &listed).await;
    let (window, transfers) = (["24h", "7d", "30d", "90d"][number % 4], ["pass", "fail"][number % 2]);
    let rules = RepeatRules::parse(Some(window), Some(transfers)).expect("rules");
    let repeats = repeats(view, network, &feeds, asked, rules).await;
    let compared = HomogeneityQuestion::parse(asked.clone(), Some("no_repeat"), None).expect("a question");
    let compared = homogeneity(view, network, &feeds, &compared.with_rules(rules)).await;
    vec![
        backlog.map_or_else(
            |error| error.to_string(),
            |said| format!("{:#?} {:#?} {:?} {}", said.rows, said.oldest, said.silent, said.at),
        ),
        complaints.map_or_else(
            |error| error.to_string(),
            |said| format!("{:#?} {:#?} {:?}", said.rows, said.open, said.silent),
        ),
        repeats.map_or_else(|error| error.to_string(), |said| format!("{:#?}", said.rows)),
        compared.map_or_else(|error| error.to_string(), |said| format!("{:#?} {:#?}", said.rows, said.reasons)),
    ]
}

/// One process, from the first events to the last: folded in the middle, so that later ones move contacts, and asked the same
/// at other instants. After every delivery but the first it says what is said of nothing but these events, in memory.
async fn lived(case: &Case, between: &[Between], asks: &[Ask], afresh: &Engine) -> Result<(), TestCaseError> {
    let mut lake = Lake::new(&case.network_text).await;
    let sizes = vec![case.received.len().div_ceil(between.len()).max(1)];
    let arrival = Arrival { events: case.received.clone(), sizes };
    let mut delivered: Vec<Received> = Vec::new();
    for (number, (batch, between)) in deliveries(&arrival).iter().zip(between).enumerate() {
        lake.deliver(batch).await;
        delivered.extend(batch.iter().cloned());
        lake.between(*between).await;
        let asked: Vec<Question> = asks.iter().map(|ask| asked(case, &delivered, ask)).collect();
        let plain = view_of(afresh, to_batches(&delivered, &[]));
        for (which, asked) in asked.iter().enumerate() {
            let here = told(&lake.store().view().expect("a view"), case, asked, which).await;
            if number > 0 || delivered.len() == case.received.len() {
                prop_assert_eq!(here, told(&plain, case, asked, which).await, "{:?}", asked);
            }
        }
    }
    Ok(())
}

/// A backlog that depended on what had been asked before would be a backlog that nobody can recount.
#[test]
fn what_was_asked_before_does_not_change_what_is_said_of_cases() {
    let afresh = engine();
    let tries = Tries { cases: cases_wanted(5).min(400), shrinks: 40 };
    holds(&two_threads(), tries, &lives(asks(), 2), async |(case, between, asks)| {
        lived(&case, &between, &asks, &afresh).await
    });
}

/// Customers who come back lie in many files: whoever moved, whatever the instant asked, all of their contacts must be met.
#[test]
fn customers_who_come_back_are_found_across_files() {
    let (runtime, afresh) = (two_threads(), engine());
    let mut case = crowded(fixed_cases(120));
    case.received.sort_by_key(|received| received.received_at);
    let sizes = vec![case.received.len().div_ceil(2)];
    let batches = deliveries(&Arrival { events: case.received.clone(), sizes });
    // The window of 90 days has elapsed for some contacts of an hour, and not for others, while their files hold.
    let asked: [(&str, &[Dim], usize); 5] = [
        ("2026-03-30T01:00:10Z", &[], 0),
        ("2026-10-31T22:00:05Z", &[Dim::Site], 1),
        ("2027-06-01T00:00:00Z", &[Dim::Queue], 2),
        ("2027-01-22T22:00:05Z", &[Dim::Provider], 3),
        ("2026-06-26T23:00:01Z", &[], 3),
    ];
    let asked = asked.map(|(now, by, number)| {
        let now = now.parse().expect("a time");
        (Question { now, by: by.iter().copied().collect(), ..question(&case) }, number)
    });
    runtime.block_on(async {
        let mut lake = Lake::new(&case.network_text).await;
        let mut delivered: Vec<Received> = Vec::new();
        for (batch, between) in [(0, Between::Fold), (1, Between::Nothing), (2, Between::Fold)] {
            if let Some(events) = batches.get(batch) {
                lake.deliver(events).await;
                delivered.extend(events.iter().cloned());
            }
            lake.between(between).await;
            let plain = view_of(&afresh, to_batches(&delivered, &[]));
            for (asked, number) in &asked {
                let here = told(&lake.store().view().expect("a view"), &case, asked, *number).await;
                assert_eq!(here, told(&plain, &case, asked, *number).await, "at {}", asked.now);
            }
        }
    });
}
