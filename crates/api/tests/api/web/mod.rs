//! Pages: the same figures as the API's, in the reader's language, safe to open. Here that of the sites.

mod alerts;
mod backlog;
mod contracts;
mod live;
mod reconcile;
mod statements;

use serde_json::Value;

use crate::support::{Answer, NETWORK, ONE, Server, event};

const DAY: &str = "from=2026-10-01&to=2026-10-02";
/// The figures of the page, in the order of its columns.
const FIGURES: [&str; 7] =
    ["offered", "response_rate", "service_level", "wait_p50_s", "wait_p90_s", "resolution_rate", "resolution_gap"];

/// Every text of the page between `before` and `after`, as its reader sees it.
fn between<'p>(page: &'p Answer, before: &'p str, after: &'p str) -> Vec<String> {
    let parts = page.body.split(before).skip(1);
    parts.map(|part| unescaped(part.split(after).next().expect("a part"))).collect()
}

fn unescaped(text: &str) -> String {
    let entities = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

/// The exact numbers of a page, in its order.
fn shown(page: &Answer) -> Vec<f64> {
    between(page, "<data value=\"", "\"").iter().map(|text| text.parse().expect("a number")).collect()
}

/// That a page shows these numbers, in this order; the last digit is the JSON reader's.
#[track_caller]
fn shows(page: &Answer, told: &[f64], about: &str) {
    let shown = shown(page);
    let is_same = |(shown, told): (&f64, &f64)| (shown - told).abs() <= told.abs() * 1e-12;
    assert!(shown.len() == told.len() && shown.iter().zip(told).all(is_same), "{about}: {shown:?} {told:?}");
}

/// The values of a row that has them, in the order of the page's columns.
fn values(row: &Value, ids: &[&str]) -> Vec<f64> {
    ids.iter().filter_map(|id| row["figures"][*id]["value"].as_f64()).collect()
}

/// The same questions as JSON, as the page links to them.
async fn told(server: &Server, page: &Answer) -> Vec<Value> {
    let links = between(page, "<a href=\"", ">");
    let links = links.iter().filter_map(|link| link.strip_suffix("\" type=\"application/json\""));
    let mut told = Vec::new();
    for link in links {
        let answer = server.get(link).await;
        assert_eq!(answer.status.as_u16(), 200, "{link}: {}", answer.body);
        told.push(answer.json());
    }
    told
}

/// The rows of an answer in the order of their names.
fn sorted(answer: &Value, dim: &str) -> Vec<Value> {
    let mut rows = answer["rows"].as_array().expect("rows").clone();
    rows.sort_by_key(|row| row["key"][dim].as_str().map(str::to_owned));
    rows
}

async fn rows(server: &Server, page: &Answer) -> Vec<Value> {
    sorted(&told(server, page).await[0], "site")
}

/// Every address of a page, which must answer.
async fn every_address(server: &Server, page: &Answer) -> Vec<String> {
    let links = between(page, "href=\"", "\"");
    for link in &links {
        if let Some(place) = link.strip_prefix('#') {
            assert!(page.body.contains(&format!("id=\"{place}\"")), "{place} is not on the page");
            continue;
        }
        let answer = server.get(link).await;
        assert_eq!(answer.status.as_u16(), 200, "{link}: {}", answer.body);
        if link.starts_with("/assets/") {
            assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        }
    }
    links
}

#[track_caller]
fn is_page(page: &Answer, status: u16, lang: &str) {
    assert_eq!(page.status.as_u16(), status, "{}", page.body);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("content-language"), Some(lang));
    assert!(page.body.contains(&format!("<html lang=\"{lang}\">")), "{}", page.body);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for refused in ["<script", "<style", " style=", " onclick=", "src="] {
        assert!(!page.body.contains(refused), "the policy would stop {refused}");
    }
}

#[tokio::test]
async fn the_numbers_of_the_page_are_those_of_the_api() {
    let server = Server::start().await;
    server.load().await;
    for query in [DAY.to_owned(), format!("{DAY}&channel=voice&site=tunis,lyon&threshold_s=5"), String::new()] {
        let page = server.get(&format!("/?{query}")).await;
        is_page(&page, 200, "en");
        let rows = rows(&server, &page).await;
        let told: Vec<f64> = rows.iter().flat_map(|row| values(row, &FIGURES)).collect();
        shows(&page, &told, &query);
        assert!(told.len() >= 4, "{query}: {told:?}");
        let words = between(&page, "<data value=\"0.8\">", "<");
        assert!(words.iter().all(|word| word == "80.0%") && !words.is_empty(), "{query}: {words:?}");
    }
}

#[tokio::test]
async fn a_reader_is_answered_in_english_or_french() {
    let server = Server::start().await;
    server.load().await;
    let french = server.get(&format!("/?{DAY}&lang=fr")).await;
    is_page(&french, 200, "fr");
    let preferred = server.get_with(&format!("/?{DAY}"), &[("accept-language", "fr-FR,fr;q=0.9,en;q=0.5")]).await;
    is_page(&preferred, 200, "fr");
    assert_eq!(preferred.header("vary"), Some("accept-language"));
    for words in ["Tableau de bord des sites", "Présentés", "80,0\u{202f}%", "1er octobre 2026", "Prestataire"] {
        assert!(french.body.contains(words) && preferred.body.contains(words), "{words}: {}", french.body);
    }
    let english = server.get_with(&format!("/?{DAY}&lang=en"), &[("accept-language", "fr")]).await;
    is_page(&english, 200, "en");
    for words in ["Site scorecard", "Offered", "80.0%", "1 October 2026", "Provider"] {
        assert!(english.body.contains(words), "{words}: {}", english.body);
    }
}

