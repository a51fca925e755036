//! From the file as written to a network that can be trusted: every mistake found in one go.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    str::FromStr,
};

use jiff::tz::TimeZone;
use serde_saphyr::Spanned;

use super::{
    Calendar, Cut, Exclusion, Network, NetworkError, Place, Provider, Queue, Site,
    file::{CutEntry, Discover, ExcludeEntry, NetworkFile, ProviderEntry, QueueEntry, ReasonEntry, SiteEntry},
    zone,
};
use crate::{Duration, Instant, ProviderId, QueueId, SiteId};

/// Mistakes found so far, and the network's zone for dates.
pub(super) struct Checker {
    pub(super) mistakes: Vec<NetworkError>,
    zone: TimeZone,
}

pub(super) fn check(file: NetworkFile, hash: String) -> Result<Network, Vec<NetworkError>> {
    let mut checker = Checker { mistakes: Vec::new(), zone: TimeZone::UTC };
    let zone = checker.zone(&file.zone);
    checker.zone = zone.clone();
    let providers = checker.providers(&file.providers);
    let promised = file.queues.iter().filter_map(|queue| queue.calendar.as_ref()).map(|name| name.value.as_str());
    let calendars = checker.calendars(&file.calendars, &promised.collect());
    let sites = checker.sites(&file.sites, &providers, &calendars);
    let queues = checker.queues(&file.queues, &calendars);
    let network = Network {
        brand: file.brand,
        zone,
        durable_days: checker.days("durable_days", file.durable_days.as_ref(), 7),
        live_days: checker.days("live_days", file.live_days.as_ref(), 30),
        exclusions: checker.exclusions(file.exclude),
        families: checker.families(&file.reasons),
        cuts: checker.cuts(&file.events, &sites),
        discovers_sites: file.discover.contains(&Discover::Site),
        discovers_queues: file.discover.contains(&Discover::Queue),
        providers,
        sites,
        queues,
        calendars,
        hash,
    };
    if checker.mistakes.is_empty() {
        return Ok(network);
    }
    checker.mistakes.sort_by_key(|mistake| mistake.place);
    Err(checker.mistakes)
}

impl Checker {
    pub(super) fn wrong<T>(&mut self, at: &Spanned<T>, wrong: impl Into<String>, right: impl Into<String>) {
        self.wrong_at(at.referenced, wrong, right);
    }

    pub(super) fn wrong_at(&mut self, at: impl Into<Place>, wrong: impl Into<String>, right: impl Into<String>) {
        self.mistakes.push(NetworkError::new(at, wrong, right));
    }

