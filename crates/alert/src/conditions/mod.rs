//! What is watched out of the box: how fast the allowance goes, whether the period can still be met, whether data comes,
//! whether messages are delivered. Each has a rule with its levels, and a function from figures to what is found.

mod begun;
mod burn;
mod delivery;
mod feed;
mod outlook;
mod result;
mod slots;

use contact::Instant;

pub use begun::Begun;
pub(crate) use begun::{Expected, rescue};
pub use burn::{Burning, Windows, burn, burn_rule};
pub(crate) use delivery::delivery;
pub use delivery::delivery_rule;
pub use feed::{Deliveries, feed, feed_rule};
pub use outlook::{Chance, Outlook, outlook, outlook_rule};
pub use result::{Over, result, result_rule};
pub use slots::{Bounds, Slots};

use crate::{Evidence, Observation, Subject, Verdict, observation::Volume};

/// What a condition found: everything of an observation but what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The levels.
    pub verdict: Verdict,
    /// What the verdict stands on.
    pub volume: Option<Volume>,
    /// The figures that the message tells.
    pub evidence: Evidence,
}

impl Found {
    /// The observation of a rule and a subject at an instant, without a period, for people who may be called at any time.
    #[must_use]
    pub fn of(self, rule: &str, subject: Subject, at: Instant) -> Observation {
        let Self { verdict, volume, evidence } = self;
        Observation { rule: rule.to_owned(), subject, at, window: None, verdict, volume, evidence, call_hours: None }
    }

    /// The same without its verdict: data is late or missing, so nothing is known of the promise.
    #[must_use]
    pub fn undecided(self) -> Self {
        Self { verdict: Verdict::UNDECIDED, ..self }
    }
}
