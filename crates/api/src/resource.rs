//! Resources that answer a question with figures, all in the same way: on one view, as JSON or CSV, with a tag.

use std::{future::Future, sync::Arc};

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use contact::Figure;
use serde::Serialize;

use crate::{
    Api, ApiError, Ask,
    format::Format,
    ground::Ground,
    query::{Parameter, Parameters},
    tag::{self, Asked},
};

/// What a resource asks beside the question that all take, and how its answer is made and written.
pub(crate) trait Resource: Sized + Send + 'static {
    /// What is answered.
    type Answer: Serialize + Send + Sync;
    /// The last segment of its path; its CSV is saved under this name.
    const NAME: &'static str;

    /// Every parameter that it takes.
    fn parameters() -> Vec<Parameter>;

    /// Takes what it asks for itself; the question is taken from the rest.
    fn take(given: &mut Parameters) -> Result<Self, ApiError>;

    /// The answer to the question, on its view.
    fn answer(self, api: &Api, ground: &Ground) -> impl Future<Output = Result<Self::Answer, ApiError>> + Send;

    /// The answer as CSV.
    fn csv(answer: &Self::Answer) -> String;

    /// Every figure of the answer: it is tagged when none of them can change any more.
    fn figures(answer: &Self::Answer) -> impl Iterator<Item = &Figure>;
}

/// `GET` of a resource.
pub(crate) async fn get<R: Resource>(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &R::parameters())?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let resource = R::take(&mut given)?;
    let ask = Ask::take(&mut given);
    let asking = Arc::clone(&api);
    api.ask(async move {
        let ground = Ground::of(&asking, &ask).await?;
        let asked = Asked { path: R::NAME, query: query.as_deref(), format: format.as_str(), fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let answer = resource.answer(&asking, &ground).await?;
        let mut response = format.write(&answer, R::csv, R::NAME)?;
        tag.give(tag::are_final(R::figures(&answer)), &mut response);
        Ok(response)
    })
    .await
}
