//! What comes in, by queue.

use contact::Duration;

use super::{SITES, reasons::reasons};
use crate::{After, DeskPlan, Length, QueuePlan, Routing, Share, SimError, SitePlan};

const HOUR: u32 = 3600;

/// Calls: two humps, eight to eight.
const CALLS: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.75, 1.2, 1.4, 1.25, 0.85, 0.9, 1.15, 1.2, 1.15, 1.05, 0.75, 0.45, 0.0,
    0.0, 0.0, 0.0,
];
/// Messages: all day, evenings too.
const MESSAGES: [f64; 24] = [
    0.15, 0.08, 0.05, 0.04, 0.05, 0.1, 0.25, 0.5, 0.9, 1.2, 1.35, 1.25, 1.1, 1.1, 1.15, 1.15, 1.1, 1.05, 1.0, 0.95,
    0.95, 0.85, 0.6, 0.3,
];
/// Letters: opened in the morning.
const LETTERS: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0,
];

/// How contacts of a channel come and go.
struct Manner {
    hours: [f64; 24],
    closed_day: Share,
    spread: f64,
    patience: Option<u32>,
    answered: Share,
}

const VOICE: Manner =
    Manner { hours: CALLS, closed_day: Share::ZERO, spread: 0.75, patience: Some(150), answered: Share::permille(935) };
const TEXT: Manner =
    Manner { hours: MESSAGES, closed_day: Share::permille(350), spread: 0.6, patience: None, answered: Share::ONE };
const POST: Manner =
    Manner { hours: LETTERS, closed_day: Share::ZERO, spread: 0.6, patience: None, answered: Share::ONE };

/// A queue: name, contacts a day, mean handling in seconds, weight of each of [`SITES`].
struct Entry {
    name: &'static str,
    per_day: f64,
    handling: u32,
    weights: [f64; 5],
    routing: Routing,
    transfer: Option<(&'static str, u16)>,
}

const fn entry(name: &'static str, per_day: f64, handling: u32, weights: [f64; 5]) -> Entry {
    Entry { name, per_day, handling, weights, routing: Routing::Shares, transfer: None }
}

const QUEUES: [(Entry, Manner); 13] = [
    (
        Entry {
            routing: Routing::LongestIdle,
            transfer: Some(("shop-voice", 40)),
            ..entry("switchboard-voice", 7600.0, 205, [8.0, 6.0, 34.0, 22.0, 30.0])
        },
        VOICE,
    ),
    (
        Entry { transfer: Some(("card-voice", 20)), ..entry("shop-voice", 2300.0, 350, [6.0, 6.0, 34.0, 24.0, 30.0]) },
        VOICE,
    ),
    (
        Entry {
            transfer: Some(("shop-voice", 15)),
            ..entry("card-voice", 1400.0, 380, [14.0, 12.0, 40.0, 12.0, 22.0])
        },
        VOICE,
    ),
    (entry("care-voice", 800.0, 460, [55.0, 45.0, 0.0, 0.0, 0.0]), VOICE),
    (entry("switchboard-mail", 2900.0, 300, [4.0, 3.0, 30.0, 25.0, 38.0]), TEXT),
    (entry("shop-mail", 2100.0, 360, [4.0, 4.0, 30.0, 24.0, 38.0]), TEXT),
    (entry("card-mail", 1200.0, 360, [10.0, 8.0, 42.0, 14.0, 26.0]), TEXT),
    (entry("care-mail", 800.0, 480, [50.0, 50.0, 0.0, 0.0, 0.0]), TEXT),
    (entry("switchboard-sms", 1240.0, 150, [2.0, 2.0, 30.0, 28.0, 38.0]), TEXT),
    (entry("shop-sms", 800.0, 160, [2.0, 2.0, 30.0, 28.0, 38.0]), TEXT),
    (entry("care-sms", 200.0, 200, [50.0, 50.0, 0.0, 0.0, 0.0]), TEXT),
    (entry("social", 440.0, 300, [60.0, 40.0, 0.0, 0.0, 0.0]), TEXT),
    (entry("post", 220.0, 720, [30.0, 70.0, 0.0, 0.0, 0.0]), POST),
];

/// How long each of [`SITES`] takes, against the mean of the network.
const PACE: [f64; 5] = [1.02, 0.98, 0.96, 1.05, 1.0];

pub(super) fn queues() -> Result<Vec<QueuePlan>, SimError> {
    QUEUES.iter().map(|(entry, manner)| queue(entry, manner)).collect()
}

fn queue(entry: &Entry, manner: &Manner) -> Result<QueuePlan, SimError> {
    let taken = || entry.weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
    let site = |(at, weight): (usize, &f64)| SitePlan { site: SITES[at].to_owned(), weight: *weight, pace: PACE[at] };
    let sites: Vec<usize> = taken().map(|(at, _)| at).collect();
    Ok(QueuePlan {
        name: entry.name.to_owned(),
        per_open_day: entry.per_day,
        expected_answered: manner.answered,
        hours: manner.hours,
        closed_day: manner.closed_day,
        routing: entry.routing,
        sites: taken().map(site).collect(),
        reasons: reasons(entry.name, &sites),
        handling: Length::log_normal(Duration::from_secs(entry.handling), manner.spread)?,
        hold_and_wrap: (Share::permille(60), Share::permille(140)),
        patience: manner.patience.map(|mean| Length::exponential(Duration::from_secs(mean))),
        after: after(entry)?,
        recognised: Share::permille(720),
        desk: DeskPlan::default(),
    })
}

fn after(entry: &Entry) -> Result<After, SimError> {
    let care = entry.name.starts_with("care") || entry.name == "post";
    let (at_once, hours) = if care { (450, 30) } else { (860, 14) };
    Ok(After {
        transferred: entry.transfer.map_or(Share::ZERO, |(_, permille)| Share::permille(permille)),
        transfer_to: entry.transfer.map(|(to, _)| to.to_owned()),
        at_once: Share::permille(at_once),
        settled_after: Length::log_normal(Duration::from_secs(hours * HOUR), 0.7)?,
        reopened_good: Share::permille(25),
        reopened_bad: Share::permille(220),
        reopened_after: Length::exponential(Duration::from_secs(40 * HOUR)),
        repeated: Share::permille(350),
        repeated_after: Length::exponential(Duration::from_secs(36 * HOUR)),
        redialled: Share::permille(450),
        redialled_after: Length::exponential(Duration::from_secs(300)),
    })
}