    fn parsed<T: FromStr<Err: Display>>(&mut self, text: &Spanned<String>) -> Option<T> {
        match text.value.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let message = T::Err::to_string(&error);
                let (wrong, right) = message.split_once("; ").unwrap_or((&message, "give a value that fits"));
                self.wrong(text, wrong, right);
                None
            }
        }
    }

    pub(super) fn zone(&mut self, name: &Spanned<String>) -> TimeZone {
        TimeZone::get(&name.value).unwrap_or_else(|_| {
            let right = zone::near(&name.value).map_or_else(
                || "give a name of the IANA database, such as Europe/Paris".to_owned(),
                |near| format!("give {near}, or another name of the IANA database"),
            );
            self.wrong(name, format!("{:?} is not a time zone", name.value), right);
            TimeZone::UTC
        })
    }

    pub(super) fn zone_or_own(&mut self, name: Option<&Spanned<String>>) -> TimeZone {
        match name {
            Some(name) => self.zone(name),
            None => self.zone.clone(),
        }
    }

    pub(super) fn date(&mut self, text: &Spanned<String>) -> Option<jiff::civil::Date> {
        self.date_at(text.referenced, &text.value)
    }

    pub(super) fn date_at(&mut self, at: impl Into<Place>, text: &str) -> Option<jiff::civil::Date> {
        let date: Option<jiff::civil::Date> = text.parse().ok();
        if date.is_none() {
            self.wrong_at(at, format!("{text:?} is not a date"), "give year-month-day, such as 2026-03-29");
        }
        date
    }

    fn start(&mut self, from: Option<&Spanned<String>>) -> Option<Instant> {
        let date = self.date(from?);
        // An unreadable date is a mistake already told; its entry must not also clash with the one that has no date.
        let start = date.and_then(|date| Instant::start_of_day(date, &self.zone).ok());
        Some(start.unwrap_or(Instant::FOREVER))
    }

    fn duration(&mut self, text: Option<&Spanned<String>>, default: Duration) -> Duration {
        text.and_then(|text| self.parsed(text)).unwrap_or(default)
    }

    fn days(&mut self, key: &str, days: Option<&Spanned<u32>>, default: u32) -> u32 {
        match days {
            Some(days) if days.value == 0 || days.value > 365 => {
                self.wrong(days, format!("{key} is {}", days.value), "give 1 to 365 days");
                default
            }
            Some(days) => days.value,
            None => default,
        }
    }

    fn providers(&mut self, entries: &[ProviderEntry]) -> BTreeMap<ProviderId, Provider> {
        let mut providers = BTreeMap::new();
        for entry in entries {
            let cadence = entry.cadence.as_ref().and_then(|text| self.parsed(text));
            let Some(name) = self.parsed::<ProviderId>(&entry.name) else { continue };
            if providers.insert(name, Provider { cadence }).is_some() {
                self.twice("provider", &entry.name);
            }
        }
        providers
    }

    pub(super) fn twice(&mut self, what: &str, name: &Spanned<String>) {
        let wrong = format!("{what} {:?} is declared twice", name.value);
        self.wrong(name, wrong, "keep one entry, or give the later one a `from` date where the file allows it");
    }

    fn sites(
        &mut self,
        entries: &[SiteEntry],
        providers: &BTreeMap<ProviderId, Provider>,
        calendars: &BTreeMap<String, Calendar>,
    ) -> BTreeMap<SiteId, Vec<Site>> {
        let mut sites: BTreeMap<SiteId, Vec<Site>> = BTreeMap::new();
        for entry in entries {
            let zone = self.zone_or_own(entry.zone.as_ref());
            let from = self.start(entry.from.as_ref());
            let shift = self.declared(entry.shift.as_ref(), calendars);
            let provider = self.parsed::<ProviderId>(&entry.provider);
            let Some(name) = self.parsed::<SiteId>(&entry.name) else { continue };
            let Some(provider) = provider else { continue };
            if !providers.contains_key(&provider) {
                let known = listed(providers.keys().map(ProviderId::as_str));
                let wrong = format!(
                    "site {:?} names the provider {:?}, which is not declared",
                    name.as_str(),
                    provider.as_str()
                );
                self.wrong(&entry.provider, wrong, format!("declare it under `providers`, or use one of: {known}"));
            }
            let site = Site { from, provider, country: entry.country.clone(), zone, shift };
            self.version("site", &entry.name, sites.entry(name).or_default(), site, |site| site.from);
        }
        sites
    }

    fn queues(
        &mut self,
        entries: &[QueueEntry],
        calendars: &BTreeMap<String, Calendar>,
    ) -> BTreeMap<QueueId, Vec<Queue>> {
        let mut queues: BTreeMap<QueueId, Vec<Queue>> = BTreeMap::new();
        for entry in entries {
            let queue = self.queue(entry, calendars);
            let Some(name) = self.parsed::<QueueId>(&entry.name) else { continue };
            self.version("queue", &entry.name, queues.entry(name).or_default(), queue, |queue| queue.from);
        }
        queues
    }

    fn queue(&mut self, entry: &QueueEntry, calendars: &BTreeMap<String, Calendar>) -> Queue {
        let default = Queue::default();
        let threshold = self.duration(entry.threshold.as_ref(), default.threshold);
        let short_abandon = self.duration(entry.short_abandon.as_ref(), default.short_abandon.min(threshold));
        if short_abandon > threshold {
            let at = entry.short_abandon.as_ref().or(entry.threshold.as_ref()).unwrap_or(&entry.name);
            let wrong = format!("short_abandon {short_abandon} is longer than the threshold {threshold}");
            self.wrong(at, wrong, "give a short_abandon of at most the threshold");
        }
        Queue {
            from: self.start(entry.from.as_ref()),
            channel: entry.channel.unwrap_or(default.channel),
            language: entry.language.clone(),
            threshold,
            formula: entry.formula.unwrap_or_default(),
            short_abandon,
            calendar: self.declared(entry.calendar.as_ref(), calendars),
        }
    }

    /// The name of a calendar, which must be declared.
    fn declared(&mut self, name: Option<&Spanned<String>>, calendars: &BTreeMap<String, Calendar>) -> Option<String> {
        let name = name?;
        if !calendars.contains_key(&name.value) {
            let known = listed(calendars.keys().map(String::as_str));
            let wrong = format!("the calendar {:?} is not declared", name.value);
            self.wrong(name, wrong, format!("declare it under `calendars`, or use one of: {known}"));
        }
        Some(name.value.clone())
    }

    /// Adds a version in order of its start; two versions may not start together.
    fn version<T>(
        &mut self,
        what: &str,
        name: &Spanned<String>,
        versions: &mut Vec<T>,
        version: T,
        from: impl Fn(&T) -> Option<Instant>,
    ) {
        if versions.iter().any(|other| from(other) == from(&version)) {
            self.twice(what, name);
        }
        versions.push(version);
        versions.sort_by_key(from);
    }

    fn exclusions(&mut self, entries: Vec<ExcludeEntry>) -> Vec<Exclusion> {
        let mut names = BTreeSet::new();
        let mut exclusions = Vec::new();
        for entry in entries {
            if !names.insert(entry.name.value.clone()) {
                self.twice("exclusion", &entry.name);
            }
            let when = conditions(&entry);
            if when.is_empty() {
                let wrong = format!("the exclusion {:?} has no condition", entry.name.value);
                self.wrong(&entry.name, wrong, "give at least one list under `when`, or it would leave everything out");
            }
            let from = self.start(entry.from.as_ref());
            exclusions.push(Exclusion { name: entry.name.value, kind: entry.kind, from, when });
        }
        exclusions
    }

    fn families(&mut self, entries: &[ReasonEntry]) -> BTreeMap<String, Option<String>> {
        let mut families = BTreeMap::new();
        for entry in entries {
            if families.insert(entry.name.value.clone(), entry.family.clone()).is_some() {
                self.twice("reason", &entry.name);
            }
        }
        families
    }

    fn cuts(&mut self, entries: &[CutEntry], sites: &BTreeMap<SiteId, Vec<Site>>) -> Vec<Cut> {
        let mut cuts = Vec::new();
        for entry in entries {
            let site = entry.site.as_ref().and_then(|site| self.parsed::<SiteId>(site));
            if let (Some(name), Some(at)) = (&site, &entry.site)
                && !sites.contains_key(name)
            {
                self.wrong(at, format!("the site {:?} is not declared", name.as_str()), "declare it under `sites`");
            }
            let Some(at) = self.start(Some(&entry.date)) else { continue };
            cuts.push(Cut { name: entry.name.clone(), at, kind: entry.kind, site });
        }
        cuts.sort_by_key(|cut| cut.at);
        cuts
    }
}

fn conditions(entry: &ExcludeEntry) -> BTreeMap<&'static str, BTreeSet<String>> {
    let when = &entry.when;
    let words = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    [
        ("provider", words(&when.provider)),
        ("site", words(&when.site)),
        ("queue", words(&when.queue)),
        ("channel", when.channel.iter().map(ToString::to_string).collect()),
        ("reason", words(&when.reason)),
        ("team", words(&when.team)),
        ("customer", words(&when.customer)),
        ("direction", when.direction.iter().map(ToString::to_string).collect()),
    ]
    .into_iter()
    .filter(|(_, values)| !values.is_empty())
    .collect()
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "(none declared)".to_owned() } else { names.join(", ") }
}
