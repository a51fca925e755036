//! Contacts that were decided lately, by where, in slots of the open time of their queue.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use alert::{
    Counted, FAR_SLOT, FAR_SLOTS, NEAR_SLOT, NEAR_SLOTS,
    conditions::{Bounds, Slots},
};
use contact::{Instant, Network, network::Calendar};
use engine::View;
use scorecard::{DecidedQuestion, DecidedRow, Feeds, decided};
use store::Store;

/// Days of open time move slowly: they are counted so often.
const FAR_EVERY_US: i64 = 10 * 60 * 1_000_000;

/// Where contacts were counted: provider, site, queue, channel.
type Place = (String, String, String, String);

/// Counts what is decided.
pub struct Counter {
    store: Arc<Store>,
    /// The latest days as they were last counted, and when.
    far: Option<(Instant, BTreeMap<Place, Slots>)>,
}

impl Counter {
    /// Counts in this store.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, far: None }
    }

    /// Whether days were counted at this instant.
    pub fn is_far(&self, now: Instant) -> bool {
        self.far.as_ref().is_some_and(|(at, _)| *at == now)
    }

    /// Counts what was decided in the latest hours, and now and then in the latest days.
    pub async fn count(
        &mut self,
        view: &View,
        network: &Network,
        feeds: &Feeds,
        now: Instant,
    ) -> anyhow::Result<Vec<Counted>> {
        let near = self.slots(view, network, feeds, now, (NEAR_SLOT, NEAR_SLOTS)).await?;
        if self.far.as_ref().is_none_or(|(at, _)| now.micros_since(*at).abs() >= FAR_EVERY_US) {
            self.far = Some((now, self.slots(view, network, feeds, now, (FAR_SLOT, FAR_SLOTS)).await?));
        }
        let far = self.far.as_ref().map(|(_, far)| far);
        let places: BTreeSet<&Place> = near.keys().chain(far.into_iter().flat_map(BTreeMap::keys)).collect();
        let of = |slots: Option<&BTreeMap<Place, Slots>>, place: &Place, count| {
            slots.and_then(|slots| slots.get(place)).cloned().unwrap_or_else(|| Slots::empty(count))
        };
        let counted = places.into_iter().map(|place| {
            let (provider, site, queue, channel) = place.clone();
            let (near, far) = (of(Some(&near), place, NEAR_SLOTS), of(far, place, FAR_SLOTS));
            Counted { provider, site, queue, channel, near, far }
        });
        Ok(counted.collect())
    }

    /// Contacts by where they were decided, in slots of the open time of their queue.
    async fn slots(
        &self,
        view: &View,
        network: &Network,
        feeds: &Feeds,
        now: Instant,
        (slot, count): (contact::Duration, usize),
    ) -> anyhow::Result<BTreeMap<Place, Slots>> {
        let bounds = Hours::new(network, now, slot, count);
        let asked = DecidedQuestion { now, from: bounds.oldest(), slot, customers: self.store.customers() };
        let mut places: BTreeMap<Place, Slots> = BTreeMap::new();
        for row in decided(view, network, feeds, &asked).await? {
            let DecidedRow { provider, site, queue, channel, at, contacts, missed } = row;
            let bounds = bounds.of(&queue);
            let slots = places.entry((provider, site, queue, channel)).or_insert_with(|| Slots::empty(count));
            slots.count(bounds, at, contacts, missed);
        }
        Ok(places)
    }
}

/// The slots of each queue: those of its calendar, of which there are few.
struct Hours {
    by_calendar: BTreeMap<Option<String>, Bounds>,
    calendar_of: BTreeMap<String, Option<String>>,
    always: Bounds,
}

impl Hours {
    fn new(network: &Network, now: Instant, slot: contact::Duration, count: usize) -> Self {
        let always = Bounds::before(now, None, slot, count);
        let in_force = network.queues.iter().filter_map(|(name, versions)| {
            let queue = versions.iter().rev().find(|queue| queue.from.is_none_or(|from| from <= now))?;
            Some((name.to_string(), queue.calendar.clone()))
        });
        let calendar_of: BTreeMap<String, Option<String>> = in_force.collect();
        let hours = |name: &Option<String>| -> Option<&Calendar> { network.calendars.get(name.as_deref()?) };
        let by_calendar = calendar_of.values().cloned().collect::<BTreeSet<_>>().into_iter().map(|name| {
            let bounds = Bounds::before(now, hours(&name), slot, count);
            (name, bounds)
        });
        let by_calendar = by_calendar.collect();
        Self { by_calendar, calendar_of, always }
    }

    fn of(&self, queue: &str) -> &Bounds {
        self.calendar_of.get(queue).and_then(|calendar| self.by_calendar.get(calendar)).unwrap_or(&self.always)
    }

    fn oldest(&self) -> Instant {
        self.by_calendar.values().map(Bounds::oldest).fold(self.always.oldest(), Instant::min)
    }
}
