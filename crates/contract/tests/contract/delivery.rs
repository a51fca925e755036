//! What a provider declares to have sent: which declaration holds, and for which objective.

use contract::{
    Asked, Claim, ClosedState, Contract, DeclaredTwice, Deliveries, Delivery, Facts, Forecasts, Known, Received,
    Stratum,
};
use jiff::civil::Date;

use crate::fixtures::{CARE, care_with, closed, day, facts, march, noon, objective, read};

fn text(declared_on: &str, days: &str) -> String {
    format!(
        "apiVersion: vigie/v1\nkind: SlaDelivery\nmetadata: {{ contract: north-atlas-care }}\ndeclaredOn: {declared_on}\n{days}\n"
    )
}

#[track_caller]
fn delivery(contract: &Contract, declared_on: &str, days: &str) -> Delivery {
    Delivery::parse(&text(declared_on, days), contract).expect("a delivery without mistake")
}

fn declared(contract: &Contract, deliveries: Vec<Delivery>, name: &str, on: Date) -> Option<u64> {
    let network = contact::Network::parse(
        "brand: north\nzone: Europe/Paris\nproviders: [ { name: atlas } ]\nsites: [ { name: tunis, provider: atlas } ]\nqueues: \
         [ { name: voice-fr, channel: voice }, { name: moderation, channel: moderation } ]\n",
    );
    let (network, forecasts) = (network.expect("a network"), Forecasts::default());
    let known = Known { network: &network, claims: &[] as &[Claim], forecasts: &forecasts, as_of: march().to };
    let asked = Asked::of(contract, objective(contract, name), march(), &known);
    Deliveries::new(deliveries).expect("declared on different days").declared(contract, &asked.scope, on)
}

/// A correction holds where it says something, and what it leaves out stays.
#[test]
fn the_last_declaration_of_a_day_holds() {
    let contract = read(CARE);
    let two = || {
        vec![
            delivery(&contract, "2026-04-03", "days: { 2026-03-02: 1190 }"),
            delivery(&contract, "2026-04-01", "days: { 2026-03-02: 1200, 2026-03-03: 900 }"),
        ]
    };
    assert_eq!(declared(&contract, two(), "service", day(2)), Some(1_190));
    assert_eq!(declared(&contract, two(), "service", day(3)), Some(900));
    assert_eq!(declared(&contract, two(), "service", day(4)), None, "nobody declares that day");
    let twice = [delivery(&contract, "2026-04-03", "days: { 2026-03-02: 1 }"), two().remove(0)];
    assert_eq!(Deliveries::new(twice.to_vec()), Err(DeclaredTwice("2026-04-03".parse().expect("a day"))));
}

/// An objective of one queue is measured by what is declared of that queue, never by the sum of all.
#[test]
fn an_objective_of_some_queues_is_measured_by_those() {
    let contract = care_with("    - name: service\n", "    - name: service\n      scope: { lines: [ voice-fr ] }\n");
    let of = |days: &str| declared(&contract, vec![delivery(&contract, "2026-04-01", days)], "service", day(2));
    assert_eq!(of("days: { 2026-03-02: 1200 }"), None);
    assert_eq!(of("lines: { voice-fr: { 2026-03-02: 700 } }"), Some(700));
    assert_eq!(of("lines: { moderation: { 2026-03-02: 500 } }"), None);
    let whole = read(CARE);
    let sum = "lines: { voice-fr: { 2026-03-02: 700 }, moderation: { 2026-03-02: 500 } }";
    assert_eq!(declared(&whole, vec![delivery(&whole, "2026-04-01", sum)], "service", day(2)), Some(1_200));
    let part = "lines: { voice-fr: { 2026-03-02: 700 } }";
    assert_eq!(declared(&whole, vec![delivery(&whole, "2026-04-01", part)], "service", day(2)), None);
}

#[test]
fn a_declaration_is_refused_with_what_would_be_right() {
    let contract = read(CARE);
    let wrong = |declared_on: &str, days: &str| {
        let mistakes = Delivery::parse(&text(declared_on, days), &contract).expect_err("a mistake");
        mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert!(wrong("2026-03-02", "days: { 2026-03-02: 1 }").contains("declare days that were over"));
    assert!(wrong("2026-03-03", "days: { 2026-3-2: 1 }").contains("give year-month-day"));
    assert!(wrong("2026-03-03", "lines: { mail: { 2026-03-02: 1 } }").contains("use one of: voice-fr, moderation"));
    assert!(wrong("2026-03-03", "days: {}").contains("declares no day"));
    let other = text("2026-03-03", "days: { 2026-03-02: 1 }").replace("north-atlas-care", "other");
    assert!(Delivery::parse(&other, &contract).is_err());
}

const BACKLOG: &str = "
apiVersion: vigie/v1
kind: SlaContract
metadata: { name: north-atlas-care }
spec:
  parties: { client: north, provider: atlas }
  inForce: { from: 2026-01-01, version: 1 }
  scope: { lines: [ voice-fr, moderation ] }
  zone: Europe/Paris
  data: { completeness: { minShare: 0.995, onShortfall: assume_miss } }
  objectives:
    - name: oldest
      indicator: { ref: backlog_age, params: { calendar: always } }
      levels: { expected: 24h }
      timeWindow: [ { duration: 1M } ]
      minSample: 1
";

/// A reading is taken of what came: a contact that did not come cannot be a reading that missed.
#[test]
fn what_did_not_come_is_no_reading() {
    let contract = read(BACKLOG);
    let reading = Stratum::reading(objective(&contract, "oldest"), day(2), noon(2), 3_600_000_000, 990);
    let received = Some(Received { received: 990, expected: 1_000 });
    let result = closed(&contract, "oldest", &Facts { received, ..facts([reading]) });
    assert_eq!((result.state, result.because), (ClosedState::Met, None));
}
