//! What can happen to a contact.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel::words;

words!(
    /// What happened. On the wire the type is `vigie.contact.<word>.v1`.
    EventType {
        /// The contact reaches this site and queue.
        Offered = "offered",
        /// The first human takes it, or replies in public.
        Answered = "answered",
        /// The customer leaves the queue.
        Abandoned = "abandoned",
        /// It leaves the queue unanswered without the customer hanging up.
        FlowedOut = "flowed_out",
        /// Handed to another site or queue.
        Transferred = "transferred",
        /// The clock is paused, on the customer or a third party.
        Waiting = "waiting",
        /// The clock runs again.
        Resumed = "resumed",
        /// A message of the customer.
        CustomerWrote = "customer_wrote",
        /// A public human reply.
        Replied = "replied",
        /// The customer asks to be called back.
        CallbackRequested = "callback_requested",
        /// An attempt to call back.
        Dialled = "dialled",
        /// A moderation decision.
        Decided = "decided",
        /// The moderated content appears.
        Published = "published",
        /// Handling is over.
        Ended = "ended",
        /// The matter is solved.
        Resolved = "resolved",
        /// The matter is open again.
        Reopened = "reopened",
        /// The case is closed.
        Closed = "closed",
        /// The contact never counted.
        Cancelled = "cancelled",
        /// Reason, complaint flag or language set later.
        Classified = "classified",
        /// The customer's answer to a survey.
        Surveyed = "surveyed",
        /// A quality evaluation.
        Evaluated = "evaluated",
    }
);

impl EventType {
    /// Contact-level events may omit start, site and queue, and never make a leg.
    #[must_use]
    pub fn is_contact_level(self) -> bool {
        matches!(
            self,
            Self::Resolved
                | Self::Reopened
                | Self::Closed
                | Self::Cancelled
                | Self::Classified
                | Self::Surveyed
                | Self::Evaluated
                | Self::CustomerWrote
        )
    }

    /// Parses the wire form `vigie.contact.<word>.v1`.
    #[must_use]
    pub fn from_wire(text: &str) -> Option<Self> {
        text.strip_prefix("vigie.contact.")?.strip_suffix(".v1")?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_type_has_a_prefix_and_a_version() {
        assert_eq!(EventType::from_wire("vigie.contact.flowed_out.v1"), Some(EventType::FlowedOut));
        assert_eq!(EventType::from_wire("vigie.contact.flowed_out.v2"), None);
        assert_eq!(EventType::from_wire("answered"), None);
    }
}
