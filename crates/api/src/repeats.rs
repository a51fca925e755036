//! `GET /v1/repeats`: first contact resolution, and who had to come back.

use contact::Figure;
use scorecard::{RepeatRules, RepeatsAnswer, repeats};

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

/// What a repeat is, as its parameters say.
pub(crate) fn rules(given: &mut Parameters) -> Result<RepeatRules, ApiError> {
    Ok(RepeatRules::parse(given.one("window").as_deref(), given.one("transfers").as_deref())?)
}

/// What a repeat is.
pub(crate) struct Repeats(RepeatRules);

impl Resource for Repeats {
    type Answer = RepeatsAnswer;
    const NAME: &'static str = "repeats";

    fn parameters() -> Vec<Parameter> {
        let mut parameters = Ask::parameters_without(&[&["formula", "threshold_s", "compare"][..], &COUNTING].concat());
        parameters.extend(RULES);
        parameters.push(FORMAT);
        parameters
    }

    fn take(given: &mut Parameters) -> Result<Self, ApiError> {
        rules(given).map(Self)
    }

    async fn answer(self, api: &Api, ground: &Ground) -> Result<RepeatsAnswer, ApiError> {
        Ok(repeats(&ground.view, api.network(), &ground.feeds, &ground.question, self.0).await?)
    }

    fn csv(answer: &RepeatsAnswer) -> String {
        csv::repeats(answer)
    }

    fn figures(answer: &RepeatsAnswer) -> impl Iterator<Item = &Figure> {
        answer.figures()
    }
}

pub(crate) fn about() -> Operation {
    Operation::new(
        "First contact resolution: whether customers came back on the same matter, charged to the first handler",
    )
    .parameters(Repeats::parameters())
    .asks()
    .tagged()
    .gives::<RepeatsAnswer>("the rows", Given::JsonOrCsv)
}
