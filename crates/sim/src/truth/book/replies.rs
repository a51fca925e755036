//! Replies that were owed: in writing, further ones, and decisions on content.

use std::ops::Range;

use contact::{Duration, Instant};
use serde::Serialize;

use super::{Book, Desk, NEVER};
use crate::{
    number::{index, span},
    truth::{PlaceName, counts::counts},
};

/// What is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplyKind {
    /// The first human answer to a mail, message or letter: since the offer, of a letter since its receipt.
    First,
    /// A human reply to a further message, since the first one after the reply before.
    Next,
    /// The decision on content, since its offer.
    Decision,
}

/// How a reply ceased to be owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settlement {
    /// A human replied, or decided.
    Replied,
    /// The contact left the queue.
    Left,
    /// Closed, because no reply was needed.
    Needless,
    /// The contact was cancelled: nothing had been owed.
    Void,
}

/// A reply that is owed by a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owed {
    kind: ReplyKind,
    place: u32,
    day: u32,
    began: i64,
    /// Since when anybody knows: a letter is owed a reply before it is put into its queue.
    known: i64,
    paused: (i64, i64),
    settled: Option<Settlement>,
    pub(super) over: i64,
}

impl Owed {
    pub(super) fn place(&self) -> usize {
        self.place as usize
    }

    pub(super) fn day(&self) -> usize {
        self.day as usize
    }

    /// How it was settled by `now`.
    fn settled_by(&self, now: i64) -> Option<Settlement> {
        self.settled.filter(|_| self.over <= now)
    }

    /// Open time that the customer has waited by `now`, or did wait, without the pause.
    fn waited(&self, desk: &Desk, now: i64) -> i64 {
        let until = self.over.min(now);
        let (from, to) = (self.paused.0.max(self.began), self.paused.1.min(until));
        let paused = if from < to { desk.between(from, to) } else { 0 };
        desk.between(self.began, until) - paused
    }

    /// Whether the promised time is over: had it been the usual clock's; and, while nothing came, its own too.
    fn is_due(&self, desk: &Desk, within: i64, now: i64) -> bool {
        let still_may = self.settled_by(now).is_none() && self.kind != ReplyKind::Decision;
        desk.between(self.began, now) >= within && !(still_may && self.waited(desk, now) <= within)
    }
}

counts!(
    /// Replies owed, as known at an instant.
    ReplyCounts {
        /// All of them.
        owed,
        /// Those whose promised time had passed.
        due,
        /// Replied to by a human.
        replied,
        /// Replied to within the promised time.
        in_time,
        /// Due, and replied to.
        due_replied,
        /// Due, and replied to within the promised time.
        due_in_time,
        /// Still owed.
        open,
        /// Given up, or gone elsewhere.
        left,
        /// Closed because no reply was needed.
        needless,
        /// Sum of the open time until the reply, pauses left out, microseconds.
        time_us,
    }
);

impl Book {
    /// A place owes a reply, which is known from now on. Returns its number.
    pub(crate) fn owe(&mut self, kind: ReplyKind, (place, day): (u32, u32), began: i64, known: i64) -> u32 {
        let paused = (NEVER, NEVER);
        self.owed.push(Owed { kind, place, day, began, known, paused, settled: None, over: NEVER });
        index(self.owed.len() - 1)
    }

    /// A reply is owed no more.
    pub(crate) fn settle(&mut self, owed: u32, at: i64, how: Settlement) {
        let owed = &mut self.owed[owed as usize];
        if owed.settled.is_none() {
            (owed.settled, owed.over) = (Some(how), at);
        }
    }

    /// Nothing can be done before the customer writes.
    pub(crate) fn pause(&mut self, owed: u32, from: i64) {
        self.owed[owed as usize].paused = (from, NEVER);
    }

    /// The customer has written.
    pub(crate) fn resume(&mut self, owed: u32, at: i64) {
        self.owed[owed as usize].paused.1 = at;
    }

    fn awaited(
        &self,
        kind: ReplyKind,
        days: Range<usize>,
        now: i64,
        wanted: impl Fn(&PlaceName) -> bool,
    ) -> impl Iterator<Item = (&Owed, &Desk)> {
        let all = self.owed.iter().filter(move |owed| owed.kind == kind && owed.known <= now);
        let all = all.filter(move |owed| owed.settled_by(now) != Some(Settlement::Void));
        let all = all.filter(move |owed| days.contains(&owed.day()));
        all.map(|owed| (owed, &self.desks[owed.place as usize])).filter(move |(_, desk)| wanted(&desk.name))
    }

    /// Replies owed by legs that were offered on some days, within the threshold of their queue or another promise, as known
    /// at `now`.
    #[must_use]
    pub fn replies(
        &self,
        kind: ReplyKind,
        days: Range<usize>,
        within: Option<Duration>,
        now: Instant,
        wanted: impl Fn(&PlaceName) -> bool,
    ) -> ReplyCounts {
        let now = now.as_micros();
        let mut sum = ReplyCounts::default();
        for (owed, desk) in self.awaited(kind, days, now, wanted) {
            let within = within.map_or(desk.threshold, Duration::as_micros);
            let (settled, waited) = (owed.settled_by(now), owed.waited(desk, now));
            let (replied, due) = (settled == Some(Settlement::Replied), owed.is_due(desk, within, now));
            let in_time = replied && waited <= within;
            sum.owed += 1;
            sum.due += u64::from(due);
            sum.replied += u64::from(replied);
            sum.in_time += u64::from(in_time);
            sum.due_replied += u64::from(due && replied);
            sum.due_in_time += u64::from(due && in_time);
            sum.open += u64::from(settled.is_none());
            sum.left += u64::from(settled == Some(Settlement::Left));
            sum.needless += u64::from(settled == Some(Settlement::Needless));
            sum.time_us += if replied { span(waited) } else { 0 };
        }
        sum
    }

    /// How long the replies took that had come by `now`, on the clock of the promise, microseconds, sorted.
    #[must_use]
    pub fn reply_times(
        &self,
        kind: ReplyKind,
        days: Range<usize>,
        now: Instant,
        wanted: impl Fn(&PlaceName) -> bool,
    ) -> Vec<u64> {
        let now = now.as_micros();
        let replied = |owed: &Owed| owed.settled_by(now) == Some(Settlement::Replied);
        let all = self.awaited(kind, days, now, wanted).filter(|(owed, _)| replied(owed));
        let mut times: Vec<u64> = all.map(|(owed, desk)| span(owed.waited(desk, now))).collect();
        times.sort_unstable();
        times
    }
}
