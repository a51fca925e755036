//! What is to be known of a legs file before its legs are counted: which of them still depend on `now`, and until when.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow::{
    array::{AsArray, BooleanArray, RecordBatch},
    compute::{cast, filter_record_batch, not},
    datatypes::{DataType, Int64Type},
};
use contact::Instant;
use engine::{DataFile, Engine, compacted};

use super::open::Open;
use crate::ScorecardError;

/// Contacts that began within an hour are kept apart where an hour matters.
pub(crate) const HOUR_US: i64 = 3_600_000_000;

/// A file's own day.
pub(crate) const DAY_US: i64 = 24 * HOUR_US;

/// What a leg adds changes once `now` is `micros` after the instant in `column`, or later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    pub(crate) column: String,
    pub(crate) micros: i64,
}

/// Which turns lie behind a set of legs; `None` while some of the legs are past one and others are not.
pub(crate) type Phase = Option<Vec<bool>>;

/// Earliest and latest instant of each column of turns; `None` for columns without any.
type Spans = BTreeMap<String, Option<(i64, i64)>>;

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
#[derive(Default)]
struct Hour {
    legs: usize,
    spans: Spans,
}

impl Facts {
    /// Of a legs file, kept.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) async fn of(engine: &Engine, file: &DataFile, turns: &[Turn]) -> Result<Arc<Self>, ScorecardError> {
        let name = format!("facts {} {turns:?}", file.full.display());
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
        let hours = hours(batch)?;
        for (hour, _) in hours.iter().zip(closed.values()).filter(|(_, closed)| *closed) {
            self.hours.entry(*hour).or_default().legs += 1;
        }
        let columns: BTreeSet<&String> = turns.iter().map(|turn| &turn.column).collect();
        for column in columns {
            for ((instant, hour), closed) in micros(batch, column)?.into_iter().zip(&hours).zip(closed.values()) {
                if closed {
                    let spans = &mut self.hours.entry(*hour).or_default().spans;
                    let span = spans.entry(column.clone()).or_default();
                    *span = instant.map(|instant| widened(*span, instant)).or(*span);
                }
            }
        }
        Ok(())
    }

    /// The hours in which the contacts of its legs with an outcome began, each with how many such legs.
    pub(crate) fn hours(&self) -> impl Iterator<Item = (i64, usize)> {
        self.hours.iter().map(|(hour, of)| (*hour, of.legs))
    }

    /// The phase of all its legs with an outcome.
    pub(crate) fn phase(&self, turns: &[Turn], now: Instant) -> Phase {
        let mut whole = Spans::new();
        for (column, span) in self.hours.values().flat_map(|hour| &hour.spans) {
            let mine = whole.entry(column.clone()).or_default();
            *mine = span.map_or(*mine, |(first, last)| Some(widened(Some(widened(*mine, first)), last)));
        }
        phase(&whole, turns, now)
    }

    /// The phase of the legs of contacts that began in an hour.
    pub(crate) fn phase_of(&self, hour: i64, turns: &[Turn], now: Instant) -> Phase {
        self.hours.get(&hour).and_then(|hour| phase(&hour.spans, turns, now))
    }

    fn bytes(&self) -> usize {
        // A node of a map has room for eleven columns of turns.
        let open: usize = self.open.iter().map(RecordBatch::get_array_memory_size).sum();
        open + self.contacts.bytes() + self.hours.len() * 1024
    }
}

fn phase(spans: &Spans, turns: &[Turn], now: Instant) -> Phase {
    let past = |turn: &Turn| {
        let Some((first, last)) = spans.get(&turn.column).copied().flatten() else { return Some(true) };
        let since = now.as_micros().saturating_sub(turn.micros);
        if last <= since { Some(true) } else { (first > since).then_some(false) }
    };
    turns.iter().map(past).collect()
}

fn widened(span: Option<(i64, i64)>, instant: i64) -> (i64, i64) {
    span.map_or((instant, instant), |(first, last)| (first.min(instant), last.max(instant)))
}

