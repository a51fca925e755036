//! The event: one thing that happened to a contact, validated and pseudonymised.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Channel, Direction, Duration, Instant, ProviderId, QueueId, SiteId, channel::words};

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

impl Event {
    /// A 64-bit digest of everything the event says, identity and start aside.
    /// Equal content gives an equal digest, whatever the order of keys or the door it came through.
    /// The start is left out because contact-level events may or may not state it.
    #[must_use]
    pub fn content_digest(&self) -> i64 {
        let mut content = Content(Vec::with_capacity(CONTENT_BYTES));
        content.text(Some(self.contact.as_str()));
        content.text(Some(self.kind.as_str()));
        content.number(Some(self.time.as_micros()));
        let place = self.place.as_ref();
        content.text(place.map(|p| p.site.as_str()));
        content.text(place.map(|p| p.queue.as_str()));
        content.number(place.map(|p| i64::from(p.leg)));
        content.text(self.channel.map(Channel::as_str));
        content.text(self.direction.map(Direction::as_str));
        content.known(&self.known);
        content.people(&self.people);
        content.details(&self.details);
        first_64_bits(&Sha256::digest(&content.0))
    }
}

fn first_64_bits(digest: &[u8]) -> i64 {
    let bytes = digest[..8].try_into().expect("a SHA-256 digest has 32 bytes");
    i64::from_be_bytes(bytes)
}

/// Room for what most events say; their bytes are hashed in one go, since many small steps cost more than the hash.
const CONTENT_BYTES: usize = 512;

/// Collects values for the digest so that no two sequences of values give the same bytes.
struct Content(Vec<u8>);

impl Content {
    fn text(&mut self, value: Option<&str>) {
        match value {
            None => self.0.push(0),
            Some(text) => {
                self.0.push(1);
                self.0.extend_from_slice(&(text.len() as u64).to_be_bytes());
                self.0.extend_from_slice(text.as_bytes());
            }
        }
    }

    fn number(&mut self, value: Option<i64>) {
        match value {
            None => self.0.push(0),
            Some(number) => {
                self.0.push(2);
                self.0.extend_from_slice(&number.to_be_bytes());
            }
        }
    }

    fn known(&mut self, known: &Known) {
        self.text(known.reason.as_deref());
        self.text(known.language.as_deref());
        self.text(known.priority.as_deref());
        self.number(known.complaint.map(i64::from));
        self.number(known.recognised.map(i64::from));
    }

    fn people(&mut self, people: &People) {
        self.text(people.customer.as_deref());
        self.text(people.agent.as_deref());
        self.text(people.team.as_deref());
    }

    fn details(&mut self, details: &Details) {
        let d = details;
        for text in [&d.actor, &d.flowed_to, &d.to_site, &d.to_queue, &d.waiting_on, &d.decision, &d.ended_by] {
            self.text(text.as_deref());
        }
        for text in [&d.resolution, &d.cause, &d.survey, &d.scale, &d.form, &d.critical, &d.criteria, &d.evaluator] {
            self.text(text.as_deref());
        }
        self.number(d.slot.map(Instant::as_micros));
        self.number(d.reached.map(i64::from));
        for duration in [d.talk, d.hold, d.wrap] {
            self.number(duration.map(Duration::as_micros));
        }
        self.number(d.score.map(|score| i64::from_be_bytes(score.to_be_bytes())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        let provider = ProviderId::new("north").expect("name");
        Event {
            contact: ContactKey::of_provider(&provider, "C-1"),
            identity: Identity { provider, source: "/acd".into(), id: "e-1".into() },
            revision: 0,
            subject: "C-1".into(),
            kind: EventType::Offered,
            time: Instant::from_micros(5).expect("time"),
            started_at: None,
            place: None,
            channel: None,
            direction: None,
            known: Known::default(),
            people: People::default(),
            details: Details::default(),
        }
    }

    #[test]
    fn the_digest_sees_every_word_and_no_identity() {
        let plain = event();
        let mut other_id = event();
        other_id.identity.id = "e-2".into();
        assert_eq!(plain.content_digest(), other_id.content_digest());
        let mut moved = event();
        moved.known.reason = Some("x".into());
        let mut shifted = event();
        shifted.known.language = Some("x".into());
        assert_ne!(moved.content_digest(), shifted.content_digest());
        assert_ne!(moved.content_digest(), plain.content_digest());
    }

    /// Both made with Python's `hashlib` and `struct`. With another digest, what is sent again would be a conflict.
    #[test]
    fn the_digest_of_stored_events_never_changes() {
        assert_eq!(event().content_digest(), 4_885_369_165_820_586_953);
        let mut full = event();
        let (site, queue) = (SiteId::new("tunis").expect("name"), QueueId::new("voice").expect("name"));
        full.place = Some(Place { site, queue, leg: 2 });
        full.channel = Some(Channel::Voice);
        full.direction = Some(Direction::Inbound);
        full.known = Known {
            reason: Some("réclamation".into()),
            language: Some("fr".into()),
            complaint: Some(true),
            ..Known::default()
        };
        full.people.agent = Some("a1:x".into());
        full.details = Details {
            slot: Some(Instant::from_micros(7).expect("time")),
            reached: Some(false),
            talk: Duration::from_seconds(1.5),
            ended_by: Some("agent".into()),
            score: Some(4.5),
            evaluator: Some("brand".into()),
            ..Details::default()
        };
        assert_eq!(full.content_digest(), 1_372_720_939_216_847_803);
    }

    #[test]
    fn the_wire_type_has_a_prefix_and_a_version() {
        assert_eq!(EventType::from_wire("vigie.contact.flowed_out.v1"), Some(EventType::FlowedOut));
        assert_eq!(EventType::from_wire("vigie.contact.flowed_out.v2"), None);
        assert_eq!(EventType::from_wire("answered"), None);
    }
}
