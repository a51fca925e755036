//! True rates, and how they move from one day to another.

use std::ops::Range;

use super::{Days, instant};
use crate::{
    Scenario, Share,
    plan::{Effect, Incident},
};

/// How the true rates of some days differ from those of the plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rates {
    moves: Vec<Move>,
}

/// A move of rates.
#[derive(Debug, Clone)]
struct Move {
    days: Range<usize>,
    /// By place, by reason: whether it moves.
    moves: Vec<Vec<bool>>,
    points: f64,
}

impl Rates {
    pub(super) fn new(scenario: &Scenario, incidents: &[Incident], days: &Days) -> Self {
        let moves = incidents.iter().filter_map(|incident| {
            let Effect::Resolved { site, reason, points } = &incident.effect else { return None };
            let day = |at| days.starts.partition_point(|start| instant(*start) < at);
            let place = |place: &crate::scenario::Place| {
                let here = site.as_ref().is_none_or(|site| *site == scenario.sites[place.site].name.as_str());
                let of = |name: &String| here && reason.as_ref().is_none_or(|reason| reason == name);
                scenario.queues[place.queue].reasons.iter().map(|reason| of(&reason.name)).collect()
            };
            let moves = scenario.places.iter().map(place).collect();
            Some(Move { days: day(incident.from)..day(incident.to), moves, points: *points })
        });
        Self { moves: moves.collect() }
    }

    /// The rate of a day where the plan has `planned`.
    pub(crate) fn on(&self, day: usize, place: usize, reason: usize, planned: Share) -> Share {
        let moves = self.moves.iter().filter(|moved| moved.days.contains(&day) && moved.moves[place][reason]);
        moves.fold(planned, |rate, moved| rate.moved(moved.points))
    }
}
