//! How alike sites are: what a small network is told, and how it is asked.

use crate::support::{LINES, Server, event};

/// A day whose contacts are mature at `now`.
const DAY: &str = "from=2026-10-01&to=2026-10-02&now=2026-10-20";

/// Contacts of one reason: answered, and resolved by the site as often as said.
async fn answered(server: &Server, provider: &str, site: &str, first: u32, contacts: u32, resolved: u32) {
    let reason = "\"reason\":\"refund\",\"started_at\"";
    let lines: Vec<String> = (first..first + contacts)
        .flat_map(|n| {
            let at = |second: u32| format!("2026-10-01T08:{:02}:{second:02}Z", n % 60);
            let of = |kind: &str, second: u32| {
                let made = event(&format!("{kind}{n}"), kind, n, &at(second), site);
                made.replace(&format!("T08:{n:02}:00Z"), &format!("T08:{:02}:00Z", n % 60))
                    .replace("\"started_at\"", reason)
            };
            let mut events = vec![of("offered", 0), of("answered", 10)];
            events.extend((n < first + resolved).then(|| of("resolved", 40)));
            events
        })
        .collect();
    let headers = [("content-type", LINES)];
    let uri = format!("/v1/events?provider={provider}");
    let answer =
        server.call(crate::support::request(axum::http::Method::POST, &uri, &headers, lines.join("\n").into())).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
}

async fn loaded() -> Server {
    let server = Server::start().await;
    server.set_clock("2026-10-20T12:00:00Z");
    answered(&server, "atlas", "tunis", 0, 400, 280).await;
    answered(&server, "boreal", "lyon", 400, 400, 360).await;
    server
}

#[tokio::test]
async fn two_equal_sites_at_70_and_90_read_80() {
    let server = loaded().await;
    let told = server.get(&format!("/v1/homogeneity?{DAY}")).await.json();
    let index = &told["figures"]["resolution_homogeneity"];
    let value = index["value"].as_f64().expect("a number");
    assert!((value - 80.2).abs() < 0.05, "{index}");
    assert_eq!((index["finding"].as_str(), index["unit"].as_str()), (Some("not_homogeneous"), Some("points")));
    assert_eq!(told["figures"]["coverage"]["value"], 1.0);
    assert_eq!(told["figures"]["level"]["value"], 0.8);
    let between = told["figures"]["provider_gap"]["value"].as_f64().expect("two providers");
    assert!((between - (100.0 - value)).abs() < 1e-9, "each provider has one site: all of it lies between them");
    let within = told["figures"]["within_provider_gap"]["value"].as_f64().expect("two providers");
    assert!(within < 1e-4, "{within}");
    assert_eq!(told["reasons"][0]["reason"], "refund");
}

#[tokio::test]
async fn the_scorecard_of_a_site_shows_its_gap_against_the_rest_of_the_network() {
    let server = loaded().await;
    let card = server.get(&format!("/v1/scorecards?{DAY}&by=site")).await.json();
    let alone = server.get(&format!("/v1/scorecards?{DAY}&by=site&site=tunis")).await.json();
    let page = server.get(&format!("/v1/scorecards/tunis?{DAY}")).await.json();
    let rows = card["rows"].as_array().expect("rows");
    let tunis = rows.iter().find(|row| row["key"]["site"] == "tunis").expect("tunis");
    let gap = &tunis["figures"]["resolution_gap"];
    assert!((gap["value"].as_f64().expect("a number") + 20.0).abs() < 1e-9, "{gap}");
    assert_eq!(gap["finding"], "lower");
    assert_eq!(alone["rows"][0]["figures"]["resolution_gap"], *gap, "the rest is the rest of the network");
    assert_eq!(page["total"]["figures"]["resolution_gap"], *gap);
    for other in ["by=queue", "by=site&grain=1d", "by=site,queue"] {
        let rows = server.get(&format!("/v1/scorecards?{DAY}&{other}")).await.json();
        assert!(rows["rows"][0]["figures"]["resolution_gap"].is_null(), "{other} would compare noise");
    }
}

#[tokio::test]
async fn what_cannot_be_compared_is_no_number() {
    let server = Server::start().await;
    server.set_clock("2026-10-20T12:00:00Z");
    answered(&server, "atlas", "tunis", 0, 60, 30).await;
    let told = server.get(&format!("/v1/homogeneity?{DAY}")).await.json();
    let index = &told["figures"]["resolution_homogeneity"];
    assert!(index["value"].is_null() && index["reason"] == "not_comparable", "{index}");
    assert_eq!(index["finding"], "not_comparable");
    assert_eq!(told["figures"]["coverage"]["value"], 0.0);
    let empty = server.get("/v1/homogeneity?from=2026-09-01&to=2026-09-02&now=2026-10-20").await.json();
    assert!(empty["figures"]["coverage"]["value"].is_null(), "{empty}");
    assert_eq!(empty["rows"].as_array().map(Vec::len), Some(2), "the sites of the network have their rows");
}

#[tokio::test]
async fn an_answer_says_whether_it_may_still_change() {
    let server = loaded().await;
    let uri = format!("/v1/homogeneity?{DAY}");
    let settled = server.get(&uri).await;
    let held = settled.header("etag").expect("as of a given instant nothing changes").to_owned();
    assert_eq!(server.get_with(&uri, &[("if-none-match", &held)]).await.status.as_u16(), 304);
    let late = &settled.json()["figures"]["resolution_homogeneity"]["state"];
    assert_eq!(late, "provisional", "atlas has been silent for longer than its cadence");
    let young = server.get("/v1/homogeneity?from=2026-10-01&to=2026-10-02&now=2026-10-03").await.json();
    assert!(young["figures"]["resolution_homogeneity"]["value"].is_null(), "nothing is mature yet: {young}");
}

#[tokio::test]
async fn the_same_figures_leave_as_csv() {
    let server = loaded().await;
    let json = server.get(&format!("/v1/homogeneity?{DAY}")).await.json();
    let text = server.get(&format!("/v1/homogeneity?{DAY}&format=csv")).await.body;
    let mut lines = text.lines();
    assert!(lines.next().expect("a heading").starts_with("part,provider,site,reason,channel,language,bucket_from"));
    let count = |value: &serde_json::Value| value.as_object().map_or(0, serde_json::Map::len);
    let of = |rows: &serde_json::Value| -> usize {
        rows.as_array().expect("rows").iter().map(|row| count(&row["figures"])).sum()
    };
    assert_eq!(lines.count(), count(&json["figures"]) + of(&json["rows"]) + of(&json["reasons"]));
}

#[tokio::test]
async fn another_word_is_refused_with_what_would_be_right() {
    let server = Server::start().await;
    for (query, field, right) in [("of=luck", "of", "resolution"), ("by=team", "by", "site or provider")] {
        let answer = server.get(&format!("/v1/homogeneity?{query}")).await;
        assert_eq!(answer.status.as_u16(), 400);
        let problem = answer.json();
        assert_eq!(problem["field"], field);
        assert!(problem["detail"].as_str().expect("a detail").contains(right), "{problem}");
    }
}
