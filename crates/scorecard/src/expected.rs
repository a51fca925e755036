//! Which rows an answer has, also without traffic, and whom a row is about.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Network, NoValue};

use crate::{Dim, Feeds, Question, rows::RowKey, state::sites_in_force};

/// The value of each grouping.
pub(crate) type Dims = BTreeMap<Dim, Option<String>>;

/// Keys that are shown even without traffic: the sites, providers or queues of the network that match the filters, and
/// every key seen in any stretch.
pub(crate) fn expected<'a>(
    network: &Network,
    question: &Question,
    seen: impl Iterator<Item = &'a RowKey>,
) -> BTreeSet<Dims> {
    let by: Vec<Dim> = question.by.iter().copied().collect();
    let mut keys: BTreeSet<Dims> = seen.map(|key| key.dims.clone()).collect();
    let filters = &question.filters;
    let wanted = |list: &BTreeSet<String>, name: &str| list.is_empty() || list.contains(name);
    match by.as_slice() {
        [] => {
            keys.insert(Dims::new());
        }
        [Dim::Queue] => {
            let queues = network.queues.keys().map(contact::QueueId::as_str);
            keys.extend(queues.filter(|name| wanted(&filters.queues, name)).map(|name| one(Dim::Queue, name)));
        }
        [Dim::Provider] => {
            let providers = network.providers.keys().map(contact::ProviderId::as_str);
            let matching = providers.filter(|name| wanted(&filters.providers, name));
            keys.extend(matching.map(|name| one(Dim::Provider, name)));
        }
        [Dim::Site] | [Dim::Provider, Dim::Site] => {
            for (name, provider) in sites_in_force(network, question.period.to) {
                if wanted(&filters.sites, &name) && wanted(&filters.providers, &provider) {
                    let mut key = one(Dim::Site, &name);
                    if by.len() == 2 {
                        key.insert(Dim::Provider, Some(provider));
                    }
                    keys.insert(key);
                }
            }
        }
        _ => {}
    }
    keys
}

/// The providers a row speaks of; none when it does not say.
pub(crate) fn providers_of(network: &Network, question: &Question, dims: &Dims) -> Vec<String> {
    if let Some(Some(provider)) = dims.get(&Dim::Provider) {
        return vec![provider.clone()];
    }
    if let Some(Some(site)) = dims.get(&Dim::Site) {
        let sites = sites_in_force(network, question.period.to);
        return sites.filter(|(name, _)| name == site).map(|(_, provider)| provider).collect();
    }
    question.filters.providers.iter().cloned().collect()
}

fn one(dim: Dim, name: &str) -> Dims {
    Dims::from([(dim, Some(name.to_owned()))])
}

/// Why a row has nothing: its providers sent something since the period began, or they did not.
pub(crate) fn silence(network: &Network, feeds: &Feeds, question: &Question, dims: &Dims) -> NoValue {
    let from = question.period.from;
    let heard = |provider: &str| feeds.get(provider).is_some_and(|feed| feed.last_event >= from);
    let any = match providers_of(network, question, dims).as_slice() {
        [] => feeds.values().any(|feed| feed.last_event >= from),
        providers => providers.iter().any(|provider| heard(provider)),
    };
    if any { NoValue::NoTraffic } else { NoValue::NoData }
}
