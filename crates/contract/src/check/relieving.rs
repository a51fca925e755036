//! Forecast and exclusions.

use std::collections::BTreeMap;

use super::mistakes::Checker;
use crate::{
    file::{ExclusionEntry, ForecastEntry, OverVolumeEntry, ToleranceEntry},
    terms::{AcceptedBy, Effect, Exclusion, Forecast, OverRelief, OverVolume, Share, SurplusRule},
};

impl Checker<'_> {
    pub(super) fn forecast(&mut self, entry: ForecastEntry) -> Forecast {
        let (over, under) = entry.tolerance.as_ref().map_or((None, None), |entry| self.tolerance(entry));
        let over_volume = entry.over_volume.as_ref().and_then(|entry| self.over_volume(entry, over));
        let min_billed = entry.under_volume.and_then(|entry| {
            let share = self.share(&entry.min_billed_share_of_forecast)?;
            let least = under.map(Share::rest);
            if let Some(least) = least.filter(|least| share > *least) {
                let wrong = format!("{share} of the forecast is billed, and from {least} on nothing was to change");
                let right = format!("give at most {least}, or a smaller tolerance.under");
                self.wrong(&entry.min_billed_share_of_forecast, wrong, right);
            }
            Some(share)
        });
        let locked_at = self.maybe(entry.locked_at.as_ref());
        if let Some(relief) = entry.over_volume.as_ref().filter(|_| entry.locked_at.is_none()) {
            let taken = "the last one issued before the day counts";
            self.open(&relief.relief, "nothing says when a forecast is locked", "lockedAt", taken);
        }
        Forecast { issues: entry.issues, locked_at, over, under, over_volume, min_billed }
    }

    fn tolerance(&mut self, entry: &ToleranceEntry) -> (Option<Share>, Option<Share>) {
        (self.maybe(entry.over.as_ref()), self.maybe(entry.under.as_ref()))
    }

    fn over_volume(&mut self, entry: &OverVolumeEntry, over: Option<Share>) -> Option<OverVolume> {
        if over.is_none() {
            let wrong = "a relief for surplus volume is given and no tolerance says where surplus begins";
            self.wrong(&entry.relief, wrong, "give `tolerance.over`, such as 0.10");
        }
        match (entry.relief.value, &entry.surplus_rule) {
            (OverRelief::WaiveWindow, Some(rule)) => {
                let wrong = "a waived window has no surplus contacts to choose";
                self.wrong(rule, wrong, "leave `surplusRule` out, or set `relief` to surplus_only");
                None
            }
            (OverRelief::WaiveWindow, None) => Some(OverVolume::WaiveWindow),
            (OverRelief::SurplusOnly, rule) => {
                if rule.is_none() {
                    let what = "nothing says which contacts of a day are the surplus";
                    self.open(&entry.relief, what, "surplusRule", "every contact of the day weighs allowed / actual");
                }
                Some(OverVolume::Surplus(rule.as_ref().map_or(SurplusRule::Prorata, |rule| rule.value)))
            }
        }
    }

    pub(super) fn exclusions(&mut self, entries: &[ExclusionEntry]) -> BTreeMap<String, Exclusion> {
        let mut exclusions = BTreeMap::new();
        for entry in entries {
            let exclusion = self.exclusion(entry);
            if exclusions.insert(entry.id.value.clone(), exclusion).is_some() {
                self.twice("exclusion", &entry.id);
            }
        }
        exclusions
    }

    fn exclusion(&mut self, entry: &ExclusionEntry) -> Exclusion {
        if entry.effect == Effect::WaiveWindow
            && let Some(reason) = entry.reasons.first()
        {
            let wrong = format!("the exclusion {:?} waives the whole window and is limited to reasons", entry.id.value);
            self.wrong(reason, wrong, "leave `reasons` out, or set `effect` to drop_contacts");
        }
        if entry.accepted_by.is_none() && entry.effect != Effect::ReportOnly {
            let what = format!("nothing says who must accept a claim of {:?}", entry.id.value);
            self.open(&entry.id, what, "acceptedBy", "both must");
        }
        let until = entry.until.as_ref().and_then(|text| self.date(text)).and_then(|date| self.end(date));
        Exclusion {
            id: entry.id.value.clone(),
            effect: entry.effect,
            needs_evidence: entry.needs_evidence,
            accepted_by: entry.accepted_by.as_ref().map_or(AcceptedBy::Both, |by| by.value),
            cause: entry.cause,
            notify_within: self.maybe(entry.notify_within.as_ref()),
            until,
            reasons: self.reasons(&entry.reasons),
        }
    }
}
