//! A telephone line on which nobody answers any more: told within a minute of being decidable, once, everywhere.

use std::{
    io::{BufRead, BufReader},
    time::Duration,
};

use contact::Instant;
use serde_json::{Value, json};

use super::{
    server::{Manner, Server},
    support::{Home, SECOND_US, alerts, event, eventually, send, taken},
};
use crate::{
    program::{stdout, vigie},
    served::{Served, now},
};

const NETWORK: &str = "
brand: coast
zone: Europe/Paris
providers: [{name: north, cadence: 15m}]
sites: [{name: lyon, provider: north}]
queues: [{name: voice, threshold: 5s}]
";

const ALERTS: &str = "
every: 1s
receivers:
  - name: hook
    language: fr
    webhook: {url: 'URL', secret: SECRET, allow: [127.0.0.0/8]}
objectives:
  - {name: promise, target: 0.8, channels: [voice], design_effect: 1}
";

const THRESHOLD_US: i64 = 5 * SECOND_US;
/// Between two calls of the outage.
const PACE_US: i64 = SECOND_US / 2;

/// An hour in which one call a minute is answered after two seconds, up to half a minute ago. Gives when each was decided.
fn quiet_hour(server: &Served, now: Instant) -> Vec<Instant> {
    let mut lines = String::new();
    let mut decided = Vec::new();
    for minute in 0..60 {
        let began = now.plus_micros(-(30 + 60 * minute) * SECOND_US);
        let answered = began.plus_micros(2 * SECOND_US);
        let call = format!("good-{minute}");
        for (kind, at) in [("offered", began), ("answered", answered), ("ended", answered.plus_micros(SECOND_US))] {
            lines.push_str(&event("lyon", &call, kind, began, at));
        }
        decided.push(answered);
    }
    send(server, &lines);
    decided
}

/// The first instant at which what happened settles that contacts are missed far too fast, by the definitions: the evidence
/// of a surge is 5, five of the last quarter of an hour are missed and more than half of it. `good` and `missed` say when
/// contacts were decided.
fn decidable(good: &[Instant], missed: &[Instant], from: Instant) -> Instant {
    let settled = |now: &Instant| {
        let quarter = |all: &[Instant]| {
            let recent = all.iter().filter(|at| **at <= *now && now.micros_since(**at) < 900 * SECOND_US);
            recent.count()
        };
        let (kept, lost) = (quarter(good), quarter(missed));
        // Good contacts all lie before the first miss: they can only have held the sum at 0.
        let sum = f64::from(u32::try_from(lost).expect("few")) * 2.5_f64.ln();
        sum >= 5.0 && lost >= 5 && 2 * lost > kept + lost
    };
    let tenths = (0..3000).map(|tenth| from.plus_micros(tenth * SECOND_US / 10));
    tenths.into_iter().find(|now| settled(now)).expect("an outage settles it")
}

/// Calls that nobody answers, each told when it begins, until the alert fires.
fn outage(server: &Served, from: Instant) -> (Value, Vec<Instant>) {
    let (mut told, mut missed) = (0_i64, Vec::new());
    let fired = eventually(Duration::from_mins(2), || {
        let due = now().micros_since(from) / PACE_US;
        let mut lines = String::new();
        for call in told..due {
            let began = from.plus_micros(call * PACE_US);
            lines.push_str(&event("lyon", &format!("lost-{call}"), "offered", began, began));
            missed.push(began.plus_micros(THRESHOLD_US));
        }
        told = told.max(due);
        if !lines.is_empty() {
            send(server, &lines);
        }
        alerts(server, "state=firing&rule=burn&queue=voice").into_iter().next()
    });
    (fired.expect("an alert within two minutes"), missed)
}

