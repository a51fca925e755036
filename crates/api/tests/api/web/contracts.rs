//! The page of contracts and breaches.

use evaluation::FiledDocument;
use serde_json::Value;

use super::{between, every_address, is_page, shown, shows, told};
use crate::support::{LINES, NETWORK, Server, contact};

/// Nine of ten in time, where eight were; seven of ten answered, where eight were; and what nothing measures.
const CONTRACT: &str = "
apiVersion: vigie/v1
kind: SlaContract
metadata: { name: north-atlas-care, labels: { desk: '<b>care</b>' } }
spec:
  parties: { client: north, provider: atlas }
  inForce: { from: 2026-01-01, version: 1 }
  scope: { lines: [ voice-fr ] }
  zone: Europe/Paris
  objectives:
    - name: service
      class: critical
      indicator: { ref: service_level, variant: SL-c, params: { T: 20s, shortAbandon: 5s, boundary: inclusive } }
      levels: { floor: 0.70, expected: 0.90, target: 0.95 }
      timeWindow: [ { duration: 1M } ]
      minSample: 5
    - name: answered
      indicator: { ref: response_rate }
      levels: { expected: 0.70 }
      timeWindow: [ { duration: 1M }, { duration: 7d, isRolling: true } ]
      minSample: 5
  promises:
    - name: care
      title: { en: 'Always <i>there</i>', fr: 'Toujours <i>là</i>' }
      objectives: [ service, answered ]
      promises:
        - { name: known, title: { en: Known by name, fr: Connu par son nom }, unmeasured: no event tells who was calling }
  exclusions:
    - { id: carrier-outage, effect: drop_contacts, needsEvidence: true, acceptedBy: both }
  commercial:
    currency: EUR
    atRisk: 0.10
    pools: { critical: 0.50 }
    allocation: { service: 0.40 }
    bands: { service: [ { below: 0.90, credit: 1.00 }, { from: 0.95, bonus: 0.25 } ] }
    mode: shadow
";

const OVER: &str = "period=2026-10&now=2026-11-03T12:00:00Z";

