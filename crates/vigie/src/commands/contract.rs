//! `vigie contract`: check contract files, alone or against a network, and what is filed under them; file them; hold them
//! against a lake.

mod evaluate;
mod file;
mod told;

use std::path::Path;

use contact::Network;
use contract::{Claim, Contract, ContractError, Deliveries, Delivery, Forecasts, Issue, Versions};

use super::{contracted::watched_by, mistakes_in, read};
use crate::{
    args::{ContractAction, ContractArgs, ContractCheckArgs},
    clock,
    exit::{Exit, Usage},
};

pub use evaluate::amounts;
pub use file::documents;

pub fn run(args: &ContractArgs) -> anyhow::Result<Exit> {
    match &args.action {
        ContractAction::Check(args) => check(args),
        ContractAction::File(args) => file::run(args),
        ContractAction::Evaluate(args) => evaluate::run(args),
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
        if let Some(network) = &network {
            for terms in &contract.objectives {
                println!("{}: {}", file.display(), watched_by(contract, terms, network, clock::now()));
            }
        }
    }
    let contracts: Vec<Contract> = contracts.into_iter().map(|(_, contract)| contract).collect();
    // What is filed under a contract that cannot be read cannot be judged.
    if wrong.is_empty() {
        wrong.extend(misfiled(args, &contracts)?);
    }
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

/// Mistakes in claims, forecasts and deliveries.
fn misfiled(args: &ContractCheckArgs, contracts: &[Contract]) -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    for file in &args.claims {
        match under(file, contracts, Claim::parse_all)? {
            Ok(claims) => println!("{}: {} claims; no mistake found", file.display(), claims.len()),
            Err(told) => wrong.push(told),
        }
    }
    let mut issues = Vec::new();
    for file in &args.forecast {
        match under(file, contracts, Issue::parse)? {
            Ok(issue) => {
                let (days, on) = (issue.days.len(), issue.issued_on);
                println!("{}: issued on {on}, {days} days; no mistake found", file.display());
                issues.push(issue);
            }
            Err(told) => wrong.push(told),
        }
    }
    wrong.extend(Forecasts::new(issues).err().map(|error| error.to_string()));
    let mut declared = Vec::new();
    for file in &args.delivery {
        match under(file, contracts, Delivery::parse)? {
            Ok(delivery) => {
                println!("{}: declared on {}; no mistake found", file.display(), delivery.declared_on);
                declared.push(delivery);
            }
            Err(told) => wrong.push(told),
        }
    }
    wrong.extend(Deliveries::new(declared).err().map(|error| error.to_string()));
    Ok(wrong)
}

/// What a file says under one of the versions of a contract, the latest that it fits; else its mistakes under the latest.
fn under<T>(
    file: &Path,
    contracts: &[Contract],
    parse: impl Fn(&str, &Contract) -> Result<T, Vec<ContractError>>,
) -> anyhow::Result<Result<T, String>> {
    let text = read(file)?;
    let mut versions: Vec<&Contract> = contracts.iter().collect();
    versions.sort_by_key(|contract| std::cmp::Reverse(contract.in_force.version));
    if let Some(other) = versions.iter().find(|contract| contract.name != versions[0].name) {
        let both = format!("{} and {}", versions[0].name, other.name);
        return Err(Usage(format!("what is filed is filed under one contract; check {both} apart")).into());
    }
    let mut first = None;
    for contract in versions {
        match parse(&text, contract) {
            Ok(value) => return Ok(Ok(value)),
            Err(mistakes) => first = first.or(Some(mistakes_in(file, &mistakes).to_string())),
        }
    }
    Ok(Err(first.unwrap_or_else(|| format!("{}: there is no contract to hold it against", file.display()))))
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
