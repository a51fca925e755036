//! `GET /v1/contracts`, `/v1/contracts/{name}`, `/v1/contracts/{name}/periods/{period}` and `/v1/breaches`: contracts held
//! against the lake.

mod present;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use contact::{Instant, Month};
use evaluation::{
    ContractAnswer, Evaluation, EvaluationQuestion, Invoices, Provenance, Wanted, WindowAnswer, evaluate_each,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Api, ApiError, Ask, csv,
    format::{FORMAT, Format},
    ground::Ground,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
};

pub(crate) use present::{Present, Standing};

/// Days over which breaches are told when the question does not say.
const DAYS: i32 = 92;

/// Windows that were missed, or cannot be met any more.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BreachesAnswer {
    /// First day whose windows were looked at, by their end.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The instant as of which windows are over.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received and filed by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// What it was computed from, and by.
    pub provenance: Provenance,
    /// By contract, objective and end of the window.
    pub breaches: Vec<BreachAnswer>,
}

/// A window that was missed, or cannot be met any more.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BreachAnswer {
    /// The contract.
    pub contract: String,
    /// The provider.
    pub provider: String,
    /// The objective.
    pub objective: String,
    /// The window, with the address of its contacts (`evidence`).
    pub window: WindowAnswer,
}

pub(crate) const NOW: Parameter = Parameter::new("now", Shape::Text, "the instant as of which windows are over");
pub(crate) const AS_OF: Parameter =
    Parameter::new("as_of", Shape::Text, "only what had been received and filed by then");
pub(crate) const PROVIDER: Parameter = Parameter::new("provider", Shape::List, "only contracts of these providers");
pub(crate) const INVOICE: Parameter = Parameter::new(
    "invoice",
    Shape::Text,
    "the invoice of the period, such as 100000.00: what it costs is told only with one; what earlier months credited is \
     taken of theirs, such as 100000.00,2026-01:90000.00",
);
const FROM: Parameter = Parameter::new("from", Shape::Text, "first day on which windows end; 92 days before the last");
const TO: Parameter = Parameter::new("to", Shape::Text, "last day on which windows end; today when absent");

fn asking(more: &[Parameter]) -> Vec<Parameter> {
    [&[NOW, AS_OF], more].concat()
}

pub(crate) fn about_list() -> Operation {
    Operation::new("Every contract: how the windows in which now lies stand")
        .parameters(asking(&[PROVIDER, FORMAT]))
        .asks()
        .gives::<Evaluation>("contracts, objectives, windows", Given::JsonOrCsv)
        .refuses(409, "what is filed does not fit the network file in force")
}

pub(crate) fn about_one() -> Operation {
    Operation::new("One contract: how the windows in which now lies stand")
        .path("name", "a contract that is filed")
        .parameters(asking(&[FORMAT]))
        .asks()
        .gives::<Evaluation>("the contract", Given::JsonOrCsv)
        .refuses(404, "no such contract")
        .refuses(409, "what is filed does not fit the network file in force")
}

pub(crate) fn about_period() -> Operation {
    Operation::new("One contract in a period: the windows that end in it, and what they cost")
        .path("name", "a contract that is filed")
        .path("period", "a month such as 2026-10, or a day such as 2026-10-05")
        .parameters(asking(&[INVOICE, FORMAT]))
        .asks()
        .gives::<Evaluation>("the contract", Given::JsonOrCsv)
        .refuses(404, "no such contract")
        .refuses(409, "what is filed does not fit the network file in force")
}

pub(crate) fn about_breaches() -> Operation {
    Operation::new("Windows that were missed, and open ones that cannot be met any more, with where their contacts are")
        .parameters(asking(&[FROM, TO, PROVIDER, FORMAT]))
        .asks()
        .gives::<BreachesAnswer>("the windows", Given::JsonOrCsv)
        .refuses(409, "what is filed does not fit the network file in force")
}

pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &asking(&[PROVIDER, FORMAT]))?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let asked = Asked::take(&mut given);
    let running = Arc::clone(&api);
    api.ask(async move {
        let answer = asked.answer(&running, None, Wanted::Current).await?;
        format.write(&answer, csv::evaluation, "contracts.csv")
    })
    .await
}

