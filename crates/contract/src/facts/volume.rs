//! Volumes of days beside what was foreseen.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Facts;
use crate::{
    Contract,
    relief::Reliefs,
    terms::{OverVolume, Share},
};

/// Contacts of one local day and set of claims that were offered in the scope of the contract, whatever their objective:
/// inbound contacts that no rule of the network leaves out, as a scorecard's `offered` counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The local day of the offer, in the contract's zone.
    pub day: Date,
    /// The claims that cover these contacts, by id, whatever became of the claims.
    pub claims: BTreeSet<String>,
    /// How many.
    pub contacts: u64,
}

/// Contacts offered on a local day, and how many were foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayVolume {
    /// The day.
    pub day: Date,
    /// The locked forecast.
    pub forecast: u64,
    /// Contacts offered in the scope of the contract; those an accepted claim drops are left out.
    pub actual: u64,
}

impl Facts {
    /// The days that have a locked forecast, each with its volume, without contacts that accepted claims drop.
    #[must_use]
    pub fn volumes(&self, reliefs: &Reliefs) -> Vec<DayVolume> {
        let mut actual: BTreeMap<Date, u64> = self.foreseen.keys().map(|day| (*day, 0)).collect();
        for offered in self.offered.iter().filter(|offered| !reliefs.drop_any(&offered.claims)) {
            if let Some(sum) = actual.get_mut(&offered.day) {
                *sum += offered.contacts;
            }
        }
        let volume = |(day, forecast): (&Date, &u64)| DayVolume { day: *day, forecast: *forecast, actual: actual[day] };
        self.foreseen.iter().map(volume).collect()
    }
}

impl Contract {
    /// Allowed and actual contacts of a day or more, both times a million.
    pub(crate) fn allowed(&self, forecast: u64, actual: u64) -> (u128, u128) {
        let whole = u128::from(Share::WHOLE);
        let over = u128::from(self.forecast.over.unwrap_or(Share::ZERO).millionths());
        (u128::from(forecast) * (whole + over), u128::from(actual) * whole)
    }

    /// The contacts of a day of this forecast that are no surplus, where the contract relieves of surplus at all: the
    /// forecast and the tolerance above it, rounded down.
    #[must_use]
    pub fn allowed_of(&self, forecast: u64) -> Option<u64> {
        matches!(self.forecast.over_volume, Some(OverVolume::Surplus(_))).then(|| {
            let (allowed, _) = self.allowed(forecast, 0);
            u64::try_from(allowed / u128::from(Share::WHOLE)).unwrap_or(u64::MAX)
        })
    }

    /// The contacts that are billed of a period of whole days, where a floor was agreed: what came, or the agreed share of
    /// what was foreseen, rounded up.
    #[must_use]
    pub fn billed(&self, days: &[DayVolume]) -> Option<u64> {
        let share = u128::from(self.forecast.min_billed?.millionths());
        let forecast: u128 = days.iter().map(|day| u128::from(day.forecast)).sum();
        let actual: u64 = days.iter().map(|day| day.actual).sum();
        let floor = (forecast * share).div_ceil(u128::from(Share::WHOLE));
        Some(actual.max(u64::try_from(floor).unwrap_or(u64::MAX)))
    }
}
