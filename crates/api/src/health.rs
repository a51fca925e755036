//! `/healthz`, `/readyz`: whether the program runs, and whether it takes events.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Api, ApiError,
    format::json,
    openapi::{Given, Operation},
    query::Parameters,
};

/// How the program is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HealthAnswer {
    /// `ok`.
    pub status: &'static str,
    /// The program's version.
    pub version: &'static str,
}

const OK: HealthAnswer = HealthAnswer { status: "ok", version: env!("CARGO_PKG_VERSION") };

pub(crate) fn about_health() -> Operation {
    Operation::new("Whether the program runs").gives::<HealthAnswer>("it runs", Given::Json)
}

pub(crate) fn about_ready() -> Operation {
    Operation::new("Whether the program takes events")
        .gives::<HealthAnswer>("it does", Given::Json)
        .refuses(503, "the program is stopping, or its journal has stopped")
}

pub(crate) async fn health(RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    json(&OK)
}

pub(crate) async fn ready(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    api.takes_events()?;
    json(&OK)
}
