//! Every kind of objective counts what the oracle counts, on random histories however they arrive.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use contact::{
    Duration, Instant,
    network::{CallbackCounts, Formula, OverflowCounts},
};
use engine::Engine;
use evaluation::{Evaluation, EvaluationQuestion, Filed, FiledDocument, Wanted, evaluate};
use jiff::ToSpan;
use scorecard::{Feed, Feeds};
use tests::{
    histories::{Case, to_batches},
    oracle::{self, Counting, Dimension, Query, Ratio, Row},
};

use crate::{
    equality::{cases_wanted, engine, runtime, view_of},
    sampled::fixed_cases,
};

const PROVIDER: &str = "atlas";
/// What contracts can say of callbacks.
const CALLS: [(&str, CallbackCounts); 3] = [
    ("answered_if_within", CallbackCounts::AnsweredIfWithin),
    ("neutral", CallbackCounts::Neutral),
    ("miss", CallbackCounts::Miss),
];
const WEEKS: i64 = 3;

/// An objective of each kind, weekly, on all contacts of the provider.
fn contract() -> String {
    let mut text =
        "apiVersion: vigie/v1\nkind: SlaContract\nmetadata: { name: every-kind }\nspec:\n  parties: { client: \
                    north, provider: atlas }\n  inForce: { from: 2020-01-01, version: 1 }\n  scope: {}\n  zone: \
                    Europe/Paris\n  objectives:\n"
            .to_owned();
    let mut add = |name: &str, indicator: &str, level: &str| {
        let _ = write!(
            text,
            "    - name: {name}\n      indicator: {indicator}\n      levels: {{ expected: {level} }}\n      timeWindow: [ {{ \
             duration: 1w }} ]\n      minSample: 1\n      reconciledBy: each is compared by itself\n"
        );
    };
    for formula in Formula::ALL.map(Formula::as_str) {
        add(&format!("level-{formula}"), &format!("{{ ref: service_level, variant: SL-{formula} }}"), "0.5");
    }
    for (name, figure) in [("response", "response_rate"), ("resolution", "resolution_rate")] {
        add(name, &format!("{{ ref: {figure} }}"), "0.5");
    }
    for (name, figure) in [("abandoned", "abandonment_rate"), ("reopened", "reopened_rate")] {
        add(name, &format!("{{ ref: {figure} }}"), "0.5");
    }
    for hours in [24, 48] {
        let params = format!("{{ within: {hours}h, clock: elapsed, boundary: inclusive }}");
        add(&format!("resolved-{hours}"), &format!("{{ ref: durable_resolution, params: {params} }}"), "0.5");
    }
    for (callback, _) in CALLS {
        for (formula, overflow) in [("a", "miss"), ("b", "neutral")] {
            let params = format!("{{ T: 60s, overflow: {overflow}, callback: {callback} }}");
            let name = format!("{}-{formula}", callback.replace('_', "-"));
            add(&name, &format!("{{ ref: service_level, variant: SL-{formula}, params: {params} }}"), "0.5");
        }
    }
    add("written", "{ ref: first_response_within, unit: share, better: higher }", "0.5");
    text
}

/// What the oracle is asked for an objective about callbacks, which says what every other flow-out counts as, too: as its
/// formula does, so that those that went elsewhere than to an overflow count alike.
fn about_calls(name: &str) -> Option<(Formula, Counting)> {
    let (word, formula) = name.rsplit_once('-')?;
    let (_, callback) = CALLS.into_iter().find(|(known, _)| known.replace('_', "-") == word)?;
    let (formula, overflow) = match formula {
        "a" => (Formula::A, OverflowCounts::Miss),
        _ => (Formula::B, OverflowCounts::Neutral),
    };
    Some((formula, Counting { brand: false, overflow: Some(overflow), callback: Some(callback) }))
}

/// What the oracle counts of an objective.
fn expected(name: &str, row: &Row) -> Ratio {
    let (legs, contacts) = (row.legs, &row.contacts);
    match name {
        "response" => Ratio::new(legs.answered, legs.decided()),
        "abandoned" => Ratio::new(legs.abandoned, legs.decided()),
        "resolution" => Ratio::new(contacts.resolved, contacts.mature),
        "reopened" => Ratio::new(contacts.reopened, contacts.ever_resolved),
        "resolved-24" => contacts.resolved_24h,
        "resolved-48" => contacts.resolved_48h,
        "written" => Ratio::new(row.replies.first.due_in_time, row.replies.first.due),
        calls if about_calls(calls).is_some() => row.service_level,
        level => {
            let formula = level.trim_start_matches("level-");
            let place = Formula::ALL.iter().position(|known| known.as_str() == formula).expect("a formula");
            row.formulas[place]
        }
    }
}

async fn evaluated(engine: &Engine, case: &Case, filed: &[Filed]) -> Evaluation {
    let query = &case.query;
    // Where something happens, whatever the case's own period.
    let begin = case.received.iter().map(|received| received.event.time).min().unwrap_or(query.from);
    let first = query.zone.to_datetime(begin.to_timestamp()).date();
    let last = first.checked_add((7 * WEEKS).days()).expect("within the calendar");
    let question = EvaluationQuestion {
        wanted: Wanted::Days(first, last),
        now: query.now,
        as_of: case.as_of,
        invoices: BTreeMap::new(),
        customers: BTreeMap::new(),
    };
    // Everyone delivered; nobody is late without a cadence.
    let feed = Feed { last_event: query.now, last_received: query.now, least_delay_us: 0 };
    let feeds: Feeds = case.network.providers.keys().map(|name| (name.clone(), feed)).collect();
    let view = view_of(engine, to_batches(&case.received, &[31]));
    evaluate(&view, &case.network, &feeds, filed, &question).await.expect("an evaluation")
}

