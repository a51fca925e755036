//! An open window: can it still be met, what must the rest bring, and how likely is that.
//!
//! What is lacking is counted here, to the last fraction of a contact; states, required rates and chances are those of
//! [`stats::sla`].

mod ahead;
mod to_come;

use schemars::JsonSchema;
use serde::Serialize;
use stats::sla;

use crate::{
    Contract,
    closed::{Because, Kept, Slices},
    facts::{Facts, FactsError},
    relief::Reliefs,
    tally::Tally,
    terms::{Objective, ReadAt},
};

pub use ahead::{Ahead, Course};
pub use to_come::Rest;

/// How an open window stands, from the least to the most grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpenState {
    /// Nothing will be held against anybody in this window.
    Excused,
    /// It will be met whatever comes.
    Secured,
    /// It is likely to be met.
    OnTrack,
    /// Too little is known of late to say.
    NotEnoughData,
    /// In between.
    AtRisk,
    /// It is unlikely to be met.
    Unlikely,
    /// It can no longer be met.
    Lost,
}

impl From<sla::OpenState> for OpenState {
    fn from(state: sla::OpenState) -> Self {
        match state {
            sla::OpenState::Secured => Self::Secured,
            sla::OpenState::OnTrack => Self::OnTrack,
            sla::OpenState::NotEnoughData => Self::NotEnoughData,
            sla::OpenState::AtRisk => Self::AtRisk,
            sla::OpenState::Unlikely => Self::Unlikely,
            sla::OpenState::Lost => Self::Lost,
        }
    }
}

/// Something for each volume assumed: the fewest, the most likely number and the most that are still to come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Assumed<T> {
    /// If the fewest come.
    pub low: T,
    /// If the most likely number comes.
    pub mid: T,
    /// If the most come.
    pub high: T,
}

/// What is to be expected of the rest of a window.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Outlook {
    /// What it says.
    pub state: OpenState,
    /// How many are assumed to come, those included that came and may still turn out either way.
    pub remaining: Assumed<i64>,
    /// The share of them that must be good: above 1 it cannot be done, at 0 or below it is done. `None` where none remain.
    pub required: Assumed<Option<f64>>,
    /// How many of the most likely number must be good: above it when it cannot be done, 0 or less when it is done.
    pub needed: i64,
    /// The share that was good of late; `None` without any.
    pub recent_share: Option<f64>,
    /// The chance that it will be met, 0–1; `None` when too little is known of late.
    pub chance: Option<f64>,
}

/// How an objective stands in an open window.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Open {
    /// The graver of what contacts and slices say.
    pub state: OpenState,
    /// Why nothing is held against anybody, or nothing can be said.
    pub because: Option<Because>,
    /// What counts so far.
    pub so_far: Tally,
    /// Contacts that came and may still turn out either way.
    pub pending: u64,
    /// What is to be expected of contacts.
    pub contacts: Option<Outlook>,
    /// The slices so far, where they are promised.
    pub slices_so_far: Option<Slices>,
    /// What is to be expected of slices.
    pub slices: Option<Outlook>,
    /// The chance that the window will be met: at most this, where slices are promised as well, for each must be.
    pub chance: Option<f64>,
}

/// How an objective stands in a window that is not over, or of which contacts are pending. `ahead` is what is to be
/// expected of the rest; without it nothing is said but what excuses the window.
///
/// A window that has only begun may have few contacts or none: what matters is what will be known at its end. When even
/// the most that can come leave it below the least sample, there will be no result.
///
/// # Errors
/// Counts that cannot be, as [`crate::close`], and slices promised of which nothing is expected.
pub fn look(
    contract: &Contract,
    objective: &Objective,
    facts: &Facts,
    reliefs: &Reliefs,
    ahead: Option<&Ahead>,
) -> Result<Open, FactsError> {
    let kept = Kept::new(contract, objective, facts, reliefs)?;
    let mut open = Open {
        state: OpenState::NotEnoughData,
        because: kept.held_up(contract, facts, reliefs).or_else(|| unforeseen(objective, &kept, ahead)),
        so_far: kept.tally(objective.levels.expected),
        pending: kept.pending(),
        contacts: None,
        slices_so_far: objective.consistency.map(|consistency| kept.slices(consistency)),
        slices: None,
        chance: None,
    };
    if matches!(open.because, Some(Because::Waived(_) | Because::SurplusVolume)) {
        open.state = OpenState::Excused;
    }
    let (None, Some(ahead)) = (&open.because, ahead) else { return Ok(open) };
    let bar = objective.bar(objective.levels.expected);
    let contacts = outlook(open.so_far.lacking(bar), ahead.contacts.with_pending(open.pending));
    open.slices = match (objective.consistency, open.slices_so_far, ahead.slices) {
        (Some(consistency), Some(so_far), Some(course)) => {
            Some(outlook(so_far.tally().lacking(consistency.min_share.to_reach()), course))
        }
        (Some(_), ..) => return Err(FactsError::NoSlicesAhead { objective: objective.name.clone() }),
        (None, ..) => None,
    };
    let parts = || std::iter::once(&contacts).chain(&open.slices);
    open.state = parts().map(|part| part.state).max().unwrap_or(open.state);
    let known = parts().filter_map(|part| part.chance).reduce(f64::min);
    open.chance = known.filter(|_| open.state != OpenState::NotEnoughData);
    open.contacts = Some(contacts);
    Ok(open)
}

/// Why the rest of the window cannot be foreseen.
fn unforeseen(objective: &Objective, kept: &Kept<'_>, ahead: Option<&Ahead>) -> Option<Because> {
    if objective.read_at() == Some(ReadAt::WindowEnd) {
        return Some(Because::ReadAtEnd);
    }
    let Some(ahead) = ahead else { return Some(Because::NothingForeseen) };
    let more = u64::try_from(ahead.contacts.remaining.high()).unwrap_or_default();
    let most = kept.sample().saturating_add(kept.pending()).saturating_add(more);
    // Of readings the least sample holds for each.
    let least = if objective.read_at().is_some() { 1 } else { objective.min_sample };
    (most < least).then_some(Because::SmallSample(most, least))
}

fn outlook(lacking: sla::Lacking, course: Course) -> Outlook {
    let open = lacking.foreseen(course.remaining, course.recent);
    let (remaining, required) = (course.remaining, open.required);
    Outlook {
        state: open.state.into(),
        remaining: Assumed { low: remaining.low(), mid: remaining.mid(), high: remaining.high() },
        required: Assumed { low: required.low, mid: required.mid, high: required.high },
        needed: open.required_contacts,
        recent_share: course.recent.share(),
        chance: open.p_meet(),
    }
}
