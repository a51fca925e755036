//! What waits and what is worked on at an instant.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Direction, Network, Outcome};

use super::{
    Dimension, Leg, Query,
    promise::{Standing, Stay},
    scorecard::key,
};

/// One line of the present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Present {
    /// How long each open leg has waited so far, in microseconds of the clock of its promise, sorted.
    pub waits: Vec<i64>,
    /// Of these, how many for longer than promised.
    pub overdue: i64,
    /// Of these, how many offered before the day.
    pub waits_before: i64,
    /// Answered by a human and not ended, where the provider says of anything that it ended.
    pub in_work: i64,
    /// Of these, how many offered before the day.
    pub in_work_before: i64,
}

/// What stands open of these legs at the query's `now`, under which they were folded. The query's period is the day; legs of
/// any age are looked at.
#[must_use]
pub fn present(
    legs: &[Leg],
    network: &Network,
    query: &Query,
) -> BTreeMap<BTreeMap<Dimension, Option<String>>, Present> {
    let inbound = legs.iter().filter(|leg| leg.direction == Direction::Inbound);
    let stays: Vec<Stay> = inbound.map(|leg| Stay::new(leg, network, query)).filter(Stay::is_counted).collect();
    let ended = stays.iter().filter(|stay| stay.leg.ended_at.is_some());
    let speaking: BTreeSet<&str> = ended.map(|stay| stay.leg.provider.as_str()).collect();
    let mut rows: BTreeMap<_, Present> = BTreeMap::new();
    for stay in &stays {
        let row = rows.entry(key(stay, query)).or_default();
        let before = i64::from(stay.leg.offered_at < query.from);
        if stay.is(Outcome::Pending) || stay.is(Outcome::Overdue) {
            row.waits.push(stay.so_far(network, query.now));
            row.overdue += i64::from(stay.standing == Standing::Counted(Outcome::Overdue));
            row.waits_before += before;
        }
        if stay.is(Outcome::Answered) && stay.leg.ended_at.is_none() && speaking.contains(stay.leg.provider.as_str()) {
            row.in_work += 1;
            row.in_work_before += before;
        }
    }
    for row in rows.values_mut() {
        row.waits.sort_unstable();
    }
    rows
}
