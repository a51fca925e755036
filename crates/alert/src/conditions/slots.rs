//! Contacts that were decided lately, in slots of open time: what windows and surges are made of.

use contact::{Duration, Instant, network::Calendar};
use stats::sla::Tried;

const WEEK_US: i64 = 7 * 86_400_000_000;
/// How far back open time is looked for: a calendar that was open for less has no older slots.
const REACH_US: i64 = 60 * 86_400_000_000;

/// The instants between slots of one length of open time that end now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// The newest first: now, then the end of each slot before.
    bounds: Vec<Instant>,
}

impl Bounds {
    /// So many slots before `now`, of time in which `hours` were open; all time where there are none. While closed, time
    /// stands still.
    #[must_use]
    pub fn before(now: Instant, hours: Option<&Calendar>, slot: Duration, slots: usize) -> Self {
        let slot_us = slot.as_micros().max(1);
        let mut bounds = vec![now];
        let Some(hours) = hours else {
            let mut at = now;
            bounds.resize_with(slots + 1, || {
                at = at.plus_micros(-slot_us);
                at
            });
            return Self { bounds };
        };
        let (mut to, mut left) = (now, slot_us);
        while bounds.len() <= slots && now.micros_since(to) < REACH_US {
            let from = to.plus_micros(-WEEK_US);
            for span in hours.open_spans(from, to).into_iter().rev() {
                let mut end = span.to;
                while bounds.len() <= slots && end.micros_since(span.from) >= left {
                    end = end.plus_micros(-left);
                    bounds.push(end);
                    left = slot_us;
                }
                left -= end.micros_since(span.from);
            }
            to = from;
        }
        bounds.resize(slots + 1, to);
        Self { bounds }
    }

    /// Where the oldest slot begins.
    #[must_use]
    pub fn oldest(&self) -> Instant {
        *self.bounds.last().expect("now is always there")
    }

    /// How many slots there are.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.bounds.len() - 1
    }

    /// The slot of an instant, the newest is 0; what is later than now is in it. `None` before the oldest.
    fn slot(&self, at: Instant) -> Option<usize> {
        let slot = self.bounds[1..].partition_point(|bound| *bound >= at);
        (slot < self.slots()).then_some(slot)
    }
}

/// Contacts and misses in slots, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    counts: Vec<(i64, i64)>,
}

impl Slots {
    /// So many slots without contacts.
    #[must_use]
    pub fn empty(slots: usize) -> Self {
        Self { counts: vec![(0, 0); slots] }
    }

    /// Counts contacts, and misses among them, that were decided at an instant. What is older than the slots is left out.
    pub fn count(&mut self, bounds: &Bounds, at: Instant, contacts: i64, missed: i64) {
        if let Some(count) = bounds.slot(at).and_then(|slot| self.counts.get_mut(slot)) {
            *count = (count.0 + contacts, count.1 + missed);
        }
    }

    /// Adds those of another queue, slot by slot.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = (count.0 + more.0, count.1 + more.1);
        }
    }

    /// The newest slots together.
    #[must_use]
    pub fn last(&self, slots: usize) -> Tried {
        let newest = &self.counts[..slots.min(self.counts.len())];
        tried(newest.iter().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1)))
    }

    /// Slot by slot, the oldest first.
    #[must_use]
    pub fn in_order(&self) -> Vec<Tried> {
        self.counts.iter().rev().copied().map(tried).collect()
    }
}

/// Nothing, where the counts contradict each other.
fn tried((contacts, missed): (i64, i64)) -> Tried {
    Tried::new(contacts, contacts - missed).unwrap_or_else(|| Tried::new(0, 0).expect("nothing is possible"))
}

#[cfg(test)]
mod tests {
    use contact::Network;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("RFC 3339")
    }

    fn desk() -> Calendar {
        let text = "brand: b\nzone: Europe/Paris\nproviders: [{name: p}]\nqueues: [{name: q, calendar: desk}]\ncalendars:\n  \
                    - {name: desk, weekly: {thursday: ['08:00-12:00', '14:00-18:00'], friday: ['08:00-18:00']}}\n";
        Network::parse(text).expect("a network").calendars.remove("desk").expect("declared")
    }

    fn bounds(now: &str, minutes: u32, slots: usize) -> Vec<String> {
        let bounds = Bounds::before(at(now), Some(&desk()), Duration::from_secs(minutes * 60), slots);
        bounds.bounds.iter().map(ToString::to_string).collect()
    }

    /// The first hour of a day would be judged by its first contacts alone.
    #[test]
    fn windows_reach_back_over_night_and_lunch() {
        let friday = bounds("2026-10-09T08:30:00+02:00", 60, 3);
        assert_eq!(
            friday,
            ["2026-10-09T06:30:00Z", "2026-10-08T15:30:00Z", "2026-10-08T14:30:00Z", "2026-10-08T13:30:00Z"]
        );
        let lunch = bounds("2026-10-08T14:30:00+02:00", 60, 1);
        assert_eq!(lunch, ["2026-10-08T12:30:00Z", "2026-10-08T09:30:00Z"]);
    }

    #[test]
    fn while_closed_time_stands_still() {
        let evening = bounds("2026-10-09T22:00:00+02:00", 30, 2);
        assert_eq!(evening[1..], ["2026-10-09T15:30:00Z", "2026-10-09T15:00:00Z"]);
        assert_eq!(bounds("2026-10-11T12:00:00+02:00", 30, 2)[1..], evening[1..]);
    }

    /// A slot that ends exactly at an opening must not be followed by one of no length.
    #[test]
    fn slots_are_all_of_one_length_also_where_they_meet_an_opening() {
        let exact = bounds("2026-10-09T09:00:00+02:00", 60, 2);
        assert_eq!(exact, ["2026-10-09T07:00:00Z", "2026-10-09T06:00:00Z", "2026-10-08T15:00:00Z"]);
    }

    #[test]
    fn contacts_fall_into_the_slot_in_which_they_were_decided() {
        let now = at("2026-10-09T12:00:00Z");
        let bounds = Bounds::before(now, None, Duration::from_secs(60), 3);
        assert_eq!((bounds.oldest(), bounds.slots()), (at("2026-10-09T11:57:00Z"), 3));
        let mut slots = Slots::empty(3);
        for (time, missed) in [("12:00:00", 1), ("11:59:01", 0), ("11:59:00", 1), ("11:57:01", 1), ("11:57:00", 1)] {
            slots.count(&bounds, at(&format!("2026-10-09T{time}Z")), 1, missed);
        }
        let told = |tried: Tried| (tried.n(), tried.missed());
        assert_eq!([1, 2, 3, 9].map(|n| told(slots.last(n))), [(2, 1), (3, 2), (4, 3), (4, 3)]);
        assert_eq!(slots.in_order().into_iter().map(told).collect::<Vec<_>>(), [(1, 1), (1, 1), (2, 1)]);
        let mut both = slots.clone();
        both.add(&slots);
        assert_eq!(told(both.last(3)), (8, 6));
    }
}
