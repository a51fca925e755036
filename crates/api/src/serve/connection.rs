//! One connection: requests one after the other, HTTP/1.1.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tower::ServiceExt as _;

use super::guard::{Guarded, Phase};
use crate::Api;

/// Most bytes of a request's head, and most headers.
const HEAD_BYTES: usize = 64 << 10;
const HEADERS: usize = 64;
/// Longest time spent on a connection beyond the limit.
const DOORSTEP: Duration = Duration::from_millis(500);

const FULL: &str = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\n\
    Content-Type: application/problem+json\r\nContent-Length: 166\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\"code\":\"busy\",\"field\":null,\
    \"detail\":\"too many connections at once; connect again in a moment\"}";

/// Answers requests until the client closes, is too slow, or the server stops.
pub(super) async fn converse(stream: TcpStream, api: Arc<Api>, routes: Router) {
    let _open = Open::new(&api);
    let phase = Phase::default();
    let guarded = Guarded::new(stream, phase.clone(), api.limits());
    let service = service_fn(move |request: hyper::Request<Incoming>| answer(routes.clone(), phase.clone(), request));
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(guarded), service);
    let mut connection = pin!(connection);
    let mut draining = api.draining();
    let stopping = async move { drop(draining.wait_for(|draining| *draining).await) };
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = stopping => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Counts a connection for as long as it lasts, however it ends.
struct Open(Arc<Api>);

impl Open {
    fn new(api: &Arc<Api>) -> Self {
        api.metrics.connections.inc();
        Self(Arc::clone(api))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.metrics.connections.dec();
    }
}

async fn answer(
    routes: Router,
    phase: Phase,
    request: hyper::Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    phase.answering();
    let request: Request = request.map(Body::new);
    let answered = routes.oneshot(request).await;
    phase.waiting();
    answered
}

/// Says that there is no place, without reading the request.
pub(super) async fn turn_away(mut stream: TcpStream) {
    let told = timeout(DOORSTEP, async {
        stream.write_all(FULL.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing while the request is unread would take the answer back.
        let mut unread = [0; 4096];
        while stream.read(&mut unread).await? > 0 {}
        Ok::<_, std::io::Error>(())
    });
    drop(told.await);
}

#[cfg(test)]
mod tests {
    use super::FULL;

    #[test]
    fn the_answer_at_the_door_has_the_length_it_says() {
        let (head, body) = FULL.split_once("\r\n\r\n").expect("head and body");
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())), "it has {}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
