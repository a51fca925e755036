//! Running the statements that plans need: as few runs as there are clocks of replies, times allowed for
//! calls back, and layouts of slices.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Channel, Duration, Instant, Network};
use contract::{AskedClaim, AskedScope, terms::Span};
use engine::View;
use scorecard::{Bucket, CountQuestion, Counted, Counting, Dim, Feeds, Filters, Period, Question, count};

use crate::{
    EvaluationError, EvaluationQuestion,
    matching::dims,
    plan::{Contacts, ReplyTerm, RunKey},
    stretches::Stretches,
    terms::{Clock, Terms, Used},
    unit::Unit,
};

/// Contacts of each stretch, for the volume of days.
pub(crate) const OFFERED: &str = "contract_offered";
/// The same with the instants.
pub(crate) const ARRIVALS: &str = "contract_arrivals";

/// What every run shares.
pub(crate) struct Ground<'a> {
    pub(crate) view: &'a View,
    pub(crate) network: &'a Network,
    pub(crate) feeds: &'a Feeds,
    pub(crate) question: &'a EvaluationQuestion,
    pub(crate) terms: &'a Terms,
}

/// What one run is about: some objectives' contacts, or all of their contracts.
pub(crate) struct Asking<'a, 'f> {
    pub(crate) unit: &'a Unit<'f>,
    pub(crate) scope: AskedScope,
    /// Whether its rows are needed by site, to tell clocks apart.
    pub(crate) by_site: bool,
}

/// What one run asks.
#[derive(Default)]
pub(crate) struct Run<'a, 'f> {
    pub(crate) asking: Vec<Asking<'a, 'f>>,
    pub(crate) statements: BTreeSet<String>,
    pub(crate) used: Used,
}

/// The rows of a run, and the stretches by which they are numbered.
pub(crate) struct Ran {
    pub(crate) counted: Counted,
    pub(crate) stretches: Vec<Bucket>,
}

impl Ground<'_> {
    /// Runs statements about some units. `None` when nothing of them lies in the past.
    pub(crate) async fn run(
        &self,
        key: &RunKey,
        run: &Run<'_, '_>,
        cuts: &[Instant],
    ) -> Result<Option<Ran>, EvaluationError> {
        let Run { asking, statements, used } = run;
        let stretches = Stretches::of(asking.iter().map(|asking| asking.unit), key.sliced, cuts.iter().copied());
        let Some(span) = stretches.span() else { return Ok(None) };
        let mut by = dims(asking.iter().map(|asking| &asking.scope), claims(asking));
        if asking.iter().any(|asking| asking.by_site) {
            by.insert(Dim::Site);
        }
        let network = key.replies.as_ref().map(|term| clocked(self.network, term));
        let asked = CountQuestion {
            question: self.scorecard(span, by, filters(asking), key),
            stretches: stretches.all.clone(),
            tables: self.terms.tables(self.network, self.question.now, used),
            turns: self.terms.turns(self.network, used),
            clocks: self.terms.clocks(self.network),
        };
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        let network = network.as_ref().unwrap_or(self.network);
        let counted = count(self.view, network, &asked, &statements).await?;
        Ok(Some(Ran { counted, stretches: stretches.all }))
    }

    /// The statement that gives a figure; the figure's own name where none does.
    pub(crate) fn statement_of(&self, figure: &str) -> String {
        let mut statements = self.view.engine().catalog().scorecard();
        let found = statements.find(|statement| statement.figures.contains_key(figure));
        found.map_or_else(|| figure.to_owned(), |statement| statement.id.clone())
    }

    /// The scorecard's question of a span.
    pub(crate) fn scorecard(&self, span: Span, by: BTreeSet<Dim>, filters: Filters, key: &RunKey) -> Question {
        let within = key.replies.as_ref().map(|term| term.within_us).or(key.calls_us);
        Question {
            period: Period { from: span.from, to: span.to, zone: self.network.zone.clone() },
            by,
            grain: None,
            filters,
            now: self.question.now,
            as_of: self.question.as_of,
            formula: None,
            counting: Counting::default(),
            threshold: within.map(Duration::from_micros),
            customers: self.question.customers.clone(),
        }
    }
}

