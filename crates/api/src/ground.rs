//! What every question stands on: one state of the lake, and the question read on it.

use std::sync::Arc;

use engine::View;
use jiff::civil::Date;
use scorecard::{Answer, Feeds, Question, ScorecardError, answer, answer_with_previous};

use crate::{
    Api, ApiError, Ask,
    tag::{Asked, Tag},
};

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

    /// The local day of its `now`.
    pub(crate) fn today(&self, api: &Api) -> Date {
        api.network().zone.to_datetime(self.question.now.to_timestamp()).date()
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
