//! Evidence at any time.

use stats::sla::{ALARM, ln_evidence};

use crate::{support::number, vectors::cases};

#[test]
fn evidence_is_that_of_the_reference() {
    for (case, close) in cases("sequential_evidence.json") {
        let (id, input) = (case["id"].as_str().expect("id"), &case["input"]);
        let got = ln_evidence(number(&input["missed"]), number(&input["n"]), number(&input["q0"])).expect("possible");
        close.check(id, got, &case["expected"]["ln_e"]);
    }
}

/// Without a contact the integral is that of 1; after one miss it is (1 − q0²)/2 over (1 − q0)·q0.
#[test]
fn the_first_contacts_are_worked_by_hand() {
    let near = |got: Option<f64>, expected: f64| assert!((got.expect("possible") - expected).abs() < 1e-12, "{got:?}");
    near(ln_evidence(0.0, 0.0, 0.2), 0.0);
    near(ln_evidence(1.0, 1.0, 0.2), 3.0_f64.ln());
    near(ln_evidence(0.0, 1.0, 0.2), 0.5_f64.ln());
    assert!((ALARM - 20.0_f64.ln()).abs() < 1e-15);
}

#[test]
fn ten_million_contacts_are_no_infinity() {
    let at = |missed: f64, allowance: f64| ln_evidence(missed, 1e7, allowance).expect("possible");
    for allowance in [1e-6, 0.001, 0.2, 0.5, 0.999] {
        let looks: Vec<f64> = [0.0, 1e3, 1e5, 2e6, 5e6, 9.99e6, 1e7].iter().map(|b| at(*b, allowance)).collect();
        assert!(looks.iter().all(|look| look.is_finite()), "{looks:?}");
        assert!(looks.windows(2).all(|pair| pair[0] < pair[1]), "more misses are more evidence: {looks:?}");
    }
}

#[test]
fn both_ways_of_computing_agree_where_they_meet() {
    for n in [9.0, 99.0, 9999.0, 999_999.0] {
        // One way up to (b + 1)/(n + 2) = 0.2, the other beyond it.
        let edge = 0.2 * (n + 2.0) - 1.0;
        let (below, above) = (ln_evidence(edge - 1e-9, n, 0.2), ln_evidence(edge + 1e-9, n, 0.2));
        let gap = above.expect("possible") - below.expect("possible");
        assert!(gap.abs() < 1e-7, "{n}: {gap}");
    }
}

#[test]
fn what_cannot_be_is_none() {
    for (missed, n, allowance) in [(3.0, 2.0, 0.2), (-1.0, 2.0, 0.2), (1.0, 2.0, 0.0), (1.0, 2.0, 1.0)] {
        assert_eq!(ln_evidence(missed, n, allowance), None);
    }
    assert_eq!((ln_evidence(f64::NAN, 2.0, 0.2), ln_evidence(1.0, f64::INFINITY, 0.2)), (None, None));
}
