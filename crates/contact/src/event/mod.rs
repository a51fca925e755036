//! The event: one thing that happened to a contact, validated and pseudonymised.

mod digest;
mod kind;
mod said;

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{Channel, Direction, Instant, ProviderId, QueueId, SiteId};
use digest::first_64_bits;

pub use kind::EventType;
pub use said::{Details, Known, People};

/// Who an event is, whatever it says: provider, source and id. Revisions of one identity replace each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// From the credential or the operator.
    pub provider: ProviderId,
    /// The CloudEvents `source`.
    pub source: String,
    /// The CloudEvents `id`, 1–128 visible characters.
    pub id: String,
}

/// The key of a contact: `provider:subject`, or `*:contact` for an id that holds across the brand.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContactKey(String);

impl ContactKey {
    /// A contact known to one provider.
    #[must_use]
    pub fn of_provider(provider: &ProviderId, subject: &str) -> Self {
        Self([provider.as_str(), ":", subject].concat())
    }

    /// A contact known to the whole brand.
    #[must_use]
    pub fn of_brand(contact: &str) -> Self {
        Self(["*:", contact].concat())
    }

    /// A key as it was stored.
    #[must_use]
    pub fn from_stored(key: &str) -> Self {
        Self(key.to_owned())
    }

    /// The key as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A 64-bit digest of the key, for indexes.
    #[must_use]
    pub fn hash64(&self) -> i64 {
        first_64_bits(&Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Display for ContactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a leg is: one stay at one site and queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The site.
    pub site: SiteId,
    /// The queue.
    pub queue: QueueId,
    /// Which stay, for sources where a contact enters the same queue again.
    pub leg: u32,
}

/// One thing that happened to a contact. Pure content: when it was received is the journal's to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Who the event is.
    pub identity: Identity,
    /// A higher revision of the same identity replaces a lower one.
    pub revision: u32,
    /// The contact it happened to.
    pub contact: ContactKey,
    /// The contact's id as the provider writes it.
    pub subject: String,
    /// What happened.
    pub kind: EventType,
    /// When it happened.
    pub time: Instant,
    /// When the contact began. `None` only on contact-level events that are still to be looked up.
    pub started_at: Option<Instant>,
    /// Where. Always there on leg events.
    pub place: Option<Place>,
    /// How the customer reached the brand, as stated; the queue's channel is joined when read.
    pub channel: Option<Channel>,
    /// Who began the contact, as stated; inbound when nothing says so.
    pub direction: Option<Direction>,
    /// What was known beforehand.
    pub known: Known,
    /// Who took part.
    pub people: People,
    /// What this type of event adds.
    pub details: Details,
}
