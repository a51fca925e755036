//! What a scenario says, by name: who sends contacts, who answers them, and how both behave.

mod change;
mod desk;

use contact::Duration;

use crate::{Length, Share};
pub use change::{Effect, Incident, Mishaps, Reaction};
pub use desk::{Callback, DeskPlan, Held, Machine, Overflow, Review, Talk};

/// A whole scenario as it is written down. [`crate::Scenario::new`] checks it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The network file, YAML: providers, sites, zones, queues with their thresholds, opening hours.
    pub network: String,
    /// What comes in, and how customers behave.
    pub queues: Vec<QueuePlan>,
    /// Who answers.
    pub groups: Vec<GroupPlan>,
    /// How each provider delivers its events; a provider without an entry delivers at once, in order, once.
    pub feeds: Vec<FeedPlan>,
    /// How volume moves over the year and the week.
    pub season: Season,
    /// Customers there are; first contacts go through all of them before one comes back.
    pub customers: u32,
    /// What goes wrong, and when.
    pub incidents: Vec<Incident>,
    /// What goes wrong by chance.
    pub mishaps: Mishaps,
    /// What follows from the dated events of the network file.
    pub reactions: Vec<Reaction>,
    /// Whether contacts carry an id that holds across providers (`data.contact`): needed where one of them passes through
    /// several.
    pub across_providers: bool,
    /// Whether the truth follows every contact: replies, backlog, complaints, repeats. It then keeps about a hundred bytes
    /// of each.
    pub followed: bool,
}

/// The contacts of one queue of the network file.
#[derive(Debug, Clone)]
pub struct QueuePlan {
    /// The queue's name.
    pub name: String,
    /// Contacts of an average open day, those that follow from others (redials, repeats) included.
    pub per_open_day: f64,
    /// The share of contacts that planners expect to be answered, from which the following ones are reckoned.
    pub expected_answered: Share,
    /// Weight of each hour of the day, local time of the network.
    pub hours: [f64; 24],
    /// Volume of a closed day, as a share of an open one. Live queues get nothing while closed, whatever this says.
    pub closed_day: Share,
    /// How a contact finds its site.
    pub routing: Routing,
    /// The sites that take this queue.
    pub sites: Vec<SitePlan>,
    /// Why customers get in touch.
    pub reasons: Vec<ReasonPlan>,
    /// Handling time, wrap-up included.
    pub handling: Length,
    /// The parts of handling time that are hold and wrap-up.
    pub hold_and_wrap: (Share, Share),
    /// How long a customer waits before leaving; `None` waits for ever.
    pub patience: Option<Length>,
    /// What happens after the contact.
    pub after: After,
    /// The share of customers that are identified before a site takes them.
    pub recognised: Share,
    /// What happens to contacts beside one answer.
    pub desk: DeskPlan,
}

/// A site's part in a queue.
#[derive(Debug, Clone)]
pub struct SitePlan {
    /// The site.
    pub site: String,
    /// Its weight when volume is shared out.
    pub weight: f64,
    /// How long it handles a contact, as a multiple of the queue's handling time.
    pub pace: f64,
}

/// How a contact finds its site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routing {
    /// By the weights of the sites (or of the reason), whatever their queues.
    Shares,
    /// To the adviser who has been idle longest; while all are busy, to the site with the fewest waiting per adviser.
    LongestIdle,
}

/// A reason of contact within a queue.
#[derive(Debug, Clone)]
pub struct ReasonPlan {
    /// Its code.
    pub name: String,
    /// Its weight within the queue.
    pub weight: f64,
    /// Weights of the sites for this reason, in the order of [`QueuePlan::sites`]; the queue's own when absent.
    pub sites: Option<Vec<f64>>,
    /// Whether it is a complaint.
    pub complaint: bool,
    /// The probability that an answered contact is resolved for good, by the site that answers first, in the order of
    /// [`QueuePlan::sites`]. This is the true rate behind every estimate of it.
    pub resolved: Vec<Share>,
    /// Resolution codes with their weights.
    pub codes: Vec<(String, f64)>,
}

