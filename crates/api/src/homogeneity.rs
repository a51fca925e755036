//! `GET /v1/homogeneity`: how alike sites are on the same questions.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use scorecard::{HomogeneityAnswer, HomogeneityQuestion, RepeatRules, homogeneity};

use crate::{
    Api, ApiError, Ask,
    ask::COUNTING,
    csv,
    format::{FORMAT, Format},
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
    repeats::RULES,
    scorecards::Ground,
    tag::Asked,
};

fn parameters() -> Vec<Parameter> {
    let own = [&["by", "grain", "formula", "threshold_s", "compare"][..], &COUNTING].concat();
    let mut parameters = Ask::parameters_without(&own);
    parameters.extend([
        Parameter::new("of", Shape::Word(&["resolution", "no_repeat"]), "what is compared; resolution when absent"),
        Parameter::new("by", Shape::Word(&["site", "provider"]), "between whom; sites when absent"),
    ]);
    parameters.extend(RULES);
    parameters.push(FORMAT);
    parameters
}

pub(crate) fn about() -> Operation {
    Operation::new("How alike sites are on the same questions: index, gap of each site, where the spread comes from")
        .parameters(parameters())
        .asks()
        .tagged()
        .gives::<HomogeneityAnswer>("the comparison", Given::JsonOrCsv)
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &parameters())?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let (of, by) = (given.one("of"), given.one("by"));
    let rules = RepeatRules::parse(given.one("window").as_deref(), given.one("transfers").as_deref())?;
    let ask = Ask::take(&mut given);
    let asking = Arc::clone(&api);
    api.ask(async move {
        let ground = Ground::of(&asking, &ask).await?;
        let compared =
            HomogeneityQuestion::parse(ground.question.clone(), of.as_deref(), by.as_deref())?.with_rules(rules);
        let path = "/homogeneity";
        let asked = Asked { path, query: query.as_deref(), format: format.as_str(), fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let answer = homogeneity(&ground.view, asking.network(), &ground.feeds, &compared).await?;
        let mut response = format.write(&answer, csv::homogeneity, "homogeneity.csv")?;
        tag.give_with(answer.figures(), &mut response);
        Ok(response)
    })
    .await
}
