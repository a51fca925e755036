//! Whether a supervisor is called when something happens, and left alone when nothing does: a queue is simulated contact
//! by contact, and looked at every 15 seconds.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use alert::{
    Change, Desk, Observation, Settings, State, Title, Transition,
    conditions::{Burning, Windows, burn, burn_rule},
    step,
};
use stats::sla::{Allowance, Guard, MIN_MISSED, Signal, Target, Tried, Watch};

use crate::support::{Memory, at, paris, queue};

/// Open hours of a month.
const HOURS: i64 = 360;
/// Contacts an hour, and the mean of their handling and of their patience in seconds.
const HOURLY: f64 = 200.0;
const HANDLING: f64 = 180.0;
const PATIENCE: f64 = 180.0;
/// Promised: 80 % within 20 s.
const THRESHOLD: f64 = 20.0;
/// Waits come in clusters: the design effect of an hour of this queue, as a quiet month shows it.
const PHI: f64 = 12.0;

/// Numbers that look drawn: SplitMix64.
struct Draw(u64);

impl Draw {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
        let unit = ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }
}

/// When it was settled, in milliseconds of open time, whether a contact was answered in time.
type Settled = (i64, bool);

/// First come, first served by `people`, who are all away for half an hour from each of `incidents` (seconds).
fn month(seed: u64, people: usize, incidents: &[f64]) -> Vec<Settled> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a month")]
    let millis = |seconds: f64| (seconds * 1000.0) as i64;
    let mut draw = Draw(seed);
    let mut free: BinaryHeap<Reverse<i64>> = (0..people).map(|_| Reverse(0)).collect();
    let (mut now, mut pending, mut settled) = (0.0, incidents.iter().peekable(), Vec::new());
    while now < 3600.0 * 360.0 {
        now += draw.exponential(3600.0 / HOURLY);
        let (handling, patience) = (draw.exponential(HANDLING), draw.exponential(PATIENCE));
        if let Some(begin) = pending.next_if(|begin| **begin <= now) {
            let away = begin + 1800.0;
            free = free.drain().map(|Reverse(free)| Reverse(free.max(millis(away)))).collect();
        }
        let Reverse(first) = *free.peek().expect("people");
        let wait = (first - millis(now)).max(0);
        let is_answered = wait <= millis(patience);
        if is_answered {
            free.pop();
            free.push(Reverse(millis(now) + wait + millis(handling)));
        }
        let in_time = is_answered && wait <= millis(THRESHOLD);
        // Who waits beyond the threshold is a miss at once.
        settled.push((millis(now) + wait.min(millis(THRESHOLD)), in_time));
    }
    settled.sort_unstable();
    settled
}

/// Counts of any stretch of the month.
struct Counts {
    times: Vec<i64>,
    good: Vec<i64>,
}

impl Counts {
    fn new(settled: &[Settled]) -> Self {
        let mut good = vec![0];
        good.extend(settled.iter().scan(0, |sum, (_, in_time)| {
            *sum += i64::from(*in_time);
            Some(*sum)
        }));
        Self { times: settled.iter().map(|(time, _)| *time).collect(), good }
    }

    /// What was settled in so many minutes up to an instant.
    fn last(&self, minutes: i64, now: i64) -> Tried {
        let [from, to] = [now - minutes * 60_000, now].map(|bound| self.times.partition_point(|time| *time <= bound));
        self.between(from, to)
    }

    fn between(&self, from: usize, to: usize) -> Tried {
        let n = i64::try_from(to - from).expect("a month of contacts");
        Tried::new(n, self.good[to] - self.good[from]).expect("a part of all")
    }

    /// The last four hours, minute by minute.
    fn slots(&self, now: i64) -> Vec<Tried> {
        let bound = |minute: i64| self.times.partition_point(|time| *time <= now - minute * 60_000);
        let bounds: Vec<usize> = (0..=240).rev().map(bound).collect();
        bounds.windows(2).map(|pair| self.between(pair[0], pair[1])).collect()
    }

    fn windows(&self, now: i64) -> Vec<Windows> {
        let of = |watch: Watch| Windows {
            watch,
            long: self.last(watch.long_minutes(), now),
            short: self.last(watch.short_minutes(), now),
        };
        Watch::ALL.map(of).to_vec()
    }
}

fn allowance() -> Allowance {
    Allowance::new(Target::permille(800).expect("a share"), 72_000).expect("a volume")
}

