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
use crate::{Api, ApiError, error::PROBLEM_JSON};

/// Most bytes of a request's head, and most headers.
const HEAD_BYTES: usize = 64 << 10;
const HEADERS: usize = 64;
/// Longest time spent on a connection beyond the limit.
const DOORSTEP: Duration = Duration::from_millis(500);

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
    let full = ApiError::unavailable("busy", 2, "too many connections at once; connect again in a moment");
    let body = serde_json::to_string(&full.problem()).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\n\
         Content-Type: {PROBLEM_JSON}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let told = timeout(DOORSTEP, async {
        stream.write_all((head + &body).as_bytes()).await?;
        stream.shutdown().await?;
        // Closing while the request is unread would take the answer back.
        let mut unread = [0; 4096];
        while stream.read(&mut unread).await? > 0 {}
        Ok::<_, std::io::Error>(())
    });
    drop(told.await);
}
