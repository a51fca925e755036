//! From what was counted to what is observed: each objective at each queue of each site, and quiet queues together.

use std::collections::BTreeMap;

use contact::{Duration, Instant};
use stats::sla::{Allowance, Guard, MIN_MISSED, Tried, Watch, too_quiet, usual_phi};

use crate::{
    AlertError, Counted, Objective, Observation, Subject, Verdict,
    conditions::{Burning, Expected, Found, Slots, Windows, burn, rescue},
};

/// Length and number of the slots of the latest four open hours.
pub const NEAR_SLOT: Duration = Duration::from_secs(60);
/// See [`NEAR_SLOT`].
pub const NEAR_SLOTS: usize = 240;
/// Length and number of the slots of the latest three days of open time.
pub const FAR_SLOT: Duration = Duration::from_secs(900);
/// See [`FAR_SLOT`].
pub const FAR_SLOTS: usize = 288;
/// Minutes of the stretch by which a queue is judged to be quiet.
const QUIET_MINUTES: i64 = 240;
const MINUTE_US: i64 = 60_000_000;

/// How an objective stands at one queue of one site, for whoever draws it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The objective; one of a contract as `contract/objective`.
    pub objective: String,
    /// The provider.
    pub provider: String,
    /// The site.
    pub site: String,
    /// The queue.
    pub queue: String,
    /// The share promised.
    pub target: f64,
    /// The latest open hour.
    pub hour: Tried,
    /// The latest four open hours.
    pub hours: Tried,
}

/// What a look at all objectives found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Watched {
    /// Of the rule `burn`.
    pub observations: Vec<Observation>,
    /// The figures behind them.
    pub readings: Vec<Reading>,
}

/// What was counted in a place, or in several.
#[derive(Clone)]
struct Tally {
    near: Slots,
    far: Slots,
    hour: Expected,
    day: Expected,
}

impl Tally {
    fn empty() -> Self {
        let (hour, day) = (Expected::default(), Expected::default());
        Self { near: Slots::empty(NEAR_SLOTS), far: Slots::empty(FAR_SLOTS), hour, day }
    }

    fn count(&mut self, counted: &Counted) {
        let lately = counted.near.last(NEAR_SLOTS).n();
        let [hour, day] = [counted.hour, counted.day].map(|begun| begun.expecting(lately, QUIET_MINUTES * MINUTE_US));
        self.add(&Self { near: counted.near.clone(), far: counted.far.clone(), hour, day });
    }

    fn add(&mut self, other: &Self) {
        self.near.add(&other.near);
        self.far.add(&other.far);
        self.hour.add(other.hour);
        self.day.add(other.day);
    }

    fn is_quiet(&self) -> bool {
        too_quiet(self.near.last(NEAR_SLOTS).n(), QUIET_MINUTES)
    }

    /// The windows of all watches: those of hours by the minute, those of days by the quarter of an hour.
    fn windows(&self) -> Vec<Windows> {
        let last = |watch: Watch, minutes: i64| {
            let minutes = usize::try_from(minutes).expect("windows are of minutes");
            match watch {
                Watch::Slow => self.far.last(minutes / 15),
                Watch::Fast | Watch::Medium => self.near.last(minutes),
            }
        };
        let pair = |watch: Watch| Windows {
            watch,
            long: last(watch, watch.long_minutes()),
            short: last(watch, watch.short_minutes()),
        };
        Watch::ALL.map(pair).to_vec()
    }
}

/// A provider's site.
type Place = (String, String);

