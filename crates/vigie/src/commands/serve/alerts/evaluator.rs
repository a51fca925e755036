//! One look at the present: what was counted becomes observations, and observations go to the desk.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use alert::{
    AlertFilter, Counted, FAR_SLOT, FAR_SLOTS, NEAR_SLOT, NEAR_SLOTS, Observation, Plan, Subject, Verdict,
    conditions::{Bounds, Deliveries, Slots, feed},
    watch,
};
use contact::{Instant, Network, network::Calendar};
use engine::View;
use scorecard::{DecidedQuestion, DecidedRow, Feeds, decided, is_late};
use store::{AlertDesk, Store};
use tokio::time::timeout;

use super::figures::{Figures, Provider};

/// Days of open time move slowly: they are counted so often.
const FAR_EVERY_US: i64 = 10 * 60 * 1_000_000;
/// Alerts that are over are deleted, when their time has come, so often.
const PRUNE_EVERY_US: i64 = 3_600 * 1_000_000;
const DAY_US: i64 = 86_400_000_000;
/// Open alerts that are asked for at once.
const MOST_OPEN: u32 = 10_000;

/// Where contacts were counted.
type Place = (String, String, String, String);

/// Looks at the present.
pub struct Evaluator {
    plan: Plan,
    store: Arc<Store>,
    desk: Arc<AlertDesk>,
    figures: Figures,
    started: Instant,
    /// The latest days as they were last counted, and when.
    far: Option<(Instant, BTreeMap<Place, Slots>)>,
    pruned: Option<Instant>,
}

impl Evaluator {
    /// Looks at the store by the plan, for the desk. What is no longer watched ends now.
    pub fn new(plan: Plan, store: Arc<Store>, desk: Arc<AlertDesk>, figures: Figures) -> anyhow::Result<Self> {
        let started = store.clock();
        let evaluator = Self { plan, store, desk, figures, started, far: None, pruned: None };
        evaluator.unwatch(started)?;
        Ok(evaluator)
    }

    /// Looks once; what goes wrong is told and counted, and the next look tries again.
    pub async fn look_within(&mut self, deadline: Duration) {
        let begun = std::time::Instant::now();
        let looked = timeout(deadline, self.look()).await;
        match looked {
            Ok(Ok(())) => self.figures.looked(self.store.clock(), begun.elapsed()),
            Ok(Err(error)) => {
                self.figures.failed();
                tracing::error!(%error, "looking at the present failed and will be tried again");
            }
            Err(_) => {
                self.figures.failed();
                tracing::error!(seconds = deadline.as_secs(), "a look at the present took too long and was given up");
            }
        }
    }

    async fn look(&mut self) -> anyhow::Result<()> {
        let now = self.store.clock();
        let view = self.store.view()?;
        let feeds = self.store.feeds(&view).await?;
        let network = self.store.network();
        let mut seen = self.deliveries(&network, &feeds, now)?;
        let counted = self.count(&view, &network, &feeds, now).await?;
        let is_late = |provider: &str| is_late(&network, &feeds, provider, now);
        let watched = watch(&self.plan.objectives, &counted, is_late, now)?;
        self.end_what_fell_silent(&watched.observations, now)?;
        seen.extend(watched.observations);
        seen.extend(self.desk.delivery(now)?);
        self.desk.observe(seen, now)?;
        let providers = providers(&network, &feeds, now);
        self.figures.show(watched.readings, providers, self.firing()?, self.desk.owed()?);
        self.prune(now)
    }

    /// What was found of every provider that agreed on a cadence.
    fn deliveries(&self, network: &Network, feeds: &Feeds, now: Instant) -> anyhow::Result<Vec<Observation>> {
        let agreed = network.providers.iter().filter_map(|(name, provider)| Some((name, provider.cadence?)));
        let observe = |(name, cadence): (&contact::ProviderId, contact::Duration)| {
            let heard = feeds.get(name);
            let deliveries = Deliveries {
                // Old events that still come in are late, too.
                last: heard.map(|feed| feed.last_event.min(feed.last_received)),
                expected_since: self.started,
                cadence,
                hours: self.plan.feeds.hours.get(name.as_str()).and_then(|calendar| network.calendars.get(calendar)),
            };
            let found = feed(&deliveries, name.as_str(), now);
            // Nothing could be delivered while nobody was there: that is neither silence nor its end.
            let is_late = is_late(network, feeds, name.as_str(), now);
            let found = if is_late && found.verdict == Verdict::CLEAR { found.undecided() } else { found };
            let subject = Subject::new([("provider", name.as_str())])?;
            let call_hours = self.plan.feeds.call_hours.clone();
            Ok(Observation { call_hours, ..found.of("feed", subject, now) })
        };
        agreed.map(observe).collect()
    }

