//! The small tables of a run over legs of any age: of the quarter-hours in which something happened to them, and no others,
//! so that a leg of long ago costs as much as one of today.

use std::sync::Arc;

use arrow::array::RecordBatch;
use contact::{Day, Instant, network::OpenSpan};
use engine::Bound;

use super::{columns::micros, facts::DAY_US, run::Run};
use crate::{
    ScorecardError,
    bound::{asked, open_slots_at, queue_terms, slots_at},
    buckets::SLOT_US,
    cohort::{clock_end, ruled},
};

/// What `terms` gives for a period, of these legs only.
pub(super) fn terms_of(run: &Run<'_>, legs: &[RecordBatch]) -> Result<(Vec<Bound>, &'static str), ScorecardError> {
    let Run { network, question, .. } = *run;
    let clock_end = clock_end(&question.period);
    let (offered, all) = happened(legs, question.now, clock_end)?;
    let mut bounds = vec![
        slots_at(&question.period, run.wanted, &offered)?,
        queue_terms(network)?,
        asked(question.now, clock_end)?,
        open_slots_at(network, &all.iter().copied(), |name, calendar| {
            let Some((first, last)) = days(&all) else { return Arc::default() };
            let name = format!("open_spans {} {name} {first} {last}", network.hash);
            let engine = run.view.engine();
            engine.recall(&name).unwrap_or_else(|| {
                let spans: Arc<Vec<OpenSpan>> = Arc::new(calendar.open_spans(first.start(), end(last)));
                engine.remember(name, Arc::clone(&spans), spans.len() * size_of::<OpenSpan>());
                spans
            })
        })?,
    ];
    let ruled = ruled(network, question, &mut bounds)?;
    Ok((bounds, ruled))
}

/// The quarter-hours in which legs were offered, and those beside them in which a wait ends, as statements cut them: before
/// 1970, towards it. Ascending.
fn happened(legs: &[RecordBatch], now: Instant, clock_end: Instant) -> Result<(Vec<i64>, Vec<i64>), ScorecardError> {
    let (mut offered, mut all) = (Vec::new(), Vec::new());
    for batch in legs {
        offered.extend(micros(batch, "offered_at")?.into_iter().flatten().map(|at| at / SLOT_US));
        let until = micros(batch, "outcome_at")?.into_iter().map(|at| at.unwrap_or(now.as_micros()));
        all.extend(until.map(|at| at.min(clock_end.as_micros()) / SLOT_US));
    }
    ascending(&mut offered);
    all.extend(&offered);
    ascending(&mut all);
    Ok((offered, all))
}

fn ascending(slots: &mut Vec<i64>) {
    slots.sort_unstable();
    slots.dedup();
}

/// The day before the first of these quarter-hours, and the day after the last.
fn days(slots: &[i64]) -> Option<(Day, Day)> {
    let day =
        |slot: i64, days: i64| Instant::from_micros(slot * SLOT_US).ok().map(|at| at.plus_micros(days * DAY_US).day());
    Some((day(*slots.first()?, -1)?, day(*slots.last()?, 1)?))
}

