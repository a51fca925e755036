//! Contracts as they are filed: remembered, known from an instant on, shown over HTTP, the same however far flushing and
//! folding have come.

use serde_json::{Value, json};

use super::kit::{CONTRACT, Home, windows};
use crate::{program::stdout, served::Served};

const PERIOD: &str = "/v1/contracts/north-atlas-care/periods/2026-03?now=2026-04-10T00:00:00Z";

fn serve(home: &Home, contracts: bool) -> Served {
    let files = home.path("contracts");
    let more = ["--contracts", files.to_str().expect("UTF-8")];
    let more = if contracts { &more[..] } else { &[] };
    Served::start_with(&home.path("lake"), Some(&home.path("network.yaml")), None, more)
}

#[track_caller]
fn json(server: &Served, path: &str) -> Value {
    let reply = server.get(path);
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

#[test]
fn what_is_filed_is_remembered_and_shown() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 400, 300);
    home.land();
    serve(&home, true).stop();
    let server = serve(&home, false);
    let answer = json(&server, &format!("{PERIOD}&invoice=100000.00"));
    let contract = &answer["contracts"][0];
    assert_eq!(windows(contract)[0]["state"], json!("breached"), "{answer}");
    assert!(contract["versions"][0]["accepted_at"].is_string(), "{contract}");
    assert_eq!(contract["money"][0]["settlement"]["credit"], json!(200_000));
    assert!(answer["provenance"]["definitions"].as_array().is_some_and(|all| !all.is_empty()), "{answer}");
    let breaches = json(&server, "/v1/breaches?from=2026-03-01&to=2026-04-09&now=2026-04-10T00:00:00Z");
    let [breach] = &breaches["breaches"].as_array().expect("breaches")[..] else { panic!("{breaches}") };
    assert_eq!((&breach["objective"], &breach["provider"]), (&json!("service"), &json!("atlas")));
    let evidence = breach["window"]["evidence"].as_str().expect("an address");
    let contacts = json(&server, &format!("{evidence}&limit=1000"));
    assert_eq!(contacts["contacts"].as_array().map(Vec::len), Some(300), "the calls that were late");
    let csv = server.get("/v1/breaches?from=2026-03-01&to=2026-04-09&now=2026-04-10T00:00:00Z&format=csv");
    assert_eq!((csv.status, csv.body.lines().count()), (200, 2), "{csv:?}");
    for (path, status, code) in [
        ("/v1/contracts/other", 404, "unknown_contract"),
        ("/v1/contracts/north-atlas-care/periods/march", 400, "bad_parameter"),
        ("/v1/contracts/north-atlas-care/periods/2026-03?invoice=much", 400, "bad_parameter"),
        ("/v1/contracts?provider=other", 400, "bad_parameter"),
        ("/v1/breaches?from=2026-04-09&to=2026-03-01", 400, "bad_parameter"),
    ] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.json()["code"].as_str()), (status, Some(code)), "{path}: {reply:?}");
    }
    server.stop();
}

/// What was said at an instant is said again when that instant is asked, whatever was filed since.
#[test]
fn an_edit_changes_nothing_of_what_was_known_before() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 400, 60);
    home.land();
    serve(&home, true).stop();
    let state = |server: &Served, more: &str| {
        let answer = json(server, &format!("{PERIOD}{more}"));
        let contract = answer["contracts"][0].clone();
        (windows(&contract)[0]["state"].clone(), contract["versions"][0].clone())
    };
    let server = serve(&home, false);
    let (before, version) = state(&server, "");
    server.stop();
    assert_eq!(before, json!("met"));
    home.write(
        "contracts/contract.yaml",
        &CONTRACT
            .replace("expected: 0.80", "expected: 0.90")
            .replace("target: 0.85", "target: 0.95")
            .replace("below: 0.80", "below: 0.90")
            .replace("from: 0.85", "from: 0.95"),
    );
    let server = serve(&home, true);
    let (after, edited) = state(&server, "");
    assert_eq!(after, json!("breached"));
    assert_ne!(edited["hash"], version["hash"]);
    let as_of = version["accepted_at"].as_str().expect("an instant");
    let (again, known) = state(&server, &format!("&as_of={as_of}"));
    assert_eq!((again, &known["hash"]), (json!("met"), &version["hash"]));
    server.stop();
}

/// A forecast may have decided money: another text of the same day of issue is refused.
#[test]
fn a_forecast_is_not_replaced() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 2, 0);
    home.land();
    let forecast = "apiVersion: vigie/v1\nkind: SlaForecast\nmetadata: { contract: north-atlas-care }\nissuedOn: \
                    2026-01-10\ndays: { 2026-03-29: 300 }\n";
    home.write("contracts/forecast.yaml", forecast);
    let lake = home.path("lake").to_str().expect("UTF-8").to_owned();
    let files = home.path("contracts").to_str().expect("UTF-8").to_owned();
    let file = |status| stdout(status, ["contract", "file", "--lake", &lake, &files]);
    assert_eq!(file(0), "2 filed, 0 known already\n");
    assert_eq!(file(0), "0 filed, 2 known already\n");
    home.write("contracts/forecast.yaml", &forecast.replace("300", "200"));
    file(2);
    let filed = stdout(0, ["contract", "evaluate", "--lake", &lake, "--period", "2026-03", "--format", "csv"]);
    assert!(filed.lines().nth(1).is_some_and(|line| line.starts_with("north-atlas-care,atlas,service,1M,")), "{filed}");
}

/// Landed and not yet folded, and once all of it is: the same windows.
#[test]
fn an_answer_does_not_depend_on_lag() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 300, 40);
    home.land();
    let march = ["--period", "2026-03", "--now", "2026-04-10T00:00:00Z"];
    let before = home.evaluated(&march);
    home.calls("2026-03-02T08:00:30Z", 20, 20);
    home.calls("2026-03-20T07:00:00Z", 200, 90);
    home.land_with(&["--no-fold"]);
    let landed = home.evaluated(&march);
    stdout(0, ["--quiet", "compact", "--lake", home.path("lake").to_str().expect("UTF-8")]);
    let folded = home.evaluated(&march);
    assert_ne!(windows(&before), windows(&landed), "what came since is seen at once");
    assert_eq!(landed, folded);
}