/// Half an hour without anybody would be over before somebody was called.
#[test]
fn an_outage_is_told_within_a_minute_of_being_decidable_and_everywhere() {
    let hook = Server::start(Manner::Takes, 0);
    let home = Home::new(NETWORK, &ALERTS.replace("URL", &hook.url()));
    let server = home.start();
    let good = quiet_hour(&server, now());
    assert!(alerts(&server, "rule=burn").is_empty(), "an hour that was good calls nobody");
    let from = now();
    let (alert, missed) = outage(&server, from);
    let fired: Instant = alert["fired_at"].as_str().and_then(|text| text.parse().ok()).expect("a time");
    let first = decidable(&good, &missed, from);
    let late = fired.micros_since(first);
    println!("told {} ms after it was decidable", late / 1000);
    assert!((-SECOND_US / 10..=60 * SECOND_US).contains(&late), "fired at {fired}, decidable at {first}");
    assert_eq!((&alert["severity"], &alert["level_name"]), (&json!("critical"), &json!("fast")));
    assert_eq!(
        alert["subject"],
        json!({"objective": "promise", "provider": "north", "queue": "voice", "site": "lyon"})
    );
    let id = alert["id"].as_str().expect("an id").to_owned();
    hooked(&hook, &id);
    remarked(&server, &home, &id);
    streamed(&server, &id);
    let metrics = server.get("/metrics").body;
    for line in [
        "vigie_alerts_firing{rule=\"burn\",severity=\"critical\"} 1",
        "vigie_objective_target_ratio{objective=\"promise\",provider=\"north\",site=\"lyon\",queue=\"voice\"} 0.8",
        "vigie_feed_late{provider=\"north\"} 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    server.stop();
    assert_eq!(taken(&hook).len(), 1, "told once");
}

/// The webhook was told in French, signed, under the name of the change.
fn hooked(hook: &Server, id: &str) {
    let first = eventually(Duration::from_secs(20), || hook.taken().into_iter().next()).expect("told");
    let body: Value = serde_json::from_str(&first.body).expect("JSON");
    let notice = &body["data"]["notices"][0];
    assert_eq!((&notice["id"], &notice["change"]), (&json!(format!("{id}-1")), &json!("fired")));
    let text = notice["text"]["fr"].as_str().expect("a sentence");
    assert!(text.starts_with("Taux de service, file voice, site lyon, prestataire north"), "{text}");
    assert!(notice["text"]["en"].is_null(), "one language is asked for: {notice}");
    assert!(first.headers["webhook-signature"].starts_with("v1,"), "{first:?}");
}

/// Somebody takes it on at the command line and adds a note over HTTP; others see both.
fn remarked(server: &Served, home: &Home, id: &str) {
    let at = ["--server", server.address()];
    let said = ["--quiet", "alerts", "ack", id, "--by", "desk", "--note", "calling them"];
    stdout(0, said.into_iter().chain(at));
    let body = json!({"author": "desk", "note": "the line was cut"}).to_string();
    let noted = server.post(&format!("/v1/alerts/{id}/annotations"), "application/json", body.as_bytes());
    assert_eq!(noted.expect("an answer").status, 200);
    let told = server.get(&format!("/v1/alerts/{id}")).json();
    let changes: Vec<&str> =
        told["changes"].as_array().expect("a list").iter().filter_map(|one| one["change"].as_str()).collect();
    assert_eq!(changes, ["fired", "acknowledged", "annotated"]);
    assert_eq!(told["alert"]["acknowledged"]["by"], "desk");
    let lake = home.lake().to_string_lossy().into_owned();
    let listed =
        stdout(0, ["--quiet", "alerts", "list", "--lake", &lake, "--firing", "--rule", "burn", "--format", "json"]);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed, server.get("/v1/alerts?state=firing&rule=burn").json(), "two doors, one truth");
    let unknown = vigie(["--quiet", "alerts", "ack", "nobody", "--by", "desk"].into_iter().chain(at));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no alert has the id \"nobody\""), "{unknown:?}");
}

/// Who follows the stream and was away gets what came after the last change received, and nothing twice.
fn streamed(server: &Served, id: &str) {
    let follow = |after: &str| {
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let request = agent.get(format!("{}/v1/alerts/stream", server.address())).header("last-event-id", after);
        BufReader::new(request.call().expect("a stream").into_body().into_reader()).lines()
    };
    let mut all = follow("0");
    let changes: Vec<(String, String)> = (0..3)
        .map(|_| {
            let mut event = std::collections::BTreeMap::new();
            for line in all.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()) {
                let (name, value) = line.split_once(": ").expect("a field");
                event.insert(name.to_owned(), value.to_owned());
            }
            let body: Value = serde_json::from_str(&event["data"]).expect("JSON");
            assert_eq!(body["alert"]["id"], id);
            assert_eq!(body["seq"].to_string(), event["id"]);
            (event["id"].clone(), event["event"].clone())
        })
        .collect();
    let names: Vec<&str> = changes.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["fired", "acknowledged", "annotated"]);
    let rest = follow(&changes[1].0);
    let next = rest.map_while(Result::ok).find_map(|line| line.strip_prefix("id: ").map(str::to_owned));
    assert_eq!(next.as_ref(), Some(&changes[2].0), "what came after the last one received");
}
