//! `GET /v1/live`: what waits now, what is worked on, and how the day goes so far.

use contact::Figure;
use scorecard::{LiveAnswer, LiveQuestion, live};

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

/// The present. Its day is never over, so that its answer never has a tag.
pub(crate) struct Live;

impl Resource for Live {
    type Answer = LiveAnswer;
    const NAME: &'static str = "live";

    fn parameters() -> Vec<Parameter> {
        let mut parameters =
            Ask::parameters_without(&[&["from", "to", "by", "grain", "compare"][..], &COUNTING].concat());
        let dims = &["provider", "site", "queue", "channel", "reason", "team"];
        parameters.extend([Parameter::new("by", Shape::Words(dims), "one row for each; queues when absent"), FORMAT]);
        parameters
    }

    fn take(_: &mut Parameters) -> Result<Self, ApiError> {
        Ok(Self)
    }

    async fn answer(self, api: &Api, ground: &Ground) -> Result<LiveAnswer, ApiError> {
        let question = LiveQuestion::new(ground.question.clone())?;
        Ok(live(&ground.view, api.network(), &ground.feeds, &question).await?)
    }

    fn csv(answer: &LiveAnswer) -> String {
        csv::live(answer)
    }

    fn figures(answer: &LiveAnswer) -> impl Iterator<Item = &Figure> {
        answer.figures()
    }
}

pub(crate) fn about() -> Operation {
    Operation::new("Now: what waits, the longest wait, what is worked on, the day so far, and whose feed is late")
        .parameters(Live::parameters())
        .asks()
        .gives::<LiveAnswer>("the present", Given::JsonOrCsv)
}
