//! Cases that are open: written ones, content to be reviewed, and complaints by any channel; another call is no case.

use contact::Instant;
use serde::Serialize;

use super::{Book, Case, Change, Desk, NEVER, histories::Histories};
use crate::{
    number::span,
    truth::{PlaceName, counts::counts},
};

const HOUR: i64 = 3_600_000_000;
/// Bounds of the bands of age, in open time; each belongs to the younger one.
const BANDS: [i64; 4] = [24 * HOUR, 48 * HOUR, 120 * HOUR, 360 * HOUR];

/// Cases that are open at an instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct BacklogCounts {
    /// All of them.
    pub open: u64,
    /// By open time since their receipt: up to 24 h, 48 h, 5 days, 15 days, and more; a day is 24 h.
    pub by_age: [u64; 5],
    /// Not yet answered by a human.
    pub unanswered: u64,
    /// Complaints.
    pub complaints: u64,
    /// Not answered within the threshold of their queue, or complaints open for more than 48 h of elapsed time.
    pub past_due: u64,
    /// Elapsed time since the receipt of the oldest, microseconds.
    pub oldest_us: u64,
}

impl BacklogCounts {
    /// Adds other cases to these.
    pub fn add(&mut self, other: &Self) {
        self.open += other.open;
        self.by_age.iter_mut().zip(other.by_age).for_each(|(sum, more)| *sum += more);
        self.unanswered += other.unanswered;
        self.complaints += other.complaints;
        self.past_due += other.past_due;
        self.oldest_us = self.oldest_us.max(other.oldest_us);
    }

    /// One case, open at `at`.
    pub(super) fn of(case: &Case, desk: &Desk, at: i64) -> Self {
        let elapsed = at - case.received;
        let age = desk.between(case.received, at);
        let band = BANDS.partition_point(|bound| *bound < age);
        let unanswered = case.answered.is_none_or(|answered| answered.at >= at);
        let waited = if desk.live { elapsed } else { age };
        let late = (unanswered && waited > desk.threshold) || (case.complaint && elapsed > 48 * HOUR);
        let mut counts = Self { open: 1, oldest_us: span(elapsed), ..Self::default() };
        counts.by_age[band] = 1;
        counts.unanswered = u64::from(unanswered);
        counts.complaints = u64::from(case.complaint);
        counts.past_due = u64::from(late);
        counts
    }
}

counts!(
    /// Cases that came in, came back and went out. What was open at the end was open at the beginning, or came in or back,
    /// and did not go out.
    FlowCounts {
        /// Received.
        received,
        /// Opened again.
        reopened,
        /// Resolved, or decided upon.
        resolved,
        /// Closed without having been resolved.
        closed,
        /// Given up before anybody answered.
        abandoned,
        /// Cancelled.
        cancelled,
    }
);

impl FlowCounts {
    /// What came in and back.
    #[must_use]
    pub fn entered(&self) -> u64 {
        self.received + self.reopened
    }

    /// What went out.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.resolved + self.closed + self.abandoned + self.cancelled
    }
}

/// A time during which a case was open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spell {
    pub(super) case: usize,
    pub(super) opened: i64,
    pub(super) reopened: bool,
    pub(super) closed: i64,
    pub(super) closed_by: Option<Change>,
}

impl Book {
    /// Whether a contact is a case that stays open until something is done, as known at `now`.
    fn is_case(&self, case: &Case, now: i64) -> bool {
        let live = self.desks[case.owner(now)].live;
        case.received <= now && !case.is_out_of_hours(now) && (case.complaint || !live)
    }

    /// When each case was open, as known at `now`.
    pub(super) fn spells(&self, histories: &Histories, now: i64) -> Vec<Spell> {
        let mut spells = Vec::new();
        for (number, case) in self.cases.iter().enumerate().filter(|(_, case)| self.is_case(case, now)) {
            let opening = |at, reopened| Spell { case: number, opened: at, reopened, closed: NEVER, closed_by: None };
            let (mut open, mut cancelled) = (Some(opening(case.received, false)), false);
            for changed in histories.until(number, now) {
                cancelled = cancelled || changed.what == Change::Cancelled;
                match (changed.what, &open) {
                    (Change::Reopened, None) if !cancelled => open = Some(opening(changed.at, true)),
                    (Change::Reopened, _) | (_, None) => {}
                    (what, Some(spell)) => {
                        spells.push(Spell { closed: changed.at, closed_by: Some(what), ..*spell });
                        open = None;
                    }
                }
            }
            spells.extend(open);
        }
        spells
    }

    /// Cases of the places that `wanted` names that were open at an instant: opened before it, and not closed before it. Whose
    /// a case is, is what is known at `now`.
    #[must_use]
    pub fn backlog(&self, at: Instant, now: Instant, wanted: impl Fn(&PlaceName) -> bool) -> BacklogCounts {
        let (at, now) = (at.as_micros(), now.as_micros());
        let mut sum = BacklogCounts::default();
        for spell in self.spells(&self.histories(), now) {
            let case = &self.cases[spell.case];
            let desk = &self.desks[case.owner(now)];
            if spell.opened < at && spell.closed >= at && wanted(&desk.name) {
                sum.add(&BacklogCounts::of(case, desk, at));
            }
        }
        sum
    }

    /// What came in, came back and went out from one instant until before another, as known at `now`.
    #[must_use]
    pub fn flows(&self, from: Instant, to: Instant, now: Instant, wanted: impl Fn(&PlaceName) -> bool) -> FlowCounts {
        let (from, to, now) = (from.as_micros(), to.as_micros(), now.as_micros());
        let within = |at: i64| from <= at && at < to;
        let mut sum = FlowCounts::default();
        for spell in self.spells(&self.histories(), now) {
            if !self.is_wanted(self.cases[spell.case].owner(now), &wanted) {
                continue;
            }
            if within(spell.opened) {
                let opened = if spell.reopened { &mut sum.reopened } else { &mut sum.received };
                *opened += 1;
            }
            match spell.closed_by.filter(|_| within(spell.closed)) {
                Some(Change::Resolved | Change::Decided) => sum.resolved += 1,
                Some(Change::Closed) => sum.closed += 1,
                Some(Change::Abandoned) => sum.abandoned += 1,
                Some(Change::Cancelled) => sum.cancelled += 1,
                Some(Change::Reopened) | None => {}
            }
        }
        sum
    }
}
