//! The page of sealed months.

use axum::http::Method;

use super::{every_address, is_page, unescaped};
use crate::support::{Answer, LINES, Server, event, request};

const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");

async fn loaded() -> Server {
    let server = Server::start().await;
    server.load().await;
    server.set_clock("2026-11-03T08:00:00Z");
    server
}

async fn seal(server: &Server, headers: &[(&str, &str)], form: &str) -> Answer {
    let media = ("content-type", "application/x-www-form-urlencoded");
    let headers: Vec<(&str, &str)> = headers.iter().copied().chain([media]).collect();
    server.call(request(Method::POST, "/statements?lang=en", &headers, form.as_bytes().to_vec())).await
}

#[tokio::test]
async fn a_month_is_sealed_listed_and_made_again_by_people_who_only_click() {
    let server = loaded().await;
    let page = server.get("/statements?lang=en").await;
    is_page(&page, 200, "en");
    assert!(page.body.contains("No month is sealed yet."), "{}", page.body);
    assert!(page.body.contains("<option value=\"2026-10\" selected>October 2026</option>"), "{}", page.body);
    let sealed = seal(&server, &[OURS], "period=2026-10&by=B+%3Cb%3E&note=&invoice=").await;
    assert_eq!(sealed.status.as_u16(), 303, "{}", sealed.body);
    assert_eq!(sealed.header("location"), Some("/statements?lang=en#statement-2026-10-v1"));
    let list = server.get("/statements?lang=en").await;
    is_page(&list, 200, "en");
    assert!(list.body.contains("id=\"statement-2026-10-v1\"") && !list.body.contains("<b>"), "{}", list.body);
    assert!(list.body.contains("October 2026 (sealed)"), "{}", list.body);
    every_address(&server, &list).await;
    let again = server.get("/statements?lang=en&statement=2026-10-v1").await;
    is_page(&again, 200, "en");
    let equal = "Made again from what was known then: equal; nothing has moved since.";
    assert!(again.body.contains(equal), "{}", again.body);
    let french = server.get("/statements?lang=fr&statement=2026-10").await;
    is_page(&french, 200, "fr");
    assert!(french.body.contains("rien n’a bougé depuis."), "{}", french.body);
}

#[tokio::test]
async fn what_moved_since_is_shown_with_its_feed() {
    let server = loaded().await;
    assert_eq!(seal(&server, &[OURS], "period=2026-10&by=B").await.status.as_u16(), 303);
    server.set_clock("2026-11-04T08:00:00Z");
    let late = event("late-8", "answered", 8, "2026-10-01T08:08:12Z", "tunis").replace("\"/acd\"", "\"/crm\"");
    assert_eq!(server.send(LINES, late).await.status.as_u16(), 200);
    let page = server.get("/statements?lang=en&statement=2026-10").await;
    is_page(&page, 200, "en");
    let body = unescaped(&page.body);
    for words in ["equal; moved since:", "no credit flips", "late events", "Late from atlas /crm"] {
        assert!(body.contains(words), "{words}: {body}");
    }
    assert!(body.contains("<a href=\"/v1/definitions/answered\">answered</a></td><td class=\"number\">8</td><td class=\"number\">9</td>"), "{body}");
}

#[tokio::test]
async fn what_cannot_be_sealed_is_a_page_that_says_why() {
    let server = loaded().await;
    for (form, words) in [
        ("period=2026-11&by=B", "2026-11 is not over"),
        ("by=B", "no month is given"),
        ("period=2026-10&by=B&invoice=care%3D5", "there is no contract \"care\""),
    ] {
        let page = seal(&server, &[OURS], form).await;
        is_page(&page, 400, "en");
        assert!(unescaped(&page.body).contains(words), "{words}: {}", page.body);
    }
    is_page(&seal(&server, &[("sec-fetch-site", "cross-site")], "period=2026-10&by=B").await, 403, "en");
    assert_eq!(seal(&server, &[OURS], "period=2026-10&by=B").await.status.as_u16(), 303);
    let twice = seal(&server, &[OURS], "period=2026-10&by=B").await;
    is_page(&twice, 400, "en");
    assert!(twice.body.contains("say why it is sealed again"), "{}", twice.body);
    assert_eq!(seal(&server, &[OURS], "period=2026-10&by=B&note=late").await.status.as_u16(), 303);
    is_page(&server.get("/statements?lang=en&statement=2026-09").await, 404, "en");
}
