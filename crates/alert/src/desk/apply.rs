//! What a pass makes of all states, and how it is kept.

use std::collections::BTreeMap;

use contact::Instant;
use rusqlite::Connection;

use super::Settings;
use crate::{
    Action, Alert, AlertError, Notice, Observation, Subject, Transition,
    lifecycle::{self, State},
    tables::{self, Key},
};

/// States that are other than before, and the changes to be told, in order.
#[derive(Default)]
pub(super) struct Advanced {
    states: BTreeMap<Key, State>,
    told: Vec<Transition>,
}

impl Advanced {
    pub(super) fn is_empty(&self) -> bool {
        self.states.is_empty() && self.told.is_empty()
    }
}

/// What a pass makes of all states.
pub(super) fn advance(
    settings: &Settings,
    mut states: BTreeMap<Key, State>,
    pass: &[Observation],
) -> Result<Advanced, AlertError> {
    let mut advanced = Advanced::default();
    for seen in pass {
        let rule = settings.rule(&seen.rule)?;
        let key = (seen.rule.clone(), seen.subject.key());
        let before = states.remove(&key).unwrap_or_default();
        let (after, told) = lifecycle::step(rule, before.clone(), seen);
        if after != before {
            advanced.states.insert(key.clone(), after.clone());
        }
        advanced.told.extend(told);
        states.insert(key, after);
    }
    Ok(advanced)
}

/// What is no longer watched.
pub(super) fn unwatch(mut states: BTreeMap<Key, State>, gone: &[(String, Subject)], at: Instant) -> Advanced {
    let mut advanced = Advanced::default();
    for (rule, subject) in gone {
        let key = (rule.clone(), subject.key());
        let Some(state) = states.remove(&key) else { continue };
        let (after, told) = lifecycle::end(state, at);
        advanced.states.insert(key, after);
        advanced.told.extend(told);
    }
    advanced
}

/// What people and restatements do.
pub(super) fn act(
    mut states: BTreeMap<Key, State>,
    alert: Alert,
    action: Action,
    at: Instant,
) -> Result<Advanced, AlertError> {
    let key = (alert.rule.clone(), alert.subject.key());
    let before = states.remove(&key).unwrap_or_default();
    let (after, transition) = lifecycle::act(before.clone(), alert, action, at)?;
    let states = if after == before { BTreeMap::new() } else { BTreeMap::from([(key, after)]) };
    Ok(Advanced { states, told: vec![transition] })
}

/// Writes states, alerts, changes and the messages owed for them; the caller's transaction makes them one.
/// Returns the changes and the newest number of the feed.
pub(super) fn keep(
    db: &Connection,
    settings: &Settings,
    advanced: Advanced,
    now: Instant,
) -> Result<(Vec<Notice>, i64), AlertError> {
    for (key, state) in &advanced.states {
        tables::store_state(db, key, state)?;
    }
    let mut newest = 0;
    let mut notices = Vec::with_capacity(advanced.told.len());
    for transition in advanced.told {
        tables::store_alert(db, &transition.alert)?;
        let notice = Notice::new(transition, &settings.zone);
        newest = tables::add_notice(db, &notice)?;
        let calendar = notice.alert.call_hours.as_ref().and_then(|name| settings.calendars.get(name));
        for receiver in settings.receivers.iter().filter(|receiver| receiver.wants(&notice)) {
            tables::enqueue(db, receiver, &notice, calendar, now)?;
        }
        notices.push(notice);
    }
    Ok((notices, newest))
}
