//! What really happened, counted where it happens: in the queues, never from events.
//!
//! Definitions are those of the base scorecard: a leg belongs to the local day on which it was offered; a live leg offered
//! while its queue is closed is out of hours and in no other count; waits of written legs run on the clock of the queue's
//! calendar, thresholds are inclusive; a contact belongs to the place of its first human answer.
//!
//! Once a run is over the truth is that of an observer who has received everything and asks late enough: figures to be
//! held against it need a `now` after the last event, and at least the durable days after the last contact.

mod book;
mod counts;
mod homogeneity;
mod report;

use std::ops::Range;

use contact::{Channel, ProviderId, QueueId, SiteId};
use jiff::civil::Date;

use crate::{
    Run, Scenario, Share,
    number::span,
    plan::Incident,
    timeline::{Rates, Timeline},
};
pub use book::{
    At, BacklogCounts, BacklogRow, Book, CallCounts, CallRow, ComplaintCounts, ComplaintRow, ComplaintTime,
    CompletedCounts, FirstContactCounts, FirstContactRow, FlowCounts, Followed, ReplyCounts, ReplyKind, ReplyRow,
    ReviewCounts, ReviewRow,
};
pub(crate) use book::{Change, Receipt, Settlement};
pub use counts::{LegCounts, MatterCounts, percentile};
pub use homogeneity::{Stratum, TrueHomogeneity};
pub use report::{ChangeRow, IncidentRow, LegRow, MatterRow, TruthReport, WaitRow};

const HOURS_24: i64 = 86_400_000_000;

/// One queue at one site, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceName {
    /// Who runs the site.
    pub provider: ProviderId,
    /// The site.
    pub site: SiteId,
    /// The queue.
    pub queue: QueueId,
    /// The queue's channel.
    pub channel: Channel,
    /// The queue's language.
    pub language: Option<String>,
}

#[derive(Debug, Clone)]
struct PlaceTruth {
    name: PlaceName,
    threshold: i64,
    short: i64,
    /// Name and true rate of each reason.
    reasons: Vec<(String, Share)>,
}

#[derive(Debug, Clone)]
struct Cell {
    legs: LegCounts,
    waits: Vec<u64>,
    /// By reason.
    matters: Vec<MatterCounts>,
}

/// What really happened in a run.
#[derive(Debug, Clone)]
pub struct Truth {
    run: Run,
    dates: Vec<Date>,
    places: Vec<PlaceTruth>,
    /// By day and place.
    cells: Vec<Vec<Cell>>,
    incidents: Vec<Incident>,
    rates: Rates,
    keeps_waits: bool,
    /// Every contact, when the run follows them.
    pub(crate) book: Option<Book>,
}

/// Where and when a leg was offered: the cell it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CellIndex {
    pub(crate) day: u32,
    pub(crate) place: u32,
}

/// How a matter ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Resolved, and not reopened for ever.
    pub(crate) durable: bool,
    /// From the first offer to the last resolution, if there was one.
    pub(crate) resolution: Option<i64>,
    pub(crate) reopened: bool,
}

impl Truth {
    pub(crate) fn new(scenario: &Scenario, run: Run, timeline: &Timeline) -> Self {
        let place = |place: &crate::scenario::Place| {
            let queue = &scenario.queues[place.queue];
            let name = PlaceName {
                provider: scenario.providers[place.provider].name.clone(),
                site: scenario.sites[place.site].name.clone(),
                queue: queue.name.clone(),
                channel: queue.channel,
                language: queue.language.clone(),
            };
            let reasons = queue.reasons.iter().map(|reason| reason.name.clone()).zip(place.resolved.iter().copied());
            PlaceTruth { name, threshold: queue.threshold, short: queue.short, reasons: reasons.collect() }
        };
        let places: Vec<PlaceTruth> = scenario.places.iter().map(place).collect();
        let cell = |place: &PlaceTruth| Cell {
            legs: LegCounts::default(),
            waits: Vec::new(),
            matters: vec![MatterCounts::default(); place.reasons.len()],
        };
        let day: Vec<Cell> = places.iter().map(cell).collect();
        Self {
            run,
            dates: timeline.days.dates.clone(),
            places,
            cells: vec![day; timeline.days.dates.len()],
            incidents: timeline.incidents.clone(),
            rates: timeline.rates.clone(),
            keeps_waits: true,
            book: None,
        }
    }

    /// Follows every contact from now on.
    pub(crate) fn follow(&mut self, scenario: &Scenario, timeline: &Timeline) {
        let names = self.places.iter().map(|place| place.name.clone());
        self.book = Some(Book::new(scenario, timeline, names));
    }