/// What happens after a contact was answered or given up.
#[derive(Debug, Clone, PartialEq)]
pub struct After {
    /// The share of answered contacts that are handed to another queue: of the same provider, else, where contacts are
    /// known across providers, of another one.
    pub transferred: Share,
    /// That queue; nobody is transferred without one.
    pub transfer_to: Option<String>,
    /// The share of matters settled as the contact ends; the others take `settled_after`.
    pub at_once: Share,
    /// How long a matter takes that is not settled at once.
    pub settled_after: Length,
    /// Among matters resolved for good: the share that was reopened on the way and resolved again.
    pub reopened_good: Share,
    /// Among matters not resolved for good: the share that was called resolved, and reopened for ever.
    pub reopened_bad: Share,
    /// From a resolution to the reopening, at most six days.
    pub reopened_after: Length,
    /// The share of customers with an unresolved matter who get in touch again.
    pub repeated: Share,
    /// When they do, at most five days later (or at the opening that follows).
    pub repeated_after: Length,
    /// The share of customers who gave up and call again.
    pub redialled: Share,
    /// When they do; not if the queue is closed then.
    pub redialled_after: Length,
}

impl Default for After {
    /// Nothing: no transfer, every resolution at once and for good, no redial, no repeat.
    fn default() -> Self {
        let never = Length::fixed(Duration::from_secs(0));
        Self {
            transferred: Share::ZERO,
            transfer_to: None,
            at_once: Share::ONE,
            settled_after: never,
            reopened_good: Share::ZERO,
            reopened_bad: Share::ZERO,
            reopened_after: never,
            repeated: Share::ZERO,
            repeated_after: never,
            redialled: Share::ZERO,
            redialled_after: never,
        }
    }
}

/// People of one site who serve the same queues.
#[derive(Debug, Clone)]
pub struct GroupPlan {
    /// Its name, unique within the network.
    pub name: String,
    /// The site.
    pub site: String,
    /// The queues, with a priority: the lowest number first, among equal ones the contact that has waited longest.
    pub queues: Vec<(String, u8)>,
    /// How many people there are; nobody else can be on duty.
    pub people: u32,
    /// How many there are in the peak months of [`Season`].
    pub people_at_peak: u32,
    /// Who is on duty when.
    pub staffing: Staffing,
    /// The calendar of the network file in which they work; that of the site's shift when absent. Nobody is on duty
    /// outside of it; without either, opening hours of queues and the plan decide.
    pub shift: Option<String>,
}

/// Who is on duty when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Staffing {
    /// As many as all contacts need: nobody waits.
    Ample,
    /// Always so many.
    Fixed(u32),
    /// By half-hour, load + β √load (the square-root rule), for queues whose customers wait in person. `absence` is the
    /// largest share by which a day's staff falls short of the plan, or exceeds it.
    Forecast {
        /// β, the safety; may be negative.
        beta: f64,
        /// Largest deviation of a day.
        absence: Share,
    },
    /// The same number through the opening hours, so that `slack` times the day's work gets done.
    Level {
        /// Work that can be done over work expected.
        slack: f64,
        /// Largest deviation of a day.
        absence: Share,
    },
}

/// How a provider delivers its events. What happened, and so the truth, does not depend on it.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedPlan {
    /// The provider.
    pub provider: String,
    /// The usual delay.
    pub latency: Length,
    /// The share of events that come late.
    pub late: Share,
    /// How late.
    pub late_by: Length,
    /// The share of events that are delivered twice.
    pub twice: Share,
    /// How long after the first delivery.
    pub twice_after: Length,
}

/// How volume moves: relative weights, normalised so that a calendar year has its volume.
#[derive(Debug, Clone, PartialEq)]
pub struct Season {
    /// January to December.
    pub months: [f64; 12],
    /// Monday to Sunday.
    pub weekdays: [f64; 7],
    /// Months in which groups have their `people_at_peak`, 1 to 12.
    pub peak_months: Vec<i8>,
}

impl Season {
    /// Every day like any other.
    pub const FLAT: Self = Self { months: [1.0; 12], weekdays: [1.0; 7], peak_months: Vec::new() };
}
