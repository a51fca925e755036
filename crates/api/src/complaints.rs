//! `GET /v1/complaints`: complaints within a day or two, how long they take, and which are not resolved.

use contact::Figure;
use scorecard::{ComplaintsAnswer, ComplaintsQuestion, complaints};

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

/// How many open complaints are listed.
pub(crate) struct Complaints {
    open: usize,
}

impl Complaints {
    /// Those of which so many open ones are listed.
    pub(crate) fn listing(open: usize) -> Self {
        Self { open }
    }
}

impl Resource for Complaints {
    type Answer = ComplaintsAnswer;
    const NAME: &'static str = "complaints";

    fn parameters() -> Vec<Parameter> {
        let mut parameters = Ask::parameters_without(&[&["formula", "threshold_s", "compare"][..], &COUNTING].concat());
        parameters.extend([
            Parameter::new("limit", Shape::Count, "how many open complaints are listed, 1 to 1000; 100 when absent"),
            FORMAT,
        ]);
        parameters
    }

    fn take(given: &mut Parameters) -> Result<Self, ApiError> {
        Ok(Self { open: given.limit()? })
    }

    async fn answer(self, api: &Api, ground: &Ground) -> Result<ComplaintsAnswer, ApiError> {
        let question = ComplaintsQuestion::new(ground.question.clone(), self.open)?;
        Ok(complaints(&ground.view, api.network(), &ground.feeds, &question).await?)
    }

    fn csv(answer: &ComplaintsAnswer) -> String {
        csv::complaints(answer)
    }

    fn figures(answer: &ComplaintsAnswer) -> impl Iterator<Item = &Figure> {
        answer.figures()
    }
}

pub(crate) fn about() -> Operation {
    Operation::new(
        "Complaints: resolved within 24 h and 48 h, the share not resolved by age, and those not resolved after 48 h",
    )
    .parameters(Complaints::parameters())
    .asks()
    .tagged()
    .gives::<ComplaintsAnswer>("the rows, and the open complaints", Given::JsonOrCsv)
}
