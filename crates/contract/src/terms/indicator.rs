//! Which figure an objective is held on.

use contact::{Duration, network::Formula};

use super::{Attribution, Better, Boundary, CalendarRole, Callback, Clock, ClockStart, Cohort, Overflow, Share, Unit};

/// A figure with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its name in the contract.
    pub name: String,
    /// The version of the definition the contract names.
    pub version: Option<u32>,
    /// What is measured.
    pub metric: Metric,
    /// Whether exactly the threshold is in time.
    pub boundary: Boundary,
}

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Metric {
    /// The share answered within a threshold, by one of the seven formulas.
    ServiceLevel {
        /// The formula; each queue's own when absent.
        formula: Option<Formula>,
        /// The threshold; each queue's own when absent.
        threshold: Option<Duration>,
        /// Up to this an abandon is short; each queue's own when absent.
        short_abandon: Option<Duration>,
        /// Where the clock starts.
        clock_start: ClockStart,
        /// How a contact counts that left the queue to be called back; as any that left it when absent.
        callback: Option<Callback>,
        /// How a contact counts that left the queue, whatever the formula; as the formula says when absent.
        overflow: Option<Overflow>,
        /// To which window a contact belongs.
        attribution: Attribution,
    },
    /// The share that got a first human answer within a business time.
    FirstResponse {
        /// The time allowed.
        within: Duration,
        /// Whether an automatic answer stops the clock.
        bot_stops_clock: bool,
        /// Whose open time is counted.
        calendar: CalendarRole,
    },
    /// The share resolved for good within a time.
    DurableResolution {
        /// The time allowed.
        within: Duration,
        /// Elapsed or business time.
        clock: Clock,
        /// Days within which a reopening undoes it; the network's when absent.
        reopen_days: Option<u32>,
        /// Which contacts a window holds.
        cohort: Cohort,
    },
    /// The wait that a share of contacts does not exceed.
    WaitPercentile {
        /// The share.
        p: Share,
        /// Whose open time is counted.
        calendar: CalendarRole,
    },
    /// The age of open contacts at each day's end: of the oldest, or what a share does not exceed.
    BacklogAge {
        /// The share; the oldest when absent.
        p: Option<Share>,
        /// Whose open time is counted.
        calendar: CalendarRole,
    },
    /// The gap between all sites of the network, whoever runs them, on the same reasons and the queues and channels of the
    /// scope, in points: a promise that one site alone can neither keep nor break.
    HomogeneityGap,
    /// Any other figure, by its id.
    Figure {
        /// Its unit.
        unit: Unit,
        /// Which way it is better.
        better: Better,
    },
}

impl Metric {
    /// The unit of its levels.
    #[must_use]
    pub fn unit(&self) -> Unit {
        match self {
            Self::ServiceLevel { .. } | Self::FirstResponse { .. } | Self::DurableResolution { .. } => Unit::Share,
            Self::WaitPercentile { .. } | Self::BacklogAge { .. } => Unit::Duration,
            Self::HomogeneityGap => Unit::Points,
            Self::Figure { unit, .. } => *unit,
        }
    }

    /// Which way it is better.
    #[must_use]
    pub fn better(&self) -> Better {
        match self {
            Self::ServiceLevel { .. } | Self::FirstResponse { .. } | Self::DurableResolution { .. } => Better::Higher,
            Self::WaitPercentile { .. } | Self::BacklogAge { .. } | Self::HomogeneityGap => Better::Lower,
            Self::Figure { better, .. } => *better,
        }
    }
}

/// A figure that needs no parameter: its id, unit and the way it is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direct {
    /// Its id.
    pub id: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Which way it is better.
    pub better: Better,
}

const fn figure(id: &'static str, unit: Unit, better: Better) -> Direct {
    Direct { id, unit, better }
}

/// The built-in figures an objective may name without saying more.
const DIRECT: [Direct; 21] = [
    figure("response_rate", Unit::Share, Better::Higher),
    figure("abandonment_rate", Unit::Share, Better::Lower),
    figure("service_level_a", Unit::Share, Better::Higher),
    figure("service_level_b", Unit::Share, Better::Higher),
    figure("service_level_c", Unit::Share, Better::Higher),
    figure("service_level_d", Unit::Share, Better::Higher),
    figure("service_level_e", Unit::Share, Better::Higher),
    figure("service_level_f", Unit::Share, Better::Higher),
    figure("service_level_g", Unit::Share, Better::Higher),
    figure("resolution_rate", Unit::Share, Better::Higher),
    figure("reopened_rate", Unit::Share, Better::Lower),
    figure("resolved_24h", Unit::Share, Better::Higher),
    figure("resolved_48h", Unit::Share, Better::Higher),
    figure("wait_mean_s", Unit::Duration, Better::Lower),
    figure("wait_p90_s", Unit::Duration, Better::Lower),
    figure("wait_p95_s", Unit::Duration, Better::Lower),
    figure("resolution_p90_s", Unit::Duration, Better::Lower),
    figure("backlog", Unit::Points, Better::Lower),
    figure("csat", Unit::Share, Better::Higher),
    figure("nps", Unit::Points, Better::Higher),
    figure("qa_score", Unit::Points, Better::Higher),
];

/// The built-in figure of this id.
#[must_use]
pub fn direct(id: &str) -> Option<Direct> {
    DIRECT.into_iter().find(|figure| figure.id == id)
}
