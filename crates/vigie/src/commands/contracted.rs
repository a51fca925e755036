//! Objectives of contracts of which misses are watched as they happen, contact by contact; and why others are not.

use std::collections::BTreeSet;

use alert::{Objective, Scope, Title};
use contact::{
    Instant, Network,
    network::{Formula, Queue},
};
use contract::{
    AskedScope, Contract,
    terms::{Attribution, Better, Boundary, CalendarRole, Callback, ClockStart, Level, Metric},
};
use evaluation::Filed;
use scorecard::PromiseTerm;

/// What is watched of contracts, and the terms by which its contacts are judged.
#[derive(Debug)]
pub struct Contracted {
    /// The objectives.
    pub objectives: Vec<Objective>,
    /// The terms, by the number in [`Objective::term`]; the first one is what each queue promises itself.
    pub terms: Vec<PromiseTerm>,
}

/// The objectives of the versions in force that want it and can be: service levels by any formula and threshold, first
/// responses within any time on the clock of their queue's promise, of all contacts or of some reasons. What runs on another
/// clock is watched by its outlook alone.
pub fn contracted(filed: &[Filed], network: &Network, now: Instant) -> Contracted {
    let mut found = Contracted { objectives: Vec::new(), terms: vec![PromiseTerm::of_queue()] };
    for contract in filed.iter().filter_map(|filed| filed.versions.at(now)) {
        for terms in &contract.objectives {
            if let Ok((objective, term)) = burning(contract, terms, network, now) {
                found.add(objective, term);
            }
        }
    }
    found
}

impl Contracted {
    /// Objectives that ask the same share one count.
    fn add(&mut self, objective: Objective, term: PromiseTerm) {
        let number = self.terms.iter().position(|known| *known == term).unwrap_or_else(|| {
            self.terms.push(term);
            self.terms.len() - 1
        });
        self.objectives.push(Objective { term: number, ..objective });
    }
}

/// Which rules watch an objective of a contract, and why the others do not, in one sentence.
pub fn watched_by(contract: &Contract, terms: &contract::Objective, network: &Network, now: Instant) -> String {
    let (mut by, mut not) = (Vec::new(), Vec::new());
    match burning(contract, terms, network, now) {
        Ok(_) => by.push("burn (misses as they come)".to_owned()),
        Err(why) => not.push(format!("burn: {why}")),
    }
    let rules = &terms.alerts;
    let chances: Vec<String> = rules.p_miss.iter().map(|share| format!("{}%", share.as_f64() * 100.0)).collect();
    match (chances.is_empty(), rules.lost) {
        (true, false) => not.push("outlook: the contract names no chance of a miss (pMiss) and not lost".to_owned()),
        (true, true) => by.push("outlook (lost)".to_owned()),
        (false, lost) => {
            let lost = if lost { ", lost" } else { "" };
            by.push(format!("outlook (a chance of a miss of {}{lost})", chances.join(", ")));
        }
    }
    if terms.windows.iter().all(|window| window.is_rolling()) {
        not.push("result: its windows move on every day".to_owned());
    } else {
        by.push("result".to_owned());
    }
    let not = if not.is_empty() { String::new() } else { format!("; not by {}", not.join("; not by ")) };
    let by = if by.is_empty() { "nothing".to_owned() } else { by.join(", ") };
    format!("{} is watched by {by}{not}", terms.name)
}

/// What is watched of an objective contact by contact, and by which terms.
///
/// # Errors
/// Why it is not.
fn burning(
    contract: &Contract,
    terms: &contract::Objective,
    network: &Network,
    now: Instant,
) -> Result<(Objective, PromiseTerm), &'static str> {
    if !terms.alerts.burn {
        return Err("the contract does not want it");
    }
    let term = judged(terms)?;
    let Level::Share(level) = terms.levels.expected else { return Err("what it promises is no share of contacts") };
    let asked = AskedScope::of(contract, terms, network);
    if asked.reasons.as_ref().is_some_and(BTreeSet::is_empty) {
        return Err("the network file has no reason of its families");
    }
    let queues = queues(&asked, term.written == Some(true), network, now);
    if queues.is_empty() {
        return Err("no queue in force has such contacts");
    }
    on_their_clock(contract, &term, &queues)?;
    let term = PromiseTerm { reasons: asked.reasons.clone(), ..term };
    let is_own = queues.iter().all(|(_, queue)| is_promised(&term, queue));
    let objective = Objective {
        name: terms.name.clone(),
        contract: Some(contract.name.clone()),
        title: Title { en: terms.name.clone(), fr: terms.name.clone() },
        target: level.bar(Better::Higher, terms.rounding),
        scope: Scope {
            queues: queues.into_iter().map(|(name, _)| name).collect(),
            sites: asked.sites.iter().flatten().map(ToString::to_string).collect(),
            providers: [contract.provider.to_string()].into(),
            channels: asked.channels.clone().unwrap_or_default(),
        },
        term: 0,
        design_effect: None,
        volume: 0,
        call_hours: terms.alerts.quiet_hours.clone(),
    };
    Ok((objective, if is_own { PromiseTerm::of_queue() } else { term }))
}

