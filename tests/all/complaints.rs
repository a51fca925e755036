//! Complaints against a naive reading of the same histories; and a saturated service, whose rate on closed cases improves.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use engine::Engine;
use scorecard::{ComplaintsQuestion, Feeds, Question, complaints, open_complaints};
use serde_json::Value;
use tests::{
    histories::{Case, to_batches},
    oracle::{self, Complaint, receipts},
};

use crate::{
    equality::{cases_wanted, engine, question, runtime, view_of},
    program::stdout,
    read::table,
    sampled::{fixed_cases, united},
};

fn asked(case: &Case) -> ComplaintsQuestion {
    ComplaintsQuestion::new(Question { by: [].into(), ..question(case) }, 20).expect("a question")
}

/// The complaints that the statements find over all legs at once.
pub(crate) async fn told(engine: &Engine, case: &Case) -> Vec<Complaint> {
    let view = view_of(engine, to_batches(&case.received, &[7, 50]));
    let (session, params) = open_complaints(&view, &case.network, &asked(case)).await.expect("complaints");
    let rows = table(&session.rows("complaints_received", &params).await.expect("the statement runs"));
    let complaint = |row| Complaint {
        contact: rows.text("contact_id", row).expect("a contact"),
        resolved: rows.flag("resolved", row),
        young: rows.flag("young", row),
        elapsed_us: rows.int("elapsed_us", row),
        business_us: rows.int("business_us", row),
        age_us: rows.int("age_us", row).expect("an age"),
        open_age_us: rows.int("open_age_us", row).expect("an age"),
    };
    let mut complaints: Vec<Complaint> = (0..rows.len()).map(complaint).collect();
    complaints.sort();
    complaints
}

/// The complaints that a naive reading of the same events finds.
pub(crate) fn expected(case: &Case) -> Vec<Complaint> {
    let legs = oracle::fold(&case.received, case.as_of, case.query.now);
    let receipts = receipts(&legs, &case.received, &case.network, (case.as_of, case.query.now));
    oracle::complaints(&receipts, &case.network, &case.query)
}

/// "24/48 h" is in the contract: who counts a complaint, and for how long, is money.
#[test]
fn each_complaint_took_as_long_as_a_naive_reading_says() {
    let (engine, runtime) = (engine(), runtime());
    let (mut seen, mut resolved, mut in_open_time) = (0, 0, 0);
    let mut cases = fixed_cases(cases_wanted(75) as usize);
    cases.push(united(fixed_cases(300)));
    for case in cases {
        let expected = expected(&case);
        assert_eq!(runtime.block_on(told(&engine, &case)), expected);
        seen += expected.len();
        resolved += expected.iter().filter(|complaint| complaint.resolved).count();
        in_open_time += expected.iter().filter(|complaint| complaint.business_us != complaint.elapsed_us).count();
    }
    assert!(seen > 50 && resolved > 5 && in_open_time > 5, "{seen} complaints, {resolved}, {in_open_time}");
}

/// The share of complaints still open after so long, step by step, as one would count it by hand: of those that were still
/// followed just before a time, the share that stays open beyond it, times what was left before.
fn shares_open(times: &[(i64, bool)]) -> BTreeMap<i64, f64> {
    let ends: BTreeSet<i64> = times.iter().filter(|(_, resolved)| *resolved).map(|(time, _)| *time).collect();
    let mut left = 1.0;
    let mut shares = BTreeMap::new();
    for end in ends {
        let followed = times.iter().filter(|(time, _)| *time >= end).count();
        let ended = times.iter().filter(|(time, resolved)| *resolved && *time == end).count();
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let stays = (followed - ended) as f64 / followed as f64;
        left *= stays;
        shares.insert(end, left);
    }
    shares
}

