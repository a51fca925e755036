//! Contacts that were decided lately, by where, in slots of the open time of their queue.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use alert::{
    Counted, FAR_SLOT, FAR_SLOTS, NEAR_SLOT, NEAR_SLOTS,
    conditions::{Begun, Bounds, Slots},
};
use contact::{Instant, Network, network::Calendar};
use engine::View;
use scorecard::{DecidedQuestion, DecidedRow, Feeds, PromiseTerm, decided};
use store::Store;

/// Days of open time move slowly: they are counted so often.
const FAR_EVERY_US: i64 = 10 * 60 * 1_000_000;

/// Where contacts were counted, and by which terms: provider, site, queue, channel, number of the term.
type Place = (String, String, String, String, usize);

/// What is looked at.
pub struct Present<'a> {
    /// The view.
    pub view: &'a View,
    /// The network.
    pub network: &'a Network,
    /// When each provider was heard.
    pub feeds: &'a Feeds,
    /// The terms by which contacts are judged.
    pub terms: &'a [PromiseTerm],
    /// The present.
    pub now: Instant,
}

/// What was counted in a place: slots, and the hour and the day that are not over.
struct Near {
    slots: Slots,
    hour: Begun,
    day: Begun,
}

/// The latest days by place, as they were counted at an instant by these terms.
struct Far {
    at: Instant,
    terms: Vec<PromiseTerm>,
    places: BTreeMap<Place, Slots>,
}

/// Counts what is decided.
pub struct Counter {
    store: Arc<Store>,
    /// The latest days as they were last counted.
    far: Option<Far>,
}

impl Counter {
    /// Counts in this store.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, far: None }
    }

    /// Whether days were counted at this instant.
    pub fn is_far(&self, now: Instant) -> bool {
        self.far.as_ref().is_some_and(|far| far.at == now)
    }

    /// Counts what was decided in the latest hours, and now and then in the latest days.
    pub async fn count(&mut self, present: &Present<'_>) -> anyhow::Result<Vec<Counted>> {
        let near = self.near(present).await?;
        let is_fresh = |far: &Far| present.now.micros_since(far.at).abs() < FAR_EVERY_US && far.terms == present.terms;
        if !self.far.as_ref().is_some_and(is_fresh) {
            let places = self.far(present).await?;
            self.far = Some(Far { at: present.now, terms: present.terms.to_vec(), places });
        }
        let far = self.far.as_ref().map(|far| &far.places);
        let hours = Hours::new(present, NEAR_SLOT, 0);
        let places: BTreeSet<&Place> = near.keys().chain(far.into_iter().flat_map(BTreeMap::keys)).collect();
        let counted = places.into_iter().map(|place| {
            let (provider, site, queue, channel, term) = place.clone();
            let far = far.and_then(|far| far.get(place)).cloned().unwrap_or_else(|| Slots::empty(FAR_SLOTS));
            let (slots, hour, day) = match near.get(place) {
                Some(Near { slots, hour, day }) => (slots.clone(), *hour, *day),
                None => (Slots::empty(NEAR_SLOTS), hours.hour(&queue), hours.day(&queue)),
            };
            Counted { provider, site, queue, channel, term, near: slots, far, hour, day }
        });
        Ok(counted.collect())
    }

    /// Contacts by where they were decided: in the latest open hours, by the minute, and in the hour and the day.
    async fn near(&self, present: &Present<'_>) -> anyhow::Result<BTreeMap<Place, Near>> {
        let hours = Hours::new(present, NEAR_SLOT, NEAR_SLOTS);
        let from = hours.oldest().min(hours.day.from());
        let mut places: BTreeMap<Place, Near> = BTreeMap::new();
        for row in self.decided(present, from, NEAR_SLOT).await? {
            let DecidedRow { provider, site, queue, channel, term, at, contacts, missed } = row;
            let bounds = hours.of(&queue);
            let place = (provider, site, queue.clone(), channel, term);
            let near = places.entry(place).or_insert_with(|| Near {
                slots: Slots::empty(NEAR_SLOTS),
                hour: hours.hour(&queue),
                day: hours.day(&queue),
            });
            near.slots.count(bounds, at, contacts, missed);
            near.hour.count(at, contacts, missed);
            near.day.count(at, contacts, missed);
        }
        Ok(places)
    }

    /// The same of the latest days of open time, by the quarter of an hour.
    async fn far(&self, present: &Present<'_>) -> anyhow::Result<BTreeMap<Place, Slots>> {
        let hours = Hours::new(present, FAR_SLOT, FAR_SLOTS);
        let mut places: BTreeMap<Place, Slots> = BTreeMap::new();
        for row in self.decided(present, hours.oldest(), FAR_SLOT).await? {
            let DecidedRow { provider, site, queue, channel, term, at, contacts, missed } = row;
            let bounds = hours.of(&queue);
            let slots = places.entry((provider, site, queue, channel, term)).or_insert_with(|| Slots::empty(FAR_SLOTS));
            slots.count(bounds, at, contacts, missed);
        }
        Ok(places)
    }

    async fn decided(
        &self,
        present: &Present<'_>,
        from: Instant,
        slot: contact::Duration,
    ) -> anyhow::Result<Vec<DecidedRow>> {
        let Present { view, network, feeds, terms, now } = *present;
        let (customers, terms) = (self.store.customers(), terms.to_vec());
        let asked = DecidedQuestion { now, from, slot, customers, terms, at_once: DecidedQuestion::AT_ONCE };
        Ok(decided(view, network, feeds, &asked).await?)
    }
}

