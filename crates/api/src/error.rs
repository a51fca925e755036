//! The one error of the HTTP edge.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use evaluation::{EvaluationError, FiledError};
use intake::ContainerError;
use journal::{JournalError, Refused};
use schemars::JsonSchema;
use scorecard::ScorecardError;
use serde::Serialize;
use store::StoreError;

/// Media type of errors, RFC 9457.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A request that is not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ApiError {
    /// The status.
    pub status: StatusCode,
    /// A word for programs.
    pub code: &'static str,
    /// The parameter, header or field it lies in.
    pub field: Option<Cow<'static, str>>,
    /// What is wrong, and what would be right.
    pub detail: String,
    /// Seconds after which to try again.
    pub retry_after_s: Option<u32>,
}

/// An error as sent, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// Always `about:blank`: the meaning is in `code`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: &'static str,
    /// The status.
    pub status: u16,
    /// A word for programs.
    pub code: &'static str,
    /// The parameter, header or field it lies in.
    pub field: Option<String>,
    /// What is wrong, and what would be right.
    pub detail: String,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, field: None, detail: detail.into(), retry_after_s: None }
    }

    /// A parameter, header or field that cannot be used.
    pub(crate) fn bad(field: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_parameter", detail).field(field)
    }

    pub(crate) fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// Not now: come back after `seconds`.
    pub(crate) fn unavailable(code: &'static str, seconds: u32, detail: impl Into<String>) -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        Self { retry_after_s: Some(seconds), ..error }
    }

    /// A defect or a failing disk: told to the operator's log, not to the client.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server failed; whether anything was stored is unknown, sending the same again is safe",
        )
    }

    #[must_use]
    pub(crate) fn field(self, field: impl Into<Cow<'static, str>>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// The error as it is sent.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            field: self.field.as_deref().map(str::to_owned),
            detail: self.detail.clone(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = (self.status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<ContainerError> for ApiError {
    fn from(error: ContainerError) -> Self {
        let detail = error.to_string();
        match error {
            ContainerError::Undecodable { .. } => Self::new(StatusCode::BAD_REQUEST, "undecodable", detail),
            ContainerError::TooLarge { limit, .. } => too_large(limit, detail),
            ContainerError::Unsupported { what, .. } => {
                let header = if what == "content coding" { "Content-Encoding" } else { "Content-Type" };
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", detail).field(header)
            }
        }
    }
}

/// Over a named limit.
pub(crate) fn too_large(limit: &'static str, detail: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail).field(limit)
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        let detail = refused.to_string();
        match refused {
            Refused::Busy => Self::unavailable("busy", 1, detail),
            Refused::Full => Self::unavailable("storage_full", 30, detail),
            Refused::Stopped => Self::unavailable("stopped", 10, detail),
            Refused::KeyUsed(_) => Self::new(StatusCode::CONFLICT, "key_used", detail).field("Idempotency-Key"),
        }
    }
}

impl From<JournalError> for ApiError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Full => Refused::Full.into(),
            JournalError::Stopped => Refused::Stopped.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<ScorecardError> for ApiError {
    fn from(error: ScorecardError) -> Self {
        match error {
            ScorecardError::Question { field, message } => Self::bad(field, message),
            ScorecardError::Engine(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<EvaluationError> for ApiError {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::Question { field, message } => Self::bad(field, message),
            EvaluationError::Scorecard(error) => error.into(),
            EvaluationError::Filed(error) => error.into(),
            EvaluationError::Facts(error) => Self::internal(&error),
        }
    }
}

impl From<FiledError> for ApiError {
    fn from(error: FiledError) -> Self {
        let detail =
            format!("what is filed does not fit the network file in force; mend either and start again:\n{error}");
        Self::new(StatusCode::CONFLICT, "contracts_do_not_fit", detail)
    }
}

impl From<engine::EngineError> for ApiError {
    fn from(error: engine::EngineError) -> Self {
        // The engine's own error type is not known here; its words for a refused allocation are stable.
        if error.to_string().contains("Resources exhausted") {
            let detail =
                "the question needs more memory than questions may take; ask for a shorter period or fewer rows";
            return Self::unavailable("too_costly", 30, detail);
        }
        Self::internal(&error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Journal(error) => error.into(),
            StoreError::Refused(refused) => refused.into(),
            StoreError::Engine(error) => error.into(),
            StoreError::Scorecard(error) => error.into(),
            StoreError::Filed(error) => error.into(),
            unknown @ StoreError::UnknownProvider { .. } => {
                Self::not_found("unknown_provider", unknown.to_string()).field("provider")
            }
            other => Self::internal(&other),
        }
    }
}
