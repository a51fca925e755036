//! The outcome of a leg.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel::words;

words!(
    /// What became of a leg (one stay of a contact at one site and queue) at an instant.
    /// `answered`, `abandoned` and `flowed_out` are facts; an open leg is `overdue` once its wait passes the
    /// queue's threshold, else `pending`.
    Outcome {
        /// A human took it.
        Answered = "answered",
        /// The customer left the queue.
        Abandoned = "abandoned",
        /// It left the queue unanswered without the customer hanging up.
        FlowedOut = "flowed_out",
        /// Open, and waiting longer than the threshold.
        Overdue = "overdue",
        /// Open, within the threshold.
        Pending = "pending",
    }
);
