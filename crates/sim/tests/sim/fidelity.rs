//! Simulated queues are those of the theory: if they were not, every truth drawn from them would be one of another system.

use contact::Duration;
use jiff::civil::date;
use serde::Deserialize;
use sim::{LegCounts, Simulation, Stationary, stationary};

use crate::support::{run_of, truth_of};

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    input: Input,
    expected: Expected,
}

#[derive(Deserialize)]
struct Input {
    arrivals_per_min: f64,
    handle_min: f64,
    agents: u32,
    patience_min: f64,
    target_min: f64,
}

#[derive(Deserialize)]
struct Expected {
    p_wait: f64,
    p_abandon: f64,
    mean_wait_all: f64,
    occupancy: f64,
    answered_within_over_offered: f64,
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds of the vectors")]
fn minutes(minutes: f64) -> Duration {
    Duration::from_secs((minutes * 60.0).round() as u32)
}

/// Part and whole of each day.
type Days = Vec<(f64, f64)>;

#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
fn real(count: u64) -> f64 {
    count as f64
}

/// Batch means: a day is a batch, the first one is left out because it begins with an empty queue. Returns the ratio of
/// sums and its standard error, √(n/(n − 1) Σ (x − r y)²) / Σ y over n days.
fn batches(days: &[(f64, f64)]) -> (f64, f64) {
    let n = f64::from(u32::try_from(days.len()).expect("days"));
    let whole: f64 = days.iter().map(|(_, whole)| whole).sum();
    let ratio = days.iter().map(|(part, _)| part).sum::<f64>() / whole;
    let squares: f64 = days.iter().map(|(part, whole)| (part - ratio * whole).powi(2)).sum();
    (ratio, (n / (n - 1.0) * squares).sqrt() / whole)
}

/// Every figure lies within four standard errors of its exact value (plus 0.00001 for what practically never happens),
/// and the error is small enough to tell: below 3 % of the value or 0.002.
fn check(case: &Case, days: u16, seed: u64) {
    let input = &case.input;
    let scenario = stationary(&Stationary {
        arrivals_per_minute: input.arrivals_per_min,
        handling: minutes(input.handle_min),
        servers: input.agents,
        patience: Some(minutes(input.patience_min)),
        threshold: minutes(input.target_min),
    });
    let run = run_of(date(2026, 1, 1), days + 1, seed);
    let truth = truth_of(Simulation::new(scenario.expect("a scenario"), run).expect("a run").without_waits());
    let days: Vec<LegCounts> = (1..=usize::from(days)).map(|day| truth.sum(day..day + 1, |_| true)).collect();
    let agent_time = 1440.0 * 60e6 * f64::from(input.agents);
    let expected = &case.expected;
    let offered = |day: &LegCounts| real(day.offered);
    let of_offered = |part: fn(&LegCounts) -> u64| days.iter().map(|day| (real(part(day)), offered(day))).collect();
    let waits = days.iter().map(|day| (real(day.wait_us + day.abandon_wait_us) / 60e6, offered(day))).collect();
    let busy = days.iter().map(|day| (real(day.handle_us), agent_time)).collect();
    let figures: [(&str, f64, Days); 5] = [
        ("P(wait)", expected.p_wait, of_offered(|day| day.delayed)),
        ("P(abandon)", expected.p_abandon, of_offered(|day| day.abandoned)),
        ("service level", expected.answered_within_over_offered, of_offered(|day| day.answered_in_time)),
        ("mean wait, min", expected.mean_wait_all, waits),
        ("occupancy", expected.occupancy, busy),
    ];
    for (name, exact, days) in figures {
        let (mean, error) = batches(&days);
        println!("{:>22} {name:>15}: exact {exact:.5}, simulated {mean:.5} ± {error:.5}", case.id);
        assert!((mean - exact).abs() <= 4.0 * error + 1e-5, "{} {name}: {mean} ± {error}, exact {exact}", case.id);
        assert!(error <= (0.03 * exact).max(0.002), "{} {name}: ± {error} tells nothing", case.id);
    }
}

fn check_case(id: &str, days: u16, seed: u64) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/erlang_a.json");
    let text = std::fs::read_to_string(path).expect("a file of tests/vectors");
    let vectors: Vectors = serde_json::from_str(&text).expect("vectors");
    let case = vectors.cases.iter().find(|case| case.id == id);
    check(case.expect("a case of the vectors"), days, seed);
}

#[test]
fn a_small_queue_is_erlang_a_within_simulation_error() {
    check_case("100-per-30min", 200, 1);
}

#[test]
fn a_large_queue_is_erlang_a_within_simulation_error() {
    check_case("50-agents-48-per-min", 20, 2);
}

#[test]
fn an_overloaded_queue_is_erlang_a_within_simulation_error() {
    check_case("overloaded", 120, 3);
}

#[test]
fn a_queue_of_patient_customers_is_erlang_c_within_simulation_error() {
    check_case("very-patient", 200, 4);
}

#[test]
fn more_people_never_answer_fewer() {
    let in_time = |servers| {
        let queue = Stationary {
            arrivals_per_minute: 4.0,
            handling: Duration::from_secs(180),
            servers,
            patience: Some(Duration::from_secs(120)),
            threshold: Duration::from_secs(20),
        };
        let run = run_of(date(2026, 1, 1), 10, 3);
        let truth = truth_of(Simulation::new(stationary(&queue).expect("a scenario"), run).expect("a run"));
        truth.sum(truth.all_days(), |_| true)
    };
    let sums: Vec<LegCounts> = (9..15).map(in_time).collect();
    assert!(sums.windows(2).all(|pair| pair[0].offered == pair[1].offered), "the same contacts come, whoever is there");
    assert!(sums.windows(2).all(|pair| pair[0].answered_in_time < pair[1].answered_in_time), "{sums:?}");
}
