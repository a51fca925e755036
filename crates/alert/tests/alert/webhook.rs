//! What a webhook's receiver gets, and where a webhook does not go.

use std::{net::TcpListener, sync::Arc};

use alert::{Allowed, Client, Courier, Retry, Secret, Timeouts, Verdict, Webhook};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;

use crate::{
    server::{Manner, Server},
    support::{Hands, Memory, at, desk, plain_rule, queue, receiver, receiver_with, seen},
};

const SECRETS: [&str; 2] = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_b3RoZXIgc2VjcmV0IG9mIDI0IGJ5dGVz"];

fn courier(ledger: &Arc<Memory>, url: &str, allowed: Allowed) -> Courier<Memory> {
    let client = Client::new(allowed, Timeouts::default(), None).expect("a client");
    let secrets = SECRETS.map(|secret| Secret::parse(secret).expect("a secret")).to_vec();
    let webhook = Webhook::new(client, url, secrets).expect("a webhook");
    Courier::new(Arc::clone(ledger), "ops", Box::new(webhook), Retry::default(), Hands::at(at(5)).clock())
}

fn one_alert() -> (Arc<Memory>, alert::Desk<Memory>) {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("ops")]);
    desk.observe(vec![seen(&plain_rule(), queue("voice"), at(0), Verdict::level(1))], at(0)).expect("observed");
    (ledger, desk)
}

/// A receiver checks the signature of id, time and body, with either secret, before it believes a word.
#[test]
fn a_message_is_signed_over_its_id_its_time_and_its_body() {
    let (ledger, _) = one_alert();
    let server = Server::start(Manner::Takes, 0);
    let loopback = Allowed::networks(["127.0.0.0/8"]).expect("a network");
    courier(&ledger, &server.url(), loopback).pass().expect("a store");
    let request = server.taken().pop().expect("told");
    let header = |name: &str| request.headers[name].as_str();
    assert_eq!(header("webhook-timestamp"), (at(5).as_micros() / 1_000_000).to_string());
    let signed = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), request.body);
    let signatures: Vec<&str> = header("webhook-signature").split(' ').collect();
    for (signature, secret) in signatures.iter().zip(SECRETS) {
        let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("base64");
        let signature = STANDARD.decode(signature.trim_start_matches("v1,")).expect("base64");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        hmac::verify(&key, signed.as_bytes(), &signature).expect("signed with this secret");
    }
    assert_eq!(signatures.len(), 2);
    assert_eq!(header("content-type"), "application/json");
}

#[test]
fn a_message_says_what_and_where_in_the_language_of_its_receiver() {
    let ledger = Memory::new();
    let french = receiver_with("ops", |receiver| receiver.lang = alert::Lang::French);
    let desk = desk(&ledger, vec![french]);
    desk.observe(vec![seen(&plain_rule(), queue("voice"), at(0), Verdict::level(1))], at(0)).expect("observed");
    let server = Server::start(Manner::Takes, 0);
    let loopback = Allowed::networks(["127.0.0.0/8"]).expect("a network");
    courier(&ledger, &server.url(), loopback).pass().expect("a store");
    let body = server.taken().pop().expect("told").body;
    assert!(body.len() < 20_000);
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((&body["type"], &body["timestamp"]), (&"alerts".into(), &"2026-10-12T08:00:00Z".into()));
    let notice = &body["data"]["notices"][0];
    assert_eq!(notice["change"], "fired");
    assert_eq!(notice["alert"]["subject"]["queue"], "voice");
    assert_eq!(notice["alert"]["severity"], "critical");
    let text = notice["text"].as_object().expect("texts");
    assert_eq!(text.keys().collect::<Vec<_>>(), ["fr"]);
    assert!(text["fr"].as_str().expect("a text").starts_with("Taux de service, file voice, site tunis"));
}

/// Else an address in a configuration, or whoever answers for its name, could make alerts reach what is inside.
#[test]
fn a_webhook_does_not_go_inside_unless_allowed() {
    let inside = TcpListener::bind("127.0.0.1:0").expect("a free port");
    inside.set_nonblocking(true).expect("a socket");
    let port = inside.local_addr().expect("bound").port();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "127.1"] {
        for scheme in ["http", "https"] {
            let (ledger, desk) = one_alert();
            let mut courier = courier(&ledger, &format!("{scheme}://{host}:{port}/"), Allowed::public());
            courier.pass().expect("a store");
            let told = desk.delivery(at(3600)).expect("a store");
            let error = format!("{:?}", told[0].evidence.figures);
            assert!(error.contains("is not public"), "{scheme}://{host}: {error}");
        }
    }
    assert!(inside.accept().is_err(), "nobody came");
}

#[test]
fn an_address_that_is_none_is_refused_when_it_is_configured() {
    let client = Client::new(Allowed::public(), Timeouts::default(), None).expect("a client");
    let secrets = vec![Secret::parse(SECRETS[0]).expect("a secret")];
    for wrong in ["", "ftp://example.org/", "example.org/hook", "file:///etc/passwd", "https://"] {
        assert!(Webhook::new(client.clone(), wrong, secrets.clone()).is_err(), "{wrong}");
    }
    assert!(Webhook::new(client, "https://example.org/hook", Vec::new()).is_err());
}
