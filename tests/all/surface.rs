//! The document of the HTTP surface is the surface: every path and method in it is there, nothing else is, and what is
//! misspelt is told what would be right.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::{
    program::workspace,
    served::{Reply, Served},
};

/// A path of the document with values that are there.
fn filled(path: &str) -> String {
    let path = path.replace("{site}", "tunis").replace("{id}", "service_level");
    path.replace("{name}", "care").replace("{period}", "2026-10")
}

fn asked(server: &Served, method: &str, path: &str) -> Reply {
    match method {
        "get" => server.get(path),
        "post" => server.post(path, "application/json", b"{}").expect("an answer"),
        other => panic!("{other} {path} is documented, and not tried here"),
    }
}

/// Holds an error against the shape that all errors have.
#[track_caller]
fn problem(reply: &Reply, status: u16, code: &str) -> Value {
    assert_eq!((reply.status, reply.media.as_str()), (status, "application/problem+json"), "{reply:?}");
    let told = reply.json();
    assert_eq!((&told["status"], told["code"].as_str()), (&status.into(), Some(code)), "{told}");
    assert!(
        told["detail"].as_str().is_some_and(|detail| detail.contains("; ")),
        "what would be right is missing: {told}"
    );
    told
}

/// The parameters of an operation that go into the address.
fn parameters(operation: &Value) -> Vec<&str> {
    let all = operation["parameters"].as_array().expect("parameters").iter();
    all.filter(|parameter| parameter["in"] == "query").filter_map(|parameter| parameter["name"].as_str()).collect()
}

/// `site_id=tunis` instead of `site=tunis` would be answered with every site's figures, and nobody would notice.
#[test]
fn what_is_misspelt_is_named_with_what_would_be_right_on_every_path() {
    let home = tempfile::tempdir().expect("a folder");
    let server = Served::start(&home.path().join("lake"), Some(&workspace().join("tests/demo/network.yaml")), None);
    let document = server.get("/openapi.json").json();
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 10, "{paths:?}");
    for (path, operations) in paths {
        let operations = operations.as_object().expect("operations");
        for (method, operation) in operations {
            let told = asked(&server, method, &format!("{}?colour=red", filled(path)));
            let told = problem(&told, 400, "unknown_parameter");
            assert_eq!(told["field"], "colour", "{method} {path}");
            let (allowed, detail) = (parameters(operation), told["detail"].as_str().expect("a detail"));
            let right = if allowed.is_empty() {
                "there are none here".to_owned()
            } else {
                format!("use {}", allowed.join(", "))
            };
            assert!(detail.ends_with(&right), "{method} {path}: {detail}");
        }
        for method in ["get", "post"].into_iter().filter(|method| !operations.contains_key(*method)) {
            problem(&asked(&server, method, &filled(path)), 405, "no_such_method");
        }
    }
    problem(&server.get("/v1/scorecard"), 404, "no_such_path");
    problem(&server.get("/v1/scorecards/tunis/orders-voice-fr"), 404, "no_such_path");
    server.stop();
}

/// A path that is served and not documented would be used, and would break without notice.
#[test]
fn every_route_of_the_code_is_in_the_document() {
    let home = tempfile::tempdir().expect("a folder");
    let server = Served::start(&home.path().join("lake"), Some(&workspace().join("tests/demo/network.yaml")), None);
    let document = server.get("/openapi.json").json();
    let documented: BTreeSet<&str> = document["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    // The routes as they are written, whatever makes the document.
    let code = fs::read_to_string(workspace().join("crates/api/src/router.rs")).expect("readable");
    let written: BTreeSet<&str> = code.split('"').filter(|text| text.starts_with('/') && !text.contains(' ')).collect();
    assert_eq!(documented, written);
    server.stop();
}
