//! Which parts of which files a question needs, and which legs must be counted for it alone.

use std::{fmt::Write as _, sync::Arc};

use arrow::{
    array::{BooleanArray, RecordBatch},
    compute::{and, filter_record_batch},
};
use contact::{Instant, Network};
use engine::{DataFile, Engine};

use super::facts::{DAY_US, Facts, HOUR_US, Turn, hours};
use crate::{Bucket, Question, ScorecardError};

/// All that decides what a leg adds, beside `now`.
pub(super) struct Shape<'a> {
    pub(super) network: &'a Network,
    pub(super) question: &'a Question,
    pub(super) statements: &'a [&'a str],
    pub(super) wanted: &'a [Bucket],
    pub(super) turns: &'a [Turn],
}

/// Legs of contacts that are over: all of one file, or those of its contacts that began within one hour.
pub(super) struct Part {
    file: DataFile,
    facts: Arc<Facts>,
    /// The stretch of time in which its contacts began, and its length.
    pub(super) stretch: i64,
    pub(super) stretch_us: i64,
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
        let wanted = |hour: i64| self.stretch_us == DAY_US || hour == self.stretch;
        legs_of(engine, &self.file, &self.facts, wanted).await
    }
}

/// What a question needs.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) parts: Vec<Part>,
    /// Legs in files that are to be counted for this question alone.
    pub(super) live: Vec<RecordBatch>,
}

impl Plan {
    /// Plans one file: whole when all its legs are in one phase, else by the hour; hours that are in none are counted for
    /// this question alone.
    pub(super) async fn take(
        &mut self,
        engine: &Engine,
        shape: &Shape<'_>,
        file: DataFile,
    ) -> Result<(), ScorecardError> {
        let facts = Facts::of(engine, &file, shape.turns).await?;
        let now = shape.question.now;
        self.live.extend(facts.open.iter().cloned());
        let Some((first, last)) = facts.offered else { return Ok(()) };
        let (first_bucket, bounds) = bounds(shape.wanted, first, last);
        let rows = usize::try_from(file.rows).unwrap_or(usize::MAX);
        let part = |stretch, stretch_us, phase: &[bool], rows| {
            let name = shape.name(&file, stretch, stretch_us, phase, &bounds);
            Part { file: file.clone(), facts: Arc::clone(&facts), stretch, stretch_us, name, first_bucket, rows }
        };
        let day = file.day.start().as_micros();
        // Before 1970 the quotients of SQL round the other way.
        let mixed = match facts.phase(shape.turns, now) {
            Some(phase) if day >= 0 => {
                self.parts.push(part(day, DAY_US, &phase, rows));
                return Ok(());
            }
            _ => facts.hours().filter(|(hour, legs)| match facts.phase_of(*hour, shape.turns, now) {
                Some(phase) if day >= 0 => {
                    self.parts.push(part(*hour, HOUR_US, &phase, *legs));
                    false
                }
                _ => true,
            }),
        };
        let mixed: Vec<i64> = mixed.map(|(hour, _)| hour).collect();
        if !mixed.is_empty() {
            self.live.extend(legs_of(engine, &file, &facts, |hour| mixed.contains(&hour)).await?);
        }
        Ok(())
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
    /// Everything that the totals of a part depend on.
    fn name(&self, file: &DataFile, stretch: i64, stretch_us: i64, phase: &[bool], bounds: &str) -> String {
        let Question { period, by, filters, formula, threshold, counting, customers, grain: _, now: _, as_of: _ } =
            self.question;
        format!(
            "part {} {stretch}+{stretch_us} {phase:?} {bounds} {} {:?} {by:?} {filters:?} {formula:?} {threshold:?} {counting:?} {customers:?} {:?}",
            file.full.display(),
            self.network.hash,
            period.zone,
            self.statements,
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

/// The legs of contacts that are over and began in a wanted hour.
async fn legs_of(
    engine: &Engine,
    file: &DataFile,
    facts: &Facts,
    wanted: impl Fn(i64) -> bool,
) -> Result<Vec<RecordBatch>, ScorecardError> {
    let mut legs = Vec::new();
    for batch in engine.legs_of(file).await?.iter() {
        let within: BooleanArray = hours(batch)?.into_iter().map(|hour| Some(wanted(hour))).collect();
        let mask = and(&facts.contacts.closed(batch)?, &within)?;
        if mask.true_count() > 0 {
            legs.push(filter_record_batch(batch, &mask)?);
        }
    }
    Ok(legs)
}

#[cfg(test)]
mod tests {
    use super::*;

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
