//! Scenarios that come with the crate.

mod dating;
mod hypermarket;
mod kit;
mod outdoor;
mod planted;
mod rail;
mod stationary;

pub use dating::{dating, dating_plan};
pub use hypermarket::{hypermarket, hypermarket_plan};
pub use outdoor::{outdoor, outdoor_plan};
pub use planted::{PlantedCell, PlantedSite, planted, planted_plan};
pub use rail::{rail, rail_month_plan, rail_plan};
pub use stationary::{Stationary, stationary};

use crate::{After, DeskPlan, Length, QueuePlan, ReasonPlan, Routing, Share, SitePlan};

/// A queue open all day, every hour alike, whose contacts have no sequel.
fn plain_queue(
    name: &str,
    per_day: f64,
    handling: Length,
    sites: Vec<SitePlan>,
    reasons: Vec<ReasonPlan>,
) -> QueuePlan {
    QueuePlan {
        name: name.to_owned(),
        per_open_day: per_day,
        expected_answered: Share::ONE,
        hours: [1.0; 24],
        closed_day: Share::ONE,
        routing: Routing::Shares,
        sites,
        reasons,
        handling,
        hold_and_wrap: (Share::ZERO, Share::permille(100)),
        patience: None,
        after: After::default(),
        recognised: Share::ONE,
        desk: DeskPlan::default(),
    }
}

/// A site that handles contacts at the usual pace.
fn plain_site(name: &str, weight: f64) -> SitePlan {
    SitePlan { site: name.to_owned(), weight, pace: 1.0 }
}
