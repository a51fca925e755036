//! A month that is sealed stays as it was; made again, it says what moved and from where.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, LINES, Server, event, request};

async fn seal(server: &Server, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    server.call(request(Method::POST, "/v1/statements", &headers, body.to_string().into_bytes())).await
}

/// Ten contacts of October, and a clock in November.
async fn loaded() -> Server {
    let server = Server::start().await;
    server.load().await;
    server.set_clock("2026-11-03T08:00:00Z");
    server
}

/// An answer to contact 8, which was abandoned after 30 s: after 12 s, told by another source.
fn correction() -> String {
    event("late-8", "answered", 8, "2026-10-01T08:08:12Z", "tunis").replace("\"/acd\"", "\"/crm\"")
}

fn figure<'a>(moved: &'a Value, key: &Value, id: &str) -> Option<&'a Value> {
    let figures = moved["figures"].as_array().expect("figures");
    figures.iter().find(|figure| figure["key"] == *key && figure["figure"] == id)
}

#[tokio::test]
async fn a_sealed_month_is_read_as_it_was_and_made_again_equal() {
    let server = loaded().await;
    let sealed = seal(&server, &json!({"period": "2026-10", "by": "contract manager", "note": "first"})).await;
    assert_eq!(sealed.status, StatusCode::CREATED, "{}", sealed.body);
    let told = sealed.json();
    let statement = &told["statement"];
    assert_eq!((&statement["id"], &statement["version"]), (&json!("2026-10-v1"), &json!(1)));
    assert_eq!(statement["as_of"], "2026-11-03T08:00:00Z");
    let network = statement["rows"].as_array().expect("rows").iter().find(|row| row["key"] == json!({}));
    assert_eq!(network.expect("a row")["figures"]["answered"]["value"], 8.0);
    let read = server.get("/v1/statements/2026-10-v1").await;
    assert_eq!(read.json(), told, "as it was sealed");
    assert_eq!(server.get("/v1/statements/2026-10").await.body, read.body, "the last of its month");
    let list = server.get("/v1/statements").await.json();
    assert_eq!(list["statements"][0]["hash"], told["hash"]);
    let again = server.get("/v1/statements/2026-10-v1/verification").await.json();
    assert_eq!((&again["as_sealed"]["equal"], &again["since"]["equal"]), (&json!(true), &json!(true)), "{again}");
    assert_eq!((&again["changed"], &again["late"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn what_came_late_is_told_with_its_feed_and_what_it_moved() {
    let server = loaded().await;
    let sealed = seal(&server, &json!({"period": "2026-10"})).await.json();
    server.set_clock("2026-11-04T08:00:00Z");
    assert_eq!(server.send(LINES, correction()).await.status, StatusCode::OK);
    let again = server.get("/v1/statements/2026-10/verification").await.json();
    assert_eq!(again["as_sealed"]["equal"], true, "what was known then says the same: {again}");
    let row = json!({"provider": "atlas", "site": "tunis", "queue": "voice-fr"});
    let answered = figure(&again["since"], &row, "answered").expect("answered has moved");
    assert_eq!((&answered["sealed"]["value"], &answered["now"]["value"]), (&json!(8.0), &json!(9.0)));
    assert_eq!(answered["because"], json!(["late_events"]));
    assert_eq!(answered["feeds"], json!(["atlas /crm"]));
    let late = &again["late"][0];
    assert_eq!((&late["provider"], &late["source"]), (&json!("atlas"), &json!("/crm")));
    let place = &late["places"][0];
    assert_eq!((&place["site"], &place["contacts"], &place["events"]), (&json!("tunis"), &json!(1), &json!(1)));
    let lyon = json!({"provider": "boreal", "site": "lyon"});
    assert!(figure(&again["since"], &lyon, "answered").is_none(), "nothing of another provider has moved");
    let read = server.get("/v1/statements/2026-10-v1").await.json();
    assert_eq!(read, sealed, "sealed bytes never change");
}

#[tokio::test]
async fn sealing_again_needs_a_cause_and_makes_another_version() {
    let server = loaded().await;
    let first = seal(&server, &json!({"period": "2026-10"})).await.json();
    let silent = seal(&server, &json!({"period": "2026-10"})).await;
    assert_eq!((silent.status, silent.code().as_str()), (StatusCode::BAD_REQUEST, "bad_parameter"));
    assert!(silent.json()["detail"].as_str().expect("a detail").contains("say why it is sealed again"));
    server.set_clock("2026-11-04T08:00:00Z");
    server.send(LINES, correction()).await;
    let second = seal(&server, &json!({"period": "2026-10", "note": "late answer of contact 8"})).await.json();
    assert_eq!(second["statement"]["id"], "2026-10-v2");
    assert_ne!(first["hash"], second["hash"]);
    assert_eq!(server.get("/v1/statements/2026-10-v1").await.json(), first);
    assert_eq!(server.get("/v1/statements/2026-10").await.json(), second);
    let names: Vec<Value> = server.get("/v1/statements").await.json()["statements"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|line| line["id"].clone())
        .collect();
    assert_eq!(names, ["2026-10-v1", "2026-10-v2"]);
    let again = server.get("/v1/statements/2026-10-v2/verification").await.json();
    assert_eq!(again["since"]["equal"], true, "{again}");
}

#[tokio::test]
async fn what_cannot_be_sealed_is_told_clearly() {
    let server = loaded().await;
    for (period, words) in [
        ("2026-13", "\"2026-13\" is no month; give one that is over, such as 2026-10"),
        ("october", "is no month"),
        ("2026-11", "2026-11 is not over before 2026-11-30T23:00:00Z; seal it then"),
        ("2031-01", "is not over before"),
        ("2026-08", "no contact of 2026-08 is known; give a month of which events were received"),
    ] {
        let answer = seal(&server, &json!({"period": period})).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "bad_parameter"), "{period}");
        let told = answer.json();
        assert_eq!(told["field"], "period");
        assert!(told["detail"].as_str().expect("a detail").contains(words), "{period}: {told}");
    }
    let strange = seal(&server, &json!({"period": "2026-10", "invoices": {"care": "100.00"}})).await.json();
    assert_eq!(
        (&strange["field"], &strange["detail"]),
        (&json!("invoices"), &json!("there is no contract \"care\"; none is filed"))
    );
    for (body, code) in [("{\"month\": \"2026-10\"}", "undecodable"), ("[", "undecodable"), ("{}", "undecodable")] {
        let headers = [("content-type", "application/json")];
        let answer = server.call(request(Method::POST, "/v1/statements", &headers, body.into())).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, code), "{body}");
    }
    for id in ["2026-10-v1", "2026-10", "none", "2026-10-v0", "2026-10-vv", "../network"] {
        let path = format!("/v1/statements/{}", id.replace('/', "%2F"));
        for path in [path.clone(), format!("{path}/verification")] {
            let answer = server.get(&path).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "no_such_statement"), "{path}");
        }
    }
    seal(&server, &json!({"period": "2026-10"})).await;
    let answer = server.get("/v1/statements/2026-09").await;
    assert!(answer.json()["detail"].as_str().expect("a detail").ends_with("use one of 2026-10-v1"), "{}", answer.body);
}
