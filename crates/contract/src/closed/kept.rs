//! What counts of a window: without dropped contacts, surplus weighed.

use std::collections::BTreeMap;

use contact::Instant;
use jiff::civil::Date;

use super::{Because, Slices};
use crate::{
    Contract,
    facts::{DayVolume, Facts, FactsError, Stratum},
    relief::Reliefs,
    tally::Tally,
    terms::{Better, Consistency, Level, Objective, OnShortfall, OverVolume, SurplusRule, Way},
};

/// Strata that count, and what each day's contacts weigh.
pub(crate) struct Kept<'f> {
    objective: &'f Objective,
    strata: Vec<&'f Stratum>,
    volumes: Vec<DayVolume>,
    /// Days whose contacts weigh less than one.
    weights: BTreeMap<Date, (u128, u128)>,
    /// Contacts that did not come and count as missed.
    missing: u64,
    pub(crate) all: Tally,
    pub(crate) dropped: u64,
}

/// Contacts, or slices, of one day, each counted for one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DayCount {
    pub(crate) good: u64,
    pub(crate) total: u64,
    pub(crate) pending: u64,
}

impl<'f> Kept<'f> {
    pub(crate) fn new(
        contract: &Contract,
        objective: &'f Objective,
        facts: &'f Facts,
        reliefs: &Reliefs,
    ) -> Result<Self, FactsError> {
        let chronological = contract.forecast.over_volume == Some(OverVolume::Surplus(SurplusRule::Chronological));
        let expected = objective.yardstick(objective.levels.expected);
        let volumes = facts.volumes(reliefs);
        let mut kept = Self {
            objective,
            strata: Vec::new(),
            weights: weights(contract, &volumes),
            volumes,
            missing: 0,
            all: Tally::empty(),
            dropped: 0,
        };
        for stratum in &facts.strata {
            stratum.check(objective)?;
            kept.all.add(stratum.good(objective.way(), expected), stratum.total, (1, 1));
            // A reading of too few contacts is not a reading.
            let too_few = matches!(objective.way(), Way::Readings(_)) && stratum.sample < objective.min_sample;
            if reliefs.drop_any(&stratum.claims) {
                kept.dropped += stratum.total;
            } else if !(too_few || chronological && stratum.surplus) {
                kept.strata.push(stratum);
            }
        }
        // A reading has no contact that could be missed: it is taken of what came.
        let counted = !matches!(objective.way(), Way::Readings(_));
        if counted && contract.incomplete(facts) == Some(OnShortfall::AssumeMiss) {
            kept.missing = facts.received.map_or(0, |came| came.expected.saturating_sub(came.received));
        }
        Ok(kept)
    }

    /// What is compared with a level.
    pub(crate) fn tally(&self, level: Level) -> Tally {
        let mut tally = Tally::of(0, self.missing);
        for (day, count) in self.days(level) {
            tally.add(count.good, count.total, self.weights.get(&day).copied().unwrap_or((1, 1)));
        }
        tally
    }

    /// What counts of each day, each contact for one.
    pub(crate) fn days(&self, level: Level) -> BTreeMap<Date, DayCount> {
        let yardstick = self.objective.yardstick(level);
        let mut days: BTreeMap<Date, DayCount> = BTreeMap::new();
        for stratum in &self.strata {
            let day = days.entry(stratum.day).or_default();
            day.good += stratum.good(self.objective.way(), yardstick);
            day.total += stratum.total;
            day.pending += stratum.pending;
        }
        days
    }

    /// Contacts that were there, whatever they weigh: a weight makes none of them unseen.
    pub(crate) fn sample(&self) -> u64 {
        self.strata.iter().map(|stratum| stratum.sample).sum::<u64>() + self.missing
    }

    /// Contacts that came and may still turn out either way.
    pub(crate) fn pending(&self) -> u64 {
        self.strata.iter().map(|stratum| stratum.pending).sum()
    }