#[tokio::test]
async fn a_figure_without_a_number_says_why() {
    let server = Server::start().await;
    server.load().await;
    let page = server.get(&format!("/?{DAY}&site=lyon")).await;
    assert_eq!(between(&page, "<data value=\"", "\""), Vec::<String>::new());
    let row = &rows(&server, &page).await[0];
    let said = between(&page, "<small>", "</small>");
    for id in FIGURES {
        let reason = row["figures"][id]["reason"].as_str().expect("a reason");
        let words = match reason {
            "no_traffic" => "nothing offered",
            "no_data" => "no data received",
            "too_few" => "not enough contacts to say",
            "not_comparable" => "no common ground to compare",
            other => panic!("{id}: {other}"),
        };
        assert!(said.iter().any(|line| line == words), "{id} {reason}: {said:?}");
    }
}

#[tokio::test]
async fn figures_that_may_still_change_say_so_in_words() {
    let server = Server::start().await;
    server.load().await;
    let page = server.get(&format!("/?{DAY}&now=2026-10-01T08:04:30Z&lang=fr")).await;
    assert_eq!(rows(&server, &page).await[1]["figures"]["offered"]["state"], "provisional");
    assert!(between(&page, "<td>", "</td>").iter().any(|cell| cell == "provisoire"), "{}", page.body);
}

#[tokio::test]
async fn a_name_is_shown_as_it_is_and_never_becomes_markup() {
    let network = NETWORK.replace("name: tunis", "name: 'a\"><b>&\u{e9}/x'");
    let server = Server::with(&network, api::Limits::default()).await;
    let page = server.get(&format!("/?{DAY}")).await;
    is_page(&page, 200, "en");
    assert!(!page.body.contains("<b>"), "{}", page.body);
    let links = between(&page, "<a href=\"/v1/scorecards/", "</a>");
    let link = links.iter().find(|link| link.ends_with(">a\"><b>&é/x")).expect("the site links to its scorecard");
    let address = link.split('"').next().expect("an address");
    let site = server.get(&format!("/v1/scorecards/{address}")).await;
    assert_eq!((site.status.as_u16(), &site.json()["site"]), (200, &"a\"><b>&é/x".into()), "{address}");
}

#[tokio::test]
async fn a_mistake_in_the_address_is_a_page_that_says_what_would_be_right() {
    let server = Server::start().await;
    let cases = [
        ("from=yesterday&lang=fr", "fr", "from", "give a date such as"),
        ("%3Cscript%3E=1", "en", "<script>", "there is no parameter"),
        ("lang=de", "en", "lang", "use fr or en"),
        ("grain=1d", "en", "grain", "use from, to"),
        ("site=atlantis", "en", "site", "lyon, tunis"),
    ];
    for (query, lang, field, right) in cases {
        let page = server.get(&format!("/?{query}")).await;
        is_page(&page, 400, lang);
        assert_eq!(between(&page, "<code>", "</code>"), [field], "{query}");
        let detail = between(&page, "<dd lang=\"en\">", "</dd>");
        assert!(detail[0].contains(right), "{query}: {detail:?}");
    }
    let limits = api::Limits { questions: 0, patience: std::time::Duration::from_millis(10), ..Default::default() };
    let busy = Server::with(NETWORK, limits).await.get("/?lang=fr").await;
    is_page(&busy, 503, "fr");
    assert!(busy.header("retry-after").is_some() && busy.body.contains("Réessayez dans"), "{}", busy.body);
}

/// The period of a page that does not say moves with the clock: what a browser holds of yesterday is not today's page.
#[tokio::test]
async fn the_last_thirty_full_days_are_those_of_today() {
    let network = NETWORK.replace(", cadence: 12h", "");
    let server = Server::with(&network, api::Limits::default()).await;
    server.load().await;
    let recent =
        event("recent", "offered", 40, "2026-10-20T08:00:00Z", "tunis").replace("2026-10-01T08:40", "2026-10-20T08:00");
    server.set_clock("2026-10-20T08:00:30Z");
    assert_eq!(server.send(ONE, recent).await.status.as_u16(), 200);
    let first = server.get("/").await;
    assert_eq!(between(&first, "type=\"date\" value=\"", "\""), ["2026-09-20", "2026-10-20"]);
    let tag = first.header("etag").expect("final figures of days that are over have a tag").to_owned();
    let again = server.get_with("/", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    let french = server.get_with("/", &[("if-none-match", &tag), ("accept-language", "fr")]).await;
    assert_eq!(french.status.as_u16(), 200, "another language is another page");
    server.set_clock("2026-10-21T08:00:00Z");
    let tomorrow = server.get_with("/", &[("if-none-match", &tag)]).await;
    assert_eq!(tomorrow.status.as_u16(), 200);
    assert_eq!(between(&tomorrow, "type=\"date\" value=\"", "\""), ["2026-09-21", "2026-10-21"]);
}

#[tokio::test]
async fn every_address_of_the_page_answers() {
    let server = Server::start().await;
    server.load().await;
    let page = server.get(&format!("/?{DAY}&queue=voice-fr")).await;
    let links = every_address(&server, &page).await;
    assert!(links.len() > FIGURES.len() + 4, "{links:?}");
    for page in ["/?lang=en", "/live?lang=en", "/backlog?lang=en", "/contracts?lang=en", "/alerts?lang=en"] {
        assert!(links.iter().any(|link| link == page), "no way to {page}: {links:?}");
    }
    assert_eq!(server.get("/assets/page-0.css").await.code(), "no_such_path");
}