/// The units that a run is about, with what they count in it.
pub(crate) fn by_run<'a, 'f>(units: &'a [Unit<'f>], plans: &'a [Option<Contacts>]) -> BTreeMap<RunKey, Run<'a, 'f>> {
    let mut runs: BTreeMap<RunKey, Run<'a, 'f>> = BTreeMap::new();
    for (unit, plan) in units.iter().zip(plans) {
        let Some(plan) = plan else { continue };
        let keys: BTreeSet<&RunKey> = plan.sources.iter().map(|source| &source.run).collect();
        for key in keys {
            let run = runs.entry(key.clone()).or_default();
            let by_site = plan.sources.iter().any(|source| source.only.is_some());
            run.asking.push(Asking { unit, scope: unit.asked.scope.clone(), by_site });
            for source in plan.sources.iter().filter(|source| source.run == *key) {
                run.statements.insert(source.statement.clone());
                if let Some((column, term)) = source.term {
                    run.used.entry(column).or_default().insert(term);
                }
            }
        }
    }
    runs
}

/// The scope of a whole contract.
pub(crate) fn whole_contract(unit: &Unit<'_>) -> AskedScope {
    let (lines, sites) = (&unit.contract.lines, &unit.contract.sites);
    AskedScope {
        provider: Some(unit.contract.provider.clone()),
        lines: (!lines.is_empty()).then(|| lines.iter().cloned().collect()),
        sites: (!sites.is_empty()).then(|| sites.iter().cloned().collect()),
        channels: None,
        reasons: None,
    }
}

fn claims<'a>(asking: &'a [Asking<'_, '_>]) -> impl Iterator<Item = &'a AskedClaim> {
    asking.iter().flat_map(|asking| &asking.unit.asked.claims)
}

/// Only what some scope asks for: fewer rows, and the same ones.
fn filters(asking: &[Asking<'_, '_>]) -> Filters {
    let scopes = || asking.iter().map(|asking| &asking.scope);
    Filters {
        providers: union(scopes().map(|scope| scope.provider.iter().map(ToString::to_string).collect())),
        sites: union(scopes().map(|scope| names(scope.sites.as_ref()))),
        queues: union(scopes().map(|scope| names(scope.lines.as_ref()))),
        channels: channels(scopes().map(|scope| scope.channels.as_ref())),
        reasons: union(scopes().map(|scope| names(scope.reasons.as_ref()))),
    }
}

/// Only what a scope asks for.
pub(crate) fn filters_of(scope: &AskedScope) -> Filters {
    Filters {
        providers: scope.provider.iter().map(ToString::to_string).collect(),
        sites: names(scope.sites.as_ref()),
        queues: names(scope.lines.as_ref()),
        channels: channels(std::iter::once(scope.channels.as_ref())),
        reasons: names(scope.reasons.as_ref()),
    }
}

fn names<T: ToString>(names: Option<&BTreeSet<T>>) -> BTreeSet<String> {
    names.into_iter().flatten().map(ToString::to_string).collect()
}

/// All names, or none where one asks for any: an empty list wants all.
fn union(sets: impl Iterator<Item = BTreeSet<String>>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for set in sets {
        if set.is_empty() {
            return BTreeSet::new();
        }
        all.extend(set);
    }
    all
}

fn channels<'a>(sets: impl Iterator<Item = Option<&'a BTreeSet<Channel>>>) -> BTreeSet<Channel> {
    let sets: Option<Vec<&BTreeSet<Channel>>> = sets.collect();
    sets.into_iter().flatten().flatten().copied().collect()
}

/// The network with another clock for every queue: what is asked of replies is asked on it.
fn clocked(network: &Network, term: &ReplyTerm) -> Network {
    let calendar = match &term.clock {
        Clock::OfQueue => return network.clone(),
        Clock::Elapsed => None,
        Clock::Open(calendar) => Some(calendar.clone()),
    };
    let mut other = network.clone();
    for queue in other.queues.values_mut().flatten() {
        queue.calendar.clone_from(&calendar);
    }
    other.hash = format!("{} on the clock of {calendar:?}", network.hash);
    other
}
