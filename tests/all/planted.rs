//! The comparison of `legs.sql` with the definitions is only worth what it can find: every fault here must be found.

use contact::Instant;
use engine::Catalog;
use tests::{
    histories::{Case, to_batches},
    oracle::{self, Query},
};

use crate::{
    equality::{engine_of, legs_of, runtime, view_of},
    planting::{reading, statement, unseen},
    rare::rare_cases,
    sampled::{WAYS, fixed_cases, united},
};

/// Within so many random histories a fault must show.
const CASES: usize = 400;

/// Instants at which all of them together are folded, beside the end of all days.
const MOMENTS: usize = 6;

/// A mistake that someone might make: its name, and texts of `legs.sql` that occur once with what replaces them.
type Fault = (&'static str, &'static [(&'static str, &'static str)]);

const OF_EVENTS: &[Fault] = &[
    ("duplicates stay", &[("WHERE nth = 1 AND time <= $now", "WHERE time <= $now")]),
    (
        "what was told twice is dropped",
        &[("WHERE nth = 1 AND time <= $now", "WHERE false AND nth = 1 AND time <= $now")],
    ),
    ("what was told twice stays as it was as well", &[("retold.tellings IS NULL AND known.time", "known.time")]),
    ("what was told twice is ranked from three on", &[("HAVING count(*) > 1", "HAVING count(*) > 2")]),
    ("the lowest revision", &[("known.revision DESC, known.digest,", "known.revision, known.digest,")]),
    ("the largest digest", &[("known.revision DESC, known.digest,", "known.revision DESC, known.digest DESC,")]),
    ("the first received of equal revisions", &[("known.revision DESC, known.digest, ", "known.revision DESC, ")]),
    (
        "providers share identities",
        &[("known.contact_id, known.provider, known.source, known.id\n", "known.contact_id, known.source, known.id\n")],
    ),
    (
        "sources share identities",
        &[(
            "known.contact_id, known.provider, known.source, known.id\n",
            "known.contact_id, known.provider, known.id\n",
        )],
    ),
    ("as_of does not ask", &[("WHERE received_at <= $as_of", "WHERE received_at <= $as_of OR true")]),
    ("as_of is exclusive", &[("received_at <= $as_of", "received_at < $as_of")]),
    (
        "a correction after as_of hides what it corrects",
        &[
            ("WHERE received_at <= $as_of", ""),
            ("AND known.time <= $now", "AND known.received_at <= $as_of AND known.time <= $now"),
            ("WHERE nth = 1 AND time <= $now", "WHERE nth = 1 AND received_at <= $as_of AND time <= $now"),
        ],
    ),
    ("now does not ask what was told once", &[("AND known.time <= $now", "AND (known.time <= $now OR true)")]),
    ("now does not ask what was told twice", &[("AND time <= $now", "AND (time <= $now OR true)")]),
    ("now is exclusive for what was told once", &[("AND known.time <= $now", "AND known.time < $now")]),
    ("now is exclusive for what was told twice", &[("AND time <= $now", "AND time < $now")]),
    (
        "a correction moved beyond now does not correct",
        &[("WHERE received_at <= $as_of", "WHERE received_at <= $as_of AND time <= $now")],
    ),
    ("contact-level events make legs", &[("    WHERE of_leg\n", "    WHERE site IS NOT NULL\n")]),
];

