//! How an answer is written: JSON or CSV.

use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    ApiError,
    query::{Parameter, Shape},
};

/// The parameter `format`.
pub(crate) const FORMAT: Parameter =
    Parameter::new("format", Shape::Word(&["json", "csv"]), "how the answer is written; else by `Accept`");

/// A form of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Csv,
}

impl Format {
    /// What `format` says, else the first form of `Accept` that there is, else JSON.
    pub(crate) fn of(parameter: Option<&str>, headers: &HeaderMap) -> Result<Self, ApiError> {
        match parameter {
            Some("json") => Ok(Self::Json),
            Some("csv") => Ok(Self::Csv),
            Some(other) => Err(ApiError::bad("format", format!("{other:?} is no format; use json or csv"))),
            None => Ok(accepted(headers).unwrap_or(Self::Json)),
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// The answer in this form; as CSV its lines are those of `lines`, to be saved under `name`.
    pub(crate) fn write<T: Serialize>(
        self,
        answer: &T,
        lines: fn(&T) -> String,
        name: &str,
    ) -> Result<Response, ApiError> {
        match self {
            Self::Json => json(answer),
            Self::Csv => Ok(csv(lines(answer), name)),
        }
    }
}

fn accepted(headers: &HeaderMap) -> Option<Format> {
    let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
    accept.split(',').find_map(|range| match range.split(';').next().unwrap_or_default().trim() {
        "text/csv" => Some(Format::Csv),
        "application/json" | "application/*" | "*/*" => Some(Format::Json),
        _ => None,
    })
}

/// An answer in JSON, not to be kept by anyone on the way.
pub(crate) fn json<T: Serialize>(answer: &T) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(answer).map_err(|error| ApiError::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response())
}

/// An answer in CSV, to be saved under `name`.
pub(crate) fn csv(text: String, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}
