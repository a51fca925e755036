//! How promises stand: each as its gravest part, unmeasured ones said to be so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Promise;

/// How a promise stands. `S` is [`crate::ClosedState`] or [`crate::OpenState`], ordered by gravity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PromiseStanding<S> {
    /// Its name.
    pub name: String,
    /// In words, by language.
    pub title: BTreeMap<String, String>,
    /// That of its gravest part; `None` when nothing measures any of it.
    pub state: Option<S>,
    /// Why nothing measures it.
    pub unmeasured: Option<String>,
    /// Its objectives and how each stands; `None` without an answer.
    pub objectives: Vec<(String, Option<S>)>,
    /// The promises it is made of.
    pub promises: Vec<PromiseStanding<S>>,
}

/// How promises stand, from how their objectives do. What is not measured neither helps nor harms what is.
#[must_use]
pub fn promises_standing<S: Copy + Ord>(promises: &[Promise], states: &BTreeMap<String, S>) -> Vec<PromiseStanding<S>> {
    promises.iter().map(|promise| standing(promise, states)).collect()
}

fn standing<S: Copy + Ord>(promise: &Promise, states: &BTreeMap<String, S>) -> PromiseStanding<S> {
    let objectives: Vec<_> = promise.objectives.iter().map(|name| (name.clone(), states.get(name).copied())).collect();
    let promises = promises_standing(&promise.promises, states);
    let parts = objectives.iter().filter_map(|(_, state)| *state).chain(promises.iter().filter_map(|part| part.state));
    PromiseStanding {
        name: promise.name.clone(),
        title: promise.title.clone(),
        state: parts.max(),
        unmeasured: promise.unmeasured.clone(),
        objectives,
        promises,
    }
}
