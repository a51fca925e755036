//! The page of alerts, and what people say there.

use std::sync::Arc;

use alert::{
    Attempt, Carrier, Claimed, Courier, Evidence, Figures, Observation, Outcome, Rescue, Retry, Subject, Title, Until,
    Verdict,
};
use api::Api;
use axum::{body::Body, http::Method};
use contact::Instant;
use http_body_util::BodyExt as _;
use serde_json::Value;
use store::AlertLedger;
use tower::ServiceExt as _;

use super::{between, every_address, is_page, shown, shows, told};
use crate::support::{Answer, Server, instant, request};

const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");

fn seen(queue: &str, at: &str, verdict: Verdict) -> Observation {
    let what = Title { en: "Service <b>level</b>".to_owned(), fr: "Taux de service".to_owned() };
    let remedy = Some(Rescue { until: Until::Hour, needed: 33, coming: 40, recent: Some(0.78) });
    let figures = Figures::Burn { minutes: 60, contacts: 100, missed: 60, target: 0.8, used: Some(0.04), remedy };
    Observation {
        rule: "burn".to_owned(),
        subject: Subject::new([("objective", "voice"), ("queue", queue)]).expect("labels"),
        at: instant(at),
        window: None,
        verdict,
        volume: None,
        evidence: Evidence { what, figures },
        call_hours: None,
    }
}

/// A queue's alert fires. Its id.
fn fires(server: &Server, queue: &str, at: &str) -> String {
    let notices = server.desk.observe(vec![seen(queue, at, Verdict::level(3))], instant(at)).expect("observed");
    notices[0].alert.id.to_string()
}

/// The alert of a queue is back in order.
fn ends(server: &Server, queue: &str) {
    for at in ["2026-10-06T11:20:00Z", "2026-10-06T11:40:00Z"] {
        server.desk.observe(vec![seen(queue, at, Verdict::CLEAR)], instant(at)).expect("observed");
    }
}

async fn post(server: &Server, uri: &str, headers: &[(&str, &str)], form: &str) -> Answer {
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    let headers: Vec<(&str, &str)> = headers.iter().copied().chain([form_type, ("host", "vigie.example")]).collect();
    server.call(request(Method::POST, uri, &headers, form.as_bytes().to_vec())).await
}

/// The numbers of alerts that fire.
fn numbers(answer: &Value) -> Vec<f64> {
    let alerts = answer["alerts"].as_array().expect("a list").iter().flat_map(|alert| {
        let figures = &alert["evidence"]["figures"];
        let told = ["missed", "contacts", "target", "used"].map(|name| figures[name].as_f64());
        let saved = ["needed", "coming", "recent"].map(|name| figures["remedy"][name].as_f64());
        told.into_iter().chain(saved).flatten().collect::<Vec<_>>()
    });
    alerts.collect()
}

#[tokio::test]
async fn what_fires_is_shown_with_what_would_still_save_it() {
    let server = Server::start().await;
    fires(&server, "voice-fr", "2026-10-06T11:00:00Z");
    fires(&server, "mail-fr", "2026-10-06T11:10:00Z");
    ends(&server, "mail-fr");
    for (lang, words) in [
        (
            "en",
            ["Firing now", "78.0%", "since 13:00, 60% of the 100 contacts", "back in order", "fast (pace of misses)"],
        ),
        (
            "fr",
            [
                "En cours",
                "78,0\u{202f}%",
                "depuis 13\u{202f}h\u{202f}00",
                "retour à la normale",
                "rapide (rythme des contacts manqués)",
            ],
        ),
    ] {
        let page = server.get(&format!("/alerts?lang={lang}")).await;
        is_page(&page, 200, lang);
        let told = told(&server, &page).await;
        assert_eq!(told[0]["alerts"].as_array().map(Vec::len), Some(1));
        assert_eq!(told[1]["alerts"].as_array().map(Vec::len), Some(2), "the history holds what fires too");
        shows(&page, &numbers(&told[0]), lang);
        for word in words {
            assert!(page.body.contains(word), "{word}: {}", page.body);
        }
        assert!(!page.body.contains("<b>"), "{}", page.body);
        assert!(every_address(&server, &page).await.len() > 10);
    }
    let page = server.get("/alerts?queue=mail-fr&lang=en").await;
    assert!(page.body.contains("Nothing fires.") && page.body.contains("Service &#60;b&#62;level&#60;/b&#62;"));
    assert_eq!(shown(&page), Vec::<f64>::new());
}

