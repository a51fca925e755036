//! `vigie contract`: check contract files, alone or against a network.

use std::path::Path;

use contact::Network;
use contract::{Contract, Versions};

use super::{mistakes_in, read};
use crate::{
    args::{ContractAction, ContractArgs, ContractCheckArgs},
    exit::{Exit, Usage},
};

pub fn run(args: &ContractArgs) -> anyhow::Result<Exit> {
    match &args.action {
        ContractAction::Check(args) => check(args),
    }
}

/// Every file is read before any mistake is told; versions of one contract must also fit together.
fn check(args: &ContractCheckArgs) -> anyhow::Result<Exit> {
    let network = match &args.network {
        Some(file) => Some(Network::parse(&read(file)?).map_err(|mistakes| mistakes_in(file, &mistakes))?),
        None => None,
    };
    let mut wrong = Vec::new();
    let mut contracts = Vec::new();
    for file in &args.files {
        let text = read(file)?;
        let parsed = match &network {
            Some(network) => Contract::parse_for(&text, network),
            None => Contract::parse(&text),
        };
        match parsed {
            Ok(contract) => contracts.push((file, contract)),
            Err(mistakes) => wrong.push(mistakes_in(file, &mistakes).to_string()),
        }
    }
    for (file, contract) in &contracts {
        summary(file, contract);
    }
    let contracts: Vec<Contract> = contracts.into_iter().map(|(_, contract)| contract).collect();
    wrong.extend(misfits(contracts));
    if wrong.is_empty() { Ok(Exit::Done) } else { Err(Usage(wrong.join("\n")).into()) }
}

fn summary(file: &Path, contract: &Contract) {
    println!(
        "{}: {}, version {}, {} objectives, {} promises, {} exclusions, {}; no mistake found",
        file.display(),
        contract.name,
        contract.in_force.version,
        contract.objectives.len(),
        contract.promises.len(),
        contract.exclusions.len(),
        contract.commercial.as_ref().map_or("no money", |money| money.mode.as_str()),
    );
    for open in &contract.left_open {
        println!("{}, {open}", file.display());
    }
}

/// What does not fit between versions of the same contract.
fn misfits(mut contracts: Vec<Contract>) -> Vec<String> {
    let mut wrong = Vec::new();
    while let Some(name) = contracts.first().map(|contract| contract.name.clone()) {
        let (versions, others) = contracts.into_iter().partition(|contract| contract.name == name);
        contracts = others;
        let errors = Versions::new(versions).err().unwrap_or_default();
        wrong.extend(errors.iter().map(ToString::to_string));
    }
    wrong
}
