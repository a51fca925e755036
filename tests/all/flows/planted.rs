//! Faults in what makes contacts of legs, and in what was agreed about flow-outs: every one must be found.

use engine::{Catalog, Engine};
use scorecard::{Feeds, answer};
use tests::{
    histories::{Case, to_batches},
    oracle::{self, Leg},
};

use super::rare::rare_flows;
use crate::{
    equality::{engine_of, expected, question, runtime, told, view_of},
    planting::{Fault, planted, unseen},
    sampled::fixed_cases,
};

/// Within so many random histories a fault must show that the rare ones do not show.
const CASES: usize = 60;

const OF_JOURNEYS: &[Fault] = &[
    (
        "the last leg is where it came in",
        "journeys.sql",
        "stays.offered_at, stays.provider",
        "stays.offered_at DESC, stays.provider",
    ),
    (
        "legs that do not count come first",
        "journeys.sql",
        "CASE WHEN stays.counted THEN 0 WHEN",
        "CASE WHEN stays.counted THEN 3 WHEN",
    ),
    (
        "legs that do not count bring their waits",
        "journeys.sql",
        "    FROM placed\n    WHERE counted\n",
        "    FROM placed\n",
    ),
    ("any end before the answer", "journeys.sql", "            WHEN human_at IS NOT NULL THEN 'answered'\n", ""),
    ("an open leg is over", "journeys.sql", "            WHEN open_legs > 0 THEN 'pending'\n", ""),
    (
        "waits are judged one by one",
        "journeys.sql",
        "open_legs > 0 AND queue_us > stays.threshold_us",
        "open_legs > 0 AND queue_us > 2 * stays.threshold_us",
    ),
    (
        "flowed out wins over abandoned",
        "journeys.sql",
        "            WHEN abandoned_at >= coalesce(flowed_at, abandoned_at) THEN 'abandoned'\n",
        "            WHEN flowed_at IS NULL THEN 'abandoned'\n",
    ),
    (
        "only the wait of the human's own leg",
        "journeys.sql",
        "FILTER (WHERE outcome_at <= last_human_at AND NOT is_warm), 0) AS human_us",
        "FILTER (WHERE outcome = 'answered' AND NOT is_warm), 0) AS human_us",
    ),
    (
        "the wait ends with the first human",
        "journeys.sql",
        "sum(wait_us) FILTER (WHERE outcome_at <= last_human_at AND NOT is_warm)",
        "sum(wait_us) FILTER (WHERE outcome_at <= first_human_at)",
    ),
    (
        "a warm transfer is a wait",
        "journeys.sql",
        "sum(wait_us) FILTER (WHERE outcome_at <= last_human_at AND NOT is_warm)",
        "sum(wait_us) FILTER (WHERE outcome_at <= last_human_at)",
    ),
    ("every transfer is warm", "journeys.sql", "held_until_at >= outcome_at", "held_until_at IS NOT NULL"),
    ("an unknown wait is none", "journeys.sql", "CASE WHEN human_unknown = 0 THEN human_us END", "human_us"),
    (
        "the callback is no matter",
        "journeys.sql",
        "            WHEN stays.callback IN ('kept', 'late') THEN 'answered'\n",
        "",
    ),
    (
        "a late call is none",
        "journeys.sql",
        "            WHEN stays.callback IN ('kept', 'late') THEN 'answered'\n",
        "            WHEN stays.callback = 'kept' THEN 'answered'\n",
    ),
    (
        "given up is pending",
        "journeys.sql",
        "            WHEN stays.callback = 'given_up' THEN 'flowed_out'\n",
        "            WHEN stays.callback = 'given_up' THEN 'pending'\n",
    ),
    ("a contact begins with its own period", "journeys.sql", "        AND stays.offered_at >= $from\n", ""),
    ("handled by the first", "journeys.sql", "CASE WHEN more THEN handled_us ELSE handle_us END", "handle_us"),
    ("transfers of the first", "journeys.sql", "CASE WHEN more THEN transferred ELSE transfers END", "transfers"),
    ("whoever owns the leg", "journeys.sql", "        true AS owner,\n", "        owner AS owner,\n"),
    ("the first leg is handed over", "hand_overs.sql", "    nth > 1\n", "    nth > 0\n"),
    ("legs that do not count are handed over", "hand_overs.sql", "    WHERE stays.counted\n", "    WHERE true\n"),
];

const OF_WRITING: &[Fault] = &[
    (
        "pauses within pauses count",
        "journeys.sql",
        "WHERE endless = 0 AND coalesce(to_at > until_at, true)",
        "WHERE true",
    ),
    (
        "pauses that overlap count twice",
        "journeys.sql",
        "CASE WHEN from_at < until_at THEN until_at ELSE from_at END AS from_at",
        "from_at",
    ),
    (
        "turns of the first leg",
        "journeys.sql",
        "CASE WHEN more THEN all_turn_from ELSE turn_from END AS turn_from",
        "turn_from AS turn_from",
    ),
    (
        "settled at the first leg",
        "journeys.sql",
        "CASE WHEN more THEN all_settled ELSE turns_settled END AS turns_settled",
        "turns_settled AS turns_settled",
    ),
    ("the last decision", "journeys.sql", "min(decided_at)", "max(decided_at)"),
    (
        "published at the first leg",
        "journeys.sql",
        "CASE WHEN more THEN first_published_at ELSE published_at END AS published_at",
        "published_at AS published_at",
    ),
];

