//! Names that events use and the network file does not list.

use api::Limits;
use serde_json::{Value, json};

use crate::support::{LINES, NETWORK, ONE, Server, event, offered};

fn name(kind: &str, name: &str, events: u64, first: &str, last: &str) -> Value {
    json!({
        "kind": kind, "name": name, "provider": "atlas", "events": events, "first_seen_at": first, "last_seen_at": last,
    })
}

/// A site that was accepted unseen must not stay unseen: nobody would know that it has no provider, zone or promise.
#[tokio::test]
async fn names_that_the_network_does_not_list_are_listed_with_their_first_sight() {
    let network = format!("{NETWORK}discover: [site, queue]\nreasons: [{{name: delivery}}]\n");
    let server = Server::with(&network, Limits::default()).await;
    assert_eq!(server.get("/v1/network/discovered").await.json()["names"], json!([]));
    let of = |id: &str, n: u32, site: &str| event(id, "offered", n, &format!("2026-10-01T08:{n:02}:00Z"), site);
    let with_reason =
        |text: String, reason: &str| text.replace("\"site\"", &format!("\"reason\":\"{reason}\",\"site\""));
    let lines = [
        with_reason(offered("known"), "delivery"),
        of("e2", 2, "atlantis"),
        with_reason(of("e3", 3, "tunis").replace("voice-fr", "side"), "returns"),
    ];
    let sent = server.send(LINES, lines.join("\n")).await;
    assert_eq!(sent.header("vigie-accepted"), Some("3"), "{}", sent.body);
    server.store.flush().await.expect("flushed");
    let (first, later) = ("2026-10-06T12:00:00Z", "2026-10-06T13:00:00Z");
    server.set_clock(later);
    assert_eq!(server.send(ONE, of("e4", 4, "atlantis")).await.status.as_u16(), 200);

    let told = server.get("/v1/network/discovered").await.json();
    let expected = [
        name("queue", "side", 1, first, first),
        name("reason", "returns", 1, first, first),
        name("site", "atlantis", 2, first, later),
    ];
    assert_eq!((&told["names"], &told["more"]), (&json!(expected), &json!(false)), "lake and tail together");
    assert!(told["definition"].as_str().expect("a definition").starts_with("discovered@1:"));
    let csv = server.get("/v1/network/discovered?format=csv").await;
    assert_eq!(
        csv.body.lines().last(),
        Some(format!("site,atlantis,atlas,2,{first},{later}").as_str()),
        "{}",
        csv.body
    );
}
