//! The subcommands: each parses, asks and prints.

pub mod alerts;
pub mod backlog;
pub mod calendar;
pub mod complaints;
pub mod contacts;
pub mod contract;
mod contracted;
pub mod feeds;
pub mod homogeneity;
pub mod ingest;
pub mod live;
pub mod mapping;
pub mod network;
pub mod reconcile;
pub mod rejects;
pub mod repeats;
pub mod schema;
pub mod scorecard;
pub mod seal;
pub mod serve;
pub mod simulate;
pub mod upkeep;

use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;
use engine::{Catalog, Engine, EngineOptions};
use store::{Glance, Store, StoreOptions};

use crate::{
    args::{Cli, LakeArgs},
    clock,
    exit::Usage,
};

/// Prints a completion script.
pub fn completions(shell: clap_complete::Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "vigie", &mut script);
    print!("{}", String::from_utf8_lossy(&script));
}

/// The engine with the statements in force.
pub fn engine(lake: &LakeArgs) -> anyhow::Result<Engine> {
    let mut catalog = Catalog::built_in()?;
    if let Some(directory) = &lake.queries {
        catalog = catalog.with_directory(directory)?;
    }
    Ok(Engine::new(catalog, &EngineOptions::default())?)
}

/// A runtime for one command.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}

/// Reads a configuration file that the user named.
pub fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| Usage(format!("cannot read {}: {error}", path.display())).into())
}

/// Opens the lake for writing.
pub async fn open(lake: &LakeArgs, network: Option<&Path>, purpose: &str) -> anyhow::Result<Store> {
    let text = network.map(read).transpose()?;
    let options = StoreOptions {
        purpose: format!("vigie {purpose}"),
        network: text,
        clock: clock::clock(),
        on_fatal: std::sync::Arc::new(|error| {
            eprintln!("vigie: the journal failed, what is durable is no longer known: {error}; start again to recover");
            std::process::exit(1);
        }),
    };
    let opened = Store::open(&lake.lake, engine(lake)?, options).await;
    match (opened, network) {
        (Err(store::StoreError::Network(mistakes)), Some(path)) => Err(mistakes_in(path, &mistakes)),
        (opened, _) => Ok(opened?),
    }
}

/// Looks at the lake without holding it.
pub async fn glance(lake: &LakeArgs) -> anyhow::Result<Glance> {
    Ok(Glance::open(&lake.lake, engine(lake)?, clock::now()).await?)
}

/// Mistakes of a configuration file, one a line.
pub fn mistakes_in<E: std::fmt::Display>(path: &Path, mistakes: &[E]) -> anyhow::Error {
    let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{}, {mistake}", path.display())).collect();
    Usage(lines.join("\n")).into()
}

/// Prints an answer as JSON.
pub fn print_json(answer: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(answer)?);
    Ok(())
}
