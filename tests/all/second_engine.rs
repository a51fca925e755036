//! E1: every statement gives equal rows on every engine. DuckDB runs the texts of `queries/` from the same raw events,
//! through a dialect of three lines, and is asked whether it finds the rows that the product found.

mod cases;
mod files;
mod settled;
mod situations;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use contact::Channel;
use engine::{Catalog, Engine, EngineOptions};
use scorecard::{Grain, Question};
use tests::histories::Case;

use files::Folder;
use situations::Kind;

use crate::{
    equality::{cases_wanted, engine, engine_of, question, runtime},
    planting::{reading, statement},
    program::workspace,
    sampled::{days, fixed_cases, united},
};

/// A case's own question, with a grain and with filters in turn.
fn varied(number: usize, case: &Case) -> Question {
    let mut question = question(case);
    let fine = if days(&case.query) < 60 { Grain::Quarter } else { Grain::Hour };
    question.grain = [None, Some(Grain::Day), Some(fine), Some(Grain::Week), Some(Grain::Month)][number % 5];
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let filters = &mut question.filters;
    match number % 7 {
        1 => filters.providers = words(&["atlas", "boreal"]),
        2 => filters.queues = words(&["voice-fr", "mail-fr", "side"]),
        3 => filters.channels = [Channel::Voice, Channel::Email].into(),
        4 => filters.sites = words(&["atlas-0", "boreal-0", "cirrus-1"]),
        5 => filters.reasons = words(&["", "delivery"]),
        _ => {}
    }
    question
}

fn python() -> PathBuf {
    let usual = PathBuf::from(std::env::var("HOME").unwrap_or_default()).join(".cache/vigie/venv/bin/python");
    match std::env::var("VIGIE_PYTHON") {
        Ok(named) => named.into(),
        Err(_) if usual.exists() => usual,
        Err(_) => "python3".into(),
    }
}

