//! Contacts from their receipt on, each at its owner.

use contact::{Channel, Direction, Event, Instant, Network, network::Queue};

use super::{
    Leg, Received,
    fold::chosen,
    promise::{in_force, matches},
};

/// A contact that no rule leaves out, at its owner, with all that is known to have happened to it.
#[derive(Debug)]
pub struct Receipt<'a> {
    /// The owner's leg.
    pub leg: &'a Leg,
    /// When the contact was first offered.
    pub at: Instant,
    /// As stated, else the queue's.
    pub channel: Channel,
    /// Live, and offered to its owner while closed.
    pub out_of_hours: bool,
    /// As the first leg with a customer names it.
    pub customer: Option<&'a str>,
    /// The reason's family, else the reason.
    pub family: Option<&'a str>,
    pub(super) queue: Queue,
    pub(super) events: Vec<&'a Event>,
}

/// The receipts of these legs, which were folded from these events at the same instants.
#[must_use]
pub fn receipts<'a>(
    legs: &'a [Leg],
    events: &'a [Received],
    network: &'a Network,
    (as_of, now): (Instant, Instant),
) -> Vec<Receipt<'a>> {
    let known: Vec<&Event> = chosen(events, as_of).into_iter().map(|received| &received.event).collect();
    let owners = legs.iter().filter(|leg| leg.owner);
    let receipt = |leg: &'a Leg| {
        let queue = in_force(network, &leg.queue, leg.offered_at);
        let channel = leg.channel.unwrap_or(queue.channel);
        let is_open = queue.calendar.as_ref().is_none_or(|name| network.calendars[name].is_open(leg.offered_at));
        let excluded = network.exclusions.iter().any(|rule| matches(rule, leg, channel));
        let happened = known.iter().filter(|event| event.contact.as_str() == leg.contact_id && event.time <= now);
        (!excluded).then(|| Receipt {
            leg,
            at: leg.first_offered_at.expect("an owner's contact was offered"),
            channel,
            out_of_hours: channel.is_live() && !is_open,
            customer: customer(legs, &leg.contact_id),
            family: leg.reason.as_deref().map(|reason| family(network, reason)),
            events: happened.copied().collect(),
            queue,
        })
    };
    owners.filter_map(receipt).collect()
}

fn customer<'a>(legs: &'a [Leg], contact: &str) -> Option<&'a str> {
    let of_contact = legs.iter().filter(|leg| leg.contact_id == contact && leg.direction == Direction::Inbound);
    let first = of_contact.filter(|leg| leg.customer.is_some()).min_by_key(|leg| (leg.offered_at, leg.key()));
    first.and_then(|leg| leg.customer.as_deref())
}

fn family<'a>(network: &'a Network, reason: &'a str) -> &'a str {
    network.families.get(reason).and_then(Option::as_deref).unwrap_or(reason)
}

impl Receipt<'_> {
    /// Open time of the owner's queue in `[from, to)`; elapsed time without a calendar.
    pub(super) fn open_time(&self, network: &Network, from: Instant, to: Instant) -> i64 {
        match &self.queue.calendar {
            Some(name) if to > from => network.calendars[name].open_time_between(from, to),
            Some(_) => 0,
            None => to.micros_since(from),
        }
    }

    /// Whether a human had answered before this instant.
    pub(super) fn is_answered_before(&self, at: Instant) -> bool {
        self.leg.outcome == Some(contact::Outcome::Answered)
            && self.leg.outcome_at.is_some_and(|answered| answered < at)
    }
}
