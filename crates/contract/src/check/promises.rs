//! The tree of promises.

use std::collections::BTreeSet;

use super::mistakes::{Checker, listed};
use crate::{
    Promise,
    file::{ObjectiveEntry, PromiseEntry},
};

impl Checker<'_> {
    pub(super) fn promises(&mut self, entries: &[PromiseEntry], objectives: &[ObjectiveEntry]) -> Vec<Promise> {
        let names: Vec<&str> = objectives.iter().map(|objective| objective.name.value.as_str()).collect();
        let mut used = BTreeSet::new();
        entries.iter().map(|entry| self.promise(entry, &names, &mut used)).collect()
    }

    fn promise<'e>(&mut self, entry: &'e PromiseEntry, names: &[&str], used: &mut BTreeSet<&'e str>) -> Promise {
        if !used.insert(entry.name.value.as_str()) {
            self.twice("promise", &entry.name);
        }
        for objective in &entry.objectives {
            if !names.contains(&objective.value.as_str()) {
                let wrong = format!("the promise {:?} names no objective {:?}", entry.name.value, objective.value);
                self.wrong(objective, wrong, format!("use one of: {}", listed(names.iter().copied())));
            }
        }
        let measured = !entry.objectives.is_empty() || !entry.promises.is_empty();
        match &entry.unmeasured {
            Some(why) if measured => {
                let wrong = format!("the promise {:?} is measured and said not to be", entry.name.value);
                self.wrong(why, wrong, "leave `unmeasured` out, or put it on a smaller promise of its own");
            }
            None if !measured => {
                let wrong = format!("nothing measures the promise {:?}", entry.name.value);
                self.wrong(&entry.name, wrong, "name its `objectives`, or say why under `unmeasured`");
            }
            _ => {}
        }
        Promise {
            name: entry.name.value.clone(),
            title: entry.title.clone(),
            objectives: entry.objectives.iter().map(|name| name.value.clone()).collect(),
            promises: entry.promises.iter().map(|entry| self.promise(entry, names, used)).collect(),
            unmeasured: entry.unmeasured.as_ref().map(|why| why.value.clone()),
        }
    }
}
