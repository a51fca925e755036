//! What results cost.

use contract::{ClosedState, Contract, Minor, Settlement, apportioned, settle};

use crate::fixtures::{CARE, care_with, closed, day, facts, noon, on, read};

fn invoice() -> Minor {
    Minor::new(10_000_000).expect("100,000.00")
}

fn settled(contract: &Contract, results: &[(&str, contract::Closed)]) -> Option<Settlement> {
    let results: Vec<_> = results.iter().map(|(name, closed)| (*name, closed)).collect();
    settle(contract, invoice(), &results)
}

/// 10 % at risk × 100,000 invoiced × pool of 50 % × allocation of 40 % = 2,000.
#[test]
fn a_miss_costs_two_thousand() {
    let contract = read(CARE);
    let result = closed(&contract, "service", &facts([on(2, 799, 1_000)]));
    assert_eq!((result.state, result.band), (ClosedState::Breached, Some(0)));
    let settlement = settled(&contract, &[("service", result)]).expect("money is agreed");
    assert_eq!((settlement.credit.amount(), settlement.bonus.amount()), (200_000, 0));
    assert_eq!((settlement.cap.amount(), settlement.due), (1_000_000, true));
}

#[test]
fn a_target_reached_earns_its_bonus_and_what_is_between_costs_nothing() {
    let contract = read(CARE);
    let of = |good| {
        let settlement = settled(&contract, &[("service", closed(&contract, "service", &facts([on(2, good, 1_000)])))]);
        settlement.map(|settlement| (settlement.credit.amount(), settlement.bonus.amount()))
    };
    assert_eq!(of(850), Some((0, 50_000)));
    assert_eq!(of(849), Some((0, 0)));
    assert_eq!(of(800), Some((0, 0)));
}

/// Several misses together cost no more than what is at risk; each is cut in proportion.
#[test]
fn credits_stop_at_the_cap() {
    let contract = care_with("pools: { critical: 0.50, standard: 0.50 }", "pools: { critical: 1, standard: 1 }");
    let late = contract::Stratum { counts: vec![0, 0, 0], ..contract::Stratum::new(day(2), noon(2), 0, 200) };
    let results = [
        ("service", closed(&contract, "service", &facts([on(2, 0, 1_000)]))),
        ("complaints", closed(&contract, "complaints", &facts([on(2, 0, 1_000)]))),
        ("moderation", closed(&contract, "moderation", &facts([late]))),
    ];
    let settlement = settled(&contract, &results).expect("money is agreed");
    let amounts = |amount: fn(&contract::Line) -> Minor| -> Vec<u64> {
        settlement.lines.iter().map(|line| amount(line).amount()).collect()
    };
    assert_eq!(amounts(|line| line.credit_uncapped), [400_000, 600_000, 1_000_000]);
    assert_eq!(amounts(|line| line.credit), [200_000, 300_000, 500_000]);
    assert_eq!(settlement.credit, settlement.cap);
}

/// The same facts in the three modes: due, shown, and without money.
#[test]
fn the_mode_changes_the_money_and_not_the_facts() {
    let miss = |contract: &Contract| closed(contract, "service", &facts([on(2, 0, 1_000)]));
    let binding = read(CARE);
    for (mode, due) in [("shadow", Some((200_000, false))), ("coaching", None)] {
        let contract = care_with("mode: binding", &format!("mode: {mode}"));
        let result = miss(&contract);
        assert_eq!((result.state, result.margin), (miss(&binding).state, miss(&binding).margin), "{mode}");
        let settlement = settled(&contract, &[("service", result)]);
        assert_eq!(settlement.map(|money| (money.credit.amount(), money.due)), due, "{mode}");
    }
}

/// No contact enough, no money: neither credit nor bonus.
#[test]
fn no_result_costs_nothing() {
    let contract = read(CARE);
    for good in [0, 299] {
        let result = closed(&contract, "service", &facts([on(2, good, 299)]));
        let settlement = settled(&contract, &[("service", result)]).expect("money is agreed");
        assert_eq!((settlement.credit.amount(), settlement.bonus.amount()), (0, 0));
    }
}

/// Half a cent is rounded up, once, at the end: 10 % × 50 % × 40 % of 12.50 is 25 cents, of 0.25 half a cent.
#[test]
fn amounts_are_rounded_once() {
    let contract = read(CARE);
    let result = closed(&contract, "service", &facts([on(2, 0, 1_000)]));
    for (invoice, credit) in [(1_250, 25), (25, 1), (24, 0), (Minor::MAX, Minor::MAX / 50)] {
        let invoice = Minor::new(invoice).expect("an amount");
        let settlement = settle(&contract, invoice, &[("service", &result)]).expect("money is agreed");
        assert_eq!(settlement.credit.amount(), credit, "{invoice:?}");
    }
    assert_eq!(Minor::new(Minor::MAX + 1), None);
}

#[test]
fn an_invoice_is_shared_out_by_days_to_the_cent() {
    assert_eq!(apportioned(10_000_000, &[14, 17]), [4_516_129, 5_483_871]);
    assert_eq!(apportioned(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(apportioned(7, &[0, 0]), [0, 0]);
}
