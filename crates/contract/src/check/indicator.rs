//! Which figure an objective names, and whether it takes the parameters that are given.

use contact::{
    Duration,
    network::{Formula, Place},
};
use serde_saphyr::Spanned;

use super::mistakes::{Checker, listed};
use crate::{
    Calendars, ContractError,
    file::{IndicatorEntry, ObjectiveEntry, ParamsEntry},
    terms::{Attribution, Boundary, CalendarRole, Clock, ClockStart, Cohort, Indicator, Metric, Share, direct},
};

/// The figures that take parameters, and which.
const TAKES: [(&str, &[&str]); 6] = [
    ("service_level", &["T", "shortAbandon", "clockStart", "boundary", "callback", "overflow", "attribution"]),
    ("first_response_business", &["within", "botStopsClock", "calendar", "boundary"]),
    ("durable_resolution", &["within", "clock", "reopenDays", "cohort", "boundary"]),
    ("wait_percentile", &["p", "max", "calendar", "boundary"]),
    ("backlog_age", &["p", "max", "calendar"]),
    ("homogeneity_gap", &[]),
];

impl Checker<'_> {
    /// The figure; `None` only when its unit is not known. Parameters that cannot be read are told, and taken as any
    /// value so that the rest is checked as well: a contract with a mistake is never returned.
    pub(super) fn indicator(&mut self, objective: &ObjectiveEntry, calendars: &Calendars) -> Option<Indicator> {
        let entry = &objective.indicator;
        self.takes(entry);
        if let Some(role) = &entry.params.calendar
            && !calendars.has(role.value)
        {
            let wrong = format!("the {} calendar is not given", role.value.as_str());
            self.wrong(role, wrong, "give it under `calendars`, or use `always`");
        }
        let metric = self.metric(entry)?;
        let waits = !matches!(metric, Metric::Figure { .. } | Metric::BacklogAge { .. } | Metric::HomogeneityGap);
        if waits && entry.params.boundary.is_none() {
            let what = format!("nothing says whether exactly the threshold of {:?} is in time", objective.name.value);
            self.open(&entry.figure, what, "params.boundary", "it is (inclusive)");
        }
        Some(Indicator {
            name: entry.figure.value.clone(),
            version: entry.version,
            metric,
            boundary: given(entry.params.boundary.as_ref(), Boundary::Inclusive),
        })
    }

    fn metric(&mut self, entry: &IndicatorEntry) -> Option<Metric> {
        let params = &entry.params;
        match entry.figure.value.as_str() {
            "service_level" => Some(self.service_level(entry)),
            "first_response_business" => Some(Metric::FirstResponse {
                within: self.within(entry).unwrap_or_default(),
                bot_stops_clock: given(params.bot_stops_clock.as_ref(), false),
                calendar: given(params.calendar.as_ref(), CalendarRole::Promise),
            }),
            "durable_resolution" => Some(Metric::DurableResolution {
                within: self.within(entry).unwrap_or_default(),
                clock: given(params.clock.as_ref(), Clock::Elapsed),
                reopen_days: params.reopen_days.as_ref().map(|days| days.value),
                cohort: given(params.cohort.as_ref(), Cohort::ReceivedIn),
            }),
            "wait_percentile" => {
                if params.p.is_none() {
                    self.wrong(&entry.figure, "a wait percentile without `p`", "give params.p, such as 0.95");
                }
                let p = self.maybe(params.p.as_ref()).unwrap_or(Share::ONE);
                Some(Metric::WaitPercentile { p, calendar: given(params.calendar.as_ref(), CalendarRole::Always) })
            }
            "backlog_age" => Some(Metric::BacklogAge {
                p: self.maybe(params.p.as_ref()),
                calendar: given(params.calendar.as_ref(), CalendarRole::Always),
            }),
            "homogeneity_gap" => Some(Metric::HomogeneityGap),
            _ => self.figure(entry),
        }
    }

    fn service_level(&mut self, entry: &IndicatorEntry) -> Metric {
        let params = &entry.params;
        let formula = entry.variant.as_ref().and_then(|variant| self.formula(variant));
        let threshold = self.maybe::<Duration>(params.threshold.as_ref());
        let short_abandon = self.maybe::<Duration>(params.short_abandon.as_ref());
        if let (Some(short), Some(threshold), Some(at)) = (short_abandon, threshold, &params.short_abandon)
            && short > threshold
        {
            let wrong = format!("shortAbandon {short} is longer than the threshold {threshold}");
            self.wrong(at, wrong, "give a shortAbandon of at most T");
        }
        Metric::ServiceLevel {
            formula,
            threshold,
            short_abandon,
            clock_start: given(params.clock_start.as_ref(), ClockStart::QueueEntry),
            callback: params.callback.as_ref().map(|callback| callback.value),
            overflow: params.overflow.as_ref().map(|overflow| overflow.value),
            attribution: given(params.attribution.as_ref(), Attribution::Arrival),
        }
    }

    fn formula(&mut self, variant: &Spanned<String>) -> Option<Formula> {
        let read = variant.value.strip_prefix("SL-").and_then(|letter| letter.parse().ok());
        if read.is_none() {
            let wrong = format!("{:?} is not a formula of the service level", variant.value);
            self.wrong(variant, wrong, "give SL-a, SL-b, SL-c, SL-d, SL-e, SL-f or SL-g");
        }
        read
    }

    fn within(&mut self, entry: &IndicatorEntry) -> Option<Duration> {
        let Some(within) = &entry.params.within else {
            let wrong = format!("{} without the time allowed", entry.figure.value);
            self.wrong(&entry.figure, wrong, "give params.within, such as 4h or 48h");
            return None;
        };
        self.parsed(within)
    }

    fn figure(&mut self, entry: &IndicatorEntry) -> Option<Metric> {
        let id = entry.figure.value.as_str();
        match (direct(id), entry.unit, entry.better) {
            (Some(known), unit, better) => {
                let differs =
                    unit.is_some_and(|unit| unit != known.unit) || better.is_some_and(|way| way != known.better);
                if differs {
                    let wrong = format!("{id} is a {} and better when {}", known.unit.as_str(), known.better.as_str());
                    self.wrong(&entry.figure, wrong, "leave `unit` and `better` out");
                }
                Some(Metric::Figure { unit: known.unit, better: known.better })
            }
            (None, Some(unit), Some(better)) => Some(Metric::Figure { unit, better }),
            (None, ..) => {
                let wrong = format!("the figure {id:?} is not built in");
                let known = listed(TAKES.iter().map(|(name, _)| *name));
                let right =
                    format!("use one of: {known}, the id of a figure, or say `unit` and `better` of one of your own");
                self.wrong(&entry.figure, wrong, right);
                None
            }
        }
    }

    /// Parameters a figure does not take would be read and change nothing.
    fn takes(&mut self, entry: &IndicatorEntry) {
        let figure = entry.figure.value.as_str();
        let takes = TAKES.iter().find(|(name, _)| *name == figure).map_or(&[][..], |(_, takes)| takes);
        let right = match takes {
            [] => format!("{figure} takes none"),
            takes => format!("{figure} takes {}", listed(takes.iter().copied())),
        };
        for (key, place) in present(&entry.params) {
            if !takes.contains(&key) {
                let wrong = format!("the parameter {key} changes nothing here");
                self.mistakes.push(ContractError::new(place, wrong, right.clone()));
            }
        }
        if let Some(variant) = entry.variant.as_ref().filter(|_| figure != "service_level") {
            self.wrong(variant, "the variant changes nothing here", "only service_level has variants");
        }
    }
}

