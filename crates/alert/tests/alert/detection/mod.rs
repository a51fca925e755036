//! Whether a supervisor is called when something happens, and left alone when nothing does: a queue is simulated contact
//! by contact, and looked at as the server does, every five seconds.

mod looks;
mod queue;

use std::sync::Arc;

use alert::{Change, Desk, Settings, State, Transition, conditions::burn_rule, step};
use contact::Instant;
use stats::sla::{Allowance, Guard, MIN_MISSED, Signal, Target, Tried, Watch};

use crate::support::{Memory, at, paris};
use looks::{LOOK_MS, Looks};
use queue::{HOUR_MS, HOURS, Settled, millis, month};

/// What is told in a month.
fn watched(settled: &[Settled]) -> Vec<Transition> {
    let (rule, mut looks) = (burn_rule().expect("a rule"), Looks::at(settled));
    let (mut state, mut all) = (State::default(), Vec::new());
    for nth in 0..HOURS * HOUR_MS / LOOK_MS {
        let (after, told) = step(&rule, state, &looks.look(nth * LOOK_MS));
        state = after;
        all.extend(told);
    }
    all
}

/// Calls: the alert reaches the level at which somebody is called. In milliseconds.
fn pages(told: &[Transition]) -> Vec<i64> {
    let is_page = |told: &&Transition| matches!(told.change, Change::Fired | Change::Worsened) && told.alert.level == 3;
    told.iter().filter(is_page).map(|told| told.at.micros_since(at(0)) / 1000).collect()
}

/// The first instant at which what a supervisor knows settles that contacts are missed far too fast, to the second: the
/// definitions of burn rates and of a surge, counted contact by contact.
fn decidable(settled: &[Settled], from: i64) -> Option<i64> {
    let near = |(time, _): &&Settled| (from - 4 * HOUR_MS..from + 2 * HOUR_MS).contains(time);
    let near: Vec<Settled> = settled.iter().filter(near).copied().collect();
    let allowance = Allowance::new(Target::permille(800).expect("a share"), 72_000).expect("a volume");
    let fires = |now: &i64| {
        let mut minutes = vec![(0, 0); 240];
        for (time, in_time) in near.iter().filter(|(time, _)| *time <= *now) {
            let minute = usize::try_from((now - time) / 60_000).expect("before now");
            if let Some((n, missed)) = minutes.get_mut(minute) {
                (*n, *missed) = (*n + 1, *missed + i64::from(!in_time));
            }
        }
        let over = |latest: usize| minutes[..latest].iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let [hour, quarter] = [over(60), over(15)].map(|(n, missed)| Tried::new(n, n - missed).expect("a part of all"));
        #[expect(clippy::cast_precision_loss, reason = "contacts of hours")]
        let phi = 1.0 + 0.065 * over(240).0 as f64 / 4.0;
        #[expect(clippy::cast_precision_loss, reason = "contacts of a minute")]
        let surge = minutes.iter().rev().fold(0.0, |sum: f64, (n, missed)| {
            let weight = *missed as f64 * 2.5_f64.ln() + (n - missed) as f64 * 0.625_f64.ln();
            (sum + weight / phi).max(0.0)
        });
        let guard = Guard::new(phi, MIN_MISSED).expect("finite");
        let is_fast = Watch::Fast.of(hour, quarter, allowance, guard).signal == Signal::Fire;
        is_fast || (surge >= 5.0 && quarter.missed() >= 5 && 2 * quarter.missed() > quarter.n())
    };
    (from..from + 2 * HOUR_MS).step_by(1000).find(fires)
}

const INCIDENTS: [f64; 3] = [61.3 * 3600.0, 150.7 * 3600.0, 280.1 * 3600.0];

#[test]
fn three_incidents_of_half_an_hour_are_found_within_a_minute_of_being_decidable() {
    let (mut found, mut called, mut slowest) = (0, 0, 0);
    for seed in 1..=2 {
        let settled = month(seed, 14, &INCIDENTS);
        let pages = pages(&watched(&settled));
        called += pages.len();
        for begin in INCIDENTS.map(millis) {
            let first = decidable(&settled, begin).expect("half an hour without anybody settles it");
            let page = pages.iter().find(|page| **page >= begin).expect("a call");
            slowest = slowest.max(*page - first);
            assert!(*page - first <= 60_000, "seed {seed}: called {} s late", (page - first) / 1000);
            assert!(*page < begin + HOUR_MS, "seed {seed}: called {} min after it began", (page - begin) / 60_000);
            found += 1;
        }
    }
    eprintln!(
        "{found} of 6 incidents found, {called} calls: precision {found}/{called}; told {} s after being decidable at most",
        slowest / 1000
    );
    assert_eq!(found, 6);
    assert!(called <= found + 2, "{called} calls for {found} incidents: at most one false one a month");
}

#[test]
fn a_quiet_month_above_its_target_calls_nobody_more_than_once() {
    for seed in 11..=13 {
        let settled = month(seed, 14, &[]);
        let good = settled.iter().filter(|(_, in_time)| *in_time).count();
        let told = watched(&settled);
        let calls = pages(&told).len();
        eprintln!("seed {seed}: {good} of {} in time, {} changes told, {calls} calls", settled.len(), told.len());
        assert!(good * 100 > settled.len() * 82, "the month is above its target: {good} of {}", settled.len());
        assert!(calls <= 1, "seed {seed}: {calls} calls");
    }
}

/// What is told in a day of a queue where everybody is late for so many minutes of each so many.
fn flapping(late: i64, of: i64) -> Vec<(Change, Instant)> {
    let is_late = |second: i64| second % (of * 60) < late * 60;
    let settled: Vec<Settled> = (0..24 * 3600).step_by(6).map(|second| (second * 1000, !is_late(second))).collect();
    let mut looks = Looks::at(&settled);
    let settings = Settings::new(vec![burn_rule().expect("a rule")], Vec::new(), paris()).expect("settings");
    let desk = Desk::open(Arc::clone(&Memory::new()), settings).expect("opened");
    for nth in 0..24 * HOUR_MS / LOOK_MS {
        let seen = looks.look(nth * LOOK_MS);
        let now = seen.at;
        desk.observe(vec![seen], now).expect("observed");
    }
    let told = desk.feed(0, 1000).expect("a store");
    told.into_iter().map(|one| (one.notice.change, one.notice.at)).collect()
}

#[test]
fn a_flapping_queue_is_told_once_in_a_hysteresis() {
    let (mut begun, mut ends) = (0, 0);
    for (late, of) in [(2, 4), (10, 20), (45, 90), (15, 120), (20, 240)] {
        let told = flapping(late, of);
        let times = |change: Change| -> Vec<Instant> {
            told.iter().filter(|(told, _)| *told == change).map(|(_, at)| *at).collect()
        };
        let (fired, resolved, all) = (times(Change::Fired), times(Change::Resolved), told.len());
        eprintln!(
            "late {late} of {of} minutes for a day: {} firings, {} ends, {all} told in all",
            fired.len(),
            resolved.len()
        );
        for times in [&fired, &resolved] {
            assert!(times.windows(2).all(|pair| pair[1].micros_since(pair[0]) >= 900_000_000), "{times:?}");
        }
        assert!(!fired.is_empty(), "many are missed");
        assert!(all <= 24 * 4, "{all} changes told in a day");
        (begun, ends) = (begun + fired.len(), ends + resolved.len());
    }
    assert!(begun > 5 && ends > 0, "{begun} firings and {ends} ends: the queues are too tame");
}
