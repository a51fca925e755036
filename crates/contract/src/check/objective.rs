//! Objectives: levels, windows, slices, samples, rounding.

use contact::{Duration, QueueId, SiteId};
use serde_saphyr::Spanned;

use super::mistakes::Checker;
use crate::{
    Calendars,
    file::{
        AlertsEntry, ConsistencyEntry, LevelsEntry, ObjectiveEntry, ObjectiveScopeEntry, RoundingEntry, ScopeEntry,
        TimeWindowEntry,
    },
    terms::{
        AlertRules, Better, Consistency, Level, Levels, Metric, Objective, ObjectiveScope, RoundWhen, Rounding, Share,
        TimeWindow, Unit,
    },
};

const DAY_US: i64 = 86_400_000_000;

impl Checker<'_> {
    pub(super) fn objectives(
        &mut self,
        entries: &[ObjectiveEntry],
        calendars: &Calendars,
        scope: &ScopeEntry,
        zone: &Spanned<String>,
    ) -> Vec<Objective> {
        if entries.is_empty() {
            self.wrong(zone, "the contract has no objective", "give at least one under `objectives`");
        }
        let mut objectives: Vec<Objective> = Vec::new();
        for entry in entries {
            let objective = self.objective(entry, calendars, scope, zone);
            if entries
                .iter()
                .take_while(|other| !std::ptr::eq(*other, entry))
                .any(|other| other.name.value == entry.name.value)
            {
                self.twice("objective", &entry.name);
            } else {
                objectives.extend(objective);
            }
        }
        objectives
    }

    fn objective(
        &mut self,
        entry: &ObjectiveEntry,
        calendars: &Calendars,
        scope: &ScopeEntry,
        zone: &Spanned<String>,
    ) -> Option<Objective> {
        let windows = self.windows(entry, zone);
        let scope = entry.scope.as_ref().map_or_else(ObjectiveScope::default, |own| self.narrowed(own, scope));
        let alerts = self.alerts(entry.alerts.as_ref().unwrap_or(&AlertsEntry::default()));
        let min_sample = self.min_sample(entry);
        let indicator = self.indicator(entry, calendars);
        // Without its figure, nothing more can be said of the levels.
        let indicator = indicator?;
        let (unit, better) = (indicator.metric.unit(), indicator.metric.better());
        let rounding = self.rounding(entry, unit);
        let levels = self.levels(&entry.levels, unit, better, rounding);
        let consistency = entry.consistency.as_ref().and_then(|slices| self.consistency(slices, &indicator.metric));
        if let (Some(slices), Some(consistency)) = (&entry.consistency, consistency) {
            self.can_be_met(&slices.slice_target, consistency.slice_target, rounding);
        }
        let levels = levels?;
        self.said_again(entry, &levels);
        let mut compared: Vec<Level> =
            [levels.floor, Some(levels.expected), levels.target].into_iter().flatten().collect();
        compared.extend(consistency.map(|consistency| consistency.slice_target));
        let mut objective = Objective {
            name: entry.name.value.clone(),
            class: entry.class.as_ref().map_or("standard", |class| class.value.as_str()).to_owned(),
            scope,
            indicator,
            levels,
            windows,
            consistency,
            min_sample,
            rounding,
            alerts,
            compared: Vec::new(),
        };
        objective.compare(compared);
        Some(objective)
    }

    fn levels(
        &mut self,
        entry: &LevelsEntry,
        unit: Unit,
        better: Better,
        rounding: Option<Rounding>,
    ) -> Option<Levels> {
        let mut read = |text: &Spanned<String>| {
            let level = self.level(text, unit)?;
            self.can_be_met(text, level, rounding);
            Some(level)
        };
        let (floor, target) = (entry.floor.as_ref().map(&mut read), entry.target.as_ref().map(&mut read));
        let levels = Levels { floor: floor.flatten(), expected: read(&entry.expected)?, target: target.flatten() };
        let order =
            if better == Better::Higher { "floor ≤ expected ≤ target" } else { "floor ≥ expected ≥ target" };
        for (name, text, level) in [("floor", &entry.floor, levels.floor), ("target", &entry.target, levels.target)] {
            let (Some(text), Some(level)) = (text, level) else { continue };
            let (least, most) = if name == "floor" { (level, levels.expected) } else { (levels.expected, level) };
            if least.demands(most, better).is_gt() {
                let wrong =
                    format!("the {name} {level} and the expected level {} are the wrong way round", levels.expected);
                self.wrong(text, wrong, format!("this figure wants {order}"));
            }
        }
        Some(levels)
    }

    /// A level with more decimals than the rounded figure is another level than the one written.
    pub(super) fn can_be_met(&mut self, text: &Spanned<String>, level: Level, rounding: Option<Rounding>) {
        let (Level::Share(share), Some(rounding)) = (level, rounding) else { return };
        let step = 10_u32.pow(4 - u32::from(rounding.decimals()));
        if share.millionths() % step != 0 {
            let wrong = format!(
                "the figure is rounded to {} decimals of a percentage, and {share} has more",
                rounding.decimals()
            );
            self.wrong(text, wrong, "give the level with as many decimals, or round to more");
        }
    }

    /// `params.max` of a percentile says the expected level again; both must agree.
    fn said_again(&mut self, entry: &ObjectiveEntry, levels: &Levels) {
        let Some(text) = &entry.indicator.params.max else { return };
        let Some(max) = self.parsed::<Duration>(text) else { return };
        if Level::Time(max) != levels.expected {
            let wrong = format!("params.max is {max} and levels.expected is {}", levels.expected);
            self.wrong(text, wrong, "give the same twice, or leave `max` out");
        }
    }

    fn min_sample(&mut self, entry: &ObjectiveEntry) -> u64 {
        match &entry.min_sample {
            Some(number) if number.value == 0 => {
                self.wrong(number, "minSample is 0", "give at least 1: nothing is a result of no contact");
                1
            }
            Some(number) => number.value,
            None => {
                let what = format!("nothing says how few contacts are too few for {:?}", entry.name.value);
                self.open(&entry.name, what, "minSample", "one contact is enough");
                1
            }
        }
    }

    fn rounding(&mut self, entry: &ObjectiveEntry, unit: Unit) -> Option<Rounding> {
        let Some(RoundingEntry { decimals, when }) = &entry.rounding else {
            if unit == Unit::Share {
                let what = format!("nothing is said of rounding for {:?}", entry.name.value);
                self.open(&entry.name, what, "rounding", "the figure is compared as it is");
            }
            return None;
        };
        if unit != Unit::Share {
            let wrong = format!("rounding is given in decimals of a percentage, and {:?} is none", entry.name.value);
            self.wrong(decimals, wrong, "leave `rounding` out");
            return None;
        }
        let rounding = Rounding::new(decimals.value);
        if rounding.is_none() {
            self.wrong(decimals, format!("{} decimals of a percentage", decimals.value), "give 0 to 4");
        }
        rounding.filter(|_| *when == RoundWhen::BeforeComparison)
    }

    fn consistency(&mut self, entry: &ConsistencyEntry, metric: &Metric) -> Option<Consistency> {
        let counted = metric.unit() == Unit::Share || matches!(metric, Metric::WaitPercentile { .. });
        if !counted {
            let wrong = "slices are counted in contacts, and this figure is a reading";
            self.wrong(&entry.slice, wrong, "leave `consistency` out, or hold it on a share or a wait percentile");
            return None;
        }
        let slice = self.parsed::<Duration>(&entry.slice);
        if let Some(length) = slice
            && (length.as_micros() < 60_000_000 || DAY_US % length.as_micros() != 0)
        {
            let wrong = format!("slices of {length} do not fill a day");
            self.wrong(&entry.slice, wrong, "give a part of a day, from 1m to 24h, such as 15m, 30m or 1h");
        }
        let slice_target = self.level(&entry.slice_target, metric.unit());
        let min_share = self.share(&entry.min_share_of_slices);
        if let Some(least) = entry.min_contacts_per_slice.as_ref().filter(|least| least.value == 0) {
            self.wrong(least, "minContactsPerSlice is 0", "give at least 1: an empty slice neither meets nor misses");
        }
        let min_contacts = entry.min_contacts_per_slice.as_ref().map_or(1, |least| least.value.max(1));
        Some(Consistency { slice: slice?, slice_target: slice_target?, min_share: min_share?, min_contacts })
    }

    fn windows(&mut self, entry: &ObjectiveEntry, zone: &Spanned<String>) -> Vec<TimeWindow> {
        if entry.time_window.is_empty() {
            let wrong = format!("the objective {:?} has no window", entry.name.value);
            self.wrong(&entry.name, wrong, "give at least one under `timeWindow`, such as {duration: 1M}");
        }
        let mut windows = Vec::new();
        for written in &entry.time_window {
            let Some(window) = self.window(written, zone) else { continue };
            if windows.contains(&window) {
                let wrong = format!("the window {window} is given twice");
                self.wrong(&written.duration, wrong, "keep one: each is held and credited by itself");
            }
            windows.push(window);
        }
        windows
    }

    fn window(&mut self, entry: &TimeWindowEntry, zone: &Spanned<String>) -> Option<TimeWindow> {
        let window = self.parsed::<TimeWindow>(&entry.duration);
        let Some(calendar) = &entry.calendar else {
            return window.map(|window| if entry.is_rolling { window.rolling() } else { window });
        };
        if entry.is_rolling {
            let wrong = "a rolling window ends with every day and has no start";
            self.wrong(&calendar.start_time, wrong, "leave `calendar` out, or `isRolling`");
        }
        if let Some(own) = calendar.time_zone.as_ref().filter(|own| own.value != zone.value) {
            let wrong = format!("the window is read in {:?} and the contract in {:?}", own.value, zone.value);
            self.wrong(own, wrong, "give the contract's zone, or leave `timeZone` out");
        }
        let start = &calendar.start_time;
        let Ok(at) = start.value.parse::<jiff::civil::DateTime>() else {
            let wrong = format!("{:?} is not a date and time", start.value);
            self.wrong(start, wrong, "give year-month-day hour:minute:second, such as 2025-01-01 00:00:00");
            return None;
        };
        window.map(|window| window.from_start(at))
    }

    fn alerts(&mut self, entry: &AlertsEntry) -> AlertRules {
        let mut p_miss: Vec<Share> = entry.p_miss.iter().filter_map(|share| self.share(share)).collect();
        p_miss.sort_unstable();
        p_miss.dedup();
        AlertRules {
            p_miss,
            lost: entry.lost,
            burn: entry.burn.unwrap_or(true),
            quiet_hours: entry.quiet_hours.as_ref().map(|name| self.calendar(name)),
        }
    }

    fn narrowed(&mut self, own: &ObjectiveScopeEntry, whole: &ScopeEntry) -> ObjectiveScope {
        for (what, names, all) in [("queue", &own.lines, &whole.lines), ("site", &own.sites, &whole.sites)] {
            for name in names {
                if !all.is_empty() && !all.iter().any(|known| known.value == name.value) {
                    let wrong = format!("the {what} {:?} is not in the scope of the contract", name.value);
                    self.wrong(name, wrong, "add it there, or leave it out here");
                }
            }
        }
        ObjectiveScope {
            lines: own.lines.iter().filter_map(|name| self.parsed::<QueueId>(name)).collect(),
            sites: own.sites.iter().filter_map(|name| self.parsed::<SiteId>(name)).collect(),
            channels: own.channels.iter().copied().collect(),
            reasons: self.reasons(&own.reasons),
            families: self.families(&own.families),
        }
    }
}

impl Objective {
    /// Adds levels a result is compared with; each is there once, in order.
    pub(super) fn compare(&mut self, levels: impl IntoIterator<Item = Level>) {
        self.compared.extend(levels);
        self.compared.sort_by_key(|level| level.finest());
        self.compared.dedup();
    }
}
