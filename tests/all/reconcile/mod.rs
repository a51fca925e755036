//! A provider's own figures, counted by an independent reading of its rules, explained to the last contact.

mod kit;
mod listed;

use std::collections::BTreeSet;

use contact::{Duration, Instant, network::Formula};
use settlement::{ReconcileQuestion, declared, reconcile};
use tests::{
    histories::to_batches,
    oracle::{self, CountedAt, CountedOn, DeclaredCell, Declaring, Leg, Received},
};

use crate::{
    equality::{cases_wanted, engine, runtime, view_of},
    sampled::united,
};
use kit::{cases, cells, equal, explained, file, legs, ours, planted, theirs, zone};

/// A provider would be told that it is wrong where it only counts otherwise.
#[test]
fn other_rules_are_explained_to_a_remainder_of_nothing_part_by_part() {
    let (engine, runtime) = (engine(), runtime());
    let mut moved = [0_usize; 4];
    // Single histories for the corners, and many at once for what is rare in one.
    let mut all = cases(cases_wanted(48) as usize);
    all.resize_with(all.len() + 4, || united(cases(300)));
    for (number, case) in all.iter().enumerate() {
        let (legs, rules) = (legs(case, &case.received), theirs(number));
        let Some(provider) = legs.first().map(|leg| leg.provider.clone()) else { continue };
        let cells = cells(&legs, &provider);
        let counts = oracle::declared(&legs, &case.network, case.query.now, &rules, &cells);
        let view = view_of(&engine, to_batches(&case.received, &[7, 50]));
        let text = file(&cells, &counts, Some(&rules));
        let answer = runtime.block_on(explained(&view, case, &text, None));
        let expected = planted(case, &legs, &legs, &rules, &cells);
        equal(&answer, &expected, &format!("case {number}, {rules:?}"));
        assert!(answer.explained && answer.groups.iter().all(|group| group.search.is_none()), "{answer:#?}");
        for (part, moved) in moved.iter_mut().enumerate() {
            *moved += expected.iter().flatten().filter(|parts| parts[part] != 0).count();
        }
    }
    assert!(moved.iter().all(|moved| *moved > 5), "every part was met: {moved:?}");
}

/// Many contacts at once, so that each part is of many contacts.
#[test]
fn a_months_rules_are_explained_over_many_contacts() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(150));
    case.query.now = Instant::FOREVER;
    let legs = legs(&case, &case.received);
    let view = view_of(&engine, to_batches(&case.received, &[]));
    for number in [1, 5, 9] {
        let rules = theirs(number);
        let cells = cells(&legs, "atlas");
        let counts = oracle::declared(&legs, &case.network, case.query.now, &rules, &cells);
        let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&rules)), None));
        equal(&answer, &planted(&case, &legs, &legs, &rules, &cells), &format!("{rules:?}"));
    }
}

/// What a provider does not say would be held against it.
#[test]
fn rules_that_are_not_stated_are_found() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(300));
    case.query.now = Instant::FOREVER;
    let legs = legs(&case, &case.received);
    let view = view_of(&engine, to_batches(&case.received, &[]));
    let wanted = [
        Declaring { formula: Some(Formula::D), ..ours() },
        Declaring {
            formula: Some(Formula::E),
            at: CountedAt::Owner,
            short: Some(Duration::from_secs(10)),
            drops_short: true,
            ..ours()
        },
        Declaring { on: CountedOn::Outcome, zone: zone("UTC"), counts: [true, false, false], ..ours() },
    ];
    for rules in wanted {
        let cells = cells(&legs, "atlas");
        let counts = oracle::declared(&legs, &case.network, case.query.now, &rules, &cells);
        let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, None), None));
        assert!(answer.explained, "{rules:?}: {:#?}", answer.groups[0].rules);
        let search = answer.groups[0]
            .search
            .as_ref()
            .unwrap_or_else(|| panic!("{rules:?} changes nothing: {:#?}", answer.groups[0].rules));
        assert_eq!((search.unexplained, search.complete), (0, true), "{search:?}");
        let stated = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&rules)), None));
        assert_eq!(stated.remainder, answer.remainder, "what was found explains as much as what is so");
    }
}

