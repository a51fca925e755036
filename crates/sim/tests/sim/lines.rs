//! Every line is an event that intake accepts, without a reject and without a warning.

use std::collections::BTreeMap;

use intake::{Context, Door, Keys, parse_event};
use sim::Simulation;

use crate::support::{MONDAY, hypermarket_with, run_of};

#[test]
fn intake_accepts_every_line() {
    let mut simulation: Simulation = hypermarket_with(run_of(MONDAY, 2, 4), |_| {});
    let network = simulation.scenario().network().clone();
    let keys = Keys::from_secrets(&[1; 32], &[2; 32]);
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    let mut providers: BTreeMap<String, u32> = BTreeMap::new();
    while let Some(delivery) = simulation.next_delivery() {
        let context =
            Context { network: &network, provider: delivery.provider, keys: &keys, now: delivery.at, door: Door::Http };
        let line = delivery.line;
        assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
        let parsed = parse_event(line, &context).unwrap_or_else(|rejected| {
            panic!("{}: {}", rejected.reject.message, String::from_utf8_lossy(line));
        });
        assert!(parsed.warnings.is_empty(), "{:?}: {}", parsed.warnings, String::from_utf8_lossy(line));
        assert_eq!(parsed.event.kind, delivery.kind);
        assert_eq!(parsed.event.time, delivery.time);
        *kinds.entry(delivery.kind.to_string()).or_default() += 1;
        *providers.entry(delivery.provider.to_string()).or_default() += 1;
    }
    let words: Vec<&str> = kinds.keys().map(String::as_str).collect();
    assert_eq!(words, ["abandoned", "answered", "ended", "offered", "reopened", "resolved", "transferred"]);
    assert_eq!(providers.len(), 4, "{providers:?}");
}