    /// Every contact that was followed: replies, backlog, complaints, repeats. `None` unless the scenario asks for it, or
    /// [`crate::Simulation::following`].
    #[must_use]
    pub fn book(&self) -> Option<&Book> {
        self.book.as_ref()
    }

    /// Keeps no list of waits: sums, counts and maxima remain, percentiles do not.
    pub(crate) fn forget_waits(&mut self) {
        self.keeps_waits = false;
    }

    fn cell(&mut self, at: CellIndex) -> &mut Cell {
        &mut self.cells[at.day as usize][at.place as usize]
    }

    pub(crate) fn legs(&mut self, at: CellIndex) -> &mut LegCounts {
        &mut self.cell(at).legs
    }

    pub(crate) fn answered(&mut self, at: CellIndex, wait: i64, handle: i64) {
        let in_time = wait <= self.places[at.place as usize].threshold;
        let keeps = self.keeps_waits;
        let cell = self.cell(at);
        cell.legs.answered += 1;
        cell.legs.answered_in_time += u64::from(in_time);
        cell.legs.wait_us += span(wait);
        cell.legs.handle_us += span(handle);
        if keeps {
            cell.waits.push(span(wait));
        }
    }

    pub(crate) fn abandoned(&mut self, at: CellIndex, wait: i64) {
        let place = &self.places[at.place as usize];
        let (in_time, short) = (wait <= place.threshold, wait <= place.short);
        let legs = self.legs(at);
        legs.abandoned += 1;
        legs.abandoned_in_time += u64::from(in_time);
        legs.short_abandoned += u64::from(short);
        legs.abandon_wait_us += span(wait);
    }

    /// A leg left its queue unanswered.
    pub(crate) fn flowed_out(&mut self, at: CellIndex, wait: i64) {
        let legs = self.legs(at);
        legs.flowed_out += 1;
        legs.flow_wait_us += span(wait);
    }

    pub(crate) fn settled(&mut self, owner: CellIndex, reason: u32, settled: Settled) {
        let within =
            |hours: i64| settled.durable && settled.resolution.is_some_and(|time| time <= hours * HOURS_24 / 24);
        let matters = self.matters(owner, reason);
        matters.contacts += 1;
        matters.resolved += u64::from(settled.durable);
        matters.ever_resolved += u64::from(settled.resolution.is_some());
        matters.reopened += u64::from(settled.reopened);
        matters.resolved_24h += u64::from(within(24));
        matters.resolved_48h += u64::from(within(48));
    }

    pub(crate) fn matters(&mut self, owner: CellIndex, reason: u32) -> &mut MatterCounts {
        &mut self.cell(owner).matters[reason as usize]
    }

    /// The days of the run, by their position: `0..days`.
    #[must_use]
    pub fn all_days(&self) -> Range<usize> {
        0..usize::from(self.run.days)
    }

    /// The date of a day; `None` past the end.
    #[must_use]
    pub fn date(&self, day: usize) -> Option<Date> {
        self.dates.get(day).copied()
    }

    /// Counts of the legs offered on some days at the places that `wanted` names.
    #[must_use]
    pub fn sum(&self, days: Range<usize>, wanted: impl Fn(&PlaceName) -> bool) -> LegCounts {
        let mut sum = LegCounts::default();
        self.chosen(days, wanted).for_each(|(_, _, cell)| sum.add(&cell.legs));
        sum
    }

    /// Waits of the legs answered, in microseconds, sorted; empty when the run kept none.
    #[must_use]
    pub fn waits(&self, days: Range<usize>, wanted: impl Fn(&PlaceName) -> bool) -> Vec<u64> {
        let mut waits: Vec<u64> =
            self.chosen(days, wanted).flat_map(|(_, _, cell)| cell.waits.iter().copied()).collect();
        waits.sort_unstable();
        waits
    }

    /// The cells of some days at the places that `wanted` names, each with its day and the position of its place.
    fn chosen(
        &self,
        days: Range<usize>,
        wanted: impl Fn(&PlaceName) -> bool,
    ) -> impl Iterator<Item = ((usize, usize), &PlaceTruth, &Cell)> {
        let days = days.start.min(self.cells.len())..days.end.min(self.cells.len());
        let wanted: Vec<bool> = self.places.iter().map(|place| wanted(&place.name)).collect();
        days.flat_map(move |day| {
            let wanted = wanted.clone();
            let cells = self.cells[day].iter().zip(&self.places).enumerate();
            let cells = cells.filter(move |(place, _)| wanted[*place]);
            cells.map(move |(place, (cell, truth))| ((day, place), truth, cell))
        })
    }
}
