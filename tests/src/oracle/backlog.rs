//! What is open at an instant, and what came in and went out over a stretch.

use contact::{EventType, Instant, Network};

use super::Receipt;

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

/// Open cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of the statement")]
pub struct Level {
    pub open: i64,
    /// Up to 24 h, 48 h, 5 days, 15 days of open time, and beyond.
    pub bands: [i64; 5],
    pub unanswered: i64,
    pub complaints: i64,
    pub past_due: i64,
    pub oldest_us: i64,
}

/// Cases that came in and went out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of the statement")]
pub struct Flow {
    pub received: i64,
    pub reopened: i64,
    pub resolved: i64,
    pub closed: i64,
    pub abandoned: i64,
    pub cancelled: i64,
}

impl Flow {
    /// What is open more at the end than at the start.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.received + self.reopened - self.resolved - self.closed - self.abandoned - self.cancelled
    }
}

/// What a change does to a case, in the order in which changes of one instant are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Resolved,
    Decided,
    Closed,
    Abandoned,
    Cancelled,
    Reopened,
}

impl Receipt<'_> {
    /// Whether it is work until it is done.
    fn is_work(&self) -> bool {
        !self.out_of_hours && (!self.channel.is_live() || self.leg.complaint == Some(true))
    }

    /// What happens to it after its receipt, in order; never before its receipt.
    fn changes(&self) -> Vec<(Instant, Change)> {
        let told = self.events.iter().filter_map(|event| {
            let change = match event.kind {
                EventType::Resolved => Change::Resolved,
                EventType::Decided => Change::Decided,
                EventType::Closed => Change::Closed,
                EventType::Cancelled => Change::Cancelled,
                EventType::Reopened => Change::Reopened,
                _ => return None,
            };
            Some((event.time, change))
        });
        let given_up = self.leg.given_up_at;
        let mut changes: Vec<_> = told.chain(given_up.map(|at| (at, Change::Abandoned))).collect();
        changes.sort_unstable();
        changes.into_iter().map(|(at, change)| (at.max(self.at), change)).collect()
    }

    fn is_open_before(&self, at: Instant) -> bool {
        let changes: Vec<Change> =
            self.changes().into_iter().take_while(|change| change.0 < at).map(|change| change.1).collect();
        self.at < at
            && !changes.contains(&Change::Cancelled)
            && changes.last().is_none_or(|change| *change == Change::Reopened)
    }
}

/// What is open at an instant, without what happens at it.
#[must_use]
pub fn level(receipts: &[&Receipt], network: &Network, at: Instant) -> Level {
    let mut level = Level::default();
    for receipt in receipts.iter().filter(|receipt| receipt.is_work() && receipt.is_open_before(at)) {
        let elapsed = at.micros_since(receipt.at);
        let age = receipt.open_time(network, receipt.at, at);
        let unanswered = !receipt.is_answered_before(at);
        let complaint = receipt.leg.complaint == Some(true);
        let waited = if receipt.channel.is_live() { elapsed } else { age };
        let band =
            [DAY_US, 2 * DAY_US, 5 * DAY_US, 15 * DAY_US].into_iter().position(|limit| age <= limit).unwrap_or(4);
        level.open += 1;
        level.bands[band] += 1;
        level.unanswered += i64::from(unanswered);
        level.complaints += i64::from(complaint);
        let late = unanswered && waited > receipt.queue.threshold.as_micros();
        level.past_due += i64::from(late || (complaint && elapsed > 2 * DAY_US));
        level.oldest_us = level.oldest_us.max(elapsed);
    }
    level
}

/// What came in and went out in `[from, to)`.
#[must_use]
pub fn flow(receipts: &[&Receipt], from: Instant, to: Instant) -> Flow {
    let mut flow = Flow::default();
    let within = |at: Instant| i64::from(from <= at && at < to);
    for receipt in receipts.iter().filter(|receipt| receipt.is_work()) {
        flow.received += within(receipt.at);
        let mut open = true;
        for (at, change) in receipt.changes() {
            let counter = match change {
                Change::Resolved | Change::Decided => &mut flow.resolved,
                Change::Closed => &mut flow.closed,
                Change::Abandoned => &mut flow.abandoned,
                Change::Cancelled => &mut flow.cancelled,
                Change::Reopened => &mut flow.reopened,
            };
            if open != (change == Change::Reopened) {
                *counter += within(at);
            }
            open = change == Change::Reopened;
            if change == Change::Cancelled {
                break;
            }
        }
    }
    flow
}