/// The terms of an objective, but for its reasons.
fn judged(terms: &contract::Objective) -> Result<PromiseTerm, &'static str> {
    let exclusive = terms.indicator.boundary == Boundary::Exclusive;
    match &terms.indicator.metric {
        Metric::ServiceLevel { attribution, .. } if *attribution != Attribution::Arrival => {
            Err("its contacts do not belong to when they arrive")
        }
        Metric::ServiceLevel { formula, threshold, short_abandon, clock_start, callback, overflow, .. } => {
            Ok(PromiseTerm {
                written: Some(false),
                formula: *formula,
                threshold: *threshold,
                short: *short_abandon,
                exclusive,
                from_start: *clock_start == ClockStart::Arrival,
                overflow: overflow.map(|overflow| overflow.as_str().to_owned()),
                callback: callback.map(|callback| callback.as_str().to_owned()),
                as_agreed: false,
                reasons: None,
            })
        }
        Metric::FirstResponse { bot_stops_clock: true, .. } => Err("automatic answers are not told apart"),
        Metric::FirstResponse { within, calendar: CalendarRole::Promise, .. } => {
            let (written, threshold) = (Some(true), Some(*within));
            Ok(PromiseTerm { written, threshold, exclusive, ..PromiseTerm::default() })
        }
        Metric::FirstResponse { .. } => Err(OTHER_CLOCK),
        Metric::Figure { .. } | Metric::DurableResolution { .. } | Metric::WaitPercentile { .. } => {
            Err("its contacts are not decided one by one against a promised time of answer")
        }
        Metric::BacklogAge { .. } | Metric::HomogeneityGap => Err("it does not count contacts"),
    }
}

const OTHER_CLOCK: &str = "it runs on another clock than the promises of its queues";

/// Whether contacts of these queues are decided on the clocks that the objective means.
fn on_their_clock(contract: &Contract, term: &PromiseTerm, queues: &[(String, &Queue)]) -> Result<(), &'static str> {
    let promised = contract.calendars.promise.as_ref().filter(|_| term.written == Some(true));
    if promised.is_some_and(|name| queues.iter().any(|(_, queue)| queue.calendar.as_ref() != Some(name))) {
        return Err(OTHER_CLOCK);
    }
    let is_answer = term.callback.as_deref() == Some(Callback::AnsweredIfWithin.as_str());
    let is_agreed = queues.iter().all(|(_, queue)| queue.flows.callback_within.is_some());
    if is_answer && term.threshold.is_some() && !is_agreed {
        return Err("its queues have not agreed within what a call back is in time");
    }
    Ok(())
}

/// The queues in force that an objective is about, of its channels.
fn queues<'n>(asked: &AskedScope, is_written: bool, network: &'n Network, now: Instant) -> Vec<(String, &'n Queue)> {
    let named =
        network.queues.iter().filter(|(name, _)| asked.lines.as_ref().is_none_or(|lines| lines.contains(*name)));
    let in_force = named.filter_map(|(name, versions)| {
        let queue = versions.iter().rev().find(|queue| queue.from.is_none_or(|from| from <= now))?;
        Some((name.to_string(), queue))
    });
    let is_meant = |queue: &Queue| asked.channels.as_ref().is_none_or(|channels| channels.contains(&queue.channel));
    in_force.filter(|(_, queue)| queue.channel.is_live() != is_written && is_meant(queue)).collect()
}

/// Whether a contact of a queue is in time by these terms exactly when it is by what the queue promises.
fn is_promised(term: &PromiseTerm, queue: &Queue) -> bool {
    let PromiseTerm {
        written: _,
        formula,
        threshold,
        short,
        exclusive,
        from_start,
        overflow,
        callback,
        as_agreed: _,
        reasons,
    } = term;
    // What is short is asked by two formulas alone.
    let is_short_asked = matches!(formula.unwrap_or(queue.formula), Formula::C | Formula::G);
    // What the queue has agreed about those who leave it is no term of a contract that does not say so itself.
    let is_agreed = queue.channel.is_live() && (queue.flows.overflow.is_some() || queue.flows.callback.is_some());
    formula.is_none_or(|formula| formula == queue.formula)
        && threshold.is_none_or(|threshold| threshold == queue.threshold)
        && (!is_short_asked || short.is_none_or(|short| short == queue.short_abandon))
        && !exclusive
        && !from_start
        && !is_agreed
        && overflow.is_none()
        && callback.is_none()
        && reasons.is_none()
}
