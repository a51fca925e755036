//! R2, P6: the SQL says what the definitions say, however a history arrives.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow::array::RecordBatch;
use contact::{Figure, Instant, Viewpoint};
use engine::{Batch, Catalog, Engine, EngineOptions, Pinned, Tail, View};
use lake::Snapshot;
use proptest::prelude::*;
use scorecard::{Answer, Counting, Dim, Feeds, Filters, Period, Question, answer};
use tests::{
    histories::{Case, Hours, arrivals, cases, to_batches},
    oracle::{self, Dimension, Flows, Leg, Ratio, Replies, Row},
    property::{Tries, holds},
};

use crate::sampled::{WAYS, told as retold};

/// Histories tried; the gate's number, raised by `VIGIE_CASES`.
pub(crate) fn cases_wanted(default: u32) -> u32 {
    std::env::var("VIGIE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

pub(crate) fn engine() -> Engine {
    engine_of(Catalog::built_in().expect("headers"))
}

/// An engine that runs these statements, on one thread.
pub(crate) fn engine_of(catalog: Catalog) -> Engine {
    let options = EngineOptions { partitions: 1, ..EngineOptions::default() };
    Engine::new(catalog, &options).expect("an engine")
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn empty() -> Snapshot {
    Snapshot { version: 0, files: Vec::new() }
}

/// A view of these events, none of them in the lake yet.
pub(crate) fn view_of(engine: &Engine, batches: Vec<RecordBatch>) -> View {
    let pinned = Pinned { events: empty(), legs: empty() };
    let batches = (1..).zip(batches).map(|(sequence, rows)| Arc::new(Batch::new(sequence, &rows).expect("events")));
    let batches: Vec<_> = batches.collect();
    let tail = Tail { sequence: i64::try_from(batches.len()).expect("few"), flushed: 0, batches };
    View::new(engine.clone(), pinned, tail, None)
}

/// Every leg a view knows, in the oracle's own shape and order.
pub(crate) async fn legs_of(view: &View, now: Instant, as_of: Instant) -> Vec<Leg> {
    let always = Instant::from_micros(0).expect("1970");
    let session = view.session(always, Instant::FOREVER, now, as_of).await.expect("a session");
    let rows = session.rows("every_leg", &engine::Params::default()).await.expect("legs");
    let mut legs = oracle::read_legs(&rows);
    legs.sort_by(|one, other| one.key().cmp(&other.key()));
    legs
}

pub(crate) fn question(case: &Case) -> Question {
    let query = &case.query;
    let by = query.by.iter().map(|dimension| match dimension {
        Dimension::Site => Dim::Site,
        Dimension::Provider => Dim::Provider,
        Dimension::Queue => Dim::Queue,
        Dimension::Channel => Dim::Channel,
        Dimension::Reason => Dim::Reason,
        Dimension::Team => Dim::Team,
    });
    let viewpoint = if query.counting.brand { Viewpoint::Brand } else { Viewpoint::Provider };
    Question {
        counting: Counting { viewpoint, overflow: query.counting.overflow, callback: query.counting.callback },
        period: Period { from: query.from, to: query.to, zone: query.zone.clone() },
        by: by.collect(),
        grain: None,
        filters: Filters::default(),
        now: query.now,
        as_of: case.as_of,
        formula: query.formula,
        threshold: query.threshold,
        customers: BTreeMap::new(),
    }
}

/// Figures of every row, by its key: numerator or value, and denominator.
pub(crate) type Told = BTreeMap<BTreeSet<(String, Option<String>)>, BTreeMap<String, [Option<f64>; 2]>>;

/// The rows that count anything, as words of the answer.
pub(crate) fn told(answer: &Answer) -> Told {
    let counts = |figures: &BTreeMap<String, Figure>| {
        figures
            .iter()
            .map(|(id, figure)| (id.clone(), [figure.numerator.or(figure.value), figure.denominator]))
            .collect::<BTreeMap<_, _>>()
    };
    let counted = answer.rows.iter().filter(|row| row.figures["offered"].value.is_some());
    counted
        .map(|row| {
            let key = row.key.iter().map(|(dim, value)| (dim.as_str().to_owned(), value.clone())).collect();
            (key, counts(&row.figures))
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
pub(crate) fn expected(rows: &[Row]) -> Told {
    let mut all = BTreeMap::new();
    let said: i64 = rows.iter().map(|row| row.contacts.ever_resolved).sum();
    for row in rows {
        let l = row.legs;
        let offered = l.answered + l.abandoned + l.flowed_out + l.overdue + l.pending;
        if offered == 0 {
            continue;
        }
        let mut figures = BTreeMap::new();
        let mut count = |id: &str, value: i64| figures.insert(id.to_owned(), [Some(value as f64), None]);
        for (id, value) in [
            ("offered", offered),
            ("answered", l.answered),
            ("abandoned", l.abandoned),
            ("short_abandoned", l.short_abandoned),
            ("flowed_out", l.flowed_out),
            ("overflowed", row.overflowed),
            ("overdue", l.overdue),
            ("pending", l.pending),
            ("out_of_hours", row.out_of_hours),
            ("contacts", row.contacts.contacts),
        ] {
            count(id, value);
        }
        let c = &row.contacts;
        let mut share = |id: &str, ratio: Ratio, scale: f64| {
            let none = ratio.denominator <= 0;
            let pair = [Some(ratio.numerator as f64 / scale), Some(ratio.denominator as f64)];
            figures.insert(id.to_owned(), if none { [None, None] } else { pair });
        };
        share("response_rate", Ratio::new(l.answered, row.answerable), 1.0);
        share("abandonment_rate", Ratio::new(l.abandoned, row.answerable), 1.0);
        share("service_level", row.service_level, 1.0);
        for (letter, ratio) in ["a", "b", "c", "d", "e", "f", "g"].into_iter().zip(row.formulas) {
            share(&format!("service_level_{letter}"), ratio, 1.0);
        }
        let waited = i64::try_from(row.waits.len()).expect("few");
        share("wait_mean_s", Ratio::new(row.waits.iter().sum(), waited), 1e6);
        share("handle_mean_s", row.handle, 1e6);
        share("transfers_per_contact", Ratio::new(row.transfers, c.contacts), 1.0);
        if said > 0 {
            share("resolution_rate", Ratio::new(c.resolved, c.mature), 1.0);
            share("reopened_rate", Ratio::new(c.reopened, c.ever_resolved), 1.0);
            share("resolved_24h", c.resolved_24h, 1.0);
            share("resolved_48h", c.resolved_48h, 1.0);
        }
        let mut rank = |id: &str, sorted: &[i64], permille: usize, least: usize| {
            let found = if sorted.len() >= least { oracle::nearest_rank(sorted, permille) } else { None };
            figures.insert(id.to_owned(), [found.map(|us| us as f64 / 1e6), None]);
        };
        rank("wait_p50_s", &row.waits, 500, 1);
        rank("wait_p90_s", &row.waits, 900, 10);
        rank("wait_p95_s", &row.waits, 950, 20);
        rank("wait_max_s", &row.waits, 1000, 1);
        if said > 0 {
            rank("resolution_p50_s", &c.resolution_times, 500, 1);
            rank("resolution_p90_s", &c.resolution_times, 900, 10);
        }
        written_figures(&row.replies, &mut figures);
        if row.flows.contacts > 0 {
            whole_figures(&row.flows, &mut figures);
        }
        let word = |dimension: &Dimension| format!("{dimension:?}").to_lowercase();
        all.insert(row.key.iter().map(|(dim, value)| (word(dim), value.clone())).collect(), figures);
    }
    all
}

/// What is awaited in writing, as words of the answer; without any of it there is no data.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn written_figures(replies: &Replies, figures: &mut BTreeMap<String, [Option<f64>; 2]>) {
    let Replies { first, next, decisions, settled, held, unreviewed } = replies;
    let mut share = |id: &str, of: i64, per: i64, scale: f64| {
        let pair = [Some(of as f64 / scale), Some(per as f64)];
        figures.insert(id.to_owned(), if per > 0 { pair } else { [None, None] });
    };
    share("first_response_within", first.due_in_time, first.due, 1.0);
    share("first_response_rate", first.due_replied, first.due, 1.0);
    share("next_response_within", next.in_time, next.replied, 1.0);
    share("next_response_rate", next.replied, next.all, 1.0);
    share("decided_within", decisions.due_in_time, decisions.due, 1.0);
    share("published_before_decision", unreviewed.numerator, unreviewed.denominator, 1.0);
    for (id, counted) in [("first_response", first), ("next_response", next), ("decision", decisions)] {
        let times = &counted.times;
        let timed = i64::try_from(times.len()).expect("few");
        share(&format!("{id}_mean_s"), times.iter().sum(), timed, 1e6);
    }
    for (id, counted) in [("first_response", first), ("next_response", next), ("decision", decisions)] {
        for (rank, permille, least) in [("p50", 500, 1), ("p90", 900, 10)] {
            let enough = counted.times.len() >= least;
            let found = oracle::nearest_rank(&counted.times, permille).filter(|_| enough);
            figures.insert(format!("{id}_{rank}_s"), [found.map(|us| us as f64 / 1e6), None]);
        }
    }
    let some = first.all + decisions.all > 0;
    for (id, count) in [("no_reply_needed", *settled), ("letters_held", *held)] {
        figures.insert(id.to_owned(), [some.then_some(count as f64), None]);
    }
}

/// What only contacts counted whole have, as words of the answer.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn whole_figures(flows: &Flows, figures: &mut BTreeMap<String, [Option<f64>; 2]>) {
    let of_all = |count: i64| Ratio::new(count, flows.contacts);
    for (id, ratio, scale) in [
        ("legs_per_contact", of_all(flows.legs), 1.0),
        ("handed_over", of_all(flows.handed_over), 1.0),
        ("between_providers", of_all(flows.crossed), 1.0),
        ("warm_transfers", flows.warm, 1.0),
        ("first_wait_mean_s", flows.first_wait, 1e6),
        ("first_human_in_time", flows.first_in_time, 1.0),
        ("callbacks_reached", flows.reached, 1.0),
        ("callbacks_kept", flows.kept, 1.0),
        ("callback_wait_mean_s", flows.call_wait, 1e6),
        ("callback_attempts", Ratio::new(flows.dials, flows.callbacks), 1.0),
    ] {
        let pair = [Some(ratio.numerator as f64 / scale), Some(ratio.denominator as f64)];
        figures.insert(id.to_owned(), if ratio.denominator > 0 { pair } else { [None, None] });
    }
    figures.insert("callbacks".to_owned(), [Some(flows.callbacks as f64), None]);
}

/// The answer to a case's question is what the oracle makes of these legs.
async fn is_as_defined(view: &View, case: &Case, folded: &[Leg]) -> Result<(), TestCaseError> {
    let answer = answer(view, &case.network, &Feeds::new(), &question(case)).await.expect("an answer");
    let rows = oracle::scorecard(folded, &case.network, &case.query);
    let (told, expected) = (told(&answer), expected(&rows));
    prop_assert_eq!(told.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (key, figures) in &expected {
        for (id, pair) in figures {
            let said = told[key].get(id);
            // Sources that never speak of resolutions give no data; the oracle does not know sources.
            let silent = id.starts_with("reso") || id.starts_with("reop");
            if silent && said == Some(&[None, None]) {
                continue;
            }
            prop_assert_eq!(said, Some(pair), "{} of {:?} in {:?}", id, key, case.query.counting);
        }
    }
    Ok(())
}

/// A user would lose trust at once: two ways of delivering the same history, two different scorecards.
#[test]
fn the_sql_says_what_the_definitions_say_however_a_history_arrives() {
    let engine = engine();
    let strategy = cases(&[Hours::Always, Hours::Live, Hours::All]).prop_flat_map(|case| {
        (arrivals(case.received.clone()), 0..WAYS).prop_map(move |(arrival, way)| {
            (retold(way, Case { received: arrival.events, ..case.clone() }), arrival.sizes)
        })
    });
    holds(&runtime(), Tries { cases: cases_wanted(40), shrinks: u32::MAX }, &strategy, async |(case, sizes)| {
        let view = view_of(&engine, to_batches(&case.received, &sizes));
        let folded = oracle::fold(&case.received, case.as_of, case.query.now);
        prop_assert_eq!(legs_of(&view, case.query.now, case.as_of).await, folded.clone());
        is_as_defined(&view, &case, &folded).await?;
        is_as_defined(&view, &case.whole(), &folded).await
    });
}
