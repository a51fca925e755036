//! `vigie network`: check a network file, and see what it does not list.

use std::path::Path;

use contact::Network;
use scorecard::DiscoveredAnswer;

use super::{glance, mistakes_in, print_json, read, runtime};
use crate::{
    args::{Format, NetworkAction, NetworkArgs, NetworkDiscoveredArgs},
    exit::Exit,
    table::Table,
};

pub fn run(args: &NetworkArgs) -> anyhow::Result<Exit> {
    match &args.action {
        NetworkAction::Check { file } => check(file),
        NetworkAction::Discovered(args) => discovered(args),
    }
}

fn check(file: &Path) -> anyhow::Result<Exit> {
    let network = Network::parse(&read(file)?).map_err(|mistakes| mistakes_in(file, &mistakes))?;
    println!(
        "{}: brand {}, {} providers, {} sites, {} queues, {} calendars, {} exclusion rules; no mistake found",
        file.display(),
        network.brand,
        network.providers.len(),
        network.sites.len(),
        network.queues.len(),
        network.calendars.len(),
        network.exclusions.len(),
    );
    Ok(Exit::Done)
}

fn discovered(args: &NetworkDiscoveredArgs) -> anyhow::Result<Exit> {
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        anyhow::Ok(scorecard::discovered(&glance.view, &glance.network).await?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::discovered(&answer)),
        Format::Table => table(&answer),
    }
    Ok(Exit::Done)
}

fn table(answer: &DiscoveredAnswer) {
    if answer.names.is_empty() {
        println!("the network file lists every site, queue and reason that events name");
        return;
    }
    let mut table = Table::new(["kind", "name", "provider", "first seen", "last seen", "events"], 5);
    for name in &answer.names {
        let seen = [name.first_seen_at, name.last_seen_at].map(|at| at.to_string());
        let mut row = vec![name.kind.as_str().to_owned(), name.name.clone(), name.provider.clone()];
        row.extend(seen);
        row.push(name.events.to_string());
        table.push(row);
    }
    table.print();
    if answer.more {
        println!("\nand more; add these to the network file first");
    }
}
