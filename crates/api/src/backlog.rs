//! `GET /v1/backlog`: what is open, how old it is, what came in and went out.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use scorecard::{BacklogAnswer, BacklogQuestion, backlog};

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

fn parameters() -> Vec<Parameter> {
    let mut parameters = Ask::parameters_without(&[&["formula", "threshold_s", "compare"][..], &COUNTING].concat());
    parameters.extend([
        Parameter::new("limit_days", Shape::Number, "days of work at which the backlog is saturated; 5 when absent"),
        Parameter::new("limit", Shape::Count, "how many of the oldest cases are listed, 1 to 1000; 100 when absent"),
        FORMAT,
    ]);
    parameters
}

pub(crate) fn about() -> Operation {
    Operation::new("The backlog: open cases by age, days of work, what came in and went out, and where it leads")
        .parameters(parameters())
        .asks()
        .tagged()
        .gives::<BacklogAnswer>("the rows, and the oldest cases", Given::JsonOrCsv)
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &parameters())?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let (limit_days, oldest) = (given.one("limit_days"), given.limit()?);
    let ask = Ask::take(&mut given);
    let asking = Arc::clone(&api);
    api.ask(async move {
        let ground = Ground::of(&asking, &ask).await?;
        let question = BacklogQuestion::parse(ground.question.clone(), limit_days.as_deref(), oldest)?;
        let path = "/backlog";
        let asked = Asked { path, query: query.as_deref(), format: format.as_str(), fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let answer = backlog(&ground.view, asking.network(), &ground.feeds, &question).await?;
        let mut response = format.write(&answer, csv::backlog, "backlog.csv")?;
        tag.give_with(answer.figures(), &mut response);
        Ok(response)
    })
    .await
}