fn guard() -> Guard {
    Guard::new(PHI, MIN_MISSED).expect("finite")
}

fn observation(counts: &Counts, now: i64) -> Observation {
    let what = Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() };
    let (windows, slots) = (counts.windows(now), counts.slots(now));
    let burning = Burning { windows: &windows, slots: &slots, allowance: allowance(), guard: guard() };
    let found = burn(&burning, what, None).expect("windows");
    found.of("burn", queue("voice"), at(0).plus_micros(now * 1000))
}

/// What is told in a month that is looked at every 15 seconds.
fn watched(settled: &[Settled]) -> Vec<Transition> {
    let (rule, counts) = (burn_rule().expect("a rule"), Counts::new(settled));
    let (mut state, mut all) = (State::default(), Vec::new());
    for quarter in 0..HOURS * 240 {
        let (after, told) = step(&rule, state, &observation(&counts, quarter * 15_000));
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
/// definitions of `homogeneity.md`, 8.4 and 8.5, counted contact by contact.
fn decidable(settled: &[Settled], from: i64) -> Option<i64> {
    let near = |(time, _): &&Settled| (from - 4 * HOUR..from + 2 * HOUR).contains(time);
    let near: Vec<Settled> = settled.iter().filter(near).copied().collect();
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
        #[expect(clippy::cast_precision_loss, reason = "contacts of a minute")]
        let surge = minutes.iter().rev().fold(0.0, |sum: f64, (n, missed)| {
            let weight = *missed as f64 * 2.5_f64.ln() + (n - missed) as f64 * 0.625_f64.ln();
            (sum + weight / PHI).max(0.0)
        });
        let is_fast = Watch::Fast.of(hour, quarter, allowance(), guard()).signal == Signal::Fire;
        is_fast || (surge >= 5.0 && quarter.missed() >= 5 && 2 * quarter.missed() > quarter.n())
    };
    (from..from + 2 * HOUR).step_by(1000).find(fires)
}

const HOUR: i64 = 3_600_000;
const INCIDENTS: [f64; 3] = [61.3 * 3600.0, 150.7 * 3600.0, 280.1 * 3600.0];

#[test]
fn three_incidents_of_half_an_hour_are_found_within_a_minute_of_being_decidable() {
    let (mut found, mut called) = (0, 0);
    for seed in 1..=2 {
        let settled = month(seed, 14, &INCIDENTS);
        let pages = pages(&watched(&settled));
        called += pages.len();
        for begin in INCIDENTS {
            #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a month")]
            let begin = (begin * 1000.0) as i64;
            let first = decidable(&settled, begin).expect("half an hour without anybody settles it");
            let page = pages.iter().find(|page| **page >= begin).expect("a call");
            assert!(*page - first <= 60_000, "seed {seed}: called {} s late", (page - first) / 1000);
            assert!(*page < begin + HOUR, "seed {seed}: called {} min after it began", (page - begin) / 60_000);
            found += 1;
        }
    }
    eprintln!("{found} of 6 incidents found, {called} calls: precision {found}/{called}");
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

/// Everyone waits for ten minutes, nobody for the next ten, for a day.
#[test]
fn a_flapping_queue_is_told_once_in_a_hysteresis() {
    let settled: Vec<Settled> =
        (0..12 * 3600).step_by(6).map(|second| (second * 1000, second / 600 % 2 == 1)).collect();
    let counts = Counts::new(&settled);
    let ledger = Memory::new();
    let settings = Settings::new(vec![burn_rule().expect("a rule")], Vec::new(), paris()).expect("settings");
    let desk = Desk::open(Arc::clone(&ledger), settings).expect("opened");
    for quarter in 0..12 * 240 {
        let seen = observation(&counts, quarter * 15_000);
        let now = seen.at;
        desk.observe(vec![seen], now).expect("observed");
    }
    let told = desk.feed(0, 1000).expect("a store");
    for change in [Change::Fired, Change::Resolved] {
        let times: Vec<_> = told.iter().filter(|one| one.notice.change == change).map(|one| one.notice.at).collect();
        assert!(times.windows(2).all(|pair| pair[1].micros_since(pair[0]) >= 900_000_000), "{change:?}: {times:?}");
    }
    assert!(told.iter().any(|one| one.notice.change == Change::Fired), "half of all contacts are missed");
    assert!(told.len() <= 12 * 4, "{} changes told in twelve hours", told.len());
}
