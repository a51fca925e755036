//! The page of backlog and complaints.

use serde_json::Value;

use super::{between, every_address, is_page, shows, sorted, told, values};
use crate::support::{LINES, NETWORK, Server, event};

/// What happened by then, of what was received in four days.
const ASKED: &str = "from=2026-10-01&to=2026-10-05&now=2026-10-05T12:00:00Z";
/// The figures of what is open, in the order of its columns.
const OPEN: [&str; 11] = [
    "backlog",
    "backlog_0_24h",
    "backlog_24_48h",
    "backlog_2_5d",
    "backlog_5_15d",
    "backlog_over_15d",
    "backlog_oldest_s",
    "backlog_past_due",
    "backlog_unanswered",
    "backlog_net_flow",
    "backlog_days",
];
/// The figures of complaints, in the order of their columns.
const COMPLAINTS: [&str; 9] = [
    "complaints",
    "complaints_24h",
    "complaints_48h",
    "complaints_24h_business",
    "complaints_48h_business",
    "complaint_p50_s",
    "complaint_p90_s",
    "complaints_beyond_48h",
    "complaints_48h_of_resolved",
];
/// The ages at which the share still open is told, in hours.
const AGES: [f64; 9] = [4.0, 12.0, 24.0, 48.0, 72.0, 120.0, 240.0, 360.0, 720.0];

/// Twelve complaints by mail of one morning at a site: six resolved ten hours after their receipt, six open.
async fn load(server: &Server, site: &str) {
    let mut lines = Vec::new();
    for n in 0..12 {
        let mut says = |kind: &str, hour: u32| {
            let line = event(&format!("{kind}-{n}"), kind, n, &format!("2026-10-01T{hour:02}:{n:02}:00Z"), "tunis");
            let line = line.replace("voice-fr", "mail-fr").replace("\"site\":\"tunis\"", &format!("\"site\":{site}"));
            lines.push(line.replace("\"data\":{", "\"data\":{\"complaint\":true,"));
        };
        says("offered", 8);
        says("answered", 9);
        if n < 6 {
            says("resolved", 18);
        }
    }
    let answer = server.send(LINES, lines.join("\n")).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
}

/// The numbers of a row of what is open: its figures, and the days until it is saturated or cleared.
fn open(row: &Value) -> Vec<f64> {
    let ahead = ["backlog_saturated_in_days", "backlog_cleared_in_days"];
    let ahead = values(row, &ahead).into_iter().next();
    values(row, &OPEN).into_iter().chain(ahead).collect()
}

/// The share still open at each age, as far as it is known.
fn curve(row: &Value) -> Vec<f64> {
    let points = row["curve"].as_array().expect("a curve");
    let until = row["curve_until_s"].as_f64().unwrap_or(-1.0);
    let at = |hours: &f64| {
        let reached = points.iter().rfind(|point| point["time_s"].as_f64() <= Some(hours * 3600.0));
        reached.filter(|_| hours * 3600.0 <= until).and_then(|point| point["still_open"].as_f64())
    };
    AGES.iter().filter_map(at).collect()
}

fn ages(list: &Value) -> Vec<f64> {
    list.as_array().expect("a list").iter().filter_map(|case| case["age_s"].as_f64()).take(20).collect()
}

#[tokio::test]
async fn the_numbers_of_the_page_are_those_of_the_api() {
    let server = Server::start().await;
    load(&server, "\"tunis\"").await;
    for query in [ASKED.to_owned(), format!("{ASKED}&by=queue&site=tunis"), "now=2026-10-05T12:00:00Z".to_owned()] {
        let page = server.get(&format!("/backlog?{query}")).await;
        is_page(&page, 200, "en");
        let dim = if query.contains("by=queue") { "queue" } else { "site" };
        let [backlog, complaints] = &told(&server, &page).await[..] else { panic!("two answers: {}", page.body) };
        let mut expected: Vec<f64> = sorted(backlog, dim).iter().flat_map(open).collect();
        expected.extend(ages(&backlog["oldest"]));
        expected.extend(sorted(complaints, dim).iter().flat_map(|row| values(row, &COMPLAINTS)));
        expected.extend(complaints["rows"].as_array().expect("rows").iter().flat_map(curve));
        expected.extend(ages(&complaints["open"]));
        shows(&page, &expected, &query);
        assert_eq!(ages(&complaints["open"]).len(), 6, "{complaints}");
    }
}

#[tokio::test]
async fn what_is_open_and_for_how_long_is_said_in_both_languages() {
    let server = Server::start().await;
    load(&server, "\"tunis\"").await;
    let english = server.get(&format!("/backlog?{ASKED}&by=site&site=tunis")).await;
    is_page(&english, 200, "en");
    let [open, received, ..] = &between(&english, "<caption id=", "</strong>")[..] else { panic!("{}", english.body) };
    assert!(open.ends_with("Open cases on 5 October 2026, 00:00"), "{open}");
    assert!(received.ends_with("Complaints received: 1 October 2026 – 4 October 2026"), "{received}");
    let summary = "12 complaints · 50.0% not resolved after 24 h · 50.0% not resolved after 48 h";
    assert_eq!(between(&english, "<desc id=\"curve-1-says\">", "<"), [summary]);
    assert_eq!(between(&english, "<data value=\"12\">", "<"), ["12"], "received");
    let french = server.get(&format!("/backlog?{ASKED}&by=site&site=tunis&lang=fr")).await;
    is_page(&french, 200, "fr");
    let words = [
        "Dossiers en cours le 5 octobre 2026 à 0\u{202f}h\u{202f}00",
        "50,0\u{202f}% non résolues après 48\u{202f}h",
        "Réclamations non résolues après 48 h",
        "une réclamation close sans solution",
        "les dossiers arrivent et sortent chaque jour ouvert",
    ];
    for words in words {
        assert!(french.body.contains(words), "{words}: {}", french.body);
    }
    // From the receipt down to a half after ten of the axis' hours, which go to the age of the oldest.
    let lines = between(&english, "<path class=\"line\" d=\"", "\"");
    assert!(lines.len() == 1 && lines[0].starts_with("M52.0 12.0H") && lines[0].contains("V91.0H410.0"), "{lines:?}");
}

#[tokio::test]
async fn a_page_that_cannot_change_any_more_is_kept() {
    let server = Server::start().await;
    load(&server, "\"tunis\"").await;
    let page = server.get(&format!("/backlog?{ASKED}")).await;
    let tag = page.header("etag").expect("asked as of an instant").to_owned();
    let again = server.get_with(&format!("/backlog?{ASKED}"), &[("if-none-match", &tag)]).await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    let open = server.get("/backlog?from=2026-10-01&to=2026-10-05").await;
    assert_eq!(open.header("etag"), None, "complaints that are open may still be resolved");
}

#[tokio::test]
async fn its_addresses_answer_and_a_name_never_becomes_markup() {
    let network = NETWORK.replace("name: tunis", "name: 'a\"><b>'");
    let server = Server::with(&network, api::Limits::default()).await;
    load(&server, r#""a\"><b>""#).await;
    let page = server.get(&format!("/backlog?{ASKED}")).await;
    is_page(&page, 200, "en");
    assert!(!page.body.contains("<b>"), "{}", page.body);
    assert!(page.body.contains("a&#34;&#62;&#60;b&#62; · atlas"), "the curve names its site: {}", page.body);
    assert!(every_address(&server, &page).await.len() > OPEN.len() + COMPLAINTS.len() + 4);
    let wrong = server.get("/backlog?grain=1d&lang=fr").await;
    is_page(&wrong, 400, "fr");
}