pub(crate) async fn one(
    State(api): State<Arc<Api>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &asking(&[FORMAT]))?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let asked = Asked::take(&mut given);
    let running = Arc::clone(&api);
    api.ask(async move {
        let answer = asked.answer(&running, Some(&name), Wanted::Current).await?;
        format.write(&answer, csv::evaluation, "contract.csv")
    })
    .await
}

pub(crate) async fn period(
    State(api): State<Arc<Api>>,
    Path((name, period)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &asking(&[INVOICE, FORMAT]))?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let asked = Asked { invoice: given.one("invoice"), ..Asked::take(&mut given) };
    let wanted = Wanted::parse(&period)?;
    let running = Arc::clone(&api);
    api.ask(async move {
        let answer = asked.answer(&running, Some(&name), wanted).await?;
        format.write(&answer, csv::evaluation, "contract.csv")
    })
    .await
}

pub(crate) async fn breaches(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &asking(&[FROM, TO, PROVIDER, FORMAT]))?;
    let format = Format::of(given.one("format").as_deref(), &headers)?;
    let days = (given.one("from"), given.one("to"));
    let asked = Asked::take(&mut given);
    let running = Arc::clone(&api);
    api.ask(async move {
        let answer = asked.breaches(&running, days).await?;
        format.write(&answer, csv::breaches, "breaches.csv")
    })
    .await
}

/// What every question about contracts may say.
pub(crate) struct Asked {
    ask: Ask,
    providers: Vec<String>,
    pub(crate) invoice: Option<String>,
}

impl Asked {
    /// What is asked of these providers' contracts, of all when empty, at an invoice.
    pub(crate) fn new(providers: Vec<String>, invoice: Option<String>) -> Self {
        Self { ask: Ask::default(), providers, invoice }
    }

    fn take(given: &mut Parameters) -> Self {
        let ask = Ask { now: given.one("now"), as_of: given.one("as_of"), ..Ask::default() };
        Self { ask, providers: given.list("provider"), invoice: None }
    }

    async fn answer(&self, api: &Api, name: Option<&str>, wanted: Wanted) -> Result<Evaluation, ApiError> {
        let ground = Ground::of(api, &self.ask).await?;
        self.on(api, &ground, name, wanted).await
    }

    /// The contract of a name, or every one, on a state of the lake.
    async fn on(&self, api: &Api, ground: &Ground, name: Option<&str>, wanted: Wanted) -> Result<Evaluation, ApiError> {
        let [evaluation] = self.on_each(api, ground, name, [wanted]).await?;
        Ok(evaluation)
    }

    /// The same in several periods, counted once for all of them.
    async fn on_each<const N: usize>(
        &self,
        api: &Api,
        ground: &Ground,
        name: Option<&str>,
        wanted: [Wanted; N],
    ) -> Result<[Evaluation; N], ApiError> {
        let scorecard = &ground.question;
        let mut filed = api.store().filed_contracts(scorecard.as_of)?;
        if let Some(name) = name {
            let known: Vec<String> = filed.iter().filter_map(|filed| filed.name().map(str::to_owned)).collect();
            filed.retain(|filed| filed.name() == Some(name));
            if filed.is_empty() {
                return Err(unknown(name, &known));
            }
        }
        let wanted_of: Vec<&str> = self.providers.iter().flat_map(|list| list.split(',')).map(str::trim).collect();
        if let Some(stranger) = wanted_of.iter().find(|name| !api.network().providers.contains_key(**name)) {
            let known: Vec<String> = api.network().providers.keys().map(ToString::to_string).collect();
            let right = format!("{stranger:?} is not in the network file; use one of: {}", known.join(", "));
            return Err(ApiError::bad("provider", right));
        }
        filed.retain(|filed| wanted_of.is_empty() || filed.provider().is_some_and(|name| wanted_of.contains(&name)));
        let invoices = self.invoice.as_deref().map(Invoices::parse).transpose()?;
        let names = filed.iter().filter_map(|filed| filed.name().map(str::to_owned));
        let question = EvaluationQuestion {
            wanted: Wanted::Current,
            now: scorecard.now,
            as_of: scorecard.as_of,
            invoices: names.filter_map(|name| Some((name, invoices.clone()?))).collect(),
            customers: scorecard.customers.clone(),
        };
        let asked = evaluate_each(&ground.view, api.network(), &ground.feeds, &filed, &question, wanted);
        Ok(Box::pin(asked).await?)
    }

