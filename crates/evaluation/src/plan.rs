//! How each objective is counted: which statements, which of their rows, which columns. Pure.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, Network};
use contract::{
    Asked, AskedClock, Objective,
    terms::{Attribution, Boundary, Callback, ClockStart, Cohort, Metric, ReadAt, Unit as MetricUnit, Way},
};
use engine::{Catalog, FigureSpec, Title};

use crate::terms::{Allowance, Clock, ServiceTerm, Terms, Yardstick};

/// To which contacts belong that do not belong to a window by their offer: whole quarter-hours.
const QUARTER_US: i64 = 900_000_000;

/// One run of statements that share the cohort.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunKey {
    /// Whether days are cut into slices.
    pub(crate) sliced: bool,
    /// The clock and the time allowed of replies in writing; that of each queue without.
    pub(crate) replies: Option<ReplyTerm>,
    /// Within how many microseconds calls back are in time where the queue has not agreed it; the queue's threshold without.
    pub(crate) calls_us: Option<i64>,
    /// Whether rows are told apart by reason: far more of them, so that others run without.
    pub(crate) by_reason: bool,
    /// Whether contacts are counted that were offered long before its windows.
    pub(crate) back: bool,
}

impl RunKey {
    /// The run of an objective that counts on the clocks of the scorecard.
    fn of(objective: &Objective, asked: &Asked) -> Self {
        let by_reason = asked.scope.reasons.is_some() || claims_ask_for_reasons(asked);
        let back = looks_back(objective);
        Self { sliced: objective.consistency.is_some(), replies: None, calls_us: None, by_reason, back }
    }

    /// The run that counts the volume of an objective's contract.
    pub(crate) fn of_volume(asked: &Asked) -> Self {
        Self { sliced: false, replies: None, calls_us: None, by_reason: claims_ask_for_reasons(asked), back: false }
    }

    /// The run that counts what came of an objective's contacts.
    pub(crate) fn of_received(asked: &Asked) -> Self {
        let by_reason = asked.scope.reasons.is_some() || claims_ask_for_reasons(asked);
        Self { sliced: false, replies: None, calls_us: None, by_reason, back: false }
    }
}

/// Whether contacts belong to a window by another instant than their offer, so that they may have been offered before it.
pub(crate) fn looks_back(objective: &Objective) -> bool {
    match &objective.indicator.metric {
        Metric::ServiceLevel { attribution, .. } => *attribution != Attribution::Arrival,
        Metric::DurableResolution { cohort, .. } => *cohort == Cohort::CompletedIn,
        _ => false,
    }
}

fn claims_ask_for_reasons(asked: &Asked) -> bool {
    asked.claims.iter().any(|claim| !claim.reasons.is_empty())
}

/// A clock of replies, and the time allowed in microseconds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReplyTerm {
    pub(crate) clock: Clock,
    pub(crate) within_us: i64,
}

/// How an objective is counted.
pub(crate) enum Plan {
    /// By contacts.
    Contacts(Contacts),
    /// By the ages of open cases at each day's end; the share in millionths, none for the oldest.
    Ages { p: Option<u32>, clock: AskedClock },
    /// By the open cases at each day's end.
    OpenCases,
    /// By the gap between sites over the whole window.
    Gap,
    /// By a figure of the scorecard over the whole window.
    Figure(String),
    /// Not at all.
    Not(Title),
}

/// Which rows of which statements count contacts.
pub(crate) struct Contacts {
    pub(crate) sources: Vec<Source>,
    pub(crate) finish: Finish,
}

/// Sites, and whether they or all others are meant.
pub(crate) type SitesOnly = (BTreeSet<String>, bool);

