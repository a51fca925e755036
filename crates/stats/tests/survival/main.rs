//! How long cases take of which some are open: published curves, and laws that hold on any data.

use proptest::prelude::*;
use stats::{Percentile, Spell, Survival, kaplan_meier, nearest_ranks};

/// Weeks of remission on 6-mercaptopurine; the second number of a pair says how many were still in remission when last
/// seen. Freireich and others, "The effect of 6-mercaptopurine on the duration of steroid-induced remissions in acute
/// leukemia", 1963.
const TREATED: [(i64, i64, i64); 16] = [
    (6, 3, 1),
    (7, 1, 0),
    (9, 0, 1),
    (10, 1, 1),
    (11, 0, 1),
    (13, 1, 0),
    (16, 1, 0),
    (17, 0, 1),
    (19, 0, 1),
    (20, 0, 1),
    (22, 1, 0),
    (23, 1, 0),
    (25, 0, 1),
    (32, 0, 2),
    (34, 0, 1),
    (35, 0, 1),
];

/// The same without treatment: nobody was left.
const UNTREATED: [i64; 21] = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];

fn spell((time, ended, open): (i64, i64, i64)) -> Spell {
    Spell { time, ended, open }
}

fn survival(spells: &[Spell]) -> Survival {
    kaplan_meier(spells).expect("cases")
}

#[test]
fn the_curve_of_1963_with_its_intervals() {
    let curve = survival(&TREATED.map(spell));
    let published = [
        (6, 21, "0.857", "0.620", "0.952"),
        (7, 17, "0.807", "0.563", "0.923"),
        (10, 15, "0.753", "0.503", "0.889"),
        (13, 12, "0.690", "0.432", "0.849"),
        (16, 11, "0.627", "0.368", "0.805"),
        (22, 7, "0.538", "0.268", "0.747"),
        (23, 6, "0.448", "0.188", "0.680"),
    ];
    assert_eq!((curve.cases(), curve.ended(), curve.steps().len()), (21, 9, published.len()));
    for (step, (time, at_risk, beyond, low, high)) in curve.steps().iter().zip(published) {
        assert_eq!((step.time, step.at_risk), (time, at_risk));
        let read = [step.beyond, step.interval.low, step.interval.high].map(|share| format!("{share:.3}"));
        assert_eq!(read, [beyond, low, high], "week {time}");
    }
}

#[test]
fn half_relapse_by_week_23_and_nobody_knows_when_nine_tenths_do() {
    let curve = survival(&TREATED.map(spell));
    assert_eq!(curve.percentile(50), Percentile { time: Some(23), low: Some(13), high: None, at_risk: 6 });
    assert_eq!(curve.percentile(90), Percentile { time: None, low: None, high: None, at_risk: 0 });
    let untreated = survival(&UNTREATED.map(|time| spell((time, 1, 0))));
    assert_eq!(untreated.percentile(50), Percentile { time: Some(8), low: Some(4), high: Some(11), at_risk: 12 });
}

/// Five complaints: resolved after 1 and 3 h, open since 2, 4 and 5 h. Of the resolved alone the median would be 1 h.
#[test]
fn open_cases_make_the_median_longer_not_shorter() {
    let curve = survival(&[(1, 1, 0), (2, 0, 1), (3, 1, 0), (4, 0, 1), (5, 0, 1)].map(spell));
    // 4/5, then times 2/3.
    let shares: Vec<f64> = curve.steps().iter().map(|step| step.beyond).collect();
    assert!((shares[0] - 0.8).abs() < 1e-15 && (shares[1] - 8.0 / 15.0).abs() < 1e-15, "{shares:?}");
    assert_eq!((curve.percentile(20).time, curve.percentile(50).time), (Some(1), None));
    assert_eq!((curve.beyond(0), curve.beyond(2), curve.beyond(5)), (Some(1.0), Some(0.8), Some(shares[1])));
    assert_eq!(curve.beyond(6), None, "nobody was seen for so long");
}

#[test]
fn when_all_have_ended_nothing_is_left_at_any_time() {
    let curve = survival(&[spell((2, 2, 0)), spell((4, 1, 0))]);
    assert_eq!((curve.beyond(4), curve.beyond(1000)), (Some(0.0), Some(0.0)));
    assert_eq!(curve.percentile(100).time, Some(4));
}

/// 8/20 times 3/6 is a fifth, which a computer's fractions miss by the last digit.
#[test]
fn a_percentile_reached_exactly_is_reached() {
    let curve = survival(&[(1, 12, 2), (2, 3, 0), (3, 1, 2)].map(spell));
    assert_eq!((curve.percentile(80).time, curve.percentile(81).time), (Some(2), Some(3)));
}

#[test]
fn no_case_has_no_curve() {
    assert_eq!(kaplan_meier(&[]), None);
    assert_eq!(kaplan_meier(&[spell((3, 0, 0))]), None);
    assert_eq!(kaplan_meier(&[spell((-1, 1, 0))]), None);
    assert_eq!(kaplan_meier(&[spell((1, -1, 2))]), None);
    let open = survival(&[spell((9, 0, 4))]);
    assert_eq!((open.percentile(50).time, open.beyond(9), open.ended()), (None, Some(1.0), 0));
}

fn spells() -> impl Strategy<Value = Vec<Spell>> {
    prop::collection::vec((0..30i64, 0..9i64, 0..9i64).prop_map(spell), 1..30)
}

proptest! {
    #[test]
    fn without_open_cases_a_percentile_is_the_nearest_rank(times in prop::collection::btree_map(0..500i64, 1..9i64, 1..60), percent in 1..=100u8) {
        let spells: Vec<Spell> = times.iter().map(|(time, ended)| spell((*time, *ended, 0))).collect();
        let ranks = nearest_ranks(|| times.iter().map(|(time, ended)| (*time, *ended)), &[percent]);
        prop_assert_eq!(survival(&spells).percentile(percent).time, ranks.values[0]);
    }

    #[test]
    fn any_order_and_any_parts_give_the_same_curve(spells in spells(), turn in 0..30usize) {
        let mut parts: Vec<Spell> = spells.iter().flat_map(|s| [Spell { open: 0, ..*s }, Spell { ended: 0, ..*s }]).collect();
        let turn = turn % parts.len();
        parts.rotate_left(turn);
        prop_assert_eq!(kaplan_meier(&parts), kaplan_meier(&spells));
    }

    #[test]
    fn a_curve_only_falls_and_holds_its_intervals(spells in spells()) {
        let Some(curve) = kaplan_meier(&spells) else { return Ok(()) };
        let mut before = 1.0;
        for step in curve.steps() {
            prop_assert!(0.0 <= step.interval.low && step.interval.low <= step.beyond, "{step:?}");
            prop_assert!(step.beyond <= step.interval.high && step.interval.high <= 1.0, "{step:?}");
            prop_assert!(step.beyond < before && step.ended <= step.at_risk, "{step:?}");
            before = step.beyond;
        }
        let half = curve.percentile(50);
        if let Some(time) = half.time {
            prop_assert!(half.low.is_some_and(|low| low <= time) && half.high.is_none_or(|high| time <= high), "{half:?}");
        }
    }
}
