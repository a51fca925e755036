//! What a statement keeps of an evaluation of contracts.

use contact::Instant;
use evaluation::{ContractAnswer, Evaluation, MoneyAnswer, ObjectiveAnswer, WindowAnswer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SettlementError;

/// A contract as it was evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SealedContract {
    /// Its name.
    pub name: String,
    /// The provider.
    pub provider: String,
    /// `shadow`, `binding` or `coaching`; null where no money was agreed.
    pub mode: Option<String>,
    /// What it was evaluated by: its versions, claims, forecasts and deliveries, each with the hash of its file.
    pub files: Vec<SealedFile>,
    /// Its windows.
    pub windows: Vec<SealedWindow>,
    /// What they cost; nothing without an invoice.
    pub money: Vec<SealedMoney>,
}

/// A file of a contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SealedFile {
    /// `version 2`, `claim c-7`, `forecast 2026-09-15`, `delivery 2026-10-02`.
    pub name: String,
    /// SHA-256 of its text, in hexadecimal.
    pub hash: String,
}

/// A window of an objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SealedWindow {
    /// Names it for ever.
    pub id: String,
    /// The objective.
    pub objective: String,
    /// First instant.
    #[schemars(with = "String")]
    pub from: Instant,
    /// End, exclusive.
    #[schemars(with = "String")]
    pub to: Instant,
    /// `met`, `breached`, `not_enough_data` …
    pub state: String,
    /// The figure, in the objective's unit.
    pub value: Option<f64>,
    /// By how many contacts it was met, or missed when below 0.
    pub margin: Option<i64>,
    /// The position of the credit or bonus band that holds, where one does.
    pub band: Option<usize>,
    /// The whole result.
    pub result: Value,
    /// `id@version:hash` of the statements that counted it.
    pub definitions: Vec<String>,
}

/// What an objective cost under a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SealedMoney {
    /// The version.
    pub version: u32,
    /// The objective.
    pub objective: String,
    /// ISO 4217.
    pub currency: String,
    /// Whether it is due.
    pub due: bool,
    /// The provider's credit to the brand, in minor units.
    pub credit: u64,
    /// The brand's bonus to the provider, in minor units.
    pub bonus: u64,
}

/// What is kept of an evaluation.
pub(super) fn sealed(evaluation: &Evaluation) -> Result<Vec<SealedContract>, SettlementError> {
    evaluation.contracts.iter().map(contract).collect()
}

fn contract(answer: &ContractAnswer) -> Result<SealedContract, SettlementError> {
    let file = |name: String, hash: &str| SealedFile { name, hash: hash.to_owned() };
    let versions = answer.versions.iter().map(|version| file(format!("version {}", version.version), &version.hash));
    let claims = answer.claims.iter().map(|claim| file(format!("claim {}", claim.id), &claim.hash));
    let forecasts = answer.forecasts.iter().map(|issue| file(format!("forecast {}", issue.issued_on), &issue.hash));
    let deliveries = answer.deliveries.iter().map(|one| file(format!("delivery {}", one.declared_on), &one.hash));
    let mut files: Vec<SealedFile> = versions.chain(claims).chain(forecasts).chain(deliveries).collect();
    files.sort();
    let windows =
        answer.objectives.iter().flat_map(|objective| objective.windows.iter().map(move |one| (objective, one)));
    Ok(SealedContract {
        name: answer.name.clone(),
        provider: answer.provider.clone(),
        mode: answer.mode.clone(),
        files,
        windows: windows.map(|(objective, one)| window(objective, one)).collect::<Result<_, _>>()?,
        money: answer.money.iter().flat_map(money).collect(),
    })
}

fn window(objective: &ObjectiveAnswer, window: &WindowAnswer) -> Result<SealedWindow, SettlementError> {
    let closed = window.closed.as_ref();
    let result = match (&window.closed, &window.open) {
        (Some(closed), _) => serde_json::to_value(closed)?,
        (None, Some(open)) => serde_json::to_value(open)?,
        (None, None) => Value::Null,
    };
    Ok(SealedWindow {
        id: window.id.clone(),
        objective: objective.name.clone(),
        from: window.piece.from,
        to: window.piece.to,
        state: window.state.as_str().to_owned(),
        value: window.value,
        margin: closed.and_then(|closed| closed.margin),
        band: closed.and_then(|closed| closed.band),
        result,
        definitions: window.definitions.clone(),
    })
}

fn money(answer: &MoneyAnswer) -> impl Iterator<Item = SealedMoney> {
    let settlement = &answer.settlement;
    settlement.lines.iter().map(|line| SealedMoney {
        version: answer.version,
        objective: line.objective.clone(),
        currency: settlement.currency.clone(),
        due: settlement.due,
        credit: line.credit.amount(),
        bonus: line.bonus.amount(),
    })
}
