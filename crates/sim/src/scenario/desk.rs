//! What a queue's desk does, names become indices; and what follows from it for volumes and work.

use super::{Place, Queue, Site, check::unknown};
use crate::{
    Share, SimError,
    number::index,
    plan::{Callback, DeskPlan, Held, Machine, QueuePlan, Review, Talk},
    value::Weights,
};

/// The desk of a queue.
#[derive(Debug, Clone, Default)]
pub(crate) struct Desk {
    pub(crate) unknown: Share,
    pub(crate) spam: Share,
    pub(crate) closes: bool,
    pub(crate) held: Option<Held>,
    pub(crate) machine: Option<Machine>,
    pub(crate) talk: Option<Talk>,
    pub(crate) review: Option<Review>,
    pub(crate) overflow: Option<Overflow>,
    pub(crate) callback: Option<Callback>,
    pub(crate) repeats: Option<Repeats>,
    /// Mean work beside the first answer, in microseconds.
    pub(crate) further_work: f64,
}

/// Where contacts go that nobody takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overflow {
    /// After so many microseconds.
    pub(crate) after: i64,
    /// The place.
    pub(crate) to: usize,
}

/// Where customers get in touch again.
#[derive(Debug, Clone)]
pub(crate) struct Repeats {
    weights: Weights,
    /// By choice: the queue, and the reason there of each reason here.
    queues: Vec<(u32, Vec<Option<u32>>)>,
}

impl Repeats {
    /// The queue and the reason that a customer chooses at `unit`; `None` is the same as before.
    pub(crate) fn choose(&self, unit: f64, reason: u32) -> Option<(u32, u32)> {
        let (queue, reasons) = &self.queues[self.weights.choose(unit)];
        reasons[reason as usize].map(|reason| (*queue, reason))
    }
}

/// The desk without what names other queues.
pub(super) fn desk(plan: &DeskPlan) -> Desk {
    Desk {
        unknown: plan.unknown,
        spam: plan.spam,
        closes: plan.closes,
        held: plan.held,
        machine: plan.machine,
        talk: plan.talk,
        review: plan.review,
        overflow: None,
        callback: plan.callback,
        repeats: None,
        further_work: plan.talk.map_or(0.0, |talk| further_work(&talk)),
    }
}

/// Every reply may ask again: a geometric series of further replies.
fn further_work(talk: &Talk) -> f64 {
    let again = talk.asks.get() * talk.writes.get();
    talk.reply.mean() * again / (1.0 - again).max(0.1)
}

/// Adds what names other queues and sites.
pub(super) fn link(
    plans: &[QueuePlan],
    queues: &mut [Queue],
    places: &[Place],
    sites: &[Site],
) -> Result<(), SimError> {
    for (at, plan) in plans.iter().enumerate() {
        if let Some(overflow) = &plan.desk.overflow {
            let there = |place: &&usize| sites[places[**place].site].name.as_str() == overflow.to;
            let to = queues[at].places.iter().find(there).copied();
            let to = to.ok_or_else(|| unknown("the site to overflow to,", &overflow.to))?;
            queues[at].desk.overflow = Some(Overflow { after: overflow.after.as_micros(), to });
        }
        if !plan.desk.repeated_in.is_empty() {
            queues[at].desk.repeats = Some(repeats(plan, queues, at)?);
        }
    }
    share_out_repeats(plans, queues);
    Ok(())
}

fn repeats(plan: &QueuePlan, queues: &[Queue], from: usize) -> Result<Repeats, SimError> {
    let weights: Vec<f64> = plan.desk.repeated_in.iter().map(|(_, weight)| *weight).collect();
    let mut choices = Vec::new();
    for (name, _) in &plan.desk.repeated_in {
        let to = queues.iter().position(|queue| queue.name.as_str() == name);
        let to = to.ok_or_else(|| unknown("the queue to get in touch again,", name))?;
        choices.push((index(to), queues[from].reasons.iter().map(|reason| same(reason, &queues[to])).collect()));
    }
    Ok(Repeats { weights: Weights::new(&weights, "queues", &plan.name)?, queues: choices })
}

/// The reason of another queue that a customer gives for the same matter.
fn same(reason: &super::Reason, queue: &Queue) -> Option<u32> {
    let reasons = || queue.reasons.iter();
    let named = reasons().position(|there| there.name == reason.name);
    named.or_else(|| reasons().position(|there| there.family == reason.family)).map(index)
}

/// The share of each queue's contacts that follow from others, once they follow from those of other queues too. Queues
/// that nobody leaves or enters keep what they were given.
fn share_out_repeats(plans: &[QueuePlan], queues: &mut [Queue]) {
    let mut moved = vec![0.0; queues.len()];
    for (from, queue) in queues.iter().enumerate() {
        let Some(repeats) = &queue.desk.repeats else { continue };
        let repeated = queue.per_open_day * super::check::repeated(&plans[from]);
        for (nth, (to, _)) in repeats.queues.iter().enumerate() {
            let part = repeated * repeats.weights.share(nth);
            moved[from] -= part;
            moved[*to as usize] += part;
        }
    }
    for (queue, moved) in queues.iter_mut().zip(moved) {
        if moved != 0.0 && queue.per_open_day > 0.0 {
            queue.following = (queue.following + moved / queue.per_open_day).clamp(0.0, 0.9);
        }
    }
}
