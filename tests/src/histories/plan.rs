//! What a history is made of before it has names and times: small choices that proptest can take away one by one.

use contact::{Channel, Direction, EventType};
use proptest::{
    collection::vec,
    option::weighted,
    prelude::*,
    sample::{Index, select},
};

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

fn episodes() -> impl Strategy<Value = Vec<Draft>> {
    prop_oneof![
        6 => stays(),
        2 => returns(),
        2 => callbacks(),
        2 => accompanied(),
        3 => matters(),
        3 => letters(),
        2 => reviews(),
        3 => loose().prop_map(|saying| vec![Draft::New(saying)]),
        3 => again().prop_map(|again| vec![Draft::Again(again)]),
    ]
}

/// Offered (or not), something comes of it (or not), handed on and ended (or not).
fn stays() -> impl Strategy<Value = Vec<Draft>> {
    let outcome = weighted(
        0.8,
        prop_oneof![
            5 => Just(EventType::Answered),
            3 => Just(EventType::Abandoned),
            1 => Just(EventType::FlowedOut),
        ],
    );
    let sayings = [saying(), saying(), saying(), saying()];
    let arrival = prop_oneof![8 => gaps(), 1 => Just(45 * DAY)];
    let shape = (prop::bool::weighted(0.85), outcome, prop::bool::weighted(0.2), prop::bool::weighted(0.5));
    (desks(), arrival, shape, sayings).prop_map(|(desk, arrival, (offered, outcome, transferred, ended), sayings)| {
        let kinds = [
            offered.then_some(EventType::Offered),
            outcome,
            transferred.then_some(EventType::Transferred),
            ended.then_some(EventType::Ended),
        ];
        let mut drafts: Vec<Saying> = kinds
            .into_iter()
            .zip(sayings)
            .filter_map(|(kind, saying)| Some(Saying { kind: kind?, desk, ..saying }))
            .collect();
        if let Some(first) = drafts.first_mut() {
            first.gap = arrival;
        }
        drafts.into_iter().map(Draft::New).collect()
    })
}

/// Handed to another desk and back, to the same stay or to the next one.
fn returns() -> impl Strategy<Value = Vec<Draft>> {
    let sayings = vec(saying(), 6..=6);
    (desks(), desks(), 0..=1_u32, sayings).prop_map(|(here, there, next, sayings)| {
        let back = Desk { leg: here.leg + next, ..here };
        let steps = [
            (EventType::Offered, here),
            (EventType::Transferred, here),
            (EventType::Offered, there),
            (EventType::Transferred, there),
            (EventType::Offered, back),
            (EventType::Answered, back),
        ];
        let sayings = steps.into_iter().zip(sayings);
        sayings.map(|((kind, desk), saying)| Draft::New(Saying { kind, desk, ..saying })).collect()
    })
}

/// Answered, offered elsewhere, and handed on once somebody has answered there; or before.
fn accompanied() -> impl Strategy<Value = Vec<Draft>> {
    let last = prop_oneof![
        Just([EventType::Answered, EventType::Transferred]),
        Just([EventType::Transferred, EventType::Answered])
    ];
    (desks(), desks(), last, vec(saying(), 5..=5)).prop_map(|(here, there, last, sayings)| {
        let there = Desk { leg: here.leg + 1, ..there };
        let desk = |kind: EventType| if kind == EventType::Transferred { here } else { there };
        let steps = [(EventType::Offered, here), (EventType::Answered, here), (EventType::Offered, there)];
        let steps = steps.into_iter().chain(last.map(|kind| (kind, desk(kind)))).zip(sayings);
        steps.map(|((kind, desk), saying)| Draft::New(Saying { kind, desk, gap: saying.gap.abs(), ..saying })).collect()
    })
}