/// Rows of one statement.
pub(crate) struct Source {
    pub(crate) run: RunKey,
    pub(crate) statement: String,
    /// Only contacts of these sites (or, when `false`, of all but these).
    pub(crate) only: Option<SitesOnly>,
    /// The column that tells rows of one term from those of another, and the term.
    pub(crate) term: Option<(&'static str, i64)>,
    /// Columns that add up, each with its place in a cell.
    pub(crate) columns: Vec<(String, usize)>,
    /// Where contacts belong to a window by another instant than their offer (`belongs_us`), to which those belong of which
    /// that has not come.
    pub(crate) belongs: Option<Instant>,
}

/// How the sums of a cell become counts.
pub(crate) enum Finish {
    /// Counted, total, pending and unsettled.
    Share,
    /// For each level in order: answered, within, waiting, beyond.
    Levels { expected: usize },
}

impl Contacts {
    /// Nothing.
    pub(crate) fn none() -> Self {
        Self { sources: Vec::new(), finish: Finish::Share }
    }
}

impl Finish {
    /// How many sums a cell has.
    pub(crate) fn width(&self, objective: &Objective) -> usize {
        match self {
            Self::Share => 4,
            Self::Levels { .. } => 4 * objective.yardsticks().len().max(1),
        }
    }
}

/// What plans are made from.
pub(crate) struct Planner<'a> {
    pub(crate) network: &'a Network,
    pub(crate) catalog: &'a Catalog,
    pub(crate) terms: &'a mut Terms,
    pub(crate) now: Instant,
}

