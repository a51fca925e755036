//! What is to be expected of the rest of a window, from how it went lately.

use std::collections::BTreeMap;

use jiff::civil::Date;
use stats::{
    Cluster, design_effect,
    sla::{Recent, Remaining, Tried},
};

use super::to_come::{Past, Rest, to_come};
use crate::{
    Contract,
    closed::{DayCount, Kept},
    facts::{Facts, FactsError},
    relief::Reliefs,
    terms::Objective,
};

/// How many are to come, and how it went lately, which is how the rest is expected to go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    /// How many are to come.
    pub remaining: Remaining,
    /// How it went lately.
    pub recent: Recent,
}

/// What is to be expected of the rest of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Of contacts.
    pub contacts: Course,
    /// Of slices; must be given where they are promised.
    pub slices: Option<Course>,
}

impl Course {
    /// The same, when so many more that came already may still turn out either way.
    pub(super) fn with_pending(self, pending: u64) -> Self {
        let more = |count: i64| count.saturating_add(i64::try_from(pending).unwrap_or(i64::MAX));
        let (low, mid, high) = (self.remaining.low(), self.remaining.mid(), self.remaining.high());
        let remaining = Remaining::new(more(low), more(mid), more(high)).expect("one more of each keeps their order");
        Self { remaining, ..self }
    }
}

impl Ahead {
    /// What is to be expected of `rest`, by `lately`: what was answered to [`crate::Asked::lately`], with the reliefs of
    /// that span. `None` when nothing lets one foresee how many are to come: neither a whole day of the past nor a forecast.
    ///
    /// Counts are taken as they came, without weights: what is to come is no surplus yet. They cluster by day: their design
    /// effect is that of [`stats::design_effect`]. On fewer than ten days it is not known, and then nothing is said of how
    /// it went lately.
    ///
    /// # Errors
    /// Counts that cannot be, as [`crate::close`].
    pub fn of(
        contract: &Contract,
        objective: &Objective,
        lately: &Facts,
        reliefs: &Reliefs,
        rest: &Rest<'_>,
    ) -> Result<Option<Self>, FactsError> {
        let kept = Kept::new(contract, objective, lately, reliefs)?;
        let contacts = kept.days(objective.levels.expected);
        let offered = lately.offered.iter().filter(|offered| !reliefs.drop_any(&offered.claims));
        let mut volumes: BTreeMap<Date, u64> = BTreeMap::new();
        for offered in offered {
            *volumes.entry(offered.day).or_default() += offered.contacts;
        }
        // A forecast is one of contacts: there is one reading a day, and as many slices, whatever comes.
        let none = BTreeMap::new();
        let foreseen = if objective.read_at().is_none() { rest.foreseen } else { &none };
        let course = |days: &BTreeMap<Date, DayCount>, foreseen| {
            let rest = Rest { foreseen, ..*rest };
            let remaining = to_come(&contract.zone, &rest, &Past { days, volumes: &volumes })?;
            Some(Course { remaining, recent: recent(days) })
        };
        let Some(contacts) = course(&contacts, foreseen) else { return Ok(None) };
        let slices = objective.consistency.map(|consistency| course(&kept.slice_days(consistency), &none));
        Ok(match slices {
            None => Some(Self { contacts, slices: None }),
            Some(slices) => slices.map(|slices| Self { contacts, slices: Some(slices) }),
        })
    }
}

/// How it went on these days.
fn recent(days: &BTreeMap<Date, DayCount>) -> Recent {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let clusters: Vec<Cluster> = (0..)
        .zip(days.values())
        .map(|(day, sum)| Cluster { day, stratum: 0, successes: count(sum.good), n: count(sum.total) })
        .collect();
    let sum = |of: fn(&Cluster) -> i64| clusters.iter().map(of).sum();
    let tried = Tried::new(sum(|day| day.n), sum(|day| day.successes));
    let known = design_effect(&clusters).zip(tried).and_then(|(effect, tried)| Recent::new(tried, effect));
    let nothing = || Recent::new(Tried::new(0, 0).expect("none of none"), 1.0).expect("one is finite");
    known.unwrap_or_else(nothing)
}
