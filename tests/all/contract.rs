//! `vigie contract check`: contracts, and what is filed under them.

use crate::program::{stdout, vigie, workspace};

fn file(path: &str) -> String {
    workspace().join("crates/contract").join(path).to_str().expect("UTF-8").to_owned()
}

#[track_caller]
fn refused(args: &[&str]) -> String {
    let output = vigie(["contract", "check"].into_iter().chain(args.iter().copied()));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    told
}

#[test]
fn a_contract_is_checked_against_its_network() {
    let network = workspace().join("crates/sim/networks/hypermarket.yaml");
    let network = network.to_str().expect("UTF-8");
    let text = stdout(0, ["contract", "check", &file("networks/hypermarket.yaml"), "--network", network]);
    assert!(
        text.contains("hypermarket-cordelia-care, version 1, 8 objectives, 5 promises, 3 exclusions, shadow"),
        "{text}"
    );
    // Who relies on being called must know of what he is not.
    for words in [
        "calls-in-time is watched by burn (misses as they come), outlook (a chance of a miss of 50%, 80%, lost), result\n",
        "mails-answered is watched by burn (misses as they come), result; not by outlook: ",
        "complaints-24h is watched by result; not by burn: its contacts are not decided one by one",
        "same-answer-everywhere is watched by result; not by burn: it does not count contacts; not by outlook: ",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let told = refused(&[&file("networks/rental.yaml"), "--network", network]);
    assert!(told.contains("the provider \"mirador\" is not in the network file"), "{told}");
}

/// Two levels that cannot both be meant are told before anybody signs them.
#[test]
fn contradictions_are_told_with_their_line() {
    let path = file("tests/contract/mistakes/contradictions.yaml");
    let told = refused(&[&path]);
    let line = format!("{path}, line 21, column 27: 0.85 answered and at most 0.1 abandoned do not agree");
    assert!(told.contains(&line), "{told}");
}

#[test]
fn claims_and_forecasts_are_held_against_their_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    };
    let head =
        |kind: &str, name: &str| format!("apiVersion: vigie/v1\nkind: {kind}\nmetadata: {{ contract: {name} }}\n");
    let forecast = head("SlaForecast", "north-atlas-care") + "issuedOn: 2026-01-15\ndays: { 2026-03-02: 1200 }\n";
    let claims = head("SlaClaims", "north-atlas-care")
        + "claims: [ { id: c-1, exclusion: ramp-up, from: 2026-03-02T08:00:00Z, to: 2026-03-02T09:00:00Z } ]\n";
    let (good, filed) = (write("forecast.yaml", &forecast), write("claims.yaml", &claims));
    let care = file("tests/contract/fixtures/care.yaml");
    let text = stdout(0, ["contract", "check", &care, "--claims", &filed, "--forecast", &good]);
    assert!(text.contains("1 claims") && text.contains("issued on 2026-01-15, 1 days"), "{text}");
    let other = write("other.yaml", &forecast.replace("north-atlas-care", "north"));
    let told = refused(&[&care, "--forecast", &other]);
    assert!(told.contains("line 3, column 23: the forecast is issued under \"north\""), "{told}");
    let told = refused(&[&care, "--forecast", &good, "--forecast", &good]);
    assert!(told.contains("two forecasts are issued on 2026-01-15"), "{told}");
}

#[test]
fn every_file_has_its_schema() {
    for (of, key) in [("contract", "spec"), ("claims", "claims"), ("forecast", "issuedOn"), ("delivery", "declaredOn")]
    {
        let schema: serde_json::Value = serde_json::from_str(&stdout(0, ["schema", of])).expect("JSON");
        assert!(schema["properties"][key].is_object(), "{of}");
    }
}

/// A letter may be answered within two months. Above thirty days the time allowed was taken as none, and every reply as late.
#[test]
fn more_than_thirty_days_may_be_allowed_for_a_reply() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    };
    let event = |id: &str, kind: &str, day: &str| {
        let data = r#""started_at":"2026-08-03T10:00:00Z","site":"tunis","queue":"orders-mail-fr","by":"human""#;
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/post","type":"vigie.contact.{kind}.v1","subject":"L-1","time":"{day}T10:00:00Z","data":{{{data}}}}}"#
        )
    };
    let offered = event("l-1", "offered", "2026-08-03").replace(r#","by":"human""#, "");
    let events = write("events.ndjson", &format!("{offered}\n{}\n", event("l-2", "answered", "2026-08-04")));
    let network = workspace().join("tests/demo/network.yaml");
    let (lake, network) = (folder.path().join("lake"), network.to_str().expect("UTF-8"));
    let lake = lake.to_str().expect("UTF-8");
    stdout(0, ["--quiet", "ingest", "--lake", lake, "--network", network, &events]);
    let value = |within: &str| {
        let objective = format!(
            "{{ name: replies, indicator: {{ ref: first_response_business, params: {{ within: {within}, calendar: always }} }}, \
             levels: {{ expected: 0.95 }}, timeWindow: [ {{ duration: 1M }} ] }}"
        );
        let text = format!(
            "apiVersion: vigie/v1\nkind: SlaContract\nmetadata: {{ name: letters }}\nspec:\n  \
             parties: {{ client: demo, provider: atlas }}\n  inForce: {{ from: 2026-01-01, version: 1 }}\n  \
             scope: {{}}\n  zone: Europe/Paris\n  objectives: [ {objective} ]\n"
        );
        let contract = write("contract.yaml", &text);
        let now = "2026-10-20T00:00:00Z";
        let asked = ["--contracts", &contract, "--period", "2026-08", "--now", now, "--format", "json"];
        let args = ["--quiet", "contract", "evaluate", "--lake", lake].into_iter().chain(asked);
        let answer: serde_json::Value = serde_json::from_str(&stdout(0, args)).expect("JSON");
        answer["contracts"][0]["objectives"][0]["windows"][0]["value"].clone()
    };
    assert_eq!([value("700h"), value("960h"), value("20h")], [1.0, 1.0, 0.0].map(serde_json::Value::from));
}
