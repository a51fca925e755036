//! `vigie network check`.

use contact::Network;

use super::{mistakes_in, read};
use crate::{
    args::{NetworkAction, NetworkArgs},
    exit::Exit,
};

pub fn run(args: &NetworkArgs) -> anyhow::Result<Exit> {
    let NetworkAction::Check { file } = &args.action;
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
