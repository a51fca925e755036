//! First contacts of each queue: a Poisson process whose rate is constant within a slot.

use crate::{
    Scenario,
    chance::Stream,
    number::{micros, real_micros},
    timeline::{Slot, Timeline},
};

/// The first contacts of one queue, in order.
#[derive(Debug, Clone)]
pub(crate) struct Arrivals {
    queue: usize,
    stream: Stream,
    /// How many came so far.
    count: u64,
    at: i64,
    day: usize,
    slot: usize,
    slots: Vec<Slot>,
    /// Arrivals per microsecond in each slot.
    rates: Vec<f64>,
}

impl Arrivals {
    pub(crate) fn new(scenario: &Scenario, timeline: &Timeline, queue: usize, seed: u64) -> Self {
        let stream = Stream::new(seed).branch(0x4172_7269).branch(queue as u64);
        let at = timeline.days.starts[0];
        let mut arrivals = Self { queue, stream, count: 0, at, day: 0, slot: 0, slots: Vec::new(), rates: Vec::new() };
        arrivals.begin_day(scenario, timeline);
        arrivals
    }

    fn begin_day(&mut self, scenario: &Scenario, timeline: &Timeline) {
        let first = 1.0 - scenario.queues[self.queue].following;
        self.slot = 0;
        self.slots = timeline.days.slots(self.day, &scenario.network.zone);
        self.rates = timeline.rates(scenario, self.queue, self.day, &self.slots);
        for (rate, slot) in self.rates.iter_mut().zip(&self.slots) {
            *rate *= first * timeline.surge(self.queue, slot.start);
        }
    }

    /// The next arrival, with the stream of the contact; `None` when the run is over.
    pub(crate) fn next(&mut self, scenario: &Scenario, timeline: &Timeline) -> Option<(i64, Stream)> {
        let mut hazard = self.stream.exponential(self.count);
        while self.at < timeline.end {
            let Some(slot) = self.slots.get(self.slot).copied() else {
                self.day += 1;
                self.begin_day(scenario, timeline);
                continue;
            };
            let rate = self.rates[self.slot];
            let left = rate * real_micros(slot.end - self.at);
            if hazard < left {
                self.at = (self.at + micros(hazard / rate)).min(slot.end - 1);
                self.count += 1;
                return Some((self.at, self.stream.branch(self.count)));
            }
            hazard -= left;
            self.at = slot.end;
            self.slot += 1;
        }
        None
    }
}
