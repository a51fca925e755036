//! What the network file says of legs: the promise of each queue, and the rules that leave legs out.

use arrow::array::{ArrayRef, RecordBatch};
use contact::{
    Duration, Instant, Network,
    network::{CallbackCounts, Exclusion, OverflowCounts},
};
use engine::Bound;

use super::{batch, instants, ints, nullable, some, texts};
use crate::{Question, ScorecardError};

/// `queue_terms`: each queue's promise with the instants between which it is in force.
pub(crate) fn queue_terms(network: &Network) -> Result<Bound, ScorecardError> {
    let mut terms = Vec::new();
    for (name, versions) in &network.queues {
        for (index, queue) in versions.iter().enumerate() {
            let from = queue.from.unwrap_or(Instant::BEGINNING).as_micros();
            let to = versions
                .get(index + 1)
                .and_then(|next| next.from)
                .map_or(Instant::FOREVER.as_micros(), Instant::as_micros);
            terms.push((name.as_str(), from, to, queue));
        }
    }
    let flows = || terms.iter().map(|term| &term.3.flows);
    let columns: [(&str, ArrayRef); 12] = [
        ("queue", texts(terms.iter().map(|term| Some(term.0)))),
        ("valid_from", instants(terms.iter().map(|term| term.1))),
        ("valid_to", instants(terms.iter().map(|term| term.2))),
        ("channel", texts(terms.iter().map(|term| Some(term.3.channel.as_str())))),
        ("threshold_us", ints(terms.iter().map(|term| term.3.threshold.as_micros()).collect())),
        ("short_us", ints(terms.iter().map(|term| term.3.short_abandon.as_micros()).collect())),
        ("formula", texts(terms.iter().map(|term| Some(term.3.formula.as_str())))),
        ("calendar", texts(terms.iter().map(|term| term.3.calendar.as_deref()))),
        ("overflow_counts_as", texts(flows().map(|flows| flows.overflow.map(OverflowCounts::as_str)))),
        ("callback_counts_as", texts(flows().map(|flows| flows.callback.map(CallbackCounts::as_str)))),
        ("callback_within_us", some(flows().map(|flows| flows.callback_within.map(Duration::as_micros)))),
        ("callback_attempts", some(flows().map(|flows| flows.callback_attempts.map(i64::from)))),
    ];
    Ok(Bound { name: "queue_terms", rows: batch(columns)? })
}

/// `exclusions`: one row per rule and combination of its values; a null condition does not ask.
pub(crate) fn exclusions(question: &Question, network: &Network) -> Result<Bound, ScorecardError> {
    const COLUMNS: [&str; 8] = ["provider", "site", "queue", "channel", "reason", "team", "customer", "direction"];
    let mut ordinals = Vec::new();
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    let mut values: Vec<Vec<Option<String>>> = vec![Vec::new(); COLUMNS.len()];
    for (ordinal, rule) in (0..).zip(&network.exclusions) {
        for combination in combinations(rule, &COLUMNS, question) {
            ordinals.push(ordinal);
            starts.push(rule.from.unwrap_or(Instant::BEGINNING).as_micros());
            ends.push(rule.to.unwrap_or(Instant::FOREVER).as_micros());
            for (column, value) in values.iter_mut().zip(combination) {
                column.push(value);
            }
        }
    }
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("ordinal", ints(ordinals)),
        ("valid_from", instants(starts.into_iter())),
        ("valid_to", instants(ends.into_iter())),
    ];
    for (name, values) in COLUMNS.into_iter().zip(&values) {
        columns.push((name, texts(values.iter().map(Option::as_deref))));
    }
    Ok(Bound { name: "exclusions", rows: RecordBatch::try_from_iter_with_nullable(nullable(columns))? })
}

fn combinations(rule: &Exclusion, columns: &[&str], question: &Question) -> Vec<Vec<Option<String>>> {
    let mut all: Vec<Vec<Option<String>>> = vec![Vec::new()];
    for column in columns {
        let values: Vec<Option<String>> = match rule.when.get(column) {
            None => vec![None],
            Some(values) if *column == "customer" => {
                values.iter().map(|clear| question.customers.get(clear).or(Some(clear)).cloned()).collect()
            }
            Some(values) => values.iter().cloned().map(Some).collect(),
        };
        all = all
            .iter()
            .flat_map(|before| values.iter().map(|value| [before.as_slice(), std::slice::from_ref(value)].concat()))
            .collect();
    }
    all
}
