//! Windows that are not over.

use std::path::PathBuf;

use contract::{
    ClosedState, Contract, Facts, OpenState, Question, Received, Recent, Reliefs, Remaining, Tally, close, look,
};
use serde_json::Value;

use crate::fixtures::{CARE, facts, objective, on, read};

fn recent(good: u64, total: u64, design_effect: f64) -> Recent {
    Recent { good, total, design_effect }
}

fn remaining(low: u64, mid: u64, high: u64) -> Remaining {
    Remaining { low, mid, high }
}

fn looked(known: &Facts, ahead: (Remaining, Recent), chance: impl Fn(&Question) -> f64) -> contract::Open {
    let contract = read(CARE);
    look(&contract, objective(&contract, "service"), known, &Reliefs::default(), ahead, chance).expect("facts that fit")
}

/// 9,540 of 12,000 in time and 6,000 to come: 81.0 % of them must be, lately 80.5 % are.
#[test]
fn the_rest_must_bring_what_is_lacking() {
    let ahead = (remaining(5_000, 6_000, 7_000), recent(4_830, 6_000, 20.0));
    let open = looked(&facts([on(2, 9_540, 12_000)]), ahead, |question| {
        assert_eq!((question.needed, question.remaining), (4_860, 6_000));
        0.41
    });
    assert_eq!((open.state, open.needed, open.chance), (OpenState::AtRisk, 4_860, Some(0.41)));
    let close = |got: Option<f64>, wanted: f64| got.is_some_and(|got| (got - wanted).abs() < 1e-12);
    assert!(close(open.required.low, 0.812) && close(open.required.mid, 0.81), "{:?}", open.required);
    assert!(close(open.recent_share, 0.805));
}

/// What can no longer be met, or no longer be missed, is said whatever the statistics.
#[test]
fn certainty_asks_no_statistics() {
    let never = |question: &Question| panic!("{question:?}");
    let ahead = (remaining(10, 20, 100), recent(0, 0, 1.0));
    let lost = looked(&facts([on(2, 779, 1_000)]), ahead, never);
    assert_eq!((lost.state, lost.chance), (OpenState::Lost, None));
    let secured = looked(&facts([on(2, 880, 1_000)]), ahead, never);
    assert_eq!((secured.state, secured.chance), (OpenState::Secured, None));
    let unknown = looked(&facts([on(2, 790, 1_000)]), ahead, never);
    assert_eq!(unknown.state, OpenState::NotEnoughData, "nothing is known of late");
}

/// The bounds of "lost" and "secured" are exact: at them a close with the best, or the worst, end says the same.
#[test]
fn lost_and_secured_agree_with_how_it_would_close() {
    let contract = read(CARE);
    let service = objective(&contract, "service");
    for good in 770..=890 {
        let known = facts([on(2, good, 1_000)]);
        let ahead = (remaining(100, 100, 100), recent(60, 100, 1.0));
        let open = looked(&known, ahead, |_| 0.5);
        let end = |more| {
            let end = facts([on(2, good, 1_000), on(3, more, 100)]);
            close(&contract, service, &end, &Reliefs::default()).expect("facts that fit").state
        };
        assert_eq!(open.state == OpenState::Lost, end(100) == ClosedState::Breached, "{good}");
        assert_eq!(open.state == OpenState::Secured, end(0) == ClosedState::Met, "{good}");
        let needed = u64::try_from(open.needed.clamp(0, 100)).expect("not below 0");
        let met = |more| end(more) == ClosedState::Met;
        assert!(open.state == OpenState::Lost || met(needed) && (needed == 0 || !met(needed - 1)), "{good}: {needed}");
    }
}

/// A month that has begun with nine bad calls is not excused by the least sample: what counts is its end.
#[test]
fn a_window_that_has_only_begun_is_looked_at() {
    let ahead = (remaining(900, 1_000, 1_100), recent(600, 1_000, 4.0));
    let open = looked(&facts([on(2, 0, 9)]), ahead, |_| 0.0);
    assert_eq!(open.state, OpenState::Unlikely);
    let first = looked(&Facts::default(), ahead, |_| 0.9);
    assert_eq!((first.state, first.so_far), (OpenState::OnTrack, Tally::empty()));
}

/// Late data is a matter of data, never of the provider's service.
#[test]
fn incomplete_data_says_nothing() {
    let known = Facts { received: Some(Received { received: 1, expected: 2 }), ..facts([on(2, 0, 1_000)]) };
    let open = looked(&known, (remaining(0, 0, 0), recent(0, 1_000, 1.0)), |_| 0.0);
    assert_eq!(open.state, OpenState::NotEnoughData);
    assert!(open.because.is_some());
}

/// The published vectors of `sla_state`, where they lie: everything but the chance is computed here.
#[test]
fn states_agree_with_the_vectors() {
    let own = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors"));
    let path = std::env::var_os("VIGIE_VECTORS").map_or_else(own, PathBuf::from).join("sla_state.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("no vectors at {}", path.display());
        return;
    };
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let cases = file["cases"].as_array().expect("cases");
    assert!(cases.len() >= 10);
    cases.iter().for_each(holds);
}

fn holds(case: &Value) {
    let (id, input, expected) = (&case["id"], &case["input"], &case["expected"]);
    let number = |value: &Value| value.as_u64().expect("a whole number");
    let least = input["min_volume"].as_u64().unwrap_or(1);
    let text = CARE
        .replace(
            "floor: 0.70, expected: 0.80, target: 0.85",
            &format!("expected: 0.{}", number(&input["target_permille"])),
        )
        .replace("minSample: 300", &format!("minSample: {least}"))
        .replace("      service:\n        - { below: 0.80, credit: 1.00 }\n        - { from: 0.85, bonus: 0.25 }\n", "")
        .replace("mode: binding", "mode: coaching")
        .replace("    earnBack: { months: 3, atOrAbove: target, share: 1.0, decided: quarter_end }\n", "");
    let contract: Contract = read(&text);
    let service = objective(&contract, "service");
    let known = facts([on(2, number(&input["x"]), number(&input["n"]))]);
    if input["n_rem"].is_null() {
        let closed = close(&contract, service, &known, &Reliefs::default()).expect("facts that fit");
        assert_eq!(serde_json::to_value(closed.state).expect("JSON"), expected["state"], "{id}");
        assert_eq!(closed.margin, expected["margin_contacts"].as_i64(), "{id}");
        return;
    }
    let ahead = [0, 1, 2].map(|position| number(&input["n_rem"][position]));
    let lately = recent(number(&input["recent"][1]), number(&input["recent"][0]), input["phi"].as_f64().expect("phi"));
    let chance = |_: &Question| expected["p_meet"].as_f64().expect("a chance where one is asked");
    let ahead = (remaining(ahead[0], ahead[1], ahead[2]), lately);
    let open = look(&contract, service, &known, &Reliefs::default(), ahead, chance).expect("facts that fit");
    assert_eq!(serde_json::to_value(open.state).expect("JSON"), expected["state"], "{id}");
    assert_eq!(Some(open.needed), expected["required_in_time_mid"].as_i64(), "{id}");
    for (name, got) in [("low", open.required.low), ("mid", open.required.mid), ("high", open.required.high)] {
        let wanted = expected["required_rate"][name].as_f64().expect("a rate");
        assert!(got.is_some_and(|got| (got - wanted).abs() < 1e-9), "{id} {name}: {got:?}");
    }
}
