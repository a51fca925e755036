//! `GET /v1/scorecards/{site}`: one site, by queue, by channel and by day.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::{Path, RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use contact::Instant;
use schemars::JsonSchema;
use scorecard::{AnswerRow, Dim, Grain, LakeVersions, PeriodAnswer, Question};
use serde::Serialize;

use crate::{
    Api, ApiError, Ask, format,
    ground::Ground,
    openapi::{Given, Operation},
    query::{Parameter, Parameters},
    tag::{self, Asked},
};

/// The scorecard of one site.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SiteAnswer {
    /// The site.
    pub site: String,
    /// The provider that runs it at the end of the period; null for a site that is only known from events.
    pub provider: Option<String>,
    /// Its country.
    pub country: Option<String>,
    /// The period asked.
    pub period: PeriodAnswer,
    /// The period compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_period: Option<PeriodAnswer>,
    /// The instant as of which open contacts were judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// The site as a whole.
    pub total: AnswerRow,
    /// One row for each queue with figures.
    pub by_queue: Vec<AnswerRow>,
    /// One row for each channel.
    pub by_channel: Vec<AnswerRow>,
    /// One row for each day, or for each stretch of the grain asked.
    pub trend: Vec<AnswerRow>,
}

fn parameters() -> Vec<Parameter> {
    Ask::parameters_without(&["by", "site", "provider"])
}

pub(crate) fn about() -> Operation {
    Operation::new("The scorecard of one site: total, by queue, by channel and by day")
        .path("site", "a site of the network")
        .parameters(parameters())
        .asks()
        .tagged()
        .gives::<SiteAnswer>("the site", Given::Json)
        .refuses(404, "no such site")
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    Path(site): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &parameters())?;
    let ask = Ask::take(&mut given);
    let is_declared = api.network().sites.contains_key(site.as_str());
    if !is_declared && !api.network().discovers_sites {
        return Err(unknown(&site));
    }
    let asking = Arc::clone(&api);
    api.ask(async move {
        let mut ground = Ground::of(&asking, &ask).await?;
        ground.question.filters.sites = BTreeSet::from([site.clone()]);
        let asked = Asked { path: &site, query: query.as_deref(), format: "json", fixed: ground.fixed };
        let tag = ground.tag(&asking, &asked);
        if let Some(held) = tag.still_held(&headers) {
            return Ok(held);
        }
        let answer = site_answer(&asking, &ground, &site).await?;
        let mut response = format::json(&answer)?;
        let rows = [std::slice::from_ref(&answer.total), &answer.by_queue, &answer.by_channel, &answer.trend];
        let figures = rows.into_iter().flatten().flat_map(tag::figures);
        tag.give(tag::are_final(figures), &mut response);
        Ok(response)
    })
    .await
}

async fn site_answer(api: &Api, ground: &Ground, site: &str) -> Result<SiteAnswer, ApiError> {
    let asked = &ground.question;
    let by = |dim| Question { by: BTreeSet::from([dim]), grain: None, ..asked.clone() };
    let mut whole = ground.answer(api, &by(Dim::Site)).await?;
    // A declared site has its row even without traffic.
    let total = whole.rows.pop().ok_or_else(|| unknown(site))?;
    let queues = ground.answer(api, &by(Dim::Queue)).await?.rows;
    let channels = ground.answer(api, &by(Dim::Channel)).await?.rows;
    let days = Question { by: BTreeSet::new(), grain: asked.grain.or(Some(Grain::Day)), ..asked.clone() };
    let trend = ground.answer(api, &days).await?.rows;
    let versions = api.network().sites.get(site);
    let in_force = versions.and_then(|versions| {
        versions.iter().rev().find(|version| version.from.is_none_or(|from| from < asked.period.to))
    });
    Ok(SiteAnswer {
        site: site.to_owned(),
        provider: in_force.map(|site| site.provider.to_string()),
        country: in_force.and_then(|site| site.country.clone()),
        period: whole.period,
        previous_period: whole.previous_period,
        now: whole.now,
        as_of: whole.as_of,
        lake: whole.lake,
        total,
        // Queues of the network that this site does not serve would only say so.
        by_queue: queues.into_iter().filter(has_figures).collect(),
        by_channel: channels,
        trend,
    })
}

fn has_figures(row: &AnswerRow) -> bool {
    row.figures.values().any(|figure| figure.value.is_some())
}

fn unknown(site: &str) -> ApiError {
    let shown: String = site.chars().take(128).collect();
    ApiError::not_found(
        "unknown_site",
        format!("there is no site {shown:?}; see /v1/scorecards?by=site for those there are"),
    )
    .field("site")
}
