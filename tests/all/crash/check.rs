//! The checker: what a lake holds against what was sent and answered. Hands back findings; none is good.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use arrow::{
    array::{AsArray, RecordBatch},
    compute::cast,
    datatypes::{DataType, Int64Type},
};
use contact::{Event, Instant, Network, ProviderId};
use engine::Params;
use intake::{Context, Keys};
use journal::{Counts, Reader};
use store::Glance;
use tests::oracle::{self, Received};

use super::{
    ledger::{Batch, Ledger},
    tool::{Home, Tool},
};
use crate::equality::{engine, legs_of, runtime};

/// Which content of which event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Content {
    provider: String,
    source: String,
    id: String,
    revision: i64,
    digest: i64,
}

/// What was sent under one content.
struct Sent {
    event: Event,
    started: Instant,
    /// Whether a batch with it was answered.
    owed: bool,
    /// How often it may be stored.
    most: usize,
}

/// A stored row.
struct Row {
    started_us: i64,
    received_us: i64,
}

/// J1, B1 and every invariant that `vigie verify` knows. The lake must not be written meanwhile.
pub(super) fn check(tool: &Tool, home: &Home, ledger: &Ledger) -> Vec<String> {
    let mut findings = ledger.complaints();
    match look(&home.lake) {
        Ok(glance) => findings.extend(compare(&home.lake, &glance, &ledger.batches())),
        Err(error) => findings.push(format!("the lake cannot be read: {error}")),
    }
    findings.extend(verified(tool, home));
    findings
}

/// Once everything is answered: the legs are those that the definitions make of what was sent.
pub(super) fn check_legs(home: &Home, ledger: &Ledger) -> Vec<String> {
    let glance = match look(&home.lake) {
        Ok(glance) => glance,
        Err(error) => return vec![format!("the lake cannot be read: {error}")],
    };
    let sent = sent(&home.lake, &glance.network, &ledger.batches());
    let received =
        |sent: &Sent| Received { event: sent.event.clone(), started_at: sent.started, received_at: sent.started };
    let history: Vec<Received> = sent.values().map(received).collect();
    let expected = oracle::fold(&history, Instant::FOREVER, Instant::FOREVER);
    let legs = runtime().block_on(legs_of(&glance.view, Instant::FOREVER, Instant::FOREVER));
    if legs == expected {
        return Vec::new();
    }
    let first = legs.iter().zip(&expected).find(|(leg, right)| leg != right);
    vec![format!("{} legs, {} were expected; the first that differs: {first:?}", legs.len(), expected.len())]
}

fn look(lake: &Path) -> Result<Glance, store::StoreError> {
    runtime().block_on(Glance::open(lake, engine(), Instant::FOREVER))
}

/// What `vigie verify` says, unless it is content.
fn verified(tool: &Tool, home: &Home) -> Vec<String> {
    let (status, said) = tool.run(home, None, &["verify"]);
    if status.success() { Vec::new() } else { vec![format!("verify ended with {status}: {said}")] }
}

fn compare(lake: &Path, glance: &Glance, batches: &[Batch]) -> Vec<String> {
    let sent = sent(lake, &glance.network, batches);
    let rows = match stored(glance) {
        Ok(rows) => rows,
        Err(error) => return vec![format!("the events cannot be read: {error}")],
    };
    let mut findings = Vec::new();
    for (content, told) in &sent {
        match rows.get(content).map_or(&[][..], Vec::as_slice) {
            [] if told.owed => findings.push(format!("lost: {content:?} was acknowledged and is not there")),
            found => findings.extend(wrong_rows(content, told, found)),
        }
    }
    for content in rows.keys().filter(|content| !sent.contains_key(content)) {
        findings.push(format!("made up: {content:?} was never sent"));
    }
    findings.extend(wrong_books(&glance.reader, batches, rows.values().map(Vec::len).sum()));
    findings
}

fn wrong_rows(content: &Content, told: &Sent, rows: &[Row]) -> Vec<String> {
    let mut findings = Vec::new();
    if rows.len() > told.most {
        findings.push(format!(
            "{content:?} is there {} times, it was accepted {} times at most",
            rows.len(),
            told.most
        ));
    }
    // One receipt stores a content once: the same instant twice is one row stored twice.
    let instants: BTreeSet<i64> = rows.iter().map(|row| row.received_us).collect();
    if instants.len() < rows.len() {
        findings.push(format!("doubled: {content:?} is there {} times from {} receipts", rows.len(), instants.len()));
    }
    if rows.iter().any(|row| row.started_us != told.started.as_micros()) {
        findings.push(format!("{content:?} has another start than was stated"));
    }
    findings
}

