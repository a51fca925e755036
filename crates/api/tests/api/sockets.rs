//! The accept loop on real sockets: slow clients are shed, and stopping finishes what was begun.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use api::{Ended, Limits};
use axum::{Router, routing::get};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::support::{NETWORK, ONE, Server, offered};

/// Longest time any of these may take; they end by themselves long before.
const PATIENCE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(100);

struct Running {
    server: Server,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Ended>,
}

async fn run(limits: Limits, more: Router<Arc<api::Api>>) -> Running {
    let server = Server::with(NETWORK, limits).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let routes = api::router(&server.api, more);
    let serving = api::serve(listener, server.api.clone(), routes, async { drop(stopped.await) });
    Running { server, address, stop, ended: tokio::spawn(serving) }
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address).await.expect("a connection")
}

/// Everything until the server closes.
async fn read(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut text)).await.expect("the server closes");
    // A reset counts as closed.
    drop(read);
    String::from_utf8_lossy(&text).into_owned()
}

/// One answer of a connection that stays open.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.contains("\r\n\r\n") {
        let read = timeout(PATIENCE, stream.read(&mut bytes)).await.expect("an answer").expect("bytes");
        assert!(read > 0, "closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    text
}

fn post(length: usize) -> String {
    format!(
        "POST /v1/events?provider=atlas HTTP/1.1\r\nHost: x\r\nContent-Type: {ONE}\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_client_that_never_finishes_its_head_is_shed() {
    let running = run(Limits { header: SHORT, ..Limits::default() }, Router::new()).await;
    let mut silent = connect(&running).await;
    let mut dripping = connect(&running).await;
    dripping.write_all(b"GET /healthz HTTP/1.1\r\nHo").await.expect("sent");
    assert_eq!(read(&mut silent).await, "");
    assert_eq!(read(&mut dripping).await, "");
}

#[tokio::test]
async fn a_client_that_drips_its_body_is_told_so() {
    let limits = Limits { frame: SHORT, ..Limits::default() };
    let running = run(limits, Router::new()).await;
    let mut stream = connect(&running).await;
    stream.write_all(format!("{}{{", post(100)).as_bytes()).await.expect("sent");
    let told = answer(&mut stream).await;
    assert!(told.starts_with("HTTP/1.1 408 ") && told.contains("application/problem+json"), "{told}");
}

#[tokio::test]
async fn a_body_that_takes_too_long_in_all_is_refused_however_steadily_it_drips() {
    let limits = Limits { frame: PATIENCE, whole_body: SHORT, ..Limits::default() };
    let running = run(limits, Router::new()).await;
    let stream = connect(&running).await;
    let (mut reading, mut writing) = stream.into_split();
    let dripping = tokio::spawn(async move {
        writing.write_all(post(1 << 20).as_bytes()).await.expect("sent");
        while writing.write_all(b" ").await.is_ok() {
            tokio::task::yield_now().await;
        }
    });
    let mut told = [0; 12];
    timeout(PATIENCE, reading.read_exact(&mut told)).await.expect("an answer").expect("bytes");
    assert_eq!(&told, b"HTTP/1.1 408");
    dripping.abort();
}

#[tokio::test]
async fn a_silent_connection_is_closed_but_one_in_use_is_kept() {
    let limits = Limits { idle: SHORT, header: 4 * PATIENCE, ..Limits::default() };
    let running = run(limits, Router::new()).await;
    let mut stream = connect(&running).await;
    for _ in 0..3 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
    }
    assert!(!read(&mut stream).await.contains("HTTP"), "closed once idle");
}

#[tokio::test]
async fn a_connection_is_closed_when_idle_after_a_slow_answer_too() {
    let slow = Router::new().route("/slow", get(|| async { drop(tokio::task::spawn_blocking(|| ()).await) }));
    let running = run(Limits { idle: SHORT, ..Limits::default() }, slow).await;
    let mut stream = connect(&running).await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(read(&mut stream).await, "");
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_shed() {
    let large = Router::new().route("/large", get(|| async { vec![b'x'; 64 << 20] }));
    let running = run(Limits { unread: SHORT, ..Limits::default() }, large).await;
    let mut stream = connect(&running).await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let shed = async {
        loop {
            let text = running.server.get("/metrics").await.body;
            if text.contains("route=\"/large\"") && text.contains("vigie_http_connections 0") {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, shed).await.expect("the connection is given up");
    assert!(read(&mut stream).await.len() < 64 << 20, "the answer was cut");
}

#[tokio::test]
async fn an_early_refusal_reaches_a_client_that_sends_everything_first() {
    let running = run(Limits::default(), Router::new()).await;
    let mut stream = connect(&running).await;
    stream.write_all(post(9 << 20).as_bytes()).await.expect("sent");
    stream.write_all(&vec![b' '; 9 << 20]).await.expect("the server reads on");
    let told = answer(&mut stream).await;
    assert!(told.starts_with("HTTP/1.1 413 "), "{told}");
}

#[tokio::test]
async fn a_connection_too_many_is_answered_at_once() {
    let running = run(Limits { connections: 1, ..Limits::default() }, Router::new()).await;
    let mut first = connect(&running).await;
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    assert!(answer(&mut first).await.starts_with("HTTP/1.1 200 "));
    let mut second = connect(&running).await;
    second.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let told = read(&mut second).await;
    assert!(told.starts_with("HTTP/1.1 503 ") && told.contains("Retry-After"), "{told}");
    let (head, body) = told.split_once("\r\n\r\n").expect("head and body");
    assert!(head.contains(&format!("Content-Length: {}", body.len())), "{told}");
}

#[tokio::test]
async fn stopping_finishes_the_request_under_way_and_takes_no_other() {
    let running = run(Limits::default(), Router::new()).await;
    let mut idle = connect(&running).await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    answer(&mut idle).await;
    let body = offered("e1");
    let (first, rest) = body.split_at(20);
    let mut busy = connect(&running).await;
    busy.write_all(
        format!("{}{first}", post(body.len())).replace("Host: x", "Host: x\r\nExpect: 100-continue").as_bytes(),
    )
    .await
    .expect("sent");
    assert!(answer(&mut busy).await.starts_with("HTTP/1.1 100 "), "the request is under way");
    running.stop.send(()).expect("running");
    assert!(!read(&mut idle).await.contains("HTTP"), "an idle connection is closed");
    busy.write_all(rest.as_bytes()).await.expect("sent");
    let told = read(&mut busy).await;
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
    assert_eq!(running.ended.await.expect("no panic"), Ended { cut_off: 0 });
    assert!(TcpStream::connect(running.address).await.is_err(), "nothing is accepted any more");
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let endless = Router::new().route("/endless", get(std::future::pending::<&'static str>));
    let running = run(Limits { drain: SHORT, ..Limits::default() }, endless).await;
    let mut stream = connect(&running).await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    answer(&mut stream).await;
    stream.write_all(post(100).as_bytes()).await.expect("sent");
    let mut other = connect(&running).await;
    other.write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let mut third = connect(&running).await;
    third.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.expect("sent");
    read(&mut third).await;
    running.stop.send(()).expect("running");
    let ended = timeout(PATIENCE, running.ended).await.expect("it ends").expect("no panic");
    assert!(ended.cut_off >= 1, "{ended:?}");
}
