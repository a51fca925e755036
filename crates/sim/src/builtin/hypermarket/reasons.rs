//! Why customers get in touch, and how often each site resolves it for good.

use super::SITES;
use crate::{ReasonPlan, Share};

/// A reason: name, weight, permille resolved across the network, complaint or not.
type Reason = (&'static str, f64, u16, bool);

const SWITCHBOARD: [Reason; 6] = [
    ("store-hours", 24.0, 960, false),
    ("stock-in-store", 22.0, 880, false),
    ("product", 18.0, 840, false),
    ("promotion", 14.0, 870, false),
    ("loyalty", 12.0, 800, false),
    ("invoice", 10.0, 780, false),
];
const SHOP: [Reason; 6] = [
    ("order-status", 30.0, 870, false),
    ("late-delivery", 20.0, 660, false),
    ("missing-item", 16.0, 720, false),
    ("refund", 14.0, 700, false),
    ("return", 12.0, 790, false),
    ("account", 8.0, 890, false),
];
const CARD: [Reason; 4] = [
    ("card-balance", 40.0, 930, false),
    ("card-blocked", 28.0, 820, false),
    ("instalment", 22.0, 760, false),
    ("card-fraud", 10.0, 600, false),
];
const CARE: [Reason; 4] = [
    ("complaint-store", 40.0, 640, true),
    ("complaint-delivery", 36.0, 600, true),
    ("product-recall", 14.0, 850, false),
    ("personal-data", 10.0, 780, false),
];
const SOCIAL: [Reason; 5] = [
    ("store-hours", 20.0, 940, false),
    ("promotion", 20.0, 850, false),
    ("order-status", 25.0, 800, false),
    ("complaint-store", 20.0, 560, true),
    ("complaint-delivery", 15.0, 540, true),
];
const LETTERS: [Reason; 4] = [
    ("complaint-store", 35.0, 680, true),
    ("refund", 30.0, 740, false),
    ("personal-data", 20.0, 820, false),
    ("instalment", 15.0, 760, false),
];

/// Resolution codes and how often each is used.
const CODES: [(&str, f64); 4] = [("solved", 62.0), ("explained", 22.0), ("compensated", 9.0), ("forwarded", 7.0)];

/// How many points each of [`SITES`] is above or below the network, whatever the reason.
const SITE_POINTS: [f64; 5] = [1.5, 1.0, 0.5, -1.5, 0.0];

/// Where a site does one reason differently, in points.
const SPECIAL: [(&str, &str, f64); 6] = [
    ("dakar", "refund", -12.0),
    ("dakar", "late-delivery", -7.0),
    ("antananarivo", "card-blocked", -8.0),
    ("antananarivo", "loyalty", 5.0),
    ("tunis", "missing-item", 5.0),
    ("tunis", "invoice", -6.0),
];

/// The reasons of a queue that some of the sites take.
pub(super) fn reasons(queue: &str, sites: &[usize]) -> Vec<ReasonPlan> {
    let (line, channel) = queue.split_once('-').unwrap_or((queue, ""));
    let reasons: &[Reason] = match line {
        "switchboard" => &SWITCHBOARD,
        "shop" => &SHOP,
        "card" => &CARD,
        "social" => &SOCIAL,
        "post" => &LETTERS,
        _ => &CARE,
    };
    let channel_points = match channel {
        "mail" => -2.0,
        "sms" => -3.0,
        _ => 0.0,
    };
    let reason = |(name, weight, permille, complaint): &Reason| ReasonPlan {
        name: (*name).to_owned(),
        weight: *weight,
        sites: None,
        complaint: *complaint,
        resolved: sites.iter().map(|site| rate(*site, name, *permille, channel_points)).collect(),
        codes: CODES.iter().map(|(code, weight)| ((*code).to_owned(), *weight)).collect(),
    };
    reasons.iter().map(reason).collect()
}

fn rate(site: usize, reason: &str, permille: u16, points: f64) -> Share {
    let special = SPECIAL.iter().filter(|(at, name, _)| *at == SITES[site] && *name == reason);
    let special: f64 = special.map(|(_, _, points)| points).sum();
    Share::permille(permille).moved(points + SITE_POINTS[site] + special)
}
