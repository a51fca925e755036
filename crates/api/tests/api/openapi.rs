//! The document says what is true.

use axum::http::Method;
use serde_json::Value;

use crate::{
    alerts::fired,
    support::{Answer, LINES, MULTIPART, ONE, Server, event, form, offered, request},
};

/// Paths that are only posted to.
const POSTS: [&str; 7] = [
    "/v1/events",
    "/v1/reconciliations",
    "/v1/rejects/replay",
    "/v1/alerts/{id}/acknowledgement",
    "/v1/alerts/{id}/annotations",
    "/v1/dead-letters/{id}/requeue",
    "/v1/dead-letters/{id}/discard",
];

/// Checks a value against a schema of the document: types, required keys, fixed words, items, references.
fn check(document: &Value, schema: &Value, value: &Value, path: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).expect("every reference leads somewhere");
        return check(document, target, value, path);
    }
    for all in schema["allOf"].as_array().into_iter().flatten() {
        check(document, all, value, path);
    }
    let any: Vec<&Value> = ["anyOf", "oneOf"].iter().filter_map(|key| schema[key].as_array()).flatten().collect();
    if !any.is_empty() {
        let fits = |one: &&Value| {
            let (document, one, value) = (document.clone(), (*one).clone(), value.clone());
            std::panic::catch_unwind(move || check(&document, &one, &value, "")).is_ok()
        };
        assert!(any.iter().any(fits), "{path}: {value} fits none of {any:?}");
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{path}: {value} is none of {words:?}");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &&str| match *kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    assert!(types.is_empty() || types.iter().any(is), "{path}: {value} is not {types:?}");
    if let Some(object) = value.as_object() {
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            assert!(object.contains_key(key), "{path}: {key} is missing");
        }
        for (key, value) in object {
            let known = &schema["properties"][key];
            let schema = if known.is_null() { &schema["additionalProperties"] } else { known };
            assert!(*schema != Value::Bool(false), "{path}: {key} is not documented");
            if schema.is_object() {
                check(document, schema, value, &format!("{path}.{key}"));
            }
        }
        if schema["properties"].is_object() && types.contains(&"object") {
            let more: Vec<_> = object.keys().filter(|key| schema["properties"][key.as_str()].is_null()).collect();
            assert!(
                more.is_empty() || schema["additionalProperties"].is_object(),
                "{path}: {more:?} are not documented"
            );
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        if schema["items"].is_object() {
            check(document, &schema["items"], item, &format!("{path}[{index}]"));
        }
    }
}

/// Checks an answer against what the document says of its method, path and status.
fn fits(document: &Value, method: &str, path: &str, answer: &Answer) {
    let status = answer.status.as_u16().to_string();
    let told = &document["paths"][path][method]["responses"][&status];
    assert!(told.is_object(), "{method} {path}: the status {status} is not documented");
    let Some(content) = told["content"].as_object() else { return assert_eq!(answer.body, "") };
    let media = answer.header("content-type").expect("a content type");
    let media = content.keys().find(|key| media == *key || media.split(';').next() == Some(key.as_str()));
    let media = media.expect("the form of every answer is documented");
    if media.contains("json") {
        check(document, &content[media]["schema"], &answer.json(), path);
    }
    for header in told["headers"].as_object().into_iter().flatten().filter(|(name, _)| *name != "ETag") {
        assert!(answer.header(header.0).is_some(), "{method} {path} {status}: {} is missing", header.0);
    }
}

/// What is asked of statements: the path in the document, and the one that is tried.
const STATEMENTS: [(&str, &str); 5] = [
    ("/v1/statements", "/v1/statements"),
    ("/v1/statements/{id}", "/v1/statements/2026-10-v1"),
    ("/v1/statements/{id}", "/v1/statements/2026-09"),
    ("/v1/statements/{id}/verification", "/v1/statements/2026-10/verification"),
    ("/v1/statements/{id}/verification", "/v1/statements/none/verification"),
];