fn duckdb(directory: &Path, more: &[&str]) -> Output {
    let python = python();
    let script = workspace().join("tests/duckdb/second_engine.py");
    let output = Command::new(&python).arg(script).arg(directory).args(more).output();
    let output =
        output.unwrap_or_else(|error| panic!("cannot run {}: {error}; `make venv` installs it", python.display()));
    assert!(output.status.code() != Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

/// Where a case is written.
fn place(directory: &Path, number: usize) -> PathBuf {
    directory.join(format!("case-{number:04}"))
}

/// Writes the cases as `engine` sees them, each in these situations, and asks DuckDB.
fn asked(engine: &Engine, cases: &[Case], kinds: &[Kind]) -> (Output, BTreeSet<String>) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let runtime = runtime();
    let mut ran = BTreeSet::new();
    for (number, case) in cases.iter().enumerate() {
        let path = place(directory.path(), number);
        let (question, folder) = (varied(number, case), Folder { path: &path, until: None });
        for kind in kinds {
            ran.extend(runtime.block_on(situations::write(*kind, engine, case, &question, folder)));
        }
    }
    (duckdb(directory.path(), &[]), ran)
}

/// A client who audits a penalty with DuckDB on the same files would reach another figure, and both would be right.
#[test]
fn duckdb_gives_equal_rows_for_every_statement() {
    // Many contacts at once, in which every statement has something to say; and single histories, for what is asked of them.
    let mut cases = vec![united(fixed_cases(200))];
    cases.extend(fixed_cases(cases_wanted(8) as usize));
    // Two networks without exclusion rules: those take another path.
    cases.iter_mut().skip(1).step_by(4).for_each(|case| case.network.exclusions.clear());
    let (output, ran) = asked(&engine(), &cases, &situations::ALL);
    assert!(output.status.success(), "{}", told(&output));
    let all: BTreeSet<_> = engine().catalog().all().map(|statement| statement.id.clone()).collect();
    assert_eq!(ran, all, "a statement that no situation runs is not proven equal");
    let line = format!("{} statements × {} cases equal", all.len(), cases.len());
    assert!(told(&output).contains(&line), "{}", told(&output));
}

/// The same at a size at which both engines split their work over threads, of what every figure begins with.
#[test]
fn duckdb_gives_equal_rows_for_many_contacts() {
    let engine = Engine::new(Catalog::built_in().expect("headers"), &EngineOptions::default()).expect("an engine");
    let case = united(fixed_cases(1_500));
    assert!(case.received.len() > 20_000, "{} events", case.received.len());
    let kinds = if cases_wanted(0) > 0 { &situations::ALL[..] } else { &[Kind::Scorecard, Kind::Whole] };
    let (output, _) = asked(&engine, &[case], kinds);
    assert!(output.status.success(), "{}", told(&output));
}

/// A mistake in a text: the file, what it says, what it says then, and the statement whose rows must differ.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const FAULTS: &[Fault] = &[
    ("legs.sql", "known.revision DESC, known.digest,", "known.revision DESC, known.digest DESC,", "legs"),
    ("cohort.sql", "waited_us <= threshold_us", "waited_us > threshold_us", "cohort"),
    ("legs.sql", "min(time) AS from_at", "max(time) AS from_at", "legs"),
    ("replies.sql", "until_open_us - began_open_us - paused_us", "until_open_us - began_open_us", "replies"),
    ("scorecard/responses.sql", "kind = 'next' AND in_time", "kind = 'next' AND replied", "responses"),
    ("journeys.sql", "min(provider) <> max(provider)", "min(provider) = max(provider)", "journeys"),
    ("journeys.sql", "WHEN more THEN all_turn_from ELSE", "WHEN NOT more THEN all_turn_from ELSE", "journeys"),
    ("hand_overs.sql", "nth > 1", "nth > 2", "hand_overs"),
    ("united_legs.sql", "WHERE NOT EXISTS", "WHERE EXISTS", "united_legs"),
    ("scorecard/waits.sql", "outcome = 'answered'", "outcome <> 'abandoned'", "waits"),
    ("homogeneity/cells.sql", "credited AND mature AND durable", "credited AND mature", "homogeneity"),
    ("live/standing.sql", "outcome = 'answered' AND ended_at IS NULL", "ended_at IS NULL", "live_standing"),
    ("live/waits.sql", "IN ('pending', 'overdue')", "<> 'abandoned'", "live_waits"),
    ("alerts/decided.sql", "WHEN outcome = 'overdue' OR", "WHEN outcome = 'answered' OR", "decided"),
    ("backlog/levels.sql", ">= standing.at_us, true)", ">= standing.at_us, false)", "backlog"),
    ("backlog/spells.sql", "change >> 3", "change >> 4", "spells"),
    ("backlog/flows.sql", "turned_by = 'reopened'", "turned_by = 'received'", "backlog_flows"),
    ("contracts/service_levels.sql", "AND NOT timely", "AND timely", "contract_service_levels"),
    ("contracts/waits.sql", "> level_us", "<= level_us", "contract_waits"),
    ("contracts/resolutions.sql", "durable OR received_us", "received_us", "contract_resolutions"),
    ("complaints/cases.sql", "AND NOT cancelled", "AND cancelled", "complaint_cases"),
    ("complaints/received.sql", "> $durable_us, true", "> $durable_us, false", "complaints_received"),
    ("reconcile/legs.sql", "NOT $has_list OR", "$has_list OR", "reconcile_legs"),
    ("reconcile/counts.sql", "NOT (drops_short AND brief)", "NOT (drops_short OR brief)", "reconcile_counts"),
    ("reconcile/missing.sql", "ours <> theirs", "ours = theirs", "reconcile_missing"),
    ("seal/late.sql", "FILTER (WHERE revision > 0)", "FILTER (WHERE revision >= 0)", "late_contacts"),
    ("seal/places.sql", "SELECT DISTINCT cohort.contact_id", "SELECT cohort.contact_id", "late_places"),
    ("seal/feeds.sql", "sum(late_contacts.revised)", "sum(late_contacts.events)", "late_feeds"),
    ("repeats/attempts.sql", "customer ORDER BY offered_at,", "customer ORDER BY offered_at DESC,", "attempts"),
    ("repeats/matters.sql", "next_us <= $window_us, false", "next_us <= $window_us, true", "matters"),
];

/// An engine that makes the mistake.
fn faulty((file, text, fault, _): Fault) -> Engine {
    let sql = statement(file);
    assert!(sql.contains(text), "{file} no longer says {text:?}");
    engine_of(reading(file, &sql.replace(text, fault)))
}

/// A comparison that cannot fail proves nothing: here one engine reads a text with a fault in it, in the situations that run
/// the statement.
#[test]
fn a_fault_in_one_engine_is_found_by_the_other() {
    let (directory, runtime) = (tempfile::tempdir().expect("a temporary directory"), runtime());
    let case = united(fixed_cases(200));
    let question = varied(0, &case);
    let write = |engine: &Engine, kind, path: &Path, until| {
        runtime.block_on(situations::write(kind, engine, &case, &question, Folder { path, until }))
    };
    let (sound, apart) = (engine(), tempfile::tempdir().expect("a temporary directory"));
    let ran = situations::ALL.map(|kind| (kind, write(&sound, kind, apart.path(), None)));
    for (number, fault) in FAULTS.iter().enumerate() {
        let (engine, statement, path) = (faulty(*fault), fault.3, place(directory.path(), number));
        for (kind, _) in ran.iter().filter(|(_, ran)| ran.iter().any(|id| id == statement)) {
            write(&engine, *kind, &path, Some(statement));
        }
        assert!(path.exists(), "no situation runs {statement}");
    }
    let output = duckdb(directory.path(), &["--each"]);
    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for (number, (_, _, fault, statement)) in FAULTS.iter().enumerate() {
        let (case, found) = (format!("case-{number:04}/"), format!(": {statement}: "));
        let is_found = told.lines().any(|line| line.starts_with(&case) && line.contains(&found));
        assert!(is_found, "{fault:?} was not found: {told}");
    }
}
