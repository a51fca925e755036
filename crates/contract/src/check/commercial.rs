//! What a result costs: every band reachable, no credit for a level that was met.

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use super::mistakes::{Checker, listed};
use crate::{
    file::{BandEntry, CommercialEntry, EarnBackEntry, ObjectiveEntry},
    terms::{Band, Better, Commercial, EarnBack, Level, LevelName, Objective, Outcome, Share, Stake},
};

impl Checker<'_> {
    pub(super) fn commercial(
        &mut self,
        entry: &CommercialEntry,
        written: &[ObjectiveEntry],
        objectives: &mut [Objective],
    ) -> Option<Commercial> {
        let currency = &entry.currency;
        if currency.value.len() != 3 || !currency.value.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.wrong(currency, format!("{:?} is not a currency", currency.value), "give three letters, such as EUR");
        }
        let pools: BTreeMap<&str, Option<Share>> =
            entry.pools.iter().map(|(class, share)| (class.as_str(), self.share(share))).collect();
        let names: Vec<&str> = written.iter().map(|entry| entry.name.value.as_str()).collect();
        for (name, bands) in &entry.bands {
            let Some(at) = bands.iter().find_map(first) else { continue };
            if !names.contains(&name.as_str()) {
                let wrong = format!("bands are given for {name:?}, which is no objective");
                self.wrong(at, wrong, format!("use one of: {}", listed(names.iter().copied())));
            } else if !entry.allocation.contains_key(name) {
                let wrong = format!("bands are given for {name:?}, to which nothing is allocated");
                self.wrong(at, wrong, "give its share under `allocation`");
            }
        }
        let mut stakes = BTreeMap::new();
        for (name, allocation) in &entry.allocation {
            let share = self.share(allocation);
            let Some(objective) = objectives.iter_mut().find(|objective| objective.name == *name) else {
                if !names.contains(&name.as_str()) {
                    let wrong = format!("a share is allocated to {name:?}, which is no objective");
                    self.wrong(allocation, wrong, format!("use one of: {}", listed(names.iter().copied())));
                }
                continue;
            };
            self.one_window(objective, allocation);
            let pool = self.pool(objective, allocation, &pools);
            let bands = self.bands(objective, allocation, entry.bands.get(name).map_or(&[], Vec::as_slice));
            objective.compare(bands.iter().flat_map(|band| [band.reaches, band.misses]).flatten());
            let (Some(pool), Some(allocation)) = (pool, share) else { continue };
            stakes.insert(name.clone(), Stake { pool, allocation, bands });
        }
        self.allocated_once(entry, objectives);
        let earn_back = entry.earn_back.as_ref().and_then(|back| self.earn_back(back, entry, objectives));
        let at_risk = self.share(&entry.at_risk)?;
        Some(Commercial { currency: currency.value.clone(), at_risk, stakes, earn_back, mode: entry.mode.value })
    }

    /// What costs is settled once a window: several windows of an objective would each cost all of its share.
    fn one_window(&mut self, objective: &Objective, allocation: &Spanned<String>) {
        let rolling = objective.windows.iter().any(|window| window.is_rolling());
        if rolling || objective.windows.len() > 1 {
            let windows: Vec<String> = objective.windows.iter().map(ToString::to_string).collect();
            let windows = windows.join(" and ");
            let wrong = format!(
                "a share is allocated to {:?}, and a miss would cost it in every window of {windows}",
                objective.name
            );
            let right = "allocate it to an objective with one window of the calendar, and hold the others beside it";
            self.wrong(allocation, wrong, right);
        }
    }

    fn pool(
        &mut self,
        objective: &Objective,
        allocation: &Spanned<String>,
        pools: &BTreeMap<&str, Option<Share>>,
    ) -> Option<Share> {
        let Some(pool) = pools.get(objective.class.as_str()) else {
            let wrong = format!("{:?} is of the class {:?}, which has no pool", objective.name, objective.class);
            self.wrong(allocation, wrong, format!("give it one, or use one of: {}", listed(pools.keys().copied())));
            return None;
        };
        *pool
    }

    /// The shares of one pool are shares of one thing.
    fn allocated_once(&mut self, entry: &CommercialEntry, objectives: &[Objective]) {
        let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
        for (name, text) in &entry.allocation {
            let Some(objective) = objectives.iter().find(|objective| objective.name == *name) else { continue };
            let sum = sums.entry(objective.class.as_str()).or_default();
            let before = *sum;
            *sum += text.value.parse::<Share>().map_or(0, |share| u64::from(share.millionths()));
            if before <= u64::from(Share::WHOLE) && *sum > u64::from(Share::WHOLE) {
                let wrong = format!("more than the whole pool of the class {:?} is allocated", objective.class);
                self.wrong(text, wrong, "let the allocations of a class add up to at most 1");
            }
        }
    }

    fn bands(&mut self, objective: &Objective, at: &Spanned<String>, entries: &[BandEntry]) -> Vec<Band> {
        if entries.is_empty() {
            let what = format!("a share is allocated to {:?}, and no band says what a miss costs", objective.name);
            self.open(at, what, "bands", "a result below the expected level credits all of it");
            let misses = Some(objective.levels.expected);
            return vec![Band { reaches: None, misses, outcome: Outcome::Credit(Share::ONE) }];
        }
        let mut bands: Vec<Band> = Vec::new();
        for entry in entries {
            let Some(place) = first(entry) else {
                self.wrong(at, format!("an empty band of {:?}", objective.name), "give a bound, and credit or bonus");
                continue;
            };
            let Some(band) = self.band(objective, entry, place) else { continue };
            let better = objective.indicator.metric.better();
            if bands.iter().any(|before| covers(*before, band, better)) {
                self.wrong(place, "an earlier band holds whenever this one does", "put the narrower band first");
            }
            bands.push(band);
        }
        bands
    }

    fn band(&mut self, objective: &Objective, entry: &BandEntry, place: &Spanned<String>) -> Option<Band> {
        let metric = &objective.indicator.metric;
        let (reach, miss, other, words) = match metric.better() {
            Better::Higher => (&entry.from, &entry.below, [&entry.above, &entry.up_to], "`below` and `from`"),
            Better::Lower => (&entry.up_to, &entry.above, [&entry.below, &entry.from], "`above` and `upTo`"),
        };
        for strange in other.into_iter().flatten() {
            let wrong = format!("{:?} is better when {}", objective.name, metric.better().as_str());
            self.wrong(strange, wrong, format!("bound its bands with {words}"));
        }
        let mut bound = |text: &Option<Spanned<String>>| {
            let text = text.as_ref()?;
            let level = self.level(text, metric.unit())?;
            self.can_be_met(text, level, objective.rounding);
            Some(level)
        };
        let (reaches, misses) = (bound(reach), bound(miss));
        if reaches.is_none() && misses.is_none() {
            if [reach, miss, other[0], other[1]].iter().all(|bound| bound.is_none()) {
                self.wrong(place, "a band without a bound", format!("bound it with {words}"));
            }
            return None;
        }
        let outcome = self.outcome(entry, place)?;
        let band = Band { reaches, misses, outcome };
        self.makes_sense(objective, band, place);
        Some(band)
    }

    fn outcome(&mut self, entry: &BandEntry, place: &Spanned<String>) -> Option<Outcome> {
        match (&entry.credit, &entry.bonus) {
            (Some(credit), None) => self.share(credit).map(Outcome::Credit),
            (None, Some(bonus)) => self.share(bonus).map(Outcome::Bonus),
            _ => {
                self.wrong(place, "a band gives either a credit or a bonus", "keep one of `credit` and `bonus`");
                None
            }
        }
    }

    fn makes_sense(&mut self, objective: &Objective, band: Band, place: &Spanned<String>) {
        let better = objective.indicator.metric.better();
        let expected = objective.levels.expected;
        if let (Some(reaches), Some(misses)) = (band.reaches, band.misses)
            && reaches.demands(misses, better).is_ge()
        {
            let wrong = format!("no figure reaches {reaches} and misses {misses}");
            self.wrong(place, wrong, "give bounds with something between them");
        }
        let met_too = band.misses.is_none_or(|misses| misses.demands(expected, better).is_gt());
        if matches!(band.outcome, Outcome::Credit(share) if share > Share::ZERO) && met_too {
            let wrong = format!("a credit for results that meet the expected level {expected}");
            self.wrong(place, wrong, "end the band at the expected level, or raise that level");
        }
        let missed_too = band.reaches.is_none_or(|reaches| reaches.demands(expected, better).is_lt());
        if matches!(band.outcome, Outcome::Bonus(_)) && missed_too {
            let wrong = format!("a bonus for results that miss the expected level {expected}");
            self.wrong(place, wrong, "begin the band at the expected level or above");
        }
    }

    fn earn_back(
        &mut self,
        entry: &EarnBackEntry,
        money: &CommercialEntry,
        objectives: &[Objective],
    ) -> Option<EarnBack> {
        if entry.months.value == 0 || entry.months.value > 24 {
            self.wrong(&entry.months, format!("{} windows in a row", entry.months.value), "give 1 to 24");
        }
        let level = entry.at_or_above.value;
        for objective in objectives {
            if money.allocation.contains_key(&objective.name) && objective.levels.get(level).is_none() {
                let wrong = format!("{:?} has no level {:?} to earn a credit back", objective.name, level.as_str());
                let right = format!("give it under its `levels`, or earn back at {}", LevelName::Expected.as_str());
                self.wrong(&entry.at_or_above, wrong, right);
            }
        }
        let share = self.share(&entry.share)?;
        Some(EarnBack { windows: entry.months.value, level, share, decided: entry.decided })
    }
}

/// The first value of a band, which says where it stands.
fn first(entry: &BandEntry) -> Option<&Spanned<String>> {
    let values = [&entry.below, &entry.from, &entry.above, &entry.up_to, &entry.credit, &entry.bonus];
    values.into_iter().flatten().next()
}

/// Whether every result of `inner` is one of `outer`.
fn covers(outer: Band, inner: Band, better: Better) -> bool {
    let at_most = |one: Level, other: Level| one.demands(other, better).is_le();
    let from = outer.reaches.is_none_or(|outer| inner.reaches.is_some_and(|inner| at_most(outer, inner)));
    let to = outer.misses.is_none_or(|outer| inner.misses.is_some_and(|inner| at_most(inner, outer)));
    from && to
}