/// Contacts of which all stays have an outcome, so that the declared counts tell them from wrong numbers.
fn whole(legs: &[Leg]) -> Vec<String> {
    let contacts: BTreeSet<&str> = legs.iter().map(|leg| leg.contact_id.as_str()).collect();
    let settled =
        |contact: &&str| legs.iter().filter(|leg| leg.contact_id == *contact).all(|leg| leg.outcome.is_some());
    contacts.into_iter().filter(settled).map(str::to_owned).collect()
}

/// Lost events would pass for other rules, or for lies.
#[test]
fn contacts_that_one_side_lacks_are_missing_events_and_a_wrong_number_is_the_remainder() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(90));
    case.query.now = Instant::FOREVER;
    let all = legs(&case, &case.received);
    let lost: BTreeSet<String> = whole(&all).into_iter().step_by(3).collect();
    let known: Vec<Received> =
        case.received.iter().filter(|one| !lost.contains(one.event.contact.as_str())).cloned().collect();
    let few = legs(&case, &known);
    let (full, lacking) = (to_batches(&case.received, &[]), to_batches(&known, &[]));
    for (number, (ours, theirs_known, view)) in
        [(&few, &all, view_of(&engine, lacking)), (&all, &few, view_of(&engine, full))].into_iter().enumerate()
    {
        let rules = theirs(5 + number);
        let cells = cells(&all, "atlas");
        let mut counts = oracle::declared(theirs_known, &case.network, case.query.now, &rules, &cells);
        let mut expected = planted(&case, theirs_known, ours, &rules, &cells);
        let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&rules)), None));
        equal(&answer, &expected, &format!("{rules:?}"));
        assert!(answer.explained);
        let missing: i64 = expected.iter().map(|cell| cell[0][4]).sum();
        assert!(if number == 0 { missing > 5 } else { missing < -5 }, "{missing}");

        // A wrong number in one cell, and nothing else: seven answers too many, where no contact is missing.
        let wrong = expected.iter().position(|cell| cell[0][4] == 0).expect("a cell where both know the same");
        counts[wrong][1] += 7;
        expected[wrong][1][5] += 7;
        let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&rules)), None));
        equal(&answer, &expected, "a wrong number");
        assert!(!answer.explained);
        assert_eq!((answer.remainder["answered"], answer.remainder.values().sum::<i64>()), (7, 7));
    }
}

/// A share is compared to the digits in which it was printed, and a file from another country is read as it is.
#[test]
fn a_service_level_alone_is_explained_to_its_digits() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(60));
    case.query.now = Instant::FOREVER;
    let legs = legs(&case, &case.received);
    let rules = Declaring { formula: Some(Formula::E), ..ours() };
    let cell = DeclaredCell {
        provider: "atlas".to_owned(),
        site: None,
        queue: None,
        from: jiff::civil::date(2026, 3, 1),
        to: jiff::civil::date(2026, 4, 1),
    };
    let counts = oracle::declared(&legs, &case.network, case.query.now, &rules, &[cell])[0];
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let level = counts[5] as f64 / counts[6] as f64 * 100.0;
    let view = view_of(&engine, to_batches(&case.received, &[]));
    let said =
        |level: f64| format!("provider;period;service_level;formula\natlas;2026-03;{level:.1} %;e\n").replace('.', ",");
    let answer = runtime.block_on(explained(&view, &case, &said(level), None));
    let walk = answer.groups[0].cells[0].level.clone().expect("a level");
    assert!(walk.explained && answer.explained, "{level}: {walk:?}");
    let last = walk.steps.last().expect("steps");
    assert_eq!((last.in_time, last.promised), (counts[5], counts[6]));
    let asked = ReconcileQuestion {
        declared: declared::parse(&said((level + 50.0) % 100.0), &case.network).expect("readable"),
        contacts: None,
        now: case.query.now,
        as_of: Instant::FOREVER,
        customers: std::collections::BTreeMap::new(),
        search: false,
    };
    let wrong = runtime.block_on(reconcile(&view, &case.network, &asked)).expect("a reconciliation");
    let left = wrong.groups[0].cells[0].level.as_ref().and_then(|walk| walk.remainder_points).expect("a remainder");
    assert!(!wrong.explained && left.abs() > 1.0, "{left}");
}