impl Planner<'_> {
    /// How an objective is counted.
    pub(crate) fn plan(&mut self, objective: &Objective, asked: &Asked) -> Plan {
        if let Some(why) = looks_back(objective).then(|| self.cannot_look_back(objective, asked)).flatten() {
            return Plan::Not(why);
        }
        let less_us = i64::from(asked.indicator.boundary == Boundary::Exclusive);
        let plain = RunKey::of(objective, asked);
        match &objective.indicator.metric {
            Metric::ServiceLevel { .. } => self.service_level(&objective.indicator.metric, plain, less_us),
            Metric::FirstResponse { within, bot_stops_clock, .. } => {
                if *bot_stops_clock {
                    return not(
                        "automatic answers are not told apart",
                        "les réponses automatiques ne sont pas distinguées",
                    );
                }
                Self::replies(asked, &plain, within.as_micros() - less_us)
            }
            Metric::DurableResolution { within, reopen_days, cohort, .. } => {
                let days = reopen_days.unwrap_or(self.network.durable_days);
                let completed = *cohort == Cohort::CompletedIn;
                self.resolutions(asked, &plain, within.as_micros() - less_us, (days, completed))
            }
            Metric::WaitPercentile { .. } => self.waits(objective, asked, &plain, less_us),
            Metric::BacklogAge { p, .. } => {
                Plan::Ages { p: p.map(contract::terms::Share::millionths), clock: asked.clock.clone() }
            }
            Metric::HomogeneityGap => Plan::Gap,
            Metric::Figure { unit, .. } => self.figure(objective, *unit, plain),
        }
    }

    fn service_level(&mut self, metric: &Metric, run: RunKey, less_us: i64) -> Plan {
        let Metric::ServiceLevel { formula, threshold, short_abandon, clock_start, callback, overflow, attribution } =
            metric
        else {
            return not("not a service level", "pas un taux de service");
        };
        let elsewhere = Some(*attribution).filter(|attribution| *attribution != Attribution::Arrival);
        // What became of a call is judged with the cohort; whether it counts at all is a term like the others.
        let within = threshold.filter(|_| *callback == Some(Callback::AnsweredIfWithin));
        let run = RunKey { calls_us: within.map(|within| within.as_micros() - less_us), ..run };
        let term = self.terms.service(ServiceTerm {
            formula: formula.map(|formula| formula.as_str().to_owned()),
            threshold_us: threshold.map(contact::Duration::as_micros),
            short_us: short_abandon.map(contact::Duration::as_micros),
            less_us,
            from_start: *clock_start == ClockStart::Arrival,
            overflow: overflow.map(|overflow| overflow.as_str().to_owned()),
            callback: callback.map(|callback| callback.as_str().to_owned()),
            attribution: elsewhere.map(|attribution| attribution.as_str().to_owned()),
        });
        contacts(Source {
            run,
            statement: "contract_service_levels".to_owned(),
            only: None,
            term: Some(("term", term)),
            columns: share(["in_time", "promised", "pending"], &[]),
            belongs: elsewhere.map(|_| self.now),
        })
    }

    /// Why contacts cannot be counted by the instant that the contract names, where they cannot.
    fn cannot_look_back(&self, objective: &Objective, asked: &Asked) -> Option<Title> {
        let whole = |length: i64| length % QUARTER_US == 0;
        let bounds = whole(asked.span.from.as_micros()) && whole(asked.span.to.as_micros());
        let slices = objective.consistency.is_none_or(|consistency| whole(consistency.slice.as_micros()));
        let by_threshold =
            matches!(objective.indicator.metric, Metric::ServiceLevel { attribution: Attribution::ThresholdEvent, .. });
        let (en, fr) = if asked.days.iter().any(|day| day.allowed.is_some()) {
            ("surplus contacts are told by their arrival only", "le surplus se reconnaît à l'arrivée seulement")
        } else if !(bounds && slices) {
            (
                "windows and slices are no whole quarter-hours: only by arrival contacts are told apart more finely",
                "fenêtres et tranches ne sont pas des quarts d'heure entiers : seule l'arrivée les distingue plus finement",
            )
        } else if by_threshold && self.waits_in_open_time(asked) {
            (
                "waits in open time pass the threshold at an instant that is not told",
                "les attentes en heures ouvertes dépassent le seuil à un instant qui n'est pas dit",
            )
        } else {
            return None;
        };
        Some(Title { en: en.to_owned(), fr: fr.to_owned() })
    }

    /// Whether a queue of the scope counts waits in the open time of its calendar.
    fn waits_in_open_time(&self, asked: &Asked) -> bool {
        let scope = &asked.scope;
        let own =
            self.network.queues.iter().filter(|(name, _)| scope.lines.as_ref().is_none_or(|own| own.contains(*name)));
        own.flat_map(|(_, versions)| versions).any(|queue| {
            let asked = scope.channels.as_ref().is_none_or(|channels| channels.contains(&queue.channel));
            asked && queue.calendar.is_some() && !queue.channel.is_live()
        })
    }

    fn replies(asked: &Asked, run: &RunKey, within_us: i64) -> Plan {
        let sources = clocks(&asked.clock).into_iter().map(|(clock, only)| Source {
            run: RunKey { replies: Some(ReplyTerm { clock, within_us }), ..run.clone() },
            statement: "responses".to_owned(),
            only,
            term: None,
            columns: share(["responded_in_time", "responses_due", "responses_pending"], &[]),
            belongs: None,
        });
        Plan::Contacts(Contacts { sources: sources.collect(), finish: Finish::Share })
    }

    fn resolutions(&mut self, asked: &Asked, run: &RunKey, within_us: i64, (days, completed): (u32, bool)) -> Plan {
        let now = self.now;
        let sources = clocks(&asked.clock).into_iter().map(|(clock, only)| {
            let allowance = self.terms.allowance(Allowance { within_us, reopen_days: days, clock, completed });
            Source {
                run: run.clone(),
                statement: "contract_resolutions".to_owned(),
                only,
                term: Some(("allowance", allowance)),
                columns: share(["resolved", "due", "pending"], &["unsettled"]),
                belongs: completed.then_some(now),
            }
        });
        Plan::Contacts(Contacts { sources: sources.collect(), finish: Finish::Share })
    }

    fn waits(&mut self, objective: &Objective, asked: &Asked, run: &RunKey, less_us: i64) -> Plan {
        let mut sources = Vec::new();
        for (clock, only) in clocks(&asked.clock) {
            for (place, level) in asked.yardsticks.iter().enumerate() {
                let level_us = i64::try_from(*level).unwrap_or(i64::MAX) - less_us;
                let yardstick = self.terms.yardstick(Yardstick { level_us, clock: clock.clone() });
                let columns = ["answered", "kept", "waiting", "beyond"].iter().enumerate();
                sources.push(Source {
                    run: run.clone(),
                    statement: "contract_waits".to_owned(),
                    only: only.clone(),
                    term: Some(("yardstick", yardstick)),
                    columns: columns.map(|(column, name)| ((*name).to_owned(), 4 * place + column)).collect(),
                    belongs: None,
                });
            }
        }
        let expected = asked.yardsticks.iter().position(|level| *level == objective.levels.expected.finest());
        Plan::Contacts(Contacts { sources, finish: Finish::Levels { expected: expected.unwrap_or(0) } })
    }

    fn figure(&self, objective: &Objective, unit: MetricUnit, run: RunKey) -> Plan {
        let id = objective.indicator.name.as_str();
        if !matches!(objective.way(), Way::Share(_)) {
            return match objective.read_at() {
                Some(ReadAt::DayEnd) => Plan::OpenCases,
                _ => Plan::Figure(id.to_owned()),
            };
        }
        let found = self.catalog.scorecard().find_map(|statement| Some((statement, statement.figures.get(id)?)));
        let Some((statement, spec)) = found.filter(|(statement, _)| statement.adds_up()) else {
            return not(
                &format!("no statement of this lake counts {id}"),
                &format!("aucune requête de ce lac ne compte {id}"),
            );
        };
        let Some(per) = spec.per.as_ref().filter(|_| unit == MetricUnit::Share && spec.rank.is_none()) else {
            return not(&format!("{id} is not a share of contacts"), &format!("{id} n'est pas une part de contacts"));
        };
        let (pending, unsettled) = until(spec);
        let mut columns = vec![(spec.of.clone(), 0), (per.clone(), 1)];
        columns.extend(pending.into_iter().map(|column| (column, 2)));
        columns.extend(unsettled.into_iter().map(|column| (column, 3)));
        contacts(Source { run, statement: statement.id.clone(), only: None, term: None, columns, belongs: None })
    }
}

