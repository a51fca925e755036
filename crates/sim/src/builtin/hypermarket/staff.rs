//! Who answers: 114 people at own sites, 386 at providers, 600 there at the peak of the year.

use super::SITES;
use crate::{GroupPlan, Share, Staffing};

/// People of each of [`SITES`], usually and in the peak months: on the phones, on messages, on the phones of care
/// (complaints), and on its messages, social networks and post.
const PEOPLE: [[(u32, u32); 4]; 5] = [
    [(20, 20), (8, 8), (16, 16), (18, 18)],
    [(15, 15), (8, 8), (11, 11), (18, 18)],
    [(92, 142), (58, 92), (0, 0), (0, 0)],
    [(62, 96), (44, 68), (0, 0), (0, 0)],
    [(74, 116), (56, 86), (0, 0), (0, 0)],
];

/// Safety of each site's phone staff, in the square-root rule.
const BETA: [f64; 5] = [0.65, 0.5, 0.1, -0.25, -0.05];
/// Spare time of each site's people on messages.
const SLACK: [f64; 5] = [1.15, 1.15, 1.12, 1.06, 1.1];

const VOICE: [&str; 3] = ["switchboard-voice", "shop-voice", "card-voice"];
const TEXT: [(&str, u8); 5] =
    [("switchboard-sms", 0), ("shop-sms", 0), ("switchboard-mail", 1), ("shop-mail", 1), ("card-mail", 1)];
const CARE_TEXT: [(&str, u8); 4] = [("social", 0), ("care-sms", 1), ("care-mail", 2), ("post", 2)];

pub(super) fn groups() -> Vec<GroupPlan> {
    let mut groups = Vec::new();
    for (site, [calls, messages, care_calls, care_messages]) in PEOPLE.iter().enumerate() {
        let forecast = Staffing::Forecast { beta: BETA[site], absence: Share::permille(50) };
        let level = Staffing::Level { slack: SLACK[site], absence: Share::permille(40) };
        let voice = VOICE.map(|queue| (queue, 0));
        groups.push(group(site, "v", &voice, *calls, forecast));
        groups.push(group(site, "w", &TEXT, *messages, level));
        if care_calls.0 > 0 {
            groups.push(group(site, "c", &[("care-voice", 0)], *care_calls, forecast));
            groups.push(group(site, "s", &CARE_TEXT, *care_messages, level));
        }
    }
    groups
}

fn group(site: usize, kind: &str, queues: &[(&str, u8)], people: (u32, u32), staffing: Staffing) -> GroupPlan {
    GroupPlan {
        name: format!("{}-{kind}", SITES[site]),
        site: SITES[site].to_owned(),
        queues: queues.iter().map(|(queue, priority)| ((*queue).to_owned(), *priority)).collect(),
        people: people.0,
        people_at_peak: people.1,
        staffing,
        shift: None,
    }
}
