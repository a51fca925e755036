//! The body of a request, within its limits of size, memory and time.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Duration, Instant, timeout, timeout_at},
};

use crate::{Api, ApiError, error::too_large, query::Parameters};

/// How long, and how much, is read of a body that is refused, so that its sender is there to read the answer.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_BYTES: usize = 16 << 20;

/// A body in memory; its share of the memory for bodies is free again when this is dropped.
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    _share: Option<OwnedSemaphorePermit>,
}

/// Reads a body of at most `most` bytes.
///
/// # Errors
/// Over the limit, too slow, cut short, or no memory left for bodies.
pub(crate) async fn read(api: &Api, headers: &HeaderMap, mut body: Body, most: usize) -> Result<Received, ApiError> {
    let read = match length(headers) {
        Some(length) if length > most as u64 => Err(over(most)),
        _ => frames(api, &mut body, most).await,
    };
    if read.is_err() {
        discard(body).await;
    }
    read
}

/// Reads a body of JSON, at most `most` bytes, of a request without parameters; `right` says what would be right.
///
/// # Errors
/// Parameters, another content type, not such JSON, or as [`read`].
pub(crate) async fn json<T: DeserializeOwned>(
    api: &Api,
    request: Request,
    most: usize,
    right: &str,
) -> Result<T, ApiError> {
    let (head, sent) = request.into_parts();
    Parameters::parse(head.uri.query(), &[])?;
    let media = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media.split(';').next().map(str::trim) != Some("application/json") {
        discard(sent).await;
        let detail = format!("content type {media:?} is not supported; use application/json, and {right}");
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", detail).field("Content-Type"));
    }
    let received = read(api, &head.headers, sent, most).await?;
    serde_json::from_slice(&received.bytes)
        .map_err(|error| ApiError::new(StatusCode::BAD_REQUEST, "undecodable", format!("{error}; {right}")))
}

/// Reads on for a moment, so that the refusal reaches a client that first sends everything.
pub(crate) async fn discard(mut body: Body) {
    let reading = async {
        let mut left = LINGER_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                break;
            }
        }
    };
    // A client that is still sending after that finds the connection closed.
    drop(timeout(LINGER, reading).await);
}

async fn frames(api: &Api, body: &mut Body, most: usize) -> Result<Received, ApiError> {
    let limits = api.limits();
    let end = Instant::now() + limits.whole_body;
    let mut bytes = BytesMut::new();
    let mut share: Option<OwnedSemaphorePermit> = None;
    loop {
        let by = end.min(Instant::now() + limits.frame);
        let frame = timeout_at(by, body.frame()).await.map_err(|_| slow(api))?;
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|error| {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                "undecodable",
                format!("the body ended too early: {error}; send it whole"),
            )
        })?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Err(over(most));
        }
        let more = hold(api, data.len())?;
        match &mut share {
            Some(share) => share.merge(more),
            None => share = Some(more),
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Received { bytes: bytes.freeze(), _share: share })
}

fn hold(api: &Api, bytes: usize) -> Result<OwnedSemaphorePermit, ApiError> {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    Arc::clone(&api.held_bytes)
        .try_acquire_many_owned(bytes)
        .map_err(|_| ApiError::unavailable("busy", 2, "the memory for bodies is used up; send again in a moment"))
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn over(most: usize) -> ApiError {
    too_large("encoded bytes", format!("the body exceeds the limit of {most} encoded bytes; send it in smaller parts"))
}

fn slow(api: &Api) -> ApiError {
    let (frame, whole) = (api.limits().frame.as_secs_f64(), api.limits().whole_body.as_secs_f64());
    let detail = format!(
        "the body came too slowly: {frame} s of silence or {whole} s in all are too long; send it faster or in parts"
    );
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", detail)
}