/// Complaints of providers that say at all that something is resolved, of all contacts of the period.
fn of_speaking(case: &Case) -> Vec<Complaint> {
    let legs = oracle::fold(&case.received, case.as_of, case.query.now);
    let receipts = receipts(&legs, &case.received, &case.network, (case.as_of, case.query.now));
    let asked = receipts.iter().filter(|receipt| case.query.from <= receipt.at && receipt.at < case.query.to);
    let says = asked.filter(|receipt| receipt.leg.first_resolved_at.is_some());
    let speaking: BTreeSet<&str> = says.map(|receipt| receipt.leg.provider.as_str()).collect();
    let provider: BTreeMap<&str, &str> =
        receipts.iter().map(|receipt| (receipt.leg.contact_id.as_str(), receipt.leg.provider.as_str())).collect();
    let all = oracle::complaints(&receipts, &case.network, &case.query);
    all.into_iter().filter(|complaint| speaking.contains(provider[complaint.contact.as_str()])).collect()
}

/// What is answered is what was counted: shares over those whose time has elapsed, and times with open ones counted.
#[test]
fn an_answer_says_what_a_naive_reading_counts() {
    const DAY_US: i64 = 86_400_000_000;
    let (engine, runtime) = (engine(), runtime());
    let (mut medians, mut unknown) = (0, 0);
    let mut cases = fixed_cases(cases_wanted(75) as usize);
    cases.push(united(fixed_cases(300)));
    for case in cases {
        let view = view_of(&engine, to_batches(&case.received, &[]));
        let answer =
            runtime.block_on(complaints(&view, &case.network, &Feeds::new(), &asked(&case))).expect("an answer");
        let [row] = answer.rows.as_slice() else { panic!("one row: {:?}", answer.rows) };
        let expected = of_speaking(&case);
        if expected.is_empty() {
            assert!(row.curve.is_empty() && row.figures["complaint_p50_s"].value.is_none(), "{row:?}");
            continue;
        }
        for (id, days) in [("complaints_24h", 1), ("complaints_48h", 2)] {
            let due: Vec<_> = expected.iter().filter(|complaint| complaint.age_us >= days * DAY_US).collect();
            let in_time = |complaint: &&&Complaint| {
                complaint.resolved && complaint.elapsed_us.is_some_and(|elapsed| elapsed <= days * DAY_US)
            };
            let kept = due.iter().filter(in_time).count();
            #[expect(clippy::cast_precision_loss, reason = "small counts")]
            let counts = (!due.is_empty()).then_some((kept as f64, due.len() as f64));
            let figure = &row.figures[id];
            assert_eq!(figure.numerator.zip(figure.denominator), counts, "{id}: {figure:?}");
        }
        let times: Vec<(i64, bool)> =
            expected.iter().filter_map(|complaint| Some((complaint.elapsed_us?, complaint.resolved))).collect();
        let shares = shares_open(&times);
        let longest = times.iter().map(|(time, _)| *time).max();
        #[expect(clippy::cast_precision_loss, reason = "a time in microseconds is far below 2^53")]
        let longest = longest.map(|time| time as f64 / 1e6);
        assert_eq!(row.curve_until_s, longest, "until the last sight of any");
        let half = shares.iter().find(|(_, share)| **share <= 0.5 + 1e-12).map(|(time, _)| *time);
        #[expect(clippy::cast_precision_loss, reason = "a time in microseconds is far below 2^53")]
        let half = half.map(|time| time as f64 / 1e6);
        assert_eq!(row.figures["complaint_p50_s"].value, half, "of {times:?}");
        for point in row.curve.iter().skip(1) {
            #[expect(clippy::cast_possible_truncation, reason = "whole microseconds")]
            let share = shares[&((point.time_s * 1e6).round() as i64)];
            assert!((point.still_open - share).abs() < 1e-9, "{point:?}: {share}");
        }
        let over = expected.iter().filter(|complaint| !complaint.resolved && complaint.age_us > 2 * DAY_US).count();
        assert_eq!(answer.open.len(), over.min(20), "all that are open beyond 48 h, or as many as asked");
        medians += usize::from(half.is_some());
        unknown += usize::from(half.is_none());
    }
    assert!(medians > 0 && unknown > 0, "{medians} medians, {unknown} not known yet");
}

