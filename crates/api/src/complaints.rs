//! `GET /v1/complaints`: complaints within a day or two, how long they take, and which are still open.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use scorecard::{ComplaintsAnswer, ComplaintsQuestion, complaints};

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
        Parameter::new("limit", Shape::Count, "how many open complaints are listed, 1 to 1000; 100 when absent"),
        FORMAT,
    ]);
    parameters
}

pub(crate) fn about() -> Operation {
    Operation::new("Complaints: resolved within 24 h and 48 h, the share still open by age, and those open beyond 48 h")
        .parameters(parameters())
        .asks()
        .tagged()
        .gives::<ComplaintsAnswer>("the rows, and the open complaints", Given::JsonOrCsv)
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &parameters())?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let open = given.limit()?;
    let ask = Ask::take(&mut given);
    let asking = Arc::clone(&api);
    api.ask(async move {
        let ground = Ground::of(&asking, &ask).await?;
        let question = ComplaintsQuestion::new(ground.question.clone(), open)?;
        let path = "/complaints";
        let asked = Asked { path, query: query.as_deref(), format: format.as_str(), fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let answer = complaints(&ground.view, asking.network(), &ground.feeds, &question).await?;
        let mut response = format.write(&answer, csv::complaints, "complaints.csv")?;
        tag.give_with(answer.figures(), &mut response);
        Ok(response)
    })
    .await
}
