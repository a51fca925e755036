//! `/v1/dead-letters`: messages that were given up.

use std::sync::Arc;

use alert::DeadLetter;
use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use contact::Instant;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Api, ApiError,
    format::json,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
    same_site,
};

/// Messages that were given up, the oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DeadLettersAnswer {
    /// The messages.
    pub dead_letters: Vec<DeadLetterAnswer>,
}

/// A message that was given up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DeadLetterAnswer {
    /// Its id: the receiver knows it by this, if it ever saw it.
    pub id: String,
    /// The receiver.
    pub receiver: String,
    /// When it was given up.
    #[schemars(with = "String")]
    pub since: Instant,
    /// How often it was tried.
    pub attempts: u32,
    /// What the last attempt met with.
    pub error: Option<String>,
    /// What it says, one sentence for each change.
    pub says: Vec<String>,
    /// The alerts that it is about.
    pub alerts: Vec<String>,
}

impl From<DeadLetter> for DeadLetterAnswer {
    fn from(letter: DeadLetter) -> Self {
        let DeadLetter { message, error, since } = letter;
        let says = message.notices.iter().filter_map(|notice| notice.text.values().next().cloned()).collect();
        let mut alerts: Vec<String> = message.notices.iter().map(|notice| notice.alert.id.to_string()).collect();
        alerts.dedup();
        let (id, receiver, attempts) = (message.id, message.receiver, message.attempts);
        Self { id, receiver, since, attempts, error, says, alerts }
    }
}

const LIMIT: Parameter = Parameter::new("limit", Shape::Count, "how many, 1 to 1000; 100 when absent");

pub(crate) fn about_letters() -> Operation {
    Operation::new("Messages about alerts that were given up, the oldest first")
        .parameters(vec![LIMIT])
        .gives::<DeadLettersAnswer>("the messages", Given::Json)
        .refuses(503, "this server keeps no alerts")
}

fn about(summary: &'static str) -> Operation {
    Operation::new(summary)
        .path("id", "the message's id")
        .empties(204, "done")
        .refuses(403, "a browser says that a page of another site sent it")
        .refuses(404, "there is no such message")
        .refuses(503, "this server keeps no alerts")
}

pub(crate) fn about_requeue() -> Operation {
    about("Sends a message again that was given up, under its id")
}

pub(crate) fn about_discard() -> Operation {
    about("Gives a message up for good")
}

pub(crate) async fn letters(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let limit = Parameters::parse(query.as_deref(), &[LIMIT])?.limit()?;
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let letters = api.at_desk(move |desk| desk.dead_letters(limit)).await?;
    json(&DeadLettersAnswer { dead_letters: letters.into_iter().map(DeadLetterAnswer::from).collect() })
}

pub(crate) async fn requeue(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    same_site::not_foreign(&headers)?;
    Parameters::parse(query.as_deref(), &[])?;
    let now = api.store().clock();
    api.at_desk(move |desk| desk.requeue(&id, now)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn discard(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    same_site::not_foreign(&headers)?;
    Parameters::parse(query.as_deref(), &[])?;
    let now = api.store().clock();
    api.at_desk(move |desk| desk.discard(&id, now)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
