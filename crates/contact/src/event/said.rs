//! What an event says beside what happened, where and when.

use crate::{Duration, Instant};

/// What the customer or the router knew before a site touched the contact (or what `classified` says later).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Known {
    /// Why the customer got in touch.
    pub reason: Option<String>,
    /// Language of the conversation.
    pub language: Option<String>,
    /// Priority as the router named it.
    pub priority: Option<String>,
    /// Whether it is a complaint.
    pub complaint: Option<bool>,
    /// Whether the customer was identified.
    pub recognised: Option<bool>,
}

/// Who took part, as keyed pseudonyms; never in clear.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct People {
    /// Pseudonym of the customer.
    pub customer: Option<String>,
    /// Pseudonym of the agent.
    pub agent: Option<String>,
    /// The agent's team, in clear.
    pub team: Option<String>,
}

/// What single event types add. All absent on most events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Details {
    /// `data.by`: who answered, replied or resolved; `bot` and `auto` do not stop the clock.
    pub actor: Option<String>,
    /// `data.to`: where it flowed out to.
    pub flowed_to: Option<String>,
    /// `data.to_site`.
    pub to_site: Option<String>,
    /// `data.to_queue`.
    pub to_queue: Option<String>,
    /// `data.on`: what the clock waits on.
    pub waiting_on: Option<String>,
    /// `data.slot`: the promised call-back time.
    pub slot: Option<Instant>,
    /// `data.reached`: whether the call-back reached the customer.
    pub reached: Option<bool>,
    /// `data.decision` of a moderator.
    pub decision: Option<String>,
    /// `data.talk_s`.
    pub talk: Option<Duration>,
    /// `data.hold_s`.
    pub hold: Option<Duration>,
    /// `data.wrap_s`.
    pub wrap: Option<Duration>,
    /// `data.ended_by`.
    pub ended_by: Option<String>,
    /// `data.resolution`: the resolution code.
    pub resolution: Option<String>,
    /// `data.reason` of `reopened`, `closed` and `cancelled`: why, not the contact's reason.
    pub cause: Option<String>,
    /// `data.kind` of a survey.
    pub survey: Option<String>,
    /// `data.score` of a survey or an evaluation.
    pub score: Option<f64>,
    /// `data.scale` of a survey.
    pub scale: Option<String>,
    /// `data.form` of an evaluation.
    pub form: Option<String>,
    /// `data.critical` of an evaluation.
    pub critical: Option<String>,
    /// `data.criteria` of an evaluation, as JSON text.
    pub criteria: Option<String>,
    /// `data.evaluator` of an evaluation.
    pub evaluator: Option<String>,
}
