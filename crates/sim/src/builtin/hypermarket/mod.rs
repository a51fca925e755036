//! `hypermarket`: 6.6 M contacts a year, 22,000 on each of 300 open days.
//!
//! | line | a day | | channel | share |
//! |---|---|---|---|---|
//! | switchboard | 12,000 | | phone | 55 % |
//! | e-commerce and card | 8,000 | | mail and SMS | 42 % |
//! | other | 2,000 | | social networks, post | 2 %, 1 % |
//!
//! 114 advisers at two own sites, Évry and Saint-Étienne; 386 at providers in Tunis, Dakar and Antananarivo, 600 in
//! November and December. Volumes and people are the brand's published figures; names of providers, hours, reasons,
//! handling times and rates are invented so that the service is plausible.

mod queues;
mod reasons;
mod staff;

use contact::Duration;

use crate::{FeedPlan, Length, Mishaps, Plan, Scenario, Season, Share, SimError};

/// The sites, in the order of every list of this scenario.
const SITES: [&str; 5] = ["evry", "saint-etienne", "tunis", "dakar", "antananarivo"];

/// The plan, to be changed before [`Scenario::new`].
///
/// # Errors
/// None, unless the network file in the crate is damaged.
pub fn hypermarket_plan() -> Result<Plan, SimError> {
    Ok(Plan {
        network: include_str!("../../../networks/hypermarket.yaml").to_owned(),
        queues: queues::queues()?,
        groups: staff::groups(),
        feeds: feeds()?,
        season: Season {
            months: [0.97, 0.92, 0.95, 0.95, 0.94, 0.96, 0.95, 0.88, 1.02, 1.03, 1.12, 1.3],
            weekdays: [1.22, 1.06, 1.0, 0.96, 1.0, 0.78, 0.6],
            peak_months: vec![11, 12],
        },
        customers: 2_400_000,
        incidents: Vec::new(),
        mishaps: Mishaps { short_staffed: Share::permille(12), surge: Share::permille(10) },
        reactions: Vec::new(),
        across_providers: false,
        followed: false,
    })
}

/// The scenario.
///
/// # Errors
/// As [`hypermarket_plan`].
pub fn hypermarket() -> Result<Scenario, SimError> {
    Scenario::new(hypermarket_plan()?)
}

/// Seconds for most events; some come hours late, some twice.
fn feeds() -> Result<Vec<FeedPlan>, SimError> {
    let feed = |provider: &str, late: u16, hours: u32, twice: u16| -> Result<FeedPlan, SimError> {
        Ok(FeedPlan {
            provider: provider.to_owned(),
            latency: Length::log_normal(Duration::from_secs(2), 0.8)?,
            late: Share::permille(late),
            late_by: Length::exponential(Duration::from_secs(hours * 3600)),
            twice: Share::permille(twice),
            twice_after: Length::exponential(Duration::from_secs(60)),
        })
    };
    Ok(vec![
        feed("maison", 2, 1, 1)?,
        feed("cordelia", 8, 4, 5)?,
        feed("teranga", 15, 9, 8)?,
        feed("lokaro", 10, 6, 12)?,
    ])
}
