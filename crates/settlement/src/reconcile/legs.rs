//! The legs that may be counted in what is declared: made once, portion by portion, and counted many times.

use std::collections::{BTreeMap, BTreeSet};

use arrow::{
    array::{BooleanArray, RecordBatch},
    compute::filter_record_batch,
};
use contact::{Instant, Network};
use engine::{Bound, Params, Session, View, Workbench};
use scorecard::{Filters, Period, Portioned, Question, by_portion, open_cohort};

use super::{ReconcileQuestion, days, tables, zones};
use crate::{SettlementError, declared::DeclaredContact, rows::Rows};

const DAY_US: i64 = 86_400_000_000;

/// How far around the declared days a leg is looked for that counts within them: it may have been offered long before it
/// was answered, and be owned by a leg that came long after.
const AROUND_US: i64 = 35 * DAY_US;

/// The statement of the legs, and the table of its rows.
pub(super) const LEGS: &str = "reconcile_legs";

const MISSING: &str = "reconcile_missing";

/// Most contacts of one side that are listed.
const MOST: i64 = 1_000;

/// The session in which [`super::reconcile()`] could make the legs that may be counted all at once, and the values it binds:
/// for running the same statements on another engine.
///
/// # Errors
/// As [`super::reconcile()`].
pub async fn open_reconcile(
    view: &View,
    network: &Network,
    asked: &ReconcileQuestion,
) -> Result<(Session, Params), SettlementError> {
    let (question, params) = question(network, asked)?;
    let (session, _) = open_cohort(view, network, &question).await?;
    session.bind(tables::contacts(listed(asked), network)?)?;
    Ok((session, params))
}

/// The legs that may be counted, of the contacts that the declaring providers had a part in.
pub(super) async fn legs(
    view: &View,
    network: &Network,
    asked: &ReconcileQuestion,
) -> Result<Vec<RecordBatch>, SettlementError> {
    let (question, params) = question(network, asked)?;
    let providers = providers(asked);
    let keys: BTreeSet<String> = listed(asked).iter().filter_map(DeclaredContact::keys).flatten().collect();
    let beside: [Bound; 1] = [tables::contacts(listed(asked), network)?];
    let made = Portioned { statement: LEGS, params: &params, beside: &beside };
    let concerns = |provider: &str, contact: &str| providers.contains(provider) || keys.contains(contact);
    merged(Box::pin(by_portion(view, network, &question, made, concerns)).await?)
}

/// Contacts that only one side counts.
pub(super) async fn missing(bench: Option<&Workbench>) -> Result<Rows, SettlementError> {
    let Some(bench) = bench else { return Rows::new(MISSING, &[]) };
    let rows = bench.all(&[MISSING], &Params::default().bigint("most", MOST)).await?;
    Rows::new(MISSING, rows.first().map_or(&[], Vec::as_slice))
}

/// A contact by its provider and its key.
type Named = (String, String);

/// All of our legs; and of the contacts that a provider lists and a portion does not have, those that no portion has.
fn merged(portions: Vec<Vec<RecordBatch>>) -> Result<Vec<RecordBatch>, SettlementError> {
    let number = portions.len();
    let mut lacking: BTreeMap<Named, usize> = BTreeMap::new();
    for batch in portions.iter().flatten() {
        let (ours, names) = named(batch)?;
        for (name, _) in names.into_iter().zip(ours).filter(|(_, ours)| !ours) {
            *lacking.entry(name).or_default() += 1;
        }
    }
    let mut all = Vec::new();
    for (portion, batches) in portions.into_iter().enumerate() {
        for batch in batches {
            let (ours, names) = named(&batch)?;
            let is_kept = |(ours, name): (bool, Named)| ours || (portion == 0 && lacking.get(&name) == Some(&number));
            let mask: BooleanArray = ours.into_iter().zip(names).map(|row| Some(is_kept(row))).collect();
            all.push(filter_record_batch(&batch, &mask)?);
        }
    }
    // A batch without rows still says what its columns are.
    let is_empty = all.iter().all(|batch| batch.num_rows() == 0);
    all.retain(|batch| is_empty || batch.num_rows() > 0);
    Ok(all)
}

/// Which rows are legs of ours, and the provider and contact of each.
fn named(batch: &RecordBatch) -> Result<(Vec<bool>, Vec<Named>), SettlementError> {
    let rows = Rows::new(LEGS, std::slice::from_ref(batch))?;
    let names = rows.texts("provider")?.into_iter().zip(rows.texts("contact_id")?).collect();
    Ok((rows.flags("ours")?, names))
}

fn listed(asked: &ReconcileQuestion) -> &[DeclaredContact] {
    asked.contacts.as_deref().unwrap_or_default()
}

fn providers(asked: &ReconcileQuestion) -> BTreeSet<&str> {
    asked.declared.rows.iter().map(|row| row.provider.as_str()).collect()
}

/// The cohort that the legs are taken from, and what the statements declare.
fn question(network: &Network, asked: &ReconcileQuestion) -> Result<(Question, Params), SettlementError> {
    let (zones, days) = (zones(network, &asked.declared), days(&asked.declared));
    let bounds = zones.iter().map(|zone| tables::bounds(days, zone)).collect::<Result<Vec<_>, _>>()?;
    let first = bounds.iter().map(|(from, _)| *from).min().unwrap_or(Instant::BEGINNING);
    let last = bounds.iter().map(|(_, to)| *to).max().unwrap_or(Instant::FOREVER);
    let question = Question {
        period: Period {
            from: first.plus_micros(-AROUND_US),
            to: last.plus_micros(AROUND_US),
            zone: network.zone.clone(),
        },
        by: BTreeSet::new(),
        grain: None,
        filters: Filters::default(),
        now: asked.now,
        as_of: asked.as_of,
        formula: None,
        counting: scorecard::Counting::default(),
        threshold: None,
        customers: asked.customers.clone(),
    };
    let params = Params::default()
        .texts("providers", providers(asked))
        .bigint("first_us", first.as_micros())
        .bigint("last_us", last.as_micros())
        .boolean("has_list", asked.contacts.is_some())
        .bigint("most", MOST);
    Ok((question, params))
}