/// Looks at every objective at `now`. Of a provider that `is_late` nothing is decided: what is not told may have been good.
///
/// A queue with fewer than 20 contacts an hour, at a site where the objective has several, begins no alert by itself: its
/// quiet queues are judged together, as the site.
///
/// # Errors
/// A name that cannot be a label.
pub fn watch(
    objectives: &[Objective],
    counted: &[Counted],
    is_late: impl Fn(&str) -> bool,
    now: Instant,
) -> Result<Watched, AlertError> {
    let mut watched = Watched::default();
    for objective in objectives {
        for ((provider, site), queues) in places(objective, counted) {
            let late = is_late(&provider);
            let mut quiet = Tally::empty();
            let mut are_quiet = false;
            let several = queues.len() > 1;
            for (queue, tally) in queues {
                let is_quiet = several && tally.is_quiet();
                let labels = [("provider", provider.as_str()), ("site", site.as_str()), ("queue", queue.as_str())];
                let found = judged(objective, &tally);
                let found = if is_quiet { begins_nothing(found) } else { found };
                watched.observations.push(observed(objective, &labels, found, late, now)?);
                watched.readings.push(reading(objective, &labels, &tally));
                if is_quiet {
                    are_quiet = true;
                    quiet.add(&tally);
                }
            }
            if several {
                let labels = [("provider", provider.as_str()), ("site", site.as_str())];
                let found = judged(objective, &quiet);
                // Without quiet queues there is nothing that is not judged elsewhere.
                let found = if are_quiet { found } else { Found { verdict: Verdict::CLEAR, ..found } };
                watched.observations.push(observed(objective, &labels, found, late, now)?);
            }
        }
    }
    Ok(watched)
}

/// The queues of each site that an objective is about, their channels together.
fn places(objective: &Objective, counted: &[Counted]) -> BTreeMap<Place, BTreeMap<String, Tally>> {
    let mut places: BTreeMap<Place, BTreeMap<String, Tally>> = BTreeMap::new();
    for one in counted.iter().filter(|one| one.term == objective.term && objective.scope.holds(one)) {
        let place = places.entry((one.provider.clone(), one.site.clone())).or_default();
        place.entry(one.queue.clone()).or_insert_with(Tally::empty).count(one);
    }
    places
}

fn judged(objective: &Objective, tally: &Tally) -> Found {
    let latest = tally.near.last(NEAR_SLOTS).n();
    let phi = objective.design_effect.unwrap_or_else(|| usual_phi(latest, QUIET_MINUTES));
    let (windows, slots) = (tally.windows(), tally.near.in_order());
    let burning = Burning {
        windows: &windows,
        slots: &slots,
        allowance: Allowance::new(objective.target, objective.volume.max(0)).expect("a volume of 0 and above"),
        guard: Guard::new(phi, MIN_MISSED).expect("a design effect is finite"),
    };
    let saved = rescue(tally.hour, tally.day, objective.target, tally.near.last(60));
    burn(&burning, objective.title.clone(), saved).expect("there are windows")
}

/// It may end what is open, and begins nothing.
fn begins_nothing(found: Found) -> Found {
    let verdict = Verdict::between(0, found.verdict.at_most()).expect("nothing is below 0");
    Found { verdict, ..found }
}

fn observed(
    objective: &Objective,
    labels: &[(&str, &str)],
    found: Found,
    late: bool,
    now: Instant,
) -> Result<Observation, AlertError> {
    let found = if late { found.undecided() } else { found };
    let contract = objective.contract.iter().map(|contract| ("contract", contract.as_str()));
    let name = [("objective", objective.name.as_str())].into_iter();
    let subject = Subject::new(name.chain(contract).chain(labels.iter().copied()))?;
    Ok(Observation { call_hours: objective.call_hours.clone(), ..found.of("burn", subject, now) })
}

fn reading(objective: &Objective, labels: &[(&str, &str); 3], tally: &Tally) -> Reading {
    let [provider, site, queue] = labels.map(|(_, value)| value.to_owned());
    Reading {
        objective: match &objective.contract {
            Some(contract) => format!("{contract}/{}", objective.name),
            None => objective.name.clone(),
        },
        provider,
        site,
        queue,
        target: objective.target.share(),
        hour: tally.near.last(60),
        hours: tally.near.last(NEAR_SLOTS),
    }
}
