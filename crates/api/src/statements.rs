//! `/v1/statements`: seal a month; read it as it was; make it again.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, RawQuery, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contact::{Instant, Network};
use contract::Minor;
use journal::Reader;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use settlement::{
    Ground, SealQuestion, Sealed, SealedLine, SettlementError, Statement, Verification, VerifyQuestion, find, keep,
    list, month, seal, verify,
};

use crate::{
    Api, ApiError, body,
    format::json,
    openapi::{Given, Operation},
    query::Parameters,
};

/// Most bytes of a request.
const REQUEST_BYTES: usize = 64 << 10;

/// What a request looks like, for saying what would be right.
const REQUEST: &str = "give {\"period\": \"2026-10\"}, with \"by\", \"note\" and \"invoices\" where wanted";

/// What is to be sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealRequest {
    /// The month, such as `2026-10`; it must be over.
    pub period: String,
    /// Who seals it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why; needed to seal a month again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Invoices of the month by contract, such as `"100000.00"`: what it costs is told only with one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub invoices: BTreeMap<String, String>,
}

/// A statement as it was sealed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementAnswer {
    /// SHA-256 of the bytes of `statement`, in hexadecimal.
    pub hash: String,
    /// When it was sealed.
    #[schemars(with = "String")]
    pub sealed_at: Instant,
    /// The statement, byte for byte.
    #[schemars(with = "Statement")]
    pub statement: Box<RawValue>,
}

/// Every statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StatementsAnswer {
    /// By month and version.
    pub statements: Vec<SealedLine>,
}

pub(crate) fn about() -> Operation {
    Operation::new("Every sealed statement, by month and version")
        .gives::<StatementsAnswer>("the statements", Given::Json)
        .refuses(503, "the journal has stopped or its disk is full")
}

pub(crate) fn about_one() -> Operation {
    Operation::new("A statement as it was sealed, byte for byte")
        .path("id", "its name, such as 2026-10-v1, or its month for the last version")
        .gives::<StatementAnswer>("the statement", Given::Json)
        .refuses(404, "no such statement")
        .refuses(503, "the journal has stopped or its disk is full")
}

pub(crate) fn about_verification() -> Operation {
    Operation::new("A statement made again: as of when it was sealed, and as of now; what moved, and why")
        .path("id", "its name, such as 2026-10-v1, or its month for the last version")
        .asks()
        .gives::<Verification>("what moved", Given::Json)
        .refuses(404, "no such statement")
        .refuses(409, "what is filed about contracts does not fit the network file in force")
}

pub(crate) fn about_seal() -> Operation {
    Operation::new("Seals a month that is over: its figures and contracts, with the hashes of all that they came from")
        .takes::<SealRequest>("application/json")
        .answers::<StatementAnswer>(201, "the statement, durable", Given::Json)
        .refuses(408, "the body came too slowly")
        .refuses(409, "a month is being sealed, or what is filed does not fit the network file in force")
        .refuses(413, "over a named limit")
        .refuses(415, "another content type than application/json")
        .refuses(503, "overloaded or stopping; see Retry-After")
}

pub(crate) async fn all(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    let sealed = api.block(|api| reading(api, list)).await?;
    json(&StatementsAnswer { statements: sealed.iter().map(Sealed::line).collect() })
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    let sealed = api.block(move |api| reading(api, |reader| find(reader, &id))).await?;
    json(&answer(sealed)?)
}

pub(crate) async fn verification(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    json(&verified(&api, id).await?)
}

