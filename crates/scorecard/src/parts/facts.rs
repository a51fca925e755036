//! What is to be known of a legs file before its legs are counted: which of them still depend on `now`, and until when.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use arrow::{
    array::{BooleanArray, RecordBatch},
    compute::{filter_record_batch, not},
};
use contact::Instant;
use engine::{DataFile, Engine, compacted};

use super::{
    Concern,
    columns::{Desks, hours, micros},
    open::Open,
};
use crate::ScorecardError;

/// Contacts that began within an hour are kept apart where an hour matters.
pub(crate) const HOUR_US: i64 = 3_600_000_000;

/// A file's own day.
pub(crate) const DAY_US: i64 = 24 * HOUR_US;

/// What the legs that it concerns add changes once `now` is `micros` after the instant in `column`, or later. Turns are
/// known by column, span and number, in this order: the length itself may move with `now`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    pub(crate) column: String,
    pub(crate) span: engine::Span,
    pub(crate) nth: usize,
    pub(crate) micros: i64,
    pub(crate) concern: Concern,
}

/// Of each turn in order whether it lies behind a set of legs; `None` while some of the legs that it concerns are past it
/// and others are not.
pub(crate) type Phase = Vec<Option<bool>>;

/// Of each turn in order the earliest and the latest instant; `None` without any.
type Spans = Vec<Option<(i64, i64)>>;

/// What is known of a legs file.
#[derive(Default)]
pub(crate) struct Facts {
    /// Legs that add something else for every `now`: all those of contacts that are not over.
    pub(crate) open: Vec<RecordBatch>,
    /// These contacts.
    pub(crate) contacts: Open,
    /// Earliest and latest offer, of all legs.
    pub(crate) offered: Option<(i64, i64)>,
    /// The other legs, by the hour in which their contacts began.
    hours: BTreeMap<i64, Hour>,
}

/// Legs of contacts that began within one hour.
struct Hour {
    legs: usize,
    spans: Spans,
}

impl Facts {
    /// Of a legs file, kept. `turned_by` says what the turns depend on, beside `now`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) async fn of(
        engine: &Engine,
        file: &DataFile,
        turns: &[Turn],
        turned_by: &str,
    ) -> Result<Arc<Self>, ScorecardError> {
        let name = format!("facts {} {turned_by}", file.full.display());
        if let Some(known) = engine.recall(&name) {
            return Ok(known);
        }
        let facts = Arc::new(Self::of_legs(&engine.legs_of(file).await?, turns)?);
        engine.remember(name, Arc::clone(&facts), facts.bytes());
        Ok(facts)
    }

    fn of_legs(legs: &[RecordBatch], turns: &[Turn]) -> Result<Self, ScorecardError> {
        let mut facts = Self { contacts: Open::of(legs)?, ..Self::default() };
        for batch in legs {
            let closed = facts.contacts.closed(batch)?;
            facts.take(batch, &closed, turns)?;
        }
        Ok(facts)
    }

    fn take(&mut self, batch: &RecordBatch, closed: &BooleanArray, turns: &[Turn]) -> Result<(), ScorecardError> {
        let open = not(closed)?;
        if open.true_count() > 0 {
            self.open.push(compacted(&filter_record_batch(batch, &open)?)?);
        }
        for offered in micros(batch, "offered_at")?.into_iter().flatten() {
            self.offered = Some(widened(self.offered, offered));
        }
        let (hours, desks) = (hours(batch)?, Desks::of(batch)?);
        let columns: BTreeSet<&str> = turns.iter().map(|turn| turn.column.as_str()).collect();
        let instants = columns.into_iter().map(|column| Ok((column, micros(batch, column)?)));
        let instants = instants.collect::<Result<BTreeMap<_, _>, ScorecardError>>()?;
        let mut concerned: HashMap<(&str, Option<&str>), Vec<usize>> = HashMap::new();
        for row in (0..batch.num_rows()).filter(|row| closed.value(*row)) {
            let hour = self.hours.entry(hours[row]);
            let hour = hour.or_insert_with(|| Hour { legs: 0, spans: vec![None; turns.len()] });
            hour.legs += 1;
            let (queue, stated) = desks.get(row);
            let concerned = concerned
                .entry((queue, stated))
                .or_insert_with(|| (0..turns.len()).filter(|turn| turns[*turn].concern.is_of(queue, stated)).collect());
            for turn in concerned.iter().copied() {
                if let Some(instant) = instants[turns[turn].column.as_str()][row] {
                    hour.spans[turn] = Some(widened(hour.spans[turn], instant));
                }
            }
        }
        Ok(())
    }

    /// The phase of all its legs with an outcome.
    pub(crate) fn phase(&self, turns: &[Turn], now: Instant) -> Phase {
        let mut whole: Spans = vec![None; turns.len()];
        for hour in self.hours.values() {
            for (whole, span) in whole.iter_mut().zip(&hour.spans) {
                *whole = span.map_or(*whole, |(first, last)| Some(widened(Some(widened(*whole, first)), last)));
            }
        }
        phase(&whole, turns, now)
    }

    /// The hours in which the contacts of its legs with an outcome began, each with how many such legs, and their phase.
    pub(crate) fn hours<'a>(
        &'a self,
        turns: &'a [Turn],
        now: Instant,
    ) -> impl Iterator<Item = (i64, usize, Phase)> + 'a {
        self.hours.iter().map(move |(hour, of)| (*hour, of.legs, phase(&of.spans, turns, now)))
    }

    fn bytes(&self) -> usize {
        let hours: usize = self.hours.values().map(|hour| hour.spans.len() * 24 + 64).sum();
        let open: usize = self.open.iter().map(RecordBatch::get_array_memory_size).sum();
        open + self.contacts.bytes() + hours
    }
}

