//! Which parts of which files a question needs, and which legs must be counted for it alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Arc,
};

use arrow::{
    array::{BooleanArray, RecordBatch, StringViewArray},
    compute::{and, filter_record_batch, not},
};
use contact::{Instant, Network};
use engine::{DataFile, Engine};

use super::{
    Concern,
    columns::{Desks, hours, texts},
    facts::{DAY_US, Facts, HOUR_US, Phase, Turn},
    open::Open,
};
use crate::{Bucket, Question, ScorecardError};

/// All that decides what a leg adds, beside `now`.
pub(super) struct Shape<'a> {
    pub(super) network: &'a Network,
    pub(super) question: &'a Question,
    pub(super) statements: &'a [&'a str],
    pub(super) wanted: &'a [Bucket],
    pub(super) turns: &'a [Turn],
    /// What the question brings along.
    pub(super) along: String,
}

/// Legs of contacts that are over: all of one file, or those of its contacts that began within one hour, but for some.
pub(super) struct Part {
    file: DataFile,
    facts: Arc<Facts>,
    /// The stretch of time in which its contacts began, and its length.
    pub(super) stretch: i64,
    pub(super) stretch_us: i64,
    /// Legs that are counted alone.
    without: Vec<Concern>,
    /// Says everything that its totals depend on.
    pub(super) name: String,
    /// Its totals count buckets from this one on.
    pub(super) first_bucket: i64,
    /// About how many legs.
    pub(super) rows: usize,
}

impl Part {
    /// Its legs.
    pub(super) async fn legs(&self, engine: &Engine) -> Result<Vec<RecordBatch>, ScorecardError> {
        let alone = Alone(BTreeMap::from([(self.stretch, self.without.clone())]));
        let mut legs = Vec::new();
        for batch in engine.legs_of(&self.file).await?.iter() {
            let within: BooleanArray =
                hours(batch)?.into_iter().map(|hour| Some(self.stretch_us == DAY_US || hour == self.stretch)).collect();
            keep(batch, &and(&within, &not(&alone.mask(batch, &self.facts.contacts)?)?)?, &mut legs)?;
        }
        Ok(legs)
    }
}

/// The hours of a file in which some legs are in no part, and which: each hour on both sides of some turns.
#[derive(Default)]
struct Alone(BTreeMap<i64, Vec<Concern>>);

impl Alone {
    /// The legs that are in no part: these, and those of contacts that are not over.
    fn mask(&self, batch: &RecordBatch, open: &Open) -> Result<BooleanArray, ScorecardError> {
        let (closed, desks) = (open.closed(batch)?, Desks::of(batch)?);
        let is_alone = |(row, hour): (usize, i64)| {
            let (queue, stated) = desks.get(row);
            let concerned = self.0.get(&hour).is_some_and(|mixed| mixed.iter().any(|turn| turn.is_of(queue, stated)));
            Some(concerned || !closed.value(row))
        };
        Ok(hours(batch)?.into_iter().enumerate().map(is_alone).collect())
    }
}

/// What a question needs.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) parts: Vec<Part>,
    /// Legs in files that are to be counted for this question alone: none of a contact that moved.
    pub(super) live: Vec<RecordBatch>,
    /// Legs of contacts that moved, as the parts count them.
    pub(super) stale: Vec<RecordBatch>,
}

impl Plan {
    /// Plans one file: whole when all its legs are in one phase, else by the hour; legs that a turn concerns are counted
    /// for this question alone where an hour is on both sides of it. `stale` are the legs of the file's contacts that moved.
    pub(super) async fn take(
        &mut self,
        engine: &Engine,
        shape: &Shape<'_>,
        file: DataFile,
        stale: &[RecordBatch],
    ) -> Result<(), ScorecardError> {
        let facts = Facts::of(engine, &file, shape.turns, &shape.turned_by()).await?;
        let alone = self.cut(shape, &file, &facts);
        let moved = names(stale)?;
        let moved: BTreeSet<&str> = moved.iter().flatten().flatten().collect();
        for batch in &facts.open {
            keep(batch, &unmoved(batch, &moved)?, &mut self.live)?;
        }
        if !alone.0.is_empty() {
            for batch in engine.legs_of(&file).await?.iter() {
                let unmoved = and(&facts.contacts.closed(batch)?, &unmoved(batch, &moved)?)?;
                keep(batch, &and(&unmoved, &alone.mask(batch, &facts.contacts)?)?, &mut self.live)?;
            }
        }
        for batch in stale {
            keep(batch, &not(&alone.mask(batch, &facts.contacts)?)?, &mut self.stale)?;
        }
        Ok(())
    }

