//! `GET /v1/scorecards`: figures of a period, by whatever is asked.

use contact::Figure;
use scorecard::Answer;

use crate::{
    Api, ApiError, Ask, csv,
    format::FORMAT,
    ground::Ground,
    openapi::{Given, Operation},
    query::{Parameter, Parameters},
    resource::Resource,
    tag,
};

/// It asks nothing beside the question.
pub(crate) struct Scorecards;

impl Resource for Scorecards {
    type Answer = Answer;
    const NAME: &'static str = "scorecard";

    fn parameters() -> Vec<Parameter> {
        let mut parameters = Ask::PARAMETERS.to_vec();
        parameters.push(FORMAT);
        parameters
    }

    fn take(_: &mut Parameters) -> Result<Self, ApiError> {
        Ok(Self)
    }

    async fn answer(self, api: &Api, ground: &Ground) -> Result<Answer, ApiError> {
        Ok(ground.answer(api, &ground.question).await?)
    }

    fn csv(answer: &Answer) -> String {
        csv::scorecard(answer)
    }

    fn figures(answer: &Answer) -> impl Iterator<Item = &Figure> {
        answer.rows.iter().flat_map(tag::figures)
    }
}

pub(crate) fn about() -> Operation {
    Operation::new("The scorecard: figures of a period, one row for each grouping")
        .parameters(Scorecards::parameters())
        .asks()
        .tagged()
        .gives::<Answer>("the rows", Given::JsonOrCsv)
}
