//! Looking all the time: how often a promise that is kept raises an alarm, and how soon one that is broken does.

use stats::sla::{ALARM, Allowance, Guard, MIN_MISSED, Signal, Target, Tried, Watch, ln_evidence};

const RUNS: u64 = 1000;

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// After how many contacts that miss with `rate` the evidence against 20 % first raises an alarm, within `looks`.
fn alarm(seed: u64, rate: f64, looks: u32) -> Option<u32> {
    let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut missed = 0.0;
    (1..=looks).find(|n| {
        missed += f64::from(u8::from(random.share() < rate));
        ln_evidence(missed, f64::from(*n), 0.2).expect("possible") >= ALARM
    })
}

#[test]
fn a_promise_just_kept_and_looked_at_500_times_is_seldom_accused() {
    let alarms = (1..=RUNS).filter(|seed| alarm(*seed, 0.2, 500).is_some()).count();
    eprintln!("a promise just kept: {alarms} alarms in {RUNS} runs of 500 looks");
    assert!((10..=50).contains(&alarms), "{alarms}");
}

#[test]
fn a_promise_broken_is_seen_the_sooner_the_worse_it_is() {
    let median = |rate| {
        let mut at: Vec<u32> = (1..=RUNS).map(|seed| alarm(seed, rate, 5000).expect("seen in the end")).collect();
        at.sort_unstable();
        at[at.len() / 2]
    };
    let (mild, bad) = (median(0.3), median(0.5));
    eprintln!("30 % missed is seen after {mild} contacts, 50 % after {bad} (medians)");
    assert!((110..=170).contains(&mild) && (11..=18).contains(&bad), "{mild} {bad}");
}

/// Open quarters of an hour in a month of eight-hour days.
const MONTH: i64 = 30 * 32;

/// Contacts and misses in quarters of an hour of open time, `calls` in each, missing with the rate of the quarter.
fn quarters(random: &mut Random, calls: i64, rate: impl Fn(i64) -> f64) -> Vec<(i64, i64)> {
    (0..MONTH).map(|at| (calls, (0..calls).map(|_| i64::from(random.share() < rate(at))).sum())).collect()
}

/// The quarters at whose ends an alert begins, looked at every quarter; an alert that is open begins no other.
fn pages(quarters: &[(i64, i64)]) -> Vec<usize> {
    let target = Target::permille(800).expect("a share");
    let allowance = Allowance::new(target, 40_000).expect("a volume");
    let guard = Guard::new(1.0, MIN_MISSED).expect("finite");
    let window = |end: usize, minutes: i64| {
        let from = end - usize::try_from(minutes / 15).expect("a few");
        let (n, missed) = quarters[from..end].iter().fold((0, 0), |sum, slot| (sum.0 + slot.0, sum.1 + slot.1));
        Tried::new(n, n - missed).expect("possible")
    };
    let mut pages = Vec::new();
    for watch in [Watch::Fast, Watch::Medium] {
        let mut firing = false;
        for end in usize::try_from(watch.long_minutes() / 15).expect("a few")..=quarters.len() {
            let (long, short) = (window(end, watch.long_minutes()), window(end, watch.short_minutes()));
            match watch.of(long, short, allowance, guard).signal {
                Signal::Fire if !firing => {
                    firing = true;
                    pages.push(end - 1);
                }
                Signal::Clear => firing = false,
                Signal::Fire | Signal::Hold => {}
            }
        }
    }
    pages
}

#[test]
fn a_quiet_month_above_target_has_hardly_a_page_whatever_the_volume() {
    let mut random = Random(7);
    for calls in [5, 25, 100] {
        let of_months: Vec<usize> = (0..200).map(|_| pages(&quarters(&mut random, calls, |_| 0.16)).len()).collect();
        let (some, more) = (of_months.iter().filter(|n| **n > 0).count(), of_months.iter().filter(|n| **n > 1).count());
        eprintln!("84 % against 80 %, {} calls an hour: {some} of 200 months paged, {more} more than once", 4 * calls);
        assert!(more <= 10, "{more} at {calls}");
    }
}

/// In how many of 200 months an outage is paged before it ends or at its end.
fn found(random: &mut Random, calls: i64, outage: std::ops::Range<i64>, missed: f64) -> usize {
    let rate = |at: i64| if outage.contains(&at) { missed } else { 0.16 };
    let during = |at: &usize| i64::try_from(*at).is_ok_and(|at| outage.contains(&at));
    (0..200).filter(|_| pages(&quarters(random, calls, rate)).iter().any(during)).count()
}

#[test]
fn an_outage_is_paged_while_it_lasts() {
    let mut random = Random(11);
    for calls in [5, 25, 100] {
        let long = found(&mut random, calls, 400..406, 0.95);
        let short = found(&mut random, calls, 400..402, 1.0);
        eprintln!(
            "{} calls an hour: 90 min of 95 % missed paged in {long}, 30 min of all in {short} of 200",
            4 * calls
        );
        assert!(long == 200 && short >= if calls > 5 { 195 } else { 140 }, "{long} {short} at {calls}");
    }
}
