//! `GET /v1/repeats`: first contact resolution, and who had to come back.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use scorecard::{RepeatRules, RepeatsAnswer, repeats};

use crate::{
    Api, ApiError, Ask,
    ask::COUNTING,
    csv,
    format::{FORMAT, Format},
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
    scorecards::Ground,
    tag::Asked,
};

/// The parameters of what a repeat is.
pub(crate) const RULES: [Parameter; 2] = [
    Parameter::new(
        "window",
        Shape::Text,
        "a contact within so long after another is a repeat, such as 24h; 7d when absent",
    ),
    Parameter::new(
        "transfers",
        Shape::Word(&["pass", "fail"]),
        "whether a first contact that its first handler transferred is resolved; pass when absent",
    ),
];

fn parameters() -> Vec<Parameter> {
    let mut parameters = Ask::parameters_without(&[&["formula", "threshold_s", "compare"][..], &COUNTING].concat());
    parameters.extend(RULES);
    parameters.push(FORMAT);
    parameters
}

pub(crate) fn about() -> Operation {
    Operation::new(
        "First contact resolution: whether customers came back on the same matter, charged to the first handler",
    )
    .parameters(parameters())
    .asks()
    .tagged()
    .gives::<RepeatsAnswer>("the rows", Given::JsonOrCsv)
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &parameters())?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let rules = RepeatRules::parse(given.one("window").as_deref(), given.one("transfers").as_deref())?;
    let ask = Ask::take(&mut given);
    let asking = Arc::clone(&api);
    api.ask(async move {
        let ground = Ground::of(&asking, &ask).await?;
        let path = "/repeats";
        let asked = Asked { path, query: query.as_deref(), format: format.as_str(), fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let answer = repeats(&ground.view, asking.network(), &ground.feeds, &ground.question, rules).await?;
        let mut response = format.write(&answer, csv::repeats, "repeats.csv")?;
        tag.give_with(answer.figures(), &mut response);
        Ok(response)
    })
    .await
}
