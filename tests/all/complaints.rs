//! Complaints against a naive reading of the same histories; and a saturated service, whose rate on closed cases improves.

use std::fmt::Write as _;

use scorecard::{ComplaintsQuestion, Question, open_complaints};
use serde_json::Value;
use tests::{
    histories::{Case, to_batches},
    oracle::{self, Complaint, receipts},
};

use crate::{
    equality::{cases_wanted, engine, question, runtime, view_of},
    program::stdout,
    read::table,
    sampled::fixed_cases,
};

async fn told(case: &Case) -> Vec<Complaint> {
    let engine = engine();
    let view = view_of(&engine, to_batches(&case.received, &[7, 50]));
    let question = Question { by: [].into(), ..question(case) };
    let asked = ComplaintsQuestion::new(question, 20).expect("a question");
    let (session, params) = open_complaints(&view, &case.network, &asked).await.expect("complaints");
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

/// "24/48 h" is in the contract: who counts a complaint, and for how long, is money.
#[test]
fn each_complaint_took_as_long_as_a_naive_reading_says() {
    let runtime = runtime();
    let (mut seen, mut resolved, mut in_open_time) = (0, 0, 0);
    for case in fixed_cases(cases_wanted(500).max(100) as usize) {
        let legs = oracle::fold(&case.received, case.as_of, case.query.now);
        let receipts = receipts(&legs, &case.received, &case.network, (case.as_of, case.query.now));
        let expected = oracle::complaints(&receipts, &case.network, &case.query);
        assert_eq!(runtime.block_on(told(&case)), expected);
        seen += expected.len();
        resolved += expected.iter().filter(|complaint| complaint.resolved).count();
        in_open_time += expected.iter().filter(|complaint| complaint.business_us != complaint.elapsed_us).count();
    }
    assert!(seen > 50 && resolved > 5 && in_open_time > 5, "{seen} complaints, {resolved}, {in_open_time}");
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
    let shares = |id: &str| [0, 1].map(|week| value(week, id).as_f64().expect("a share"));
    assert_eq!(shares("complaints_48h_of_resolved"), [0.8, 1.0], "the rate on closed cases improves");
    assert_eq!(shares("complaints_48h"), [0.8, 0.4], "of all that were received, it halves");
    assert_eq!(shares("complaints_beyond_48h"), [0.0, 12.0]);
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
