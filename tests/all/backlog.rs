//! The backlog against a naive reading of the same histories, and as a manager reads it.

use std::collections::{BTreeMap, BTreeSet};

use contact::Instant;
use engine::{Params, Session};
use scorecard::{BacklogQuestion, Dim, Feeds, Grain, Question, ScorecardError, backlog, open_backlog};
use tests::{
    histories::{Case, to_batches},
    oracle::{self, Flow, Level, Receipt, receipts},
};

use crate::{
    equality::{cases_wanted, engine, question, runtime, view_of},
    read::{Table, table},
    sampled::{fixed_cases, united},
};

/// Provider and site.
type Key = (String, String);

/// The case's question by provider and site, in stretches that the year has few of.
pub(crate) fn asked(case: &Case, grain: Option<Grain>) -> Option<BacklogQuestion> {
    let by = [Dim::Provider, Dim::Site].into();
    let question = Question { by, grain, ..question(case) };
    (question.period.from <= question.now).then(|| BacklogQuestion::parse(question, None, 20).expect("a question"))
}

async fn rows(session: &Session, params: &Params, statement: &str) -> Table {
    table(&session.rows(statement, params).await.expect("the statement runs"))
}

fn key(table: &Table, row: usize) -> Key {
    (table.text("provider", row).unwrap_or_default(), table.text("site", row).unwrap_or_default())
}

fn levels(table: &Table, moment: i64) -> BTreeMap<Key, Level> {
    let of = |row: usize| {
        let int = |column: &str| table.int(column, row).unwrap_or(0);
        Level {
            open: int("open"),
            bands: ["under_24h", "under_48h", "under_5d", "under_15d", "over_15d"].map(int),
            unanswered: int("unanswered"),
            complaints: int("complaints"),
            past_due: int("past_due"),
            oldest_us: int("oldest_us"),
        }
    };
    let rows = (0..table.len()).filter(|row| table.int("moment", *row) == Some(moment));
    rows.map(|row| (key(table, row), of(row))).collect()
}

fn flows(table: &Table) -> BTreeMap<Key, Flow> {
    let of = |row: usize| {
        let int = |column: &str| table.int(column, row).unwrap_or(0);
        let flow = Flow {
            received: int("received"),
            reopened: int("reopened"),
            resolved: int("resolved"),
            closed: int("closed"),
            abandoned: int("abandoned"),
            cancelled: int("cancelled"),
        };
        assert_eq!(flow.net(), int("net"));
        flow
    };
    let rows = (0..table.len()).filter(|row| table.int("stretch", *row) == Some(0));
    rows.map(|row| (key(table, row), of(row))).collect()
}

fn by_key<'r, 'a, T>(
    receipts: &'r [Receipt<'a>],
    of: impl Fn(&[&'r Receipt<'a>]) -> T,
    counts: impl Fn(&T) -> bool,
) -> BTreeMap<Key, T> {
    let key = |receipt: &Receipt| (receipt.leg.provider.clone(), receipt.leg.site.clone());
    let keys: BTreeSet<Key> = receipts.iter().map(key).collect();
    let told = keys.into_iter().map(|wanted| {
        let mine: Vec<&Receipt> = receipts.iter().filter(|receipt| key(receipt) == wanted).collect();
        (wanted, of(&mine))
    });
    told.filter(|(_, told)| counts(told)).collect()
}

/// What was met, so that a comparison that passes has met it.
#[derive(Debug, Default)]
struct Met {
    open: i64,
    old: i64,
    past_due: i64,
    flow: [i64; 6],
}

