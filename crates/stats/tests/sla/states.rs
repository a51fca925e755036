//! Met or breached, and the chance to meet.

use serde_json::Value;
use stats::{
    sla::{Open, Recent, Remaining, Target, Tried, closed, open},
    wilson,
};

use crate::{
    support::{Close, number},
    vectors::{cases, whole},
};

fn target(input: &Value) -> Target {
    let permille = u16::try_from(whole(&input["target_permille"])).expect("permille");
    Target::permille(permille).expect("a share")
}

fn so_far(input: &Value) -> Tried {
    Tried::new(whole(&input["n"]), whole(&input["x"])).expect("possible")
}

#[test]
fn promises_are_judged_and_foreseen_as_by_the_reference() {
    for (case, close) in cases("sla_state.json") {
        if case["input"]["n_rem"].is_array() {
            foreseen(&case, close);
        } else {
            judged(&case, close);
        }
    }
}

fn judged(case: &Value, close: Close) {
    let (id, input, expected) = (case["id"].as_str().expect("id"), &case["input"], &case["expected"]);
    let min_volume = input.get("min_volume").map_or(0, whole);
    let tried = so_far(input);
    let got = closed(tried, target(input), min_volume);
    assert_eq!(got.state.as_str(), expected["state"], "{id}");
    let Some(share) = got.share else {
        assert!(expected.get("rate").is_none() && got.margin.is_none(), "{id}");
        return;
    };
    close.check(id, share, &expected["rate"]);
    assert_eq!(got.margin, expected["margin_contacts"].as_i64(), "{id}");
    #[expect(clippy::cast_precision_loss, reason = "counts of the vectors are small")]
    let interval = wilson(tried.successes() as f64, tried.n() as f64, 0.95).expect("contacts");
    close.check(id, interval.low, &expected["wilson95"][0]);
    close.check(id, interval.high, &expected["wilson95"][1]);
}

fn foreseen(case: &Value, close: Close) {
    let (id, input, expected) = (case["id"].as_str().expect("id"), &case["input"], &case["expected"]);
    let volume = |at: usize| whole(&input["n_rem"][at]);
    let remaining = Remaining::new(volume(0), volume(1), volume(2)).expect("ordered");
    let recent = Tried::new(whole(&input["recent"][0]), whole(&input["recent"][1])).expect("possible");
    let recent = Recent::new(recent, number(&input["phi"])).expect("finite");
    let got: Open = open(so_far(input), target(input), remaining, recent);
    assert_eq!(got.state.as_str(), expected["state"], "{id}");
    assert_eq!(got.required_contacts, whole(&expected["required_in_time_mid"]), "{id}");
    close.check(id, got.computed, &expected["p_meet"]);
    for (rate, name) in [(got.required.low, "low"), (got.required.mid, "mid"), (got.required.high, "high")] {
        close.check(id, rate.expect("contacts remain"), &expected["required_rate"][name]);
    }
    if expected["prior"].is_array() {
        close.check(id, recent.rate().a, &expected["prior"][0]);
        close.check(id, recent.rate().b, &expected["prior"][1]);
    }
}
