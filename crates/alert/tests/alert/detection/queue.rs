//! A queue, simulated contact by contact: when each was decided, and how.

use std::{cmp::Reverse, collections::BinaryHeap};

use stats::sla::Tried;

/// Open hours of a month.
pub const HOURS: i64 = 360;
pub const HOUR_MS: i64 = 3_600_000;
/// Contacts an hour, and the mean of their handling and of their patience in seconds.
const HOURLY: f64 = 200.0;
const HANDLING: f64 = 180.0;
const PATIENCE: f64 = 180.0;
/// Promised: 80 % within 20 s.
const THRESHOLD: f64 = 20.0;

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

/// When it was decided, in milliseconds of open time, whether a contact was answered in time.
pub type Settled = (i64, bool);

/// Milliseconds of a number of seconds.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds of a month")]
pub fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}

/// First come, first served by `people`, who are all away for half an hour from each of `incidents` (seconds).
pub fn month(seed: u64, people: usize, incidents: &[f64]) -> Vec<Settled> {
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
        // Who hangs up early is decided then; who waits beyond the threshold is a miss at once.
        let left = if is_answered { wait } else { millis(patience) };
        settled.push((millis(now) + left.min(millis(THRESHOLD)), in_time));
    }
    settled.sort_unstable();
    settled
}

/// Contacts that were decided, by when.
pub struct Counts {
    times: Vec<i64>,
    good: Vec<i64>,
}

impl Counts {
    pub fn new(settled: &[Settled]) -> Self {
        let mut good = vec![0];
        good.extend(settled.iter().scan(0, |sum, (_, in_time)| {
            *sum += i64::from(*in_time);
            Some(*sum)
        }));
        Self { times: settled.iter().map(|(time, _)| *time).collect(), good }
    }

    /// How many were decided by each of these instants, the latest first.
    pub fn by(&self, instants: impl Iterator<Item = i64>) -> Vec<usize> {
        let mut last = self.times.len();
        let place = |instant| {
            // Of a window that ends now only its own contacts are looked through.
            let from = (0..usize::BITS)
                .map(|step| last.saturating_sub(1_usize << step))
                .find(|from| *from == 0 || self.times[*from] <= instant);
            let from = from.expect("steps grow");
            last = from + self.times[from..last].partition_point(|time| *time <= instant);
            last
        };
        instants.map(place).collect()
    }

    /// Contacts and misses from one place in order to another.
    pub fn between(&self, from: usize, to: usize) -> Tried {
        let n = i64::try_from(to - from).expect("a month of contacts");
        Tried::new(n, self.good[to] - self.good[from]).expect("a part of all")
    }
}
