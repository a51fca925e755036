//! Real exports through their mappings: what an independent script counted in the same files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use tests::oracle::{Lasting, read_legs};

use crate::program::{data, stdout, workspace};

fn facts() -> Option<Value> {
    let path = data("reference-facts.json")?;
    Some(serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON"))
}

fn mapping(name: &str, file: &str) -> String {
    workspace().join("tests/real").join(name).join(file).to_string_lossy().into_owned()
}

pub(crate) fn ingest(lake: &Path, name: &str, export: &Path, more: &[&str]) -> String {
    let (network, map) = (mapping(name, "network.yaml"), mapping(name, "mapping.yaml"));
    let lake = lake.to_string_lossy();
    let export = export.to_string_lossy();
    let mut args = vec!["--quiet", "ingest", "--lake", &lake, "--network", &network, "--mapping", &map];
    args.extend(more);
    args.push(&export);
    stdout(0, args)
}

/// Rows of the scorecard of February 1999, by `by` (empty for the network's line).
pub(crate) fn february(lake: &Path, by: &str) -> Vec<Value> {
    let lake = lake.to_string_lossy();
    let mut args =
        vec!["--quiet", "scorecard", "--lake", &lake, "--from", "1999-02-01", "--to", "1999-03-01", "--format", "json"];
    if !by.is_empty() {
        args.extend(["--by", by]);
    }
    let answer: Value = serde_json::from_str(&stdout(0, args)).expect("JSON");
    answer["rows"].as_array().expect("rows").clone()
}

fn number(row: &Value, figure: &str, field: &str) -> f64 {
    row["figures"][figure][field].as_f64().unwrap_or(f64::NAN)
}

/// Holds one row against the script's counts of the same rows of the file.
#[track_caller]
fn same(row: &Value, facts: &Value) {
    let count = |path: &str| facts.pointer(path).and_then(Value::as_f64).unwrap_or(0.0);
    let abandoned = count("/abandoned_in_queue");
    let answered = count("/outcome/AGENT");
    let pairs = [
        ("offered", "value", answered + abandoned),
        ("answered", "value", answered),
        ("abandoned", "value", abandoned),
        ("response_rate", "value", answered / (answered + abandoned)),
        ("service_level_b", "numerator", count("/answered_q_time_le_20")),
        ("service_level_b", "denominator", answered + abandoned),
        ("wait_p50_s", "value", count("/answered_q_time_p50")),
        ("wait_p90_s", "value", count("/answered_q_time_p90")),
        ("wait_mean_s", "numerator", count("/answered_q_time_sum")),
        ("handle_mean_s", "numerator", count("/answered_ser_time_sum")),
    ];
    for (figure, field, expected) in pairs {
        let told = number(row, figure, field);
        assert!(
            (told - expected).abs() < 1e-9,
            "{figure}.{field} of {}: {told}, the script says {expected}",
            row["key"]
        );
    }
}

/// A month of a bank's calls: what a contract would be paid on.
#[test]
fn a_month_of_a_bank_is_what_an_independent_script_counted() {
    let (Some(facts), Some(export)) = (facts(), data("anonymousbank-1999/february.txt")) else { return };
    let home = tempfile::tempdir().expect("a folder");
    let lake = home.path().join("lake");
    let told = ingest(&lake, "anonymousbank", &export, &[]);
    assert!(told.contains("278") && told.contains("1 941"), "{told}");
    let facts = &facts["anonymousbank-1999/february.txt"];
    same(&february(&lake, "")[0], &facts["all"]);
    for row in february(&lake, "queue") {
        let queue = row["key"]["queue"].as_str().expect("a queue").to_owned();
        same(&row, &facts[format!("type={queue}")]);
    }
    let sites: Vec<Value> =
        february(&lake, "site").into_iter().filter(|row| row["figures"]["offered"]["value"].is_number()).collect();
    assert_eq!(sites.len(), 2);
    for row in sites {
        let unit = row["key"]["site"].as_str().expect("a site").to_uppercase();
        same(&row, &facts[format!("vru={unit}")]);
    }
}

/// A whole file again is known, not counted twice.
#[test]
fn the_same_file_again_changes_nothing() {
    let Some(export) = data("anonymousbank-1999/february.txt") else { return };
    let home = tempfile::tempdir().expect("a folder");
    let lake = home.path().join("lake");
    ingest(&lake, "anonymousbank", &export, &[]);
    let before = february(&lake, "site");
    let told = ingest(&lake, "anonymousbank", &export, &[]);
    assert!(told.contains("known already"), "{told}");
    assert_eq!(february(&lake, "site"), before);
}

/// Overlapping exports of the same calls, in any order, count each call once.
#[test]
fn overlapping_parts_in_any_order_give_the_same_figures() {
    let Some(export) = data("anonymousbank-1999/february.txt") else { return };
    let home = tempfile::tempdir().expect("a folder");
    let (whole, parts) = (home.path().join("whole"), home.path().join("parts"));
    ingest(&whole, "anonymousbank", &export, &[]);
    let text = std::fs::read_to_string(&export).expect("readable");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let rows: Vec<&str> = lines.collect();
    for part in [4, 0, 6, 2, 5, 1, 3] {
        let from = (part * rows.len() / 7).saturating_sub(500);
        let to = ((part + 1) * rows.len() / 7 + 500).min(rows.len());
        let mut chosen: Vec<&str> = rows[from..to].to_vec();
        chosen.reverse();
        let path = home.path().join(format!("part-{part}.txt"));
        std::fs::write(&path, format!("{header}\r\n{}\r\n", chosen.join("\r\n"))).expect("written");
        ingest(&parts, "anonymousbank", &path, &[]);
    }
    for by in ["", "site", "queue"] {
        assert_eq!(february(&parts, by), february(&whole, by), "by {by:?}");
    }
    let verified = stdout(0, ["verify", "--lake", &parts.to_string_lossy()]);
    assert!(verified.contains("every invariant holds"), "{verified}");
}

/// A switch's own log: calls that never ended stay open.
#[test]
fn a_queue_log_keeps_its_unfinished_calls_open() {
    let (Some(facts), Some(export)) = (facts(), data("asterisk-queue-log/queue_log")) else { return };
    let home = tempfile::tempdir().expect("a folder");
    let lake = home.path().join("lake");
    ingest(&lake, "asterisk", &export, &["--provider", "pbx"]);
    let args =
        ["--quiet", "scorecard", "--lake", &lake.to_string_lossy(), "--from", "2010-02-22", "--to", "2010-02-23"];
    let answer: Value = serde_json::from_str(&stdout(0, args.into_iter().chain(["--format", "json"]))).expect("JSON");
    let row = &answer["rows"][0];
    let facts = &facts["asterisk-queue-log/queue_log"];
    let waits = |name: &str| facts[name].as_array().expect("waits").iter().filter_map(Value::as_f64).sum::<f64>();
    for (figure, field, expected) in [
        ("offered", "value", facts["calls"].as_f64()),
        ("answered", "value", facts["connected"].as_f64()),
        ("abandoned", "value", facts["abandoned"].as_f64()),
        ("wait_mean_s", "numerator", Some(waits("connect_holdtimes"))),
    ] {
        assert_eq!(row["figures"][figure][field].as_f64(), expected, "{figure}.{field}");
    }
    let open = number(row, "overdue", "value") + number(row, "pending", "value");
    assert!((open - 1.0).abs() < 1e-9, "one call still waits: {open}");
}

/// The scorecard of a period, the network's line alone.
fn whole(lake: &Path, from: &str, to: &str) -> Value {
    let lake = lake.to_string_lossy();
    let args = ["--quiet", "scorecard", "--lake", &lake, "--from", from, "--to", to, "--format", "json"];
    serde_json::from_str(&stdout(0, args)).expect("JSON")
}

/// Every stay was told whole: each has its offer, one outcome and times in order, and each contact is counted once.
#[track_caller]
fn told_whole(answer: &Value) {
    for figure in ["residual", "inferred", "disordered", "anomalies"] {
        assert_eq!(answer[figure], 0, "{figure}");
    }
    let row = &answer["rows"][0];
    let open = number(row, "overdue", "value") + number(row, "pending", "value");
    assert!(open.abs() < 1e-9, "{open} stays wait for ever");
}

/// Every leg of a period, page after page.
fn legs(lake: &Path, from: &str, to: &str) -> Vec<Value> {
    let lake = lake.to_string_lossy();
    let (mut legs, mut cursor) = (Vec::new(), None);
    loop {
        let mut args: Vec<String> =
            ["--quiet", "contacts", "--limit", "1000", "--format", "json"].map(str::to_owned).into();
        args.extend(["--lake", &lake, "--from", from, "--to", to].map(str::to_owned));
        args.extend(cursor.iter().flat_map(|cursor: &String| ["--cursor".to_owned(), cursor.clone()]));
        let answer: Value = serde_json::from_str(&stdout(0, args)).expect("JSON");
        legs.extend(answer["contacts"].as_array().expect("contacts").iter().cloned());
        match answer["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return legs,
        }
    }
}

/// How many contacts have legs at more than one of something.
fn several(legs: &[Value], what: &str) -> u64 {
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for leg in legs {
        let contact = leg["contact"].as_str().expect("a contact");
        places.entry(contact).or_default().insert(leg[what].as_str().expect("a name"));
    }
    places.values().filter(|places| places.len() > 1).count() as u64
}

/// The pauses of the legs that a lake holds, as folded.
fn pauses(lake: &Path) -> Vec<Lasting> {
    let listed = |folder: &Path| fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path());
    let days = listed(&lake.join("legs")).filter(|path| path.is_dir());
    let files = days.flat_map(|day| listed(&day).collect::<Vec<_>>());
    let mut pauses = Vec::new();
    for file in files.filter(|path| path.extension().is_some_and(|extension| extension == "parquet")) {
        if file.components().any(|part| part.as_os_str() == "_delta_log") {
            continue;
        }
        let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(&file).expect("a file"));
        let batches = reader.and_then(ParquetRecordBatchReaderBuilder::build).expect("Parquet");
        let batches: Vec<_> = batches.collect::<Result<_, _>>().expect("rows");
        pauses.extend(read_legs(&batches).into_iter().flat_map(|leg| leg.paused));
    }
    pauses
}

