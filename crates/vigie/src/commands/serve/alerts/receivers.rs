//! From receivers in the file to couriers: their secrets are read here, and never shown.

use std::{path::Path, sync::Arc};

use alert::{
    Address, Alertmanager, Allowed, Carrier, Client, Courier, Ledger, Planned, Secret, SecretAt, Timeouts, Webhook,
};

use crate::{clock, exit::Usage};

/// A courier for each receiver.
pub fn couriers<L: Ledger>(planned: &[Planned], ledger: &Arc<L>) -> anyhow::Result<Vec<Courier<L>>> {
    let courier = |planned: &Planned| {
        let name = planned.receiver.name();
        let carrier = carrier(&planned.address).map_err(|wrong| Usage(format!("the receiver {name:?}: {wrong}")))?;
        Ok(Courier::new(Arc::clone(ledger), name, carrier, planned.retry, clock::clock()))
    };
    planned.iter().map(courier).collect()
}

fn carrier(address: &Address) -> Result<Box<dyn Carrier>, String> {
    let said = |error: alert::AlertError| error.to_string();
    match address {
        Address::Webhook { url, secrets, allow, authorities } => {
            let allowed = Allowed::networks(allow.iter().map(String::as_str)).map_err(said)?;
            let authorities = authorities.as_deref().map(file).transpose()?;
            let client = Client::new(allowed, Timeouts::default(), authorities.as_deref()).map_err(said)?;
            let secrets = secrets.iter().map(secret).collect::<Result<_, _>>()?;
            Ok(Box::new(Webhook::new(client, url, secrets).map_err(said)?))
        }
        Address::Alertmanager { url, options } => {
            let client = Client::new(Allowed::everywhere(), Timeouts::default(), None).map_err(said)?;
            Ok(Box::new(Alertmanager::new(client, url, options.clone()).map_err(said)?))
        }
    }
}

fn secret(at: &SecretAt) -> Result<Secret, String> {
    let (text, place) = match at {
        SecretAt::File(path) => {
            let text = String::from_utf8(file(path)?).map_err(|_| format!("{} is no text", path.display()))?;
            (text, path.display().to_string())
        }
        SecretAt::Env(name) => {
            let found = std::env::var(name);
            (found.map_err(|_| format!("the variable {name} is not set; set it to the secret"))?, name.clone())
        }
    };
    // The error does not repeat what it read.
    Secret::parse(&text).map_err(|error| format!("{place}: {error}"))
}

fn file(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
