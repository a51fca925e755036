//! Scorecards, sites and contacts: what is asked is what is answered.

use crate::support::{NETWORK, Server};

const DAY: &str = "from=2026-10-01&to=2026-10-02";

#[tokio::test]
async fn a_scorecard_shows_figures_with_their_definition_and_state() {
    let server = Server::start().await;
    server.load().await;
    let answer = server.get(&format!("/v1/scorecards?{DAY}&by=provider,site")).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    let told = answer.json();
    assert_eq!(told["period"]["zone"], "Europe/Paris");
    let rows = told["rows"].as_array().expect("rows");
    let tunis = rows.iter().find(|row| row["key"]["site"] == "tunis").expect("tunis");
    assert_eq!(tunis["key"]["provider"], "atlas");
    assert_eq!(tunis["figures"]["offered"]["value"], 10.0);
    assert_eq!(tunis["figures"]["service_level"]["value"], 0.8);
    assert!(
        tunis["figures"]["service_level"]["definition"].as_str().expect("a definition").starts_with("service_level@1:")
    );
    let lyon = rows.iter().find(|row| row["key"]["site"] == "lyon").expect("a silent site has its row");
    assert_eq!(lyon["figures"]["offered"]["value"], serde_json::Value::Null);
}

#[tokio::test]
async fn every_parameter_changes_the_question() {
    let server = Server::start().await;
    server.load().await;
    let offered = async |query: &str| {
        let answer = server.get(&format!("/v1/scorecards?{query}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {}", answer.body);
        answer.json()["rows"][0]["figures"]["offered"]["value"].clone()
    };
    assert_eq!(offered(DAY).await, 10.0);
    assert_eq!(offered("from=2026-10-01T08:05:00Z&to=2026-10-01T08:07:00Z").await, 2.0);
    assert_eq!(offered(&format!("{DAY}&provider=boreal")).await, serde_json::Value::Null);
    assert_eq!(offered(&format!("{DAY}&queue=mail-fr")).await, serde_json::Value::Null);
    assert_eq!(offered(&format!("{DAY}&site=tunis&site=lyon&channel=voice,email")).await, 10.0);
    assert_eq!(offered("from=2026-10-01&to=2026-10-02&zone=Pacific/Auckland").await, 10.0);
    assert_eq!(offered("from=2026-10-02&to=2026-10-03&zone=Pacific/Auckland").await, serde_json::Value::Null);
    assert_eq!(
        offered(&format!("{DAY}&as_of=2026-10-01T09:00:00Z")).await,
        serde_json::Value::Null,
        "not received yet"
    );
    assert_eq!(offered(&format!("{DAY}&now=2026-10-01T08:04:30Z")).await, 5.0);
    let level = server.get(&format!("/v1/scorecards?{DAY}&threshold_s=5")).await.json();
    assert_eq!(level["rows"][0]["figures"]["service_level"]["value"], 0.0);
    let level = server.get(&format!("/v1/scorecards?{DAY}&formula=f")).await.json();
    assert_eq!(level["rows"][0]["figures"]["service_level"]["value"], 1.0);
    let hours = server.get(&format!("/v1/scorecards?{DAY}&grain=1h")).await.json();
    assert_eq!(hours["rows"].as_array().expect("rows").len(), 24);
    let compared = server.get("/v1/scorecards?from=2026-10-02&to=2026-10-03&compare=previous").await.json();
    assert_eq!(compared["rows"][0]["previous"]["offered"]["value"], 10.0);
}

#[tokio::test]
async fn without_a_period_the_last_thirty_days_are_meant() {
    let server = Server::start().await;
    server.set_clock("2026-10-02T00:30:00+02:00");
    server.load().await;
    let told = server.get("/v1/scorecards").await.json();
    assert_eq!(told["period"]["from"], "2026-09-02T22:00:00Z");
    assert_eq!(told["period"]["to"], "2026-10-02T22:00:00Z");
    assert_eq!(told["rows"][0]["figures"]["offered"]["value"], 10.0);
}

#[tokio::test]
async fn a_mistake_in_a_question_is_named_with_what_would_be_right() {
    let server = Server::start().await;
    let cases = [
        ("sites=tunis", "sites", "use from, to"),
        ("from=yesterday", "from", "give a date such as"),
        ("from=2026-10-02&to=2026-10-01", "to", "give a later one"),
        ("by=country", "by", "provider, site, queue"),
        ("grain=2h", "grain", "15m, 1h"),
        ("provider=nobody", "provider", "atlas, boreal"),
        ("site=atlantis", "site", "lyon, tunis"),
        ("queue=q", "queue", "mail-fr, voice-fr"),
        ("channel=fax", "channel", "voice, email"),
        ("formula=z", "formula", "a, b, c"),
        ("threshold_s=-1", "threshold_s", "seconds such as 20"),
        ("threshold_s=NaN", "threshold_s", "seconds such as 20"),
        ("zone=Mars", "zone", "Europe/Paris"),
        ("compare=next", "compare", "previous"),
        ("now=1e999", "now", "neither a date nor an instant"),
        ("view=customer", "view", "use provider, brand"),
        ("overflow_counts_as=missed", "overflow_counts_as", "use miss, neutral, excluded"),
        ("callback_counts_as=excluded", "callback_counts_as", "use answered_if_within, neutral, miss"),
        ("format=xml", "format", "json or csv"),
        ("from=2026-10-01&from=2026-10-02", "from", "give it once"),
    ];
    for (query, field, right) in cases {
        let answer = server.get(&format!("/v1/scorecards?{query}")).await;
        assert_eq!(answer.status.as_u16(), 400, "{query}: {}", answer.body);
        answer.code();
        let problem = answer.json();
        assert_eq!(problem["field"], field, "{query}");
        assert!(problem["detail"].as_str().expect("a detail").contains(right), "{query}: {problem}");
    }
}

#[tokio::test]
async fn a_site_is_shown_as_a_whole_by_queue_by_channel_and_by_day() {
    let server = Server::start().await;
    server.load().await;
    let told = server.get("/v1/scorecards/tunis?from=2026-09-30&to=2026-10-03").await.json();
    assert_eq!((&told["site"], &told["provider"], &told["country"]), (&"tunis".into(), &"atlas".into(), &"TN".into()));
    assert_eq!(told["total"]["figures"]["offered"]["value"], 10.0);
    let queues = told["by_queue"].as_array().expect("queues");
    assert_eq!((queues.len(), &queues[0]["key"]["queue"]), (1, &"voice-fr".into()));
    assert_eq!(told["by_channel"][0]["key"]["channel"], "voice");
    let days: Vec<_> =
        told["trend"].as_array().expect("days").iter().map(|day| &day["figures"]["offered"]["value"]).collect();
    assert_eq!(days, [&serde_json::Value::Null, &10.0.into(), &serde_json::Value::Null]);
    let silent = server.get("/v1/scorecards/lyon?from=2026-10-01&to=2026-10-02").await;
    assert_eq!(silent.status.as_u16(), 200, "{}", silent.body);
    let unknown = server.get("/v1/scorecards/atlantis").await;
    assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (404, "unknown_site"));
}