const NETWORK: &str = "\
brand: peaks
zone: Europe/Paris
providers: [{name: north}]
sites: [{name: lyon, provider: north}]
queues:
  - {name: complaints-fr, channel: email, threshold: 4h}
";

/// Complaints of a week: how many, and after how many hours how many of them are resolved.
fn week(text: &mut String, monday: u32, received: u32, resolved: &[(u32, u32)]) {
    let hours: Vec<u32> =
        resolved.iter().flat_map(|(hours, count)| std::iter::repeat_n(*hours, *count as usize)).collect();
    for number in 0..received {
        let subject = format!("C-{monday}-{number}");
        let start: contact::Instant =
            format!("2026-06-{monday:02}T08:{number:02}:00Z").parse().expect("a time of the story");
        let mut event = |kind: &str, hours: u32| {
            let time = start.plus_micros(i64::from(hours) * 3_600_000_000);
            writeln!(
                text,
                r#"{{"specversion":"1.0","id":"{kind}","source":"/crm/{subject}","type":"vigie.contact.{kind}.v1","subject":"{subject}","time":"{time}","data":{{"started_at":"{start}","site":"lyon","queue":"complaints-fr","complaint":true}}}}"#
            )
            .expect("memory");
        };
        event("offered", 0);
        event("answered", 1);
        if let Some(hours) = hours.get(number as usize) {
            event("resolved", *hours);
        }
    }
}

/// A service that closes the easy ones first looks better every week on closed cases, while customers wait for ever.
#[test]
fn a_rate_on_closed_cases_that_improves_while_old_ones_rot_is_visible_as_such() {
    let home = tempfile::tempdir().expect("a folder");
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let mut events = String::new();
    week(&mut events, 1, 20, &[(40, 16), (60, 4)]);
    week(&mut events, 8, 20, &[(10, 8)]);
    std::fs::write(path("network.yaml"), NETWORK).expect("written");
    std::fs::write(path("events.ndjson"), events).expect("written");
    let (lake, network, file) = (path("lake"), path("network.yaml"), path("events.ndjson"));
    stdout(0, ["--quiet", "ingest", "--lake", &lake, "--network", &network, "--provider", "north", &file]);
    let period = ["--from", "2026-06-01", "--to", "2026-06-15", "--now", "2026-06-30", "--grain", "1w"];
    let args = ["--quiet", "complaints", "--lake", &lake, "--format", "json"].into_iter().chain(period);
    let answer: Value = serde_json::from_str(&stdout(0, args)).expect("JSON");
    let value = |week: usize, id: &str| answer["rows"][week]["figures"][id]["value"].clone();
    let told = |id: &str| [0, 1].map(|week| format!("{:.2}", value(week, id).as_f64().expect("a number")));
    assert_eq!(told("complaints_48h_of_resolved"), ["0.80", "1.00"], "the rate on closed cases improves");
    assert_eq!(told("complaints_48h"), ["0.80", "0.40"], "of all that were received, it halves");
    assert_eq!(told("complaints_beyond_48h"), ["0.00", "12.00"]);
    assert_eq!(value(0, "complaint_p50_s"), 40.0 * 3600.0);
    assert_eq!(value(1, "complaint_p50_s"), Value::Null, "half of the second week's are not resolved yet");
    let last = answer["rows"][1]["curve"].as_array().and_then(|curve| curve.last()).expect("a curve");
    assert_eq!((&last["still_open"], &last["at_risk"]), (&Value::from(0.6), &Value::from(20)));
    let open = answer["open"].as_array().expect("a list");
    assert_eq!(open.len(), 10, "as many as are listed unless more are asked for");
    assert!(open.iter().all(|complaint| complaint["received_at"].as_str() > Some("2026-06-08")));
    let args = ["--quiet", "backlog", "--lake", &lake, "--format", "json"].into_iter().chain(period);
    let answer: Value = serde_json::from_str(&stdout(0, args)).expect("JSON");
    let open = [0, 1].map(|week| answer["rows"][week]["figures"]["backlog"]["value"].as_f64().expect("a count"));
    assert_eq!((open, &answer["residual"]), ([0.0, 12.0], &Value::from(0)));
}
