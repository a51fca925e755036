//! R2, P6: what waits is what the definitions say, however far the lake has come and whatever was asked before; and the day is
//! the scorecard's.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, ProviderId};
use engine::View;
use proptest::{
    prelude::*,
    sample::{Index, select},
};
use scorecard::{Dim, Feed, Feeds, LiveAnswer, LiveQuestion, LiveRow, Question, answer, live};
use tests::{
    histories::{Arrival, Case, PROVIDERS, to_batches},
    oracle::{self, Counting, Dimension, Leg, Present, Query, Received, Row},
    property::{Tries, holds},
};

use crate::{
    equality::{cases_wanted, engine, question, runtime, view_of},
    lag::{Between, Lake, deliveries, lives, two_threads},
    sampled::fixed_cases,
};

const SECOND_US: i64 = 1_000_000;
const HOUR_US: i64 = 3_600 * SECOND_US;
const DAY_US: i64 = 24 * HOUR_US;

/// How long after some event it is asked.
const AFTER_US: &[i64] = &[0, 1, SECOND_US, 20 * SECOND_US, HOUR_US, 5 * HOUR_US, DAY_US, 8 * DAY_US, 46 * DAY_US];

/// The figures compared; of the last both numerator and denominator.
const IDS: [&str; 14] = [
    "waiting",
    "waiting_over_threshold",
    "waiting_before_today",
    "waiting_longest_s",
    "in_work",
    "in_work_before_today",
    "offered",
    "answered",
    "abandoned",
    "flowed_out",
    "overdue",
    "pending",
    "out_of_hours",
    "service_level",
];

/// The figures of the day.
const OF_DAY: [&str; 8] =
    ["offered", "answered", "abandoned", "flowed_out", "overdue", "pending", "response_rate", "service_level"];

type Key = BTreeSet<(String, Option<String>)>;
type Numbers = Vec<f64>;

/// How many numbers a row has.
const NUMBERS: usize = IDS.len() + 1;

/// Who asks: when, by what, of whom.
#[derive(Debug, Clone)]
struct Ask {
    event: Index,
    after_us: i64,
    by: Vec<Dim>,
    provider: Option<&'static str>,
}

fn asks() -> impl Strategy<Value = Ask> {
    let by = select(vec![vec![], vec![Dim::Site], vec![Dim::Provider, Dim::Site], vec![Dim::Channel, Dim::Reason]]);
    let provider = proptest::option::weighted(0.3, select(PROVIDERS));
    (any::<Index>(), select(AFTER_US), by, provider).prop_map(|(event, after_us, by, provider)| Ask {
        event,
        after_us,
        by,
        provider,
    })
}

fn asked(case: &Case, now: Instant, by: &[Dim], provider: Option<&str>) -> LiveQuestion {
    let mut question = Question { now, as_of: Instant::FOREVER, by: by.iter().copied().collect(), ..question(case) };
    question.filters.providers = provider.into_iter().map(str::to_owned).collect();
    LiveQuestion::new(question).expect("a day of this age")
}

/// The same question for the oracle.
fn query(asked: &Question, by: &BTreeSet<Dim>) -> Query {
    let dimension = |dim: &Dim| match dim {
        Dim::Site => Dimension::Site,
        Dim::Provider => Dimension::Provider,
        Dim::Queue => Dimension::Queue,
        Dim::Channel => Dimension::Channel,
        Dim::Reason => Dimension::Reason,
        Dim::Team => Dimension::Team,
    };
    Query {
        from: asked.period.from,
        to: asked.period.to,
        zone: asked.period.zone.clone(),
        by: by.iter().map(dimension).collect(),
        now: asked.now,
        formula: asked.formula,
        threshold: asked.threshold,
        counting: Counting { brand: false, overflow: asked.counting.overflow, callback: asked.counting.callback },
    }
}

/// Everybody was heard just now, so that a zero is one.
fn heard(now: Instant) -> Feeds {
    let feed = Feed { last_event: now, last_received: now, least_delay_us: 0 };
    PROVIDERS.iter().map(|name| (ProviderId::new(name).expect("a name"), feed)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "small counts, and microseconds of a year")]
fn expected(legs: &[Leg], case: &Case, asked: &Question, by: &BTreeSet<Dim>) -> BTreeMap<Key, Numbers> {
    let query = query(asked, by);
    let mut rows: BTreeMap<_, (Present, Row)> = BTreeMap::new();
    for (key, present) in oracle::present(legs, &case.network, &query) {
        rows.entry(key).or_default().0 = present;
    }
    for row in oracle::scorecard(legs, &case.network, &query) {
        let key = row.key.clone();
        rows.entry(key).or_default().1 = row;
    }
    let word = |dimension: &Dimension| format!("{dimension:?}").to_lowercase();
    let numbers = |(now, day): (Present, Row)| {
        let waiting = i64::try_from(now.waits.len()).expect("few");
        let day_of = day.legs;
        let level = day.service_level;
        let is_level = level.denominator > 0 && day_of.offered() > 0;
        let mut all = vec![0.0; NUMBERS];
        let counts = [waiting, now.overdue, now.waits_before, 0, now.in_work, now.in_work_before];
        let of_day =
            [day_of.offered(), day_of.answered, day_of.abandoned, day_of.flowed_out, day_of.overdue, day_of.pending];
        let level = if is_level { [level.numerator, level.denominator] } else { [0, 0] };
        let told = counts.into_iter().chain(of_day).chain([day.out_of_hours]).chain(level);
        for (number, count) in all.iter_mut().zip(told) {
            *number = count as f64;
        }
        all[3] = now.waits.last().copied().unwrap_or(0) as f64 / 1e6;
        all
    };
    let rows = rows.into_iter().map(|(key, row)| {
        let key: Key = key.iter().map(|(dimension, value)| (word(dimension), value.clone())).collect();
        (key, numbers(row))
    });
    rows.filter(|(_, numbers)| says_anything(numbers)).collect()
}

