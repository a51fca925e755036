//! The present: what a small network is told, and how it is asked.

use serde_json::Value;

use crate::support::{LINES, Server, event};

/// Of ten calls at tunis, a minute apart, the sixth has waited for five seconds.
const NOW: &str = "now=2026-10-01T08:05:05Z";

fn row<'a>(told: &'a Value, dim: &str, name: &str) -> &'a Value {
    let mut rows = told["rows"].as_array().expect("rows").iter();
    rows.find(|row| row["key"][dim] == name).expect("the row is shown")
}

fn values<const N: usize>(row: &Value, ids: [&str; N]) -> [Option<f64>; N] {
    ids.map(|id| row["figures"][id]["value"].as_f64())
}

#[tokio::test]
async fn who_waits_is_told_with_the_day_so_far() {
    let server = Server::start().await;
    server.load().await;
    let told = server.get(&format!("/v1/live?{NOW}")).await.json();
    assert_eq!(
        (&told["period"]["from"], &told["now"]),
        (&"2026-09-30T22:00:00Z".into(), &"2026-10-01T08:05:05Z".into())
    );
    let voice = row(&told, "queue", "voice-fr");
    let now = ["waiting", "waiting_over_threshold", "waiting_before_today", "waiting_longest_s"];
    assert_eq!(values(voice, now), [1.0, 0.0, 0.0, 5.0].map(Some), "{voice}");
    let day = ["offered", "answered", "abandoned", "flowed_out", "overdue", "pending"];
    let [offered, outcomes @ ..] = values(voice, day);
    assert_eq!((offered, outcomes), (Some(6.0), [5.0, 0.0, 0.0, 0.0, 1.0].map(Some)));
    let sum: Option<f64> = outcomes.into_iter().sum();
    assert_eq!(offered, sum, "every call once");
    let level = &voice["figures"]["service_level"];
    assert_eq!((&level["numerator"], &level["denominator"]), (&5.0.into(), &5.0.into()), "{level}");
    assert!(level["definition"].as_str().expect("a definition").starts_with("service_level@1:"));
    assert!(voice["figures"]["waiting"]["definition"].as_str().expect("a definition").starts_with("waiting@1:"));
    assert_eq!((&told["never_ended"], &told["residual"]), (&serde_json::json!(["atlas"]), &0.into()));
    assert_eq!(voice["figures"]["in_work"]["reason"], "no_data", "nobody says that a call has ended");
    assert_eq!(values(&told["total"], ["waiting", "offered"]), [Some(1.0), Some(6.0)]);
}

#[tokio::test]
async fn silence_is_told_and_is_no_zero() {
    let server = Server::start().await;
    server.load().await;
    let told = server.get("/v1/live?by=site&now=2026-10-02T12:00:00Z").await.json();
    let (tunis, lyon) = (row(&told, "site", "tunis"), row(&told, "site", "lyon"));
    assert_eq!((&tunis["late"], &lyon["late"]), (&serde_json::json!(["atlas"]), &serde_json::json!([])));
    for row in [tunis, lyon] {
        let told = ["waiting", "waiting_longest_s", "offered"].map(|id| row["figures"][id]["reason"].as_str());
        assert_eq!(told, [Some("no_data"); 3], "{row}");
    }
    let feeds = told["feeds"].as_array().expect("feeds");
    let told: Vec<_> = feeds.iter().map(|feed| (feed["provider"].as_str(), feed["late"].as_bool())).collect();
    assert_eq!(told, [(Some("atlas"), Some(true)), (Some("boreal"), None)]);
    assert_eq!(feeds[0]["last_event_at"], "2026-10-01T08:09:30Z");
}

/// A call is in work from its answer to its end.
#[tokio::test]
async fn every_event_shows_at_once() {
    let server = Server::start().await;
    let at = |second: &str| format!("2026-10-01T08:01:{second}Z");
    for (kind, second, standing) in
        [("offered", "00", [1.0, 0.0]), ("answered", "10", [0.0, 1.0]), ("ended", "40", [0.0, 0.0])]
    {
        // A call of before has told that this source says when a stay has ended.
        let before = event("before", "ended", 0, "2026-10-01T08:00:00Z", "tunis");
        let lines = [before, event(kind, kind, 1, &at(second), "tunis")].join("\n");
        assert_eq!(server.send(LINES, lines).await.status.as_u16(), 200);
        let told = server.get("/v1/live?now=2026-10-01T08:02:00Z").await.json();
        let voice = row(&told, "queue", "voice-fr");
        // The stay of before has no outcome, and waits.
        let expected = [standing[0] + 1.0, standing[1]].map(Some);
        assert_eq!(values(voice, ["waiting", "in_work"]), expected, "{kind}: {voice}");
    }
}

#[tokio::test]
async fn the_same_figures_leave_as_csv_and_nothing_is_kept_on_the_way() {
    let server = Server::start().await;
    server.load().await;
    let answer = server.get(&format!("/v1/live?{NOW}")).await;
    assert_eq!((answer.header("cache-control"), answer.header("etag")), (Some("no-store"), None));
    let json = answer.json();
    let csv = server.get(&format!("/v1/live?{NOW}&format=csv")).await.body;
    let mut lines = csv.lines();
    assert!(lines.next().expect("a heading").starts_with("part,queue,at,late,figure,value,numerator,denominator,n,"));
    let count = |row: &Value| row["figures"].as_object().map_or(0, serde_json::Map::len);
    let rows: usize = json["rows"].as_array().expect("rows").iter().map(count).sum();
    assert_eq!(lines.count(), rows + count(&json["total"]));
    assert!(csv.contains("\nrow,voice-fr,2026-10-01T08:05:05Z,,waiting,1,1,,1,"), "{csv}");
}

#[tokio::test]
async fn a_mistake_is_named_with_what_would_be_right() {
    let server = Server::start().await;
    for (query, field, right) in [
        ("from=2026-10-01", "from", "use zone, provider"),
        ("to=2026-10-01", "to", "use zone, provider"),
        ("grain=1h", "grain", "use zone, provider"),
        ("compare=previous", "compare", "use zone, provider"),
        ("by=country", "by", "provider, site, queue"),
        ("by=", "by", "give a value"),
        ("now=soon", "now", "neither a date nor an instant"),
        ("as_of=soon", "as_of", "neither a date nor an instant"),
        ("zone=Mars", "zone", "Europe/Paris"),
        ("provider=nobody", "provider", "atlas, boreal"),
        ("queue=q", "queue", "mail-fr, voice-fr"),
        ("channel=fax", "channel", "voice, email"),
        ("formula=z", "formula", "a, b, c"),
        ("threshold_s=-1", "threshold_s", "seconds such as 20"),
        ("format=xml", "format", "json or csv"),
        ("now=2026-10-01&now=2026-10-02", "now", "give it once"),
    ] {
        let answer = server.get(&format!("/v1/live?{query}")).await;
        assert_eq!(answer.status.as_u16(), 400, "{query}: {}", answer.body);
        answer.code();
        let problem = answer.json();
        assert_eq!(problem["field"], field, "{query}");
        assert!(problem["detail"].as_str().expect("a detail").contains(right), "{query}: {problem}");
    }
}
