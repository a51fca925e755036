//! The page of now.

use super::{between, every_address, is_page, shown, sorted, told, values};
use crate::support::{NETWORK, Server};

/// Of ten calls at tunis, a minute apart, the sixth has waited for five seconds.
const NOW: &str = "now=2026-10-01T08:05:05Z";
/// The figures of the page, in the order of its columns.
const FIGURES: [&str; 9] = [
    "waiting",
    "waiting_over_threshold",
    "waiting_longest_s",
    "in_work",
    "offered",
    "answered",
    "abandoned",
    "response_rate",
    "service_level",
];

#[tokio::test]
async fn what_waits_is_what_the_api_says() {
    let server = Server::start().await;
    server.load().await;
    for (query, dim) in [(NOW.to_owned(), "queue"), (format!("by=site&channel=voice&{NOW}"), "site")] {
        let page = server.get(&format!("/live?{query}")).await;
        is_page(&page, 200, "en");
        let told = &told(&server, &page).await[0];
        let rows = sorted(told, dim);
        let all = [&told["total"]].into_iter().chain(&rows);
        let told: Vec<f64> = all.flat_map(|row| values(row, &FIGURES)).collect();
        assert_eq!(shown(&page), told, "{query}");
        assert!(between(&page, "<data value=\"5\">", "<").iter().any(|words| words == "5\u{202f}s"), "{}", page.body);
        assert_eq!(page.header("etag"), None, "the present is never over");
    }
}

/// A supervisor who sees nobody waiting must know that nobody was heard.
#[tokio::test]
async fn a_feed_that_is_late_says_so_and_nobody_waiting_is_no_zero() {
    let server = Server::start().await;
    server.load().await;
    let page = server.get("/live?by=site&now=2026-10-02T12:00:00Z&lang=fr").await;
    is_page(&page, 200, "fr");
    assert_eq!(shown(&page), Vec::<f64>::new(), "{}", page.body);
    let said = between(&page, "<small>", "</small>");
    assert!(said.iter().filter(|line| *line == "aucune donnée reçue").count() >= 4, "{said:?}");
    assert!(said.iter().any(|line| line == "atlas"), "whose feed is late is told with the row: {said:?}");
    let late = between(&page, "<strong>", "</strong>");
    let agreed = "un envoi était attendu toutes les 12\u{202f}h\u{202f}00";
    assert!(late.iter().any(|words| words.ends_with(agreed)), "{late:?}");
    assert!(page.body.contains("aucune cadence convenue") && page.body.contains("jamais"), "boreal was never heard");
}

#[tokio::test]
async fn it_is_looked_at_again_by_itself_only_where_that_is_asked() {
    let server = Server::start().await;
    let refresh = "http-equiv=\"refresh\"";
    let still = server.get("/live?by=site").await;
    is_page(&still, 200, "en");
    assert!(!still.body.contains(refresh), "{}", still.body);
    let link = between(&still, "<a href=\"", "\"").into_iter().find(|link| link.contains("every=15")).expect("the way");
    let moving = server.get(&link).await;
    is_page(&moving, 200, "en");
    assert!(moving.body.contains("<meta http-equiv=\"refresh\" content=\"15\">"), "{}", moving.body);
    let stop = between(&moving, "<a href=\"/live?by=site&#38;lang=en\">", "</a>");
    assert_eq!(stop, ["Stop looking again by itself"]);
    for (query, field, right) in
        [("every=7", "every", "15 or 60"), ("from=2026-10-01", "from", "there is no parameter")]
    {
        let page = server.get(&format!("/live?{query}")).await;
        is_page(&page, 400, "en");
        assert_eq!(between(&page, "<code>", "</code>"), [field], "{query}");
        assert!(page.body.contains(right), "{query}: {}", page.body);
    }
}

#[tokio::test]
async fn its_addresses_answer_and_a_name_never_becomes_markup() {
    let network = NETWORK.replace("name: tunis", "name: 'a\"><b>'");
    let server = Server::with(&network, api::Limits::default()).await;
    let page = server.get(&format!("/live?by=site,provider&{NOW}")).await;
    is_page(&page, 200, "en");
    assert!(!page.body.contains("<b>"), "{}", page.body);
    assert!(every_address(&server, &page).await.len() > FIGURES.len() + 4);
}
