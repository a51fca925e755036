//! Single events: where, what they say, and how long after the one before and before their reception.

use contact::{Channel, Direction, EventType};
use proptest::{
    option::weighted,
    prelude::*,
    sample::{Index, select},
};

use super::{Again, DAY, Desk, HOUR, SECOND, Said, Saying};

/// Any single event of any kind.
pub(super) fn loose() -> impl Strategy<Value = Saying> {
    (select(EventType::ALL), prop_oneof![4 => gaps(), 1 => long_gaps()], saying())
        .prop_map(|(kind, gap, saying)| Saying { kind, gap, ..saying })
}

pub(super) fn saying() -> impl Strategy<Value = Saying> {
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

pub(super) fn desks() -> impl Strategy<Value = Desk> {
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

pub(super) fn again() -> impl Strategy<Value = Again> {
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
pub(super) fn gaps() -> impl Strategy<Value = i64> {
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

pub(super) fn long_gaps() -> impl Strategy<Value = i64> {
    let limits = &[0, DAY - HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 8 * DAY];
    (select(&limits[..]), -1..=1_i64).prop_map(|(gap, beyond)| gap + beyond)
}

fn delays() -> impl Strategy<Value = i64> {
    let odd = &[30 * SECOND, HOUR, DAY + HOUR, 30 * DAY, -60 * SECOND];
    prop_oneof![3 => select(&[0, SECOND][..]), 2 => select(&odd[..])]
}
