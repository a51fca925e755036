//! `GET /v1/contacts`: the contacts behind a figure.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use contact::Outcome;
use scorecard::{ContactsAnswer, ContactsQuestion, Cursor, contacts};

use crate::{
    Api, ApiError, Ask, format,
    ground::Ground,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
};

const OUTCOMES: &[&str] = &["answered", "abandoned", "flowed_out", "overdue", "pending"];

fn parameters() -> Vec<Parameter> {
    let mut parameters = Ask::parameters_without(&["by", "grain", "compare"]);
    parameters.extend([
        Parameter::new("outcome", Shape::Words(OUTCOMES), "only contacts with these outcomes"),
        Parameter::new(
            "missed",
            Shape::Word(&["true", "false"]),
            "only contacts that do not count as answered in time",
        ),
        Parameter::new("cursor", Shape::Text, "`next` of the page before"),
        Parameter::new("limit", Shape::Count, "rows of the page, 1 to 1000; 100 when absent"),
    ]);
    parameters
}

pub(crate) fn about() -> Operation {
    Operation::new("The contacts behind a figure, one page at a time")
        .parameters(parameters())
        .asks()
        .gives::<ContactsAnswer>("a page of contacts", Given::Json)
}

pub(crate) async fn list(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &parameters())?;
    let outcomes = outcomes(&given.list("outcome"))?;
    let missed_only = missed(given.one("missed").as_deref())?;
    let after = given.one("cursor").as_deref().map(Cursor::decode).transpose()?;
    let page = given.limit()?;
    let ask = Ask::take(&mut given);
    let asking = Arc::clone(&api);
    api.ask(async move {
        let ground = Ground::of(&asking, &ask).await?;
        let question = ground.question.clone();
        let page = ContactsQuestion { question, outcomes, missed_only, after, page };
        format::json(&contacts(&ground.view, asking.network(), &page).await?)
    })
    .await
}

fn outcomes(values: &[String]) -> Result<Vec<Outcome>, ApiError> {
    let words = values.iter().flat_map(|value| value.split(','));
    let outcome = |word: &str| {
        let wrong = |()| ApiError::bad("outcome", format!("{word:?} is no outcome; use {}", OUTCOMES.join(", ")));
        word.trim().parse().map_err(wrong)
    };
    words.map(outcome).collect()
}

fn missed(value: Option<&str>) -> Result<bool, ApiError> {
    match value {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(ApiError::bad("missed", format!("{other:?} is neither true nor false"))),
    }
}
