//! Alerts over HTTP: listed, taken on, followed.

use alert::{Evidence, Figures, Observation, Subject, Title, Verdict};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Answer, Server, instant, request};

fn observation(queue: &str, at: &str, verdict: Verdict) -> Observation {
    let what = Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() };
    let figures = Figures::Burn { minutes: 60, contacts: 100, missed: 60, target: 0.8, used: None, remedy: None };
    Observation {
        rule: "burn".to_owned(),
        subject: Subject::new([("objective", "voice"), ("queue", queue), ("site", "tunis")]).expect("labels"),
        at: instant(at),
        window: None,
        verdict,
        volume: None,
        evidence: Evidence { what, figures },
        call_hours: None,
    }
}

/// A queue's alert fires. Its id.
pub fn fired(server: &Server, queue: &str, at: &str) -> String {
    let seen = observation(queue, at, Verdict::level(3));
    let notices = server.desk.observe(vec![seen], instant(at)).expect("observed");
    notices[0].alert.id.to_string()
}

async fn say(server: &Server, id: &str, what: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    let uri = format!("/v1/alerts/{id}/{what}");
    server.call(request(Method::POST, &uri, &headers, body.to_string().into())).await
}

async fn queues(server: &Server, query: &str) -> Vec<String> {
    let told = server.get(&format!("/v1/alerts?{query}")).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    let alerts = told.json()["alerts"].as_array().expect("a list").clone();
    alerts.iter().map(|alert| alert["subject"]["queue"].as_str().expect("a queue").to_owned()).collect()
}

#[tokio::test]
async fn what_fires_is_listed_filtered_and_paged() {
    let server = Server::start().await;
    assert!(queues(&server, "").await.is_empty());
    fired(&server, "voice-fr", "2026-10-06T11:00:00Z");
    fired(&server, "mail-fr", "2026-10-06T11:10:00Z");
    fired(&server, "voice-en", "2026-10-06T11:10:00Z");
    for at in ["2026-10-06T11:20:00Z", "2026-10-06T11:40:00Z"] {
        let seen = observation("voice-fr", at, Verdict::CLEAR);
        server.desk.observe(vec![seen], instant(at)).expect("observed");
    }
    assert_eq!(queues(&server, "").await.len(), 3);
    assert_eq!(queues(&server, "queue=voice-fr").await, ["voice-fr"]);
    assert_eq!(queues(&server, "state=firing&site=tunis&objective=voice").await.len(), 2);
    assert!(queues(&server, "site=lyon").await.is_empty());
    assert!(queues(&server, "kind=data").await.is_empty());
    assert!(queues(&server, "rule=feed").await.is_empty());
    assert_eq!(queues(&server, "from=2026-10-06T11:50:00Z").await.len(), 2, "one was over by then");
    assert_eq!(queues(&server, "to=2026-10-06T11:05:00Z").await, ["voice-fr"]);
    let mut seen = Vec::new();
    let mut cursor = String::new();
    while seen.len() < 10 {
        let page = server.get(&format!("/v1/alerts?limit=1{cursor}")).await.json();
        seen.push(page["alerts"][0]["subject"]["queue"].as_str().expect("a queue").to_owned());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let all = queues(&server, "").await;
    assert_eq!(seen, all, "pages show every alert once, also those that fired together");
}

#[tokio::test]
async fn who_takes_an_alert_on_is_seen_by_others() {
    let server = Server::start().await;
    let id = fired(&server, "voice-fr", "2026-10-06T11:00:00Z");
    let done = say(&server, &id, "acknowledgement", &json!({"author": "desk", "note": " on it "})).await;
    assert_eq!((done.status, done.json()["change"].as_str()), (StatusCode::OK, Some("acknowledged")), "{}", done.body);
    assert_eq!(done.json()["at"], "2026-10-06T12:00:00Z", "by the server's clock");
    let done = say(&server, &id, "annotations", &json!({"author": "Jo", "note": "a cut line"})).await;
    assert_eq!(done.json()["remark"], json!({"by": "Jo", "text": "a cut line"}));
    let told = server.get(&format!("/v1/alerts/{id}")).await.json();
    assert_eq!(
        (&told["alert"]["acknowledged"]["by"], &told["alert"]["acknowledged"]["text"]),
        (&json!("desk"), &json!("on it"))
    );
    assert_eq!(told["changes"].as_array().expect("a list").len(), 3);
    for (what, body, code, field) in [
        ("annotations", json!({"author": "Jo"}), "bad_parameter", Some("note")),
        ("annotations", json!({"author": " ", "note": "x"}), "bad_value", Some("author")),
        ("annotations", json!({"author": "Jo", "note": "x".repeat(2001)}), "bad_value", Some("note")),
        ("acknowledgement", json!({"by": "Jo"}), "undecodable", None),
    ] {
        let refused = say(&server, &id, what, &body).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::BAD_REQUEST, code), "{}", refused.body);
        assert_eq!(refused.json()["field"].as_str(), field);
    }
    let unknown = say(&server, "none", "acknowledgement", &json!({"author": "Jo"})).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (StatusCode::NOT_FOUND, "unknown_alert"));
    for at in ["2026-10-06T11:20:00Z", "2026-10-06T11:40:00Z"] {
        let seen = observation("voice-fr", at, Verdict::CLEAR);
        server.desk.observe(vec![seen], instant(at)).expect("observed");
    }
    let over = say(&server, &id, "acknowledgement", &json!({"author": "Jo"})).await;
    assert_eq!((over.status, over.code().as_str()), (StatusCode::CONFLICT, "alert_over"));
    assert_eq!(
        say(&server, &id, "annotations", &json!({"author": "Jo", "note": "later"})).await.status,
        StatusCode::OK
    );
}