/// Of the columns that may still change a figure those of contacts that are in no count yet, and those of contacts that are.
fn until(spec: &FigureSpec) -> (Vec<String>, Vec<String>) {
    let waits = |column: &String| column == "pending" || column == "immature" || column.ends_with("_pending");
    spec.until.iter().cloned().partition(waits)
}

fn contacts(source: Source) -> Plan {
    Plan::Contacts(Contacts { sources: vec![source], finish: Finish::Share })
}

/// The columns of a share in the places of [`Finish::Share`].
fn share(columns: [&str; 3], unsettled: &[&str]) -> Vec<(String, usize)> {
    let all = columns.into_iter().enumerate().map(|(place, name)| (name.to_owned(), place));
    all.chain(unsettled.iter().map(|name| ((*name).to_owned(), 3))).collect()
}

/// The clocks of a question, each with the sites it is that of.
fn clocks(asked: &AskedClock) -> Vec<(Clock, Option<SitesOnly>)> {
    match asked {
        AskedClock::OfQueue => vec![(Clock::OfQueue, None)],
        AskedClock::Elapsed => vec![(Clock::Elapsed, None)],
        AskedClock::Open(calendar) => vec![(Clock::Open(calendar.clone()), None)],
        AskedClock::OpenBySite(calendars) => {
            let mut by_calendar: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
            for (site, calendar) in calendars {
                by_calendar.entry(calendar).or_default().insert(site.to_string());
            }
            let named: BTreeSet<String> = calendars.keys().map(ToString::to_string).collect();
            let mut all: Vec<_> = by_calendar
                .into_iter()
                .map(|(calendar, sites)| (Clock::Open(calendar.to_owned()), Some((sites, true))))
                .collect();
            // A site without a calendar of its own works at every hour.
            all.push((Clock::Elapsed, Some((named, false))));
            all
        }
    }
}

fn not(en: &str, fr: &str) -> Plan {
    Plan::Not(Title { en: en.to_owned(), fr: fr.to_owned() })
}