async fn compare(case: &Case, met: &mut Met) {
    let engine = engine();
    let view = view_of(&engine, to_batches(&case.received, &[7, 50]));
    let Some(asked) = asked(case, None) else { return };
    let (session, params) = open_backlog(&view, &case.network, &asked).await.expect("a backlog");
    let legs = oracle::fold(&case.received, case.as_of, case.query.now);
    let receipts = receipts(&legs, &case.received, &case.network, (case.as_of, case.query.now));
    let end = case.query.to.min(case.query.now.plus_micros(1));
    let told = rows(&session, &params, "backlog").await;
    for (moment, at) in (0..).zip([case.query.from, end]) {
        let expected = by_key(&receipts, |mine| oracle::level(mine, &case.network, at), |level| level.open > 0);
        assert_eq!(levels(&told, moment), expected, "open at {at}");
        for level in expected.values() {
            met.open += level.open;
            met.old += level.bands[3] + level.bands[4];
            met.past_due += level.past_due;
        }
    }
    let told = flows(&rows(&session, &params, "backlog_flows").await);
    let expected = by_key(&receipts, |mine| oracle::flow(mine, case.query.from, end), |flow| *flow != Flow::default());
    assert_eq!(told, expected);
    for flow in expected.values() {
        let counts = [flow.received, flow.reopened, flow.resolved, flow.closed, flow.abandoned, flow.cancelled];
        met.flow.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
    }
}

/// A brand that staffs by a backlog must be able to recount it with its own hands.
#[test]
fn what_is_open_and_what_came_and_went_is_what_a_naive_reading_counts() {
    let runtime = runtime();
    let mut met = Met::default();
    for case in fixed_cases(cases_wanted(500).max(100) as usize) {
        runtime.block_on(compare(&case, &mut met));
    }
    assert!(met.open > 50 && met.old > 5 && met.past_due > 10, "{met:?}");
    assert!(met.flow.iter().all(|count| *count > 0), "{met:?}");
}

/// At a size at which statements are split over threads, stretch by stretch.
#[test]
fn every_stretch_of_a_year_adds_up() {
    let case = united(fixed_cases(600));
    let (engine, runtime) = (engine(), runtime());
    let view = view_of(&engine, to_batches(&case.received, &[]));
    let case = Case { query: oracle::Query { now: case.query.to, ..case.query.clone() }, ..case };
    let asked = asked(&case, Some(Grain::Week)).expect("a period that has begun");
    let answer = runtime.block_on(backlog(&view, &case.network, &Feeds::new(), &asked)).expect("an answer");
    assert_eq!(answer.residual, 0);
    let value = |row: &scorecard::BacklogRow, id: &str| row.figures[id].value.unwrap_or(0.0);
    let weeks: BTreeSet<_> = answer.rows.iter().map(|row| row.bucket.expect("a week").from).collect();
    assert!(weeks.len() > 50, "{} weeks", weeks.len());
    let mut open: BTreeMap<_, f64> = BTreeMap::new();
    let mut moved = 0.0;
    for row in &answer.rows {
        let before = open.insert(row.key.clone(), value(row, "backlog"));
        assert!(before.is_none_or(|before| (before - value(row, "backlog_before")).abs() < 1e-9), "{row:?}");
        let bands = ["backlog_0_24h", "backlog_24_48h", "backlog_2_5d", "backlog_5_15d", "backlog_over_15d"];
        let aged: f64 = bands.iter().map(|id| value(row, id)).sum();
        assert!((aged - value(row, "backlog")).abs() < 1e-9, "every open case has one age: {row:?}");
        moved += value(row, "backlog_received");
    }
    assert!(moved > 100.0, "{moved} cases came in");
    assert!(answer.oldest.is_sorted_by_key(|case| case.received_at) && answer.oldest.len() == 20);
}

#[test]
fn a_period_that_has_not_begun_has_no_backlog() {
    let case = fixed_cases(1).remove(0);
    let engine = engine();
    let view = view_of(&engine, to_batches(&case.received, &[]));
    let early: Instant = "2020-01-01T00:00:00Z".parse().expect("time");
    let question = Question { now: early, ..question(&case) };
    let asked = BacklogQuestion::parse(question, None, 20).expect("a question");
    let told = runtime().block_on(backlog(&view, &case.network, &Feeds::new(), &asked));
    assert!(matches!(told, Err(ScorecardError::Question { field: "from", .. })), "{told:?}");
}