    /// Whether no count can change by waiting.
    pub(super) fn settled(&self) -> bool {
        self.strata.iter().all(|stratum| stratum.pending == 0 && stratum.unsettled == 0)
    }

    /// The reading that is furthest from good.
    pub(super) fn worst_reading(&self) -> Option<u64> {
        let readings = self.strata.iter().filter_map(|stratum| stratum.reading);
        match self.objective.indicator.metric.better() {
            Better::Higher => readings.min(),
            Better::Lower => readings.max(),
        }
    }

    /// Why nothing is held against anybody, or nothing can be said yet.
    pub(crate) fn held_up(&self, contract: &Contract, facts: &Facts, reliefs: &Reliefs) -> Option<Because> {
        if !reliefs.waived.is_empty() {
            return Some(Because::Waived(reliefs.waived.iter().cloned().collect()));
        }
        if contract.forecast.over_volume == Some(OverVolume::WaiveWindow) && is_over(contract, &self.volumes) {
            return Some(Because::SurplusVolume);
        }
        (contract.incomplete(facts) == Some(OnShortfall::Hold)).then_some(Because::IncompleteData)
    }

    /// Why what was counted is no result.
    pub(super) fn too_little(&self) -> Option<Because> {
        if self.tally(self.objective.levels.expected).is_empty() {
            return Some(Because::NoContacts);
        }
        let least = self.objective.min_sample;
        let readings = matches!(self.objective.way(), Way::Readings(_));
        (!readings && self.sample() < least).then(|| Because::SmallSample(self.sample(), least))
    }

    /// The share of slices that met their level. All contacts of a slice weigh alike, so weights change nothing.
    pub(crate) fn slices(&self, consistency: Consistency) -> Slices {
        Slices::of(self.slice_counts(consistency).into_values(), self.objective, consistency)
    }

    /// Slices of each day: those that met their level, of those with contacts enough to say.
    pub(crate) fn slice_days(&self, consistency: Consistency) -> BTreeMap<Date, DayCount> {
        let mut days: BTreeMap<Date, DayCount> = BTreeMap::new();
        for ((day, _), counts) in self.slice_counts(consistency) {
            let slices = Slices::of(std::iter::once(counts), self.objective, consistency);
            let day = days.entry(day).or_default();
            day.good += slices.meeting;
            day.total += slices.counted;
        }
        days
    }

    fn slice_counts(&self, consistency: Consistency) -> BTreeMap<(Date, Instant), (u64, u64)> {
        let yardstick = self.objective.yardstick(consistency.slice_target);
        let mut slices: BTreeMap<_, (u64, u64)> = BTreeMap::new();
        for stratum in &self.strata {
            let slice = slices.entry((stratum.day, stratum.slice)).or_default();
            slice.0 += stratum.good(self.objective.way(), yardstick);
            slice.1 += stratum.total;
        }
        slices
    }
}

/// Days on which more came than the tolerance allows, with allowed / actual.
fn weights(contract: &Contract, volumes: &[DayVolume]) -> BTreeMap<Date, (u128, u128)> {
    if contract.forecast.over_volume != Some(OverVolume::Surplus(SurplusRule::Prorata)) {
        return BTreeMap::new();
    }
    let days = volumes.iter().map(|volume| (volume.day, contract.allowed(volume.forecast, volume.actual)));
    days.filter(|(_, (allowed, actual))| allowed < actual).collect()
}

/// Whether the window as a whole exceeds the tolerance. Without a forecast there is nothing to exceed.
fn is_over(contract: &Contract, volumes: &[DayVolume]) -> bool {
    let sum = |count: fn(&DayVolume) -> u64| volumes.iter().map(count).sum();
    let (allowed, actual) = contract.allowed(sum(|day| day.forecast), sum(|day| day.actual));
    actual > allowed
}

impl Objective {
    /// The position of the count of a level.
    pub(crate) fn yardstick(&self, level: Level) -> usize {
        self.yardsticks().iter().position(|known| *known == level).unwrap_or(0)
    }
}
