//! A provider's own figures are explained over HTTP as on the command line, and files with mistakes are told clearly.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, MULTIPART, Server, form, request};

const CSV: (&str, &str) = ("content-type", "text/csv");

async fn post(server: &Server, query: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
    server.call(request(Method::POST, &format!("/v1/reconciliations{query}"), headers, body.into())).await
}

async fn loaded() -> Server {
    let server = Server::start().await;
    server.load().await;
    server.set_clock("2026-11-03T08:00:00Z");
    server
}

fn cell(answer: &Value) -> &Value {
    &answer["groups"][0]["cells"][0]
}

fn walk<'a>(answer: &'a Value, measure: &str) -> &'a Value {
    let walks = cell(answer)["measures"].as_array().expect("measures");
    walks.iter().find(|walk| walk["measure"] == measure).expect("a declared measure")
}

#[tokio::test]
async fn equal_figures_are_said_to_be_equal() {
    let server = loaded().await;
    let declared = "provider,period,offered,answered,abandoned,in_time,promised,service_level\n\
                    atlas,2026-10,10,8,2,8,10,80.0 %\n";
    let answer = post(&server, "", &[CSV], declared).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let told = answer.json();
    assert_eq!(told["explained"], true, "{told}");
    for (measure, count) in [("offered", 10), ("answered", 8), ("abandoned", 2), ("in_time", 8), ("promised", 10)] {
        let walk = walk(&told, measure);
        assert_eq!((&walk["ours"], &walk["theirs"]), (&json!(count), &json!(count)), "{measure}");
    }
    assert_eq!(cell(&told)["level"]["ours"], 0.8);
}

/// Two abandons after 30 s that the provider drops are neither lost contacts nor lies.
#[tokio::test]
async fn another_rule_is_the_part_of_the_difference_that_it_makes() {
    let server = loaded().await;
    let declared = "provider;period;offered;answered;abandoned;short_abandon_s;short_abandons\n\
                    atlas;2026-10;8;8;0;30;dropped\n";
    let told = post(&server, "", &[CSV], declared).await.json();
    assert_eq!(told["explained"], true, "{told}");
    for measure in ["offered", "abandoned"] {
        let walk = walk(&told, measure);
        assert_eq!((&walk["difference"], &walk["parts"]["short_abandons"]), (&json!(-2), &json!(-2)), "{walk}");
    }
    let rules = told["groups"][0]["rules"].as_array().expect("rules");
    let short = rules.iter().find(|rule| rule["step"] == "short_abandons").expect("a rule");
    assert_eq!(short["theirs"]["en"], "short up to 30 s, not counted at all");
    assert_eq!(short["theirs"]["fr"], "courts jusqu’à 30 s, pas comptés du tout");
    assert_eq!((&short["known"], &short["differs"]), (&json!("stated"), &json!(true)));
}

#[tokio::test]
async fn what_nothing_explains_is_left_and_the_csv_has_a_line_for_each_count() {
    let server = loaded().await;
    let declared = "provider,period,offered,answered,abandoned\natlas,2026-10,11,8,2\n";
    let told = post(&server, "?stated_only=true", &[CSV], declared).await.json();
    assert_eq!((&told["explained"], &told["remainder"]["offered"]), (&json!(false), &json!(1)), "{told}");
    assert_eq!(walk(&told, "offered")["parts"]["remainder"], 1);
    let csv = post(&server, "?stated_only=true&format=csv", &[CSV], declared).await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let lines: Vec<&str> = csv.body.lines().collect();
    assert!(
        lines[0].starts_with("provider,line,site,queue,from,to,measure,ours,theirs,difference,formula"),
        "{lines:?}"
    );
    assert_eq!(lines[1], "atlas,2,,,2026-10-01,2026-11-01,offered,10,11,1,0,0,0,0,0,1");
    assert_eq!(lines.len(), 4);
    let before = post(&server, "?stated_only=true&as_of=2026-10-01T00:00:00Z", &[CSV], declared).await.json();
    assert_eq!(walk(&before, "offered")["ours"], 0, "nothing had been received by then");
}

/// C-9 is not listed, and nobody else knows `lost`.
#[tokio::test]
async fn with_a_list_of_contacts_missing_ones_are_told_by_name() {
    let server = loaded().await;
    let listed = (0..9).map(|n| {
        let outcome = if n < 8 { "answered" } else { "abandoned" };
        format!("atlas,C-{n},tunis,voice-fr,2026-10-01T08:{n:02}:00Z,{outcome},10\n")
    });
    let list = format!(
        "provider,contact,site,queue,at,outcome,wait_s\n{}atlas,lost,tunis,voice-fr,2026-10-02T08:00:00Z,answered,5\n",
        listed.collect::<String>()
    );
    let declared = "provider,period,offered,answered,abandoned\natlas,2026-10,10,9,1\n";
    let sent = form(&[("declared", declared), ("contacts", &list)]);
    let answer = post(&server, "", &[("content-type", MULTIPART)], sent).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let told = answer.json();
    assert_eq!(told["explained"], true, "{told}");
    let parts = ["offered", "answered", "abandoned"].map(|measure| &walk(&told, measure)["parts"]["missing_events"]);
    assert_eq!(parts, [&json!(0), &json!(1), &json!(-1)]);
    let group = &told["groups"][0];
    for (side, name) in [("only_ours", "C-9"), ("only_theirs", "lost")] {
        let contacts = group[side].as_array().expect("a list");
        assert_eq!(contacts.len(), 1, "{side}: {contacts:?}");
        assert!(contacts[0]["contact"].as_str().expect("a key").contains(name), "{side}: {contacts:?}");
    }
}