/// Incidents that pass through many organisations: each is one contact, whoever had it.
#[test]
fn a_status_log_of_many_organisations_is_what_its_readme_says() {
    let (Some(facts), Some(export)) = (facts(), data("bpi2013-volvo/incidents-even.csv")) else { return };
    let facts = &facts["bpi2013-volvo/incidents-even.csv"];
    let home = tempfile::tempdir().expect("a folder");
    let lake = home.path().join("lake");
    let told = ingest(&lake, "volvo", &export, &[]);
    assert!(told.contains("32 277") && facts["events"] == 32_277, "{told}");
    let answer = whole(&lake, "2010-01-01", "2013-01-01");
    told_whole(&answer);
    let row = &answer["rows"][0];
    let fact = |name: &str| facts[name].as_f64().expect("a count");
    let cancelled = facts["last_state"]["Completed/Cancelled"].as_f64().expect("a count");
    let reopened = fact("cases_with_a_non_completed_or_in_call_event_after_first_resolved_or_closed");
    for (figure, field, expected) in [
        ("contacts", "value", fact("cases") - cancelled),
        ("reopened_rate", "numerator", reopened),
        // Two were never solved when the log ends.
        ("reopened_rate", "denominator", fact("cases") - cancelled - 2.0),
    ] {
        assert_eq!(row["figures"][figure][field].as_f64(), Some(expected), "{figure}.{field}");
    }
    let legs = legs(&lake, "2010-01-01", "2013-01-01");
    assert_eq!(Some(several(&legs, "provider")), facts["cases_with_more_than_one_organization_involved"].as_u64());
    assert_eq!(Some(several(&legs, "queue")), facts["cases_with_more_than_one_org_group"].as_u64());
    // In the export itself: runs of waiting rows with one team, from the first of them to the row after the last.
    let pauses = pauses(&lake);
    let lasted = pauses.iter().filter_map(|pause| Some(pause.to?.micros_since(pause.from))).sum::<i64>();
    let lasting = pauses.iter().filter(|pause| pause.to.is_none()).count();
    assert_eq!((pauses.len(), lasting, lasted), (2_781, 1, 1_304_013_458 * 1_000_000));
    let verified = stdout(0, ["verify", "--lake", &lake.to_string_lossy()]);
    assert!(verified.contains("every invariant holds"), "{verified}");
}

