//! `GET /v1/network/discovered`: names that events use and the network file does not list.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use scorecard::{DiscoveredAnswer, discovered};

use crate::{
    Api, ApiError, csv,
    format::{FORMAT, Format},
    openapi::{Given, Operation},
    query::Parameters,
};

pub(crate) fn about() -> Operation {
    Operation::new("Sites, queues and reasons that events name and the network file does not list")
        .parameters(vec![FORMAT])
        .asks()
        .gives::<DiscoveredAnswer>("the names, of each kind the most frequent first", Given::JsonOrCsv)
}

pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &[FORMAT])?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let asking = Arc::clone(&api);
    api.ask(async move {
        let view = asking.store().view()?;
        let answer = discovered(&view, asking.network()).await?;
        format.write(&answer, csv::discovered, "discovered")
    })
    .await
}
