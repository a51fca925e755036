//! The page on which a provider's own figures are held against ours.

use axum::http::Method;
use serde_json::Value;

use super::{between, every_address, is_page, shows, unescaped};
use crate::support::{Answer, MULTIPART, Server, form, request};

const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");
const DECLARED: &str = "provider,site,period,offered,answered,abandoned,service_level,short_abandon_s,short_abandons\n\
                        atlas,,2026-10,8,8,0,100.0 %,30,dropped\n\
                        atlas,tunis,2026-10,9,8,0,,30,dropped\n";

async fn loaded() -> Server {
    let server = Server::start().await;
    server.load().await;
    server.set_clock("2026-11-03T08:00:00Z");
    server
}

async fn post(server: &Server, query: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
    let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("content-type", MULTIPART)]).collect();
    server.call(request(Method::POST, &format!("/reconcile{query}"), &headers, form(fields).into())).await
}

fn numbers(answer: &Value) -> Vec<f64> {
    let cells = answer["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .flat_map(|group| group["cells"].as_array().expect("cells").clone());
    let mut told = Vec::new();
    for cell in cells {
        for walk in cell["measures"].as_array().expect("measures") {
            told.extend(walk["ours"].as_f64());
            let parts = ["formula", "short_abandons", "attribution", "exclusions", "missing_events", "remainder"];
            let parts = parts.map(|part| walk["parts"][part].as_f64().expect("a part"));
            told.extend(parts.into_iter().filter(|part| *part != 0.0));
            told.extend(walk["theirs"].as_f64());
        }
        let steps = cell["level"]["steps"].as_array().cloned().unwrap_or_default();
        told.extend(steps.iter().filter_map(|step| step["value"].as_f64()));
    }
    told
}

#[tokio::test]
async fn the_numbers_of_the_page_are_those_of_the_api_in_both_languages() {
    let server = loaded().await;
    let headers = [("content-type", "text/csv")];
    let api = server.call(request(Method::POST, "/v1/reconciliations", &headers, DECLARED.into())).await;
    let told = numbers(&api.json());
    assert!(told.len() > 12, "{told:?}");
    for (lang, words) in [
        (
            "en",
            [
                "atlas declares 8 offered, we count 10: 2 fewer.",
                "−2 short abandons",
                "Rules of both sides",
                "stated in the file",
            ],
        ),
        (
            "fr",
            [
                "atlas déclare 8 présentés, nous en comptons 10\u{a0}: 2 de moins.",
                "−2 abandons courts",
                "Les règles des deux côtés",
                "dite dans le fichier",
            ],
        ),
    ] {
        let page = post(&server, &format!("?lang={lang}"), &[OURS], &[("declared", DECLARED), ("table", "")]).await;
        is_page(&page, 200, lang);
        shows(&page, &told, lang);
        for word in words {
            assert!(unescaped(&page.body).contains(word), "{word}: {}", page.body);
        }
        assert!(page.body.contains("<svg class=\"waterfall\""), "a picture of the difference");
        every_address(&server, &page).await;
        assert_eq!(between(&page, "spellcheck=\"false\" autocomplete=\"off\">\n", "</textarea>"), [DECLARED]);
    }
    // The file wins over what was pasted before.
    let pasted = post(&server, "", &[OURS], &[("declared", ""), ("table", DECLARED), ("contacts", "")]).await;
    shows(&pasted, &told, "pasted");
    let json = post(&server, "?format=json", &[OURS], &[("declared", DECLARED)]).await.json();
    assert_eq!(numbers(&json), told);
    let csv = post(&server, "?format=csv", &[OURS], &[("declared", DECLARED)]).await;
    assert!(csv.body.starts_with("provider,line,site"), "{}", csv.body);
}

#[tokio::test]
async fn a_file_with_mistakes_is_given_back_with_every_place_to_be_mended() {
    let server = loaded().await;
    let wrong = "provider,period,offered\natlas,2026-10,<b>\natlas,2026-13,1\n";
    let page = post(&server, "?lang=fr", &[OURS], &[("table", wrong)]).await;
    is_page(&page, 422, "fr");
    assert!(!page.body.contains("<b>"), "{}", page.body);
    let body = unescaped(&page.body);
    for words in ["\"<b>\" n’est pas un nombre de contacts", "\"2026-13\" n’est pas un mois", "Rien n’a été utilisé"]
    {
        assert!(body.contains(words), "{words}: {body}");
    }
    assert_eq!(between(&page, "autocomplete=\"off\">\n", "</textarea>"), [wrong]);
    let nothing = post(&server, "?lang=en", &[OURS], &[("table", "  "), ("declared", "")]).await;
    is_page(&nothing, 422, "en");
    assert!(nothing.body.contains("Choose a file, or paste the table."), "{}", nothing.body);
    let foreign = post(&server, "?lang=en", &[("sec-fetch-site", "cross-site")], &[("table", wrong)]).await;
    is_page(&foreign, 403, "en");
    let other = server.call(request(Method::POST, "/reconcile", &[OURS], b"table=x".to_vec())).await;
    assert_eq!(other.status.as_u16(), 415);
}

/// A year day by day would be a page that nobody reads: what is to be explained is on it, and the rest is in the CSV.
#[tokio::test]
async fn a_long_file_shows_what_there_is_to_explain() {
    let server = loaded().await;
    let days = (1..=28).flat_map(|day| ["atlas,", "atlas,tunis"].map(|place| format!("{place},2026-02-{day:02},0\n")));
    let text = format!("provider,site,day,offered\n{}atlas,tunis,2026-10-01,11\n", days.collect::<String>());
    let page = post(&server, "?lang=en", &[OURS], &[("declared", &text), ("stated_only", "true")]).await;
    is_page(&page, 200, "en");
    assert!(page.body.contains("27 more lines are not shown here"), "{}", page.body);
    assert!(
        page.body.contains("atlas declares 11 offered, we count 10: 1 more. +1 left unexplained."),
        "{}",
        page.body
    );
    assert!(page.body.len() < 150 << 10, "{} bytes", page.body.len());
    let csv = post(&server, "?format=csv", &[OURS], &[("declared", &text), ("stated_only", "true")]).await;
    assert_eq!(csv.body.lines().count(), 58);
}

/// Who has no file yet begins with one, and sees at once what it gives.
#[tokio::test]
async fn the_example_can_be_given_as_it_is() {
    let server = loaded().await;
    let page = server.get("/reconcile?lang=en").await;
    is_page(&page, 200, "en");
    every_address(&server, &page).await;
    let empty = server.get("/reconcile/declared.csv?provider=atlas&period=2026-10&figures=none&lang=fr").await;
    assert!(empty.body.starts_with("\u{feff}provider;site;period;offered;answered"), "{}", empty.body);
    assert!(empty.body.contains("\natlas;tunis;2026-10;;"), "{}", empty.body);
    let filled = server.get("/reconcile/declared.csv?provider=&period=&figures=ours&lang=en").await;
    assert!(filled.body.contains("\natlas,,2026-10,10,8,2,8,10,"), "{}", filled.body);
    assert!(filled.body.contains("\natlas,tunis,2026-10,10,8,2,8,10,"), "{}", filled.body);
    let page = post(&server, "?lang=en", &[OURS], &[("declared", &filled.body)]).await;
    is_page(&page, 200, "en");
    assert!(page.body.contains("10 figures are declared, and all of them equal ours."), "{}", page.body);
    for wrong in ["provider=none", "period=soon", "figures=theirs"] {
        is_page(&server.get(&format!("/reconcile/declared.csv?{wrong}&lang=en")).await, 400, "en");
    }
}
