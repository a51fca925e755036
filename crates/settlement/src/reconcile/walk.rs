//! From our figure to theirs: the difference of each step, and what is left. Pure.

use contact::network::Formula;

use super::{
    answer::{LevelStep, LevelWalk, MeasureWalk, Parts, StepChange},
    counts::{Counted, Counts, Measure},
    step::{Part, Step},
};
use crate::declared::DeclaredRow;

/// What a cell counts after a step of the walk; before the first, it is ours.
pub(crate) type Stage = (Option<Step>, Counted);

/// The outcomes that a contact of one side only may have had, in the order in which they are put down to missing events.
const OUTCOMES: [Measure; 3] = [Measure::Answered, Measure::Abandoned, Measure::FlowedOut];

/// The walk of every count that a row declares. Without a list of contacts, those of one side only are told from the
/// declared counts themselves ([`missing`]).
pub(crate) fn measures(row: &DeclaredRow, path: &[Stage], has_list: bool) -> Vec<MeasureWalk> {
    let last = last(path);
    let missing = if has_list { Missing::default() } else { missing(&row.counts, &last) };
    let walk = |measure: &Measure| {
        let theirs = row.counts.get(*measure)?;
        let ours = path.first().map_or(0, |(_, counted)| counted.get(*measure));
        let mut parts = Parts { remainder: theirs - ours, ..Parts::default() };
        let mut steps = Vec::new();
        for pair in path.windows(2) {
            let change = pair[1].1.get(*measure) - pair[0].1.get(*measure);
            let Some(step) = pair[1].0 else { continue };
            parts.take(step.part(), change);
            steps.push(StepChange { step, part: step.part(), change });
        }
        parts.take(Part::MissingEvents, missing.of(*measure));
        Some(MeasureWalk { measure: *measure, ours, theirs, difference: theirs - ours, steps, parts })
    };
    Measure::ALL.iter().filter_map(walk).collect()
}

/// The walk of the service level, when a row declares one.
pub(crate) fn level(row: &DeclaredRow, path: &[Stage], formula: Option<Formula>, has_list: bool) -> Option<LevelWalk> {
    let declared = row.level?;
    let step = |(step, counted): &Stage| LevelStep {
        step: *step,
        in_time: counted.get(Measure::InTime),
        promised: counted.get(Measure::Promised),
        value: counted.level(),
    };
    let last = last(path);
    let missing = if has_list { Missing::default() } else { missing(&row.counts, &last) };
    let explained = shares(&last, &missing, formula, &row.counts).iter().any(|share| declared.is(*share));
    let reached = last.level();
    let remainder = if explained { Some(0.0) } else { reached.map(|reached| (declared.share - reached) * 100.0) };
    Some(LevelWalk {
        ours: path.first().and_then(|(_, counted)| counted.level()),
        theirs: declared.share,
        within: declared.within,
        steps: path.iter().map(step).collect(),
        explained,
        remainder_points: remainder,
    })
}

fn last(path: &[Stage]) -> Counted {
    path.last().map(|(_, counted)| *counted).unwrap_or_default()
}

/// Contacts that only one side counts, as the declared counts tell them: more than ours is theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Missing {
    offered: i64,
    outcomes: [i64; 3],
    short: i64,
    in_time: i64,
    promised: i64,
}

impl Missing {
    fn of(&self, measure: Measure) -> i64 {
        match measure {
            Measure::Offered => self.offered,
            Measure::Answered => self.outcomes[0],
            Measure::Abandoned => self.outcomes[1],
            Measure::FlowedOut => self.outcomes[2],
            Measure::ShortAbandoned => self.short,
            Measure::InTime => self.in_time,
            Measure::Promised => self.promised,
        }
    }
}

