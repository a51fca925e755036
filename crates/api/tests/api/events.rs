//! What a sender is told, and what he can rely on.

use std::io::Write as _;

use api::Limits;
use axum::http::{Method, StatusCode};

use crate::support::{BATCH, LINES, NETWORK, ONE, Server, event, offered, request};

#[tokio::test]
async fn accepted_known_and_conflicting_events_are_told_apart() {
    let server = Server::start().await;
    let first = server.send(ONE, offered("e1")).await;
    assert_eq!((first.status, first.header("vigie-accepted")), (StatusCode::OK, Some("1")), "{}", first.body);
    let again = server.send(LINES, offered("e1")).await;
    assert_eq!((again.status, again.header("vigie-duplicate")), (StatusCode::OK, Some("1")));
    let other = offered("e1").replace("\"queue\"", "\"language\":\"fr\",\"queue\"");
    let conflict = server.send(BATCH, format!("[{other}]")).await;
    assert_eq!((conflict.status, conflict.header("vigie-conflict")), (StatusCode::OK, Some("1")));
    let told = first.json();
    assert_eq!(told["receipt"].as_str(), first.header("vigie-receipt"));
    assert_eq!((&told["received"], &told["rejects"]), (&1.into(), &serde_json::json!([])));
}

#[tokio::test]
async fn a_bad_event_does_not_hold_up_the_others_and_is_named() {
    let server = Server::start().await;
    let body =
        [offered("e1"), event("e2", "offered", 2, "2026-10-01T08:02:00Z", "atlantis"), "{oops".into()].join("\n");
    let answer = server.send(LINES, body).await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    let told = answer.json();
    assert_eq!((&told["accepted"], &told["rejected"]), (&1.into(), &2.into()));
    assert_eq!((&told["rejects"][0]["index"], &told["rejects"][0]["code"]), (&1.into(), &"unknown_site".into()));
    assert_eq!(told["rejects"][0]["field"], "data.site");
    assert_eq!(told["rejects"][1]["code"], "bad_json");
    assert_eq!(server.get("/v1/rejects").await.json()["rejects"].as_array().expect("a list").len(), 2);
}

#[tokio::test]
async fn when_nothing_is_acceptable_it_is_kept_and_said() {
    let server = Server::start().await;
    let answer =
        server.send(BATCH, format!("[{}]", event("e", "offered", 1, "2026-10-01T08:01:00Z", "atlantis"))).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "nothing_acceptable"));
    assert_eq!(answer.json()["rejects"][0]["code"], "unknown_site");
    assert_eq!(answer.header("vigie-rejected"), Some("1"));
    assert_eq!(server.get("/v1/rejects").await.json()["counts"][0]["rejects"], 1);
}

#[tokio::test]
async fn unknown_fields_are_counted_and_told() {
    let server = Server::start().await;
    let answer = server.send(ONE, offered("e1").replace("\"queue\"", "\"colour\":\"red\",\"queue\"")).await;
    assert_eq!(answer.json()["warnings"], serde_json::json!({"unknown data.colour": 1}));
}

#[tokio::test]
async fn hostile_bodies_are_refused_as_a_whole_and_nothing_counts() {
    let server = Server::start().await;
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let nested = offered("e").replace("\"queue\"", &format!("\"x\":{deep},\"queue\""));
    let twice = offered("e").replace("\"id\"", "\"id\":\"f\",\"id\"");
    let long = offered("e").replace("\"queue\"", &format!("\"x\":{},\"queue\"", "9".repeat(70_000)));
    let bom = format!("\u{feff}{}", offered("e"));
    let cases: [(&str, Vec<u8>, u16, &str); 9] = [
        (ONE, nested.into(), 400, "undecodable"),
        (ONE, twice.into(), 400, "undecodable"),
        (ONE, bom.into(), 400, "undecodable"),
        (ONE, b"{\"id\":\"\xff\"}".to_vec(), 400, "undecodable"),
        (ONE, b"{".to_vec(), 400, "undecodable"),
        (ONE, Vec::new(), 400, "undecodable"),
        (BATCH, b"[{}".to_vec(), 400, "undecodable"),
        (ONE, long.into(), 413, "too_large"),
        ("text/plain", offered("e").into(), 415, "unsupported"),
    ];
    for (media, body, status, code) in cases {
        let answer = server.send(media, body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{}", answer.body);
    }
    let books = server.store.journal().read(journal::Reader::books).expect("books");
    assert_eq!(books.events.received, 0);
}

#[tokio::test]
async fn limits_hold_before_and_after_decompression() {
    let server = Server::start().await;
    let too_long = server.send(LINES, vec![b'x'; (8 << 20) + 1]).await;
    assert_eq!((too_long.status.as_u16(), too_long.json()["field"].as_str()), (413, Some("encoded bytes")));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&vec![b' '; (32 << 20) + 1]).expect("memory");
    let bomb = gzip.finish().expect("memory");
    let headers = [("content-type", LINES), ("content-encoding", "gzip")];
    let bombed = server.send_with(&headers, bomb).await;
    assert_eq!((bombed.status.as_u16(), bombed.json()["field"].as_str()), (413, Some("decoded bytes")));
    let many = server.send(LINES, "1\n".repeat(10_001)).await;
    assert_eq!((many.status.as_u16(), many.json()["field"].as_str()), (413, Some("events")));
    for coding in ["br", "gzip, gzip"] {
        let headers = [("content-type", LINES), ("content-encoding", coding)];
        assert_eq!(server.send_with(&headers, offered("e")).await.status.as_u16(), 415, "{coding}");
    }
}

