//! `verify`: every named invariant that can be checked on what is on the disk.

use std::{collections::BTreeMap, path::Path};

use contact::Instant;
use engine::{Engine, Params, fold_day};
use lake::{DataFile, Table, sort_batches};

use crate::{Glance, Home, StoreError, specs, store::clock_millis};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Damage: figures may be wrong. Each names its invariant.
    pub damage: Vec<String>,
    /// Harmless leftovers.
    pub notes: Vec<String>,
    /// Files, rows and days looked at, by table.
    pub seen: BTreeMap<&'static str, (usize, u64)>,
}

/// Checks a lake home without changing it: files against the log and order (L1, L2), sequences and checksums of the
/// journal (J2, on opening), books (B1), documents and sealed statements against their hashes (S1), legs of clean days against a recompute (R1), contacts in one day only.
///
/// # Errors
/// What cannot even be opened, named.
pub async fn verify(path: &Path, engine: Engine, clock: Instant) -> Result<Verified, StoreError> {
    let home = Home::new(path);
    let glance = Glance::open(path, engine.clone(), clock).await?;
    let mut verified = Verified::default();
    for spec in [specs::events(), specs::legs()] {
        let name = spec.name;
        let table = Table::open(home.path(), spec, clock_millis).await?;
        let snapshot = table.snapshot()?;
        verified.seen.insert(name, (snapshot.files.len(), snapshot.files.iter().map(|file| file.rows).sum()));
        for finding in lake::verify(&table).await? {
            let text = format!("{name}/{finding}");
            if finding.flaw.is_damage() {
                verified.damage.push(format!("L1/L2 {text}"));
            } else {
                verified.notes.push(text);
            }
        }
    }
    for discrepancy in glance.reader.check_books()? {
        verified.damage.push(format!("B1 the books do not balance: {discrepancy:?}"));
    }
    for (kind, hash) in glance.reader.damaged_documents()? {
        verified.damage.push(format!(
            "S1 the document {kind} is not the one with the hash {hash}; restore the journal from a copy"
        ));
    }
    if verified.damage.is_empty() {
        verified.damage.extend(stale_legs(&glance, &engine).await?);
        verified.damage.extend(split_contacts(&glance).await?);
    }
    Ok(verified)
}

/// R1: the legs of a clean day equal a recompute.
async fn stale_legs(glance: &Glance, engine: &Engine) -> Result<Vec<String>, StoreError> {
    let fingerprint = engine.catalog().get("legs")?.definition();
    let pinned = glance.view.pinned();
    let mut found = Vec::new();
    for (day, legs) in pinned.legs.days() {
        let [legs] = legs.as_slice() else {
            found.push(format!("R1 legs of {day} lie in {} files; `vigie rebuild` mends it", legs.len()));
            continue;
        };
        let clean = legs.tags.fingerprint.as_deref() == Some(fingerprint.as_str())
            && legs.tags.origins == pinned.events.origins(day);
        if !clean {
            continue;
        }
        let events: Vec<DataFile> = pinned.events.day(day).into_iter().cloned().collect();
        let recomputed = sort_batches(&specs::legs(), &fold_day(engine, events).await?)?;
        let stored = sort_batches(&specs::legs(), &lake::read_file(legs, None).await?)?;
        if recomputed.columns() != stored.columns() {
            found.push(format!("R1 legs of {day} are not those of its events; `vigie rebuild` mends it"));
        }
    }
    Ok(found)
}

/// A contact lies in one day: its start never changes.
async fn split_contacts(glance: &Glance) -> Result<Vec<String>, StoreError> {
    use arrow::{array::AsArray, compute::cast, datatypes::DataType};
    let session = glance.view.events_session()?;
    let mut found = Vec::new();
    for batch in session.rows("split_contacts", &Params::default()).await? {
        let names = cast(batch.column(0), &DataType::Utf8)?;
        found.extend(
            names.as_string::<i32>().iter().flatten().map(|name| format!("contact {name} lies in several days")),
        );
    }
    Ok(found)
}
