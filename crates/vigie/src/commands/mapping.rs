//! `vigie mapping check`: what rows become, before anything is stored.

use std::fs::File;

use contact::{Network, ProviderId};
use intake::{FileReader, Ground, Keys, Mapping};

use super::{mistakes_in, read};
use crate::{
    args::{MappingAction, MappingArgs, MappingCheckArgs},
    clock,
    exit::{Exit, Usage},
};

pub fn run(args: &MappingArgs) -> anyhow::Result<Exit> {
    let MappingAction::Check(args) = &args.action;
    let mapping = Mapping::parse(&read(&args.file)?).map_err(|mistakes| mistakes_in(&args.file, &mistakes))?;
    println!("{}: mapping {}, no mistake found", args.file.display(), mapping.name());
    match &args.sample {
        None => Ok(Exit::Done),
        Some(sample) => explain(args, &mapping, sample),
    }
}

fn explain(args: &MappingCheckArgs, mapping: &Mapping, sample: &std::path::Path) -> anyhow::Result<Exit> {
    let operator = operator(args, mapping)?;
    let network = network(args, mapping, operator.as_ref())?;
    let file = File::open(sample).map_err(|error| Usage(format!("cannot read {}: {error}", sample.display())))?;
    let name = sample.file_name().unwrap_or_default().to_string_lossy();
    let mut reader = FileReader::open(&name, file, mapping.framing())?;
    // Only shown, never stored: pseudonyms of a check need no lasting key.
    let keys = Keys::from_secrets(&[0; 32], &[0; 32]);
    let ground = Ground { network: &network, keys: &keys, now: clock::now(), operator: operator.as_ref() };
    let (rows, ledger) = mapping.explain(&mut reader, &ground, args.rows)?;
    for row in rows {
        println!("{row}");
    }
    let skipped: Vec<String> = ledger.skipped.iter().map(|(name, rows)| format!("{rows} {name}")).collect();
    println!(
        "{} rows read: {} mapped to {} events, {} skipped ({}), {} rejected",
        ledger.rows_read,
        ledger.mapped,
        ledger.events,
        ledger.skipped_total(),
        skipped.join(", "),
        ledger.rejected,
    );
    Ok(if ledger.rejected > 0 { Exit::Rejects } else { Exit::Done })
}

/// The provider given, else some name where neither the mapping nor a network file has one: only what rows become is shown.
fn operator(args: &MappingCheckArgs, mapping: &Mapping) -> anyhow::Result<Option<ProviderId>> {
    let is_unnamed = args.network.is_none() && mapping.providers().next().is_none();
    let name = args.provider.as_deref().or(is_unnamed.then_some("provider"));
    Ok(name.map(ProviderId::new).transpose().map_err(|error| Usage(format!("--provider: {error}")))?)
}

/// The network given, else one that discovers every site and queue of the mapping's providers.
fn network(args: &MappingCheckArgs, mapping: &Mapping, operator: Option<&ProviderId>) -> anyhow::Result<Network> {
    if let Some(path) = &args.network {
        return Network::parse(&read(path)?).map_err(|mistakes| mistakes_in(path, &mistakes));
    }
    let providers = mapping.providers().chain(operator).map(|name| format!("  - name: {:?}\n", name.as_str()));
    let text =
        format!("brand: check\nzone: UTC\ndiscover: [site, queue]\nproviders:\n{}", providers.collect::<String>());
    Network::parse(&text).map_err(|mistakes| mistakes_in(&args.file, &mistakes))
}
