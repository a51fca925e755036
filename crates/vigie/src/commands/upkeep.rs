//! `vigie verify`, `compact` and `rebuild`.

use std::time::Duration;

use super::{engine, open, runtime};
use crate::{
    args::{CompactArgs, LakeArgs},
    clock,
    exit::Exit,
};

/// Checks every invariant; damage is listed and gives status 1.
pub fn verify(args: &LakeArgs) -> anyhow::Result<Exit> {
    let verified = runtime()?.block_on(store::verify(&args.lake, engine(args)?, clock::now()))?;
    for (table, (files, rows)) in &verified.seen {
        println!("{table}: {files} files, {rows} rows");
    }
    for note in &verified.notes {
        println!("note: {note}");
    }
    for damage in &verified.damage {
        println!("damage: {damage}");
    }
    if verified.damage.is_empty() {
        println!("every invariant holds");
        return Ok(Exit::Done);
    }
    eprintln!("vigie: {} findings", verified.damage.len());
    Ok(Exit::Failed)
}

/// Flushes, merges, folds and vacuums.
pub fn compact(args: &CompactArgs) -> anyhow::Result<Exit> {
    runtime()?.block_on(async {
        let store = open(&args.lake, None, "compact").await?;
        let flushed = store.flush().await?;
        let compacted = store.compact(1).await?;
        let folded = store.fold().await?;
        store.maintain().await?;
        let deleted = store.vacuum(Duration::from_hours(24 * args.keep_days), false).await?;
        println!(
            "flushed {flushed} rows, merged {compacted} days, folded {folded} days, deleted {} files",
            deleted.len()
        );
        Ok(Exit::Done)
    })
}

/// Computes all legs anew.
pub fn rebuild(args: &LakeArgs) -> anyhow::Result<Exit> {
    runtime()?.block_on(async {
        let store = open(args, None, "rebuild").await?;
        store.flush().await?;
        let days = store.rebuild().await?;
        println!("computed the legs of {days} days anew");
        Ok(Exit::Done)
    })
}