    async fn breaches(
        &self,
        api: &Api,
        (from, to): (Option<String>, Option<String>),
    ) -> Result<BreachesAnswer, ApiError> {
        let ground = Ground::of(api, &self.ask).await?;
        let from = from.as_deref().map(|text| day("from", text)).transpose()?;
        let to = to.as_deref().map(|text| day("to", text)).transpose()?;
        let days = days(api, &ground, (from, to))?;
        let [over, open] = self.on_each(api, &ground, None, [Wanted::Days(days.0, days.1), Wanted::Current]).await?;
        Ok(BreachesAnswer::of(days, &over, &open))
    }

    /// How the contract of a name, or every one, stands in a period, or in the present where none is given.
    pub(crate) async fn standing(
        &self,
        api: &Api,
        ground: &Ground,
        name: Option<&str>,
        wanted: Wanted,
    ) -> Result<Standing, ApiError> {
        let today = ground.today(api);
        let (over, bounds) = match wanted {
            Wanted::Current => (Wanted::Month(Month::of(today)), (None, None)),
            Wanted::Month(month) => (wanted, (Some(month.first()), Some(month.last()))),
            Wanted::Days(first, last) => (wanted, (Some(first), Some(last))),
        };
        let days = days(api, ground, bounds)?;
        let asked = [over, Wanted::Current, Wanted::Days(days.0, days.1)];
        let [all, open, closed] = self.on_each(api, ground, name, asked).await?;
        let breaches = BreachesAnswer::of(days, &closed, &open);
        Ok(Standing { wanted: over, all, current: (wanted == Wanted::Current).then_some(open), breaches })
    }

    /// Nothing but the present of every contract is asked.
    pub(crate) fn is_plain(&self) -> bool {
        self.providers.is_empty() && self.invoice.is_none()
    }
}

impl BreachesAnswer {
    /// What was missed of the windows that ended in some days, and what is lost of those that are open.
    fn of((first, last): (Date, Date), over: &Evaluation, open: &Evaluation) -> Self {
        let mut found: BTreeMap<(String, String, Instant, String), BreachAnswer> = BTreeMap::new();
        for (contract, objective, window) in over.breaches().chain(open.breaches()) {
            let breach = BreachAnswer {
                contract: contract.name.clone(),
                provider: contract.provider.clone(),
                objective: objective.name.clone(),
                window: window.clone(),
            };
            let key = (contract.name.clone(), objective.name.clone(), window.window.to, window.id.clone());
            found.insert(key, breach);
        }
        Self {
            from: first.to_string(),
            to: last.to_string(),
            now: over.now,
            as_of: over.as_of,
            provenance: over.provenance.clone(),
            breaches: found.into_values().collect(),
        }
    }
}

/// The days over which breaches are told.
fn days(api: &Api, ground: &Ground, (from, to): (Option<Date>, Option<Date>)) -> Result<(Date, Date), ApiError> {
    let last = to.unwrap_or_else(|| ground.today(api));
    let before = || last.checked_sub(jiff::Span::new().days(DAYS)).unwrap_or(last);
    let first = from.unwrap_or_else(before);
    if first > last {
        return Err(ApiError::bad("to", format!("{last} is before {first}; give a later day")));
    }
    Ok((first, last))
}

fn day(field: &'static str, text: &str) -> Result<Date, ApiError> {
    let wrong = |_| ApiError::bad(field, format!("{text:?} is no day; give one such as 2026-10-05"));
    text.parse().map_err(wrong)
}

fn unknown(name: &str, known: &[String]) -> ApiError {
    let shown: String = name.chars().take(64).flat_map(char::escape_debug).collect();
    let there = if known.is_empty() { "none is filed".to_owned() } else { format!("use one of: {}", known.join(", ")) };
    ApiError::not_found("unknown_contract", format!("there is no contract {shown:?}; {there}")).field("name")
}

/// The windows of an answer, with contract and objective.
pub(crate) fn rows(answer: &Evaluation) -> impl Iterator<Item = (&ContractAnswer, &str, &WindowAnswer)> {
    answer.windows().map(|(contract, objective, window)| (contract, objective.name.as_str(), window))
}
