//! `GET /v1/backlog`: what is open, how old it is, what came in and went out.

use contact::Figure;
use scorecard::{BacklogAnswer, BacklogQuestion, backlog};

use crate::{
    Api, ApiError, Ask,
    ask::COUNTING,
    csv,
    format::FORMAT,
    ground::Ground,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
    resource::Resource,
};

/// At how many days of work the backlog is saturated, and how many of the oldest cases are listed.
pub(crate) struct Backlog {
    limit_days: Option<String>,
    oldest: usize,
}

impl Backlog {
    /// One that lists so many of the oldest cases.
    pub(crate) fn listing(oldest: usize) -> Self {
        Self { limit_days: None, oldest }
    }
}

impl Resource for Backlog {
    type Answer = BacklogAnswer;
    const NAME: &'static str = "backlog";

    fn parameters() -> Vec<Parameter> {
        let mut parameters = Ask::parameters_without(&[&["formula", "threshold_s", "compare"][..], &COUNTING].concat());
        parameters.extend([
            Parameter::new(
                "limit_days",
                Shape::Number,
                "days of work at which the backlog is saturated; 5 when absent",
            ),
            Parameter::new(
                "limit",
                Shape::Count,
                "how many of the oldest cases are listed, 1 to 1000; 100 when absent",
            ),
            FORMAT,
        ]);
        parameters
    }

    fn take(given: &mut Parameters) -> Result<Self, ApiError> {
        Ok(Self { limit_days: given.one("limit_days"), oldest: given.limit()? })
    }

    async fn answer(self, api: &Api, ground: &Ground) -> Result<BacklogAnswer, ApiError> {
        let question = BacklogQuestion::parse(ground.question.clone(), self.limit_days.as_deref(), self.oldest)?;
        Ok(backlog(&ground.view, api.network(), &ground.feeds, &question).await?)
    }

    fn csv(answer: &BacklogAnswer) -> String {
        csv::backlog(answer)
    }

    fn figures(answer: &BacklogAnswer) -> impl Iterator<Item = &Figure> {
        answer.figures()
    }
}

pub(crate) fn about() -> Operation {
    Operation::new("The backlog: open cases by age, days of work, what came in and went out, and where it leads")
        .parameters(Backlog::parameters())
        .asks()
        .tagged()
        .gives::<BacklogAnswer>("the rows, and the oldest cases", Given::JsonOrCsv)
}
