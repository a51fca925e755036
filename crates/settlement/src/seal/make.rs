//! Making a statement, and making it again.

use std::collections::BTreeMap;

use contact::{Instant, Month, Network};
use contract::Minor;
use engine::View;
use evaluation::{EvaluationQuestion, Filed, Invoices, Wanted, evaluate};
use scorecard::{Counting, Dim, Feeds, Filters, LakeVersions, Period, PeriodAnswer, Question, answer};

use super::{
    contracts::{SealedContract, sealed},
    statement::{SealedRow, Statement, rows},
};
use crate::SettlementError;

/// What its rows are grouped by: the network, providers, sites, and their queues.
const LEVELS: [&[Dim]; 4] =
    [&[], &[Dim::Provider], &[Dim::Provider, Dim::Site], &[Dim::Provider, Dim::Site, Dim::Queue]];

/// One state of a lake, and everything by which it is read.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The state.
    pub view: &'a View,
    /// The network.
    pub network: &'a Network,
    /// What is known of each provider's deliveries.
    pub feeds: &'a Feeds,
    /// Pseudonyms of the customers that exclusion rules of the network name.
    pub customers: &'a BTreeMap<String, String>,
    /// Contracts, claims and forecasts.
    pub filed: &'a [Filed],
    /// Invoices of the period in minor units, by contract; without one nothing is said of money.
    pub invoices: &'a BTreeMap<String, Minor>,
}

/// What is to be sealed, by whom and why.
#[derive(Debug, Clone)]
pub struct SealQuestion {
    /// The month.
    pub month: Month,
    /// Who seals it.
    pub by: Option<String>,
    /// Why; needed to seal a month again.
    pub note: Option<String>,
    /// What is known: everything received by this instant, which is the present.
    pub as_of: Instant,
    /// The instant as of which open contacts are judged.
    pub now: Instant,
}

/// Reads the name of a month that is to be sealed.
///
/// # Errors
/// No month.
pub fn month(text: &str) -> Result<Month, SettlementError> {
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(64).collect();
        SettlementError::question("period", format!("{shown:?} is no month; give one that is over, such as 2026-10"))
    })
}

/// Makes the statement of a month; [`super::keep()`] gives it its version and keeps it.
///
/// # Errors
/// A month that is not over, or of which nothing is known; files that cannot be read, or a defect.
pub async fn seal(ground: Ground<'_>, asked: &SealQuestion) -> Result<Statement, SettlementError> {
    let (by, note) = (said("by", asked.by.as_deref(), 200)?, said("note", asked.note.as_deref(), 2_000)?);
    known_invoices(ground)?;
    let period = period(asked.month, ground.network)?;
    let month = asked.month;
    let over = over(ground, month, &period)?;
    if over > asked.as_of {
        let message = format!("{month} is not over before {over}; seal it then, or give an earlier month");
        return Err(SettlementError::question("period", message));
    }
    // A month that is over is judged at its end at least, also where the data ends before.
    let instants = Instants { now: asked.now.max(over), as_of: asked.as_of };
    let rows = figures(ground, &period, instants).await?;
    let offered = rows.first().and_then(|row| row.figures.get("offered")).and_then(|figure| figure.value);
    if offered.is_none_or(|offered| offered < 1.0) {
        let message = format!("no contact of {month} is known; give a month of which events were received");
        return Err(SettlementError::question("period", message));
    }
    Ok(Statement {
        id: String::new(),
        month: month.to_string(),
        version: 0,
        by,
        note,
        period: PeriodAnswer::of(&period),
        as_of: asked.as_of,
        now: instants.now,
        lake: LakeVersions::of(ground.view, ground.network),
        definitions: definitions(ground.view),
        invoices: ground.invoices.iter().map(|(name, amount)| (name.clone(), amount.amount())).collect(),
        rows,
        contracts: contracts(ground, month, instants).await?,
    })
}

