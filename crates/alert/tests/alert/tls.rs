//! A webhook over TLS: only to a receiver whose certificate an authority vouches for.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::JoinHandle,
};

use alert::{Allowed, Carrier, Claimed, Client, Message, Outcome, Secret, Timeouts, Webhook};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::{server::read, support::at};

/// Made for this test, with a key that is nobody's secret.
const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

/// Takes one connection; returns the body it was sent, if it was sent one.
fn secure_server() -> (SocketAddr, JoinHandle<Option<String>>) {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).expect("PEM");
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("PEM");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider's")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a pair");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let serve = move || {
        let (socket, _) = listener.accept().expect("a connection");
        let connection = ServerConnection::new(Arc::new(config)).expect("a configuration");
        let mut stream = StreamOwned::new(connection, socket);
        let request = read(&mut stream).ok().flatten()?;
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").expect("a client that waits");
        stream.conn.send_close_notify();
        stream.flush().expect("a client that waits");
        Some(request.body)
    };
    (address, std::thread::spawn(serve))
}

fn carry(url: &str, authorities: Option<&[u8]>) -> Outcome {
    let allowed = Allowed::networks(["127.0.0.0/8", "::1"]).expect("networks");
    let client = Client::new(allowed, Timeouts::default(), authorities).expect("a client");
    let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
    let webhook = Webhook::new(client, url, vec![secret]).expect("a webhook");
    let message = Message {
        id: "msg_1".to_owned(),
        receiver: "ops".to_owned(),
        notices: Vec::new(),
        attempts: 1,
        first_due: at(0),
    };
    webhook.carry(&Claimed { message, alerts: Vec::new(), told: Vec::new() }, at(0)).outcome
}

#[test]
fn a_receiver_is_told_if_an_authority_vouches_for_it() {
    for host in ["localhost", "127.0.0.1"] {
        let (address, server) = secure_server();
        let outcome = carry(&format!("https://{host}:{}/hook", address.port()), Some(AUTHORITY));
        assert_eq!(outcome, Outcome::Taken, "{host}");
        let body = server.join().expect("served").expect("a request");
        assert!(body.contains("\"type\":\"alerts\""), "{body}");
    }
}

/// Else whoever stands in between would read alerts, and answer for their receiver.
#[test]
fn nothing_is_said_to_a_receiver_that_nobody_vouches_for() {
    let (address, server) = secure_server();
    let outcome = carry(&format!("https://localhost:{}/hook", address.port()), None);
    assert!(matches!(&outcome, Outcome::Unanswered { error } if error.contains("certificate")), "{outcome:?}");
    assert_eq!(server.join().expect("served"), None);
}

#[test]
fn authorities_that_are_none_are_refused() {
    let broken = b"-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    assert!(Client::new(Allowed::public(), Timeouts::default(), Some(broken)).is_err());
}
