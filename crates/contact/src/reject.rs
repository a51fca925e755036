//! Why something was not accepted.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel::words;

words!(
    /// Every reason for which an event or a row is rejected. Nothing is rejected for any other reason.
    RejectCode {
        /// The line is not a JSON value, or deeper than 32 levels, or has a key twice.
        BadJson = "bad_json",
        /// The bytes are not UTF-8.
        BadEncoding = "bad_encoding",
        /// Over 64 KiB for one event.
        TooLarge = "too_large",
        /// Not a CloudEvents 1.0 object.
        BadEnvelope = "bad_envelope",
        /// A required field is absent.
        MissingField = "missing_field",
        /// A field has the wrong JSON type, or a value outside its rule.
        BadValue = "bad_value",
        /// A time is not RFC 3339 with an offset.
        BadTime = "bad_time",
        /// The event's `type` is none that is known.
        UnknownType = "unknown_type",
        /// The site is not in the network file.
        UnknownSite = "unknown_site",
        /// The queue is not in the network file.
        UnknownQueue = "unknown_queue",
        /// The site belongs to another provider than the one that sends.
        ForeignSite = "foreign_site",
        /// The event names another provider than the one that sends.
        ForeignProvider = "foreign_provider",
        /// More than 5 minutes in the future.
        FutureTime = "future_time",
        /// Older than 400 days (HTTP only).
        TooOld = "too_old",
        /// The event is more than 5 minutes before the contact's start.
        BeforeStart = "before_start",
        /// The contact is known with another start.
        StartedAtMismatch = "started_at_mismatch",
        /// A contact-level event without a start, for a contact that is not known (yet).
        UnknownContact = "unknown_contact",
        /// A row has another number of columns than its header.
        BadRow = "bad_row",
        /// A mapping cannot read a value it needs from the row.
        UnmappedValue = "unmapped_value",
        /// No rule of the mapping fits the row.
        NoRule = "no_rule",
    }
);

impl RejectCode {
    /// Whether mending the network file or a later event can make the same bytes acceptable.
    #[must_use]
    pub fn is_replayable(self) -> bool {
        matches!(
            self,
            Self::UnknownSite
                | Self::UnknownQueue
                | Self::ForeignSite
                | Self::UnknownContact
                | Self::UnmappedValue
                | Self::NoRule
                | Self::StartedAtMismatch
                | Self::FutureTime
                | Self::TooOld
        )
    }

    /// Whether its bytes are kept whole. What was cut cannot be read again: half a row may look like another row.
    #[must_use]
    pub fn is_kept_whole(self) -> bool {
        self != Self::TooLarge
    }
}

/// One rejected event or row: why, in which field, and in words that say what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The reason.
    pub code: RejectCode,
    /// The field it lies in, as a path (`data.site`), or the column of an export.
    pub field: Option<String>,
    /// What is wrong and what would be right; never a customer's or agent's identifier.
    pub message: String,
}

impl Reject {
    /// A reject for `field`.
    pub fn new(code: RejectCode, field: impl Into<Option<&'static str>>, message: impl Into<String>) -> Self {
        Self { code, field: field.into().map(str::to_owned), message: message.into() }
    }
}
