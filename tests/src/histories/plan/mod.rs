//! What a history is made of before it has names and times: small choices that proptest can take away one by one.

mod episodes;
mod sayings;

use contact::{Channel, Direction, EventType};
use proptest::{collection::vec, prelude::*, sample::Index};

use episodes::episodes;

/// Where contacts begin, ten seconds before something: Paris midnight and both clock changes, UTC midnight, and an
/// ordinary Tuesday morning.
pub(super) const ANCHORS: &[&str] = &[
    "2026-03-31T06:59:50Z",
    "2026-03-28T22:59:50Z",
    "2026-03-29T00:59:50Z",
    "2026-03-29T23:59:50Z",
    "2026-10-24T21:59:50Z",
    "2026-10-25T00:59:50Z",
];

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// A whole history.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Providers in use, 1 to 3.
    pub providers: usize,
    /// Sites of each in use, 1 to 3.
    pub sites: usize,
    /// Queues in use, 1 to 3.
    pub queues: usize,
    /// Where in [`super::QUEUES`] these begin.
    pub first_queue: usize,
    /// The contacts.
    pub contacts: Vec<ContactPlan>,
}

/// One contact.
#[derive(Debug, Clone)]
pub struct ContactPlan {
    /// Which of the anchors it begins at.
    pub anchor: usize,
    /// Seconds after the anchor.
    pub seconds: i64,
    /// Known under one id to the whole brand, so that its desks may lie with several providers.
    pub brand_wide: bool,
    /// The provider of a contact that is not brand-wide.
    pub provider: usize,
    /// 1 to 12: ids are the positions multiplied by it modulo 13, so that order of ids is not order of time.
    pub salt: usize,
    /// At most 12 are used.
    pub drafts: Vec<Draft>,
}

/// An event to be.
#[derive(Debug, Clone)]
pub enum Draft {
    /// A new event.
    New(Saying),
    /// Something already said, once more.
    Again(Again),
}

/// Which desk of the network, by number.
#[derive(Debug, Clone, Copy, Default)]
#[expect(missing_docs, reason = "they say it themselves")]
pub struct Desk {
    pub provider: usize,
    pub site: usize,
    pub queue: usize,
    pub leg: u32,
}

/// A new event.
#[derive(Debug, Clone)]
pub struct Saying {
    /// What happens.
    pub kind: EventType,
    /// Microseconds after the draft before it; may be negative.
    pub gap: i64,
    /// Where.
    pub desk: Desk,
    /// Whether a contact-level event names its place and start all the same.
    pub placed: bool,
    /// What else it says.
    pub said: Said,
    /// Microseconds between happening and reception.
    pub delay: i64,
    /// Which of the sources says it.
    pub source: usize,
}

impl Saying {
    /// The same on this channel, whatever its queue's is.
    fn on(self, channel: Option<Channel>) -> Self {
        Self { said: Said { channel: channel.or(self.said.channel), ..self.said }, ..self }
    }
}

/// What events say beside what happened.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "they are the fields of the event")]
pub struct Said {
    pub actor: Option<&'static str>,
    pub channel: Option<Channel>,
    pub direction: Option<Direction>,
    pub reason: Option<&'static str>,
    pub language: Option<&'static str>,
    pub flag: Option<bool>,
    pub customer: Option<&'static str>,
    pub agent: Option<&'static str>,
    pub team: Option<&'static str>,
    pub talk: Option<u32>,
    pub wrap: Option<u32>,
}

/// An event already there, with some of it changed.
#[derive(Debug, Clone)]
pub struct Again {
    /// Which one.
    pub of: Index,
    /// How much higher the revision is: 0 makes a duplicate or, with anything changed, a conflict.
    pub revision: u32,
    /// Microseconds by which its time is moved.
    pub shift: i64,
    /// It was something else.
    pub kind: Option<EventType>,
    /// It was somewhere else, and gave other reasons.
    pub corrected: Option<(Desk, Said)>,
    /// Another provider tells it under the same source, id and time, and nothing else changes but what is corrected
    /// (brand-wide contacts only).
    pub elsewhere: bool,
    /// Microseconds between happening and reception.
    pub delay: i64,
}

/// Random histories.
pub fn plans() -> impl Strategy<Value = Plan> {
    let sizes = (1..=3_usize, 1..=3_usize, 1..=3_usize, 0..super::QUEUES.len());
    (sizes, vec(contacts(), 1..=6)).prop_map(|((providers, sites, queues, first_queue), contacts)| Plan {
        providers,
        sites,
        queues,
        first_queue,
        contacts,
    })
}

fn contacts() -> impl Strategy<Value = ContactPlan> {
    let drafts = vec(episodes(), 0..=5).prop_map(|episodes| episodes.into_iter().flatten().take(12).collect());
    (0..ANCHORS.len(), 0..20_i64, prop::bool::weighted(0.3), 0..3_usize, 1..=12_usize, drafts).prop_map(
        |(anchor, seconds, brand_wide, provider, salt, drafts)| ContactPlan {
            anchor,
            seconds,
            brand_wide,
            provider,
            salt,
            drafts,
        },
    )
}