const OF_LEGS: &[Fault] = &[
    ("bots answer", &[("NOT IN ('bot', 'auto')", "NOT IN ('auto')")]),
    ("automatic replies answer", &[("NOT IN ('bot', 'auto')", "NOT IN ('bot')")]),
    ("an answer without an actor is a bot's", &[("coalesce(actor, 'human')", "coalesce(actor, 'bot')")]),
    ("flowing out ends no wait", &[("type IN ('abandoned', 'flowed_out')", "type IN ('abandoned')")]),
    ("the last outcome", &[("first_value(type ORDER BY", "last_value(type ORDER BY")]),
    ("the time of the last outcome", &[("min(time) FILTER (WHERE ends_wait)", "max(time) FILTER (WHERE ends_wait)")]),
    (
        "offered at the latest offer",
        &[("min(time) FILTER (WHERE type = 'offered')", "max(time) FILTER (WHERE type = 'offered')")],
    ),
    ("offered at the first event", &[("coalesce(stated_offered_at, first_event_at)", "first_event_at")]),
    ("no leg is inferred", &[("timed.stated_offered_at IS NULL AS inferred", "false AS inferred")]),
    ("the first outcome is an anomaly", &[("THEN timed.outcomes - 1", "THEN timed.outcomes")]),
    ("no skew is forgiven", &[("WHEN elapsed_us >= -5000000 THEN 0", "WHEN elapsed_us >= 0 THEN 0")]),
    ("any skew is forgiven", &[("WHEN elapsed_us >= -5000000 THEN 0", "WHEN elapsed_us < 0 THEN 0")]),
    ("5 s of skew is not forgiven", &[("WHEN elapsed_us >= -5000000", "WHEN elapsed_us > -5000000")]),
    ("5 s of skew is disorder", &[("coalesce(elapsed_us < -5000000", "coalesce(elapsed_us <= -5000000")]),
    ("an end before the outcome is in order", &[("coalesce(handling_us < -5000000, false)", "false")]),
    ("an end before the offer is in order", &[("coalesce(stay_us < -5000000, false)", "false")]),
    ("handled as the first end says", &[("last_value(coalesce(talk_us", "first_value(coalesce(talk_us")]),
    ("hold is no handling", &[(" + coalesce(hold_us, 0)", "")]),
    ("unknown wrap makes handling unknown", &[("coalesce(wrap_us, 0)", "wrap_us")]),
    (
        "ended at the first end",
        &[("max(time) FILTER (WHERE type = 'ended')", "min(time) FILTER (WHERE type = 'ended')")],
    ),
    (
        "transfers of the contact",
        &[(
            "timed.transfers,",
            "CAST(sum(timed.transfers) OVER (PARTITION BY timed.started_day, timed.contact_id) AS BIGINT) AS transfers,",
        )],
    ),
    (
        "stays are one leg",
        &[
            ("        leg,\n        min(started_at)", "        min(leg) AS leg,\n        min(started_at)"),
            (
                "    GROUP BY started_day, contact_id, provider, site, queue, leg",
                "    GROUP BY started_day, contact_id, provider, site, queue",
            ),
        ],
    ),
    ("the last channel", &[("first_value(channel ORDER BY", "last_value(channel ORDER BY")]),
    ("the last agent", &[("first_value(agent ORDER BY", "last_value(agent ORDER BY")]),
    ("the last team", &[("first_value(team ORDER BY", "last_value(team ORDER BY")]),
    (
        "a leg without a direction is outbound",
        &[("coalesce(timed.direction, 'inbound') AS", "coalesce(timed.direction, 'outbound') AS")],
    ),
    (
        "equal times are told apart by source first",
        &[("first_value(type ORDER BY time, id, source)", "first_value(type ORDER BY time, source, id)")],
    ),
    (
        "equal times are told apart by the largest id",
        &[("first_value(type ORDER BY time, id, source)", "first_value(type ORDER BY time, id DESC, source)")],
    ),
];

const OF_CASES: &[Fault] = &[
    ("closing changes nothing", &[("WHEN 'closed' THEN 3", "WHEN 'closed' THEN 0")]),
    ("deciding changes nothing", &[("WHEN 'decided' THEN 2", "WHEN 'decided' THEN 0")]),
    ("reopening closes", &[("WHEN 'reopened' THEN 6", "WHEN 'reopened' THEN 3")]),
    ("what is cancelled is closed", &[("WHEN 'cancelled' THEN 5", "WHEN 'cancelled' THEN 3")]),
    ("changes are told as they came", &[("array_sort(stated.changes, 'ASC', 'NULLS LAST')", "stated.changes")]),
    (
        "what was merely resolved is told one by one",
        &[("CASE WHEN stated.turned > 0 THEN", "CASE WHEN stated.turned >= 0 THEN")],
    ),
];

