//! `GET /v1/scorecards`: figures of a period, by whatever is asked.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use engine::View;
use scorecard::{Answer, Feeds, Question, ScorecardError, answer, answer_with_previous};

use crate::{
    Api, ApiError, Ask, csv,
    format::{FORMAT, Format},
    openapi::{Given, Operation},
    query::{Parameter, Parameters},
    tag::{Asked, Tag},
};

fn parameters() -> Vec<Parameter> {
    let mut parameters = Ask::PARAMETERS.to_vec();
    parameters.push(FORMAT);
    parameters
}

pub(crate) fn about() -> Operation {
    Operation::new("The scorecard: figures of a period, one row for each grouping")
        .parameters(parameters())
        .asks()
        .tagged()
        .gives::<Answer>("the rows", Given::JsonOrCsv)
}

pub(crate) async fn list(
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
        let asked = Asked { path: "", query: query.as_deref(), format: format.as_str(), fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let answer = ground.answer(&asking, &ground.question).await?;
        let mut response = format.write(&answer, csv::scorecard, "scorecard.csv")?;
        tag.give(&answer.rows, &mut response);
        Ok(response)
    })
    .await
}

/// A question, and the one state of the lake it is put to.
pub(crate) struct Ground {
    pub(crate) view: Arc<View>,
    pub(crate) feeds: Feeds,
    pub(crate) question: Question,
    pub(crate) compares: bool,
    /// `now` or `as_of` is given.
    pub(crate) fixed: bool,
}

impl Ground {
    /// Takes the newest view and reads the question on it.
    pub(crate) async fn of(api: &Api, ask: &Ask) -> Result<Self, ApiError> {
        let store = api.store();
        let view = store.view()?;
        let feeds = store.feeds(&view).await?;
        let question = ask.question(api.network(), store.ask_now(&feeds), store.customers())?;
        Ok(Self { feeds, question, compares: ask.compares()?, fixed: ask.now.is_some() || ask.as_of.is_some(), view })
    }

    pub(crate) fn tag(&self, api: &Api, asked: &Asked<'_>) -> Tag {
        Tag::of(&self.view, api.network(), &self.feeds, &self.question, asked)
    }

    pub(crate) async fn answer(&self, api: &Api, question: &Question) -> Result<Answer, ScorecardError> {
        if self.compares {
            answer_with_previous(&self.view, api.network(), &self.feeds, question).await
        } else {
            answer(&self.view, api.network(), &self.feeds, question).await
        }
    }
}
