//! Whatever ends the server, whatever receivers do: every change of every alert reaches every receiver, under one id.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::Duration,
};

use serde_json::Value;

use super::{
    server::{Manner, Server},
    support::{Home, SECOND_US, alerts, event, eventually, send, taken},
};
use crate::served::{Served, now};

const NETWORK: &str = "
brand: coast
zone: Europe/Paris
providers: [{name: north}]
discover: [site]
queues: [{name: voice}]
";

/// Twelve receivers. Those that take a message and cut the line before it was read are left out: whether such a message was
/// read cannot be seen.
fn receivers(misbehaves: usize) -> Vec<Server> {
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    let manners = [
        Manner::Takes,
        Manner::HangsBeforeHeaders,
        Manner::HangsInBody,
        Manner::Fails,
        Manner::Limits,
        Manner::Redirects(nowhere),
        Manner::ClosesAfterAccept,
        Manner::Garbage,
        Manner::DripsSlowly,
        Manner::EndlessBody,
        Manner::EndlessHeader,
        Manner::Fails,
    ];
    manners.into_iter().map(|manner| Server::start(manner, misbehaves)).collect()
}

fn file(receivers: &[Server]) -> String {
    let each = receivers.iter().enumerate().map(|(nth, receiver)| {
        format!(
            "  - name: r{nth}\n    webhook: {{url: '{}', secret: SECRET, allow: [127.0.0.0/8]}}\n    \
             retry: {{first: 1s, longest: 1s}}\n",
            receiver.url()
        )
    });
    let each: String = each.collect();
    format!("every: 1s\nreceivers:\n{each}objectives: [{{name: promise, target: 0.8, design_effect: 1}}]\n")
}

/// A site at which everybody hung up in the last minutes: an alert that fires at the next look.
fn breach(server: &Served, site: &str) {
    let now = now();
    let mut lines = String::new();
    for call in 0..8 {
        let began = now.plus_micros(-(60 + 20 * call) * SECOND_US);
        let name = format!("{site}-{call}");
        lines.push_str(&event(site, &name, "offered", began, began));
        lines.push_str(&event(site, &name, "abandoned", began, began.plus_micros(30 * SECOND_US)));
    }
    send(server, &lines);
}

/// Every change there ever was.
fn changes(server: &Served) -> BTreeSet<String> {
    let ids = |alert: &Value| {
        let told = server.get(&format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"))).json();
        let changes = told["changes"].as_array().expect("a list").clone();
        changes.into_iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    alerts(server, "kind=breach&limit=1000").iter().flat_map(ids).collect()
}

/// What misses at a receiver; a change that was told in two messages is a failure at once.
fn missing(receiver: &Server, all: &BTreeSet<String>) -> BTreeSet<String> {
    let mut message_of: BTreeMap<String, String> = BTreeMap::new();
    for (message, changes) in taken(receiver) {
        for change in changes {
            let known = message_of.entry(change.clone()).or_insert_with(|| message.clone());
            assert_eq!(*known, message, "{change} was told under two ids");
        }
    }
    all.iter().filter(|change| !message_of.contains_key(*change)).cloned().collect()
}

/// A supervisor who was promised a call must get it, also when the machine was pulled from the wall meanwhile.
fn killed(kills: u64) {
    let receivers = receivers(4);
    let home = Home::new(NETWORK, &file(&receivers));
    // Kills at moments that look drawn, from within the first look to well into the deliveries.
    let moment = |kill: u64| Duration::from_millis(50 + kill.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 1700);
    for kill in 0..kills {
        let server = home.start();
        breach(&server, &format!("site-{kill}"));
        eventually(moment(kill), || None::<()>);
        server.kill();
    }
    let server = home.start();
    let expected = usize::try_from(kills).expect("few");
    let limit = Duration::from_mins(3);
    let found = eventually(limit, || (alerts(&server, "kind=breach&limit=1000").len() == expected).then_some(()));
    assert!(found.is_some(), "{} of {expected} breaches were found", alerts(&server, "kind=breach&limit=1000").len());
    let all = changes(&server);
    for (nth, receiver) in receivers.iter().enumerate() {
        let delivered = eventually(limit, || missing(receiver, &all).is_empty().then_some(()));
        assert!(delivered.is_some(), "r{nth} was never told of {:?}", missing(receiver, &all));
    }
    println!("{kills} kills: {} changes reached {} receivers", all.len(), receivers.len());
    server.stop();
}

#[test]
fn every_breach_reaches_every_receiver_whatever_ends_the_server() {
    let kills = std::env::var("VIGIE_ALERT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    killed(kills);
}

/// Who is called twice for one thing stops listening.
#[test]
fn without_faults_everything_is_told_exactly_once() {
    let receivers: Vec<Server> = (0..12).map(|_| Server::start(Manner::Takes, 0)).collect();
    let home = Home::new(NETWORK, &file(&receivers));
    let server = home.start();
    let sites = 5;
    (0..sites).for_each(|nth| breach(&server, &format!("site-{nth}")));
    let limit = Duration::from_mins(1);
    let found = eventually(limit, || (alerts(&server, "kind=breach").len() == sites).then_some(()));
    assert!(found.is_some(), "{:?}", alerts(&server, "kind=breach"));
    let all = changes(&server);
    for receiver in &receivers {
        let delivered = eventually(limit, || missing(receiver, &all).is_empty().then_some(()));
        assert!(delivered.is_some(), "{:?}", missing(receiver, &all));
    }
    server.stop();
    for receiver in &receivers {
        let told: Vec<String> = taken(receiver).into_iter().flat_map(|(_, changes)| changes).collect();
        assert_eq!(told.len(), all.len(), "once each");
        assert_eq!(receiver.connections(), told.len(), "and no attempt too many");
    }
}