const OF_CONTACTS: &[Fault] = &[
    (
        "contact-level events tell the reason",
        &[("(WHERE of_leg AND reason IS NOT NULL)", "(WHERE reason IS NOT NULL)")],
    ),
    (
        "the leg's own reason does not win",
        &[("coalesce(timed.reason, stated.reason)", "coalesce(stated.reason, timed.reason)")],
    ),
    ("a leg without a reason has none", &[("coalesce(timed.reason, stated.reason)", "timed.reason")]),
    (
        "providers are not told apart at equal times",
        &[(
            "first_value(reason ORDER BY time, id, source, provider)",
            "first_value(reason ORDER BY time, id, source, provider DESC)",
        )],
    ),
    ("cancelling does nothing", &[("    stated.cancelled,", "    false AS cancelled,")]),
    ("the last answer owns", &[("THEN outcome_at ELSE offered_at END,", "THEN outcome_at ELSE offered_at END DESC,")]),
    ("an answer does not own", &[("CASE WHEN outcome = 'answered' THEN 0 ELSE 1 END,", "")]),
    ("outbound legs own", &[("OVER by_owner = 1 AND inbound AS owner", "OVER by_owner = 1 AS owner")]),
    ("inbound legs do not come first", &[("            inbound DESC,\n", "")]),
    ("outbound offers count", &[("min(CASE WHEN inbound THEN offered_at END)", "min(offered_at)")]),
    ("any reopening", &[("'reopened' AND time >= last_resolved_at", "'reopened'")]),
    ("reopened at the instant it was resolved is resolved", &[("time >= last_resolved_at", "time > last_resolved_at")]),
    (
        "the last reopening",
        &[("min(time) FILTER (WHERE type = 'reopened'", "max(time) FILTER (WHERE type = 'reopened'")],
    ),
    (
        "reopened before it was resolved",
        &[("stated.last_reopened_at >= stated.first_resolved_at", "stated.last_reopened_at IS NOT NULL")],
    ),
    ("the last resolution is the first", &[("max(CASE WHEN type = 'resolved'", "min(CASE WHEN type = 'resolved'")]),
    (
        "the first resolution is the last",
        &[("min(time) FILTER (WHERE type = 'resolved')", "max(time) FILTER (WHERE type = 'resolved')")],
    ),
];

const OF_WRITING: &[Fault] = &[
    (
        "what was written twice is dropped",
        &[("WHERE nth = 1 AND weighed.time <= $now", "WHERE false AND nth = 1 AND weighed.time <= $now")],
    ),
    ("what was written twice stays as it was as well", &[("doubtful.tellings IS NULL AND told.time", "told.time")]),
    ("what was written twice stays twice", &[("WHERE nth = 1 AND weighed.time", "WHERE weighed.time")]),
    ("what was written twice is weighed from three on", &[("HAVING count(*) >= 2", "HAVING count(*) >= 3")]),
    ("the lowest revision of what was written", &[("told.revision DESC, told.digest,", "told.revision, told.digest,")]),
    (
        "sources share what was written",
        &[("told.contact_id, told.provider, told.source, told.id\n", "told.contact_id, told.provider, told.id\n")],
    ),
    ("now does not ask what was written once", &[("AND told.time <= $now", "AND (told.time <= $now OR true)")]),
    ("now does not ask what was written twice", &[("AND weighed.time <= $now", "AND (weighed.time <= $now OR true)")]),
    ("a pause said twice begins anew", &[("min(time) AS from_at", "max(time) AS from_at")]),
    (
        "a message ends no pause",
        &[(
            "CASE WHEN resumed_at IS NULL OR wrote_at < resumed_at THEN wrote_at ELSE resumed_at END AS until_at",
            "resumed_at AS until_at",
        )],
    ),
    ("pauses of no length", &[("        WHERE until_at IS NULL OR from_at < until_at\n", "")]),
    ("bots reply", &[("type IN ('answered', 'replied') AND human", "type IN ('answered', 'replied')")]),
    ("any closing settles", &[(" AND cause = 'no_reply_needed'", "")]),
    (
        "a turn begins with the last message",
        &[(
            "min(CASE WHEN step = 'customer_wrote' THEN time END) AS wrote_at",
            "max(CASE WHEN step = 'customer_wrote' THEN time END) AS wrote_at",
        )],
    ),
    (
        "every turn is settled",
        &[("CASE WHEN wrote_at IS NULL THEN messages ELSE messages - 1 END AS settled", "messages AS settled")],
    ),
    ("settled turns stay open", &[("first_value(wrote_at ORDER BY settlings_left)", "min(wrote_at)")]),
    ("bots decide", &[("type = 'decided' AND human", "type = 'decided'")]),
    ("the last decision", &[("min(time) FILTER (WHERE type = 'decided'", "max(time) FILTER (WHERE type = 'decided'")]),
    (
        "the last publication",
        &[("min(time) FILTER (WHERE type = 'published')", "max(time) FILTER (WHERE type = 'published')")],
    ),
];

