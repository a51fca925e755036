//! A closed window: met, breached, not enough data or excused, by how many contacts. Whole numbers throughout.
//!
//! In order: an accepted claim that waives the window excuses it; contacts under accepted claims are dropped; surplus
//! contacts weigh less, or are left out, or excuse the window; data that is not complete holds the result or counts as
//! missed; too small a sample says nothing; what is left is compared with the levels.

mod kept;
mod slices;

use schemars::JsonSchema;
use serde::Serialize;
use stats::sla::Target;

use crate::{
    Contract,
    facts::{Facts, FactsError},
    relief::Reliefs,
    tally::Tally,
    terms::{Level, Objective, OnShortfall, Outcome, Share, Way},
};

pub(crate) use kept::{DayCount, Kept};
pub use slices::Slices;

/// How a closed window ended, from the least to the most grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClosedState {
    /// Nothing is held against anybody in this window.
    Excused,
    /// The expected level was reached, and the share of slices where one was agreed.
    Met,
    /// No result, neither credit nor bonus.
    NotEnoughData,
    /// It was not.
    Breached,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// These accepted claims waive the window.
    Waived(Vec<String>),
    /// More came than the tolerance allows, and the contract waives the window then.
    SurplusVolume,
    /// Data is not complete, and the contract holds the result until it is.
    IncompleteData,
    /// No contact at all.
    NoContacts,
    /// Fewer contacts than the least sample: how many, and the least. Of an open window, as many as there can be at its end.
    SmallSample(u64, u64),
    /// The window is open, and the figure is read when it ends.
    ReadAtEnd,
    /// The window is open, and nothing lets one foresee how many contacts are to come.
    NothingForeseen,
}

/// The result of an objective in a closed window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Closed {
    /// Met, breached, not enough data or excused.
    pub state: ClosedState,
    /// Why there is no result, when there is none.
    pub because: Option<Because>,
    /// What counts: after dropped contacts and weights, at the expected level.
    pub counted: Tally,
    /// All contacts of the window, before any relief.
    pub all: Tally,
    /// Contacts that accepted claims dropped; 0 of a figure that is read: it is read without them.
    pub dropped: u64,
    /// By how many contacts it was met, or missed when below 0; `None` without a result.
    pub margin: Option<i64>,
    /// Whether the floor was reached.
    pub floor: Option<bool>,
    /// Whether the target was reached.
    pub target: Option<bool>,
    /// The share of slices, where one was agreed.
    pub slices: Option<Slices>,
    /// The position of the band that holds, where one does.
    pub band: Option<usize>,
    /// The reading furthest from good, in the finest unit of the levels; `None` where contacts are counted.
    pub worst_reading: Option<u64>,
    /// Whether no count can change by waiting. The result is provisional until then.
    pub settled: bool,
}

/// The result of an objective in a window that is over.
///
/// # Errors
/// Counts that cannot be: not one for each yardstick, or more than all.
pub fn close(
    contract: &Contract,
    objective: &Objective,
    facts: &Facts,
    reliefs: &Reliefs,
) -> Result<Closed, FactsError> {
    let kept = Kept::new(contract, objective, facts, reliefs)?;
    let expected = objective.levels.expected;
    let mut closed = Closed {
        state: ClosedState::NotEnoughData,
        because: kept.held_up(contract, facts, reliefs).or_else(|| kept.too_little()),
        counted: kept.tally(expected),
        all: kept.all.clone(),
        dropped: kept.dropped,
        margin: None,
        floor: None,
        target: None,
        slices: None,
        band: None,
        worst_reading: kept.worst_reading(),
        settled: kept.settled(),
    };
    if let Some(because) = &closed.because {
        if matches!(because, Because::Waived(_) | Because::SurplusVolume) {
            closed.state = ClosedState::Excused;
        }
        return Ok(closed);
    }
    let reached = |level: Level| kept.tally(level).reaches(objective.bar(level));
    closed.margin = Some(closed.counted.lacking(objective.bar(expected)).margin());
    closed.floor = objective.levels.floor.map(reached);
    closed.target = objective.levels.target.map(reached);
    closed.slices = objective.consistency.map(|consistency| kept.slices(consistency));
    let steady = closed.slices.is_none_or(|slices| slices.met != Some(false));
    closed.state = if reached(expected) && steady { ClosedState::Met } else { ClosedState::Breached };
    closed.band = contract.stake(objective).and_then(|stake| {
        stake.bands.iter().position(|band| {
            // A bonus is for a promise that was kept, slices included.
            let due = !matches!(band.outcome, Outcome::Bonus(_)) || closed.state == ClosedState::Met;
            due && band.reaches.is_none_or(reached) && !band.misses.is_some_and(reached)
        })
    });
    Ok(closed)
}

impl Objective {
    /// The share of good contacts that a level asks for.
    #[must_use]
    pub fn bar(&self, level: Level) -> Target {
        match (self.way(), level) {
            (Way::Percentile(p), _) => p.to_reach(),
            (Way::Share(better), Level::Share(share)) => share.bar(better, self.rounding),
            // Every reading must reach its level; a share is never compared with another unit.
            (Way::Readings(_) | Way::Share(_), _) => Share::ONE.to_reach(),
        }
    }
}

impl Contract {
    /// What is at stake for an objective.
    #[must_use]
    pub fn stake(&self, objective: &Objective) -> Option<&crate::terms::Stake> {
        self.commercial.as_ref()?.stakes.get(&objective.name)
    }

    fn incomplete(&self, facts: &Facts) -> Option<OnShortfall> {
        self.shortfall(facts.received?)
    }
}
