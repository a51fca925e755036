//! Results of periods that are over: a breach is told once, and withdrawn when it turns out not to have been one.

use std::collections::BTreeSet;

use contact::Instant;

use crate::{Alert, AlertId, Observation, Subject, Title, conditions, conditions::Over};

/// What is known of the result of a period that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Missed.
    Breached,
    /// Met, or nothing is held against anybody.
    Kept,
    /// Not known: data is late, or contacts are pending.
    Unknown,
}

/// A period that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// What the promise is about, whatever the period.
    pub subject: Subject,
    /// The period's name for ever.
    pub window: String,
    /// What the message calls the promise.
    pub what: Title,
    /// Its figures.
    pub over: Over,
    /// The result.
    pub outcome: Ending,
    /// The calendar in whose open time people may be called.
    pub call_hours: Option<String>,
}

/// What is to be done about results.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settled {
    /// To be observed.
    pub observations: Vec<Observation>,
    /// Alerts to be withdrawn, before that: their periods were not breached after all.
    pub withdrawn: Vec<AlertId>,
    /// Whether there is more to be told: one result of a promise at a time.
    pub more: bool,
}

/// What is to be done, `told` being the alerts of the rules `result` and `outlook` so far.
///
/// A breach that was not told is told, the oldest first. An alert that a period was missed, or is lost, is withdrawn when it
/// is kept by now, whether the alert is open or over. One whose promise was kept in a period that ended after it was told ends. What is not known changes
/// nothing: late data neither tells nor withdraws.
#[must_use]
pub fn settled(ended: &[Ended], told: &[Alert], now: Instant) -> Settled {
    let mut periods: Vec<&Ended> = ended.iter().collect();
    periods.sort_by_key(|one| (one.over.to, &one.window));
    let stands = |one: &Ended| {
        let is_it = |alert: &&Alert| alert.subject == one.subject && alert.window.as_deref() == Some(&one.window);
        told.iter().filter(is_it).filter(|alert| alert.retracted_at.is_none() && is_breach(alert)).collect::<Vec<_>>()
    };
    let is_result = |alert: &Alert| alert.rule == "result";
    let mut settled = Settled::default();
    let mut spoken: BTreeSet<&Subject> = BTreeSet::new();
    for one in &periods {
        let stands = stands(one);
        match one.outcome {
            Ending::Breached if stands.iter().any(|alert| is_result(alert)) => {}
            Ending::Breached if spoken.insert(&one.subject) => settled.observations.push(one.observed(now)),
            Ending::Breached => settled.more = true,
            Ending::Kept => settled.withdrawn.extend(stands.iter().map(|alert| alert.id.clone())),
            Ending::Unknown => {}
        }
    }
    let open = told
        .iter()
        .filter(|alert| is_result(alert) && alert.closed_at.is_none() && !settled.withdrawn.contains(&alert.id));
    for alert in open.filter(|alert| !spoken.contains(&alert.subject)) {
        let ends =
            |one: &&&Ended| one.subject == alert.subject && one.outcome == Ending::Kept && one.over.to > alert.fired_at;
        settled.observations.extend(periods.iter().rfind(ends).map(|one| one.observed(now)));
    }
    settled
}

/// Whether an alert says that its period is missed, not only that it may be.
fn is_breach(alert: &Alert) -> bool {
    alert.rule == "result" || (alert.rule == "outlook" && alert.level_name == "lost")
}

impl Ended {
    fn observed(&self, now: Instant) -> Observation {
        let found = conditions::result(self.over, self.outcome == Ending::Breached, self.what.clone());
        let seen = found.of("result", self.subject.clone(), now);
        Observation { window: Some(self.window.clone()), call_hours: self.call_hours.clone(), ..seen }
    }
}