fn phase(spans: &Spans, turns: &[Turn], now: Instant) -> Phase {
    let past = |(turn, span): (&Turn, &Option<(i64, i64)>)| {
        let Some((first, last)) = *span else { return Some(true) };
        let since = now.as_micros().saturating_sub(turn.micros);
        if last <= since { Some(true) } else { (first > since).then_some(false) }
    };
    turns.iter().zip(spans).map(past).collect()
}

fn widened(span: Option<(i64, i64)>, instant: i64) -> (i64, i64) {
    span.map_or((instant, instant), |(first, last)| (first.min(instant), last.max(instant)))
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, StringViewArray};

    use super::*;
    use crate::{cohort::CLOCK_US, parts::Writing};

    const START: i64 = 500_000 * HOUR_US;

    /// A leg's start, first offer, outcome, and when that came.
    type Leg = (i64, Option<i64>, Option<&'static str>, Option<i64>);

    /// Legs that were offered 5 µs after their start, each of its own contact and in a queue.
    fn legs_in(queue: impl Fn(usize) -> &'static str, legs: &[Leg]) -> RecordBatch {
        let ints =
            |of: &dyn Fn(&Leg) -> Option<i64>| -> ArrayRef { Arc::new(legs.iter().map(of).collect::<Int64Array>()) };
        let texts = |of: &dyn Fn(usize) -> Option<&'static str>| -> ArrayRef {
            Arc::new((0..legs.len()).map(of).collect::<StringViewArray>())
        };
        let names = (0..legs.len()).map(|row| Some(format!("C-{row}")));
        let names: ArrayRef = Arc::new(names.collect::<StringViewArray>());
        RecordBatch::try_from_iter_with_nullable([
            ("contact_id", names, true),
            ("queue", texts(&|row| Some(queue(row))), true),
            ("channel", texts(&|_| None), true),
            ("callback_at", ints(&|_| None), true),
            ("called_at", ints(&|_| None), true),
            ("started_at", ints(&|leg| Some(leg.0)), true),
            ("offered_at", ints(&|leg| Some(leg.0 + 5)), true),
            ("first_offered_at", ints(&|leg| leg.1), true),
            ("outcome", texts(&|row| legs[row].2), true),
            ("outcome_at", ints(&|leg| leg.3), true),
        ])
        .expect("columns of one length")
    }

    fn legs(legs: &[Leg]) -> RecordBatch {
        legs_in(|_| "phone", legs)
    }

    fn answered(started: i64) -> Leg {
        (started, Some(started + 5), Some("answered"), Some(started + 9))
    }

    fn turn(column: &str, micros: i64) -> Turn {
        let span = engine::Span::Micros(micros);
        Turn { column: column.to_owned(), span, nth: 0, micros, concern: Concern::All }
    }

    fn facts(batch: &RecordBatch, turns: &[Turn]) -> Facts {
        Facts::of_legs(std::slice::from_ref(batch), turns).expect("the columns of legs")
    }

    /// The hours, each with how many legs.
    fn hours(facts: &Facts) -> Vec<(i64, usize)> {
        facts.hours(&[], Instant::FOREVER).map(|(hour, legs, _)| (hour, legs)).collect()
    }

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros).expect("within the calendar")
    }

    /// Statements say `>=`: on the turn itself a leg is past it. Kept as not past, it would stay immature for ever.
    #[test]
    fn a_leg_is_past_a_turn_from_the_turn_on() {
        let turns = [turn("started_at", DAY_US)];
        let facts = facts(&legs(&[answered(START)]), &turns);
        let phase = |now: i64| facts.phase(&turns, at(START + DAY_US + now));
        assert_eq!([phase(-1), phase(0), phase(1)], [[Some(false)], [Some(true)], [Some(true)]]);
        assert_eq!(facts.phase(&turns, Instant::FOREVER), [Some(true)]);
    }

    #[test]
    fn legs_on_both_sides_of_a_turn_are_in_no_phase_together() {
        let turns = [turn("started_at", DAY_US)];
        let facts = facts(&legs(&[answered(START), answered(START + HOUR_US)]), &turns);
        let both = |now: i64| facts.phase(&turns, at(START + DAY_US + now));
        assert_eq!([both(-1), both(0)], [[Some(false)], [None]]);
        assert_eq!([both(HOUR_US - 1), both(HOUR_US)], [[None], [Some(true)]]);
        let hours: Vec<_> = facts.hours(&turns, at(START + DAY_US + HOUR_US - 1)).collect();
        assert_eq!(hours, [(START, 1, vec![Some(true)]), (START + HOUR_US, 1, vec![Some(false)])]);
    }

    /// Two turns after one instant are two bits: past the first and not the second is a phase of its own.
    #[test]
    fn every_turn_has_its_bit() {
        let turns = [turn("first_offered_at", DAY_US), turn("first_offered_at", 2 * DAY_US), turn("started_at", 9)];
        let mut unoffered = answered(START + 1);
        unoffered.1 = None;
        let facts = facts(&legs(&[answered(START), unoffered]), &turns);
        let phase = |now: i64| facts.phase(&turns, at(START + 5 + now));
        assert_eq!(phase(DAY_US - 1), [Some(false), Some(false), Some(true)]);
        assert_eq!(phase(DAY_US), [Some(true), Some(false), Some(true)]);
        assert_eq!(phase(2 * DAY_US), [Some(true); 3]);
        assert_eq!(phase(4), [Some(false), Some(false), None], "one leg is past the third turn");
    }

    /// Calls around a promised reply would otherwise be counted anew at every question.
    #[test]
    fn a_turn_is_that_of_the_legs_it_concerns() {
        let desk = Writing { unless_stated: ["mail".to_owned()].into(), ..Writing::default() };
        let turns = [Turn { concern: Concern::Writing(desk), ..turn("offered_at", HOUR_US) }];
        let queue = |row: usize| if row == 1 { "mail" } else { "phone" };
        let facts = facts(&legs_in(queue, &[answered(START), answered(START + 10), answered(START + 20)]), &turns);
        let phase = |now: i64| facts.phase(&turns, at(START + 15 + HOUR_US + now));
        assert_eq!([phase(-1), phase(0)], [[Some(false)], [Some(true)]]);
        assert_eq!(hours(&facts), [(START, 3)]);
    }

    /// Without an outcome a leg waits on; with one beyond every open clock, the clock's end shows.
    #[test]
    fn legs_that_depend_on_every_now_are_open() {
        let late = (START, Some(START), Some("answered"), Some(START + 5 + CLOCK_US));
        let last = (START, Some(START), Some("answered"), Some(START + 4 + CLOCK_US));
        let facts = facts(&legs(&[(START + 7, None, None, None), late, last]), &[]);
        assert_eq!(facts.open.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
        assert_eq!(hours(&facts), [(START, 1)]);
        assert_eq!(facts.offered, Some((START + 5, START + 12)), "open legs are offered, too");
    }

    /// Hours are known without turns, too: legs before 1970 are found by their hours only.
    #[test]
    fn without_turns_there_is_one_phase_and_every_hour_is_known() {
        let facts = facts(&legs(&[answered(-HOUR_US - 1), answered(-1)]), &[]);
        assert_eq!(facts.phase(&[], Instant::FOREVER), []);
        assert_eq!(hours(&facts), [(-HOUR_US, 1), (0, 1)]);
    }
}