    /// Adds the parts of a file, and gives the legs that are in none.
    fn cut(&mut self, shape: &Shape<'_>, file: &DataFile, facts: &Arc<Facts>) -> Alone {
        let mut alone = Alone::default();
        let Some((first, last)) = facts.offered else { return alone };
        let now = shape.question.now;
        let (first_bucket, bounds) = bounds(shape.wanted, first, last);
        let part = |stretch, stretch_us, phase: &Phase, rows, without| {
            let name = shape.name(file, stretch, stretch_us, phase, &bounds);
            let (file, facts) = (file.clone(), Arc::clone(facts));
            Part { file, facts, stretch, stretch_us, without, name, first_bucket, rows }
        };
        let day = file.day.start().as_micros();
        // Before 1970 the quotients of SQL round the other way.
        let is_countable = day >= 0;
        let phase = facts.phase(shape.turns, now);
        if is_countable && phase.iter().all(Option::is_some) {
            let rows = usize::try_from(file.rows).unwrap_or(usize::MAX);
            self.parts.push(part(day, DAY_US, &phase, rows, Vec::new()));
            return alone;
        }
        for (hour, rows, phase) in facts.hours(shape.turns, now) {
            let mixed = shape.turns.iter().zip(&phase).filter(|(_, past)| past.is_none());
            let mut mixed: Vec<Concern> = mixed.map(|(turn, _)| turn.concern.clone()).collect();
            if !is_countable {
                mixed = vec![Concern::All];
            }
            if !mixed.contains(&Concern::All) {
                self.parts.push(part(hour, HOUR_US, &phase, rows, mixed.clone()));
            }
            if !mixed.is_empty() {
                alone.0.insert(hour, mixed);
            }
        }
        alone
    }

    /// A name for the sum of all parts.
    pub(super) fn name(&self) -> String {
        let mut name = "sum".to_owned();
        for part in &self.parts {
            let _ = write!(name, "\n{} {}", part.first_bucket, part.name);
        }
        name
    }
}

impl Shape<'_> {
    /// Everything that turns depend on, beside `now`.
    fn turned_by(&self) -> String {
        let turns: BTreeSet<_> = self.turns.iter().map(|turn| (&turn.column, &turn.span)).collect();
        let Question { threshold, counting, .. } = self.question;
        format!("{} {threshold:?} {:?} {turns:?} {}", self.network.hash, counting.viewpoint, self.along)
    }

    /// Everything that the totals of a part depend on.
    fn name(&self, file: &DataFile, stretch: i64, stretch_us: i64, phase: &Phase, bounds: &str) -> String {
        let Question { period, by, filters, formula, threshold, counting, customers, grain: _, now: _, as_of: _ } =
            self.question;
        format!(
            "part {} {stretch}+{stretch_us} {phase:?} {bounds} {} {:?} {by:?} {filters:?} {formula:?} {threshold:?} {counting:?} {customers:?} {:?} {}",
            file.full.display(),
            self.network.hash,
            period.zone,
            self.statements,
            self.along,
        )
    }
}

/// The first bucket that legs offered from `first` to `last` fall into, and how the buckets cut that stretch: what lies
/// beyond it does not matter to them.
fn bounds(wanted: &[Bucket], first: i64, last: i64) -> (i64, String) {
    let met = |bucket: &Bucket| bucket.from.as_micros() <= last && bucket.to.as_micros() > first;
    let from = wanted.iter().position(met).unwrap_or(0);
    let mut text = String::new();
    for Bucket { from, to } in wanted.iter().filter(|bucket| met(bucket)) {
        let cut = |at: &Instant| at.as_micros().clamp(first, last + 1) - first;
        let _ = write!(text, "{}-{},", cut(from), cut(to));
    }
    (i64::try_from(from).unwrap_or(0), text)
}

/// The contacts of rows.
fn names(legs: &[RecordBatch]) -> Result<Vec<StringViewArray>, ScorecardError> {
    legs.iter().map(|batch| texts(batch, "contact_id")).collect()
}

/// The rows of other contacts than these.
fn unmoved(batch: &RecordBatch, moved: &BTreeSet<&str>) -> Result<BooleanArray, ScorecardError> {
    let contacts = texts(batch, "contact_id")?;
    Ok(contacts.iter().map(|contact| Some(!contact.is_some_and(|contact| moved.contains(contact)))).collect())
}

