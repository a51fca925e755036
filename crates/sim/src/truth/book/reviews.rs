//! What was published, and who was called back.

use std::ops::Range;

use contact::Instant;

use super::{Book, NEVER};
use crate::{
    number::{index, span},
    truth::{PlaceName, counts::counts},
};

counts!(
    /// Content that appeared, as known at an instant.
    ReviewCounts {
        /// Content offered for review.
        offered,
        /// Content that appeared.
        published,
        /// Content that appeared before a decision.
        unreviewed,
    }
);

counts!(
    /// Calls back that were asked for, as known at an instant.
    CallCounts {
        /// Asked for.
        requested,
        /// Attempts.
        dialled,
        /// Customers who were reached.
        reached,
        /// Sum, over those reached, of the time from arrival to the first ring of the attempt that reached them,
        /// microseconds.
        perceived_us,
    }
);

/// A call back that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Call {
    place: u32,
    day: u32,
    arrived: i64,
    requested: i64,
    /// Attempts, with the instant of the first ring.
    dialled: Vec<i64>,
    reached: i64,
}

impl Book {
    /// Content appears. `owed` is the decision on it.
    pub(crate) fn publish(&mut self, owed: u32, at: i64) {
        self.published.push((owed, at));
    }

    /// A customer asks to be called back. Returns the number of the call.
    pub(crate) fn request(&mut self, place: u32, day: u32, arrived: i64, at: i64) -> u32 {
        self.calls.push(Call { place, day, arrived, requested: at, dialled: Vec::new(), reached: NEVER });
        index(self.calls.len() - 1)
    }

    /// The customer is called.
    pub(crate) fn dial(&mut self, call: u32, at: i64, reached: bool) {
        let call = &mut self.calls[call as usize];
        call.dialled.push(at);
        if reached {
            call.reached = at;
        }
    }

    /// Content offered for review on some days.
    #[must_use]
    pub fn reviews(&self, days: Range<usize>, now: Instant, wanted: impl Fn(&PlaceName) -> bool) -> ReviewCounts {
        let offered = self.replies(super::ReplyKind::Decision, days.clone(), None, now, &wanted).owed;
        let mut sum = ReviewCounts { offered, ..ReviewCounts::default() };
        for (owed, at) in self.published.iter().filter(|(_, at)| *at <= now.as_micros()) {
            let owed = &self.owed[*owed as usize];
            if days.contains(&owed.day()) && self.is_wanted(owed.place(), &wanted) {
                sum.published += 1;
                sum.unreviewed += u64::from(*at < owed.over);
            }
        }
        sum
    }

    /// Calls back asked for by customers whose leg was offered on some days.
    #[must_use]
    pub fn calls(&self, days: Range<usize>, now: Instant, wanted: impl Fn(&PlaceName) -> bool) -> CallCounts {
        let now = now.as_micros();
        let mut sum = CallCounts::default();
        for call in self.calls.iter().filter(|call| call.requested <= now) {
            if days.contains(&(call.day as usize)) && self.is_wanted(call.place as usize, &wanted) {
                let reached = call.reached <= now;
                sum.requested += 1;
                sum.dialled += call.dialled.iter().map(|at| u64::from(*at <= now)).sum::<u64>();
                sum.reached += u64::from(reached);
                sum.perceived_us += if reached { span(call.reached - call.arrived) } else { 0 };
            }
        }
        sum
    }
}
