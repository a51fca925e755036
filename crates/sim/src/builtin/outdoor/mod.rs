//! `outdoor`: a seller of outdoor stays in a year of mass cancellations, 1,700 contacts on an open day, far more after
//! each announcement.
//!
//! | line | a day | | line | a day |
//! |---|---|---|---|---|
//! | calls | 520 | | letters | 60 |
//! | mails | 640 | | SMS | 120 |
//! | complaints by mail | 240 | | social networks | 90 |
//!
//! Every eight weeks an announcement rewrites all plans: for two weeks complaints come in almost three times as often as
//! they are planned for, and the complaints service is saturated for weeks. In Valence people then take the newest
//! complaints first: from then on those that are completed look better and better, and the old ones rot. Oujda goes on with
//! the oldest. Customers whose matter is not resolved come back by another channel. The situation is a published one; names
//! of providers, volumes, times and rates are invented.

mod queues;

use contact::network::CutKind;

use super::kit::{feed, forecast, group, level, reaction, resolved, surge};
use crate::{Effect, GroupPlan, Mishaps, Plan, Reaction, Scenario, Season, Share, SimError};

const VALENCE: &str = "valence";
const OUJDA: &str = "oujda";

/// The plan, to be changed before [`Scenario::new`].
///
/// # Errors
/// None, unless the network file in the crate is damaged.
pub fn outdoor_plan() -> Result<Plan, SimError> {
    Ok(Plan {
        network: include_str!("../../../networks/outdoor.yaml").to_owned(),
        queues: queues::queues()?,
        groups: groups(),
        feeds: vec![feed("valdrome", 4, 6, 4, 4)?, feed("ubaye", 6, 14, 8, 9)?],
        season: Season {
            months: [0.96, 0.98, 1.04, 1.06, 1.06, 1.04, 1.02, 0.98, 0.98, 0.97, 0.96, 0.95],
            weekdays: [1.2, 1.06, 1.0, 0.98, 0.98, 0.78, 0.7],
            peak_months: Vec::new(),
        },
        customers: 180_000,
        incidents: Vec::new(),
        mishaps: Mishaps { short_staffed: Share::permille(8), surge: Share::permille(5) },
        reactions: reactions(),
        across_providers: false,
        followed: true,
    })
}

/// The scenario.
///
/// # Errors
/// As [`outdoor_plan`].
pub fn outdoor() -> Result<Scenario, SimError> {
    Scenario::new(outdoor_plan()?)
}

fn groups() -> Vec<GroupPlan> {
    let calls = [("booking-voice", 0)];
    let mails = [("booking-mail", 1), ("social", 0)];
    let messages = [("sms", 0), ("booking-mail", 1), ("social", 0)];
    let claims = [("complaints", 0), ("letters", 0)];
    vec![
        group("valence-calls", VALENCE, &calls, 12, forecast(0.5), None),
        group("valence-desk", VALENCE, &mails, 12, level(1.3), None),
        group("valence-claims", VALENCE, &claims, 17, level(1.36), None),
        group("oujda-calls", OUJDA, &calls, 12, forecast(0.3), None),
        group("oujda-desk", OUJDA, &messages, 16, level(1.3), None),
        group("oujda-claims", OUJDA, &[("complaints", 0)], 10, level(1.4), None),
    ]
}

/// What every announcement brings about.
fn reactions() -> Vec<Reaction> {
    let announced =
        |after_days: u32, days: u32, effect| reaction(CutKind::Policy, 24 * after_days + 8, 24 * days, effect);
    let newest = Effect::NewestFirst { site: VALENCE.to_owned(), queue: "complaints".to_owned() };
    vec![
        announced(0, 13, surge("complaints", 2.8)),
        announced(3, 12, surge("letters", 2.2)),
        announced(0, 5, surge("booking-voice", 1.9)),
        announced(0, 8, surge("booking-mail", 2.1)),
        announced(0, 4, surge("social", 2.6)),
        announced(0, 4, surge("sms", 1.8)),
        announced(9, 44, newest),
        announced(0, 20, resolved(None, Some("complaint-refund"), -6.0)),
    ]
}
