//! From the file as written to a network that can be trusted: every mistake found in one go.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde_saphyr::Spanned;

use super::{
    Calendar, Cut, Exclusion, Network, NetworkError, Provider, Queue, Site,
    file::{CutEntry, Discover, ExcludeEntry, NetworkFile, ProviderEntry, QueueEntry, ReasonEntry, SiteEntry},
    mistakes::Checker,
};
use crate::{ProviderId, QueueId, SiteId};

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
            flows: self.flows(entry),
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
            exclusions.push(Exclusion { name: entry.name.value, kind: entry.kind, from, to: None, when });
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
            let name = entry.name.value.trim();
            if name.is_empty() {
                self.wrong(&entry.name, "an event has no name", "say in a few words what happened");
            }
            let Some(at) = self.start(Some(&entry.date)) else { continue };
            let cut = Cut { name: name.to_owned(), at, kind: entry.kind, site };
            if cuts.contains(&cut) {
                self.twice("event", &entry.name);
            }
            cuts.push(cut);
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
