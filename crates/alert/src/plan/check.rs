//! From the file as written to a plan that can be trusted: every mistake found in one go.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use contact::{Duration, Network, ProviderId, QueueId, SiteId};
use serde_saphyr::Spanned;
use stats::sla::Target;

use super::{
    Address, FeedPlan, OutlookPlan, Plan, PlanError, Planned, SecretAt,
    file::{
        AlertmanagerEntry, FeedsEntry, ObjectiveEntry, OutlookEntry, PlanFile, ReceiverEntry, RetryEntry, SecretEntry,
        WebhookEntry,
    },
};
use crate::{AlertError, AlertmanagerOptions, Allowed, Objective, Receiver, Retry, Scope, Subject, Title};

const DAY_S: u32 = 86_400;

pub(super) fn check(file: PlanFile, network: &Network) -> Result<Plan, Vec<PlanError>> {
    let mut checker = Checker { network, mistakes: Vec::new() };
    let base = Plan::without_file();
    let every = checker.within(file.every.as_ref(), base.every, [1, 300]);
    let keep_days = file.keep_days.as_ref().map_or(base.keep_days, |days| {
        if days.value == 0 {
            checker.wrong(days, "0 days", "keep alerts for a day at least");
        }
        days.value
    });
    let plan = Plan {
        every,
        keep_days,
        receivers: checker.receivers(file.receivers),
        objectives: checker.objectives(file.objectives),
        feeds: checker.feeds(file.feeds),
        outlook: checker.outlook(&file.outlook, base.outlook),
    };
    if checker.mistakes.is_empty() {
        return Ok(plan);
    }
    checker.mistakes.sort_by_key(|mistake| mistake.place);
    Err(checker.mistakes)
}

struct Checker<'n> {
    network: &'n Network,
    mistakes: Vec<PlanError>,
}