    /// Counts what was decided in the latest hours, and now and then in the latest days.
    async fn count(
        &mut self,
        view: &View,
        network: &Network,
        feeds: &Feeds,
        now: Instant,
    ) -> anyhow::Result<Vec<Counted>> {
        if self.plan.objectives.is_empty() {
            return Ok(Vec::new());
        }
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

    /// Ends alerts of queues of which nothing was decided in days of open time: what has no contacts is not watched.
    fn end_what_fell_silent(&self, observed: &[Observation], now: Instant) -> anyhow::Result<()> {
        if self.far.as_ref().is_none_or(|(at, _)| *at != now) {
            return Ok(());
        }
        let seen: BTreeSet<&Subject> = observed.iter().map(|one| &one.subject).collect();
        let open = self.open("burn")?.into_iter();
        let gone: Vec<_> =
            open.filter(|subject| !seen.contains(subject)).map(|gone| ("burn".to_owned(), gone)).collect();
        if !gone.is_empty() {
            self.desk.unwatch(gone, now)?;
        }
        Ok(())
    }

    /// Ends alerts of objectives, feeds and receivers that the files no longer name.
    fn unwatch(&self, now: Instant) -> anyhow::Result<()> {
        let network = self.store.network();
        let is_named = |subject: &Subject, label: &str, names: &BTreeSet<&str>| {
            subject.get(label).is_some_and(|name| names.contains(name))
        };
        let objectives = self.plan.objectives.iter().map(|objective| objective.name.as_str()).collect();
        let agreed = network.providers.iter().filter(|(_, provider)| provider.cadence.is_some());
        let providers = agreed.map(|(name, _)| name.as_str()).collect();
        let receivers = self.plan.receivers.iter().map(|planned| planned.receiver.name()).collect();
        let named =
            [("burn", "objective", objectives), ("feed", "provider", providers), ("delivery", "receiver", receivers)];
        let mut gone = Vec::new();
        for (rule, label, names) in named {
            let open = self.open(rule)?.into_iter();
            gone.extend(open.filter(|subject| !is_named(subject, label, &names)).map(|gone| (rule.to_owned(), gone)));
        }
        if !gone.is_empty() {
            self.desk.unwatch(gone, now)?;
        }
        Ok(())
    }

    /// What open alerts of a rule are about.
    fn open(&self, rule: &str) -> anyhow::Result<Vec<Subject>> {
        let filter = AlertFilter { rule: Some(rule.to_owned()), firing: true, ..AlertFilter::default() };
        Ok(self.desk.alerts(&filter, MOST_OPEN)?.into_iter().map(|alert| alert.subject).collect())
    }

    /// How many alerts fire, by rule and severity.
    fn firing(&self) -> anyhow::Result<BTreeMap<(String, &'static str), i64>> {
        let filter = AlertFilter { firing: true, ..AlertFilter::default() };
        let mut firing = BTreeMap::new();
        for alert in self.desk.alerts(&filter, MOST_OPEN)? {
            *firing.entry((alert.rule, alert.severity.as_str())).or_insert(0) += 1;
        }
        Ok(firing)
    }

    fn prune(&mut self, now: Instant) -> anyhow::Result<()> {
        if self.pruned.is_none_or(|at| now.micros_since(at).abs() >= PRUNE_EVERY_US) {
            self.desk.prune(now.plus_micros(-i64::from(self.plan.keep_days) * DAY_US))?;
            self.pruned = Some(now);
        }
        Ok(())
    }
}

/// When each provider was heard, for whoever draws it.
fn providers(network: &Network, feeds: &Feeds, now: Instant) -> Vec<Provider> {
    let provider = |(name, provider): (&contact::ProviderId, &contact::network::Provider)| Provider {
        name: name.to_string(),
        cadence: provider.cadence,
        last_event: feeds.get(name).map(|feed| feed.last_event),
        is_late: is_late(network, feeds, name.as_str(), now),
        at: now,
    };
    network.providers.iter().map(provider).collect()
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
