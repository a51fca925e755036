//! Objectives of contracts of which misses are watched as they happen, contact by contact.

use alert::{Objective, Scope, Title};
use contact::{Instant, Network, network::Queue};
use contract::{
    Contract,
    terms::{Better, CalendarRole, Level, Metric},
};
use evaluation::Filed;

/// The objectives of the versions in force that want it, on queues whose own promise is what the contract counts: the same
/// threshold and the same formula. What is counted otherwise, or only of some reasons, is watched by its outlook alone.
pub fn contracted(filed: &[Filed], network: &Network, now: Instant) -> Vec<Objective> {
    let in_force = filed.iter().filter_map(|filed| filed.versions.at(now));
    in_force.flat_map(|contract| of_contract(contract, network, now)).collect()
}

fn of_contract(contract: &Contract, network: &Network, now: Instant) -> Vec<Objective> {
    let wanted = contract
        .objectives
        .iter()
        .filter(|terms| terms.alerts.burn && terms.scope.reasons.is_empty() && terms.scope.families.is_empty());
    let objective = |terms: &contract::Objective| {
        let Level::Share(level) = terms.levels.expected else { return None };
        let queues: Vec<String> =
            lines(contract, terms, network).filter(|queue| is_promised(terms, network, queue, now)).collect();
        let sites = if terms.scope.sites.is_empty() {
            contract.sites.iter().map(ToString::to_string).collect()
        } else {
            terms.scope.sites.iter().map(ToString::to_string).collect()
        };
        let scope = Scope {
            queues: queues.into_iter().collect(),
            sites,
            providers: [contract.provider.to_string()].into(),
            channels: terms.scope.channels.clone(),
        };
        (!scope.queues.is_empty()).then(|| Objective {
            name: terms.name.clone(),
            contract: Some(contract.name.clone()),
            title: Title { en: terms.name.clone(), fr: terms.name.clone() },
            target: level.bar(Better::Higher, terms.rounding),
            scope,
            design_effect: None,
            volume: 0,
            call_hours: terms.alerts.quiet_hours.clone(),
        })
    };
    wanted.filter_map(objective).collect()
}

/// The queues that an objective is about.
fn lines<'n>(
    contract: &Contract,
    terms: &contract::Objective,
    network: &'n Network,
) -> impl Iterator<Item = String> + use<'n> {
    let own: Vec<String> = terms.scope.lines.iter().map(ToString::to_string).collect();
    let of_contract: Vec<String> = contract.lines.iter().map(ToString::to_string).collect();
    let named = if own.is_empty() { of_contract } else { own };
    let is_any = named.is_empty();
    network.queues.keys().map(ToString::to_string).filter(move |queue| is_any || named.contains(queue))
}

/// Whether a contact of a queue is in time for the contract exactly when it is for the queue.
fn is_promised(terms: &contract::Objective, network: &Network, queue: &str, now: Instant) -> bool {
    let versions = network.queues.get(queue).map_or(&[][..], Vec::as_slice).iter();
    let in_force = versions.rev().find(|queue| queue.from.is_none_or(|from| from <= now));
    let Some(Queue { channel, threshold, formula, .. }) = in_force else { return false };
    match &terms.indicator.metric {
        Metric::ServiceLevel { formula: asked, threshold: within, short_abandon: None, .. } => {
            channel.is_live()
                && asked.is_none_or(|asked| asked == *formula)
                && within.is_none_or(|within| within == *threshold)
        }
        Metric::FirstResponse { within, calendar: CalendarRole::Promise, .. } => {
            !channel.is_live() && within == threshold
        }
        _ => false,
    }
}
