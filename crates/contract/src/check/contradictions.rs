//! Objectives that cannot both be meant.

use super::mistakes::Checker;
use crate::{
    file::ObjectiveEntry,
    terms::{Clock, Level, Metric, Objective, Share},
};

impl Checker<'_> {
    /// Compares objectives on the same contacts. One that says why it stands beside the other is let be.
    pub(super) fn contradictions(&mut self, written: &[ObjectiveEntry], objectives: &[Objective]) {
        for (position, one) in objectives.iter().enumerate() {
            for other in &objectives[..position] {
                if one.scope != other.scope || reconciled(written, one) || reconciled(written, other) {
                    continue;
                }
                self.answered_and_abandoned(written, other, one);
                self.sooner_and_later(written, other, one);
                self.said_twice(written, other, one);
            }
        }
    }

    /// What is not answered is abandoned: 85 % answered and at most 10 % abandoned do not agree.
    fn answered_and_abandoned(&mut self, written: &[ObjectiveEntry], one: &Objective, other: &Objective) {
        let is = |objective: &Objective, id: &str| objective.indicator.name == id;
        let (answered, abandoned) = if is(one, "response_rate") { (one, other) } else { (other, one) };
        if !is(answered, "response_rate") || !is(abandoned, "abandonment_rate") {
            return;
        }
        let (Level::Share(least), Level::Share(most)) = (answered.levels.expected, abandoned.levels.expected) else {
            return;
        };
        if least.rest() != most
            && let Some(entry) = entry(written, other)
        {
            let wrong = format!(
                "{least} answered and at most {most} abandoned do not agree: {least} answered leaves {} abandoned",
                least.rest()
            );
            let right = format!(
                "give {} answered or {} abandoned, or say with `reconciledBy` what becomes of the rest",
                most.rest(),
                least.rest()
            );
            self.wrong(&entry.levels.expected, wrong, right);
        }
    }

    /// What is done within 24 h is done within 48 h: a higher share within the shorter time makes the longer one idle.
    fn sooner_and_later(&mut self, written: &[ObjectiveEntry], one: &Objective, other: &Objective) {
        let (Some(first), Some(second)) = (timed(one), timed(other)) else { return };
        if first.kind != second.kind || first.within == second.within {
            return;
        }
        let (sooner, later) = if first.within < second.within { (first, second) } else { (second, first) };
        if sooner.level > later.level
            && let Some(entry) = entry(written, other)
        {
            let wrong = format!(
                "{} within {} is asked and only {} within {}, which can then never be missed alone",
                sooner.level, sooner.within, later.level, later.within
            );
            self.wrong(&entry.levels.expected, wrong, "ask at least as much within the longer time");
        }
    }
}

impl Checker<'_> {
    /// One figure held twice in one window by different levels: only the higher demand can decide.
    fn said_twice(&mut self, written: &[ObjectiveEntry], one: &Objective, other: &Objective) {
        let window = one.windows.iter().find(|window| other.windows.contains(window));
        let (Some(window), Some(entry)) = (window, entry(written, other)) else { return };
        let same = one.indicator.metric == other.indicator.metric && one.indicator.name == other.indicator.name;
        if same && one.levels.expected != other.levels.expected {
            let (first, second) = (one.levels.expected, other.levels.expected);
            let name = &one.indicator.name;
            let wrong = format!("{name} is held to {first} and to {second} in the same window of {window}");
            self.wrong(&entry.levels.expected, wrong, "keep one, or give the other as its floor or target");
        }
    }
}

/// An objective of the form "this share within this time".
struct Timed {
    kind: (u8, Option<Clock>),
    within: contact::Duration,
    level: Share,
}

fn timed(objective: &Objective) -> Option<Timed> {
    let Level::Share(level) = objective.levels.expected else { return None };
    let hours = |hours: u32| ((1, Some(Clock::Elapsed)), contact::Duration::from_secs(hours * 3600));
    let (kind, within) = match &objective.indicator.metric {
        Metric::Figure { .. } if objective.indicator.name == "resolved_24h" => hours(24),
        Metric::Figure { .. } if objective.indicator.name == "resolved_48h" => hours(48),
        Metric::FirstResponse { within, .. } => ((0, None), *within),
        Metric::DurableResolution { within, clock, .. } => ((1, Some(*clock)), *within),
        Metric::ServiceLevel { threshold: Some(threshold), formula, .. } => {
            ((2 + formula.map_or(0, |formula| formula.as_str().as_bytes()[0]), None), *threshold)
        }
        _ => return None,
    };
    Some(Timed { kind, within, level })
}

fn entry<'w>(written: &'w [ObjectiveEntry], objective: &Objective) -> Option<&'w ObjectiveEntry> {
    written.iter().find(|entry| entry.name.value == objective.name)
}

fn reconciled(written: &[ObjectiveEntry], objective: &Objective) -> bool {
    entry(written, objective).is_some_and(|entry| entry.reconciled_by.is_some())
}