/// Of what no rule explains, the part that whole contacts explain: as many as are offered more (or less) and have an
/// outcome more (or less). A number that no outcome goes with stays in the remainder, and so does everything when offered,
/// answered and abandoned are not all declared.
fn missing(declared: &Counts, counted: &Counted) -> Missing {
    let left = |measure: Measure| declared.get(measure).map(|theirs| theirs - counted.get(measure));
    let mut missing = Missing::default();
    let (Some(offered), Some(_), Some(_)) = (left(Measure::Offered), left(Measure::Answered), left(Measure::Abandoned))
    else {
        return missing;
    };
    let outcomes = OUTCOMES.map(|measure| left(measure).unwrap_or(0));
    missing.offered = toward(offered, outcomes.iter().sum());
    let mut rest = missing.offered;
    for (part, outcome) in missing.outcomes.iter_mut().zip(outcomes) {
        *part = toward(outcome, rest);
        rest -= *part;
    }
    // What no outcome takes is no whole contact.
    missing.offered -= rest;
    missing.short = toward(left(Measure::ShortAbandoned).unwrap_or(0), missing.outcomes[1]);
    // A contact in time was answered, or abandoned or called back and credited.
    missing.in_time = toward(left(Measure::InTime).unwrap_or(0), missing.offered);
    missing.promised = toward(left(Measure::Promised).unwrap_or(0), missing.offered);
    missing
}

/// As much of `difference` as `most` allows, in its direction; nothing against it.
fn toward(difference: i64, most: i64) -> i64 {
    if difference > 0 { difference.min(most).max(0) } else { difference.max(most).min(0) }
}

/// The service levels that are possible once the missing contacts are there: those declared in time, or none and all of
/// the missing answers where that is not declared.
fn shares(last: &Counted, missing: &Missing, formula: Option<Formula>, declared: &Counts) -> Vec<f64> {
    let [answered, abandoned, flowed] = missing.outcomes;
    let promised = match formula {
        _ if declared.has(Measure::Promised) => missing.promised,
        Some(Formula::F) => answered,
        Some(Formula::A) => answered + abandoned + flowed,
        _ => answered + abandoned,
    };
    let in_time: Vec<i64> = if declared.has(Measure::InTime) {
        vec![missing.in_time]
    } else {
        (answered.min(0)..=answered.max(0)).take(100_000).collect()
    };
    #[expect(clippy::cast_precision_loss, reason = "numbers of contacts are far below 2^53")]
    let share = |more: i64| (last.get(Measure::InTime) + more) as f64 / (last.get(Measure::Promised) + promised) as f64;
    in_time.into_iter().map(share).filter(|share| share.is_finite()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(values: [i64; 4]) -> Counts {
        let mut counts = Counts::default();
        for (measure, value) in
            [Measure::Offered, Measure::Answered, Measure::Abandoned, Measure::InTime].iter().zip(values)
        {
            counts.set(*measure, Some(value));
        }
        counts
    }

    /// 100 offered, 80 answered of which 70 in time, 20 abandoned.
    fn counted() -> Counted {
        Counted::new([100, 80, 20, 5, 0, 70, 100], [(70, 100); 7])
    }

    #[test]
    fn whole_contacts_are_missing_events_and_a_lone_number_is_not() {
        let more = missing(&declared([103, 82, 21, 71]), &counted());
        assert_eq!((more.offered, more.outcomes, more.in_time), (3, [2, 1, 0], 1));
        let less = missing(&declared([98, 78, 20, 69]), &counted());
        assert_eq!((less.offered, less.outcomes, less.in_time), (-2, [-2, 0, 0], -1));
        let offered_alone = missing(&declared([105, 80, 20, 70]), &counted());
        assert_eq!(offered_alone, Missing::default());
        let answered_alone = missing(&declared([100, 85, 20, 70]), &counted());
        assert_eq!(answered_alone, Missing::default());
        let both = missing(&declared([103, 88, 20, 75]), &counted());
        assert_eq!((both.offered, both.outcomes, both.in_time), (3, [3, 0, 0], 3), "five answers too many are left");
    }

    #[test]
    fn without_offered_and_outcomes_nothing_is_put_down_to_missing_events() {
        let mut counts = Counts::default();
        counts.set(Measure::Answered, Some(90));
        assert_eq!(missing(&counts, &counted()), Missing::default());
    }
}