/// What is asked with GET.
fn gets(day: &str, alert: &str) -> Vec<(&'static str, String)> {
    vec![
        ("/v1/scorecards", format!("/v1/scorecards?{day}&by=site,team&grain=1d&compare=previous")),
        ("/v1/scorecards", format!("/v1/scorecards?{day}&format=csv")),
        ("/v1/scorecards", format!("/v1/scorecards?{day}&now=2026-10-05")),
        ("/v1/scorecards", format!("/v1/scorecards?{day}&view=brand&by=queue")),
        ("/v1/scorecards", "/v1/scorecards?from=x".to_owned()),
        ("/v1/scorecards/{site}", format!("/v1/scorecards/tunis?{day}&compare=previous")),
        ("/v1/scorecards/{site}", "/v1/scorecards/atlantis".to_owned()),
        ("/v1/homogeneity", format!("/v1/homogeneity?{day}")),
        ("/v1/homogeneity", format!("/v1/homogeneity?{day}&by=provider&format=csv")),
        ("/v1/homogeneity", "/v1/homogeneity?of=luck".to_owned()),
        ("/v1/live", "/v1/live?by=provider,site&now=2026-10-01T08:05:05Z".to_owned()),
        ("/v1/live", "/v1/live?format=csv".to_owned()),
        ("/v1/live", "/v1/live?now=soon".to_owned()),
        ("/v1/homogeneity", format!("/v1/homogeneity?{day}&of=no_repeat&window=24h&transfers=fail")),
        ("/v1/backlog", format!("/v1/backlog?{day}&by=site&grain=1h&limit=2&limit_days=3")),
        ("/v1/backlog", format!("/v1/backlog?{day}&format=csv")),
        ("/v1/backlog", "/v1/backlog?limit_days=none".to_owned()),
        ("/v1/complaints", format!("/v1/complaints?{day}&by=site,queue&limit=2")),
        ("/v1/complaints", format!("/v1/complaints?{day}&format=csv")),
        ("/v1/complaints", "/v1/complaints?limit=0".to_owned()),
        ("/v1/repeats", format!("/v1/repeats?{day}&by=provider&window=24h&transfers=fail")),
        ("/v1/repeats", format!("/v1/repeats?{day}&format=csv")),
        ("/v1/repeats", "/v1/repeats?window=7".to_owned()),
        ("/v1/contacts", format!("/v1/contacts?{day}&limit=2")),
        ("/v1/contracts", "/v1/contracts".to_owned()),
        ("/v1/contracts", "/v1/contracts?format=csv".to_owned()),
        ("/v1/contracts/{name}", "/v1/contracts/none".to_owned()),
        ("/v1/contracts/{name}/periods/{period}", "/v1/contracts/none/periods/soon".to_owned()),
        ("/v1/breaches", "/v1/breaches?from=2026-10-01&to=2026-10-31".to_owned()),
        ("/v1/breaches", "/v1/breaches?from=2026-10-31&to=2026-10-01".to_owned()),
        ("/v1/feeds", "/v1/feeds".to_owned()),
        ("/v1/network/discovered", "/v1/network/discovered".to_owned()),
        ("/v1/network/discovered", "/v1/network/discovered?format=csv".to_owned()),
        ("/v1/rejects", "/v1/rejects".to_owned()),
        ("/v1/alerts", "/v1/alerts?state=firing&queue=voice-fr&limit=1".to_owned()),
        ("/v1/alerts", "/v1/alerts?kind=noise".to_owned()),
        ("/v1/alerts/{id}", format!("/v1/alerts/{alert}")),
        ("/v1/alerts/{id}", "/v1/alerts/none".to_owned()),
        ("/v1/alerts/stream", "/v1/alerts/stream?after=soon".to_owned()),
        ("/v1/dead-letters", "/v1/dead-letters?limit=5".to_owned()),
        ("/v1/definitions", "/v1/definitions".to_owned()),
        ("/v1/definitions/{id}", "/v1/definitions/service_level".to_owned()),
        ("/v1/definitions/{id}", "/v1/definitions/none".to_owned()),
        ("/v1/limits", "/v1/limits".to_owned()),
        ("/openapi.json", "/openapi.json".to_owned()),
        ("/healthz", "/healthz".to_owned()),
        ("/readyz", "/readyz".to_owned()),
        ("/metrics", "/metrics".to_owned()),
    ]
}

async fn posts_fit(document: &Value, server: &Server) {
    for (media, body) in [
        (ONE, offered("e2")),
        (LINES, [offered("e3"), "oops".into()].join("\n")),
        (ONE, event("e", "offered", 1, "2026-10-01T08:01:00Z", "atlantis")),
        (ONE, "{".into()),
        ("text/plain", String::new()),
    ] {
        fits(document, "post", "/v1/events", &server.send(media, body).await);
    }
    for body in ["{}", "["] {
        let headers = [("content-type", "application/json")];
        let answer = server.call(request(Method::POST, "/v1/rejects/replay", &headers, body.into())).await;
        fits(document, "post", "/v1/rejects/replay", &answer);
    }
}

