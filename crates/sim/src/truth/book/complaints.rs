//! Complaints: of those received, and of those that were done.

use std::ops::Range;

use contact::Instant;
use serde::Serialize;

use super::{Book, Case, Change, Desk, histories::Histories};
use crate::{
    number::span,
    truth::{PlaceName, counts::counts},
};

const DAY: i64 = 86_400_000_000;

counts!(
    /// Complaints received, as known at an instant. Business time is open time of the promise's calendar, a day of it 24 h.
    ComplaintCounts {
        /// All of them.
        received,
        /// Resolved, and not reopened within the durable days.
        resolved,
        /// Not resolved.
        open,
        /// Not resolved, and received over 48 h ago.
        beyond_48h,
        /// Received at least 24 h ago.
        due_24h,
        /// Of those, resolved within 24 h.
        resolved_24h,
        /// Received at least 48 h ago.
        due_48h,
        /// Of those, resolved within 48 h.
        resolved_48h,
        /// Received at least 24 h of business time ago.
        due_24h_business,
        /// Of those, resolved within 24 h of business time.
        resolved_24h_business,
        /// Received at least 48 h of business time ago.
        due_48h_business,
        /// Of those, resolved within 48 h of business time.
        resolved_48h_business,
    }
);

counts!(
    /// Complaints that ceased to be open because they were resolved, each as often as that happened: a rate on them says
    /// nothing of those that are still open.
    CompletedCounts {
        /// All of them.
        completed,
        /// Within 24 h of their receipt.
        within_24h,
        /// Within 48 h of their receipt.
        within_48h,
    }
);

/// How long a complaint took, or has taken so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ComplaintTime {
    /// Since the receipt, until the resolution or until now, microseconds.
    pub elapsed_us: u64,
    /// The same on the clock of the promise, microseconds.
    pub business_us: u64,
    /// Whether it is resolved.
    pub resolved: bool,
}

impl Book {
    /// When a case was resolved, unless it was reopened within the durable days: as known at `now`.
    fn resolved(&self, histories: &Histories, case: usize, now: i64) -> Option<i64> {
        let history = histories.until(case, now);
        let last = history.iter().rev().find(|changed| changed.what == Change::Resolved)?.at;
        let reopened = history.iter().find(|changed| changed.what == Change::Reopened && changed.at >= last);
        reopened.is_none_or(|changed| changed.at - last > self.durable).then_some(last)
    }

    /// Complaints received on some days, each with its number.
    fn complaints_of(&self, histories: &Histories, days: &Range<usize>, now: i64) -> Vec<(usize, &Case)> {
        let cancelled = |number| histories.until(number, now).iter().any(|changed| changed.what == Change::Cancelled);
        let counts = |number: usize, case: &Case| {
            case.complaint
                && case.received <= now
                && days.contains(&(case.day as usize))
                && !case.is_out_of_hours(now)
                && !cancelled(number)
        };
        self.cases.iter().enumerate().filter(|(number, case)| counts(*number, case)).collect()
    }

    /// Each complaint received on some days, as known at `now`, shortest first: what a survival curve is drawn from.
    #[must_use]
    pub fn complaint_times(
        &self,
        days: Range<usize>,
        now: Instant,
        wanted: impl Fn(&PlaceName) -> bool,
    ) -> Vec<ComplaintTime> {
        let (histories, now) = (self.histories(), now.as_micros());
        let time = |(number, case): (usize, &Case)| {
            let resolved = self.resolved(&histories, number, now);
            let until = resolved.unwrap_or(now);
            let desk = &self.desks[case.owner(now)];
            ComplaintTime {
                elapsed_us: span(until - case.received),
                business_us: span(desk.between(case.received, until)),
                resolved: resolved.is_some(),
            }
        };
        let received = self.complaints_of(&histories, &days, now).into_iter();
        let received = received.filter(|(_, case)| self.is_wanted(case.owner(now), &wanted));
        let mut times: Vec<ComplaintTime> = received.map(time).collect();
        times.sort_unstable();
        times
    }

    /// Complaints received on some days, as known at `now`.
    #[must_use]
    pub fn complaints(&self, days: Range<usize>, now: Instant, wanted: impl Fn(&PlaceName) -> bool) -> ComplaintCounts {
        let mut sum = ComplaintCounts::default();
        let by_place = self.complaints_by_place(&days, now);
        self.chosen(&by_place, wanted).for_each(|counts| sum.add(counts));
        sum
    }

    pub(super) fn complaints_by_place(&self, days: &Range<usize>, now: Instant) -> Vec<ComplaintCounts> {
        let (histories, now) = (self.histories(), now.as_micros());
        let mut sums = vec![ComplaintCounts::default(); self.desks.len()];
        for (number, case) in self.complaints_of(&histories, days, now) {
            let place = case.owner(now);
            let resolved = self.resolved(&histories, number, now);
            sums[place].add(&counts_of(case, &self.desks[place], resolved, now));
        }
        sums
    }

    /// Complaints resolved from one instant until before another, whenever they were received, as known at `now`.
    #[must_use]
    pub fn completed_complaints(
        &self,
        from: Instant,
        to: Instant,
        now: Instant,
        wanted: impl Fn(&PlaceName) -> bool,
    ) -> CompletedCounts {
        let (from, to, now) = (from.as_micros(), to.as_micros(), now.as_micros());
        let mut sum = CompletedCounts::default();
        for spell in self.spells(&self.histories(), now) {
            let case = &self.cases[spell.case];
            let resolved = spell.closed_by == Some(Change::Resolved) && from <= spell.closed && spell.closed < to;
            if resolved && case.complaint && self.is_wanted(case.owner(now), &wanted) {
                let took = spell.closed - case.received;
                sum.completed += 1;
                sum.within_24h += u64::from(took <= DAY);
                sum.within_48h += u64::from(took <= 2 * DAY);
            }
        }
        sum
    }
}

fn counts_of(case: &Case, desk: &Desk, resolved: Option<i64>, now: i64) -> ComplaintCounts {
    let (age, open_age) = (now - case.received, desk.between(case.received, now));
    let took = resolved.map(|at| at - case.received);
    let took_open = resolved.map(|at| desk.between(case.received, at));
    let within = |took: Option<i64>, age: i64, days: i64| {
        let due = age >= days * DAY;
        (u64::from(due), u64::from(due && took.is_some_and(|took| took <= days * DAY)))
    };
    let (due_24h, resolved_24h) = within(took, age, 1);
    let (due_48h, resolved_48h) = within(took, age, 2);
    let (due_24h_business, resolved_24h_business) = within(took_open, open_age, 1);
    let (due_48h_business, resolved_48h_business) = within(took_open, open_age, 2);
    ComplaintCounts {
        received: 1,
        resolved: u64::from(resolved.is_some()),
        open: u64::from(resolved.is_none()),
        beyond_48h: u64::from(resolved.is_none() && age > 2 * DAY),
        due_24h,
        resolved_24h,
        due_48h,
        resolved_48h,
        due_24h_business,
        resolved_24h_business,
        due_48h_business,
        resolved_48h_business,
    }
}