/// The oracle's row of the provider in a span; nothing when it has none.
fn row(case: &Case, legs: &[oracle::Leg], name: &str, from: Instant, to: Instant) -> Row {
    let by = BTreeSet::from([Dimension::Provider]);
    let mut query = Query { from, to, by, formula: None, threshold: None, ..case.query.clone() };
    if let Some((formula, counting)) = about_calls(name) {
        (query.formula, query.threshold, query.counting) = (Some(formula), Some(Duration::from_secs(60)), counting);
    }
    let rows = oracle::scorecard(legs, &case.network, &query);
    let of = |row: &Row| row.key.get(&Dimension::Provider).cloned().flatten().as_deref() == Some(PROVIDER);
    rows.into_iter().find(of).unwrap_or_default()
}

/// Good and all contacts of a window, whatever became of it.
fn told(window: &evaluation::WindowAnswer) -> Option<(f64, f64)> {
    let counted = window.closed.as_ref().map(|closed| &closed.counted);
    let counted = counted.or(window.open.as_ref().map(|open| &open.so_far))?;
    Some((counted.good(), counted.total()))
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn every_kind_of_objective_counts_what_the_oracle_counts() {
    let (engine, runtime) = (engine(), runtime());
    let document = FiledDocument { from: "contract.yaml".into(), text: contract(), accepted_at: None };
    let mut compared = BTreeMap::<String, i64>::new();
    for (number, case) in fixed_cases(cases_wanted(40) as usize).into_iter().enumerate() {
        let filed = Filed::read(std::slice::from_ref(&document), &case.network).expect("a contract without mistake");
        let answer = runtime.block_on(evaluated(&engine, &case, &filed));
        let legs = oracle::fold(&case.received, case.as_of, case.query.now);
        for (_, objective, window) in answer.windows() {
            let expected =
                expected(&objective.name, &row(&case, &legs, &objective.name, window.piece.from, window.piece.to));
            let total = expected.denominator;
            // Of a figure that is better when lower, good contacts are those it does not count.
            let lower = window.better == "lower";
            let good = if lower { total - expected.numerator } else { expected.numerator };
            let told = told(window).unwrap_or_else(|| panic!("{window:?}"));
            assert_eq!(told, (good as f64, total as f64), "case {number}: {} {:?}", objective.name, window.piece);
            *compared.entry(objective.name.clone()).or_default() += total;
        }
    }
    let unmet: Vec<_> = compared.iter().filter(|(_, contacts)| **contacts == 0).collect();
    assert!(compared.len() == 20 && unmet.is_empty(), "objectives that met no contact: {unmet:?}");
}

const OLDEST: &str = "
apiVersion: vigie/v1
kind: SlaContract
metadata: { name: oldest }
spec:
  parties: { client: north, provider: atlas }
  inForce: { from: 2020-01-01, version: 1 }
  scope: {}
  zone: Europe/Paris
  objectives:
    - name: oldest
      indicator: { ref: backlog_age, params: { calendar: always } }
      levels: { expected: 24h }
      timeWindow: [ { duration: 1w } ]
      minSample: 1
";

/// The last start of a local day that is no later.
fn midnight(case: &Case, at: Instant) -> Instant {
    let zone = &case.network.zone;
    Instant::start_of_day(zone.to_datetime(at.to_timestamp()).date(), zone).expect("within the calendar")
}

/// The age of the oldest case at the end of the day on which it was greatest, of days that ended with any case.
fn oldest(case: &Case, receipts: &[&oracle::Receipt], from: Instant, to: Instant) -> Option<u64> {
    let mut ends = Vec::new();
    let mut end = midnight(case, to);
    while end > from {
        ends.push(end);
        end = midnight(case, end.plus_micros(-1));
    }
    let level = |at: Instant| oracle::level(receipts, &case.network, at);
    let ages = ends.into_iter().map(level).filter(|level| level.open > 0).map(|level| level.oldest_us);
    ages.max().map(|age| u64::try_from(age).expect("an age"))
}

#[test]
fn the_oldest_case_of_every_day_is_the_oracle_s() {
    let (engine, runtime) = (engine(), runtime());
    let document = FiledDocument { from: "contract.yaml".into(), text: OLDEST.to_owned(), accepted_at: None };
    let mut compared = 0;
    for (number, case) in fixed_cases(cases_wanted(120) as usize).into_iter().enumerate() {
        let filed = Filed::read(std::slice::from_ref(&document), &case.network).expect("a contract without mistake");
        let answer = runtime.block_on(evaluated(&engine, &case, &filed));
        let now = case.query.now;
        let legs = oracle::fold(&case.received, case.as_of, now);
        let receipts = oracle::receipts(&legs, &case.received, &case.network, (case.as_of, now));
        let mine: Vec<_> = receipts.iter().filter(|receipt| receipt.leg.provider == PROVIDER).collect();
        let Some(last) = answer.windows().map(|(.., window)| window.piece.to).max() else { continue };
        // A provider that never says that anything is done has no backlog.
        let end = midnight(&case, last.min(now));
        let known: Vec<_> = mine.iter().copied().filter(|receipt| receipt.at < end).collect();
        let done = oracle::flow(&known, Instant::BEGINNING, Instant::FOREVER);
        for (_, _, window) in answer.windows() {
            let Some(closed) = &window.closed else { continue };
            let expected = oldest(&case, &mine, window.piece.from, window.piece.to);
            let expected = expected.filter(|_| done.resolved + done.closed > 0);
            assert_eq!(closed.worst_reading, expected, "case {number}: {:?}", window.piece);
            compared += i32::from(expected.is_some());
        }
    }
    assert!(compared > 10, "{compared} weeks with a backlog");
}
