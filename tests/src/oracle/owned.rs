//! The contacts of a row: answered, resolved for good, and how long that took.

use contact::{Instant, Outcome};

use super::{
    Leg,
    fold::tolerated,
    promise::Stay,
    scorecard::{DAY_US, count},
    tally::Ratio,
};

/// Contacts of the row: those whose owner is a leg of the cohort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    /// Owned contacts.
    pub contacts: i64,
    /// Owned and answered by a human.
    pub answered: i64,
    /// Answered, and old enough to know whether the resolution lasts.
    pub mature: i64,
    /// Answered, and younger.
    pub immature: i64,
    /// Mature and durably resolved.
    pub resolved: i64,
    /// Owned contacts that were ever resolved, answered or not.
    pub ever_resolved: i64,
    /// Of these, reopened after their first resolution.
    pub reopened: i64,
    /// First offer to last resolution of these, in microseconds, sorted; nothing of those whose time is unknown.
    pub resolution_times: Vec<i64>,
    /// Durably resolved within 24 h of the first offer, over those whose 24 h are over or that are durably resolved.
    pub resolved_24h: Ratio,
    /// The same for 48 h.
    pub resolved_48h: Ratio,
}

pub(super) fn contacts(counted: &[&Stay], durable_us: i64, now: Instant) -> Contacts {
    let owned: Vec<&Leg> = counted.iter().map(|stay| stay.leg).filter(|leg| leg.owner).collect();
    let answered = |leg: &&Leg| leg.outcome == Some(Outcome::Answered);
    let mature = |leg: &&Leg| leg.started_at.as_micros() + durable_us <= now.as_micros();
    let durable = |leg: &&Leg| durably_resolved(leg, durable_us);
    let ever = |leg: &&Leg| leg.first_resolved_at.is_some();
    let mut resolution_times: Vec<i64> = owned.iter().filter_map(|leg| resolution_time(leg)).collect();
    resolution_times.sort_unstable();
    let within = |limit: i64| {
        let elapsed = |leg: &Leg| leg.first_offered_at.is_some_and(|at| at.as_micros() + limit <= now.as_micros());
        Ratio::new(
            count(&owned, |leg| durable(leg) && resolution_time(leg).is_some_and(|time| time <= limit)),
            count(&owned, |leg| durable(leg) || elapsed(leg)),
        )
    };
    Contacts {
        contacts: count(&owned, |_| true),
        answered: count(&owned, answered),
        mature: count(&owned, |leg| answered(leg) && mature(leg)),
        immature: count(&owned, |leg| answered(leg) && !mature(leg)),
        resolved: count(&owned, |leg| answered(leg) && mature(leg) && durable(leg)),
        ever_resolved: count(&owned, ever),
        reopened: count(&owned, |leg| ever(leg) && leg.reopened),
        resolution_times,
        resolved_24h: within(DAY_US),
        resolved_48h: within(2 * DAY_US),
    }
}

/// Resolved, and not reopened within the days after which a resolution is durable.
fn durably_resolved(leg: &Leg, durable_us: i64) -> bool {
    match (leg.last_resolved_at, leg.reopened_at) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(resolved), Some(reopened)) => reopened.micros_since(resolved) > durable_us,
    }
}

fn resolution_time(leg: &Leg) -> Option<i64> {
    tolerated(leg.last_resolved_at?.micros_since(leg.first_offered_at?))
}
