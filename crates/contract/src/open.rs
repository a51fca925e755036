//! An open window: can it still be met, what must the rest bring, and how likely is that
//! (`homogeneity.md`, sections 8.1 and 8.3).
//!
//! What the rest must bring is exact; the chance is statistics, handed in as a function.

use serde::Serialize;

use crate::{
    Contract,
    closed::{Because, Facts, FactsError, close},
    relief::Reliefs,
    tally::Tally,
    terms::Objective,
};

/// How an open window stands, from the least to the most grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenState {
    /// Nothing will be held against anybody in this window.
    Excused,
    /// It will be met whatever comes.
    Secured,
    /// It will be met with a chance of at least 80 %.
    OnTrack,
    /// Too little is known of late to say.
    NotEnoughData,
    /// In between.
    AtRisk,
    /// It will be met with a chance of at most 20 %.
    Unlikely,
    /// It can no longer be met.
    Lost,
}

/// Contacts still to come in the window, by the forecast: at least, most likely, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Remaining {
    /// At least.
    pub low: u64,
    /// Most likely.
    pub mid: u64,
    /// At most.
    pub high: u64,
}

/// Good contacts of late, and how much they cluster.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Recent {
    /// Good contacts: in time, or not counted by a figure that is better when lower.
    pub good: u64,
    /// Of how many.
    pub total: u64,
    /// Variance as a multiple of what independent contacts would have; at least 1.
    pub design_effect: f64,
}

/// What the chance is asked of: at least `needed` good contacts of `remaining`, by how it went of late.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    /// Good contacts that are needed, at least 1 and at most `remaining`.
    pub needed: u64,
    /// Contacts still to come, most likely.
    pub remaining: u64,
    /// How it went of late.
    pub recent: Recent,
}

/// The share of the remaining contacts that must be good, by how many remain. Above 1 it cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Required {
    /// When the fewest come.
    pub low: Option<f64>,
    /// When the most likely number comes.
    pub mid: Option<f64>,
    /// When the most come.
    pub high: Option<f64>,
}

/// How an objective stands in an open window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Open {
    /// Secured, on track, at risk, unlikely, lost, not enough data or excused.
    pub state: OpenState,
    /// Why nothing is said, when data is not complete or the window is excused.
    pub because: Option<Because>,
    /// What counts so far.
    pub so_far: Tally,
    /// The contacts assumed to come.
    pub remaining: Remaining,
    /// The share of them that must be good.
    pub required: Required,
    /// How many of the most likely number must be good: above it when it cannot be done, 0 or less when it is done.
    pub needed: i64,
    /// The share that was good of late; `None` without a contact.
    pub recent_share: Option<f64>,
    /// The chance that the window will be met; `None` when it is certain either way or too little is known.
    pub chance: Option<f64>,
}

/// Contacts of late, divided by their design effect, below which a chance says nothing.
const LEAST_RECENT: f64 = 30.0;
/// From this chance on it is on track.
const ON_TRACK: f64 = 0.8;
/// Up to this chance it is unlikely.
const UNLIKELY: f64 = 0.2;

/// How an objective stands in a window that is not over. `chance` answers a [`Question`] with a probability.
///
/// # Errors
/// Counts that cannot be, as [`close`].
pub fn look(
    contract: &Contract,
    objective: &Objective,
    facts: &Facts,
    reliefs: &Reliefs,
    ahead: (Remaining, Recent),
    chance: impl Fn(&Question) -> f64,
) -> Result<Open, FactsError> {
    let (remaining, recent) = ahead;
    let closed = close(contract, objective, facts, reliefs)?;
    let bar = objective.bar(objective.levels.expected);
    let so_far = closed.counted;
    let required = |number| so_far.required(bar, number);
    let mut open = Open {
        state: OpenState::NotEnoughData,
        because: None,
        remaining,
        required: Required {
            low: required(remaining.low),
            mid: required(remaining.mid),
            high: required(remaining.high),
        },
        needed: so_far.needed(bar, remaining.mid),
        recent_share: Tally::of(recent.good, recent.total).share(),
        chance: None,
        so_far,
    };
    match closed.because {
        Some(because @ (Because::Waived(_) | Because::SurplusVolume)) => {
            (open.state, open.because) = (OpenState::Excused, Some(because));
            return Ok(open);
        }
        Some(because @ Because::IncompleteData) => {
            open.because = Some(because);
            return Ok(open);
        }
        // A window that has only begun may have few contacts or none: what matters is what will be known at its end.
        _ => {}
    }
    let most = open.so_far.needed(bar, remaining.high);
    open.state = if most > i64::try_from(remaining.high).unwrap_or(i64::MAX) {
        OpenState::Lost
    } else if most <= 0 {
        OpenState::Secured
    } else {
        open.chance = likely(open.needed, remaining.mid, recent, chance);
        open.chance.map_or(OpenState::NotEnoughData, by_chance)
    };
    Ok(open)
}

fn by_chance(chance: f64) -> OpenState {
    if chance >= ON_TRACK {
        OpenState::OnTrack
    } else if chance <= UNLIKELY {
        OpenState::Unlikely
    } else {
        OpenState::AtRisk
    }
}

/// The chance, where enough is known of late. At the most likely volume it may be certain when at the highest it is not.
fn likely(needed: i64, remaining: u64, recent: Recent, chance: impl Fn(&Question) -> f64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "compared with 30")]
    let known = recent.total as f64 / recent.design_effect.max(1.0) >= LEAST_RECENT;
    let needed = u64::try_from(needed.max(0)).unwrap_or_default();
    known.then(|| match needed {
        0 => 1.0,
        needed if needed > remaining => 0.0,
        needed => chance(&Question { needed, remaining, recent }),
    })
}
