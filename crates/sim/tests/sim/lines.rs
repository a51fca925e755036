//! Every line is an event that intake accepts, without a reject and without a warning.

use std::collections::BTreeMap;

use intake::{Context, Door, Keys, parse_event};
use jiff::civil::date;
use sim::{Simulation, dating_plan, outdoor_plan, rail_plan};

use crate::support::{MONDAY, hypermarket_with, planned, run_of};

/// How many events of each kind intake accepted, and of how many providers.
fn accepted(mut simulation: Simulation) -> (BTreeMap<String, u32>, usize) {
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
    (kinds, providers.len())
}

fn words(kinds: &BTreeMap<String, u32>) -> Vec<&str> {
    kinds.keys().map(String::as_str).collect()
}

#[test]
fn intake_accepts_every_line() {
    let (kinds, providers) = accepted(hypermarket_with(run_of(MONDAY, 2, 4), |_| {}));
    let told = ["abandoned", "answered", "ended", "offered", "reopened", "resolved", "transferred"];
    assert_eq!((words(&kinds), providers), (told.to_vec(), 4));
}

/// Nearly every type of event there is, in words that intake has a use for.
#[test]
fn intake_accepts_every_line_of_the_other_networks() {
    let plans = [
        (outdoor_plan(), date(2026, 2, 2), 2),
        (dating_plan(), date(2026, 10, 13), 2),
        (rail_plan(), date(2026, 6, 18), 3),
    ];
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    for (plan, from, wanted) in plans {
        let (kinds, providers) = accepted(planned(plan.expect("a plan"), run_of(from, 1, 4)));
        assert_eq!(providers, wanted, "{kinds:?}");
        kinds.into_iter().for_each(|(kind, count)| *all.entry(kind).or_default() += count);
    }
    let told = [
        "abandoned",
        "answered",
        "callback_requested",
        "cancelled",
        "closed",
        "customer_wrote",
        "decided",
        "dialled",
        "ended",
        "flowed_out",
        "offered",
        "published",
        "reopened",
        "replied",
        "resolved",
        "resumed",
        "transferred",
        "waiting",
    ];
    assert_eq!(words(&all), told);
    assert!(all.values().all(|count| *count > 30), "{all:?}");
}
