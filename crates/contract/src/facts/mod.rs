//! What an evaluation needs to know, as plain values: what is asked ([`Asked`]) and what is answered ([`Facts`]).
//!
//! Whoever counts takes an [`Asked`], which names contacts, days, slices, yardsticks and claims as bounds in UTC, and gives
//! [`Facts`]: rows that add up. Nothing here knows where they come from. For each [`crate::Held`] window:
//!
//! 1. [`Asked::of`] its piece, answered by two sets of rows: [`Stratum`] by day, slice, claims and surplus, and [`Offered`]
//!    by day and claims. Figures read at a day's or the window's end come as [`Stratum::reading`];
//! 2. [`Received`] beside them, where the contract asks for complete data: contacts that came of those expected;
//! 3. [`crate::Reliefs::of`] the same piece, then [`crate::close`] when the window is over and nothing of it is pending;
//! 4. else [`Asked::lately`], answered alike, makes [`crate::Ahead::of`] the rest, and [`crate::look`] says how it stands.

mod asked;
mod scope;
mod stratum;
mod volume;

use std::collections::BTreeMap;

use contact::Instant;
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    Contract,
    terms::{OnShortfall, Share, Span},
};

pub use asked::{Asked, AskedClaim, AskedDay, Known, LATELY_DAYS};
pub use scope::{AskedClock, AskedScope};
pub use stratum::Stratum;
pub use volume::{DayVolume, Offered};

/// Counts that cannot be, or are not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Not one count for each yardstick.
    #[error("{given} counts are given for {objective:?}; give {wanted}, one for each level it is counted at")]
    Counts {
        /// The objective.
        objective: String,
        /// How many were given.
        given: usize,
        /// How many it takes.
        wanted: usize,
    },
    /// More counted than there are.
    #[error("{count} of {total} contacts are counted for {objective:?}; give at most all of them")]
    MoreThanAll {
        /// The objective.
        objective: String,
        /// The count.
        count: u64,
        /// Of how many.
        total: u64,
    },
    /// Slices were promised, and nothing is said of those to come.
    #[error("{objective:?} is held in slices, and nothing is said of the slices to come; give `Ahead::slices` too")]
    NoSlicesAhead {
        /// The objective.
        objective: String,
    },
}

/// How much of the data came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Contacts received.
    pub received: u64,
    /// Contacts expected: those that the provider declares, or those received and those of which all was rejected.
    pub expected: u64,
}

impl Contract {
    /// What holds where less came than the contract asks for; `None` where enough came, nothing was asked for or nothing
    /// expected.
    #[must_use]
    pub fn shortfall(&self, came: Received) -> Option<OnShortfall> {
        let rule = self.completeness?;
        let least = u128::from(came.expected) * u128::from(rule.min_share.millionths());
        let short = u128::from(came.received) * u128::from(Share::WHOLE) < least;
        short.then_some(rule.on_shortfall)
    }
}

/// What is known of a window, or of a piece of one.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Counts of contacts. Rows of the same day, slice and claims add up.
    pub strata: Vec<Stratum>,
    /// Contacts offered, of every whole day that the window touches. Rows of the same day and claims add up.
    pub offered: Vec<Offered>,
    /// The locked forecast of each of those days that has one: [`Asked::foreseen`].
    pub foreseen: BTreeMap<Date, u64>,
    /// How much of the data came; all of it when absent.
    pub received: Option<Received>,
}

impl Facts {
    /// Those of the slices that begin in a span: splitting a window splits its counts, and adds or loses none. A day
    /// that is cut keeps its volumes on both sides: its weight is that of the whole day. How much of the data of that
    /// span came cannot be told from the whole, and is given.
    #[must_use]
    pub fn within(&self, span: Span, zone: &TimeZone, received: Option<Received>) -> Self {
        let touched = |day: &Date| whole_day(*day, zone).is_some_and(|day| day.within(span).is_some());
        Self {
            strata: self.strata.iter().filter(|stratum| span.holds(stratum.slice)).cloned().collect(),
            offered: self.offered.iter().filter(|offered| touched(&offered.day)).cloned().collect(),
            foreseen: self.foreseen.iter().filter(|(day, _)| touched(day)).map(|(day, of)| (*day, *of)).collect(),
            received,
        }
    }
}

/// A local day, of 23 to 25 hours. `None` beyond the years 1 to 9999.
pub(crate) fn whole_day(day: Date, zone: &TimeZone) -> Option<Span> {
    let to = Instant::start_of_day(day.tomorrow().ok()?, zone).ok()?;
    Some(Span { from: Instant::start_of_day(day, zone).ok()?, to })
}
