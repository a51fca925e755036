//! `GET /v1/live`: what waits now, what is worked on, and how the day goes so far.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use scorecard::{LiveAnswer, LiveQuestion, live};

use crate::{
    Api, ApiError, Ask,
    ask::COUNTING,
    csv,
    format::{FORMAT, Format},
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
    scorecards::Ground,
};

fn parameters() -> Vec<Parameter> {
    let mut parameters = Ask::parameters_without(&[&["from", "to", "by", "grain", "compare"][..], &COUNTING].concat());
    let dims = &["provider", "site", "queue", "channel", "reason", "team"];
    parameters.extend([Parameter::new("by", Shape::Words(dims), "one row for each; queues when absent"), FORMAT]);
    parameters
}

pub(crate) fn about() -> Operation {
    Operation::new("Now: what waits, the longest wait, what is worked on, the day so far, and whose feed is late")
        .parameters(parameters())
        .asks()
        .gives::<LiveAnswer>("the present", Given::JsonOrCsv)
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &parameters())?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let ask = Ask::take(&mut given);
    let asking = Arc::clone(&api);
    api.ask(async move {
        let ground = Ground::of(&asking, &ask).await?;
        let asked = LiveQuestion::new(ground.question)?;
        let answer = live(&ground.view, asking.network(), &ground.feeds, &asked).await?;
        format.write(&answer, csv::live, "live.csv")
    })
    .await
}