/// What a contract on resolution would be paid on.
#[test]
fn a_service_desks_incidents_are_what_an_independent_script_counted() {
    let export = data("uci-servicenow-incidents/incidents-opened-2016-04.csv.gz");
    let (Some(facts), Some(export)) = (facts(), export) else { return };
    let facts = &facts["uci-servicenow-incidents/incidents-opened-2016-04.csv.gz"];
    let home = tempfile::tempdir().expect("a folder");
    let lake = home.path().join("lake");
    let told = ingest(&lake, "servicenow", &export, &[]);
    assert!(told.contains("41 691") && facts["rows"] == 41_691, "{told}");
    let answer = whole(&lake, "2016-04-01", "2017-04-01");
    told_whole(&answer);
    let row = &answer["rows"][0];
    let fact = |name: &str| facts[name].as_f64().expect("a count");
    let resolved = fact("incidents") - fact("incidents_without_resolved_at");
    for (figure, field, expected) in [
        ("contacts", "value", fact("incidents")),
        ("resolved", "value", resolved),
        ("reopened_rate", "numerator", fact("incidents_reopened")),
        ("resolution_p50_s", "n", resolved),
        ("resolution_p50_s", "value", fact("opened_to_resolved_minutes_p50") * 60.0),
        ("resolution_p90_s", "value", fact("opened_to_resolved_minutes_p90") * 60.0),
    ] {
        assert_eq!(row["figures"][figure][field].as_f64(), Some(expected), "{figure}.{field}");
    }
}