/// Adds the rows of a mask, if there are any.
fn keep(batch: &RecordBatch, mask: &BooleanArray, rows: &mut Vec<RecordBatch>) -> Result<(), ScorecardError> {
    match mask.true_count() {
        0 => {}
        all if all == batch.num_rows() => rows.push(batch.clone()),
        _ => rows.push(filter_record_batch(batch, mask)?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};

    use super::*;
    use crate::parts::Writing;

    /// Contact, queue, hour of the start, and the outcome, which came at once.
    type Leg = (&'static str, &'static str, i64, Option<&'static str>);

    fn legs(legs: &[Leg]) -> RecordBatch {
        let texts = |of: &dyn Fn(&Leg) -> Option<&'static str>| -> ArrayRef {
            Arc::new(legs.iter().map(of).collect::<StringViewArray>())
        };
        let instants =
            |of: &dyn Fn(&Leg) -> Option<i64>| -> ArrayRef { Arc::new(legs.iter().map(of).collect::<Int64Array>()) };
        let started = || instants(&|leg| Some(leg.2 * HOUR_US));
        RecordBatch::try_from_iter_with_nullable([
            ("contact_id", texts(&|leg| Some(leg.0)), true),
            ("queue", texts(&|leg| Some(leg.1)), true),
            ("channel", texts(&|_| None), true),
            ("callback_at", instants(&|_| None), true),
            ("called_at", instants(&|_| None), true),
            ("started_at", started(), true),
            ("offered_at", started(), true),
            ("outcome", texts(&|leg| leg.3), true),
            ("outcome_at", started(), true),
        ])
        .expect("columns of one length")
    }

    /// In a part and counted alone, a leg would count twice; in neither, not at all.
    #[test]
    fn a_leg_is_in_a_part_or_counted_alone() {
        let desk = Writing { unless_stated: ["mail".to_owned()].into(), ..Writing::default() };
        let alone = Alone(BTreeMap::from([(7 * HOUR_US, vec![Concern::Writing(desk)])]));
        let answered = Some("answered");
        let batch = legs(&[
            ("a", "mail", 7, answered),
            ("b", "phone", 7, answered),
            ("c", "phone", 7, None),
            ("d", "mail", 8, answered),
        ]);
        let open = Open::of(std::slice::from_ref(&batch)).expect("columns");
        let mask = |alone: &Alone| alone.mask(&batch, &open).expect("columns").values().iter().collect::<Vec<bool>>();
        assert_eq!(mask(&alone), [true, false, true, false]);
        assert_eq!(mask(&Alone::default()), [false, false, true, false], "what is open is in no part");
        let all = Alone(BTreeMap::from([(7 * HOUR_US, vec![Concern::All])]));
        assert_eq!(mask(&all), [true, true, true, false]);
    }

    /// A contact that moved is counted as folded just now; as it was, it must not stand beside that.
    #[test]
    fn legs_of_contacts_that_moved_are_left_out() {
        let batch = legs(&[("a", "mail", 7, None), ("b", "mail", 7, None)]);
        let moved = names(&[legs(&[("b", "mail", 7, Some("answered"))])]).expect("contacts");
        let moved: BTreeSet<&str> = moved.iter().flatten().flatten().collect();
        let mut kept = Vec::new();
        keep(&batch, &unmoved(&batch, &moved).expect("contacts"), &mut kept).expect("rows");
        let kept = names(&kept).expect("contacts");
        assert_eq!(kept.iter().flatten().flatten().collect::<Vec<_>>(), ["a"]);
    }

    /// Buckets from one instant to the next.
    fn buckets(cuts: &[i64]) -> Vec<Bucket> {
        let at = |micros: i64| Instant::from_micros(micros).expect("1970");
        cuts.windows(2).map(|cut| Bucket { from: at(cut[0]), to: at(cut[1]) }).collect()
    }

    /// Legs offered from 100 to 199.
    fn of(cuts: &[i64]) -> (i64, String) {
        bounds(&buckets(cuts), 100, 199)
    }

    /// A file in the middle of a period adds the same to every period around it: else nothing would be found again.
    #[test]
    fn what_lies_beyond_the_legs_of_a_file_does_not_matter() {
        assert_eq!(of(&[0, 1_000]), of(&[100, 200]));
        assert_eq!(of(&[0, 50, 100, 150, 300, 400]).1, of(&[100, 150, 200]).1);
        assert_eq!((of(&[0, 50, 100, 150, 300]).0, of(&[100, 150, 200]).0), (2, 0));
    }

    /// A period that ends on the last offer leaves that leg out.
    #[test]
    fn a_period_that_cuts_a_file_has_another_name() {
        let cuts: [&[i64]; 8] = [
            &[0, 1_000],
            &[0, 199],
            &[0, 198],
            &[101, 1_000],
            &[102, 1_000],
            &[0, 150, 1_000],
            &[0, 151, 1_000],
            &[0, 150, 151, 1_000],
        ];
        let names: std::collections::BTreeSet<String> = cuts.into_iter().map(|cuts| of(cuts).1).collect();
        assert_eq!(names.len(), cuts.len(), "{names:?}");
    }

    #[test]
    fn a_period_beside_the_legs_has_none_of_them() {
        assert_eq!(of(&[0, 100]), (0, String::new()));
        assert_eq!(of(&[200, 300]), (0, String::new()));
        assert_ne!(of(&[0, 101]).1, "");
        assert_ne!(of(&[199, 300]).1, "");
    }
}
