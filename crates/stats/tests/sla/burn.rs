//! The use of the allowance.

use serde_json::Value;
use stats::sla::{Allowance, Guard, Target, Tried, burn};

use crate::{
    support::{Close, number},
    vectors::{cases, whole},
};

#[track_caller]
fn defined(close: Close, what: &str, got: Option<f64>, expected: &Value) {
    assert_eq!(got.is_none(), expected.is_null(), "{what}");
    if let Some(got) = got {
        close.check(what, got, expected);
    }
}

#[test]
fn the_allowance_burns_as_by_the_reference() {
    for (case, close) in cases("burn_rate.json") {
        let (id, input, expected) = (case["id"].as_str().expect("id"), &case["input"], &case["expected"]);
        let permille = u16::try_from(whole(&input["target_permille"])).expect("permille");
        let target = Target::permille(permille).expect("a share");
        let allowance = Allowance::new(target, whole(&input["period_volume"])).expect("a volume");
        let guard = Guard::new(number(&input["phi"]), whole(&input["min_missed"])).expect("finite");
        defined(close, id, allowance.max_rate(), &expected["max_burn_rate"]);
        close.check(id, allowance.contacts(), &expected["budget_contacts"]);
        let windows = input["windows"].as_object().expect("windows");
        assert!(!windows.is_empty());
        for (name, window) in windows {
            let (n, missed) = (whole(&window[0]), whole(&window[1]));
            let got = burn(Tried::new(n, n - missed).expect("possible"), allowance, guard);
            let expected = &expected["windows"][name];
            let what = format!("{id} {name}");
            defined(close, &what, got.rate, &expected["burn_rate"]);
            defined(close, &what, got.used, &expected["budget_share"]);
            defined(close, &what, got.missed_at_least, &expected["miss_rate_lower95_one_sided"]);
            assert_eq!(Some(got.proved), expected["proved_above_budget_rate"].as_bool(), "{what}");
        }
    }
}
