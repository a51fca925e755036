//! Windows that are not over.

use std::path::PathBuf;

use contract::{
    Ahead, Because, ClosedState, Contract, Course, Facts, Open, OpenState, Outlook, Received, Reliefs, Stratum, Tally,
    close, look,
};
use serde_json::Value;
use stats::sla::{Recent, Remaining, Tried};

use crate::fixtures::{CARE, care_with, day, facts, noon, objective, on, read};

fn course(remaining: (i64, i64, i64), good: i64, total: i64, design_effect: f64) -> Course {
    let (low, mid, high) = remaining;
    let recent = Tried::new(total, good).and_then(|tried| Recent::new(tried, design_effect)).expect("possible");
    Course { remaining: Remaining::new(low, mid, high).expect("in order"), recent }
}

fn ahead(remaining: (i64, i64, i64), good: i64, total: i64, design_effect: f64) -> Ahead {
    Ahead { contacts: course(remaining, good, total, design_effect), slices: None }
}

fn looked_by(contract: &Contract, known: &Facts, ahead: &Ahead) -> Open {
    let service = objective(contract, "service");
    look(contract, service, known, &Reliefs::default(), Some(ahead)).expect("facts that fit")
}

fn looked(known: &Facts, ahead: &Ahead) -> Open {
    looked_by(&read(CARE), known, ahead)
}

#[track_caller]
fn near(got: Option<f64>, wanted: f64) {
    assert!(got.is_some_and(|got| (got - wanted).abs() < 1e-7), "{got:?}, not {wanted}");
}

#[track_caller]
fn contacts(open: &Open) -> &Outlook {
    open.contacts.as_ref().expect("something is expected of contacts")
}

/// 9,540 of 12,000 in time and 6,000 to come: 81.0 % of them must be, lately 80.5 % are, with a chance of 41 %.
#[test]
fn the_rest_must_bring_what_is_lacking() {
    let open = looked(&facts([on(2, 9_540, 12_000)]), &ahead((5_000, 6_000, 7_000), 4_830, 6_000, 20.0));
    let rest = contacts(&open);
    assert_eq!((open.state, rest.needed, rest.remaining.mid), (OpenState::AtRisk, 4_860, 6_000));
    near(rest.required.low, 0.812);
    near(rest.required.mid, 0.81);
    near(rest.recent_share, 0.805);
    near(open.chance, 0.410_952_739_211_781_55);
}

/// Contacts that came and may still be in time are part of the rest: the same as if they were still to come.
#[test]
fn pending_contacts_are_still_to_come() {
    let with = |pending: u64, to_come| {
        let known = facts([on(2, 9_540, 12_000).with_pending(pending)]);
        looked(&known, &ahead((to_come - 1_000, to_come, to_come + 1_000), 4_830, 6_000, 20.0))
    };
    let (some, none) = (with(500, 5_500), with(0, 6_000));
    assert_eq!(contacts(&some), contacts(&none));
    assert_eq!((some.pending, some.chance), (500, none.chance));
}

/// What can no longer be met, or no longer be missed, is said whatever is known of late.
#[test]
fn certainty_asks_nothing_of_late() {
    let ahead = ahead((10, 20, 100), 0, 0, 1.0);
    let lost = looked(&facts([on(2, 779, 1_000)]), &ahead);
    assert_eq!((lost.state, lost.chance), (OpenState::Lost, Some(0.0)));
    let secured = looked(&facts([on(2, 880, 1_000)]), &ahead);
    assert_eq!((secured.state, secured.chance), (OpenState::Secured, Some(1.0)));
    let unknown = looked(&facts([on(2, 790, 1_000)]), &ahead);
    assert_eq!((unknown.state, unknown.chance), (OpenState::NotEnoughData, None), "nothing is known of late");
}

/// The bounds of "lost" and "secured" are exact: at them a close with the best, or the worst, end says the same.
#[test]
fn lost_and_secured_agree_with_how_it_would_close() {
    let contract = read(CARE);
    let service = objective(&contract, "service");
    for good in 770..=890 {
        let known = facts([on(2, good, 1_000)]);
        let open = looked(&known, &ahead((100, 100, 100), 60, 100, 1.0));
        let end = |more| {
            let end = facts([on(2, good, 1_000), on(3, more, 100)]);
            close(&contract, service, &end, &Reliefs::default()).expect("facts that fit").state
        };
        assert_eq!(open.state == OpenState::Lost, end(100) == ClosedState::Breached, "{good}");
        assert_eq!(open.state == OpenState::Secured, end(0) == ClosedState::Met, "{good}");
        let needed = u64::try_from(contacts(&open).needed.clamp(0, 100)).expect("not below 0");
        let met = |more| end(more) == ClosedState::Met;
        assert!(open.state == OpenState::Lost || met(needed) && (needed == 0 || !met(needed - 1)), "{good}: {needed}");
    }
}

/// A month that has begun with nine bad calls is not excused by the least sample: what counts is its end. One that will
/// have too few contacts at its end is.
#[test]
fn a_window_that_has_only_begun_is_looked_at() {
    let busy = ahead((900, 1_000, 1_100), 600, 1_000, 4.0);
    assert_eq!(looked(&facts([on(2, 0, 9)]), &busy).state, OpenState::Unlikely);
    let likely = ahead((900, 1_000, 1_100), 900, 1_000, 4.0);
    let first = looked(&Facts::default(), &likely);
    assert_eq!((first.state, first.so_far), (OpenState::OnTrack, Tally::empty()));
    let quiet = |high| looked(&facts([on(2, 0, 9)]), &ahead((0, 100, high), 900, 1_000, 4.0));
    assert_eq!(quiet(291).because, None, "300 may still come together");
    assert_eq!(quiet(290).because, Some(Because::SmallSample(299, 300)));
    assert_eq!(quiet(290).state, OpenState::NotEnoughData);
}

