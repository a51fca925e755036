//! From a plan to a scenario.

use contact::{Network, ProviderId};

use super::{Place, Provider, Queue, Reason, Scenario, Site, desk, effect::check_effect, people::groups};
use crate::{
    Length, Share, SimError,
    plan::{FeedPlan, Plan, QueuePlan, ReasonPlan, Season},
    value::Weights,
};

pub(super) fn scenario(plan: Plan) -> Result<Scenario, SimError> {
    let network = Network::parse(&plan.network).map_err(|mistakes| {
        SimError::Network(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let providers = providers(&network, &plan.feeds)?;
    let sites = sites(&network, &providers);
    let mut queues = plan.queues.iter().map(|queue| read_queue(&network, queue)).collect::<Result<Vec<_>, _>>()?;
    let mut places = places(&plan.queues, &sites, &mut queues)?;
    link_transfers(&plan.queues, &queues, &mut places, plan.across_providers)?;
    desk::link(&plan.queues, &mut queues, &places, &sites)?;
    let groups = groups(&network, &plan.groups, &sites, &queues, &mut places)?;
    if let Some(place) = places.iter().find(|place| place.groups.is_empty()) {
        let (site, queue) = (&sites[place.site].name, &queues[place.queue].name);
        return Err(SimError::Unserved { site: site.to_string(), queue: queue.to_string() });
    }
    check_season(&plan.season)?;
    let effects = plan.incidents.iter().map(|incident| &incident.effect);
    for effect in effects.chain(plan.reactions.iter().map(|reaction| &reaction.effect)) {
        check_effect(effect, &sites, &queues)?;
    }
    Ok(Scenario {
        text: plan.network,
        network,
        providers,
        sites,
        queues,
        places,
        groups,
        season: plan.season,
        customers: plan.customers.max(1),
        incidents: plan.incidents,
        mishaps: plan.mishaps,
        reactions: plan.reactions,
        across_providers: plan.across_providers,
        followed: plan.followed,
    })
}

fn providers(network: &Network, feeds: &[FeedPlan]) -> Result<Vec<Provider>, SimError> {
    if let Some(feed) = feeds.iter().find(|feed| !network.providers.contains_key(feed.provider.as_str())) {
        return Err(unknown("the provider", &feed.provider));
    }
    let at_once = Length::fixed(contact::Duration::from_secs(0));
    let provider = |name: &ProviderId| {
        let feed = feeds.iter().find(|feed| feed.provider == name.as_str());
        Provider {
            name: name.clone(),
            latency: feed.map_or(at_once, |feed| feed.latency),
            late: feed.map_or(Share::ZERO, |feed| feed.late),
            late_by: feed.map_or(at_once, |feed| feed.late_by),
            twice: feed.map_or(Share::ZERO, |feed| feed.twice),
            twice_after: feed.map_or(at_once, |feed| feed.twice_after),
        }
    };
    Ok(network.providers.keys().map(provider).collect())
}

fn sites(network: &Network, providers: &[Provider]) -> Vec<Site> {
    let site = |(name, versions): (&contact::SiteId, &Vec<contact::network::Site>)| {
        let owner = versions.first().map(|version| &version.provider);
        let provider = providers.iter().position(|provider| Some(&provider.name) == owner);
        Site { name: name.clone(), provider: provider.expect("a parsed network declares the provider of every site") }
    };
    network.sites.iter().map(site).collect()
}

fn read_queue(network: &Network, plan: &QueuePlan) -> Result<Queue, SimError> {
    let declared = network.queues.get_key_value(plan.name.as_str());
    let (name, versions) = declared.ok_or_else(|| unknown("the queue", &plan.name))?;
    let promise = versions.first().cloned().unwrap_or_default();
    let per_open_day = positive("the volume of a queue", plan.per_open_day)?;
    Weights::new(&plan.hours, "hours", &plan.name)?;
    let site_weights: Vec<f64> = plan.sites.iter().map(|site| site.weight).collect();
    let reason_weights: Vec<f64> = plan.reasons.iter().map(|reason| reason.weight).collect();
    let (hold, wrap) = (plan.hold_and_wrap.0.get(), plan.hold_and_wrap.1.get());
    positive("talk time, what hold and wrap-up leave of handling time,", 1.0 - hold - wrap)?;
    Ok(Queue {
        name: name.clone(),
        channel: promise.channel,
        language: promise.language,
        threshold: promise.threshold.as_micros(),
        short: promise.short_abandon.as_micros(),
        calendar: promise.calendar,
        per_open_day,
        following: following(plan),
        hours: plan.hours,
        closed_day: plan.closed_day.get(),
        routing: plan.routing,
        places: Vec::new(),
        site_weights: Weights::new(&site_weights, "sites", &plan.name)?,
        reasons: plan.reasons.iter().map(|reason| read_reason(network, plan, reason)).collect::<Result<_, _>>()?,
        reason_weights: Weights::new(&reason_weights, "reasons", &plan.name)?,
        handling: plan.handling,
        hold,
        wrap,
        patience: plan.patience,
        after: plan.after.clone(),
        recognised: plan.recognised,
        desk: desk::desk(&plan.desk),
    })
}

/// The expected share of contacts that follow from others: redials of those who gave up, repeats of those whose matter
/// was not resolved.
fn following(plan: &QueuePlan) -> f64 {
    repeated(plan) + (1.0 - plan.expected_answered.get()) * plan.after.redialled.get()
}

/// The expected share of contacts whose customer gets in touch again because the matter was not resolved.
pub(super) fn repeated(plan: &QueuePlan) -> f64 {
    let sites: f64 = plan.sites.iter().map(|site| site.weight).sum();
    let reasons: f64 = plan.reasons.iter().map(|reason| reason.weight).sum();
    let resolved: f64 = plan
        .reasons
        .iter()
        .map(|reason| {
            let by_site = plan.sites.iter().zip(&reason.resolved).map(|(site, share)| site.weight * share.get());
            reason.weight * by_site.sum::<f64>()
        })
        .sum();
    let unresolved = 1.0 - resolved / (sites * reasons);
    plan.expected_answered.get() * unresolved * plan.after.repeated.get()
}

fn read_reason(network: &Network, queue: &QueuePlan, plan: &ReasonPlan) -> Result<Reason, SimError> {
    let counted = |what, given| {
        let right = queue.sites.len();
        let name = format!("{} of {}", plan.name, queue.name);
        if given == right { Ok(()) } else { Err(SimError::Length { what, name, given, right }) }
    };
    counted("resolution rates", plan.resolved.len())?;
    let mut site_weights = None;
    if let Some(weights) = &plan.sites {
        counted("weights of sites", weights.len())?;
        site_weights = Some(Weights::new(weights, "sites", &plan.name)?);
    }
    let code_weights: Vec<f64> = plan.codes.iter().map(|(_, weight)| *weight).collect();
    let coded = !code_weights.is_empty();
    Ok(Reason {
        name: plan.name.clone(),
        family: network.families.get(&plan.name).cloned().flatten().unwrap_or_else(|| plan.name.clone()),
        complaint: plan.complaint,
        site_weights,
        codes: plan.codes.iter().map(|(code, _)| code.clone()).collect(),
        code_weights: coded.then(|| Weights::new(&code_weights, "codes", &plan.name)).transpose()?,
    })
}

fn places(plans: &[QueuePlan], sites: &[Site], queues: &mut [Queue]) -> Result<Vec<Place>, SimError> {
    let mut places = Vec::new();
    for (queue, plan) in plans.iter().enumerate() {
        for (nth, entry) in plan.sites.iter().enumerate() {
            let site = site_index(sites, &entry.site)?;
            queues[queue].places.push(places.len());
            places.push(Place {
                site,
                provider: sites[site].provider,
                queue,
                groups: Vec::new(),
                pace: positive("the pace of a site", entry.pace)?,
                resolved: plan.reasons.iter().map(|reason| reason.resolved[nth]).collect(),
                transfer_to: None,
            });
        }
    }
    Ok(places)
}

/// A transfer stays with the provider: the same site when it serves the other queue, else another of its sites; else, where
/// contacts are known across providers, the first site of that queue.
fn link_transfers(
    plans: &[QueuePlan],
    queues: &[Queue],
    places: &mut [Place],
    across_providers: bool,
) -> Result<(), SimError> {
    for (queue, plan) in plans.iter().enumerate() {
        let Some(to) = &plan.after.transfer_to else { continue };
        let target = queues.iter().position(|queue| queue.name.as_str() == to && queue.name.as_str() != plan.name);
        let target = target.ok_or_else(|| unknown("the queue to transfer to,", to))?;
        for from in &queues[queue].places {
            let (site, provider) = (places[*from].site, places[*from].provider);
            let mut there = queues[target].places.iter().filter(|place| places[**place].provider == provider);
            let same_site = there.clone().find(|place| places[**place].site == site);
            let foreign = queues[target].places.first().filter(|_| across_providers);
            places[*from].transfer_to = same_site.or_else(|| there.next()).or(foreign).copied();
        }
    }
    Ok(())
}

fn check_season(season: &Season) -> Result<(), SimError> {
    Weights::new(&season.months, "months", "the season")?;
    Weights::new(&season.weekdays, "weekdays", "the season").map(|_| ())
}

pub(super) fn site_index(sites: &[Site], name: &str) -> Result<usize, SimError> {
    sites.iter().position(|site| site.name.as_str() == name).ok_or_else(|| unknown("the site", name))
}

pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, SimError> {
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(SimError::Number { what, value }) }
}

pub(super) fn unknown(what: &'static str, name: &str) -> SimError {
    SimError::Unknown { what, name: name.to_owned() }
}
