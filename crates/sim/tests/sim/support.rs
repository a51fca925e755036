//! Runs, and their events as a reader of lines sees them.

use std::convert::Infallible;

use jiff::civil::{Date, date};
use serde::Deserialize;
use sim::{Plan, Run, Scenario, Simulation, Truth, hypermarket_plan};

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600_000_000;

/// A Monday in an ordinary week.
pub const MONDAY: Date = date(2026, 3, 9);

pub fn run_of(from: Date, days: u16, seed: u64) -> Run {
    Run { from, days, seed }
}

/// The plan, changed, as a simulation.
pub fn hypermarket_with(run: Run, change: impl FnOnce(&mut Plan)) -> Simulation {
    let mut plan = hypermarket_plan().expect("a plan");
    change(&mut plan);
    planned(plan, run)
}

/// Any plan as a simulation.
pub fn planned(plan: Plan, run: Run) -> Simulation {
    Simulation::new(Scenario::new(plan).expect("a scenario"), run).expect("a run")
}

/// All lines, and the truth.
pub fn lines_of(simulation: Simulation) -> (Vec<u8>, Truth) {
    let mut lines = Vec::new();
    let truth = simulation.run(|delivery| {
        lines.extend_from_slice(delivery.line);
        Ok::<(), Infallible>(())
    });
    (lines, truth.expect("cannot fail"))
}

/// Only the truth.
pub fn truth_of(simulation: Simulation) -> Truth {
    simulation.run(|_| Ok::<(), Infallible>(())).expect("cannot fail")
}

/// An event as written.
#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    pub id: String,
    pub source: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub subject: String,
    pub time: contact::Instant,
    pub data: Data,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Data {
    pub started_at: contact::Instant,
    pub contact: Option<String>,
    pub site: Option<String>,
    pub queue: Option<String>,
    #[serde(default)]
    pub leg: u32,
    pub reason: Option<String>,
    pub customer: Option<String>,
    #[serde(default)]
    pub complaint: bool,
    pub by: Option<String>,
    pub to: Option<String>,
    pub decision: Option<String>,
    pub slot: Option<contact::Instant>,
    pub reached: Option<bool>,
    pub talk_s: Option<f64>,
    pub hold_s: Option<f64>,
    pub wrap_s: Option<f64>,
}

impl Line {
    pub fn parse(line: &[u8]) -> Self {
        serde_json::from_slice(line).expect("an event")
    }

    /// The word of the type.
    pub fn word(&self) -> &str {
        self.kind.strip_prefix("vigie.contact.").and_then(|kind| kind.strip_suffix(".v1")).expect("a type")
    }
}