/// A lake with ten calls and the contract; `late` where the provider's feed can be.
async fn loaded(late: bool) -> Server {
    let network = if late { NETWORK.to_owned() } else { NETWORK.replace(", cadence: 12h", "") };
    let server = Server::with(&network, api::Limits::default()).await;
    server.load().await;
    let document = FiledDocument { from: "care.yaml".to_owned(), text: CONTRACT.to_owned(), accepted_at: None };
    assert_eq!(server.store.file_contracts(&[document]).expect("without mistake"), 1);
    server
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn numbers(value: &Value, names: &[&str]) -> Vec<f64> {
    names.iter().filter_map(|name| value[*name].as_f64()).collect()
}

/// What the rest must bring.
fn rest(outlook: &Value) -> Vec<f64> {
    let is_open = outlook["needed"].as_f64().is_some_and(|needed| needed > 0.0);
    let Some(required) = outlook["required"]["mid"].as_f64().filter(|_| is_open) else { return Vec::new() };
    let rest = [outlook["needed"].as_f64(), outlook["remaining"]["mid"].as_f64()];
    [Some(required), outlook["recent_share"].as_f64()].into_iter().chain(rest).flatten().collect()
}

/// The numbers of the card of a window.
fn card(window: &Value) -> Vec<f64> {
    let (closed, open) = (&window["closed"], &window["open"]);
    let counted = if closed.is_null() { &open["so_far"] } else { &closed["counted"] };
    let good = if counted["total"] == 0.0 { Vec::new() } else { numbers(counted, &["good", "total"]) };
    let pending = open["pending"].as_f64().filter(|pending| *pending > 0.0);
    [
        numbers(window, &["expected", "value"]),
        good,
        numbers(closed, &["margin"]),
        pending.into_iter().collect(),
        rest(&open["contacts"]),
        numbers(open, &["chance"]),
    ]
    .concat()
}

/// The numbers of the cards of a contract: of each length the last window.
fn cards(contract: &Value) -> Vec<f64> {
    let mut told = Vec::new();
    for objective in list(&contract["objectives"]) {
        let windows = list(&objective["windows"]);
        let is_last = |window: &&Value| {
            let same = windows.iter().filter(|other| other["length"] == window["length"]);
            same.map(|other| other["window"]["to"].as_str()).max() == Some(window["window"]["to"].as_str())
        };
        told.extend(windows.iter().filter(is_last).flat_map(card));
    }
    told
}

/// The value of each window.
fn timeline(contract: &Value) -> Vec<f64> {
    let windows = list(&contract["objectives"]).iter().flat_map(|objective| list(&objective["windows"]));
    windows.filter_map(|window| window["value"].as_f64()).collect()
}

fn money(contract: &Value) -> Vec<f64> {
    let bill = |money: &Value| {
        let settled = &money["settlement"];
        let lines = list(&settled["lines"]).iter().map(|line| numbers(line, &["credit", "bonus"]));
        let lines = lines.filter(|line| line.iter().any(|amount| *amount > 0.0)).flatten();
        let mut told = numbers(money, &["invoice"]);
        told.extend(numbers(settled, &["cap"]));
        told.extend(lines);
        if !list(&settled["lines"]).is_empty() {
            told.extend(numbers(settled, &["credit", "bonus"]));
        }
        told
    };
    list(&contract["money"]).iter().flat_map(bill).collect()
}

fn breaches(answer: &Value) -> Vec<f64> {
    let breach = |breach: &Value| {
        let window = &breach["window"];
        [numbers(window, &["expected", "value"]), numbers(&window["closed"], &["margin"])].concat()
    };
    list(&answer["breaches"]).iter().flat_map(breach).collect()
}

#[tokio::test]
async fn the_numbers_of_a_period_are_those_of_the_api() {
    let server = loaded(false).await;
    for query in [format!("{OVER}&invoice=100000.00"), OVER.replace("2026-10", "2026-10-01/2026-10-04")] {
        let page = server.get(&format!("/contracts?{query}")).await;
        is_page(&page, 200, "en");
        let told = told(&server, &page).await;
        let contract = &told[0]["contracts"][0];
        let expected = [cards(contract), timeline(contract), money(contract), breaches(&told[1])].concat();
        shows(&page, &expected, &query);
        assert!(expected.len() > 12, "{query}: {expected:?}");
    }
    let page = server.get(&format!("/contracts?{OVER}&invoice=100000.00")).await;
    let told = told(&server, &page).await;
    assert_eq!(list(&told[1]["breaches"]).len(), 1, "service, by one contact: {}", told[1]);
    assert_eq!(told[0]["contracts"][0]["money"][0]["settlement"]["credit"], 200_000);
    let said = between(&page, "<data value=\"200000\">", "<");
    assert_eq!(said, ["2,000.00\u{a0}EUR", "2,000.00\u{a0}EUR"], "of the line and together");
    assert!(page.body.contains("Shadow: credits and bonuses are computed and shown, and not due."));
}

#[tokio::test]
async fn the_numbers_of_the_present_are_those_of_the_api() {
    let server = loaded(false).await;
    let query = "now=2026-10-02T12:00:00Z&lang=fr";
    let page = server.get(&format!("/contracts?contract=north-atlas-care&{query}")).await;
    is_page(&page, 200, "fr");
    let told = told(&server, &page).await;
    let (now, month) = (&told[0]["contracts"][0], &told[1]["contracts"][0]);
    assert!(now["objectives"][0]["windows"][0]["closed"].is_null(), "{now}");
    let expected = [cards(now), timeline(month), breaches(&told[2])].concat();
    shows(&page, &expected, query);
    assert!(expected.len() > 12, "{expected:?}");
    assert_eq!(page.header("etag"), None, "what is filed later may say something else");
}

/// What was evaluated ahead is shown with the instant it is of, for a minute, and only to who asks for nothing else.
#[tokio::test]
async fn what_was_evaluated_ahead_is_never_shown_as_the_present() {
    const AHEAD: &str = "All of it was evaluated then, at most a minute ago";
    let server = loaded(false).await;
    let ask = "/contracts?lang=en";
    let first = server.get(ask).await;
    assert!(!first.body.contains(AHEAD), "nothing is kept yet");
    server.api.keep_present().await.expect("evaluated");
    assert_eq!(server.send(LINES, contact(11, true).join("\n")).await.status.as_u16(), 200);
    let kept = server.get(ask).await;
    is_page(&kept, 200, "en");
    assert!(kept.body.contains(AHEAD), "{}", kept.body);
    assert_eq!(shown(&kept), shown(&first), "as of the instant it tells");
    for narrower in ["contract=north-atlas-care", "provider=atlas", "now=2026-10-02T12:00:00Z", "period=2026-10"] {
        let page = server.get(&format!("{ask}&{narrower}")).await;
        assert!(!page.body.contains(AHEAD), "{narrower}");
    }
    server.set_clock("2026-10-06T12:01:01Z");
    let later = server.get(ask).await;
    let told = told(&server, &later).await;
    let expected = [cards(&told[0]["contracts"][0]), timeline(&told[1]["contracts"][0]), breaches(&told[2])].concat();
    shows(&later, &expected, "what is older than a minute is not shown");
    assert!(!later.body.contains(AHEAD) && shown(&later) != shown(&first), "{}", later.body);
    server.api.keep_present().await.expect("evaluated");
    let again = server.get(ask).await;
    assert!(again.body.contains(AHEAD));
    assert_eq!(shown(&again), shown(&later), "what moved is evaluated anew");
}

#[tokio::test]
async fn promises_are_a_tree_whose_unmeasured_leaves_say_so() {
    let server = loaded(false).await;
    let page = server.get(&format!("/contracts?{OVER}&lang=fr")).await;
    is_page(&page, 200, "fr");
    let tree = between(&page, "<ul class=\"promises\">", "<h3>").join(" ");
    for words in
        ["Toujours <i>là</i>", "manqué", "Connu par son nom", "non mesuré\u{a0}: no event tells who was calling"]
    {
        assert!(tree.contains(words), "{words}: {tree}");
    }
    let badges = between(&page, "<span class=\"badge ", "\"");
    assert!(badges.contains(&"bad".to_owned()) && badges.contains(&"good".to_owned()), "{badges:?}");
    let counted = "<data value=\"8\">8</data> bons sur <data value=\"10\">10</data>";
    assert!(page.body.contains(counted), "{}", page.body);
}

/// A feed that stops must not look like a promise that was broken.
#[tokio::test]
async fn a_window_whose_data_is_late_is_held_and_no_breach() {
    let server = loaded(true).await;
    let page = server.get(&format!("/contracts?{OVER}")).await;
    is_page(&page, 200, "en");
    assert!(
        page.body.contains("the provider’s feed is late, nothing came since 1 October 2026, 10:09"),
        "{}",
        page.body
    );
    assert!(between(&page, "<span class=\"badge ", "\"").iter().all(|class| class == "held"), "{}", page.body);
    assert!(page.body.contains("No window was missed, and none is beyond rescue."));
}

/// Ten of eleven calls came: nobody is blamed before the other one is there, and the page says what is lacking of what.
#[tokio::test]
async fn a_window_of_which_too_little_came_is_held_and_says_how_much() {
    let server = Server::with(&NETWORK.replace(", cadence: 12h", ""), api::Limits::default()).await;
    server.load().await;
    let data = "  data: { completeness: { minShare: 0.99, onShortfall: hold } }\n  objectives:\n";
    let delivery = "apiVersion: vigie/v1\nkind: SlaDelivery\nmetadata: { contract: north-atlas-care }\ndeclaredOn: \
                    2026-10-02\ndays: { 2026-10-01: 11 }\n";
    let document = |from: &str, text: String| FiledDocument { from: from.to_owned(), text, accepted_at: None };
    let documents = [
        document("care.yaml", CONTRACT.replace("  objectives:\n", data)),
        document("delivery.yaml", delivery.to_owned()),
    ];
    assert_eq!(server.store.file_contracts(&documents).expect("without mistake"), 2);
    for (lang, came, held) in [
        ("en", "10 of 11 expected, ", "less came than was expected"),
        ("fr", "10 sur 11 attendus, ", "il est arrivé moins que prévu"),
    ] {
        let page = server.get(&format!("/contracts?{OVER}&lang={lang}")).await;
        is_page(&page, 200, lang);
        assert!(page.body.contains(came) && page.body.contains(held), "{}", page.body);
        let badges = between(&page, "<span class=\"badge ", "\"");
        assert!(badges.contains(&"held".to_owned()) && !badges.contains(&"bad".to_owned()), "{badges:?}");
    }
    let csv = server.get(&format!("/v1/contracts/north-atlas-care/periods/2026-10?{}&format=csv", &OVER[15..])).await;
    let month = csv.body.lines().nth(1).unwrap_or_default();
    assert!(month.contains(",held,incomplete,") && month.ends_with(",10,11"), "{}", csv.body);
}

#[tokio::test]
async fn a_lake_without_contracts_says_how_to_get_them() {
    let server = Server::start().await;
    for (lang, words) in
        [("en", "No contract is filed in this lake."), ("fr", "Aucun contrat n’est déposé dans ce lac.")]
    {
        let page = server.get(&format!("/contracts?lang={lang}")).await;
        is_page(&page, 200, lang);
        assert!(page.body.contains(words) && page.body.contains("vigie contract file"), "{}", page.body);
        assert_eq!(shown(&page), Vec::<f64>::new());
    }
}

#[tokio::test]
async fn its_addresses_answer_and_a_name_never_becomes_markup() {
    let server = loaded(false).await;
    let page = server.get(&format!("/contracts?{OVER}&provider=atlas&invoice=5")).await;
    is_page(&page, 200, "en");
    assert!(!page.body.contains("<b>") && !page.body.contains("<i>"), "{}", page.body);
    assert!(page.body.contains("desk &#60;b&#62;care&#60;/b&#62;"), "{}", page.body);
    let links = every_address(&server, &page).await;
    let contacts = links.iter().find(|link| link.starts_with("/v1/contacts?")).expect("the contacts behind");
    let behind = server.get(contacts).await.json();
    assert_eq!(behind["contacts"].as_array().map(Vec::len), Some(2), "those that missed: {behind}");
    assert!(links.iter().any(|link| link.starts_with("/v1/breaches?")), "{links:?}");
}

#[tokio::test]
async fn a_mistake_is_a_page_and_an_empty_field_is_none() {
    let server = loaded(false).await;
    let empty = server.get("/contracts?contract=&invoice=&period=now&lang=en").await;
    is_page(&empty, 200, "en");
    for (query, status, field, right) in [
        ("period=october", 400, "period", "a month such as 2026-10"),
        ("period=2026-10&invoice=much", 400, "invoice", "100000.00"),
        ("contract=other", 404, "name", "north-atlas-care"),
        ("provider=nobody", 400, "provider", "atlas, boreal"),
    ] {
        let page = server.get(&format!("/contracts?{query}")).await;
        is_page(&page, status, "en");
        assert_eq!(between(&page, "<code>", "</code>"), [field], "{query}");
        assert!(between(&page, "<dd lang=\"en\">", "</dd>")[0].contains(right), "{query}: {}", page.body);
    }
}
