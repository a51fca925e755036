//! First contacts, and whether the customer had to come back, in any channel, at any site or provider.

use std::ops::Range;

use contact::{Duration, Instant};

use super::{Book, Case, Change};
use crate::truth::{PlaceName, counts::counts};

counts!(
    /// Contacts that a human handled, at the place that did so first, as known at an instant.
    FirstContactCounts {
        /// Handled contacts.
        handled,
        /// Those whose customer is known.
        matched,
        /// Those that were not the first of their matter.
        later,
        /// First contacts whose window had not elapsed.
        immature,
        /// First contacts whose window had elapsed: the denominator of first contact resolution.
        matters,
        /// Of those, followed by another contact on the same family of reasons within the window.
        repeated,
        /// Of those, followed by none: resolved at the first contact.
        settled,
        /// Of those followed by none, handed on by the place that answered first.
        handed_on,
    }
);

/// A contact among those of its customer and family, in order.
struct Attempt<'b> {
    case: &'b Case,
    handled: bool,
    /// Since the last handled one before.
    since: Option<i64>,
    /// Until the next one.
    next: Option<i64>,
}

impl Attempt<'_> {
    fn counts(&self, window: i64, now: i64) -> FirstContactCounts {
        let matched = self.case.customer.is_some();
        let first = matched && self.since.is_none_or(|since| since > window);
        let mature = first && now - self.case.received >= window;
        let repeated = mature && self.next.is_some_and(|next| next <= window);
        let handed_on = self.case.answered.is_some_and(|answered| answered.handed_on);
        FirstContactCounts {
            handled: 1,
            matched: u64::from(matched),
            later: u64::from(matched && !first),
            immature: u64::from(first && !mature),
            matters: u64::from(mature),
            repeated: u64::from(repeated),
            settled: u64::from(mature && !repeated),
            handed_on: u64::from(mature && !repeated && handed_on),
        }
    }
}

impl Book {
    /// Contacts that a human handled, received on some days, and which of them came back within `window`: a contact is the
    /// first of its matter when no handled one of the same customer and family of reasons was received within the window
    /// before it. Attempts that nobody answered repeat, but are never first; cancelled contacts are nothing.
    #[must_use]
    pub fn first_contacts(
        &self,
        days: Range<usize>,
        window: Duration,
        now: Instant,
        wanted: impl Fn(&PlaceName) -> bool,
    ) -> FirstContactCounts {
        let mut sum = FirstContactCounts::default();
        let by_place = self.first_contacts_by_place(&days, window, now);
        self.chosen(&by_place, wanted).for_each(|counts| sum.add(counts));
        sum
    }

    pub(super) fn first_contacts_by_place(
        &self,
        days: &Range<usize>,
        window: Duration,
        now: Instant,
    ) -> Vec<FirstContactCounts> {
        let (window, now) = (window.as_micros(), now.as_micros());
        let mut sums = vec![FirstContactCounts::default(); self.desks.len()];
        for attempt in self.attempts(now) {
            if attempt.handled && days.contains(&(attempt.case.day as usize)) {
                sums[attempt.case.owner(now)].add(&attempt.counts(window, now));
            }
        }
        sums
    }

    /// Contacts received by `now`, by customer and family, in the order of their receipt.
    fn attempts(&self, now: i64) -> Vec<Attempt<'_>> {
        let histories = self.histories();
        let cancelled = |number| histories.until(number, now).iter().any(|changed| changed.what == Change::Cancelled);
        let known = self.cases.iter().enumerate().filter(|(number, case)| case.received <= now && !cancelled(*number));
        let mut cases: Vec<&Case> = known.map(|(_, case)| case).collect();
        cases.sort_by_key(|case| (case.customer, case.family, case.received));
        let mut attempts = Vec::with_capacity(cases.len());
        for matter in cases.chunk_by(|a, b| a.customer.is_some() && (a.customer, a.family) == (b.customer, b.family)) {
            let mut handled_at: Option<i64> = None;
            for (nth, case) in matter.iter().enumerate() {
                let handled = case.answered_by(now).is_some() && !case.is_out_of_hours(now);
                let since = handled_at.map(|at| case.received - at);
                let next = matter.get(nth + 1).map(|next| next.received - case.received);
                attempts.push(Attempt { case, handled, since, next });
                if handled {
                    handled_at = Some(case.received);
                }
            }
        }
        attempts
    }
}