/// The stream as it is read: the next event's id and name.
async fn next(body: &mut Body, text: &mut String) -> Option<(String, String)> {
    loop {
        if let Some((event, rest)) = text.split_once("\n\n") {
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
            let found = field("id: ").zip(field("event: "));
            let rest = rest.to_owned();
            *text = rest;
            if found.is_some() {
                return found;
            }
            continue;
        }
        let frame = body.frame().await?.expect("a frame");
        text.push_str(std::str::from_utf8(&frame.into_data().expect("data")).expect("text"));
    }
}

async fn follow(server: &Server, headers: &[(&str, &str)]) -> Body {
    let request = request(Method::GET, "/v1/alerts/stream", headers, Vec::new());
    let response = api::router(&server.api, api::pages()).oneshot(request).await.expect("infallible");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response.into_body()
}

/// Who was away gets what happened meanwhile; who begins gets what comes; and nobody waits for a server that stops.
#[tokio::test(flavor = "multi_thread")]
async fn the_stream_resumes_where_it_was_left() {
    let server = Server::start().await;
    let id = fired(&server, "voice-fr", "2026-10-06T11:00:00Z");
    let mut fresh = follow(&server, &[]).await;
    let mut all = follow(&server, &[("last-event-id", "0")]).await;
    let (mut fresh_text, mut all_text) = (String::new(), String::new());
    let first = next(&mut all, &mut all_text).await.expect("an event");
    assert_eq!(first.1, "fired");
    say(&server, &id, "acknowledgement", &json!({"author": "desk"})).await;
    let second = next(&mut all, &mut all_text).await.expect("an event");
    assert_eq!(second.1, "acknowledged");
    assert_eq!(next(&mut fresh, &mut fresh_text).await.as_ref(), Some(&second), "what came from then on");
    let mut resumed = follow(&server, &[("last-event-id", first.0.as_str())]).await;
    assert_eq!(next(&mut resumed, &mut String::new()).await.as_ref(), Some(&second));
    let refused = server.get_with("/v1/alerts/stream", &[("last-event-id", "yesterday")]).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::BAD_REQUEST, "bad_parameter"));
    server.api.drain();
    assert_eq!(next(&mut all, &mut all_text).await, None, "the server stops");
}

#[tokio::test]
async fn what_could_not_be_delivered_is_listed() {
    let server = Server::start().await;
    assert_eq!(server.get("/v1/dead-letters").await.json(), json!({"dead_letters": []}));
    for what in ["requeue", "discard"] {
        let uri = format!("/v1/dead-letters/msg_1/{what}");
        let answer = server.call(request(Method::POST, &uri, &[], Vec::new())).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "unknown_dead_letter"));
    }
}