/// Makes a statement again.
pub(crate) async fn verified(api: &Arc<Api>, id: String) -> Result<Verification, ApiError> {
    let (sealed, network) = api.block(move |api| reading(api, |reader| sealed_by(reader, &id))).await?;
    let asking = Arc::clone(api);
    api.ask_longer(async move {
        let store = asking.store();
        let view = store.view()?;
        let feeds = store.feeds(&view).await?;
        let customers = store.customers();
        let filed = store.filed_contracts(Instant::FOREVER)?;
        let filed_then = store.filed_contracts(sealed.statement.as_of)?;
        let invoices = sealed.statement.invoices();
        let ground = Ground {
            view: &view,
            network: asking.network(),
            feeds: &feeds,
            customers: &customers,
            filed: &filed,
            invoices: &invoices,
        };
        let old = network.as_ref().map(|network| (network, store.customers_of(network)));
        let network = old.as_ref().map(|(network, customers)| (*network, customers));
        let asked = VerifyQuestion { sealed: &sealed, network, filed: &filed_then, now: store.ask_now(&feeds) };
        Ok(verify(ground, asked).await?)
    })
    .await
}

pub(crate) async fn post(State(api): State<Arc<Api>>, request: Request) -> Result<Response, ApiError> {
    api.takes_events()?;
    let asked: SealRequest = body::json(&api, request, REQUEST_BYTES, REQUEST).await?;
    let sealed = sealed_now(&api, asked).await?;
    Ok((StatusCode::CREATED, json(&answer(sealed)?)?).into_response())
}

/// Seals a month, one at a time.
pub(crate) async fn sealed_now(api: &Arc<Api>, asked: SealRequest) -> Result<Sealed, ApiError> {
    let _turn = api.sealing.try_lock().map_err(|_| under_way())?;
    let asking = Arc::clone(api);
    // Before the view: a statement that lacked what was received by then could not be made again.
    let as_of = api.block(|api| api.store().known_until()).await?;
    let statement = api.ask_longer(async move { made(&asking, asked, as_of).await }).await?;
    api.block(move |api| keep(api.store().journal(), statement)).await
}

async fn made(api: &Api, asked: SealRequest, as_of: Instant) -> Result<Statement, ApiError> {
    let store = api.store();
    let view = store.view()?;
    let feeds = store.feeds(&view).await?;
    let customers = store.customers();
    let filed = store.filed_contracts(Instant::FOREVER)?;
    let invoices = invoices(&asked.invoices)?;
    let ground = Ground {
        view: &view,
        network: api.network(),
        feeds: &feeds,
        customers: &customers,
        filed: &filed,
        invoices: &invoices,
    };
    let SealRequest { by, note, .. } = asked;
    let question = SealQuestion { month: month(&asked.period)?, by, note, as_of, now: store.ask_now(&feeds) };
    Ok(seal(ground, &question).await?)
}

/// A statement, and the network by which it was sealed when the lake still has its file.
///
/// # Errors
/// There is no such statement, or the journal fails.
pub fn sealed_by(reader: &Reader, name: &str) -> Result<(Sealed, Option<Network>), SettlementError> {
    let sealed = find(reader, name)?;
    let document = reader.document("network", &sealed.statement.lake.network)?;
    let network = document.and_then(|document| Network::parse(&document.text).ok());
    Ok((sealed, network))
}

/// What the journal says of statements.
pub(crate) fn reading<T>(api: &Api, ask: impl FnOnce(&Reader) -> Result<T, SettlementError>) -> Result<T, ApiError> {
    Ok(api.store().journal().read(|reader| Ok(ask(reader)))??)
}

fn invoices(amounts: &BTreeMap<String, String>) -> Result<BTreeMap<String, Minor>, ApiError> {
    let amount = |(name, text): (&String, &String)| {
        let wrong = || ApiError::bad("invoices", format!("{text:?} is no amount; give one such as 100000.00"));
        Ok((name.clone(), evaluation::amount(text).ok_or_else(wrong)?))
    };
    amounts.iter().map(amount).collect()
}

fn answer(sealed: Sealed) -> Result<StatementAnswer, ApiError> {
    let statement = RawValue::from_string(sealed.text).map_err(|error| ApiError::internal(&error))?;
    Ok(StatementAnswer { hash: sealed.hash, sealed_at: sealed.sealed_at, statement })
}

fn under_way() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "sealing", "a month is being sealed; wait until it is done")
}