/// Late data is a matter of data, never of the provider's service.
#[test]
fn incomplete_data_says_nothing() {
    let known = Facts { received: Some(Received { received: 1, expected: 2 }), ..facts([on(2, 0, 1_000)]) };
    let open = looked(&known, &ahead((0, 0, 0), 0, 1_000, 1.0));
    assert_eq!((open.state, open.because), (OpenState::NotEnoughData, Some(Because::IncompleteData)));
    let contract = read(CARE);
    let blind = look(&contract, objective(&contract, "service"), &facts([on(2, 0, 1_000)]), &Reliefs::default(), None);
    let blind = blind.expect("facts that fit");
    assert_eq!((blind.state, blind.because), (OpenState::NotEnoughData, Some(Because::NothingForeseen)));
}

/// A gap of a quarter that has only begun is no promise kept or broken yet.
#[test]
fn what_is_read_at_the_end_is_not_foreseen() {
    let text = CARE.replace(
        "indicator: { ref: service_level, variant: SL-c, params: { T: 20s, shortAbandon: 5s, boundary: inclusive } }\n      \
         levels: { floor: 0.70, expected: 0.80, target: 0.85 }",
        "indicator: { ref: homogeneity_gap }\n      levels: { expected: 5, target: 3 }",
    );
    let text = text
        .replace(
            "      rounding: { decimals: 1, when: after_comparison }\n    - name: complaints",
            "    - name: complaints",
        )
        .replace("{ below: 0.80, credit: 1.00 }", "{ above: 5, credit: 1.00 }")
        .replace("{ from: 0.85, bonus: 0.25 }", "{ upTo: 3, bonus: 0.25 }");
    let contract = read(&text);
    let gap = objective(&contract, "service");
    let known = facts([Stratum::reading(gap, day(31), noon(31), 9_000, 2_000)]);
    let open = look(&contract, gap, &known, &Reliefs::default(), Some(&ahead((0, 0, 0), 0, 0, 1.0)));
    let open = open.expect("facts that fit");
    assert_eq!((open.state, open.because), (OpenState::NotEnoughData, Some(Because::ReadAtEnd)));
}

/// Good contacts in bad slices: a month is not safe while its share of half-hours is not, and lost when that is.
#[test]
fn the_graver_of_contacts_and_slices_is_said() {
    let contract = care_with(
        "minSample: 300",
        "minSample: 300\n      consistency: { slice: 30m, sliceTarget: 0.80, minShareOfSlices: 0.75, \
         minContactsPerSlice: 10 }",
    );
    let half_hours = |bad: i64| {
        facts((0..8).map(|number| {
            let slice = noon(2).plus_micros(number * 1_800_000_000);
            Stratum::new(day(2), slice, if number < bad { 790 } else { 1_000 }, 1_000)
        }))
    };
    let with = |bad, slices| {
        let contacts = course((80, 100, 120), 900, 1_000, 4.0);
        looked_by(&contract, &half_hours(bad), &Ahead { contacts, slices: Some(slices) })
    };
    // 6 of 8 half-hours so far, 4 to come: 3 of them must be good; lately half of a thousand were.
    let unlikely = with(2, course((4, 4, 4), 500, 1_000, 1.0));
    assert_eq!(contacts(&unlikely).state, OpenState::Secured);
    assert_eq!((unlikely.state, unlikely.slices.as_ref().map(|rest| rest.needed)), (OpenState::AtRisk, Some(3)));
    assert!(unlikely.chance.is_some_and(|chance| (chance - 0.3125).abs() < 0.001), "five of sixteen: {unlikely:?}");
    assert_eq!(with(5, course((1, 1, 1), 500, 1_000, 1.0)).state, OpenState::Lost, "at best 4 of 9");
    let silent = ahead((80, 100, 120), 900, 1_000, 4.0);
    let missing = look(&contract, objective(&contract, "service"), &half_hours(2), &Reliefs::default(), Some(&silent));
    let told = missing.expect_err("nothing is said of the slices to come").to_string();
    assert!(told.starts_with("\"service\" is held in slices"), "{told}");
}

/// The published vectors of `sla_state`, where they lie, through a contract.
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
    let signed = |value: &Value| value.as_i64().expect("a whole number");
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
    let known = facts([on(2, number(&input["x"]), number(&input["n"]))]);
    if input["n_rem"].is_null() {
        let service = objective(&contract, "service");
        let closed = close(&contract, service, &known, &Reliefs::default()).expect("facts that fit");
        assert_eq!(serde_json::to_value(closed.state).expect("JSON"), expected["state"], "{id}");
        assert_eq!(closed.margin, expected["margin_contacts"].as_i64(), "{id}");
        return;
    }
    let volume = |position: usize| signed(&input["n_rem"][position]);
    let (total, good) = (signed(&input["recent"][0]), signed(&input["recent"][1]));
    let phi = input["phi"].as_f64().expect("phi");
    let open = looked_by(&contract, &known, &ahead((volume(0), volume(1), volume(2)), good, total, phi));
    assert_eq!(serde_json::to_value(open.state).expect("JSON"), expected["state"], "{id}");
    let rest = contacts(&open);
    assert_eq!(Some(rest.needed), expected["required_in_time_mid"].as_i64(), "{id}");
    for (name, got) in [("low", rest.required.low), ("mid", rest.required.mid), ("high", rest.required.high)] {
        near(got, expected["required_rate"][name].as_f64().expect("a rate"));
    }
    if open.state == OpenState::NotEnoughData {
        assert_eq!(open.chance, None, "{id}");
    } else {
        near(open.chance, expected["p_meet"].as_f64().expect("a chance"));
    }
}
