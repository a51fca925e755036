//! Making a statement again: as of the instant at which it was sealed, and as of now.

use std::collections::BTreeMap;

use contact::{Instant, Month, Network};
use evaluation::Filed;
use jiff::tz::TimeZone;
use scorecard::Period;

use super::{
    compare::{Again, Made, changed},
    late::{late, of_row},
    make::{Ground, Instants, contracts, definitions, figures},
    statement::{Sealed, Statement},
    verified::{Changed, Verification},
};
use crate::SettlementError;

/// What a statement is held against.
#[derive(Clone, Copy)]
pub struct VerifyQuestion<'a> {
    /// The statement.
    pub sealed: &'a Sealed,
    /// The network by which it was sealed, where the lake still has its file, and the pseudonyms of the customers that it
    /// names.
    pub network: Option<(&'a Network, &'a BTreeMap<String, String>)>,
    /// Contracts, claims and forecasts as they were filed when it was sealed.
    pub filed: &'a [Filed],
    /// The present, as of which open contacts are judged.
    pub now: Instant,
}

/// Makes a statement again, and tells what moved and why. `ground` is the present: its network, what is filed by now.
///
/// # Errors
/// Files that cannot be read, or a defect.
pub async fn verify(ground: Ground<'_>, asked: VerifyQuestion<'_>) -> Result<Verification, SettlementError> {
    let statement = &asked.sealed.statement;
    let (month, period) = (month_of(asked.sealed)?, period_of(asked.sealed)?);
    let old_network = asked.network.filter(|(network, _)| network.hash != ground.network.hash);
    let instants = Instants { now: statement.now, as_of: statement.as_of };
    let past = Ground { filed: asked.filed, ..ground };
    let then = made(past, month, &period, instants).await?;
    let old_network = match old_network {
        Some((network, customers)) => {
            Some(made(Ground { network, customers, ..past }, month, &period, instants).await?)
        }
        None => None,
    };
    let judged = Instants { now: asked.now.max(statement.now), ..instants };
    let later = if judged == instants { then.clone() } else { made(past, month, &period, judged).await? };
    let late = late(ground, &period, instants, judged.now).await?;
    let latest = Instants { as_of: Instant::FOREVER, ..judged };
    // Without late events the figures of now are those of then, judged now.
    let rows = if late.any { figures(ground, &period, latest).await? } else { later.rows.clone() };
    let now = Made { rows, contracts: contracts(ground, month, latest).await? };
    let sealed = Made { rows: statement.rows.clone(), contracts: statement.contracts.clone() };
    let again = Again { sealed, old_network, then, later, now, is_late: late.any };
    let mut since = again.since();
    for figure in &mut since.figures {
        figure.feeds = of_row(&late.feeds, &figure.key);
    }
    Ok(Verification {
        id: statement.id.clone(),
        hash: asked.sealed.hash.clone(),
        as_of: statement.as_of,
        now: judged.now,
        changed: changes(ground, statement).into_iter().chain(again.changed_files()).collect(),
        as_sealed: again.as_sealed(),
        since,
        late: late.feeds,
    })
}

async fn made(ground: Ground<'_>, month: Month, period: &Period, instants: Instants) -> Result<Made, SettlementError> {
    let rows = figures(ground, period, instants).await?;
    Ok(Made { rows, contracts: contracts(ground, month, instants).await? })
}

/// The network and the statements by which it was computed, where they are others now.
fn changes(ground: Ground<'_>, statement: &Statement) -> Vec<Changed> {
    let network = |hash: &String| BTreeMap::from([("network".to_owned(), hash.clone())]);
    let mut found = changed(&network(&statement.lake.network), &network(&ground.network.hash));
    found.extend(changed(&statement.definitions, &definitions(ground.view)));
    found
}

fn month_of(sealed: &Sealed) -> Result<Month, SettlementError> {
    sealed.statement.month.parse().map_err(|_| broken(sealed, "its month cannot be read"))
}

/// The period as it was sealed: the network may have another zone since.
fn period_of(sealed: &Sealed) -> Result<Period, SettlementError> {
    let period = &sealed.statement.period;
    let zone = TimeZone::get(&period.zone).map_err(|_| broken(sealed, "its zone is unknown here"))?;
    Ok(Period { from: period.from, to: period.to, zone })
}

fn broken(sealed: &Sealed, what: &str) -> SettlementError {
    SettlementError::Broken { name: sealed.statement.id.clone(), what: what.to_owned() }
}