/// The customer asks to be called back and leaves the queue; the call is offered to a desk, which may accept and dial, in
/// either order, once or more.
fn callbacks() -> impl Strategy<Value = Vec<Draft>> {
    let ends = prop_oneof![
        Just(vec![EventType::Answered, EventType::Dialled]),
        Just(vec![EventType::Dialled, EventType::Answered]),
        Just(vec![EventType::Dialled, EventType::Dialled, EventType::Dialled]),
        Just(vec![EventType::Answered]),
        Just(vec![]),
    ];
    let told = (prop::bool::weighted(0.8), prop::bool::weighted(0.8), weighted(0.8, any::<bool>()));
    (desks(), desks(), ends, told, vec(saying(), 7..=7)).prop_map(
        |(here, there, ends, (requests, leaves, reached), sayings)| {
            let before = [
                Some(EventType::Offered),
                requests.then_some(EventType::CallbackRequested),
                leaves.then_some(EventType::FlowedOut),
            ];
            let before = before.into_iter().flatten().map(|kind| (kind, here));
            let after = std::iter::once(EventType::Offered).chain(ends).map(|kind| (kind, there));
            let steps = before.chain(after).zip(sayings);
            let draft = |((kind, desk), saying): ((EventType, Desk), Saying)| {
                let flag = if kind == EventType::Dialled { reached } else { saying.said.flag };
                let said = Said { flag, ..saying.said };
                Draft::New(Saying { kind, desk, said, ..saying })
            };
            steps.map(draft).collect()
        },
    )
}

/// Resolved, perhaps reopened around the limits of "durable", perhaps resolved again.
fn matters() -> impl Strategy<Value = Vec<Draft>> {
    (vec(saying(), 3..=3), [long_gaps(), long_gaps(), long_gaps()], 1..=3_usize).prop_map(|(sayings, gaps, steps)| {
        let kinds = [EventType::Resolved, EventType::Reopened, EventType::Resolved];
        let told = kinds.into_iter().zip(gaps).zip(sayings).take(steps);
        told.map(|((kind, gap), saying)| Draft::New(Saying { kind, gap, ..saying })).collect()
    })
}

/// Messages to and fro at one desk, with pauses that overlap, never end or never began, robots among the answers, over
/// nights and days.
fn letters() -> impl Strategy<Value = Vec<Draft>> {
    let kinds = prop_oneof![
        3 => Just(EventType::CustomerWrote),
        3 => Just(EventType::Replied),
        2 => Just(EventType::Waiting),
        2 => Just(EventType::Resumed),
        1 => Just(EventType::Answered),
        2 => Just(EventType::Closed),
    ];
    let waits = &[0, 1, 20 * SECOND, HOUR, 4 * HOUR, 14 * HOUR, DAY, 3 * DAY];
    let step = (kinds, prop_oneof![3 => select(&waits[..]), 1 => gaps()], saying());
    let on = weighted(0.5, select(&[Channel::Email, Channel::Post, Channel::Social][..]));
    (desks(), on, gaps(), saying(), exchanges(), vec(step, 0..=6)).prop_map(|(desk, on, gap, saying, first, steps)| {
        let offer = Saying { kind: EventType::Offered, gap, desk, ..saying }.on(on);
        let steps = steps.into_iter().map(|(kind, gap, saying)| Saying { kind, gap, ..saying });
        let told = std::iter::once(offer).chain(first).chain(steps);
        told.map(|saying| Draft::New(Saying { desk, ..saying })).collect()
    })
}

/// Often, a person answers, the customer writes again and is soon replied to.
fn exchanges() -> impl Strategy<Value = Vec<Saying>> {
    let sayings = vec(saying(), 3..=3);
    (prop::bool::weighted(0.6), select(&[0, 1, 20 * SECOND, HOUR][..]), sayings).prop_map(|(met, wait, sayings)| {
        let steps = [(EventType::Answered, SECOND), (EventType::CustomerWrote, HOUR), (EventType::Replied, wait)];
        let told = steps.into_iter().zip(sayings).filter(|_| met);
        let by_person = |said| Said { actor: None, ..said };
        told.map(|((kind, gap), saying)| Saying { kind, gap, said: by_person(saying.said), ..saying }).collect()
    })
}

/// Content that is decided on and appears, in either order, perhaps more than once.
fn reviews() -> impl Strategy<Value = Vec<Draft>> {
    let steps = [EventType::Decided, EventType::Published, EventType::Decided, EventType::Published];
    let on = weighted(0.8, Just(Channel::Moderation));
    (desks(), on, vec((gaps(), saying()), 5..=5), Just(steps.to_vec()).prop_shuffle(), 1..=4_usize).prop_map(
        |(desk, on, sayings, steps, some)| {
            let kinds = std::iter::once(EventType::Offered).chain(steps.into_iter().take(some));
            let told = kinds.zip(sayings);
            told.map(|(kind, (gap, saying))| Draft::New(Saying { kind, gap, desk, ..saying }.on(on))).collect()
        },
    )
}

