//! Entity tags: a client may keep what cannot change, and nothing else.

use crate::support::{ONE, Server, event};

const CLOSED: &str = "/v1/scorecards?from=2026-10-01&to=2026-10-02&by=site";

#[tokio::test]
async fn a_question_that_says_as_of_when_is_answered_once() {
    let server = Server::start().await;
    server.load().await;
    let uri = format!("{CLOSED}&now=2026-10-05T00:00:00Z");
    let first = server.get(&uri).await;
    let tag = first.header("etag").expect("a tag").to_owned();
    let again = server.get_with(&uri, &[("if-none-match", &format!("\"x\", {tag}"))]).await;
    assert_eq!((again.status.as_u16(), again.body.as_str(), again.header("etag")), (304, "", Some(tag.as_str())));
    let other = server.get_with(&format!("{uri}&channel=voice"), &[("if-none-match", &tag)]).await;
    assert_eq!(other.status.as_u16(), 200, "another question has another tag");
}

#[tokio::test]
async fn an_acknowledged_event_is_never_answered_304() {
    let server = Server::start().await;
    server.load().await;
    let uri = format!("{CLOSED}&now=2026-10-05T00:00:00Z");
    let tag = server.get(&uri).await.header("etag").expect("a tag").to_owned();
    server.send(ONE, event("late", "offered", 30, "2026-10-01T08:30:00Z", "tunis")).await;
    let after = server.get_with(&uri, &[("if-none-match", &tag)]).await;
    assert_eq!(after.status.as_u16(), 200);
    let tunis = |answer: &crate::support::Answer| {
        let rows = answer.json()["rows"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["key"]["site"] == "tunis").expect("tunis")["figures"]["offered"]["value"]
            .clone()
    };
    assert_eq!(tunis(&after), 11.0);
}

#[tokio::test]
async fn a_period_that_is_still_open_has_no_tag() {
    let server = Server::start().await;
    server.load().await;
    for period in ["from=2026-10-01&to=2026-10-09", "from=2026-10-01&to=2026-10-02&now=2026-10-01T10:00:00Z", ""] {
        let answer = server.get(&format!("/v1/scorecards?{period}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, None), "{period}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn a_silent_feed_ends_the_life_of_a_tag() {
    let server = Server::start().await;
    server.load().await;
    // All is answered or abandoned and old enough; only the feed of atlas can still make the figures provisional.
    let recent =
        event("recent", "offered", 40, "2026-10-20T08:00:00Z", "tunis").replace("2026-10-01T08:40", "2026-10-20T08:00");
    server.set_clock("2026-10-20T08:00:30Z");
    assert_eq!(server.send(ONE, recent).await.status.as_u16(), 200);
    let fresh = server.get(CLOSED).await;
    let tag = fresh.header("etag").expect("final figures have a tag").to_owned();
    assert_eq!(server.get_with(CLOSED, &[("if-none-match", &tag)]).await.status.as_u16(), 304);
    server.set_clock("2026-10-20T19:59:00Z");
    assert_eq!(server.get_with(CLOSED, &[("if-none-match", &tag)]).await.status.as_u16(), 304);
    server.set_clock("2026-10-20T20:00:10Z");
    let silent = server.get_with(CLOSED, &[("if-none-match", &tag)]).await;
    assert_eq!((silent.status.as_u16(), silent.header("etag")), (200, None));
    let rows = silent.json()["rows"].as_array().expect("rows").clone();
    let tunis = rows.iter().find(|row| row["key"]["site"] == "tunis").expect("tunis");
    assert_eq!(tunis["figures"]["offered"]["state"], "provisional");
}
