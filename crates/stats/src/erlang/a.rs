//! Customers who give up.

use super::Staffed;

/// Customers waiting at once beyond which a queue is not computed.
const MAX_WAITING: u32 = 10_000_000;

/// A product that grows beyond this is scaled down before it overflows.
const HUGE: f64 = 1e200;

/// A queue whose customers give up. It is stable whatever the load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangA {
    /// The share of customers who wait at all, 0–1.
    pub waits: f64,
    /// The share of customers who give up, 0–1.
    pub abandons: f64,
    /// The share of all customers answered within the threshold, 0–1.
    pub in_time: f64,
    /// The mean wait over all customers, answered or not.
    pub mean_wait: f64,
    /// Customers waiting, on average.
    pub mean_queue: f64,
    /// The share of their time that agents are busy, 0–1.
    pub occupancy: f64,
}

/// The queue if customers give up after an exponential time of mean `patience`; in time is answered within `threshold`.
///
/// With N agents, μ and θ the rates of handling and giving up, the number in the queue is a birth-death process with death
/// rate Nμ + jθ when j wait. Who finds j waiting is answered after a sum of exponential times of rates Nμ, Nμ + θ, …,
/// Nμ + jθ. For V such a sum, e^(−θV) has the beta distribution of Nμ/θ and j + 1; being answered in time, before giving up,
/// then has the chance Nμ/(Nμ + (j + 1)θ) · P(Beta(Nμ/θ + 1, j + 1) ≥ e^(−θ·threshold)), whose complement grows with j by
/// the terms of a negative binomial distribution.
///
/// `None` unless patience is positive and the threshold 0 or more, both finite, and for queues in which more than ten
/// million would wait.
///
/// Source: Palm, "Research on telephone traffic carried by full availability groups", 1957; Garnett, Mandelbaum and Reiman,
/// "Designing a call center with impatient customers", 2002.
#[must_use]
pub fn erlang_a(queue: Staffed, patience: f64, threshold: f64) -> Option<ErlangA> {
    let valid = patience > 0.0 && patience.is_finite() && threshold >= 0.0 && threshold.is_finite();
    let sums = valid.then(|| Waiting::sum(queue, patience, threshold))??;
    let all = sums.free + sums.busy;
    let mean_queue = sums.queue / all;
    let abandons = (mean_queue / patience / queue.arrivals).clamp(0.0, 1.0);
    Some(ErlangA {
        waits: sums.busy / all,
        abandons,
        in_time: ((sums.free + sums.in_time) / all).clamp(0.0, 1.0),
        mean_wait: mean_queue / queue.arrivals,
        mean_queue,
        occupancy: (queue.load() * (1.0 - abandons) / f64::from(queue.agents)).min(1.0),
    })
}

/// Sums over states, each weighed by its chance relative to one of them.
struct Waiting {
    /// Some agent is free.
    free: f64,
    /// All are busy.
    busy: f64,
    /// All are busy, times the number waiting.
    queue: f64,
    /// All are busy, times the chance of an arrival then to be answered in time.
    in_time: f64,
}

impl Waiting {
    /// `None` if it takes too many states.
    fn sum(queue: Staffed, patience: f64, threshold: f64) -> Option<Self> {
        // Rates in patiences: θ = 1.
        let serving = f64::from(queue.agents) / queue.handle * patience;
        let arrivals = queue.arrivals * patience;
        let blocked = queue.blocked();
        if blocked < f64::MIN_POSITIVE {
            return Some(Self { free: 1.0, busy: 0.0, queue: 0.0, in_time: 0.0 });
        }
        let mut sums = Self { free: 1.0 / blocked - 1.0, busy: 0.0, queue: 0.0, in_time: 0.0 };
        let mut late = Late::new(serving + 1.0, threshold / patience);
        let mut weight = 1.0;
        for waiting in (0..MAX_WAITING).map(f64::from) {
            let answered = serving / (serving + waiting + 1.0);
            sums.busy += weight;
            sums.queue += weight * waiting;
            sums.in_time += weight * answered * (1.0 - late.up_to(waiting));
            let ratio = arrivals / (serving + waiting + 1.0);
            // The rest is less than a geometric series with this ratio, and with the number waiting as a factor.
            let rest = weight * (waiting + 2.0) / (1.0 - ratio).powi(2);
            if ratio < 1.0 && waiting > 0.0 && rest < f64::EPSILON * 1e-2 * sums.queue {
                return Some(sums);
            }
            weight *= ratio;
            if weight > HUGE {
                weight /= HUGE;
                sums.scale(1.0 / HUGE);
            }
        }
        None
    }

    fn scale(&mut self, by: f64) {
        for sum in [&mut self.free, &mut self.busy, &mut self.queue, &mut self.in_time] {
            *sum *= by;
        }
    }
}

/// P(Beta(a, j + 1) < e^(−t)) for j = 0, 1, 2, …: a sum of x^a (1 − x)^i a(a + 1)…(a + i − 1)/i!, its terms kept as logarithms
/// because x^a may be too small for a number.
struct Late {
    a: f64,
    ln_rest: f64,
    ln_term: f64,
    sum: f64,
}

impl Late {
    fn new(a: f64, t: f64) -> Self {
        Self { a, ln_rest: (-(-t).exp_m1()).ln(), ln_term: -a * t, sum: 0.0 }
    }

    /// To be called with 0, 1, 2, … in turn.
    fn up_to(&mut self, j: f64) -> f64 {
        self.sum = (self.sum + self.ln_term.exp()).min(1.0);
        self.ln_term += self.ln_rest + ((self.a + j) / (j + 1.0)).ln();
        self.sum
    }
}
