//! What changes while time passes: incidents, planned or by chance, and what dated events of the network bring about.

use contact::{Instant, network::CutKind};

use crate::Share;

/// Something that was different for some time.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// When it began.
    pub from: Instant,
    /// When it was over.
    pub to: Instant,
    /// What it did.
    pub effect: Effect,
}

/// What an incident does.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Only this share of a site's staff is on duty; routing does not know.
    Staff {
        /// The site.
        site: String,
        /// What is left: 0 is a site that is down.
        left: Share,
    },
    /// Arrivals of a queue are multiplied.
    Surge {
        /// The queue.
        queue: String,
        /// By how much.
        factor: f64,
    },
    /// Handling takes longer at a site.
    Pace {
        /// The site.
        site: String,
        /// How many times as long.
        factor: f64,
    },
    /// The true rates at which matters are resolved move, on the days that begin within the time.
    Resolved {
        /// The site; all when absent.
        site: Option<String>,
        /// The reason; all when absent.
        reason: Option<String>,
        /// By how many hundredths; held within [0.01, 0.99].
        points: f64,
    },
    /// People take the contact that came last: what is old stays.
    NewestFirst {
        /// The site.
        site: String,
        /// The queue.
        queue: String,
    },
    /// Content appears before anybody has decided.
    Unreviewed {
        /// The queue.
        queue: String,
        /// The share of it.
        share: Share,
    },
}

/// What follows from every dated event of one kind in the network file, so that the file says when, and the plan what.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction {
    /// The kind of event.
    pub kind: CutKind,
    /// From the start of its day, in hours, until this follows.
    pub after_hours: u32,
    /// For how many hours.
    pub hours: u32,
    /// What follows. Where event and effect both name a site, only if it is the same.
    pub effect: Effect,
}

/// Incidents that come by chance, found from the seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mishaps {
    /// The chance, each day, that a given site loses part of its staff for two to five hours.
    pub short_staffed: Share,
    /// The chance, each day, that a given live queue gets half as much again for three hours.
    pub surge: Share,
}

impl Mishaps {
    /// None.
    pub const NONE: Self = Self { short_staffed: Share::ZERO, surge: Share::ZERO };
}
