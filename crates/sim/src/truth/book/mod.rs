//! Every contact of a run, followed from its receipt: what it was owed, when it was open, who came back.
//!
//! The queues write it down while things happen, and it is asked afterwards, as of any instant: nothing later than `now`
//! is known to the answer. What was decided beforehand (a resolution that takes two days) counts from its own time on.
//! Clocks of calendars run until the end of the run's days, 45 days after the last contact began.

mod backlog;
mod complaints;
mod histories;
mod repeats;
mod replies;
mod report;
mod reviews;

use std::collections::BTreeSet;

use contact::Instant;

use super::PlaceName;
use crate::{
    Scenario,
    number::index,
    timeline::{OpenClock, Timeline},
};
pub use backlog::{BacklogCounts, FlowCounts};
pub use complaints::{ComplaintCounts, ComplaintTime, CompletedCounts};
pub(crate) use histories::Change;
use histories::Changed;
pub use repeats::FirstContactCounts;
use replies::Owed;
pub(crate) use replies::Settlement;
pub use replies::{ReplyCounts, ReplyKind};
pub use report::{At, BacklogRow, CallRow, ComplaintRow, FirstContactRow, Followed, ReplyRow, ReviewRow};
use reviews::Call;
pub use reviews::{CallCounts, ReviewCounts};

/// What has not happened yet.
const NEVER: i64 = i64::MAX;

/// Every contact of a run.
#[derive(Debug, Clone)]
pub struct Book {
    /// By place.
    desks: Vec<Desk>,
    /// Of each queue, the family of each reason.
    families: Vec<Vec<u32>>,
    durable: i64,
    /// Start of each day, and of the day after the last.
    starts: Vec<i64>,
    /// Days on which contacts began.
    days: usize,
    cases: Vec<Case>,
    changes: Vec<Changed>,
    owed: Vec<Owed>,
    /// Publications: the decision owed, and when the content appeared.
    published: Vec<(u32, i64)>,
    calls: Vec<Call>,
}

/// A queue at a site, and what it promises.
#[derive(Debug, Clone)]
struct Desk {
    name: PlaceName,
    clock: Option<OpenClock>,
    threshold: i64,
    live: bool,
}

impl Desk {
    /// What its clock shows: open time so far, or the time itself without a calendar.
    fn reading(&self, at: i64) -> i64 {
        self.clock.as_ref().map_or(at, |clock| clock.reading(at))
    }

    /// Open time from one instant to another; 0 when it is not later.
    fn between(&self, from: i64, to: i64) -> i64 {
        (self.reading(to) - self.reading(from)).max(0)
    }
}

/// Who first answered.
#[derive(Debug, Clone, Copy)]
struct Answered {
    place: u32,
    at: i64,
    out_of_hours: bool,
    handed_on: bool,
}

/// A contact.
#[derive(Debug, Clone, Copy)]
struct Case {
    customer: Option<u32>,
    family: u32,
    /// Where and on which day it was first offered.
    place: u32,
    day: u32,
    received: i64,
    complaint: bool,
    out_of_hours: bool,
    answered: Option<Answered>,
}

impl Case {
    /// The first human answer, when it was before `now` or then.
    fn answered_by(&self, now: i64) -> Option<Answered> {
        self.answered.filter(|answered| answered.at <= now)
    }

    /// The place that it belongs to: that of the first human answer, else of the first offer.
    fn owner(&self, now: i64) -> usize {
        self.answered_by(now).map_or(self.place, |answered| answered.place) as usize
    }

    /// Live, and offered to its owner while the queue was closed.
    fn is_out_of_hours(&self, now: i64) -> bool {
        self.answered_by(now).map_or(self.out_of_hours, |answered| answered.out_of_hours)
    }
}

/// A contact as it is received.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Receipt {
    pub(crate) customer: Option<u32>,
    pub(crate) queue: u32,
    pub(crate) reason: u32,
    pub(crate) complaint: bool,
    pub(crate) place: u32,
    pub(crate) day: u32,
    pub(crate) at: i64,
    pub(crate) out_of_hours: bool,
}

impl Book {
    pub(crate) fn new(scenario: &Scenario, timeline: &Timeline, names: impl Iterator<Item = PlaceName>) -> Self {
        let desk = |(place, name): (&crate::scenario::Place, PlaceName)| {
            let queue = &scenario.queues[place.queue];
            let clock = timeline.clock(place.queue).cloned();
            Desk { name, clock, threshold: queue.threshold, live: queue.is_live() }
        };
        let reasons = || scenario.queues.iter().map(|queue| queue.reasons.iter().map(|reason| reason.family.as_str()));
        let all: BTreeSet<&str> = reasons().flatten().collect();
        let number = |family: &str| index(all.range(..family).count());
        Self {
            families: reasons().map(|of_queue| of_queue.map(number).collect()).collect(),
            desks: scenario.places.iter().zip(names).map(desk).collect(),
            durable: i64::from(scenario.network.durable_days) * 86_400_000_000,
            starts: timeline.days.starts.clone(),
            days: timeline.days.starts.partition_point(|start| *start < timeline.end),
            cases: Vec::new(),
            changes: Vec::new(),
            owed: Vec::new(),
            published: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// A contact is offered for the first time. Returns its number.
    pub(crate) fn receive(&mut self, receipt: &Receipt) -> u32 {
        self.cases.push(Case {
            customer: receipt.customer,
            family: self.families[receipt.queue as usize][receipt.reason as usize],
            place: receipt.place,
            day: receipt.day,
            received: receipt.at,
            complaint: receipt.complaint,
            out_of_hours: receipt.out_of_hours,
            answered: None,
        });
        index(self.cases.len() - 1)
    }

    /// A human answers; only the first one counts.
    pub(crate) fn answer(&mut self, case: u32, place: u32, at: i64, out_of_hours: bool) {
        let answered = Answered { place, at, out_of_hours, handed_on: false };
        self.cases[case as usize].answered.get_or_insert(answered);
    }

    /// A place hands the contact on; it matters when it was the first to answer.
    pub(crate) fn hand_on(&mut self, case: u32, place: u32) {
        if let Some(answered) = self.cases[case as usize].answered.as_mut().filter(|answered| answered.place == place) {
            answered.handed_on = true;
        }
    }

    /// When nothing changes any more, and all that will be known is known.
    #[must_use]
    pub fn end(&self) -> Instant {
        let last = self.starts.last().copied().unwrap_or(0);
        let changes = self.changes.iter().map(|change| change.at);
        crate::timeline::instant(changes.chain([last]).max().unwrap_or(last))
    }

    /// Of what is counted by place, that of the places that `wanted` names.
    fn chosen<'s, C>(
        &'s self,
        by_place: &'s [C],
        wanted: impl Fn(&PlaceName) -> bool + 's,
    ) -> impl Iterator<Item = &'s C> {
        let counts = self.desks.iter().zip(by_place).filter(move |(desk, _)| wanted(&desk.name));
        counts.map(|(_, counts)| counts)
    }

    fn is_wanted(&self, place: usize, wanted: &impl Fn(&PlaceName) -> bool) -> bool {
        wanted(&self.desks[place].name)
    }
}
