//! Alerts: what became of a condition, who is owed a word about it, and how it reaches them.
//!
//! A [`Plan`] is read from a file: who is told, and which [`Objective`]s are watched; [`watch()`] makes observations of what
//! was counted for them, [`settled`] of the results of periods that are over. [`conditions`] turn figures into
//! [`Observation`]s: between which levels of a [`Rule`] a [`Subject`] is. [`step`] makes alerts of them (pending, firing,
//! resolved), a pure function of a state and an observation. A [`Desk`] takes passes of observations and what people do, and
//! writes states, alerts, changes and the messages owed for them in one transaction of its [`Ledger`]. A [`Courier`] per
//! receiver carries messages to a [`Webhook`] or an [`Alertmanager`]; a stream of events reads [`Desk::feed`] from its cursor on.
//!
//! # Invariants
//!
//! - **A1** An alert and the messages owed for it are one transaction: none is told that is not kept, none is kept untold.
//! - **A2** A message is told until its receiver has taken it, or becomes a dead letter after 72 h: at least once, under one
//!   id. Without faults, exactly once.
//! - **A3** What stands in one line of a receiver is told in order; every subject stands in one line.
//! - **A4** In any stretch as long as a rule's hysteresis, a subject is told at most once that it fires, and at most once
//!   that it is resolved.
//! - **A5** What is undecided begins nothing and ends nothing: silence is no recovery, and late data is no breach.
//! - **A6** A webhook's address is judged after its name is resolved, and the connection goes to that address: private,
//!   loopback and link-local ones are refused unless allowed. Redirects are not followed.
//!
//! # Deliberately absent
//!
//! Counting contacts and reading contracts (the caller's), whether misses are beyond chance (`stats::sla`), the clock
//! (it comes in), mail and telephones (an Alertmanager's), access control, and threads that evaluate.

mod alert;
mod bell;
pub mod conditions;
mod delivery;
mod desk;
mod error;
mod evidence;
mod http;
mod ledger;
mod lifecycle;
mod notice;
mod objective;
mod observation;
mod plan;
mod receiver;
mod results;
mod rule;
mod subject;
mod tables;
mod watch;
mod words;

pub use alert::{Acknowledged, Alert, AlertId, Change, Remark, Transition};
pub use bell::Bell;
pub use delivery::{
    Alertmanager, AlertmanagerOptions, Attempt, Carrier, Claimed, Clock, Courier, Couriers, Outcome, Retry, Secret,
    Webhook,
};
pub use desk::{Desk, OnNotice, Settings};
pub use error::AlertError;
pub use evidence::{Attained, Cost, Evidence, Figures, Remedy, Rescue, Title, Until};
pub use http::{Allowed, Client, Timeouts};
pub use ledger::Ledger;
pub use lifecycle::{Action, State, act, end, step};
pub use notice::Notice;
pub use objective::{Counted, Objective, Scope};
pub use observation::{Observation, Verdict, Volume};
pub use plan::{Address, FeedPlan, OutlookPlan, Plan, PlanError, Planned, SecretAt};
pub use receiver::Receiver;
pub use results::{Ended, Ending, Settled, settled};
pub use rule::{Kind, Level, LowVolume, Rule, Severity};
pub use subject::Subject;
pub use tables::{AlertFilter, DeadLetter, Message, Numbered, Owed, Told};
pub use watch::{FAR_SLOT, FAR_SLOTS, NEAR_SLOT, NEAR_SLOTS, Reading, Watched, watch};
pub use words::Lang;