const OF_CALLS: &[Fault] = &[
    (
        "the first transfer",
        &[("max(time) FILTER (WHERE type = 'transferred')", "min(time) FILTER (WHERE type = 'transferred')")],
    ),
    ("flowed to where the last outcome went", &[("first_value(flowed_to ORDER BY", "last_value(flowed_to ORDER BY")]),
    ("outbound offers come again", &[("max(CASE WHEN inbound THEN offered_at END)", "max(offered_at)")]),
    (
        "whoever hung up gave up, wherever the contact went then",
        &[("WHEN timed.held_us > CAST(timed.left_at AS BIGINT) THEN", "WHEN false THEN")],
    ),
    ("who waits elsewhere has given up", &[("            ELSE 253402207200000000\n", "            ELSE NULL\n")]),
    (
        "the last request",
        &[("        min(CASE WHEN type = 'callback_requested'", "        max(CASE WHEN type = 'callback_requested'")],
    ),
    (
        "flowing out to a callback asks for none",
        &[(
            "type = 'callback_requested' OR (type = 'flowed_out' AND flowed_to = 'callback')",
            "type = 'callback_requested'",
        )],
    ),
    (
        "a call agreed with an agent is a callback",
        &[(
            "CASE WHEN stated.human_at <= stated.asked_at THEN NULL ELSE stated.asked_at END AS callback_at",
            "stated.asked_at AS callback_at",
        )],
    ),
    (
        "answered at the instant of the request is later",
        &[(
            "WHEN stated.human_at <= stated.asked_at THEN NULL ELSE stated.asked_at END",
            "WHEN stated.human_at < stated.asked_at THEN NULL ELSE stated.asked_at END",
        )],
    ),
    ("the time promised first", &[("last_value(slot ORDER BY", "first_value(slot ORDER BY")]),
    ("whoever is dialled is reached", &[("type = 'dialled' AND reached AND time", "type = 'dialled' AND time")]),
    ("reached at last", &[("min(time) FILTER (WHERE type = 'dialled'", "max(time) FILTER (WHERE type = 'dialled'")]),
    (
        "attempts before the request",
        &[(
            "count(*) FILTER (WHERE type = 'dialled' AND time >= asked_at)",
            "count(*) FILTER (WHERE type = 'dialled')",
        )],
    ),
    ("without an attempt there is no call", &[("        ELSE stated.human_at\n", "        ELSE NULL\n")]),
    ("bots call back", &[("type = 'answered' AND ends_wait", "type = 'answered'")]),
];

/// The statements of the product, but for a fault in `legs.sql`.
fn faulty((name, replacements): &Fault, sql: &str) -> Catalog {
    let text = replacements.iter().fold(sql.to_owned(), |text, (right, wrong)| {
        assert_eq!(text.matches(right).count(), 1, "{name}: legs.sql should say {right:?} once");
        text.replace(right, wrong)
    });
    reading("legs.sql", &text)
}

/// All histories at once, for contacts are folded one by one: at the end of all days, and at instants in the middle of some of
/// them. What such a crowd does not show, a history by itself may, at its own instants.
fn crowds(random: &[Case]) -> Vec<Case> {
    let all = united(random.to_vec());
    let asked_in_the_middle = random.iter().skip(WAYS - 1).step_by(WAYS).take(MOMENTS);
    let moments = asked_in_the_middle.map(|case| (case.as_of, case.query.now));
    std::iter::once((Instant::FOREVER, Instant::FOREVER))
        .chain(moments)
        .map(|(as_of, now)| Case { as_of, query: Query { now, ..all.query.clone() }, ..all.clone() })
        .collect()
}

/// If the comparison let one of these pass, a later edit of `legs.sql` could make the same mistake unseen.
#[test]
fn every_fault_planted_in_the_fold_is_found() {
    let sql = statement("legs.sql");
    let random = fixed_cases(CASES);
    let cases: Vec<Case> = crowds(&random).into_iter().chain(rare_cases(&random[0])).chain(random).collect();
    let runtime = runtime();
    let faults = [OF_EVENTS, OF_LEGS, OF_CONTACTS, OF_CASES, OF_WRITING, OF_CALLS].concat();
    let unseen = unseen(
        faults.iter().map(|fault| (fault.0, engine_of(faulty(fault, &sql)))),
        &cases,
        |case| oracle::fold(&case.received, case.as_of, case.query.now),
        |engine, case| {
            // Small batches, but not hundreds of them.
            let sizes: &[usize] = if case.received.len() > 500 { &[700, 1_100] } else { &[5, 12] };
            let view = view_of(engine, to_batches(&case.received, sizes));
            runtime.block_on(legs_of(&view, case.query.now, case.as_of))
        },
    );
    assert!(unseen.is_empty(), "not found in {CASES} histories: {unseen:?}");
}
