//! `vigie contract evaluate`: contracts held against a lake.

use std::collections::BTreeMap;

use anyhow::bail;
use contact::{Instant, Network};
use contract::Minor;
use evaluation::{Evaluation, EvaluationQuestion, Filed, Invoices, Wanted, evaluate};
use store::Glance;

use super::{documents, told::print_tables};
use crate::{
    args::{ContractEvaluateArgs, Format},
    commands::{glance, mistakes_in, print_json, read, runtime},
    exit::{Exit, Usage},
};

pub fn run(args: &ContractEvaluateArgs) -> anyhow::Result<Exit> {
    let wanted = args.period.as_deref().map_or(Ok(Wanted::Current), Wanted::parse)?;
    let answer = runtime()?.block_on(answer(args, wanted))?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::evaluation(&answer)),
        Format::Table => print_tables(&answer),
    }
    Ok(Exit::Done)
}

async fn answer(args: &ContractEvaluateArgs, wanted: Wanted) -> anyhow::Result<Evaluation> {
    let glance = glance(&args.lake).await?;
    let network = match &args.network {
        Some(file) => Network::parse(&read(file)?).map_err(|mistakes| mistakes_in(file, &mistakes))?,
        None => glance.network.clone(),
    };
    let instant = |field: &str, text: &Option<String>| -> anyhow::Result<Option<Instant>> {
        let Some(text) = text else { return Ok(None) };
        let wrong = |_| Usage(format!("{field}: {text:?} is no instant; give one such as 2026-11-01T00:00:00Z"));
        Ok(Some(text.parse().map_err(wrong)?))
    };
    let as_of = instant("--as-of", &args.as_of)?;
    let now = instant("--now", &args.now)?.or(as_of).unwrap_or(glance.now);
    let known_from = as_of.unwrap_or(Instant::FOREVER);
    let filed = filed(args, &glance, &network, known_from)?;
    let invoices = invoices(&args.invoice, &filed)?;
    let customers = glance.customers.clone();
    let question = EvaluationQuestion { wanted, now, as_of: known_from, invoices, customers };
    Ok(evaluate(&glance.view, &network, &glance.feeds, &filed, &question).await?)
}

/// The files given, else what is filed.
fn filed(
    args: &ContractEvaluateArgs,
    glance: &Glance,
    network: &Network,
    as_of: Instant,
) -> anyhow::Result<Vec<Filed>> {
    if !args.contracts.is_empty() {
        let mut filed = Filed::read(&documents(&args.contracts)?, network)?;
        store::tell_lacking(&glance.reader, &mut filed, as_of)?;
        return Ok(filed);
    }
    let filed = store::filed(&glance.reader, network, as_of)?;
    if filed.is_empty() {
        let lake = args.lake.lake.display();
        if as_of != Instant::FOREVER && !store::filed(&glance.reader, network, Instant::FOREVER)?.is_empty() {
            bail!(Usage(format!("--as-of: no contract was filed in {lake} by {as_of}; give a later instant")));
        }
        let right = "give --contracts DIR, or file them with `vigie contract file` or `vigie serve --contracts`";
        bail!(Usage(format!("no contract is filed in {lake}; {right}")));
    }
    Ok(filed)
}

/// The invoices given, by contract; one without a name is of every contract.
pub fn invoices(given: &[String], filed: &[Filed]) -> anyhow::Result<BTreeMap<String, Invoices>> {
    let mut texts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let names: Vec<&str> = filed.iter().filter_map(Filed::name).collect();
    for text in given {
        let (name, money) = text.split_once('=').map_or((None, text.as_str()), |(name, money)| (Some(name), money));
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            let right =
                if names.is_empty() { "none is filed".to_owned() } else { format!("use one of: {}", names.join(", ")) };
            bail!(Usage(format!("--invoice: there is no contract {name:?}; {right}")));
        }
        for of in names.iter().filter(|known| name.is_none_or(|name| name == **known)) {
            texts.entry((*of).to_owned()).or_default().push(money);
        }
    }
    let read = |(name, texts): (String, Vec<&str>)| Ok((name, Invoices::parse(&texts.join(","))?));
    texts.into_iter().map(read).collect()
}

/// One amount for each contract, in minor units.
pub fn amounts(given: &[String], filed: &[Filed]) -> anyhow::Result<BTreeMap<String, Minor>> {
    let one = |(name, invoices): (String, Invoices)| match invoices.asked.filter(|_| invoices.months.is_empty()) {
        Some(amount) => Ok((name, amount)),
        None => bail!(Usage("--invoice: a statement is of one month; give one amount such as 100000.00".to_owned())),
    };
    invoices(given, filed)?.into_iter().map(one).collect()
}