impl Checker<'_> {
    fn wrong<T>(&mut self, at: &Spanned<T>, wrong: impl Into<String>, right: impl Into<String>) {
        self.mistakes.push(PlanError::new(at.referenced, wrong, right));
    }

    /// What a name or a value was refused for.
    fn refused<T>(&mut self, at: &Spanned<T>, error: &AlertError) {
        let message = error.to_string();
        let (wrong, right) = message.split_once("; ").unwrap_or((&message, "give a value that fits"));
        self.wrong(at, wrong, right);
    }

    /// A length of time between bounds in seconds.
    fn within(&mut self, text: Option<&Spanned<String>>, absent: Duration, [least, most]: [u32; 2]) -> Duration {
        let Some(text) = text else { return absent };
        let bounds = [least, most].map(Duration::from_secs);
        match text.value.parse::<Duration>() {
            Ok(given) if given >= bounds[0] && given <= bounds[1] => given,
            _ => {
                let right = format!("give a time from {} to {}, such as {absent}", bounds[0], bounds[1]);
                self.wrong(text, format!("{:?} cannot be used here", text.value), right);
                absent
            }
        }
    }

    fn once(&mut self, what: &str, name: &Spanned<String>, names: &mut BTreeSet<String>) {
        if !names.insert(name.value.clone()) {
            self.wrong(name, format!("the {what} {:?} is there twice", name.value), "give each name once");
        }
    }

    /// The name of a calendar of the network.
    fn calendar(&mut self, name: Option<&Spanned<String>>) -> Option<String> {
        let name = name?;
        if !self.network.calendars.contains_key(&name.value) {
            let known = listed(self.network.calendars.keys().map(String::as_str));
            self.wrong(name, format!("the network has no calendar {:?}", name.value), known);
        }
        Some(name.value.clone())
    }

    fn receivers(&mut self, entries: Vec<ReceiverEntry>) -> Vec<Planned> {
        let (mut planned, mut names) = (Vec::new(), BTreeSet::new());
        for entry in entries {
            let place = entry.name.clone();
            self.once("receiver", &place, &mut names);
            let address = match (&entry.webhook, &entry.alertmanager) {
                (Some(webhook), None) => self.webhook(&place, webhook),
                (None, Some(alertmanager)) => Some(self.alertmanager(alertmanager)),
                _ => {
                    let wrong = format!("the receiver {:?} does not say where it is, or says it twice", place.value);
                    self.wrong(&place, wrong, "give either webhook or alertmanager");
                    None
                }
            };
            let retry = self.retry(&entry.retry);
            let receiver = self.receiver(entry);
            planned.extend(receiver.zip(address).map(|(receiver, address)| Planned { receiver, address, retry }));
        }
        planned
    }

    fn receiver(&mut self, entry: ReceiverEntry) -> Option<Receiver> {
        let mut receiver = match Receiver::new(&entry.name.value) {
            Ok(receiver) => receiver,
            Err(error) => {
                self.refused(&entry.name, &error);
                return None;
            }
        };
        receiver.lang = entry.language.unwrap_or(receiver.lang);
        receiver.least = entry.least.unwrap_or(receiver.least);
        receiver.remarks = entry.remarks;
        receiver.group_wait = self.within(entry.group_wait.as_ref(), receiver.group_wait, [0, 3600]);
        receiver.group_by = entry.group_by;
        Some(receiver)
    }

    fn retry(&mut self, entry: &RetryEntry) -> Retry {
        let usual = Retry::default();
        Retry {
            first: self.within(entry.first.as_ref(), usual.first, [1, 3600]),
            longest: self.within(entry.longest.as_ref(), usual.longest, [1, DAY_S]),
            give_up: self.within(entry.give_up.as_ref(), usual.give_up, [60, 30 * DAY_S]),
        }
    }

    fn webhook(&mut self, name: &Spanned<String>, entry: &WebhookEntry) -> Option<Address> {
        let url = &entry.url;
        if !is_http(&url.value) {
            self.wrong(url, format!("{:?} is no address", url.value), "give one that begins with https://");
        }
        let allow: Vec<String> = entry.allow.iter().map(|network| network.value.clone()).collect();
        for network in &entry.allow {
            if let Err(error) = Allowed::networks([network.value.as_str()]) {
                self.refused(network, &error);
            }
        }
        let secrets = [Some(&entry.secret), entry.other_secret.as_ref()];
        let secrets = secrets.into_iter().flatten().map(|secret| self.secret(name, secret)).collect::<Option<_>>()?;
        Some(Address::Webhook { url: url.value.clone(), secrets, allow, authorities: entry.authorities.clone() })
    }

    fn secret(&mut self, name: &Spanned<String>, entry: &SecretEntry) -> Option<SecretAt> {
        match (&entry.file, &entry.env) {
            (Some(file), None) if file.as_path() != Path::new("") => Some(SecretAt::File(file.clone())),
            (None, Some(variable)) if !variable.value.is_empty() => Some(SecretAt::Env(variable.value.clone())),
            _ => {
                let wrong = format!("a secret of the receiver {:?} has no place, or two", name.value);
                self.wrong(name, wrong, "give either file: PATH or env: VARIABLE, where the secret is found");
                None
            }
        }
    }

    fn alertmanager(&mut self, entry: &AlertmanagerEntry) -> Address {
        let url = &entry.url;
        if !is_http(&url.value) {
            self.wrong(url, format!("{:?} is no address", url.value), "give one such as http://localhost:9093");
        }
        let usual = AlertmanagerOptions::default();
        let every = self.within(entry.every.as_ref(), usual.every, [5, 300]);
        let believes = if entry.every.is_some() { times(every, 10) } else { usual.believes };
        let options = AlertmanagerOptions { every, believes, pages: entry.pages.clone(), ..usual };
        Address::Alertmanager { url: url.value.clone(), options }
    }

    fn objectives(&mut self, entries: Vec<ObjectiveEntry>) -> Vec<Objective> {
        let (mut objectives, mut names) = (Vec::new(), BTreeSet::new());
        for entry in entries {
            self.once("objective", &entry.name, &mut names);
            if let Err(error) = Subject::new([("objective", entry.name.value.as_str())]) {
                self.refused(&entry.name, &error);
            }
            objectives.extend(self.objective(entry));
        }
        objectives
    }

    fn objective(&mut self, entry: ObjectiveEntry) -> Option<Objective> {
        let usual = || Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() };
        let target = self.target(&entry.target);
        let design_effect = entry.design_effect.as_ref().map(|effect| {
            if !effect.value.is_finite() || effect.value < 1.0 {
                self.wrong(effect, format!("a design effect of {}", effect.value), "give 1 or more");
            }
            effect.value
        });
        Some(Objective {
            contract: None,
            scope: self.scope(&entry),
            term: 0,
            title: entry.title.unwrap_or_else(usual),
            design_effect: design_effect.filter(|effect| effect.is_finite()),
            volume: entry.monthly_volume.map_or(0, |volume| i64::from(volume.value)),
            call_hours: self.calendar(entry.call_hours.as_ref()),
            name: entry.name.value,
            target: target?,
        })
    }

    fn target(&mut self, text: &Spanned<String>) -> Option<Target> {
        let found = text.value.parse().ok().and_then(millionths).and_then(Target::millionths);
        if found.is_none() {
            let right = "give one above 0 and at most 1, with six decimals at most, such as 0.8";
            self.wrong(text, format!("{:?} is no share", text.value), right);
        }
        found
    }

    fn scope(&mut self, entry: &ObjectiveEntry) -> Scope {
        let network = self.network;
        let queues = (!network.discovers_queues).then(|| network.queues.keys().map(QueueId::as_str).collect());
        let sites = (!network.discovers_sites).then(|| network.sites.keys().map(SiteId::as_str).collect());
        let providers = Some(network.providers.keys().map(ProviderId::as_str).collect());
        Scope {
            queues: self.declared("queue", &entry.queues, queues.as_ref()),
            sites: self.declared("site", &entry.sites, sites.as_ref()),
            providers: self.declared("provider", &entry.providers, providers.as_ref()),
            channels: entry.channels.iter().copied().collect(),
        }
    }

    /// Names that the network lists, unless it takes any.
    fn declared(&mut self, what: &str, names: &[Spanned<String>], known: Option<&BTreeSet<&str>>) -> BTreeSet<String> {
        for name in names {
            if known.is_some_and(|known| !known.contains(name.value.as_str())) {
                let right = listed(known.into_iter().flatten().copied());
                self.wrong(name, format!("the network has no {what} {:?}", name.value), right);
            }
        }
        names.iter().map(|name| name.value.clone()).collect()
    }

    fn feeds(&mut self, entry: FeedsEntry) -> FeedPlan {
        let mut hours = BTreeMap::new();
        for (provider, calendar) in entry.hours {
            if !self.network.providers.contains_key(provider.as_str()) {
                let known = listed(self.network.providers.keys().map(ProviderId::as_str));
                self.wrong(&calendar, format!("the network has no provider {provider:?}"), known);
            }
            if let Some(calendar) = self.calendar(Some(&calendar)) {
                hours.insert(provider, calendar);
            }
        }
        FeedPlan { hours, call_hours: self.calendar(entry.call_hours.as_ref()) }
    }

    fn outlook(&mut self, entry: &OutlookEntry, absent: OutlookPlan) -> OutlookPlan {
        OutlookPlan { every: self.within(entry.every.as_ref(), absent.every, [10, DAY_S / 24]) }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "it has none".to_owned() } else { format!("use one of: {}", names.join(", ")) }
}

fn is_http(url: &str) -> bool {
    let uri = url.parse::<ureq::http::Uri>();
    uri.is_ok_and(|uri| uri.host().is_some() && matches!(uri.scheme_str(), Some("http" | "https")))
}

fn times(time: Duration, factor: u32) -> Duration {
    Duration::from_seconds(time.as_seconds() * f64::from(factor)).unwrap_or(time)
}

/// A share in millionths; `None` unless it is above 0, at most 1, and has six decimals at most.
fn millionths(share: f64) -> Option<u32> {
    let scaled = share * 1e6;
    let is_whole = (scaled - scaled.round()).abs() < 1e-6;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above 0 and at most a million")]
    (share > 0.0 && share <= 1.0 && is_whole).then(|| scaled.round() as u32)
}
