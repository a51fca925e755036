//! The share of slices that met a level of their own.

use serde::Serialize;

use crate::{
    tally::{Bar, Tally},
    terms::{Better, Consistency},
};

/// Slices of a window, such as half-hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
    pub(super) fn of(slices: impl Iterator<Item = (Tally, u64)>, bar: Bar, consistency: Consistency) -> Self {
        let mut sum = Self { meeting: 0, counted: 0, small: 0, met: None };
        for (tally, total) in slices {
            if total < consistency.min_contacts {
                sum.small += 1;
            } else {
                sum.counted += 1;
                sum.meeting += u64::from(tally.reaches(bar));
            }
        }
        let least = Bar::of(consistency.min_share, Better::Higher, None);
        sum.met = (sum.counted > 0).then(|| Tally::of(sum.meeting, sum.counted).reaches(least));
        sum
    }
}
