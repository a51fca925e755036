//! One look at the present: what was counted becomes observations, and observations go to the desk.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use alert::{
    Action, AlertFilter, Observation, Plan, Subject, Verdict,
    conditions::{Deliveries, feed},
    settled, watch,
};
use contact::{Instant, Network};
use engine::View;
use evaluation::{EvaluationQuestion, Filed, Wanted, evaluate};
use scorecard::{Feeds, is_late};
use store::{AlertDesk, Store};
use tokio::time::timeout;

use crate::commands::contracted::{Contracted, contracted};

use super::{
    closings::{ended, wanted},
    counting::{Counter, Present},
    figures::{Figures, Provider},
    outlooks::{Outlooks, outlooks},
};

/// Alerts that are over are deleted, when their time has come, so often.
const PRUNE_EVERY_US: i64 = 3_600 * 1_000_000;
const DAY_US: i64 = 86_400_000_000;
/// Results of windows that are over are looked at so often.
const RESULTS_EVERY_US: i64 = 15 * 60 * 1_000_000;
/// Open alerts that are asked for at once.
const MOST_OPEN: u32 = 10_000;

/// Looks at the present.
pub struct Evaluator {
    plan: Plan,
    store: Arc<Store>,
    desk: Arc<AlertDesk>,
    figures: Figures,
    counter: Counter,
    contracts: Vec<Filed>,
    started: Instant,
    evaluated: Option<Instant>,
    /// When results were looked at last.
    settled: Option<Instant>,
    pruned: Option<Instant>,
}

impl Evaluator {
    /// Looks at the store by the plan, for the desk. What is no longer watched ends now.
    pub fn new(plan: Plan, store: Arc<Store>, desk: Arc<AlertDesk>, figures: Figures) -> anyhow::Result<Self> {
        let (started, contracts) = (store.clock(), store.filed_contracts(Instant::FOREVER)?);
        let counter = Counter::new(Arc::clone(&store));
        let (evaluated, settled, pruned) = (None, None, None);
        let evaluator = Self { plan, store, desk, figures, counter, contracts, started, evaluated, settled, pruned };
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
        let Contracted { objectives: of_contracts, terms } = contracted(&self.contracts, &network, now);
        let mut objectives = self.plan.objectives.clone();
        objectives.extend(of_contracts);
        let present = Present { view: &view, network: &network, feeds: &feeds, terms: &terms, now };
        let counted = if objectives.is_empty() { Vec::new() } else { self.counter.count(&present).await? };
        let is_late = |provider: &str| is_late(&network, &feeds, provider, now);
        let watched = watch(&objectives, &counted, is_late, now)?;
        self.end_what_fell_silent(&watched.observations, now)?;
        seen.extend(watched.observations);
        seen.extend(self.desk.delivery(now)?);
        self.desk.observe(seen, now)?;
        // After the present: holding contracts against a large lake must not keep anybody from being called.
        let periods = self.periods(&view, &network, &feeds, now).await?;
        self.desk.observe(periods, now)?;
        let providers = providers(&network, &feeds, now);
        self.figures.show(watched.readings, providers, self.firing()?, self.desk.owed()?);
        self.results(&view, &network, &feeds, now).await?;
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

    /// Now and then: how the open windows of contracts stand.
    async fn periods(
        &mut self,
        view: &View,
        network: &Network,
        feeds: &Feeds,
        now: Instant,
    ) -> anyhow::Result<Vec<Observation>> {
        let every = self.plan.outlook.every.as_micros();
        if self.contracts.is_empty() || self.evaluated.is_some_and(|at| now.micros_since(at).abs() < every) {
            return Ok(Vec::new());
        }
        // A look that is given up is not tried again at once: every look would be.
        self.evaluated = Some(now);
        self.store.tell_lacking(&mut self.contracts, Instant::FOREVER)?;
        let question = self.question(Wanted::Current, now);
        let evaluation = evaluate(view, network, feeds, &self.contracts, &question).await?;
        let Outlooks { observations, standings, not_lost } = outlooks(&evaluation, &self.contracts, now)?;
        self.retract(&not_lost, now)?;
        self.figures.show_periods(standings);
        Ok(observations)
    }

    /// Now and then: what became of windows that are over. It comes last, since it may take long when much is new.
    async fn results(&mut self, view: &View, network: &Network, feeds: &Feeds, now: Instant) -> anyhow::Result<()> {
        let is_recent = |at: Instant| now.micros_since(at).abs() < RESULTS_EVERY_US;
        if self.contracts.is_empty() || self.settled.is_some_and(is_recent) {
            return Ok(());
        }
        // A look that is given up is not tried again at once: the present comes first.
        self.settled = Some(now);
        self.store.tell_lacking(&mut self.contracts, Instant::FOREVER)?;
        let question = self.question(wanted(network, now)?, now);
        let evaluation = evaluate(view, network, feeds, &self.contracts, &question).await?;
        let mut told = Vec::new();
        for rule in ["result", "outlook"] {
            let filter = AlertFilter { rule: Some(rule.to_owned()), ..AlertFilter::default() };
            told.extend(self.desk.alerts(&filter, MOST_OPEN)?);
        }
        let found = settled(&ended(&evaluation, &self.contracts, now)?, &told, now);
        for id in &found.withdrawn {
            self.desk.act(id, Action::Retract, now)?;
        }
        self.desk.observe(found.observations, now)?;
        if found.more {
            self.settled = None;
        }
        Ok(())
    }

    fn question(&self, wanted: Wanted, now: Instant) -> EvaluationQuestion {
        let customers = self.store.customers();
        EvaluationQuestion { wanted, now, as_of: Instant::FOREVER, invoices: BTreeMap::new(), customers }
    }

    /// Withdraws what was said to be lost and, with data that arrived since, is not: what is lost stays so otherwise.
    fn retract(&self, not_lost: &[(Subject, String)], now: Instant) -> anyhow::Result<()> {
        let filter = AlertFilter { rule: Some("outlook".to_owned()), firing: true, ..AlertFilter::default() };
        for alert in self.desk.alerts(&filter, MOST_OPEN)? {
            let is_it = |(subject, window): &&(Subject, String)| {
                *subject == alert.subject && alert.window.as_deref().is_some_and(|known| known == window)
            };
            if alert.level_name == "lost" && not_lost.iter().any(|one| is_it(&one)) {
                self.desk.act(&alert.id, Action::Retract, now)?;
            }
        }
        Ok(())
    }

    /// Ends alerts of queues of which nothing was decided in days of open time: what has no contacts is not watched.
    fn end_what_fell_silent(&self, observed: &[Observation], now: Instant) -> anyhow::Result<()> {
        if !self.counter.is_far(now) {
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
        let contracted = contracted(&self.contracts, &network, now).objectives;
        let objectives = self.plan.objectives.iter().chain(&contracted);
        let objectives = objectives.map(|objective| objective.name.as_str()).collect();
        let agreed = network.providers.iter().filter(|(_, provider)| provider.cadence.is_some());
        let providers = agreed.map(|(name, _)| name.as_str()).collect();
        let receivers = self.plan.receivers.iter().map(|planned| planned.receiver.name()).collect();
        let contracts: BTreeSet<&str> = self.contracts.iter().filter_map(Filed::name).collect();
        let named_contracts = contracts.clone();
        let named = [
            ("burn", "objective", objectives),
            ("feed", "provider", providers),
            ("outlook", "contract", contracts),
            ("result", "contract", named_contracts),
            ("delivery", "receiver", receivers),
        ];
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
            self.desk.prune(now.plus_micros(-i64::from(self.plan.keep_days).saturating_mul(DAY_US)))?;
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
