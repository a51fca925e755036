//! Events, put together by contact as a patient reader would.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Channel, Instant, Network};

use crate::support::Line;

/// Site, queue, and which stay.
pub(super) type Place = (String, String, u32);

/// One event of a leg or of its contact.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) time: Instant,
    pub(super) word: String,
    pub(super) line: Line,
}

#[derive(Debug, Default)]
pub(super) struct Contact {
    /// In order of time.
    pub(super) events: Vec<Event>,
}

pub(super) struct Events {
    pub(super) network: Network,
    pub(super) contacts: BTreeMap<String, Contact>,
}

impl Event {
    pub(super) fn is_human(&self) -> bool {
        self.line.data.by.as_deref().is_none_or(|by| by != "bot" && by != "auto")
    }

    pub(super) fn place(&self) -> Option<Place> {
        let data = &self.line.data;
        Some((data.site.clone()?, data.queue.clone()?, data.leg))
    }

    /// Whether it ends the wait of its leg.
    pub(super) fn is_outcome(&self) -> bool {
        matches!(self.word.as_str(), "abandoned" | "flowed_out") || (self.word == "answered" && self.is_human())
    }
}

impl Events {
    pub(super) fn read(network: Network, lines: &[u8]) -> Self {
        let mut ids = BTreeSet::new();
        let mut contacts: BTreeMap<String, Contact> = BTreeMap::new();
        for line in lines.split_inclusive(|byte| *byte == b'\n').map(Line::parse) {
            if ids.insert((line.source.clone(), line.id.clone())) {
                let key = line.data.contact.clone().unwrap_or_else(|| line.subject.clone());
                let event = Event { time: line.time, word: line.word().to_owned(), line };
                contacts.entry(key).or_default().events.push(event);
            }
        }
        for contact in contacts.values_mut() {
            contact.events.sort_by_key(|event| event.time);
        }
        Self { network, contacts }
    }

    /// Contacts as known at an instant: those that had been offered.
    pub(super) fn known(&self, now: Instant) -> Vec<Known<'_>> {
        let known = |contact: &'_ Contact| contact.events.partition_point(|event| event.time <= now);
        let all = self.contacts.values().map(|contact| Known { events: &contact.events[..known(contact)], now });
        all.filter(|contact| contact.events.iter().any(|event| event.word == "offered")).collect()
    }

    pub(super) fn channel(&self, queue: &str) -> Channel {
        self.network.queues[queue][0].channel
    }

    /// Open time of the queue's promise between two instants; elapsed time without a calendar.
    pub(super) fn open_time(&self, queue: &str, from: Instant, to: Instant) -> i64 {
        match &self.network.queues[queue][0].calendar {
            Some(calendar) => self.network.calendars[calendar].open_time_between(from, to),
            None => to.micros_since(from).max(0),
        }
    }

    pub(super) fn is_open(&self, queue: &str, at: Instant) -> bool {
        let calendar = self.network.queues[queue][0].calendar.as_ref();
        calendar.is_none_or(|calendar| self.network.calendars[calendar].is_open(at))
    }

    pub(super) fn family(&self, reason: &str) -> String {
        self.network.families.get(reason).cloned().flatten().unwrap_or_else(|| reason.to_owned())
    }
}

/// A contact as known at an instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'e> {
    pub(super) events: &'e [Event],
    pub(super) now: Instant,
}

/// A leg as known at an instant.
#[derive(Debug, Clone)]
pub(super) struct Leg<'e> {
    pub(super) place: Place,
    pub(super) offered: &'e Event,
    pub(super) outcome: Option<&'e Event>,
}

impl<'e> Known<'e> {
    pub(super) fn is_cancelled(&self) -> bool {
        self.first("cancelled").is_some()
    }

    pub(super) fn first(&self, word: &str) -> Option<&'e Event> {
        self.events.iter().find(|event| event.word == word)
    }

    /// Events of one leg, in order.
    pub(super) fn of_leg<'s>(&'s self, place: &'s Place) -> impl Iterator<Item = &'e Event> + 's {
        self.events.iter().filter(|event| event.place().as_ref() == Some(place))
    }

    /// Legs in the order in which they were offered.
    pub(super) fn legs(&self) -> Vec<Leg<'e>> {
        let offers = self.events.iter().filter(|event| event.word == "offered");
        offers
            .map(|offered| {
                let place = offered.place().expect("an offer has a place");
                let outcome = self.of_leg(&place).find(|event| event.is_outcome());
                Leg { place, offered, outcome }
            })
            .collect()
    }

    /// The leg that answered first, else the first one.
    pub(super) fn owner(&self) -> Leg<'e> {
        let legs = self.legs();
        let answered = legs.iter().filter(|leg| leg.is_answered());
        let first = answered.min_by_key(|leg| leg.outcome.map(|event| event.time));
        first.unwrap_or(&legs[0]).clone()
    }

    /// What the first offer knew.
    pub(super) fn receipt(&self) -> &'e Event {
        self.first("offered").expect("known contacts were offered")
    }
}

impl Leg<'_> {
    pub(super) fn is_answered(&self) -> bool {
        self.outcome.is_some_and(|event| event.word == "answered")
    }

    pub(super) fn is_out_of_hours(&self, events: &Events) -> bool {
        events.channel(&self.place.1).is_live() && !events.is_open(&self.place.1, self.offered.time)
    }
}
