//! Small parts of which networks are put together.

use contact::{Duration, network::CutKind};

use super::plain_queue;
use crate::{
    After, DeskPlan, Effect, FeedPlan, GroupPlan, Length, Machine, QueuePlan, Reaction, ReasonPlan, Routing, Share,
    SimError, SitePlan, Staffing, Talk,
};

pub(super) const MINUTE: u32 = 60;
pub(super) const HOUR: u32 = 3600;
pub(super) const DAY: u32 = 24 * HOUR;

/// Calls: two humps within the hours of a line.
pub(super) const CALLS: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.5, 0.85, 1.2, 1.35, 1.25, 0.9, 0.95, 1.15, 1.2, 1.15, 1.05, 0.85, 0.6, 0.4,
    0.2, 0.0, 0.0,
];
/// Messages: all day, evenings too.
pub(super) const MESSAGES: [f64; 24] = [
    0.2, 0.1, 0.05, 0.05, 0.05, 0.1, 0.3, 0.55, 0.9, 1.15, 1.3, 1.2, 1.05, 1.05, 1.1, 1.1, 1.1, 1.1, 1.05, 1.0, 1.0,
    0.9, 0.65, 0.4,
];
/// What people do in their own time: little at night, most in the evening.
pub(super) const EVENINGS: [f64; 24] = [
    0.75, 0.45, 0.3, 0.2, 0.2, 0.25, 0.4, 0.6, 0.75, 0.85, 0.9, 0.95, 1.1, 1.1, 1.0, 1.0, 1.05, 1.15, 1.3, 1.5, 1.75,
    1.9, 1.75, 1.25,
];
/// Letters: received in the morning.
pub(super) const LETTERS: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0,
];

pub(super) fn spread(mean_s: u32, sigma: f64) -> Result<Length, SimError> {
    Length::log_normal(Duration::from_secs(mean_s), sigma)
}

pub(super) fn exponential(mean_s: u32) -> Length {
    Length::exponential(Duration::from_secs(mean_s))
}

/// Mostly seconds; a few events hours late, a few twice.
pub(super) fn feed(provider: &str, seconds: u32, late: u16, hours: u32, twice: u16) -> Result<FeedPlan, SimError> {
    Ok(FeedPlan {
        provider: provider.to_owned(),
        latency: spread(seconds, 0.8)?,
        late: Share::permille(late),
        late_by: exponential(hours * HOUR),
        twice: Share::permille(twice),
        twice_after: exponential(MINUTE),
    })
}

pub(super) fn site(name: &str, weight: f64, pace: f64) -> SitePlan {
    SitePlan { site: name.to_owned(), weight, pace }
}

/// A reason: name, weight, points above or below the usual rate at each site of the queue.
pub(super) fn reason(name: &str, weight: f64, permille: u16, points: &[f64]) -> ReasonPlan {
    ReasonPlan {
        name: name.to_owned(),
        weight,
        sites: None,
        complaint: name.starts_with("complaint-"),
        resolved: points.iter().map(|points| Share::permille(permille).moved(*points)).collect(),
        codes: [("solved", 6.0), ("explained", 3.0), ("compensated", 1.0)]
            .map(|(code, weight)| (code.to_owned(), weight))
            .to_vec(),
    }
}

/// A queue whose contacts are shared out by weight, all day, with no patience.
pub(super) fn queue(
    name: &str,
    per_day: f64,
    handling: Length,
    sites: Vec<SitePlan>,
    reasons: Vec<ReasonPlan>,
) -> QueuePlan {
    QueuePlan {
        hours: MESSAGES,
        closed_day: Share::permille(350),
        hold_and_wrap: (Share::permille(40), Share::permille(120)),
        recognised: Share::permille(800),
        ..plain_queue(name, per_day, handling, sites, reasons)
    }
}

/// The same as a line of calls: customers wait `patience_s` on average.
pub(super) fn calls(plan: QueuePlan, patience_s: u32, answered: u16) -> QueuePlan {
    QueuePlan {
        hours: CALLS,
        closed_day: Share::ZERO,
        routing: Routing::LongestIdle,
        patience: Some(exponential(patience_s)),
        expected_answered: Share::permille(answered),
        ..plan
    }
}

/// What happens after a contact: so many are settled at once, the others within hours; some come back.
pub(super) fn after(at_once: u16, hours: u32, repeated: u16) -> Result<After, SimError> {
    Ok(After {
        at_once: Share::permille(at_once),
        settled_after: spread(hours * HOUR, 0.7)?,
        reopened_good: Share::permille(30),
        reopened_bad: Share::permille(250),
        reopened_after: exponential(40 * HOUR),
        repeated: Share::permille(repeated),
        repeated_after: exponential(36 * HOUR),
        redialled: Share::permille(450),
        redialled_after: exponential(5 * MINUTE),
        ..After::default()
    })
}

/// An acknowledgement within seconds that asks for nothing.
pub(super) fn acknowledges(permille: u16) -> Result<Machine, SimError> {
    Ok(Machine {
        is_bot: false,
        share: Share::permille(permille),
        after: spread(20, 0.4)?,
        asks: Share::ZERO,
        asked_for: spread(9 * HOUR, 0.9)?,
    })
}

/// A queue whose cases are closed when all is done; so many of its contacts name no customer.
pub(super) fn desk(unknown: u16) -> DeskPlan {
    DeskPlan { unknown: Share::permille(unknown), closes: true, ..DeskPlan::default() }
}

/// Questions back and forth: the share of replies that ask something, and how long a further reply takes.
pub(super) fn talk(asks: u16, reply_s: u32) -> Result<Talk, SimError> {
    Ok(Talk {
        asks: Share::permille(asks),
        writes: Share::permille(820),
        writes_after: spread(14 * HOUR, 1.0)?,
        lapses: Duration::from_secs(10 * DAY),
        reply: spread(reply_s, 0.6)?,
        thanks: Share::permille(60),
        thanks_after: exponential(5 * HOUR),
    })
}

pub(super) fn group(
    name: &str,
    site: &str,
    queues: &[(&str, u8)],
    people: u32,
    staffing: Staffing,
    shift: Option<&str>,
) -> GroupPlan {
    GroupPlan {
        name: name.to_owned(),
        site: site.to_owned(),
        queues: queues.iter().map(|(queue, priority)| ((*queue).to_owned(), *priority)).collect(),
        people,
        people_at_peak: people,
        staffing,
        shift: shift.map(str::to_owned),
    }
}

pub(super) fn forecast(beta: f64) -> Staffing {
    Staffing::Forecast { beta, absence: Share::permille(40) }
}

pub(super) fn level(slack: f64) -> Staffing {
    Staffing::Level { slack, absence: Share::permille(40) }
}

pub(super) fn reaction(kind: CutKind, after_hours: u32, hours: u32, effect: Effect) -> Reaction {
    Reaction { kind, after_hours, hours, effect }
}

pub(super) fn surge(queue: &str, factor: f64) -> Effect {
    Effect::Surge { queue: queue.to_owned(), factor }
}

pub(super) fn resolved(site: Option<&str>, reason: Option<&str>, points: f64) -> Effect {
    Effect::Resolved { site: site.map(str::to_owned), reason: reason.map(str::to_owned), points }
}
