//! Simulated networks whose truth is known: queues, people and customers, down to the single contact.
//!
//! ```text
//! Plan (names) ─ Scenario::new ─▶ Scenario (checked) ─ Simulation::new(Run) ─▶ next_delivery ─▶ CloudEvents lines
//!                                                                          └▶ truth: counted in the queues
//! ```
//!
//! A discrete-event simulation: customers arrive by the hour, day and season, wait with their own patience, are routed to
//! sites, served by groups of people who are on duty or not, handed over, resolved or not; some matters are reopened, some
//! customers come back. What happens is told as canonical events, each when its provider delivers it: late, twice, out of
//! order. Next to it the [`Truth`] is counted.
//!
//! Invariants kept here:
//! - **truth from within**: [`Truth`] is counted where things happen and never sees an event, so that a figure computed
//!   from events has something to be wrong against; how events are delivered does not change it;
//! - **same seed, same bytes**: equal scenario, [`Run`] and version give equal lines on every platform; every contact has
//!   a stream of chance of its own, so what is not changed in a scenario stays as it was;
//! - **deliveries in order**: [`Delivery::at`] never goes back, and no event is delivered before it happened;
//! - **conservation**: offered = answered + abandoned + still waiting, in every cell, at every instant;
//! - **open contacts only**: a year is simulated without being held.
//!
//! Built in: [`hypermarket`], the network of a chain of shops over a year; [`stationary`], one queue of a formula;
//! [`planted`], sites and reasons with rates set by hand.
//!
//! Absent on purpose: files, sockets, clocks and pacing (the caller's), scenario files (a plan is built in Rust), and any
//! knowledge of how figures are computed from events.

mod arrivals;
mod builtin;
mod chance;
mod engine;
mod error;
mod line;
mod number;
mod outbox;
mod plan;
mod scenario;
mod slab;
mod staffing;
mod timeline;
mod truth;
mod value;

pub use builtin::{
    PlantedCell, PlantedSite, Stationary, dating, dating_plan, hypermarket, hypermarket_plan, outdoor, outdoor_plan,
    planted, planted_plan, rail, rail_month_plan, rail_plan, stationary,
};
pub use engine::{Delivery, Run, Simulation};
pub use error::SimError;
pub use plan::{
    After, Callback, DeskPlan, Effect, FeedPlan, GroupPlan, Held, Incident, Machine, Mishaps, Overflow, Plan,
    QueuePlan, Reaction, ReasonPlan, Review, Routing, Season, SitePlan, Staffing, Talk,
};
pub use scenario::Scenario;
pub use truth::{
    At, BacklogCounts, BacklogRow, Book, CallCounts, CallRow, ChangeRow, ComplaintCounts, ComplaintRow, ComplaintTime,
    CompletedCounts, FirstContactCounts, FirstContactRow, FlowCounts, Followed, IncidentRow, LegCounts, LegRow,
    MatterCounts, MatterRow, PlaceName, ReplyCounts, ReplyKind, ReplyRow, ReviewCounts, ReviewRow, Stratum,
    TrueHomogeneity, Truth, TruthReport, WaitRow, percentile,
};
pub use value::{Length, Share};
