//! Versions in force, and windows that a change cuts.

use contract::{Closed, ClosedState, Contract, Minor, Reliefs, VersionError, Versions, apportioned, close, settle};

use crate::fixtures::{CARE, at, care_with, facts, march, on, read};

fn second() -> Contract {
    let text = CARE
        .replace("from: 2026-01-01, to: 2026-12-31, version: 1", "from: 2026-03-15, version: 2, supersedes: 1")
        .replace("floor: 0.70, expected: 0.80, target: 0.85", "floor: 0.70, expected: 0.90, target: 0.95")
        .replace("{ below: 0.80, credit: 1.00 }", "{ below: 0.90, credit: 1.00 }")
        .replace("{ from: 0.85, bonus: 0.25 }", "{ from: 0.95, bonus: 0.25 }");
    read(&text)
}

/// March: 820 of 1,000 by the old terms (80 %), 880 of 1,000 by the new ones (90 %) from the 15th on. The old half is
/// met and the new one missed; over the whole month the old terms would have been met and the new ones missed.
#[test]
fn a_change_in_the_middle_of_a_month_splits_it_with_no_effect_backwards() {
    let versions = Versions::new(vec![second(), read(CARE)]).expect("versions that fit");
    let known = facts([on(3, 400, 500), on(14, 420, 500), on(15, 440, 500), on(30, 440, 500)]);
    let held: Vec<_> = versions
        .closing_in(march().from, march().to)
        .into_iter()
        .filter(|held| held.objective.name == "service")
        .collect();
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|held| held.window == march()));
    assert_eq!((held[0].piece.to, held[1].piece.from), (at("2026-03-14T23:00:00Z"), at("2026-03-14T23:00:00Z")));
    let results: Vec<Closed> = held
        .iter()
        .map(|held| {
            let piece = known.within(held.piece, &held.contract.zone, None);
            close(held.contract, held.objective, &piece, &Reliefs::default()).expect("facts that fit")
        })
        .collect();
    let told: Vec<_> = results.iter().map(|result| (result.state, result.margin)).collect();
    assert_eq!(told, [(ClosedState::Met, Some(20)), (ClosedState::Breached, Some(-20))]);
    let invoices = apportioned(10_000_000, &[14, 17]);
    let credits: Vec<u64> = held
        .iter()
        .zip(&results)
        .zip(invoices)
        .map(|((held, result), invoice)| {
            let invoice = Minor::new(invoice).expect("an amount");
            settle(held.contract, invoice, &[("service", result)]).expect("money is agreed").credit.amount()
        })
        .collect();
    assert_eq!(credits, [0, 109_677], "2 % of the part of the invoice from the 15th on, 54,838.71");
}

#[test]
fn the_version_in_force_changes_at_local_midnight() {
    let versions = Versions::new(vec![read(CARE), second()]).expect("versions that fit");
    let version = |text| versions.at(at(text)).map(|contract| contract.in_force.version);
    assert_eq!(version("2025-12-31T22:59:59Z"), None);
    assert_eq!(version("2025-12-31T23:00:00Z"), Some(1));
    assert_eq!(version("2026-03-14T22:59:59.999999Z"), Some(1));
    assert_eq!(version("2026-03-14T23:00:00Z"), Some(2));
    assert_eq!(version("2031-01-01T00:00:00Z"), Some(2));
}

/// At an instant, each objective of the version in force has one open window, and only that version's.
#[test]
fn an_open_window_is_held_by_the_version_in_force() {
    let versions = Versions::new(vec![read(CARE), second()]).expect("versions that fit");
    for (now, version) in [("2026-03-10T00:00:00Z", 1), ("2026-03-20T00:00:00Z", 2)] {
        let held = versions.open_at(at(now));
        assert_eq!(held.len(), 3);
        assert!(held.iter().all(|held| held.contract.in_force.version == version && held.window == march()));
    }
}

#[test]
fn versions_that_do_not_fit_are_told() {
    let silent = read(&CARE.replace("to: 2026-12-31, version: 1", "version: 2"));
    let errors = Versions::new(vec![read(CARE), silent]).expect_err("both in force");
    assert_eq!(errors, [VersionError::Both { name: "north-atlas-care".into(), one: 1, other: 2 }]);
    let other = care_with("name: north-atlas-care", "name: another");
    let errors = Versions::new(vec![read(CARE), other]).expect_err("another contract");
    assert!(errors.iter().any(|error| matches!(error, VersionError::Name { .. })), "{errors:?}");
    let next = care_with("from: 2026-01-01, to: 2026-12-31, version: 1", "from: 2027-01-01, version: 1");
    let errors = Versions::new(vec![read(CARE), next]).expect_err("a number twice");
    let twice = [VersionError::Twice { name: "north-atlas-care".into(), version: 1 }];
    assert_eq!(errors, twice);
    let errors = Versions::new(vec![read(CARE), read(CARE)]).expect_err("a file given twice");
    assert_eq!(errors, twice, "it does not have to supersede itself");
}
