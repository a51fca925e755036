//! From observations to alerts: pending, firing, resolved.
//!
//! For each level it is known since when the subject has been above it, or below it, without a decided observation to the
//! contrary; what is undecided changes nothing. A level is taken when it has been reached for the rule's `pending`, and
//! given up when it has not been reached for its `hysteresis`. So a change of mind costs a hysteresis, whichever way the
//! subject flaps: in any stretch of that length it is told at most once that it fires, and at most once that it is resolved.

use contact::Instant;
use serde::{Deserialize, Serialize};

use crate::{Alert, AlertError, AlertId, Change, Observation, Remark, Rule, Severity, Transition, Verdict};

/// What is known of one rule and subject.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    /// The period that is watched.
    window: Option<String>,
    /// What is known of level 1, level 2, ….
    levels: Vec<Option<Known>>,
    /// The alert that is open.
    open: Option<Alert>,
    /// Nothing fires before: a hysteresis after the last firing.
    rests_until: Option<Instant>,
    /// The newest instant at which something changed.
    changed_at: Option<Instant>,
}

/// Whether a level is reached, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    reached: bool,
    since: Instant,
}

impl State {
    /// The alert that is open.
    #[must_use]
    pub fn open(&self) -> Option<&Alert> {
        self.open.as_ref()
    }

    /// Since when the condition has held that no alert has been raised for yet.
    #[must_use]
    pub fn pending_since(&self) -> Option<Instant> {
        let first = self.levels.first().copied().flatten();
        first.filter(|known| known.reached && self.open.is_none()).map(|known| known.since)
    }

    fn level(&self) -> u8 {
        self.open.as_ref().map_or(0, |alert| alert.level)
    }

    fn known(&self, level: u8) -> Option<Known> {
        usize::from(level).checked_sub(1).and_then(|index| self.levels.get(index).copied().flatten())
    }

    /// Takes in what the verdict decides. Returns whether that is news.
    fn learn(&mut self, verdict: Verdict, highest: u8, at: Instant) -> bool {
        self.levels.resize(highest.into(), None);
        let mut is_news = false;
        for (known, level) in self.levels.iter_mut().zip(1..) {
            let reached = match level {
                level if level <= verdict.at_least() => true,
                level if level > verdict.at_most() => false,
                _ => continue,
            };
            if known.is_none_or(|known| known.reached != reached) {
                *known = Some(Known { reached, since: at });
                is_news = true;
            }
        }
        is_news
    }

    /// The level that the subject is to be at now.
    fn due_level(&self, rule: &Rule, verdict: Verdict, at: Instant) -> u8 {
        let held = |level, reached, for_us| {
            let known = self.known(level).filter(|known| known.reached == reached);
            known.is_some_and(|known| at.micros_since(known.since) >= for_us)
        };
        let current = self.level();
        let rests = current == 0 && self.rests_until.is_some_and(|until| at < until);
        let risen = (current + 1..=verdict.at_least()).rev().find(|level| held(*level, true, rule.pending_us()));
        if let Some(level) = risen.filter(|_| !rests) {
            return level;
        }
        let is_left = |level: &u8| *level > verdict.at_most() && held(*level, false, rule.hysteresis_us());
        let left = (1..=current).rev().take_while(is_left).count();
        current - u8::try_from(left).expect("a rule has at most eight levels")
    }

    /// Forgets what is open and what is known.
    fn close(&mut self) -> Option<Alert> {
        self.levels.clear();
        self.open.take()
    }
}

/// What an observation makes of a state, and what is to be told of it: nothing, one change, or an end with a period.
///
/// Observations older than the last change are overlooked; the same one twice changes nothing.
#[must_use]
pub fn step(rule: &Rule, mut state: State, seen: &Observation) -> (State, Vec<Transition>) {
    if state.changed_at.is_some_and(|changed| seen.at < changed) {
        return (state, Vec::new());
    }
    let mut told = Vec::new();
    if state.window != seen.window {
        told.extend(state.close().map(|alert| alert.changed(Change::Ended, seen.at)));
        state.window.clone_from(&seen.window);
        state.changed_at = Some(seen.at);
    }
    let verdict = rule.judge(seen.verdict, seen.volume);
    if state.learn(verdict, rule.highest(), seen.at) {
        state.changed_at = Some(seen.at);
    }
    let (current, due) = (state.level(), state.due_level(rule, verdict, seen.at));
    if due != current {
        let transition = moved(rule, &mut state, seen, due);
        state.changed_at = Some(seen.at);
        told.push(transition);
    }
    (state, told)
}

/// The open alert goes to another level, begins, or ends.
fn moved(rule: &Rule, state: &mut State, seen: &Observation, due: u8) -> Transition {
    let current = state.level();
    let mut alert = match state.open.take() {
        Some(mut alert) if due == 0 => {
            alert.until = state.known(1).map(|known| known.since);
            return alert.changed(Change::Resolved, seen.at);
        }
        Some(alert) => alert,
        None => fired(rule, state, seen),
    };
    if current == 0 {
        state.rests_until = Some(seen.at.plus_micros(rule.hysteresis_us()));
    }
    let change = match current {
        0 => Change::Fired,
        current if current < due => Change::Worsened,
        _ => Change::Eased,
    };
    let level = rule.level(due);
    alert.level = due;
    level.name.clone_into(&mut alert.level_name);
    alert.severity = level.severity;
    alert.peak = alert.peak.max(level.severity);
    alert.evidence = seen.evidence.clone();
    alert.call_hours.clone_from(&seen.call_hours);
    let transition = alert.changed(change, seen.at);
    state.open = Some(transition.alert.clone());
    transition
}

fn fired(rule: &Rule, state: &State, seen: &Observation) -> Alert {
    Alert {
        id: AlertId::of(rule.id(), &seen.subject, seen.at),
        rule: rule.id().to_owned(),
        kind: rule.kind(),
        subject: seen.subject.clone(),
        window: seen.window.clone(),
        level: 0,
        level_name: String::new(),
        severity: Severity::Info,
        peak: Severity::Info,
        since: state.known(1).map_or(seen.at, |known| known.since),
        fired_at: seen.at,
        until: None,
        closed_at: None,
        closed: None,
        retracted_at: None,
        acknowledged: None,
        number: 0,
        evidence: seen.evidence.clone(),
        call_hours: seen.call_hours.clone(),
    }
}

/// The subject is no longer watched: an alert that is open ends.
#[must_use]
pub fn end(mut state: State, at: Instant) -> (State, Option<Transition>) {
    let transition = state.close().map(|alert| alert.changed(Change::Ended, at));
    (state, transition)
}

/// What people and restatements do to an alert, open or over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Somebody takes it on.
    Acknowledge(Remark),
    /// Somebody adds a note.
    Annotate(Remark),
    /// With data that arrived since, it did not happen.
    Retract,
}

/// What an action makes of an alert, and of the state of its rule and subject.
///
/// # Errors
/// An alert that is over is acknowledged, or one that is withdrawn is withdrawn again.
pub fn act(mut state: State, alert: Alert, action: Action, at: Instant) -> Result<(State, Transition), AlertError> {
    let is_open = state.open.as_ref().is_some_and(|open| open.id == alert.id);
    let transition = match action {
        Action::Acknowledge(remark) => alert.acknowledge(remark, at)?,
        Action::Annotate(remark) => alert.annotate(remark, at),
        Action::Retract => alert.retract(at)?,
    };
    if is_open && transition.change == Change::Retracted {
        state.close();
    } else if is_open {
        state.open = Some(transition.alert.clone());
    }
    Ok((state, transition))
}