const OF_AGREEMENTS: &[Fault] = &[
    (
        "nothing is an overflow unless it says so",
        "cohort.sql",
        "            WHEN last_offered_at > offered_at THEN 'overflow'\n",
        "",
    ),
    (
        "answered legs flow, too",
        "cohort.sql",
        "            WHEN outcome IS NULL OR outcome <> 'flowed_out' THEN NULL\n",
        "",
    ),
    (
        "a request long before is the reason",
        "cohort.sql",
        "callback_at >= offered_at AND callback_at <= outcome_at",
        "callback_at <= outcome_at",
    ),
    (
        "a promised time is none",
        "cohort.sql",
        "CAST(called_at AS BIGINT) - coalesce(CAST(slot_at AS BIGINT), offered_us) <=",
        "CAST(called_at AS BIGINT) - offered_us <=",
    ),
    (
        "the promise is the threshold",
        "cohort.sql",
        "coalesce(terms.callback_within_us, $threshold_us",
        "coalesce($threshold_us",
    ),
    ("never given up", "cohort.sql", "            WHEN dials >= callback_attempts THEN 'given_up'\n", ""),
    (
        "overflow is a callback",
        "cohort.sql",
        "        WHEN 'overflow' THEN overflow_counts_as\n",
        "        WHEN 'overflow' THEN callback_counts_as\n",
    ),
    (
        "what was agreed with the queue wins over what is asked",
        "cohort.sql",
        "coalesce($overflow_counts_as, terms.overflow_counts_as)",
        "coalesce(terms.overflow_counts_as, $overflow_counts_as)",
    ),
    (
        "excluded from the service level alone",
        "scorecard/cells.sql",
        " AND coalesce(counts_as <> 'excluded', true)",
        "",
    ),
    (
        "a neutral flow-out is a miss",
        "scorecard/cells.sql",
        "counts_as IN ('in_time', 'miss')",
        "counts_as IN ('in_time', 'miss', 'neutral')",
    ),
    (
        "kept is not in time",
        "scorecard/cells.sql",
        "WHEN counts_as IS NOT NULL THEN counts_as = 'in_time'",
        "WHEN counts_as IS NOT NULL THEN false",
    ),
    (
        "the first human comes last",
        "brand/flows.sql",
        "count(*) FILTER (WHERE first_in_time)",
        "count(*) FILTER (WHERE answered_in_time)",
    ),
    ("pending calls are due", "brand/flows.sql", "asked AND callback <> 'pending'", "asked"),
];

/// Whether the answer to a case is what the oracle makes of its legs. An answer that is refused is none.
async fn holds(engine: &Engine, case: &Case, legs: &[Leg]) -> bool {
    let view = view_of(engine, to_batches(&case.received, &[5, 12]));
    let Ok(answer) = answer(&view, &case.network, &Feeds::new(), &question(case)).await else { return false };
    let (told, right) = (told(&answer), expected(&oracle::scorecard(legs, &case.network, &case.query)));
    let silent = |id: &str| id.starts_with("reso") || id.starts_with("reop");
    told.len() == right.len()
        && right.iter().all(|(key, figures)| {
            figures.iter().all(|(id, pair)| silent(id) || told.get(key).and_then(|told| told.get(id)) == Some(pair))
        })
}

/// If the comparison let one of these pass, a later edit could make the same mistake unseen.
#[test]
fn every_fault_planted_between_legs_and_contacts_is_found() {
    let rare = rare_flows();
    let written_by_hand = 2 * rare.len();
    let cases: Vec<(Case, Vec<Leg>)> = rare
        .into_iter()
        .chain(fixed_cases(CASES))
        .flat_map(|case| [case.clone().whole(), case])
        .map(|case| {
            let legs = oracle::fold(&case.received, case.as_of, case.query.now);
            (case, legs)
        })
        .collect();
    let runtime = runtime();
    let right = engine_of(Catalog::built_in().expect("headers"));
    for (case, legs) in &cases[..written_by_hand] {
        assert!(runtime.block_on(holds(&right, case, legs)), "without a fault: {:?}", case.query);
    }
    let unseen = unseen(
        planted(&[OF_JOURNEYS, OF_WRITING, OF_AGREEMENTS].concat()),
        &cases,
        |_| true,
        |engine, (case, legs)| runtime.block_on(holds(engine, case, legs)),
    );
    assert!(unseen.is_empty(), "not found in {} questions: {unseen:?}", cases.len());
}
