//! What counts of a window: without dropped contacts, surplus weighed.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Because, Facts, FactsError, Slices, Stratum};
use crate::{
    Contract,
    relief::Reliefs,
    tally::Tally,
    terms::{Consistency, Level, Objective, OnShortfall, OverVolume, Share, SurplusRule, Way},
};

/// Strata that count, and what each day's contacts weigh.
pub(super) struct Kept<'f> {
    objective: &'f Objective,
    strata: Vec<&'f Stratum>,
    /// Days whose contacts weigh less than one.
    weights: BTreeMap<Date, (u128, u128)>,
    /// Contacts that did not come and count as missed.
    missing: u64,
    pub(super) all: Tally,
    pub(super) dropped: u64,
}

impl<'f> Kept<'f> {
    pub(super) fn new(
        contract: &Contract,
        objective: &'f Objective,
        facts: &'f Facts,
        reliefs: &Reliefs,
    ) -> Result<Self, FactsError> {
        let chronological = contract.forecast.over_volume == Some(OverVolume::Surplus(SurplusRule::Chronological));
        let expected = objective.yardstick(objective.levels.expected);
        let mut kept = Self {
            objective,
            strata: Vec::new(),
            weights: weights(contract, facts),
            missing: 0,
            all: Tally::empty(),
            dropped: 0,
        };
        for stratum in &facts.strata {
            stratum.check(objective)?;
            kept.all.add(stratum.good(objective.way(), expected), stratum.total, (1, 1));
            // A reading of too few contacts is not a reading.
            let too_few = matches!(objective.way(), Way::Readings(_)) && stratum.sample < objective.min_sample;
            if stratum.claims.iter().any(|claim| reliefs.dropped.contains(claim)) {
                kept.dropped += stratum.total;
            } else if !(too_few || chronological && stratum.surplus) {
                kept.strata.push(stratum);
            }
        }
        if contract.incomplete(facts) == Some(OnShortfall::AssumeMiss) {
            kept.missing = facts.received.map_or(0, |came| came.expected.saturating_sub(came.received));
        }
        Ok(kept)
    }

    /// What is compared with a level.
    pub(super) fn tally(&self, level: Level) -> Tally {
        let yardstick = self.objective.yardstick(level);
        let mut days: BTreeMap<Date, (u64, u64)> = BTreeMap::new();
        for stratum in &self.strata {
            let day = days.entry(stratum.day).or_default();
            day.0 += stratum.good(self.objective.way(), yardstick);
            day.1 += stratum.total;
        }
        let mut tally = Tally::of(0, self.missing);
        for (day, (good, total)) in days {
            tally.add(good, total, self.weights.get(&day).copied().unwrap_or((1, 1)));
        }
        tally
    }

    /// Why there is no result, when there is none.
    pub(super) fn no_result(
        &self,
        contract: &Contract,
        objective: &Objective,
        facts: &Facts,
        reliefs: &Reliefs,
    ) -> Option<Because> {
        if !reliefs.waived.is_empty() {
            return Some(Because::Waived(reliefs.waived.iter().cloned().collect()));
        }
        if contract.forecast.over_volume == Some(OverVolume::WaiveWindow) && is_over(contract, facts) {
            return Some(Because::SurplusVolume);
        }
        if contract.incomplete(facts) == Some(OnShortfall::Hold) {
            return Some(Because::IncompleteData);
        }
        if self.tally(objective.levels.expected).is_empty() {
            return Some(Because::NoContacts);
        }
        let readings = matches!(objective.way(), Way::Readings(_));
        // Contacts that were there, whatever they weigh: a weight makes none of them unseen.
        let sample = self.strata.iter().map(|stratum| stratum.sample).sum::<u64>() + self.missing;
        (!readings && sample < objective.min_sample).then_some(Because::SmallSample(sample, objective.min_sample))
    }

    /// The share of slices that met their level. All contacts of a slice weigh alike, so weights change nothing.
    pub(super) fn slices(&self, consistency: Consistency) -> Slices {
        let yardstick = self.objective.yardstick(consistency.slice_target);
        let mut slices = BTreeMap::new();
        for stratum in &self.strata {
            let slice: &mut (u64, u64) = slices.entry(stratum.slice).or_default();
            slice.0 += stratum.good(self.objective.way(), yardstick);
            slice.1 += stratum.total;
        }
        let bar = self.objective.bar(consistency.slice_target);
        Slices::of(slices.into_values().map(|(good, total)| (Tally::of(good, total), total)), bar, consistency)
    }
}

/// Days on which more came than the tolerance allows, with allowed / actual.
fn weights(contract: &Contract, facts: &Facts) -> BTreeMap<Date, (u128, u128)> {
    if contract.forecast.over_volume != Some(OverVolume::Surplus(SurplusRule::Prorata)) {
        return BTreeMap::new();
    }
    let over = |(forecast, actual)| allowed(contract, forecast, actual);
    let days = facts.days.iter().map(|volume| (volume.day, over((volume.forecast, volume.actual))));
    days.filter(|(_, (allowed, actual))| allowed < actual).collect()
}

/// Allowed and actual contacts, both times a million.
fn allowed(contract: &Contract, forecast: u64, actual: u64) -> (u128, u128) {
    let whole = u128::from(Share::WHOLE);
    let over = u128::from(contract.forecast.over.unwrap_or(Share::ZERO).millionths());
    (u128::from(forecast) * (whole + over), u128::from(actual) * whole)
}

/// Whether the window as a whole exceeds the tolerance.
fn is_over(contract: &Contract, facts: &Facts) -> bool {
    let sum = |count: fn(&super::DayVolume) -> u64| facts.days.iter().map(count).sum();
    let (allowed, actual) = allowed(contract, sum(|day| day.forecast), sum(|day| day.actual));
    actual > allowed
}

impl Objective {
    /// The position of the count of a level.
    pub(crate) fn yardstick(&self, level: Level) -> usize {
        self.yardsticks().iter().position(|known| *known == level).unwrap_or(0)
    }
}