#[tokio::test]
async fn the_contacts_behind_a_figure_are_paged_without_gap_or_repeat() {
    let server = Server::start().await;
    server.load().await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server.get(&format!("/v1/contacts?{DAY}&limit=3{cursor}")).await.json();
        seen.extend(
            page["contacts"]
                .as_array()
                .expect("rows")
                .iter()
                .map(|row| row["contact"].as_str().expect("a key").to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        cursor = format!("&cursor={query}");
    }
    assert_eq!(seen, (0..10).map(|n| format!("atlas:C-{n}")).collect::<Vec<_>>());
    let abandoned = server.get(&format!("/v1/contacts?{DAY}&outcome=abandoned,overdue")).await.json();
    assert_eq!(abandoned["contacts"].as_array().expect("rows").len(), 2);
    let missed = server.get(&format!("/v1/contacts?{DAY}&missed=true")).await.json();
    assert_eq!(missed["contacts"].as_array().expect("rows").len(), 2);
    for (query, field) in [
        ("outcome=lost", "outcome"),
        ("missed=yes", "missed"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("by=site", "by"),
    ] {
        let answer = server.get(&format!("/v1/contacts?{DAY}&{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (400, Some(field)), "{query}");
    }
}

#[tokio::test]
async fn a_question_that_takes_too_long_or_finds_no_place_is_told_to_come_back() {
    use std::time::Duration;
    // A runtime that nobody drives: whatever runs there never ends.
    let stuck = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let limits = api::Limits { deadline: Duration::from_millis(10), ..api::Limits::default() };
    let server = Server::on(stuck.handle().clone(), crate::support::NETWORK, limits).await;
    assert_eq!(server.get("/v1/scorecards").await.code(), "deadline");
    stuck.shutdown_background();
    let limits = api::Limits { questions: 0, patience: Duration::from_millis(10), ..api::Limits::default() };
    let server = Server::with(NETWORK, limits).await;
    assert_eq!(server.get("/v1/scorecards").await.code(), "busy");
    assert_eq!(server.get("/healthz").await.status.as_u16(), 200, "health is no question");
}

#[tokio::test]
async fn a_dated_event_of_the_network_marks_what_lies_across_it() {
    let network = format!(
        "{NETWORK}events:\n  - {{name: new rule <b>, date: 2026-10-02, kind: policy}}\n  \
         - {{name: moved, date: 2026-10-01, kind: move, site: tunis}}\n"
    );
    let server = Server::with(&network, api::Limits::default()).await;
    server.load().await;
    let asked = "/v1/scorecards?from=2026-10-02&to=2026-10-03&by=site&compare=previous";
    let told = server.get(asked).await.json();
    assert_eq!(told["cuts"][0]["name"], "new rule <b>", "{told}");
    assert_eq!(told["cuts"][0]["kind"], "policy");
    let rows = told["rows"].as_array().expect("rows");
    assert!(rows.iter().all(|row| row["cuts"][0] == "new rule <b>"), "{told}");
    let alone = server.get("/v1/scorecards?from=2026-10-02&to=2026-10-03&by=site").await.json();
    assert!(alone.get("cuts").is_none(), "nothing before the event is shown: {alone}");
    let series = server.get("/v1/scorecards?from=2026-10-01&to=2026-10-03&grain=1d").await.json();
    let marked: Vec<bool> =
        series["rows"].as_array().expect("rows").iter().map(|row| row.get("cuts").is_some()).collect();
    assert_eq!(marked, [false, true], "{series}");
    let page = server.get("/?from=2026-10-01&to=2026-10-03").await;
    assert!(page.body.contains("new rule &#60;b&#62;. Figures before and after"), "{}", page.body);
}
