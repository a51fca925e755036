//! The backlog against a naive reading of the same histories, and as a manager reads it.

use std::collections::{BTreeMap, BTreeSet};

use contact::Instant;
use engine::{Engine, Params, Session};
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
            oldest_us: 0,
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
    let rows = (0..table.len()).filter(|row| table.int("span", *row) == Some(0));
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

/// What is open at the start and at the end of a period, and what came in and went out over it, by provider and site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    levels: [BTreeMap<Key, Level>; 2],
    flows: BTreeMap<Key, Flow>,
}

/// What the statements give over all legs at once; none for a period that has not begun.
pub(crate) async fn told(engine: &Engine, case: &Case) -> Option<Told> {
    let view = view_of(engine, to_batches(&case.received, &[7, 50]));
    let (session, params) = open_backlog(&view, &case.network, &asked(case, None)?).await.expect("a backlog");
    let open = rows(&session, &params, "backlog").await;
    let flows = flows(&rows(&session, &params, "backlog_flows").await);
    Some(Told { levels: [0, 1].map(|moment| levels(&open, moment)), flows })
}

fn end(case: &Case) -> Instant {
    case.query.to.min(case.query.now.plus_micros(1))
}

/// What a naive reading of the same events counts. The age of the oldest is another statement's.
pub(crate) fn expected(case: &Case) -> Option<Told> {
    asked(case, None)?;
    let legs = oracle::fold(&case.received, case.as_of, case.query.now);
    let receipts = receipts(&legs, &case.received, &case.network, (case.as_of, case.query.now));
    let ageless = |mine: &[&Receipt], at| Level { oldest_us: 0, ..oracle::level(mine, &case.network, at) };
    let level = |at| by_key(&receipts, |mine| ageless(mine, at), |level| level.open > 0);
    let flow = |mine: &[&Receipt]| oracle::flow(mine, case.query.from, end(case));
    let flows = by_key(&receipts, flow, |flow| *flow != Flow::default());
    Some(Told { levels: [level(case.query.from), level(end(case))], flows })
}

/// What was met, so that a comparison that passes has met it.
#[derive(Debug, Default)]
struct Met {
    open: i64,
    old: i64,
    past_due: i64,
    flow: [i64; 6],
}

impl Met {
    fn meet(&mut self, told: &Told) {
        for level in told.levels.iter().flat_map(BTreeMap::values) {
            self.open += level.open;
            self.old += level.bands[3] + level.bands[4];
            self.past_due += level.past_due;
        }
        for flow in told.flows.values() {
            let counts = [flow.received, flow.reopened, flow.resolved, flow.closed, flow.abandoned, flow.cancelled];
            for (all, count) in self.flow.iter_mut().zip(counts) {
                *all += count;
            }
        }
    }
}

/// A brand that staffs by a backlog must be able to recount it with its own hands.
#[test]
fn what_is_open_and_what_came_and_went_is_what_a_naive_reading_counts() {
    let (engine, runtime) = (engine(), runtime());
    let mut met = Met::default();
    for case in histories() {
        let expected = expected(&case);
        assert_eq!(runtime.block_on(told(&engine, &case)), expected);
        if let Some(expected) = &expected {
            met.meet(expected);
        }
    }
    assert!(met.open > 50 && met.old > 5 && met.past_due > 10, "{met:?}");
    // Cancellations within a period are rare: `make oracle` meets them.
    assert!(met.flow[..5].iter().all(|count| *count > 0), "{met:?}");
}

/// The providers that never say that a case is done, as far as cases received before the end tell.
fn silent(receipts: &[Receipt], case: &Case) -> BTreeSet<String> {
    let ever = Instant::from_micros(-62_135_596_800_000_000).expect("the year 1");
    let mut of_provider: BTreeMap<&str, Vec<&Receipt>> = BTreeMap::new();
    for receipt in receipts.iter().filter(|receipt| receipt.at < end(case)) {
        of_provider.entry(&receipt.leg.provider).or_default().push(receipt);
    }
    let is_silent = |mine: &[&Receipt]| {
        let flow = oracle::flow(mine, ever, Instant::FOREVER);
        flow.received > 0 && flow.resolved + flow.closed == 0
    };
    let silent = of_provider.into_iter().filter(|(_, mine)| is_silent(mine));
    silent.map(|(provider, _)| provider.to_owned()).collect()
}

