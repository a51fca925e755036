//! Names a contract uses, against the network.

use contact::{
    ProviderId, QueueId, SiteId,
    network::{Calendar, Standing},
};
use serde_saphyr::Spanned;

use super::mistakes::Checker;
use crate::{
    Calendars,
    file::{CalendarsEntry, ScopeEntry},
};

impl Checker<'_> {
    pub(super) fn provider_is_known(&mut self, name: &Spanned<String>) {
        if let Some(network) = self.network
            && !network.providers.contains_key(name.value.as_str())
        {
            self.unknown("provider", name, network.providers.keys().map(ProviderId::as_str));
        }
    }

    pub(super) fn lines(&mut self, names: &[Spanned<String>]) -> Vec<QueueId> {
        let mut lines: Vec<QueueId> = Vec::new();
        for name in names {
            let Some(line) = self.parsed::<QueueId>(name) else { continue };
            if let Some(network) = self.network
                && !network.knows_queue(&name.value)
            {
                self.unknown("queue", name, network.queues.keys().map(QueueId::as_str));
            }
            if lines.contains(&line) {
                self.twice("queue", name);
            }
            lines.push(line);
        }
        lines
    }

    pub(super) fn sites(&mut self, names: &[Spanned<String>], provider: Option<&ProviderId>) -> Vec<SiteId> {
        let mut sites: Vec<SiteId> = Vec::new();
        for name in names {
            let Some(site) = self.parsed::<SiteId>(name) else { continue };
            if let (Some(network), Some(provider)) = (self.network, provider) {
                match network.site_standing(&name.value, provider) {
                    Standing::Own => {}
                    Standing::Foreign => {
                        let wrong = format!("the site {:?} is not run by {provider}", name.value);
                        self.wrong(name, wrong, "name the provider's own sites only");
                    }
                    Standing::Unknown => self.unknown("site", name, network.sites.keys().map(SiteId::as_str)),
                }
            }
            if sites.contains(&site) {
                self.twice("site", name);
            }
            sites.push(site);
        }
        sites
    }

    pub(super) fn calendars(&mut self, entry: Option<&CalendarsEntry>, scope: &ScopeEntry) -> Calendars {
        let Some(entry) = entry else { return Calendars::default() };
        let mut calendars = Calendars {
            promise: entry.promise.as_ref().map(|entry| self.calendar(&entry.name)),
            contract: entry.contract.as_ref().map(|entry| self.calendar(&entry.name)),
            ..Calendars::default()
        };
        for (site, name) in &entry.site {
            let calendar = self.calendar(name);
            if !scope.sites.is_empty() && !scope.sites.iter().any(|named| named.value == *site) {
                let wrong = format!("a calendar is given for the site {site:?}, which is not in the scope");
                self.wrong(name, wrong, "add the site under `scope`, or leave its calendar out");
            }
            match SiteId::new(site) {
                Ok(site) => drop(calendars.site.insert(site, calendar)),
                Err(error) => self.wrong(name, error.to_string(), "name a site of the scope"),
            }
        }
        calendars
    }

    /// The name of a calendar, which the network must declare.
    pub(super) fn calendar(&mut self, name: &Spanned<String>) -> String {
        let declared: Option<&std::collections::BTreeMap<String, Calendar>> =
            self.network.map(|network| &network.calendars);
        if let Some(declared) = declared
            && !declared.contains_key(&name.value)
        {
            self.unknown("calendar", name, declared.keys().map(String::as_str));
        }
        name.value.clone()
    }

    pub(super) fn reasons(&mut self, names: &[Spanned<String>]) -> std::collections::BTreeSet<String> {
        for name in names {
            if let Some(network) = self.network
                && !network.families.is_empty()
                && !network.families.contains_key(&name.value)
            {
                self.unknown("reason", name, network.families.keys().map(String::as_str));
            }
        }
        names.iter().map(|name| name.value.clone()).collect()
    }

    pub(super) fn families(&mut self, names: &[Spanned<String>]) -> std::collections::BTreeSet<String> {
        for name in names {
            let Some(network) = self.network else { continue };
            let known: std::collections::BTreeSet<&str> =
                network.families.values().filter_map(Option::as_deref).collect();
            if !known.contains(name.value.as_str()) {
                self.unknown("family", name, known.into_iter());
            }
        }
        names.iter().map(|name| name.value.clone()).collect()
    }
}
