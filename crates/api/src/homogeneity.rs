//! `GET /v1/homogeneity`: how alike sites are on the same questions.

use contact::Figure;
use scorecard::{HomogeneityAnswer, HomogeneityQuestion, RepeatRules, homogeneity};

use crate::{
    Api, ApiError, Ask,
    ask::COUNTING,
    csv,
    format::FORMAT,
    ground::Ground,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
    repeats::{RULES, rules},
    resource::Resource,
};

/// What is compared, between whom, and what a repeat is.
pub(crate) struct Homogeneity {
    of: Option<String>,
    by: Option<String>,
    rules: RepeatRules,
}

impl Resource for Homogeneity {
    type Answer = HomogeneityAnswer;
    const NAME: &'static str = "homogeneity";

    fn parameters() -> Vec<Parameter> {
        let mut parameters =
            Ask::parameters_without(&[&["by", "grain", "formula", "threshold_s", "compare"][..], &COUNTING].concat());
        let of = Shape::Word(&["resolution", "no_repeat"]);
        parameters.extend([
            Parameter::new("of", of, "what is compared; resolution when absent"),
            Parameter::new("by", Shape::Word(&["site", "provider"]), "between whom; sites when absent"),
        ]);
        parameters.extend(RULES);
        parameters.push(FORMAT);
        parameters
    }

    fn take(given: &mut Parameters) -> Result<Self, ApiError> {
        Ok(Self { of: given.one("of"), by: given.one("by"), rules: rules(given)? })
    }

    async fn answer(self, api: &Api, ground: &Ground) -> Result<HomogeneityAnswer, ApiError> {
        let question = HomogeneityQuestion::parse(ground.question.clone(), self.of.as_deref(), self.by.as_deref())?;
        Ok(homogeneity(&ground.view, api.network(), &ground.feeds, &question.with_rules(self.rules)).await?)
    }

    fn csv(answer: &HomogeneityAnswer) -> String {
        csv::homogeneity(answer)
    }

    fn figures(answer: &HomogeneityAnswer) -> impl Iterator<Item = &Figure> {
        answer.figures()
    }
}

pub(crate) fn about() -> Operation {
    Operation::new("How alike sites are on the same questions: index, gap of each site, where the spread comes from")
        .parameters(Homogeneity::parameters())
        .asks()
        .tagged()
        .gives::<HomogeneityAnswer>("the comparison", Given::JsonOrCsv)
}