/// The clocks of each queue: those of its calendar, of which there are few.
struct Hours<'a> {
    network: &'a Network,
    now: Instant,
    by_calendar: BTreeMap<Option<&'a str>, Bounds>,
    calendar_of: BTreeMap<&'a str, Option<&'a str>>,
    always: Bounds,
    hour: Begun,
    day: Begun,
}

impl<'a> Hours<'a> {
    fn new(present: &Present<'a>, slot: contact::Duration, count: usize) -> Self {
        let Present { network, now, .. } = *present;
        let in_force = network.queues.iter().filter_map(|(name, versions)| {
            let queue = versions.iter().rev().find(|queue| queue.from.is_none_or(|from| from <= now))?;
            Some((name.as_str(), queue.calendar.as_deref()))
        });
        let calendar_of: BTreeMap<&str, Option<&str>> = in_force.collect();
        let by_calendar = calendar_of.values().copied().collect::<BTreeSet<_>>().into_iter().map(|name| {
            let hours = name.and_then(|name| network.calendars.get(name));
            (name, Bounds::before(now, hours, slot, count))
        });
        let by_calendar = by_calendar.collect();
        let always = Bounds::before(now, None, slot, count);
        let (hour, day) = (Begun::hour(now, &network.zone), Begun::day(now, &network.zone));
        Self { network, now, by_calendar, calendar_of, always, hour, day }
    }

    fn of(&self, queue: &str) -> &Bounds {
        self.calendar_of.get(queue).and_then(|calendar| self.by_calendar.get(calendar)).unwrap_or(&self.always)
    }

    fn oldest(&self) -> Instant {
        self.by_calendar.values().map(Bounds::oldest).fold(self.always.oldest(), Instant::min)
    }

    fn calendar(&self, queue: &str) -> Option<&'a Calendar> {
        self.network.calendars.get(self.calendar_of.get(queue).copied().flatten()?)
    }

    /// The hour that is not over, as a queue is open in it.
    fn hour(&self, queue: &str) -> Begun {
        self.hour.within(self.calendar(queue), self.now)
    }

    /// The day that is not over, as a queue is open in it.
    fn day(&self, queue: &str) -> Begun {
        self.day.within(self.calendar(queue), self.now)
    }
}