/// The hour in which each row's contact began, as statements cut it: before 1970, towards it.
pub(crate) fn hours(batch: &RecordBatch) -> Result<Vec<i64>, ScorecardError> {
    let started = micros(batch, "started_at")?;
    Ok(started.into_iter().map(|started| started.map_or(0, |started| started - started % HOUR_US)).collect())
}

pub(super) fn micros(batch: &RecordBatch, column: &str) -> Result<Vec<Option<i64>>, ScorecardError> {
    let column = cast(batch.column(batch.schema().index_of(column)?), &DataType::Int64)?;
    Ok(column.as_primitive::<Int64Type>().iter().collect())
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, StringViewArray};

    use super::*;
    use crate::cohort::CLOCK_US;

    const START: i64 = 500_000 * HOUR_US;

    /// A leg's start, first offer, outcome, and when that came.
    type Leg = (i64, Option<i64>, Option<&'static str>, Option<i64>);

    /// Legs that were offered 5 µs after their start, each of its own contact.
    fn legs(legs: &[Leg]) -> RecordBatch {
        let names: Vec<String> = (0..legs.len()).map(|number| format!("C-{number}")).collect();
        of_contacts(legs, &names.iter().map(|name| (name.as_str(), None, None)).collect::<Vec<_>>())
    }

    /// Legs with their contact, when the customer asked to be called back, and when that was done.
    fn of_contacts(legs: &[Leg], contacts: &[(&str, Option<i64>, Option<i64>)]) -> RecordBatch {
        let ints =
            |of: &dyn Fn(&Leg) -> Option<i64>| -> ArrayRef { Arc::new(legs.iter().map(of).collect::<Int64Array>()) };
        let outcomes: ArrayRef = Arc::new(legs.iter().map(|leg| leg.2).collect::<StringViewArray>());
        let names: ArrayRef = Arc::new(contacts.iter().map(|contact| Some(contact.0)).collect::<StringViewArray>());
        let asked: ArrayRef = Arc::new(contacts.iter().map(|contact| contact.1).collect::<Int64Array>());
        let called: ArrayRef = Arc::new(contacts.iter().map(|contact| contact.2).collect::<Int64Array>());
        RecordBatch::try_from_iter_with_nullable([
            ("contact_id", names, true),
            ("callback_at", asked, true),
            ("called_at", called, true),
            ("started_at", ints(&|leg| Some(leg.0)), true),
            ("offered_at", ints(&|leg| Some(leg.0 + 5)), true),
            ("first_offered_at", ints(&|leg| leg.1), true),
            ("outcome", outcomes, true),
            ("outcome_at", ints(&|leg| leg.3), true),
        ])
        .expect("columns of one length")
    }

    fn answered(started: i64) -> Leg {
        (started, Some(started + 5), Some("answered"), Some(started + 9))
    }

    fn turn(column: &str, micros: i64) -> Turn {
        Turn { column: column.to_owned(), micros }
    }

    fn facts(batch: &RecordBatch, turns: &[Turn]) -> Facts {
        Facts::of_legs(std::slice::from_ref(batch), turns).expect("the columns of legs")
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
        assert_eq!([phase(-1), phase(0), phase(1)], [Some(vec![false]), Some(vec![true]), Some(vec![true])]);
        assert_eq!(facts.phase(&turns, Instant::FOREVER), Some(vec![true]));
    }

    #[test]
    fn legs_on_both_sides_of_a_turn_are_in_no_phase_together() {
        let turns = [turn("started_at", DAY_US)];
        let facts = facts(&legs(&[answered(START), answered(START + HOUR_US)]), &turns);
        let both = |now: i64| facts.phase(&turns, at(START + DAY_US + now));
        assert_eq!([both(-1), both(0)], [Some(vec![false]), None]);
        assert_eq!([both(HOUR_US - 1), both(HOUR_US)], [None, Some(vec![true])]);
        let hour = |hour: i64, now: i64| facts.phase_of(START + hour, &turns, at(START + DAY_US + now));
        assert_eq!([hour(0, HOUR_US - 1), hour(HOUR_US, HOUR_US - 1)], [Some(vec![true]), Some(vec![false])]);
        assert_eq!(facts.hours().collect::<Vec<_>>(), [(START, 1), (START + HOUR_US, 1)]);
    }

    /// Two turns after one instant are two bits: past the first and not the second is a phase of its own.
    #[test]
    fn every_turn_has_its_bit() {
        let turns = [turn("first_offered_at", DAY_US), turn("first_offered_at", 2 * DAY_US), turn("started_at", 9)];
        let mut unoffered = answered(START + 1);
        unoffered.1 = None;
        let facts = facts(&legs(&[answered(START), unoffered]), &turns);
        let phase = |now: i64| facts.phase(&turns, at(START + 5 + now));
        assert_eq!(phase(DAY_US - 1), Some(vec![false, false, true]));
        assert_eq!(phase(DAY_US), Some(vec![true, false, true]));
        assert_eq!(phase(2 * DAY_US), Some(vec![true, true, true]));
        assert_eq!(phase(4), None, "one leg is past the third turn");
    }

    /// Without an outcome a leg waits on; with one beyond every open clock, the clock's end shows.
    #[test]
    fn legs_that_depend_on_every_now_are_open() {
        let late = (START, Some(START), Some("answered"), Some(START + 5 + CLOCK_US));
        let last = (START, Some(START), Some("answered"), Some(START + 4 + CLOCK_US));
        let facts = facts(&legs(&[(START + 7, None, None, None), late, last]), &[]);
        assert_eq!(facts.open.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
        assert_eq!(facts.hours().collect::<Vec<_>>(), [(START, 1)]);
        assert_eq!(facts.offered, Some((START + 5, START + 12)), "open legs are offered, too");
    }

    /// A contact counted whole, half of it from what is kept and half of it as of now, would be two.
    #[test]
    fn all_legs_of_a_contact_that_is_not_over_are_open() {
        let other = (START + HOUR_US, Some(START), None, None);
        let two = of_contacts(&[answered(START), other], &[("C", None, None), ("C", None, None)]);
        let apart = of_contacts(&[answered(START), other], &[("C", None, None), ("D", None, None)]);
        let open = |batches: &[RecordBatch]| {
            let facts = Facts::of_legs(batches, &[]).expect("the columns of legs");
            let closed: usize = facts.hours().map(|(_, legs)| legs).sum();
            (facts.open.iter().map(RecordBatch::num_rows).sum::<usize>(), closed)
        };
        assert_eq!((open(std::slice::from_ref(&two)), open(&[apart])), ((2, 0), (1, 1)));
        let halves = [two.slice(0, 1), two.slice(1, 1)];
        assert_eq!(open(&halves), (2, 0), "in other batches of the file, too");
    }

    /// A callback falls due while nothing happens, though every leg has its outcome.
    #[test]
    fn a_contact_that_awaits_a_call_is_not_over() {
        let of = |called: Option<i64>| {
            let batch = of_contacts(&[answered(START)], &[("C", Some(START + 9), called)]);
            facts(&batch, &[]).open.iter().map(RecordBatch::num_rows).sum::<usize>()
        };
        assert_eq!((of(None), of(Some(START + 60))), (1, 0));
    }

    /// Hours are known without turns, too: legs before 1970 are found by their hours only.
    #[test]
    fn without_turns_there_is_one_phase_and_every_hour_is_known() {
        let facts = facts(&legs(&[answered(-HOUR_US - 1), answered(-1)]), &[]);
        assert_eq!(facts.phase(&[], Instant::FOREVER), Some(Vec::new()));
        assert_eq!(facts.phase_of(0, &[], Instant::FOREVER), Some(Vec::new()));
        assert_eq!(facts.hours().collect::<Vec<_>>(), [(-HOUR_US, 1), (0, 1)]);
    }
}