fn given<T: Copy>(value: Option<&Spanned<T>>, default: T) -> T {
    value.map_or(default, |value| value.value)
}

fn present(params: &ParamsEntry) -> Vec<(&'static str, Place)> {
    fn at<T>(value: Option<&Spanned<T>>) -> Option<Place> {
        value.map(|value| value.referenced.into())
    }
    let places = [
        ("T", at(params.threshold.as_ref())),
        ("shortAbandon", at(params.short_abandon.as_ref())),
        ("clockStart", at(params.clock_start.as_ref())),
        ("boundary", at(params.boundary.as_ref())),
        ("callback", at(params.callback.as_ref())),
        ("overflow", at(params.overflow.as_ref())),
        ("attribution", at(params.attribution.as_ref())),
        ("within", at(params.within.as_ref())),
        ("botStopsClock", at(params.bot_stops_clock.as_ref())),
        ("calendar", at(params.calendar.as_ref())),
        ("clock", at(params.clock.as_ref())),
        ("reopenDays", at(params.reopen_days.as_ref())),
        ("cohort", at(params.cohort.as_ref())),
        ("p", at(params.p.as_ref())),
        ("max", at(params.max.as_ref())),
    ];
    places.into_iter().filter_map(|(key, place)| Some((key, place?))).collect()
}
