//! Laws of promises that hold on any counts.

use proptest::prelude::*;
use stats::sla::{
    Allowance, Beta, ClosedState, Guard, OpenState, Recent, Remaining, Signal, Target, Tried, Watch, burn,
    chance_of_at_least, closed, open,
};

fn tried() -> impl Strategy<Value = Tried> {
    (0..5000i64).prop_flat_map(|n| (Just(n), 0..=n)).prop_map(|(n, x)| Tried::new(n, x).expect("possible"))
}

fn target() -> impl Strategy<Value = Target> {
    (0..=1000u16).prop_map(|permille| Target::permille(permille).expect("a share"))
}

fn remaining() -> impl Strategy<Value = Remaining> {
    (0..2000i64, 0..2000i64, 0..2000i64)
        .prop_map(|(low, more, most)| Remaining::new(low, low + more, low + more + most).expect("ordered"))
}

/// C(n, k) · B(k + a, n − k + b) / B(a, b), summed as defined: by whole factors, for small numbers.
fn summed(required: i64, n: i64, a: f64, b: f64) -> f64 {
    let rising = |from: f64, times: i64| (0..times).fold(1.0, |product, i| product * (from + f(i)));
    let ways = |k: i64| (0..k).fold(1.0, |ways, i| ways * f(n - i) / f(i + 1));
    (required.max(0)..=n).map(|k| ways(k) * rising(a, k) * rising(b, n - k) / rising(a + b, n)).sum()
}

fn f(n: i64) -> f64 {
    f64::from(i32::try_from(n).expect("small"))
}

proptest! {
    #[test]
    fn a_chance_is_the_sum_of_its_definition(n in 0..60i64, required in -2..63i64, a in 0.01..40.0f64, b in 0.01..40.0f64) {
        let got = chance_of_at_least(required, n, Beta { a, b }).expect("a distribution");
        let expected = summed(required, n, a, b);
        prop_assert!((got - expected).abs() <= 1e-11 * (1.0 + expected), "got {got}, expected {expected}");
    }

    #[test]
    fn a_promise_is_met_exactly_where_one_success_fewer_breaks_it(n in 1..100_000i64, target in target()) {
        let least = target.least(n);
        let at = |successes: i64| closed(Tried::new(n, successes).expect("possible"), target, 0).state;
        prop_assert_eq!(at(least), ClosedState::Met);
        if least > 0 {
            prop_assert_eq!(at(least - 1), ClosedState::Breached);
        }
    }

    /// The remaining volume comes as foreseen and the rest all fails, or all succeeds: what was certain must come true.
    #[test]
    fn what_is_secured_or_lost_ends_so(so_far in tried(), target in target(), remaining in remaining(), recent in tried(), phi in 0.5..30.0f64) {
        let got = open(so_far, target, remaining, Recent::new(recent, phi).expect("finite"));
        prop_assert!((0.0..=1.0).contains(&got.computed), "{got:?}");
        prop_assert_eq!(got.p_meet().is_none(), got.state == OpenState::NotEnoughData);
        for rest in [remaining.low(), remaining.mid(), remaining.high()] {
            let ends = |more: i64| {
                closed(Tried::new(so_far.n() + rest, so_far.successes() + more).expect("possible"), target, 0).state
            };
            if got.state == OpenState::Secured && so_far.n() + rest > 0 {
                prop_assert_eq!(ends(0), ClosedState::Met);
            }
            if got.state == OpenState::Lost {
                prop_assert_eq!(ends(rest), ClosedState::Breached);
            }
        }
    }

    #[test]
    fn one_more_in_time_never_lowers_the_chance(so_far in tried(), target in target(), remaining in remaining(), recent in tried()) {
        prop_assume!(so_far.missed() > 0);
        let recent = Recent::new(recent, 5.0).expect("finite");
        let better = Tried::new(so_far.n(), so_far.successes() + 1).expect("possible");
        let (before, after) = (open(so_far, target, remaining, recent), open(better, target, remaining, recent));
        prop_assert!(after.computed >= before.computed - 1e-12, "{before:?} {after:?}");
    }

    #[test]
    fn an_alert_fires_only_beyond_its_threshold_and_beyond_chance(long in tried(), short in tried(), target in target(), phi in 0.5..30.0f64) {
        let (allowance, guard) = (Allowance::new(target, 10_000).expect("a volume"), Guard::new(phi, 5).expect("finite"));
        for watch in Watch::ALL {
            let got = watch.of(long, short, allowance, guard);
            let above = |rate: Option<f64>| match (rate, watch.threshold(target)) {
                (Some(rate), Some(threshold)) => rate > threshold - 1e-9,
                _ => target.allowance() <= 0.0,
            };
            if got.signal == Signal::Fire {
                prop_assert!(above(got.long.rate) && above(got.short.rate) && got.long.proved && long.missed() >= 5, "{got:?}");
            }
            if got.signal == Signal::Clear {
                prop_assert!(short.n() > 0 && !watch.exceeded(target, short));
            }
        }
        let burnt = burn(long, allowance, guard);
        if let (Some(rate), Some(max)) = (burnt.rate, allowance.max_rate()) {
            prop_assert!(0.0 <= rate && rate <= max * (1.0 + 1e-12));
        }
    }
}

/// "Needs 81.0 %, lately 80.5 %": 41 %.
#[test]
fn the_sentence_to_show() {
    let target = Target::permille(800).expect("a share");
    let tried = |n, x| Tried::new(n, x).expect("possible");
    let remaining = Remaining::new(5000, 6000, 7000).expect("ordered");
    let recent = Recent::new(tried(6000, 4830), 20.0).expect("finite");
    let got = open(tried(12_000, 9540), target, remaining, recent);
    let read =
        [got.required.mid, recent.share(), got.p_meet()].map(|share| format!("{:.1}", 100.0 * share.expect("known")));
    assert_eq!((read, got.state), (["81.0", "80.5", "41.1"].map(String::from), OpenState::AtRisk));
    assert_eq!(got.p_miss().map(|chance| chance > 0.5), Some(true));
}

#[test]
fn when_nothing_more_comes_it_is_settled() {
    let target = Target::permille(800).expect("a share");
    let none = Remaining::new(0, 0, 0).expect("ordered");
    let recent = Recent::new(Tried::new(0, 0).expect("possible"), 1.0).expect("finite");
    let at = |x| open(Tried::new(1000, x).expect("possible"), target, none, recent);
    assert_eq!((at(800).state, at(799).state), (OpenState::Secured, OpenState::Lost));
    assert_eq!((at(800).required.mid, at(799).p_meet()), (None, Some(0.0)));
}

#[test]
fn what_cannot_be_is_none() {
    let some = Tried::new(10, 5).expect("possible");
    assert_eq!((Remaining::new(3, 2, 4), Remaining::new(-1, 2, 4)), (None, None));
    assert_eq!(Recent::new(some, f64::NAN).map(Recent::share), None);
    assert!(Guard::new(f64::INFINITY, 5).is_none());
    assert!(Allowance::new(Target::permille(800).expect("a share"), -1).is_none());
}