#[tokio::test]
async fn who_takes_an_alert_on_comes_back_to_the_page_and_is_seen_there() {
    let server = Server::start().await;
    let id = fires(&server, "voice-fr", "2026-10-06T11:00:00Z");
    let page = server.get("/alerts?queue=voice-fr&lang=fr").await;
    let action = between(&page, "method=\"post\" action=\"", "\"").remove(0);
    let done = post(&server, &action, &[OURS], "author=%C3%89quipe&note=j%27y+suis+%3Cb%3E").await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.body);
    let back = done.header("location").expect("the way back").to_owned();
    assert_eq!(back, format!("/alerts?queue=voice-fr&lang=fr#alert-{id}"));
    let told = server.get(&format!("/v1/alerts/{id}")).await.json();
    let taken = &told["alert"]["acknowledged"];
    assert_eq!((taken["by"].as_str(), taken["text"].as_str()), (Some("Équipe"), Some("j'y suis <b>")));
    let page = server.get(back.split('#').next().expect("an address")).await;
    is_page(&page, 200, "fr");
    let said = "par Équipe le 6 octobre 2026 à 14\u{202f}h\u{202f}00\u{a0}: j&#39;y suis &#60;b&#62;";
    assert!(page.body.contains(said), "{}", page.body);
    assert!(page.body.contains(&format!("id=\"alert-{id}\"")), "the way back leads to it");
}

/// A page of somebody else, opened by a supervisor, must not take his alerts on.
#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let server = Server::start().await;
    let id = fires(&server, "voice-fr", "2026-10-06T11:00:00Z");
    for what in ["acknowledgement", "annotations"] {
        let uri = format!("/alerts/{id}/{what}?lang=en");
        for headers in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "none"), ("origin", "http://vigie.example")],
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![],
        ] {
            let refused = post(&server, &uri, &headers, "author=Eve&note=fine").await;
            is_page(&refused, 403, "en");
        }
    }
    for what in ["requeue", "discard"] {
        let refused =
            post(&server, &format!("/v1/dead-letters/none/{what}"), &[("sec-fetch-site", "cross-site")], "").await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "cross_site"), "{what}");
        let program = post(&server, &format!("/v1/dead-letters/none/{what}"), &[], "").await;
        assert_eq!(program.code(), "unknown_dead_letter", "{what}");
    }
    let told = server.get(&format!("/v1/alerts/{id}")).await.json();
    assert_eq!(told["changes"].as_array().map(Vec::len), Some(1), "nothing was said: {told}");
    let older =
        post(&server, &format!("/alerts/{id}/acknowledgement"), &[("origin", "http://vigie.example")], "author=Jo")
            .await;
    assert_eq!(older.status.as_u16(), 303, "a browser that says only where the form is from: {}", older.body);
}

/// A receiver that wants nothing any more.
struct Gone;

impl Carrier for Gone {
    fn carry(&self, _: &Claimed, _: Instant) -> Attempt {
        Attempt { outcome: Outcome::Gone { error: "answered 410".to_owned() }, told: Vec::new() }
    }
}

/// Carries what is owed to `ops`, which refuses it for good.
fn refuse(server: &Server) {
    let ledger = Arc::new(AlertLedger::new(Arc::clone(&server.store)));
    let clock = Arc::new(|| instant("2026-10-06T12:00:00Z"));
    Courier::new(ledger, "ops", Box::new(Gone), Retry::default(), clock).pass().expect("carried");
}

/// What nobody was told is lost unless somebody sends it again, who need not know a command line for that.
#[tokio::test]
async fn what_could_not_be_delivered_is_sent_again_from_the_page() {
    let server = Server::start().await;
    fires(&server, "voice-fr", "2026-10-06T11:00:00Z");
    refuse(&server);
    let page = server.get("/alerts?queue=voice-fr&lang=fr").await;
    is_page(&page, 200, "fr");
    let letters = page.body.split("id=\"letters\"").nth(1).expect("what could not be delivered");
    for words in ["ops", "a répondu 410", "Renvoyer", "depuis 13\u{202f}h\u{202f}00, 60\u{202f}% des 100 contacts"] {
        assert!(letters.contains(words), "{words}: {letters}");
    }
    assert!(!letters.contains("missed the target"), "ops is told in English, its reader here in French: {letters}");
    let letters = |answer: Answer| answer.json()["dead_letters"].as_array().map(Vec::len);
    let actions = between(&page, "method=\"post\" action=\"", "\"");
    let again = actions.iter().find(|action| action.starts_with("/alerts/letters/")).expect("a form").clone();
    for headers in [vec![("sec-fetch-site", "cross-site")], vec![("origin", "https://evil.example")], vec![]] {
        is_page(&post(&server, &again, &headers, "").await, 403, "fr");
    }
    is_page(&post(&server, &again, &[OURS], "author=Jo").await, 400, "fr");
    assert_eq!(letters(server.get("/v1/dead-letters").await), Some(1), "nothing was sent");
    let done = post(&server, &again, &[OURS], "").await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.body);
    assert_eq!(done.header("location"), Some("/alerts?queue=voice-fr&lang=fr#letters"));
    assert_eq!(letters(server.get("/v1/dead-letters").await), Some(0), "it is on its way");
    let page = server.get("/alerts?queue=voice-fr&lang=fr").await;
    assert!(page.body.contains("id=\"letters\"") && !page.body.contains("Renvoyer"), "{}", page.body);
    is_page(&post(&server, &again, &[OURS], "").await, 404, "fr");
    refuse(&server);
    assert_eq!(letters(server.get("/v1/dead-letters").await), Some(1), "it was owed again, under its id");
    let page = server.get("/alerts?queue=voice-fr&lang=fr").await;
    assert!(between(&page, "method=\"post\" action=\"", "\"").contains(&again), "{}", page.body);
}