#[tokio::test]
async fn every_mistake_of_a_file_is_told_with_its_line_in_both_languages() {
    let server = loaded().await;
    let declared = "provider,period,offered\natlas,2026-13,10\nnobody,2026-10,10\natlas,2026-10,ten\n";
    let answer = post(&server, "", &[CSV], declared).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "mistakes_in_file"));
    let told = answer.json();
    assert_eq!((&told["file"], &told["field"], &told["number"]), (&json!("declared"), &json!("declared"), &json!(3)));
    let mistakes = told["mistakes"].as_array().expect("mistakes");
    let places: Vec<(u64, &str)> = mistakes
        .iter()
        .map(|one| (one["line"].as_u64().expect("a line"), one["column"].as_str().expect("a column")))
        .collect();
    assert_eq!(places, [(2, "period"), (3, "provider"), (4, "offered")]);
    assert_eq!(mistakes[0]["message"]["en"], "\"2026-13\" is no month; write it as 2026-10");
    assert_eq!(
        mistakes[1]["message"]["fr"],
        "\"nobody\" n’est pas dans le fichier du réseau\u{a0}; utilisez atlas, boreal"
    );
    assert!(told["detail"].as_str().expect("a detail").starts_with("line 2: period: \"2026-13\" is no month"));
    let list =
        form(&[("declared", "provider,period,offered\natlas,2026-10,1\n"), ("contacts", "provider,contact\nx\n")]);
    let told = post(&server, "", &[("content-type", MULTIPART)], list).await.json();
    assert_eq!((&told["file"], &told["code"]), (&json!("contacts"), &json!("mistakes_in_file")));
}

/// What spreadsheets save by default is told by what it is, not by what it does not contain.
#[tokio::test]
async fn what_is_no_text_is_told_with_what_to_save_instead() {
    let server = loaded().await;
    let latin = b"provider,period,offered\natlas,2026-10,1\natl\xe9s,2026-10,1\n".to_vec();
    for (body, line, words) in
        [(latin, 3, "save the table as “CSV UTF-8”"), (b"PK\x03\x04 and more".to_vec(), 1, "this is a workbook")]
    {
        let answer = post(&server, "", &[CSV], body).await;
        assert_eq!(answer.code(), "mistakes_in_file");
        let mistake = &answer.json()["mistakes"][0];
        assert_eq!(mistake["line"], line);
        assert!(mistake["message"]["en"].as_str().expect("words").contains(words), "{mistake}");
    }
}

/// A period of a thousand years, or a file without an end, would take all memory.
#[tokio::test]
async fn what_is_too_much_is_refused_before_it_is_counted() {
    let server = loaded().await;
    let long = "provider,from,to,offered\natlas,0001-01-01,9000-01-01,1\n";
    let told = post(&server, "", &[CSV], long).await.json();
    let words = told["mistakes"][0]["message"]["en"].as_str().expect("words").to_owned();
    assert!(words.contains("more than 4000 days"), "{words}");
    let big = vec![b'x'; (16 << 20) + 1];
    let answer = post(&server, "", &[CSV], big).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    let limits = server.get("/v1/limits").await.json();
    assert_eq!(limits["reconciliation_bytes"], 16 << 20);
}

#[tokio::test]
async fn what_is_no_reconciliation_is_refused_clearly() {
    let server = loaded().await;
    let good = "provider,period,offered\natlas,2026-10,10\n";
    let multipart = ("content-type", MULTIPART);
    let cut = form(&[("declared", good)]).replace("------a-boundary--\r\n", "");
    for (query, headers, body, status, code) in [
        ("", vec![("content-type", "text/plain")], good.to_owned(), 415, "unsupported"),
        ("", vec![], good.to_owned(), 415, "unsupported"),
        ("", vec![CSV, ("sec-fetch-site", "cross-site")], good.to_owned(), 403, "cross_site"),
        ("?stated_only=perhaps", vec![CSV], good.to_owned(), 400, "bad_parameter"),
        ("?from=2026-10-01", vec![CSV], good.to_owned(), 400, "unknown_parameter"),
        ("?format=xml", vec![CSV], good.to_owned(), 400, "bad_parameter"),
        ("", vec![multipart], cut, 400, "undecodable"),
        ("", vec![multipart], form(&[("contacts", good)]), 400, "bad_parameter"),
        ("", vec![multipart], form(&[("declared", good), ("more", good)]), 400, "bad_parameter"),
        ("", vec![("content-type", "multipart/form-data")], form(&[("declared", good)]), 400, "undecodable"),
    ] {
        let answer = post(&server, query, &headers, body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{query} {headers:?}");
    }
}