/// Single histories, and many at once: these have of everything.
fn histories() -> Vec<Case> {
    let mut cases = fixed_cases(cases_wanted(75) as usize);
    cases.push(united(fixed_cases(300)));
    cases
}

/// What is answered is what was counted: row by row, without those of whom nothing is known.
#[test]
fn an_answer_says_what_a_naive_reading_counts() {
    let (engine, runtime) = (engine(), runtime());
    let (mut rows_met, mut silent_met) = (0, 0);
    for case in histories() {
        let (Some(asked), Some(expected)) = (asked(&case, None), expected(&case)) else { continue };
        let view = view_of(&engine, to_batches(&case.received, &[7, 50]));
        let answer = runtime.block_on(backlog(&view, &case.network, &Feeds::new(), &asked)).expect("an answer");
        let legs = oracle::fold(&case.received, case.as_of, case.query.now);
        let receipts = receipts(&legs, &case.received, &case.network, (case.as_of, case.query.now));
        let silent = silent(&receipts, &case);
        let age = |mine: &[&Receipt]| oracle::level(mine, &case.network, end(&case)).oldest_us;
        let oldest = by_key(&receipts, age, |age| *age > 0);
        assert_eq!(answer.silent, silent.iter().cloned().collect::<Vec<_>>());
        silent_met += silent.len();
        for row in &answer.rows {
            let key = [Dim::Provider, Dim::Site].map(|dim| row.key[&dim].clone().unwrap_or_default());
            let key: Key = key.into();
            if silent.contains(&key.0) {
                continue;
            }
            let value = |id: &str| row.figures[id].value.unwrap_or(0.0);
            let [before, after] = [0, 1].map(|moment| expected.levels[moment].get(&key).cloned().unwrap_or_default());
            let flow = expected.flows.get(&key).cloned().unwrap_or_default();
            let told = [
                ("backlog_before", before.open),
                ("backlog", after.open),
                ("backlog_0_24h", after.bands[0]),
                ("backlog_5_15d", after.bands[3]),
                ("backlog_over_15d", after.bands[4]),
                ("backlog_unanswered", after.unanswered),
                ("backlog_complaints", after.complaints),
                ("backlog_received", flow.received),
                ("backlog_reopened", flow.reopened),
                ("backlog_resolved", flow.resolved),
                ("backlog_closed", flow.closed),
                ("backlog_abandoned", flow.abandoned),
                ("backlog_cancelled", flow.cancelled),
                ("backlog_net_flow", flow.net()),
            ];
            for (id, count) in told {
                #[expect(clippy::cast_precision_loss, reason = "small counts")]
                let count = count as f64;
                assert!((value(id) - count).abs() < 1e-9, "{id} of {key:?}: {} for {count}", value(id));
            }
            #[expect(clippy::cast_precision_loss, reason = "an age in microseconds is far below 2^53")]
            let oldest = oldest.get(&key).copied().unwrap_or_default() as f64 / 1e6;
            let told = value("backlog_oldest_s");
            assert!((told - oldest).abs() < 1e-6, "{key:?}: {told} for {oldest}");
            rows_met += usize::from(after.open > 0);
        }
        let listed = expected.levels[1].iter().filter(|(key, _)| !silent.contains(&key.0)).map(|(_, level)| level.open);
        assert_eq!(
            i64::try_from(answer.oldest.len()),
            Ok(listed.sum::<i64>().min(20)),
            "as many as are open, or asked"
        );
    }
    assert!(rows_met > 10 && silent_met > 10, "{rows_met} rows, {silent_met} silent");
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
