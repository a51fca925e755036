//! `rail`: a railway across a border, 11,600 contacts a day.
//!
//! | line | a day | promise |
//! |---|---|---|
//! | calls in French and English | 8,000 | 60 s, 7 to 21 |
//! | mails in French and English | 2,600 | 4 h within 7 to 22 |
//! | social networks in French and English | 900 | 15 min, 6 to 23: as it happens |
//! | what was lost | 90 | 9 h within 9 to 18 |
//!
//! 200 people in one centre: 118 on calls, 55 on mails, 27 on social networks. A partner takes its part of the English
//! calls, and those that nobody takes in time; French callers may be called back. A subcontractor looks for what was lost, so that
//! contacts pass from one provider to another and carry an id of the brand. The reasons are the same in every channel: how
//! alike the answers are is the brand's promise. On some dated days trains stand still: social networks first, then calls, then mails.
//! People are as published; names of providers, hours, volumes, times and rates are invented.

mod incidents;
mod queues;

use contact::network::CutKind;
use jiff::civil::Date;

use super::kit::{feed, forecast, group, level, reaction, surge};
use crate::{GroupPlan, Mishaps, Plan, Reaction, Scenario, Season, Share, SimError};

const LILLE: &str = "lille";
const ASHFORD: &str = "ashford";
const SAINT_DENIS: &str = "saint-denis";

/// The plan, to be changed before [`Scenario::new`].
///
/// # Errors
/// None, unless the network file in the crate is damaged.
pub fn rail_plan() -> Result<Plan, SimError> {
    Ok(Plan {
        network: include_str!("../../../networks/rail.yaml").to_owned(),
        queues: queues::queues()?,
        groups: groups(),
        feeds: vec![feed("lumen", 1, 2, 1, 2)?, feed("estafette", 3, 8, 3, 5)?, feed("consigne", 30, 20, 12, 4)?],
        season: Season {
            months: [0.9, 0.92, 0.97, 1.03, 1.02, 1.05, 1.12, 1.1, 0.98, 0.99, 0.93, 0.99],
            weekdays: [1.08, 0.96, 0.95, 0.98, 1.08, 0.96, 0.99],
            peak_months: Vec::new(),
        },
        customers: 1_200_000,
        incidents: Vec::new(),
        mishaps: Mishaps { short_staffed: Share::permille(6), surge: Share::permille(4) },
        reactions: reactions(),
        across_providers: true,
        followed: true,
    })
}

/// The scenario.
///
/// # Errors
/// As [`rail_plan`].
pub fn rail() -> Result<Scenario, SimError> {
    Scenario::new(rail_plan()?)
}

/// The plan of thirty days from `first` on in which nothing goes wrong but for three incidents of thirty minutes, planted:
/// nobody is on duty in Lille on the 5th day from 10:30, on the 13th from 17:30 and on the 22nd from 12:00. Clear
/// [`Plan::incidents`] for a month in which nothing goes wrong at all.
///
/// # Errors
/// As [`rail_plan`]; the days leave the calendar.
pub fn rail_month_plan(first: Date) -> Result<Plan, SimError> {
    let plan = rail_plan()?;
    Ok(Plan { incidents: incidents::planted(first)?, mishaps: Mishaps::NONE, reactions: Vec::new(), ..plan })
}

/// 200 people in Lille; the partners' own.
fn groups() -> Vec<GroupPlan> {
    let calls = [("voice-fr", 0), ("voice-en", 0)];
    let mails = [("mail-fr", 0), ("mail-en", 0)];
    let social = [("social-fr", 0), ("social-en", 0)];
    vec![
        group("lille-calls", LILLE, &calls, 118, forecast(0.9), None),
        group("lille-mails", LILLE, &mails, 55, level(1.25), None),
        group("lille-social", LILLE, &social, 27, forecast(1.5), None),
        group("ashford-calls", ASHFORD, &[("voice-en", 0)], 24, forecast(1.0), None),
        group("saint-denis-search", SAINT_DENIS, &[("lost-property", 0)], 12, level(1.3), None),
    ]
}

/// What follows when trains stand still.
fn reactions() -> Vec<Reaction> {
    let outage = |after_hours, hours, effect| reaction(CutKind::Outage, after_hours, hours, effect);
    vec![
        outage(7, 15, surge("social-fr", 3.0)),
        outage(7, 15, surge("social-en", 3.5)),
        outage(8, 12, surge("voice-fr", 1.6)),
        outage(8, 12, surge("voice-en", 1.7)),
        outage(10, 26, surge("mail-fr", 1.8)),
        outage(10, 26, surge("mail-en", 2.0)),
    ]
}
