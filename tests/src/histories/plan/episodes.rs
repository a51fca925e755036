//! Courses of events that belong together: a stay, a callback, a correspondence, a review.

use contact::{Channel, EventType};
use proptest::{collection::vec, option::weighted, prelude::*, sample::select};

use super::{
    DAY, Desk, Draft, HOUR, SECOND, Said, Saying,
    sayings::{again, desks, gaps, long_gaps, loose, saying},
};

/// Some events after each other.
pub(super) fn episodes() -> impl Strategy<Value = Vec<Draft>> {
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