fn end(day: Day) -> Instant {
    day.start().plus_micros(DAY_US)
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{ArrayRef, AsArray, Int64Array},
        datatypes::Int64Type,
    };
    use contact::Network;

    use super::*;
    use crate::{Bucket, Period, bound::open_slots};

    const HOUR_US: i64 = 3_600_000_000;

    fn legs(legs: &[(i64, Option<i64>)]) -> RecordBatch {
        let offered: ArrayRef = Arc::new(legs.iter().map(|leg| Some(leg.0)).collect::<Int64Array>());
        let until: ArrayRef = Arc::new(legs.iter().map(|leg| leg.1).collect::<Int64Array>());
        RecordBatch::try_from_iter_with_nullable([("offered_at", offered, true), ("outcome_at", until, true)])
            .expect("columns of one length")
    }

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros).expect("within the calendar")
    }

    /// A leg of which one of the quarter-hours were missing would have waited for nothing.
    #[test]
    fn every_quarter_hour_in_which_a_wait_begins_or_ends_is_there_once() {
        let now = at(100 * SLOT_US + 5);
        let told =
            [legs(&[(7, Some(SLOT_US)), (SLOT_US - 1, None)]), legs(&[(-1, None), (-SLOT_US, Some(9 * SLOT_US))])];
        let (offered, all) = happened(&told, now, at(200 * SLOT_US)).expect("the columns of legs");
        assert_eq!((offered, all), (vec![-1, 0], vec![-1, 0, 1, 9, 100]));
        let (_, all) = happened(&told, now, at(8 * SLOT_US)).expect("the columns of legs");
        assert_eq!(all, [-1, 0, 1, 8], "the clock ends before");
    }

    #[test]
    fn legs_are_in_the_stretch_in_which_their_quarter_hour_begins() {
        let wanted = [
            Bucket { from: Instant::BEGINNING, to: at(4 * SLOT_US) },
            Bucket { from: at(4 * SLOT_US), to: at(8 * SLOT_US) },
        ];
        let period = Period { from: Instant::BEGINNING, to: at(8 * SLOT_US), zone: jiff::tz::TimeZone::UTC };
        let bound = slots_at(&period, &wanted, &[-9_000, 3, 4, 7, 8]).expect("columns of one length");
        let ints = |name: &str| -> Vec<i64> {
            bound.rows.column_by_name(name).expect("a column").as_primitive::<Int64Type>().values().to_vec()
        };
        assert_eq!((ints("slot"), ints("bucket")), (vec![-9_000, 3, 4, 7], vec![0, 0, 1, 1]));
    }

    /// Open time between two instants is the same whichever quarter-hours lie between them in the table.
    #[test]
    fn open_time_does_not_depend_on_what_else_is_in_the_table() {
        const NETWORK: &str = "
brand: north
zone: Europe/Paris
providers: [{name: north}]
queues: [{name: mail, channel: email, calendar: desk}, {name: chat, channel: chat, calendar: always}]
calendars:
  - {name: desk, weekly: {monday: ['08:00-12:30', '13:30-18:00'], sunday: ['00:00-02:30']}}
  - {name: always, weekly: {monday: ['00:00-24:00'], tuesday: ['00:00-24:00'], wednesday: ['00:00-24:00'],
      thursday: ['00:00-24:00'], friday: ['00:00-24:00'], saturday: ['00:00-24:00'], sunday: ['00:00-24:00']}}
";
        let network = Network::parse(NETWORK).expect("a network");
        // Both days on which the clocks of Paris change lie between.
        let from: Instant = "2026-03-20T05:10:00Z".parse().expect("a time");
        let until = from.plus_micros(240 * 24 * HOUR_US);
        let table = |bound: &Bound| -> Vec<(String, i64, i64)> {
            let texts = bound.rows.column(0).as_string::<i32>();
            let ints = |column: usize| bound.rows.column(column).as_primitive::<Int64Type>();
            let open = |row: usize| ints(2).value(row) + ints(4).value(row) - ints(3).value(row);
            (0..bound.rows.num_rows()).map(|row| (texts.value(row).to_owned(), ints(1).value(row), open(row))).collect()
        };
        let whole = table(&open_slots(&network, from, until).expect("hours"));
        let some: Vec<i64> = whole.iter().filter(|row| row.0 == "desk").map(|row| row.1).step_by(1_237).collect();
        let (first, last) = days(&some).expect("some");
        let few = open_slots_at(&network, &some.iter().copied(), |_, calendar| {
            Arc::new(calendar.open_spans(first.start(), end(last)))
        });
        let few = table(&few.expect("hours"));
        assert_eq!(few.len(), 2 * some.len());
        for calendar in ["desk", "always"] {
            let since_first = |rows: &[(String, i64, i64)]| -> Vec<i64> {
                let wanted = rows.iter().filter(|row| row.0 == calendar && some.contains(&row.1));
                let open: Vec<i64> = wanted.map(|row| row.2).collect();
                open.iter().map(|until| until - open[0]).collect()
            };
            let told = since_first(&few);
            assert_eq!(told, since_first(&whole), "{calendar}");
            assert!(told.is_sorted() && told.last() > Some(&(240 * HOUR_US)), "{calendar}: {told:?}");
        }
    }
}
