//! A checked scenario: names became indices, weights add up, and everybody who gets contacts is served.

mod check;
mod desk;
mod effect;
mod people;

use contact::{Channel, Instant, Network, ProviderId, QueueId, SiteId};

use crate::{
    Length, Share, SimError,
    plan::{After, Incident, Mishaps, Plan, Reaction, Routing, Season, Staffing},
    value::Weights,
};
pub(crate) use desk::Desk;

/// A scenario that can be simulated.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub(crate) text: String,
    pub(crate) network: Network,
    pub(crate) providers: Vec<Provider>,
    pub(crate) sites: Vec<Site>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) places: Vec<Place>,
    pub(crate) groups: Vec<Group>,
    pub(crate) season: Season,
    pub(crate) customers: u32,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) mishaps: Mishaps,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) across_providers: bool,
    pub(crate) followed: bool,
}

/// A provider and how it delivers.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    pub(crate) name: ProviderId,
    pub(crate) latency: Length,
    pub(crate) late: Share,
    pub(crate) late_by: Length,
    pub(crate) twice: Share,
    pub(crate) twice_after: Length,
}

/// A site.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) name: SiteId,
    pub(crate) provider: usize,
}

/// A queue: its promise from the network file, its contacts from the plan.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    pub(crate) name: QueueId,
    pub(crate) channel: Channel,
    pub(crate) language: Option<String>,
    pub(crate) threshold: i64,
    pub(crate) short: i64,
    pub(crate) calendar: Option<String>,
    pub(crate) per_open_day: f64,
    /// The expected share of contacts that follow from others.
    pub(crate) following: f64,
    pub(crate) hours: [f64; 24],
    pub(crate) closed_day: f64,
    pub(crate) routing: Routing,
    pub(crate) places: Vec<usize>,
    pub(crate) site_weights: Weights,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) reason_weights: Weights,
    pub(crate) handling: Length,
    pub(crate) hold: f64,
    pub(crate) wrap: f64,
    pub(crate) patience: Option<Length>,
    pub(crate) after: After,
    pub(crate) recognised: Share,
    pub(crate) desk: Desk,
}

impl Queue {
    /// Whether the customer waits in person.
    pub(crate) fn is_live(&self) -> bool {
        self.channel.is_live()
    }

    /// Whether a contact is answered as soon as somebody takes it, and not when something has been written.
    pub(crate) fn is_answered_when_taken(&self) -> bool {
        self.is_live() || self.desk.review.is_some()
    }

    /// Whether customers wait for a reply in writing.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self.channel, Channel::Email | Channel::Sms | Channel::Social | Channel::Post)
    }

    /// The share of the queue that the `nth` of its sites gets, as planned.
    pub(crate) fn planned_share(&self, nth: usize) -> f64 {
        let of_reason = |(at, reason): (usize, &Reason)| {
            let weights = reason.site_weights.as_ref().unwrap_or(&self.site_weights);
            self.reason_weights.share(at) * weights.share(nth)
        };
        self.reasons.iter().enumerate().map(of_reason).sum()
    }
}

/// A reason within a queue.
#[derive(Debug, Clone)]
pub(crate) struct Reason {
    pub(crate) name: String,
    /// That of the network file, else the reason itself.
    pub(crate) family: String,
    pub(crate) complaint: bool,
    pub(crate) site_weights: Option<Weights>,
    pub(crate) codes: Vec<String>,
    pub(crate) code_weights: Option<Weights>,
}

/// A queue at a site.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) site: usize,
    pub(crate) provider: usize,
    pub(crate) queue: usize,
    /// Who serves it, in the order of the plan; the first plans its staff for it.
    pub(crate) groups: Vec<usize>,
    pub(crate) pace: f64,
    /// True rates by reason.
    pub(crate) resolved: Vec<Share>,
    pub(crate) transfer_to: Option<usize>,
}

/// People of one site who serve the same queues.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) site: usize,
    /// Places by priority.
    pub(crate) places: Vec<(usize, u8)>,
    pub(crate) people: u32,
    pub(crate) people_at_peak: u32,
    pub(crate) staffing: Staffing,
    /// In which calendars they work, each from an instant on; no calendar, or none at all, is whenever there is work.
    pub(crate) shifts: Vec<(Option<Instant>, Option<String>)>,
}

impl Scenario {
    /// Checks a plan.
    ///
    /// # Errors
    /// The first thing that is wrong, with its value and what would be right.
    pub fn new(plan: Plan) -> Result<Self, SimError> {
        check::scenario(plan)
    }

    /// The network file, YAML: what a store of these events has to be given.
    #[must_use]
    pub fn network_file(&self) -> &str {
        &self.text
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The providers, in the order of [`crate::Delivery::provider_index`].
    #[must_use]
    pub fn providers(&self) -> impl ExactSizeIterator<Item = &ProviderId> {
        self.providers.iter().map(|provider| &provider.name)
    }
}
