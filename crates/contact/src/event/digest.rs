//! The digest of what an event says: equal content, equal digest, for ever.

use sha2::{Digest, Sha256};

use super::{Details, Event, Known, People};
use crate::{Channel, Direction, Duration, Instant};

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

pub(super) fn first_64_bits(digest: &[u8]) -> i64 {
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
    use crate::{ContactKey, EventType, Identity, Place, ProviderId, QueueId, SiteId};

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
}