async fn posts_about_alerts_fit(document: &Value, server: &Server, alert: &str) {
    for (path, uri, body) in [
        ("acknowledgement", format!("/v1/alerts/{alert}/acknowledgement"), r#"{"author":"desk"}"#),
        ("acknowledgement", "/v1/alerts/none/acknowledgement".to_owned(), r#"{"author":"desk"}"#),
        ("acknowledgement", format!("/v1/alerts/{alert}/acknowledgement"), "{"),
        ("annotations", format!("/v1/alerts/{alert}/annotations"), r#"{"author":"desk","note":"called"}"#),
        ("annotations", format!("/v1/alerts/{alert}/annotations"), r#"{"author":"desk"}"#),
    ] {
        let headers = [("content-type", "application/json")];
        let answer = server.call(request(Method::POST, &uri, &headers, body.into())).await;
        fits(document, "post", &format!("/v1/alerts/{{id}}/{path}"), &answer);
    }
    for what in ["requeue", "discard"] {
        let answer =
            server.call(request(Method::POST, &format!("/v1/dead-letters/none/{what}"), &[], Vec::new())).await;
        fits(document, "post", &format!("/v1/dead-letters/{{id}}/{what}"), &answer);
    }
}

async fn reconciliations_fit(document: &Value, server: &Server) {
    let (csv, foreign) = (("content-type", "text/csv"), ("sec-fetch-site", "cross-site"));
    let good = "provider,period,offered,service_level\natlas,2026-10,12,80 %\n";
    let list = "provider,contact,site,queue,at,outcome\natlas,gone,tunis,voice-fr,2026-10-01T10:00:00Z,answered\n";
    let both = form(&[("declared", good), ("contacts", list)]);
    for (uri, headers, body) in [
        ("", vec![csv], good),
        ("?format=csv&stated_only=true", vec![csv], good),
        ("", vec![("content-type", MULTIPART)], both.as_str()),
        ("", vec![csv], "provider,period\nnobody,2026-10\n"),
        ("?searched=no", vec![csv], good),
        ("", vec![("content-type", "text/plain")], good),
        ("", vec![csv, foreign], good),
    ] {
        let uri = format!("/v1/reconciliations{uri}");
        let answer = server.call(request(Method::POST, &uri, &headers, body.into())).await;
        fits(document, "post", "/v1/reconciliations", &answer);
    }
}

async fn statements_fit(document: &Value, server: &Server) {
    server.set_clock("2026-11-02T12:00:00Z");
    for body in [r#"{"period":"2026-10","by":"B"}"#, r#"{"period":"2026-10"}"#, r#"{"period":"2026-13"}"#, "["] {
        let headers = [("content-type", "application/json")];
        let answer = server.call(request(Method::POST, "/v1/statements", &headers, body.into())).await;
        fits(document, "post", "/v1/statements", &answer);
    }
    for (path, uri) in STATEMENTS {
        fits(document, "get", path, &server.get(uri).await);
    }
}

#[tokio::test]
async fn every_answer_is_as_documented() {
    let server = Server::start().await;
    server.load().await;
    server.send(LINES, [offered("e1"), "oops".to_owned()].join("\n")).await;
    let answer = server.get("/openapi.json").await;
    let document = answer.json();
    let day = "from=2026-10-01&to=2026-10-02";
    let tag =
        server.get(&format!("/v1/scorecards?{day}&now=2026-10-05")).await.header("etag").expect("a tag").to_owned();
    let held = [("if-none-match", tag.as_str())];
    let alert = fired(&server, "voice-fr", "2026-10-06T12:00:00Z");
    let gets = gets(day, &alert);
    for (path, uri) in &gets {
        fits(&document, "get", path, &server.get_with(uri, &held).await);
    }
    posts_fit(&document, &server).await;
    posts_about_alerts_fit(&document, &server, &alert).await;
    reconciliations_fit(&document, &server).await;
    statements_fit(&document, &server).await;
    server.api.drain();
    fits(&document, "get", "/readyz", &server.get("/readyz").await);
    fits(&document, "post", "/v1/events", &server.send(ONE, offered("e4")).await);
    let asked: std::collections::BTreeSet<&str> =
        gets.iter().map(|(path, _)| *path).chain(POSTS).chain(STATEMENTS.map(|(path, _)| path)).collect();
    let documented: std::collections::BTreeSet<&str> =
        document["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    assert_eq!(asked, documented, "every path is documented and tried here");
}

#[tokio::test]
async fn every_documented_parameter_is_taken_and_every_reference_leads_somewhere() {
    let server = Server::start().await;
    let document: Value = serde_json::from_str(server.api.openapi()).expect("JSON");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} dangles");
    }
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let parameters = methods["get"]["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().expect("a name");
            let path = path.replace("{site}", "tunis").replace("{id}", "service_level");
            let path = path.replace("{name}", "none").replace("{period}", "2026-10");
            let answer = server.get(&format!("{path}?{name}=~")).await;
            let is_unknown = answer.body.contains("unknown_parameter");
            assert!(!is_unknown, "{path} does not take {name}");
        }
    }
}

fn collect<'d>(value: &'d Value, references: &mut Vec<&'d str>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str));
            object.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
