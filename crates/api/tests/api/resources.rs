//! Feeds, rejects, definitions, limits, health and metrics.

use axum::http::{Method, StatusCode};

use crate::support::{LINES, ONE, Server, event, offered, request};

async fn replay(server: &Server, body: &str) -> crate::support::Answer {
    let headers = [("content-type", "application/json")];
    server.call(request(Method::POST, "/v1/rejects/replay", &headers, body.into())).await
}

#[tokio::test]
async fn rejects_are_listed_by_page_and_read_again() {
    let server = Server::start().await;
    // Contact-level events of contacts that are not known yet.
    let early = |n: u32| {
        let resolved = event(&format!("r{n}"), "resolved", n, "2026-10-02T08:00:00Z", "tunis");
        resolved.replace(
            &format!("\"started_at\":\"2026-10-01T08:{n:02}:00Z\",\"site\":\"tunis\",\"queue\":\"voice-fr\""),
            "",
        )
    };
    let answer = server.send(LINES, [early(1), early(2), early(3)].join("\n")).await;
    assert_eq!(answer.json()["rejects"][0]["code"], "unknown_contact", "{}", answer.body);
    let page = server.get("/v1/rejects?limit=2&code=unknown_contact&provider=atlas&state=open").await.json();
    assert_eq!(page["rejects"].as_array().expect("a list").len(), 2);
    assert_eq!((&page["counts"][0]["rejects"], &page["counts"][0]["replayable"]), (&3.into(), &true.into()));
    let next = page["next"].as_str().expect("another page");
    let last = server.get(&format!("/v1/rejects?limit=2&cursor={next}")).await.json();
    assert_eq!((last["rejects"].as_array().map(Vec::len), &last["next"]), (Some(1), &serde_json::Value::Null));
    server.send(ONE, offered("e1")).await;
    let done = replay(&server, r#"{"code":"unknown_contact"}"#).await;
    assert_eq!(
        done.json(),
        serde_json::json!({"replayed": 3, "unreadable": 0, "left_out": 0, "accepted": 1, "duplicate": 0, "rejected": 2}),
        "{}",
        done.body
    );
    assert_eq!(replay(&server, "{}").await.json()["accepted"], 0, "doing it twice changes nothing");
    assert_eq!(server.get("/v1/rejects?state=replayed").await.json()["rejects"][0]["event_id"], "r1");
}

#[tokio::test]
async fn a_replay_that_is_not_understood_does_nothing() {
    let server = Server::start().await;
    for (body, code) in [("{\"colour\":1}", "undecodable"), ("[", "undecodable"), ("{\"code\":\"x\"}", "undecodable")] {
        assert_eq!(replay(&server, body).await.code(), code, "{body}");
    }
    let plain = server
        .call(request(Method::POST, "/v1/rejects/replay", &[("content-type", "text/plain")], b"{}".to_vec()))
        .await;
    assert_eq!((plain.status.as_u16(), plain.code().as_str()), (415, "unsupported"));
    for query in ["code=x", "state=x", "cursor=x", "limit=1001"] {
        assert_eq!(server.get(&format!("/v1/rejects?{query}")).await.status.as_u16(), 400, "{query}");
    }
}

#[tokio::test]
async fn feeds_show_what_came_what_became_of_it_and_who_is_late() {
    let server = Server::start().await;
    server.load().await;
    server.send(LINES, [offered("x").replace("C-1", "C-50"), "oops".to_owned()].join("\n")).await;
    let told = server.get("/v1/feeds?now=2026-10-06T12:00:00Z").await.json();
    assert_eq!((&told["balanced"], &told["discrepancies"]), (&true.into(), &serde_json::json!([])), "{told}");
    let feeds = told["feeds"].as_array().expect("feeds");
    let atlas = feeds.iter().find(|feed| feed["provider"] == "atlas").expect("atlas");
    assert_eq!((&atlas["late"], &atlas["cadence_s"]), (&true.into(), &43_200.0.into()), "silent for five days");
    assert_eq!(atlas["last_event_at"], "2026-10-01T08:09:30Z");
    let source =
        atlas["sources"].as_array().expect("sources").iter().find(|one| one["source"] == "/acd").expect("/acd");
    assert_eq!((&source["events"]["received"], &source["events"]["accepted"]), (&21.into(), &21.into()));
    assert_eq!((&source["late_events"], &source["balanced"]), (&21.into(), &true.into()));
    let boreal = feeds.iter().find(|feed| feed["provider"] == "boreal").expect("one that never sent is shown too");
    assert_eq!((&boreal["late"], &boreal["last_event_at"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    let one = server.get("/v1/feeds?provider=boreal").await.json();
    assert_eq!(one["feeds"].as_array().map(Vec::len), Some(1));
    let before = server.get("/v1/feeds?from=2026-10-01&to=2026-10-02").await.json();
    let nothing = before["feeds"][0]["sources"].as_array().map(Vec::len);
    assert_eq!(nothing, Some(0), "nothing was received on that day");
}

#[tokio::test]
async fn the_definition_of_a_shown_figure_can_be_read() {
    let server = Server::start().await;
    server.load().await;
    let card = server.get("/v1/scorecards?from=2026-10-01&to=2026-10-02").await.json();
    let figures = card["rows"][0]["figures"].as_object().expect("figures").clone();
    for (id, figure) in &figures {
        let quoted = figure["definition"].as_str().expect("a definition");
        let defined = server.get(&format!("/v1/definitions/{quoted}")).await.json();
        assert_eq!(defined["figure"]["id"], *id, "{quoted}");
        assert!(!defined["figure"]["title"]["fr"].as_str().expect("a title").is_empty());
        assert!(defined["statement"]["sql"].as_str().expect("a text").contains("SELECT"));
    }
    let all = server.get("/v1/definitions").await.json();
    let defined: Vec<&str> =
        all["figures"].as_array().expect("figures").iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(figures.keys().all(|id| defined.contains(&id.as_str())), "{defined:?}");
    assert!(defined.contains(&"resolution_homogeneity") && defined.contains(&"resolution_gap"), "{defined:?}");
    assert_eq!(server.get("/v1/definitions/cohort").await.json()["figure"], serde_json::Value::Null);
    assert_eq!(server.get("/v1/definitions/service_level@9:0").await.code(), "unknown_definition");
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let server = Server::start().await;
    assert_eq!(server.get("/v1/scorecard").await.code(), "no_such_path");
    let wrong = server.get("/v1/events").await;
    assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "no_such_method"));
    assert_eq!(wrong.header("allow"), Some("POST"));
}

#[tokio::test]
async fn metrics_count_requests_and_events_with_bounded_labels() {
    let server = Server::start().await;
    server.send(LINES, [offered("e1"), "oops".to_owned()].join("\n")).await;
    server.get("/v1/scorecards/tunis").await;
    server.get("/nowhere/at/all").await;
    let text = server.get("/metrics").await.body;
    for line in [
        "vigie_http_requests_total{method=\"POST\",route=\"/v1/events\",status=\"207\"} 1",
        "vigie_http_requests_total{method=\"GET\",route=\"/v1/scorecards/{site}\",status=\"200\"} 1",
        "vigie_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"} 1",
        "vigie_events_total{outcome=\"accepted\"} 1",
        "vigie_rejects_total{code=\"bad_json\"} 1",
        "vigie_tail_rows 1",
        "vigie_journal_running 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// What came in and does not reach the lake, or is in no column of the books, must be seen before a figure is wrong.
#[tokio::test]
async fn metrics_show_upkeep_and_whether_the_books_balance() {
    let server = Server::start().await;
    server.send(LINES, [offered("e1"), "oops".to_owned()].join("\n")).await;
    let has = async |lines: &[&str]| {
        let text = server.get("/metrics").await.body;
        for line in lines {
            assert!(text.lines().any(|found| found == *line), "{line} is not in\n{text}");
        }
    };
    has(&["vigie_tail_rows 1", "vigie_dirty_days 0", "vigie_flushed_rows_total 0"]).await;
    server.store.flush().await.expect("flushed");
    has(&[
        "vigie_tail_rows 0",
        "vigie_dirty_days 1",
        "vigie_flushed_rows_total 1",
        "vigie_trimmed_batches_total 1",
        "vigie_upkeep_duration_seconds_count{step=\"flush\"} 1",
        "vigie_upkeep_duration_seconds_count{step=\"trim\"} 1",
    ])
    .await;
    server.store.maintain().await.expect("kept");
    has(&[
        "vigie_dirty_days 0",
        "vigie_folded_days_total 1",
        "vigie_unreadable_rejects 0",
        "vigie_ledger_events{outcome=\"received\"} 2",
        "vigie_ledger_events{outcome=\"accepted\"} 1",
        "vigie_ledger_events{outcome=\"rejected\"} 1",
        "vigie_books_residual_events 0",
        "vigie_books_residual_rows 0",
        "vigie_books_discrepancies 0",
    ])
    .await;
    let text = server.get("/metrics").await.body;
    let told = |name: &str| text.lines().any(|line| line.starts_with(&format!("# HELP {name} ")));
    assert!(told("vigie_books_discrepancies") && told("vigie_upkeep_duration_seconds"), "{text}");
}
