//! The rows of a statement about contacts, over as many of them as there are: portion by portion, so that what is held at
//! once does not grow with the period.

use std::collections::HashSet;

use arrow::{
    array::{Array as _, BooleanArray, RecordBatch},
    compute::filter_record_batch,
};
use contact::Network;
use engine::{Bound, DataFile, Params, Pieces, View, Workbench, compacted};

use crate::{
    Question, ScorecardError,
    bound::slots,
    buckets::buckets,
    cohort::{clock_end, keep_cohort, params, terms},
    parts::{LEGS_AT_ONCE, chunks, portions, texts},
};

/// A statement that is run on the cohort of some contacts after the other.
#[derive(Debug, Clone, Copy)]
pub struct Portioned<'a> {
    /// Its id. What it gives must be of one contact each.
    pub statement: &'a str,
    /// The values that it declares.
    pub params: &'a Params,
    /// The tables that it reads beside `cohort`.
    pub beside: &'a [Bound],
}

/// Runs a statement on the cohort of a question, portion by portion: its rows in each of them. All legs of a contact are in
/// one portion. Contacts none of whose legs `concerns` (by provider and contact) are in none. There is at least one portion.
///
/// # Errors
/// As [`crate::answer`].
pub async fn by_portion(
    view: &View,
    network: &Network,
    question: &Question,
    asked: Portioned<'_>,
    concerns: impl Fn(&str, &str) -> bool,
) -> Result<Vec<Vec<RecordBatch>>, ScorecardError> {
    let period = &question.period;
    let Pieces { files, live, stale } = view.pieces(period.from, period.to, question.now, question.as_of).await?;
    let mut all = Vec::new();
    let files: Vec<&DataFile> = files.iter().collect();
    let rows = |file: &DataFile| (0, usize::try_from(file.rows).unwrap_or(usize::MAX));
    for files in chunks(&files, rows, LEGS_AT_ONCE) {
        let mut legs = Vec::new();
        for file in files {
            let rows = view.engine().legs_of(file).await?;
            let moved = stale.get(&file.day).map(|legs| named(legs)).transpose()?;
            legs.extend(wanted(&rows, moved.as_ref(), &concerns)?);
        }
        all.extend(of_legs(view, network, question, asked, legs).await?);
    }
    all.extend(of_legs(view, network, question, asked, wanted(&live, None, &concerns)?).await?);
    if all.is_empty() {
        all.push(of_portion(view, network, question, asked, Vec::new()).await?);
    }
    Ok(all)
}

async fn of_legs(
    view: &View,
    network: &Network,
    question: &Question,
    asked: Portioned<'_>,
    legs: Vec<RecordBatch>,
) -> Result<Vec<Vec<RecordBatch>>, ScorecardError> {
    let mut all = Vec::new();
    for portion in portions(legs, LEGS_AT_ONCE)? {
        all.push(of_portion(view, network, question, asked, portion?).await?);
    }
    Ok(all)
}

async fn of_portion(
    view: &View,
    network: &Network,
    question: &Question,
    asked: Portioned<'_>,
    legs: Vec<RecordBatch>,
) -> Result<Vec<RecordBatch>, ScorecardError> {
    let period = &question.period;
    let mut bench: Workbench = view.engine().workbench(legs);
    let slots = slots(period, &buckets(period, None)?)?;
    let (bounds, ruled) = terms(view, network, question, slots, (period.from, clock_end(period)))?;
    for bound in bounds.into_iter().chain(asked.beside.iter().cloned()) {
        bench.bind(bound);
    }
    bench.define(ruled, "ruled_legs");
    keep_cohort(&mut bench, question, &params(network, question)).await?;
    let rows = bench.all(&[asked.statement], asked.params).await?.pop().unwrap_or_default();
    // What is kept must not hold the rows that it was taken from.
    Ok(rows.iter().map(compacted).collect::<Result<_, _>>()?)
}

/// The legs of contacts that are concerned, but for those that moved.
fn wanted(
    legs: &[RecordBatch],
    moved: Option<&HashSet<String>>,
    concerns: &impl Fn(&str, &str) -> bool,
) -> Result<Vec<RecordBatch>, ScorecardError> {
    let mut contacts: HashSet<String> = HashSet::new();
    for batch in legs {
        let (providers, names) = (texts(batch, "provider")?, texts(batch, "contact_id")?);
        let of = (0..batch.num_rows()).map(|row| (providers.value(row), names.value(row)));
        contacts.extend(of.filter(|(provider, name)| concerns(provider, name)).map(|(_, name)| name.to_owned()));
    }
    if let Some(moved) = moved {
        contacts.retain(|name| !moved.contains(name));
    }
    let within = |batch: &RecordBatch| {
        let names = texts(batch, "contact_id")?;
        let mask: BooleanArray = (0..names.len()).map(|row| Some(contacts.contains(names.value(row)))).collect();
        Ok(filter_record_batch(batch, &mask)?)
    };
    let legs: Vec<RecordBatch> = legs.iter().map(within).collect::<Result<_, ScorecardError>>()?;
    Ok(legs.into_iter().filter(|batch| batch.num_rows() > 0).collect())
}

/// The contacts of legs.
fn named(legs: &[RecordBatch]) -> Result<HashSet<String>, ScorecardError> {
    let mut contacts = HashSet::new();
    for batch in legs {
        let names = texts(batch, "contact_id")?;
        contacts.extend((0..names.len()).map(|row| names.value(row).to_owned()));
    }
    Ok(contacts)
}
