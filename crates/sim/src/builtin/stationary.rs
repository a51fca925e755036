//! One queue that never changes: what queueing formulas describe.

use contact::Duration;

use super::{plain_queue, plain_site};
use crate::{GroupPlan, Length, Mishaps, Plan, ReasonPlan, Scenario, Season, Share, SimError, Staffing};

/// An M/M/c queue with exponential patience (Erlang A), open day and night.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stationary {
    /// Contacts per minute.
    pub arrivals_per_minute: f64,
    /// Mean handling time.
    pub handling: Duration,
    /// People on duty.
    pub servers: u32,
    /// Mean patience; `None` is an M/M/c queue (Erlang C).
    pub patience: Option<Duration>,
    /// Answered within this counts as in time.
    pub threshold: Duration,
}

/// The scenario of one stationary queue: provider `north`, site `tunis`, queue `line`, zone UTC.
///
/// # Errors
/// The rate is negative or not finite, or the threshold is shorter than a short abandon of a second.
pub fn stationary(queue: &Stationary) -> Result<Scenario, SimError> {
    let network = format!(
        "brand: stationary\nzone: UTC\nproviders: [{{name: north}}]\nsites: [{{name: tunis, provider: north}}]\n\
         queues: [{{name: line, channel: voice, language: fr, threshold: {}s, short_abandon: 1s}}]\n",
        queue.threshold.as_seconds()
    );
    let reason = ReasonPlan {
        name: "question".to_owned(),
        weight: 1.0,
        sites: None,
        complaint: false,
        resolved: vec![Share::permille(800)],
        codes: Vec::new(),
    };
    let per_day = queue.arrivals_per_minute * 1440.0;
    let sites = vec![plain_site("tunis", 1.0)];
    let mut line = plain_queue("line", per_day, Length::exponential(queue.handling), sites, vec![reason]);
    line.patience = queue.patience.map(Length::exponential);
    Scenario::new(Plan {
        network,
        queues: vec![line],
        groups: vec![GroupPlan {
            name: "tunis".to_owned(),
            site: "tunis".to_owned(),
            queues: vec![("line".to_owned(), 0)],
            people: queue.servers,
            people_at_peak: queue.servers,
            staffing: Staffing::Fixed(queue.servers),
            shift: None,
        }],
        feeds: Vec::new(),
        season: Season::FLAT,
        customers: 1_000_000,
        incidents: Vec::new(),
        mishaps: Mishaps::NONE,
        reactions: Vec::new(),
        across_providers: false,
        followed: false,
    })
}