#[tokio::test]
async fn what_cannot_be_said_is_a_page_that_says_why() {
    let server = Server::start().await;
    let id = fires(&server, "voice-fr", "2026-10-06T11:00:00Z");
    let uri = |what: &str| format!("/alerts/{id}/{what}?lang=fr");
    for (what, form, status) in [
        ("acknowledgement", "author=&note=x", 400),
        ("acknowledgement", "author=Jo&level=3", 400),
        ("annotations", "author=Jo&note=", 400),
    ] {
        is_page(&post(&server, &uri(what), &[OURS], form).await, status, "fr");
    }
    let unknown = post(&server, "/alerts/none/acknowledgement?lang=fr", &[OURS], "author=Jo").await;
    is_page(&unknown, 404, "fr");
    let strange = post(&server, "/alerts/none/acknowledgement?next=//evil.example&lang=fr", &[OURS], "author=Jo").await;
    is_page(&strange, 400, "fr");
    let headers = [OURS, ("content-type", "text/plain")];
    let other = server.call(request(Method::POST, &uri("acknowledgement"), &headers, b"author=Jo".to_vec())).await;
    is_page(&other, 415, "fr");
    ends(&server, "voice-fr");
    is_page(&post(&server, &uri("acknowledgement"), &[OURS], "author=Jo").await, 409, "fr");
    let later = post(&server, &uri("annotations"), &[OURS], "author=Jo&note=a+cut+line").await;
    assert_eq!(later.status.as_u16(), 303, "{}", later.body);
    let page = server.get("/alerts?lang=en").await;
    assert!(page.body.contains("note by Jo: a cut line"), "{}", page.body);
}

#[tokio::test]
async fn a_lake_without_alerts_says_how_to_get_them() {
    let server = Server::start().await;
    let page = server.get("/alerts?lang=fr").await;
    is_page(&page, 200, "fr");
    for words in ["Aucune alerte en cours.", "ne s’est jamais déclenchée", "vigie serve --alerts alerts.yaml"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let registry = prometheus_client::registry::Registry::default();
    let sql = tokio::runtime::Handle::current();
    let without = Api::new(std::sync::Arc::clone(&server.store), sql, api::Limits::default(), registry);
    let asked = request(Method::GET, "/alerts?lang=en", &[], Vec::new());
    let response = api::router(&without, api::pages()).oneshot(asked).await.expect("infallible");
    assert_eq!(response.status().as_u16(), 200);
    let body: Body = response.into_body();
    let bytes = body.collect().await.expect("in memory").to_bytes();
    assert!(String::from_utf8_lossy(&bytes).contains("This server keeps no alerts"));
}

#[tokio::test]
async fn older_alerts_are_a_page_further() {
    let server = Server::start().await;
    for minute in 0..27 {
        fires(&server, &format!("queue-{minute}"), &format!("2026-10-06T11:{minute:02}:00Z"));
    }
    let first = server.get("/alerts?lang=en&from=&to=&kind=breach").await;
    is_page(&first, 200, "en");
    let older = between(&first, "<a href=\"/alerts?", "\"").into_iter().find(|link| link.contains("cursor="));
    let second = server.get(&format!("/alerts?{}", older.expect("the way to older ones"))).await;
    is_page(&second, 200, "en");
    let told = told(&server, &second).await;
    assert_eq!(told[1]["alerts"].as_array().map(Vec::len), Some(2), "{}", told[1]);
    assert!(!between(&second, "<a href=\"/alerts?", "\"").iter().any(|link| link.contains("cursor=")));
}