/// B1: the books balance, agree with the rows, and hold every receipt that was given.
fn wrong_books(reader: &Reader, batches: &[Batch], rows: usize) -> Vec<String> {
    let mut findings = Vec::new();
    let (books, discrepancies) = match (reader.books(), reader.check_books()) {
        (Ok(books), Ok(discrepancies)) => (books.events, discrepancies),
        (Err(error), _) | (_, Err(error)) => return vec![format!("the books cannot be read: {error}")],
    };
    findings.extend(discrepancies.iter().map(|discrepancy| format!("the books do not balance: {discrepancy:?}")));
    if books.accepted + books.conflict != rows as u64 {
        findings.push(format!(
            "the books know {} accepted and {} conflicts, {rows} rows are there",
            books.accepted, books.conflict
        ));
    }
    let most: usize = batches.iter().map(|batch| batch.most() * batch.lines.len()).sum();
    if books.received > most as u64 {
        findings.push(format!("the books know {} events received, {most} were sent", books.received));
    }
    for batch in batches {
        let Some(answer) = &batch.answer else { continue };
        let Some(id) = &answer.receipt else { continue };
        let kept: Option<Counts> = reader.receipt(id).ok().flatten().map(|receipt| receipt.counts);
        if kept != answer.counts {
            findings.push(format!("lost: the receipt {id} says {kept:?}, the answer said {:?}", answer.counts));
        }
    }
    findings
}

/// What was sent, by content.
fn sent(lake: &Path, network: &Network, batches: &[Batch]) -> BTreeMap<Content, Sent> {
    let keys = Keys::load(&store::Home::new(lake).key()).expect("a lake has its key");
    let mut all: BTreeMap<Content, Sent> = BTreeMap::new();
    for batch in batches {
        let provider = ProviderId::new(batch.provider).expect("a provider's name");
        let now = Instant::FOREVER;
        let context = Context { network, provider: &provider, keys: &keys, now, door: intake::Door::File };
        for line in &batch.lines {
            let Some(started) = line.started else { continue };
            let event = intake::parse_event(line.text.as_bytes(), &context).expect("a story's events are valid").event;
            let content = Content {
                provider: batch.provider.to_owned(),
                source: event.identity.source.clone(),
                id: event.identity.id.clone(),
                revision: i64::from(event.revision),
                digest: event.content_digest(),
            };
            let told = all.entry(content).or_insert(Sent { event, started, owed: false, most: 0 });
            told.owed |= batch.answer.is_some();
            told.most += batch.most();
        }
    }
    all
}

fn stored(glance: &Glance) -> Result<BTreeMap<Content, Vec<Row>>, engine::EngineError> {
    let batches = runtime().block_on(async {
        let session = glance.view.events_session()?;
        session.rows("every_event", &Params::default()).await
    })?;
    let mut all: BTreeMap<Content, Vec<Row>> = BTreeMap::new();
    for batch in &batches {
        let [provider, source, id] = ["provider", "source", "id"].map(|name| texts(batch, name));
        let [revision, digest, started, received] =
            ["revision", "digest", "started_at", "received_at"].map(|name| numbers(batch, name));
        for row in 0..batch.num_rows() {
            let content = Content {
                provider: provider[row].clone(),
                source: source[row].clone(),
                id: id[row].clone(),
                revision: revision[row],
                digest: digest[row],
            };
            all.entry(content).or_default().push(Row { started_us: started[row], received_us: received[row] });
        }
    }
    Ok(all)
}

fn texts(batch: &RecordBatch, name: &str) -> Vec<String> {
    let column = cast(batch.column_by_name(name).expect("a column of events"), &DataType::Utf8).expect("text");
    column.as_string::<i32>().iter().map(|text| text.expect("never null").to_owned()).collect()
}

fn numbers(batch: &RecordBatch, name: &str) -> Vec<i64> {
    let column = cast(batch.column_by_name(name).expect("a column of events"), &DataType::Int64).expect("a number");
    column.as_primitive::<Int64Type>().values().to_vec()
}
