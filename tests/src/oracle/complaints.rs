//! Complaints of a period, one by one.

use contact::{Instant, Network};

use super::{Query, Receipt, fold::tolerated};

const DAY_US: i64 = 86_400_000_000;

/// A complaint: how long it took, or has taken so far, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The contact.
    pub contact: String,
    /// Resolved, and not reopened within the durable days.
    pub resolved: bool,
    /// Resolved less than the durable days ago.
    pub young: bool,
    /// Elapsed time; none when it was resolved before it was received.
    pub elapsed_us: Option<i64>,
    /// Open time.
    pub business_us: Option<i64>,
    /// Elapsed time since the receipt.
    pub age_us: i64,
    /// Open time since the receipt.
    pub open_age_us: i64,
}

/// The complaints received in the query's period, sorted.
#[must_use]
pub fn complaints(receipts: &[Receipt], network: &Network, query: &Query) -> Vec<Complaint> {
    let durable_us = i64::from(network.durable_days) * DAY_US;
    // The open clock of a question ends long after its period, but ends.
    let clock_end = query.to.plus_micros(400 * DAY_US);
    let wanted = receipts.iter().filter(|receipt| {
        let leg = receipt.leg;
        leg.complaint == Some(true)
            && !leg.cancelled
            && !receipt.out_of_hours
            && query.from <= receipt.at
            && receipt.at < query.to
    });
    let mut complaints: Vec<Complaint> =
        wanted.map(|receipt| complaint(receipt, network, (durable_us, clock_end, query.now))).collect();
    complaints.sort();
    complaints
}

fn complaint(receipt: &Receipt, network: &Network, (durable_us, end, now): (i64, Instant, Instant)) -> Complaint {
    let leg = receipt.leg;
    let stands = |at: &Instant| leg.reopened_at.is_none_or(|reopened| reopened.micros_since(*at) > durable_us);
    let resolved_at = leg.last_resolved_at.filter(stands);
    let until = resolved_at.unwrap_or(now);
    let elapsed_us = tolerated(until.micros_since(receipt.at));
    let has_calendar = receipt.queue.calendar.is_some();
    let open = |to: Instant| {
        if has_calendar {
            receipt.open_time(network, receipt.at, to.min(end))
        } else {
            to.micros_since(receipt.at).max(0)
        }
    };
    Complaint {
        contact: leg.contact_id.clone(),
        resolved: resolved_at.is_some(),
        young: resolved_at.is_some_and(|at| now.micros_since(at) < durable_us),
        elapsed_us,
        business_us: elapsed_us.map(|_| open(until)),
        age_us: now.micros_since(receipt.at),
        open_age_us: open(now),
    }
}
