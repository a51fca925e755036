//! The share of slices that met a level of their own.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    tally::Tally,
    terms::{Consistency, Objective},
};

/// Slices of a window, such as half-hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Slices {
    /// Those that met their level.
    pub meeting: u64,
    /// Those with contacts enough to say.
    pub counted: u64,
    /// Those left out for having fewer.
    pub small: u64,
    /// Whether enough of them met it; `None` when none could be counted.
    pub met: Option<bool>,
}

impl Slices {
    /// From the good and all contacts of each slice.
    pub(super) fn of(
        slices: impl Iterator<Item = (u64, u64)>,
        objective: &Objective,
        consistency: Consistency,
    ) -> Self {
        let bar = objective.bar(consistency.slice_target);
        let mut sum = Self { meeting: 0, counted: 0, small: 0, met: None };
        for (good, total) in slices {
            if total < consistency.min_contacts {
                sum.small += 1;
            } else {
                sum.counted += 1;
                sum.meeting += u64::from(Tally::of(good, total).reaches(bar));
            }
        }
        sum.met = (sum.counted > 0).then(|| sum.tally().reaches(consistency.min_share.to_reach()));
        sum
    }

    /// Those that met their level, of those that can say.
    pub(crate) fn tally(&self) -> Tally {
        Tally::of(self.meeting, self.counted)
    }
}
