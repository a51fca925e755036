//! The result of a period that is over.

use super::{Lacking, Target, Tried};

/// What a period that is over says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedState {
    /// The target was reached.
    Met,
    /// It was not.
    Breached,
    /// Fewer contacts than the contract asks for, or none.
    NotEnoughData,
}

/// The result of a period that is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closed {
    /// Met, breached or not enough data.
    pub state: ClosedState,
    /// The share that succeeded, 0–1; `None` without enough data.
    pub share: Option<f64>,
    /// Successes beyond the fewest that meet the target: 0 is met exactly, −4 is missed by 4 contacts. `None` without
    /// enough data.
    pub margin: Option<i64>,
}

impl ClosedState {
    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Breached => "breached",
            Self::NotEnoughData => "not_enough_data",
        }
    }
}

/// The result of a period that is over: met if successes ≥ T·n, in integers. Fewer contacts than `min_volume`, or none at
/// all, are not enough data, neither met nor breached.
#[must_use]
pub fn closed(tried: Tried, target: Target, min_volume: i64) -> Closed {
    if tried.n() < min_volume.max(1) {
        return Closed { state: ClosedState::NotEnoughData, share: None, margin: None };
    }
    let margin = Lacking::of(tried, target).margin();
    let state = if margin >= 0 { ClosedState::Met } else { ClosedState::Breached };
    Closed { state, share: tried.share(), margin: Some(margin) }
}