#[tokio::test]
async fn compressed_events_count_like_others() {
    let server = Server::start().await;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(offered("e1").as_bytes()).expect("memory");
    let body = gzip.finish().expect("memory");
    let answer = server.send_with(&[("content-type", LINES), ("content-encoding", "gzip")], body).await;
    assert_eq!(answer.header("vigie-accepted"), Some("1"), "{}", answer.body);
}

#[tokio::test]
async fn the_sender_is_named_by_the_request_and_must_be_known() {
    let server = Server::start().await;
    let send = async |uri: &str, headers: &[(&str, &str)]| {
        let headers = [&[("content-type", ONE)], headers].concat();
        server.call(request(Method::POST, uri, &headers, offered("e1").into())).await
    };
    let nobody = send("/v1/events", &[]).await;
    assert_eq!((nobody.status.as_u16(), nobody.json()["field"].as_str()), (400, Some("provider")));
    let stranger = send("/v1/events?provider=nobody", &[]).await;
    assert_eq!((stranger.status.as_u16(), stranger.code().as_str()), (404, "unknown_provider"));
    let torn = send("/v1/events?provider=atlas", &[("vigie-provider", "boreal")]).await;
    assert_eq!(torn.status.as_u16(), 400);
    assert_eq!(send("/v1/events", &[("vigie-provider", "atlas")]).await.status.as_u16(), 200);
    let foreign = send("/v1/events?provider=boreal", &[]).await;
    assert_eq!(foreign.json()["rejects"][0]["code"], "foreign_site", "tunis is atlas's");
    let misspelt = send("/v1/events?providr=atlas", &[]).await;
    assert_eq!(misspelt.code(), "unknown_parameter");
}

#[tokio::test]
async fn the_only_provider_needs_no_name() {
    let network = NETWORK.replace("  - {name: boreal}\n", "").replace("provider: boreal", "provider: atlas");
    let server = Server::with(&network, Limits::default()).await;
    let headers = [("content-type", ONE)];
    let answer = server.call(request(Method::POST, "/v1/events", &headers, offered("e1").into())).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn an_overloaded_server_says_when_to_come_back() {
    let limits = Limits { held_bytes: 16, patience: std::time::Duration::from_millis(10), ..Limits::default() };
    let server = Server::with(NETWORK, limits).await;
    let answer = server.send(ONE, offered("e1")).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "busy"));
    let limits = Limits { parsers: 0, patience: std::time::Duration::from_millis(10), ..Limits::default() };
    let server = Server::with(NETWORK, limits).await;
    assert_eq!(server.send(ONE, offered("e1")).await.code(), "busy");
}

#[tokio::test]
async fn a_stopping_server_takes_no_events_and_is_not_ready() {
    let server = Server::start().await;
    assert_eq!(server.get("/readyz").await.status.as_u16(), 200);
    server.api.drain();
    assert_eq!(server.send(ONE, offered("e1")).await.code(), "draining");
    assert_eq!(server.get("/readyz").await.code(), "draining");
    assert_eq!(server.get("/healthz").await.status.as_u16(), 200);
}

#[tokio::test]
async fn an_acknowledged_event_is_in_the_next_answer() {
    let server = Server::start().await;
    for n in 1..=5 {
        let id = format!("e{n}");
        let body = event(&id, "offered", n, &format!("2026-10-01T08:{n:02}:00Z"), "tunis");
        assert_eq!(server.send(ONE, body).await.status.as_u16(), 200);
        if n == 3 {
            server.store.flush().await.expect("flushed");
        }
        let answer = server.get("/v1/scorecards?from=2026-10-01&to=2026-10-02").await.json();
        assert_eq!(answer["rows"][0]["figures"]["offered"]["value"], f64::from(n));
    }
}
