//! `GET /v1/alerts`, `GET /v1/alerts/{id}`.

use std::{collections::BTreeMap, sync::Arc};

use alert::{Alert, AlertFilter, AlertId, Kind, Notice, Numbered, Subject};
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use contact::Instant;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Api, ApiError,
    ask::instant,
    format::json,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
};

/// Labels by which alerts can be filtered.
pub(crate) const LABELS: [&str; 6] = ["provider", "site", "queue", "objective", "contract", "receiver"];

/// A page of alerts, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AlertsAnswer {
    /// The alerts.
    pub alerts: Vec<Alert>,
    /// Conditions that hold and for which no alert has fired yet, whatever the filter.
    pub pending: Vec<PendingAnswer>,
    /// What to give as `cursor` for the next page; null on the last.
    pub next: Option<String>,
}

/// A condition that holds, and has not held for long enough.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PendingAnswer {
    /// The rule.
    pub rule: String,
    /// What it is about.
    pub subject: Subject,
    /// Since when it has held.
    #[schemars(with = "String")]
    pub since: Instant,
}

/// An alert with its changes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AlertAnswer {
    /// The alert as it is now.
    pub alert: Alert,
    /// Its changes, in order.
    pub changes: Vec<ChangeAnswer>,
}

/// A change with its number in the feed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChangeAnswer {
    /// Its number: later changes have higher ones, of whatever alert.
    pub seq: i64,
    /// The change, as receivers are told.
    #[serde(flatten)]
    pub notice: Notice,
}

impl From<Numbered> for ChangeAnswer {
    fn from(Numbered { seq, notice }: Numbered) -> Self {
        Self { seq, notice }
    }
}

pub(crate) const PARAMETERS: &[Parameter] = &[
    Parameter::new("state", Shape::Word(&["firing", "all"]), "only those that fire; all when absent"),
    Parameter::new("kind", Shape::Word(&["breach", "data", "delivery"]), "only of this kind"),
    Parameter::new("rule", Shape::Text, "only of this rule, such as burn, outlook, result, feed, delivery"),
    Parameter::new("provider", Shape::Text, "only about this provider"),
    Parameter::new("site", Shape::Text, "only about this site"),
    Parameter::new("queue", Shape::Text, "only about this queue"),
    Parameter::new("objective", Shape::Text, "only about this objective"),
    Parameter::new("contract", Shape::Text, "only about this contract"),
    Parameter::new("receiver", Shape::Text, "only about this receiver of messages"),
    Parameter::new("from", Shape::Text, "those that were open at some time from this day or instant on"),
    Parameter::new("to", Shape::Text, "those that fired before this day or instant"),
    Parameter::new("cursor", Shape::Text, "`next` of the page before"),
    Parameter::new("limit", Shape::Count, "rows of the page, 1 to 1000; 100 when absent"),
];

pub(crate) fn about() -> Operation {
    Operation::new("What fires and what has fired, the newest first")
        .parameters(PARAMETERS.to_vec())
        .gives::<AlertsAnswer>("a page of alerts", Given::Json)
        .refuses(503, "this server keeps no alerts")
}

pub(crate) fn about_one() -> Operation {
    Operation::new("One alert with its changes, and what people said to it")
        .path("id", "the alert's id")
        .gives::<AlertAnswer>("the alert", Given::Json)
        .refuses(404, "there is no such alert")
        .refuses(503, "this server keeps no alerts")
}

pub(crate) async fn list(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), PARAMETERS)?;
    let limit = given.limit()?;
    let filter = filter(&mut given, &api)?;
    let rows = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let (alerts, pending) = api.at_desk(move |desk| Ok((desk.alerts(&filter, rows)?, desk.pending()?))).await?;
    json(&AlertsAnswer::page(alerts, pending, limit))
}

impl AlertsAnswer {
    /// A page of at most `limit` alerts; one more than that says that there is a next page.
    #[must_use]
    pub fn page(mut alerts: Vec<Alert>, pending: Vec<(String, Subject, Instant)>, limit: usize) -> Self {
        let more = alerts.len() > limit;
        alerts.truncate(limit);
        let next = alerts.last().filter(|_| more).map(|last| format!("{}~{}", last.fired_at.as_micros(), last.id));
        let pending = pending.into_iter().map(|(rule, subject, since)| PendingAnswer { rule, subject, since });
        Self { alerts, pending: pending.collect(), next }
    }
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    let (alert, changes) = api.at_desk(move |desk| desk.alert(&AlertId::from(id.as_str()))).await?;
    json(&AlertAnswer { alert, changes: changes.into_iter().map(ChangeAnswer::from).collect() })
}

/// Which alerts are asked for.
pub(crate) fn filter(given: &mut Parameters, api: &Api) -> Result<AlertFilter, ApiError> {
    let zone = &api.network().zone;
    let time = |field, text: Option<String>| text.map(|text| instant(field, &text, zone)).transpose();
    let labels: BTreeMap<String, String> =
        LABELS.iter().filter_map(|label| Some(((*label).to_owned(), given.one(label)?))).collect();
    Ok(AlertFilter {
        kind: given.one("kind").as_deref().map(kind).transpose()?,
        rule: given.one("rule"),
        labels,
        firing: is_firing(given.one("state").as_deref())?,
        from: time("from", given.one("from"))?,
        to: time("to", given.one("to"))?,
        after: given.one("cursor").as_deref().map(cursor).transpose()?,
    })
}

fn is_firing(state: Option<&str>) -> Result<bool, ApiError> {
    match state {
        None | Some("all") => Ok(false),
        Some("firing") => Ok(true),
        Some(other) => Err(ApiError::bad("state", format!("{other:?} is no state; use firing or all"))),
    }
}

fn kind(text: &str) -> Result<Kind, ApiError> {
    let all = [Kind::Breach, Kind::Data, Kind::Delivery];
    let found = all.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| ApiError::bad("kind", format!("{text:?} is no kind; use breach, data or delivery")))
}

fn cursor(text: &str) -> Result<(Instant, AlertId), ApiError> {
    let read = || {
        let (fired, id) = text.split_once('~')?;
        Some((Instant::from_micros(fired.parse().ok()?).ok()?, AlertId::from(id)))
    };
    read().ok_or_else(|| ApiError::bad("cursor", format!("{text:?} is no cursor; give `next` of the page before")))
}