/// What people say of a statement, without blanks around it.
fn said(field: &'static str, text: Option<&str>, most: usize) -> Result<Option<String>, SettlementError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text.map(|text| text.chars().count()) {
        Some(length) if length > most => {
            Err(SettlementError::question(field, format!("{length} characters are too many; say it in {most}")))
        }
        _ => Ok(text.map(str::to_owned)),
    }
}

/// An invoice of a contract that nobody filed would be left out without a word.
fn known_invoices(ground: Ground<'_>) -> Result<(), SettlementError> {
    let names: Vec<&str> = ground.filed.iter().filter_map(Filed::name).collect();
    match ground.invoices.keys().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let right = if names.is_empty() { "none is filed".to_owned() } else { format!("use {}", names.join(", ")) };
            Err(SettlementError::question("invoices", format!("there is no contract {name:?}; {right}")))
        }
    }
}

/// When a statement is computed as of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instants {
    pub(super) now: Instant,
    pub(super) as_of: Instant,
}

/// When a month is over for the network and for every contract: one that is read in another zone ends at another hour, and
/// a window that is still open would be sealed without a result.
fn over(ground: Ground<'_>, month: Month, period: &Period) -> Result<Instant, SettlementError> {
    let mut over = period.to;
    for (_, contract) in ground.filed.iter().flat_map(|filed| filed.versions.iter()) {
        let span = Wanted::Month(month).span(&contract.zone)?;
        over = span.map_or(over, |span| over.max(span.to));
    }
    Ok(over)
}

/// A month in the zone of a network.
pub(super) fn period(month: Month, network: &Network) -> Result<Period, SettlementError> {
    let beyond =
        || SettlementError::question("period", format!("{month} goes beyond the calendar; give years 1 to 9998"));
    let end = month.plus(1).ok_or_else(beyond)?;
    let start = |month: Month| Instant::start_of_day(month.first(), &network.zone).map_err(|_| beyond());
    Ok(Period { from: start(month)?, to: start(end)?, zone: network.zone.clone() })
}

pub(super) fn question(ground: Ground<'_>, period: &Period, instants: Instants, by: &[Dim]) -> Question {
    Question {
        period: period.clone(),
        by: by.iter().copied().collect(),
        grain: None,
        filters: Filters::default(),
        now: instants.now,
        as_of: instants.as_of,
        formula: None,
        counting: Counting::default(),
        threshold: None,
        customers: ground.customers.clone(),
    }
}

/// The figures of a period.
pub(super) async fn figures(
    ground: Ground<'_>,
    period: &Period,
    instants: Instants,
) -> Result<Vec<SealedRow>, SettlementError> {
    let mut all = Vec::new();
    for by in LEVELS {
        let question = question(ground, period, instants, by);
        all.extend(rows(&answer(ground.view, ground.network, ground.feeds, &question).await?));
    }
    // As they read once they were written: a number in a file may differ from the computed one in its last bit.
    Ok(serde_json::from_str(&serde_json::to_string(&all)?)?)
}

/// The contracts of a month.
pub(super) async fn contracts(
    ground: Ground<'_>,
    month: Month,
    instants: Instants,
) -> Result<Vec<SealedContract>, SettlementError> {
    if ground.filed.is_empty() {
        return Ok(Vec::new());
    }
    let question = EvaluationQuestion {
        wanted: Wanted::Month(month),
        now: instants.now,
        as_of: instants.as_of,
        invoices: ground.invoices.iter().map(|(name, amount)| (name.clone(), Invoices::from(*amount))).collect(),
        customers: ground.customers.clone(),
    };
    let evaluation = evaluate(ground.view, ground.network, ground.feeds, ground.filed, &question).await?;
    Ok(serde_json::from_str(&serde_json::to_string(&sealed(&evaluation)?)?)?)
}

/// Every statement of the dictionary in force.
pub(super) fn definitions(view: &View) -> BTreeMap<String, String> {
    view.engine().catalog().all().map(|statement| (statement.id.clone(), statement.definition())).collect()
}