/// Any single event of any kind.
fn loose() -> impl Strategy<Value = Saying> {
    (select(EventType::ALL), prop_oneof![4 => gaps(), 1 => long_gaps()], saying())
        .prop_map(|(kind, gap, saying)| Saying { kind, gap, ..saying })
}

fn saying() -> impl Strategy<Value = Saying> {
    (gaps(), desks(), prop::bool::weighted(0.4), said(), delays(), 0..2_usize).prop_map(
        |(gap, desk, placed, said, delay, source)| Saying {
            kind: EventType::Offered,
            gap,
            desk,
            placed,
            said,
            delay,
            source,
        },
    )
}

fn desks() -> impl Strategy<Value = Desk> {
    let leg = prop_oneof![4 => Just(0_u32), 1 => Just(1), 1 => Just(10)];
    (0..3_usize, 0..3_usize, 0..3_usize, leg).prop_map(|(provider, site, queue, leg)| Desk {
        provider,
        site,
        queue,
        leg,
    })
}

fn said() -> impl Strategy<Value = Said> {
    let words = |words: &'static [&'static str]| weighted(0.25, select(words));
    let router = (
        weighted(0.1, select(Channel::ALL)),
        weighted(0.08, select(&[Direction::Outbound, Direction::Inbound][..])),
        words(&["delivery", "refund", "ping"]),
        words(&["fr", "en"]),
        weighted(0.2, any::<bool>()),
    );
    let people = (words(&["c-0", "c-1", "c-2"]), words(&["a-1", "a-2"]), words(&["blue", "lab"]));
    let work =
        (weighted(0.35, select(&["bot", "auto", "human"][..])), weighted(0.7, 0..600_u32), weighted(0.5, 0..60_u32));
    (router, people, work).prop_map(
        |((channel, direction, reason, language, flag), (customer, agent, team), (actor, talk, wrap))| Said {
            actor,
            channel,
            direction,
            reason,
            language,
            flag,
            customer,
            agent,
            team,
            talk,
            wrap,
        },
    )
}

fn again() -> impl Strategy<Value = Again> {
    let kind = weighted(0.2, select(EventType::ALL));
    let shift = prop_oneof![3 => Just(0_i64), 2 => gaps(), 1 => Just(-DAY)];
    let corrected = weighted(0.4, (desks(), said()));
    (any::<Index>(), 0..=2_u32, shift, kind, corrected, prop::bool::weighted(0.25), delays()).prop_map(
        |(of, revision, shift, kind, corrected, elsewhere, delay)| Again {
            of,
            revision,
            shift,
            kind,
            corrected,
            elsewhere,
            delay,
        },
    )
}

/// Nothing, seconds, a little backwards, and the exact limits with a microsecond beyond.
fn gaps() -> impl Strategy<Value = i64> {
    let backwards = &[-1, -4 * SECOND, -5 * SECOND, -5 * SECOND - 1, -6 * SECOND, -40 * SECOND];
    let limits = &[3, 5, 10, 20, 30, 45, 60, 90, 4 * 3_600];
    prop_oneof![
        2 => Just(0),
        6 => (0..40_i64).prop_map(|seconds| seconds * SECOND),
        2 => select(&backwards[..]),
        3 => (select(&limits[..]), 0..=1_i64).prop_map(|(seconds, beyond)| seconds * SECOND + beyond),
        1 => (1..48_i64).prop_map(|hours| hours * HOUR),
    ]
}

fn long_gaps() -> impl Strategy<Value = i64> {
    let limits = &[0, DAY - HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 8 * DAY];
    (select(&limits[..]), -1..=1_i64).prop_map(|(gap, beyond)| gap + beyond)
}

fn delays() -> impl Strategy<Value = i64> {
    let odd = &[30 * SECOND, HOUR, DAY + HOUR, 30 * DAY, -60 * SECOND];
    prop_oneof![3 => select(&[0, SECOND][..]), 2 => select(&odd[..])]
}
