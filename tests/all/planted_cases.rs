//! What follows contacts from their receipt on is only as good as what its comparisons can find: every fault here must be
//! found by the naive readings.

use tests::histories::Case;

use crate::{
    backlog, complaints,
    equality::runtime,
    planting::{Fault, planted, unseen},
    repeats::{self, WINDOWS, crowded, twice_at_once},
    sampled::{fixed_cases, united},
};

/// Within so many random histories a fault must show.
const CASES: usize = 500;

const OF_BACKLOGS: &[Fault] = &[
    ("reopening opens nothing", "backlog/spells.sql", "WHEN place IN (0, 6) THEN 1", "WHEN place IN (0) THEN 1"),
    ("closing is resolving", "backlog/spells.sql", "WHEN 3 THEN 'closed'", "WHEN 3 THEN 'resolved'"),
    ("who gives up stays", "backlog/spells.sql", "CAST(given_up_at AS BIGINT)", "CAST(NULL AS BIGINT)"),
    ("what was merely resolved stays open", "backlog/spells.sql", "resolved_us IS NOT NULL) AS", "false) AS"),
    ("calls are work", "backlog/followed.sql", "AND (complaint OR NOT live)", ""),
    (
        "ages are elapsed time",
        "backlog/levels.sql",
        "ELSE placed.at_open_us - standing.open_us",
        "ELSE standing.elapsed_us",
    ),
    (
        "what was never answered is answered",
        "backlog/levels.sql",
        ">= standing.at_us, true)",
        ">= standing.at_us, false)",
    ),
    ("complaints are never late", "backlog/levels.sql", "OR (complaint AND elapsed_us > 172800000000)", ""),
    (
        "what is not over is not open",
        "backlog/levels.sql",
        "coalesce(clocked.closed_us, moments.at_us) >= moments.at_us",
        "coalesce(clocked.closed_us, moments.at_us) > moments.at_us",
    ),
    ("what came back came", "backlog/flows.sql", "turned_by = 'received'", "turned_by IN ('received', 'reopened')"),
    ("tests are work", "cases.sql", "legs.owner AND legs.rule IS NULL", "legs.owner"),
    (
        "everybody owns",
        "cases.sql",
        "legs.owner AND legs.rule IS NULL",
        "legs.direction = 'inbound' AND legs.rule IS NULL",
    ),
];

const OF_COMPLAINTS: &[Fault] = &[
    ("everybody complains", "complaints/cases.sql", "WHERE complaint AND", "WHERE"),
    ("nothing stays resolved", "complaints/received.sql", "> $durable_us, true", "> $durable_us, false"),
    ("open time is elapsed time", "complaints/received.sql", "ELSE lasted_open_us", "ELSE lasted_us"),
];

const OF_REPEATS: &[Fault] = &[
    ("late repeats only", "repeats/matters.sql", "next_us <= $window_us, false", "next_us > $window_us, false"),
    ("twice at once is once", "repeats/matters.sql", "previous_us = 0, false", "previous_us < 0, false"),
    ("nobody is first", "repeats/matters.sql", "since_us > $window_us, true", "since_us > $window_us, false"),
    ("who called once stays away", "repeats/matters.sql", "WHERE again.attempts IS NULL", "WHERE false"),
    (
        "the last leg names the customer",
        "repeats/attempts.sql",
        "customer ORDER BY offered_at,",
        "customer ORDER BY offered_at DESC,",
    ),
    ("cancelled contacts count", "repeats/attempts.sql", "WHERE NOT cases.cancelled", ""),
    ("reasons have no family", "cases.sql", "coalesce(families.family, clocked.reason)", "clocked.reason"),
];

/// If a comparison let one of these pass, a later edit of a statement could make the same mistake unseen.
#[test]
fn every_fault_planted_in_statements_of_cases_is_found() {
    let runtime = runtime();
    let crowd = united(fixed_cases(300));
    let cases: Vec<Case> = std::iter::once(crowd).chain(fixed_cases(CASES)).collect();
    let of_backlogs = unseen(planted(OF_BACKLOGS), &cases, backlog::expected, |engine, case| {
        runtime.block_on(backlog::told(engine, case))
    });
    let of_complaints = unseen(planted(OF_COMPLAINTS), &cases, complaints::expected, |engine, case| {
        runtime.block_on(complaints::told(engine, case))
    });
    let many = [crowded(fixed_cases(200)), twice_at_once(fixed_cases(40)), crowded(fixed_cases(1_000))];
    let window = WINDOWS[1];
    let of_repeats = unseen(
        planted(OF_REPEATS),
        &many,
        |case| repeats::expected(case, window.1),
        |engine, case| runtime.block_on(repeats::told(engine, case, window)),
    );
    assert!(of_backlogs.is_empty(), "not found in {CASES} histories: {of_backlogs:?}");
    assert!(of_complaints.is_empty(), "not found in {CASES} histories: {of_complaints:?}");
    assert!(of_repeats.is_empty(), "not found: {of_repeats:?}");
}