fn says_anything(numbers: &[f64]) -> bool {
    numbers.iter().any(|number| *number > 0.0)
}

fn told(row: &LiveRow) -> (Key, Numbers) {
    let key = row.key.iter().map(|(dim, value)| (dim.as_str().to_owned(), value.clone())).collect();
    let mut numbers = vec![0.0; NUMBERS];
    for (number, id) in numbers.iter_mut().zip(IDS) {
        *number = row.figures[id].value.unwrap_or(0.0);
    }
    let level = &row.figures["service_level"];
    numbers[IDS.len() - 1] = level.numerator.unwrap_or(0.0);
    numbers[IDS.len()] = level.denominator.unwrap_or(0.0);
    (key, numbers)
}

/// Holds what a view says against the oracle. Gives the answer, and the line of all rows.
async fn compare(
    view: &View,
    case: &Case,
    received: &[Received],
    asked: &LiveQuestion,
) -> Result<(LiveAnswer, Numbers), TestCaseError> {
    let question = asked.question();
    let told_now = live(view, &case.network, &heard(question.now), asked).await.expect("an answer");
    let mut legs = oracle::fold(received, Instant::FOREVER, question.now);
    let wanted = &question.filters.providers;
    legs.retain(|leg| wanted.is_empty() || wanted.contains(&leg.provider));
    let rows: BTreeMap<Key, Numbers> =
        told_now.rows.iter().map(told).filter(|(_, numbers)| says_anything(numbers)).collect();
    prop_assert_eq!(rows, expected(&legs, case, question, &question.by), "{:?}", asked);
    let whole = expected(&legs, case, question, &BTreeSet::new());
    let total = told(&told_now.total).1;
    let nothing = || vec![0.0; NUMBERS];
    prop_assert_eq!(&total, &whole.into_values().next().unwrap_or_else(nothing), "all rows of {:?}", asked);
    Ok((told_now, total))
}

/// Holds the day of an answer against the scorecard of the day.
async fn is_the_day(
    view: &View,
    case: &Case,
    asked: &LiveQuestion,
    told_now: &LiveAnswer,
) -> Result<(), TestCaseError> {
    let question = asked.question();
    let card = answer(view, &case.network, &heard(question.now), question).await.expect("a scorecard");
    for row in &told_now.rows {
        let Some(of_card) = card.rows.iter().find(|other| other.key == row.key) else { continue };
        for id in OF_DAY {
            prop_assert_eq!(&row.figures[id], &of_card.figures[id], "the day is the scorecard's");
        }
    }
    Ok(())
}

/// One process, from the first events to the last, folded in the middle, so that legs that wait lie in files.
async fn lived(case: &Case, between: &[Between], asks: &[Ask]) -> Result<(), TestCaseError> {
    let mut lake = Lake::new(&case.network_text).await;
    let sizes = vec![case.received.len().div_ceil(4).max(1)];
    let arrival = Arrival { events: case.received.clone(), sizes };
    let mut delivered: Vec<Received> = Vec::new();
    for (batch, between) in deliveries(&arrival).iter().zip(between) {
        lake.deliver(batch).await;
        delivered.extend(batch.iter().cloned());
        lake.between(*between).await;
        let view = lake.store().view().expect("a view");
        for ask in asks {
            let now = ask.event.get(&delivered).event.time.plus_micros(ask.after_us);
            let asked = asked(case, now, &ask.by, ask.provider);
            let (told_now, _) = compare(&view, case, &delivered, &asked).await?;
            is_the_day(&view, case, &asked, &told_now).await?;
        }
    }
    Ok(())
}

/// A supervisor would send people to a queue where nobody waits.
#[test]
fn what_waits_does_not_depend_on_how_far_the_lake_has_come() {
    let tries = Tries { cases: cases_wanted(6).min(400), shrinks: 40 };
    holds(&two_threads(), tries, &lives(asks(), 2), async |(case, between, asks)| lived(&case, &between, &asks).await);
}

/// The same over fixed histories, which must have met everything that the figures are for.
#[test]
fn what_waits_is_what_the_definitions_say() {
    let (engine, runtime) = (engine(), runtime());
    let mut met: Numbers = vec![0.0; NUMBERS];
    for (number, case) in fixed_cases(150).iter().enumerate().filter(|(_, case)| !case.received.is_empty()) {
        let view = view_of(&engine, to_batches(&case.received, &[7, 50]));
        let last = &case.received[number % case.received.len()].event;
        let now = last.time.plus_micros(AFTER_US[number % AFTER_US.len()]);
        let by = [Dim::Queue, Dim::Site, Dim::Provider, Dim::Team][number % 4];
        let asked = asked(case, now, &[by], None);
        let told = runtime.block_on(async {
            let (told_now, total) = compare(&view, case, &case.received, &asked).await?;
            if number.is_multiple_of(3) {
                is_the_day(&view, case, &asked, &told_now).await?;
            }
            Ok::<_, TestCaseError>(total)
        });
        let total = told.unwrap_or_else(|error| panic!("history {number}: {error}"));
        for (met, more) in met.iter_mut().zip(total) {
            *met += more;
        }
    }
    assert!(met.iter().all(|sum| *sum > 0.0), "the histories are too tame: {IDS:?} {met:?}");
}
