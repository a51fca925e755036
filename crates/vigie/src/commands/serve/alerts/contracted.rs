//! Objectives of contracts of which misses are watched as they happen, contact by contact.

use std::collections::BTreeSet;

use alert::{Objective, Scope, Title};
use contact::{
    Instant, Network,
    network::{Formula, Queue},
};
use contract::{
    Contract,
    terms::{Attribution, Better, Boundary, CalendarRole, ClockStart, Level, Metric},
};
use evaluation::Filed;
use scorecard::PromiseTerm;

/// What is watched of contracts, and the terms by which its contacts are judged.
#[derive(Debug, Default)]
pub struct Contracted {
    /// The objectives.
    pub objectives: Vec<Objective>,
    /// The terms, by the number in [`Objective::term`]; the first one is what each queue promises itself.
    pub terms: Vec<PromiseTerm>,
}

/// The objectives of the versions in force that want it: service levels by any formula and threshold, first responses
/// within any time on the clock of their queue's promise. What runs on another clock, or is only about some reasons, is
/// watched by its outlook alone.
pub fn contracted(filed: &[Filed], network: &Network, now: Instant) -> Contracted {
    let mut found = Contracted { objectives: Vec::new(), terms: vec![PromiseTerm::default()] };
    for contract in filed.iter().filter_map(|filed| filed.versions.at(now)) {
        let is_wanted = |terms: &&contract::Objective| {
            terms.alerts.burn && terms.scope.reasons.is_empty() && terms.scope.families.is_empty()
        };
        for terms in contract.objectives.iter().filter(is_wanted) {
            found.add(contract, terms, network, now);
        }
    }
    found
}

impl Contracted {
    fn add(&mut self, contract: &Contract, terms: &contract::Objective, network: &Network, now: Instant) {
        let (Level::Share(level), Some(term)) = (terms.levels.expected, judged(terms)) else { return };
        let is_written = term.written == Some(true);
        let promises: Vec<(String, &Queue)> = lines(contract, terms, network)
            .filter_map(|name| in_force(network, &name, now).map(|queue| (name, queue)))
            .filter(|(_, queue)| queue.channel.is_live() != is_written)
            .collect();
        if promises.is_empty() {
            return;
        }
        let is_own = promises.iter().all(|(_, queue)| is_promised(&term, queue));
        let scope = Scope {
            queues: promises.into_iter().map(|(name, _)| name).collect(),
            sites: sites(contract, terms),
            providers: [contract.provider.to_string()].into(),
            channels: terms.scope.channels.clone(),
        };
        let term = if is_own { 0 } else { self.number(term) };
        self.objectives.push(Objective {
            name: terms.name.clone(),
            contract: Some(contract.name.clone()),
            title: Title { en: terms.name.clone(), fr: terms.name.clone() },
            target: level.bar(Better::Higher, terms.rounding),
            scope,
            term,
            design_effect: None,
            volume: 0,
            call_hours: terms.alerts.quiet_hours.clone(),
        });
    }

    /// Objectives that ask the same share one count.
    fn number(&mut self, term: PromiseTerm) -> usize {
        self.terms.iter().position(|known| *known == term).unwrap_or_else(|| {
            self.terms.push(term);
            self.terms.len() - 1
        })
    }
}

/// The terms of an objective; `None` of what is not decided contact by contact on the clock of its queue.
fn judged(terms: &contract::Objective) -> Option<PromiseTerm> {
    let exclusive = terms.indicator.boundary == Boundary::Exclusive;
    match &terms.indicator.metric {
        Metric::ServiceLevel {
            formula,
            threshold,
            short_abandon,
            clock_start,
            callback: None,
            overflow,
            attribution: Attribution::Arrival,
        } => Some(PromiseTerm {
            written: Some(false),
            formula: *formula,
            threshold: *threshold,
            short: *short_abandon,
            exclusive,
            from_start: *clock_start == ClockStart::Arrival,
            overflow: overflow.map(|overflow| overflow.as_str().to_owned()),
        }),
        Metric::FirstResponse { within, bot_stops_clock: false, calendar: CalendarRole::Promise } => {
            let (written, threshold) = (Some(true), Some(*within));
            Some(PromiseTerm { written, threshold, exclusive, ..PromiseTerm::default() })
        }
        _ => None,
    }
}

/// Whether a contact of a queue is in time by these terms exactly when it is by what the queue promises.
fn is_promised(term: &PromiseTerm, queue: &Queue) -> bool {
    let PromiseTerm { written: _, formula, threshold, short, exclusive, from_start, overflow } = term;
    // What is short is asked by two formulas alone.
    let is_short_asked = matches!(formula.unwrap_or(queue.formula), Formula::C | Formula::G);
    formula.is_none_or(|formula| formula == queue.formula)
        && threshold.is_none_or(|threshold| threshold == queue.threshold)
        && (!is_short_asked || short.is_none_or(|short| short == queue.short_abandon))
        && !exclusive
        && !from_start
        && overflow.is_none()
}

fn in_force<'n>(network: &'n Network, queue: &str, now: Instant) -> Option<&'n Queue> {
    let versions = network.queues.get(queue)?.iter();
    versions.rev().find(|queue| queue.from.is_none_or(|from| from <= now))
}

/// The sites that an objective is about; all when empty.
fn sites(contract: &Contract, terms: &contract::Objective) -> BTreeSet<String> {
    let own: BTreeSet<String> = terms.scope.sites.iter().map(ToString::to_string).collect();
    if own.is_empty() { contract.sites.iter().map(ToString::to_string).collect() } else { own }
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
