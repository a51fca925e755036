//! From events to legs.

use contact::{Channel, Direction, EventType::*, Outcome};

use super::*;
use crate::oracle::{legs_batch, read_legs};

const SECOND: i64 = 1_000_000;

#[test]
fn a_plain_call_waits_from_offer_to_human() {
    let leg = only_leg(&[event("1", Offered, 2), event("2", Answered, 19), handled(event("3", Ended, 200), 170, 11)]);
    assert_eq!((leg.outcome, leg.wait_us), (Some(Outcome::Answered), Some(17 * SECOND)));
    assert_eq!((leg.ended_at, leg.handle_us), (Some(at(200)), Some(181 * SECOND)));
    assert_eq!((leg.inferred, leg.disordered, leg.anomalies, leg.transfers), (false, false, 0, 0));
    assert_eq!((leg.started_day.to_string(), leg.offered_at, leg.owner), ("2026-03-02".to_owned(), at(2), true));
    assert_eq!((leg.direction, leg.channel), (Direction::Inbound, None));
}

// A provider that pads its answers with a bot would buy its service level.
#[test]
fn a_bot_does_not_stop_the_clock() {
    let by = |received, actor: &str| with(received, |e| e.details.actor = Some(actor.to_owned()));
    let leg = only_leg(&[
        event("1", Offered, 0),
        by(event("2", Answered, 1), "bot"),
        by(event("3", Answered, 2), "auto"),
        by(event("4", Answered, 60), "agent"),
    ]);
    assert_eq!((leg.outcome_at, leg.wait_us, leg.anomalies), (Some(at(60)), Some(60 * SECOND), 0));
}

// A leg counted twice would make more outcomes than offers; one dropped silently would hide a broken feed.
#[test]
fn the_first_outcome_stands_and_others_are_counted() {
    let leg = only_leg(&[
        event("1", Offered, 0),
        event("3", Answered, 9),
        event("2", Abandoned, 9),
        event("4", FlowedOut, 8),
    ]);
    assert_eq!((leg.outcome, leg.outcome_at, leg.anomalies), (Some(Outcome::FlowedOut), Some(at(8)), 2));
    let same_time = only_leg(&[event("2", Abandoned, 9), event("10", Answered, 9)]);
    assert_eq!(same_time.outcome, Some(Outcome::Answered), "ids compare as text: \"10\" comes before \"2\"");
}

#[test]
fn without_an_offer_the_earliest_event_is_taken_and_told() {
    let leg = only_leg(&[event("2", Answered, 30), event("1", Waiting, 10)]);
    assert_eq!((leg.offered_at, leg.inferred, leg.wait_us), (at(10), true, Some(20 * SECOND)));
}

// Clocks of two machines differ; beyond 5 s it is not a wait of zero but a wait nobody knows.
#[test]
fn times_may_run_backwards_by_five_seconds() {
    let leg = |offered| only_leg(&[event("1", Offered, offered), event("2", Answered, 10)]);
    assert_eq!((leg(15).wait_us, leg(15).disordered), (Some(0), false));
    assert_eq!((leg(16).wait_us, leg(16).disordered), (None, true));
    let ended = |at| only_leg(&[event("1", Offered, 0), event("2", Answered, 10), event("3", Ended, at)]).disordered;
    assert_eq!((ended(5), ended(4)), (false, true));
    assert!(only_leg(&[event("1", Offered, 10), event("2", Ended, 4)]).disordered);
}

#[test]
fn the_last_end_tells_the_handling() {
    let leg = only_leg(&[
        handled(event("1", Ended, 300), 40, 2),
        handled(event("2", Ended, 200), 900, 0),
        event("0", Transferred, 150),
        event("9", Transferred, 160),
    ]);
    assert_eq!((leg.ended_at, leg.handle_us, leg.transfers), (Some(at(300)), Some(42 * SECOND), 2));
    assert_eq!(only_leg(&[event("1", Ended, 1)]).handle_us, Some(0), "ended without durations took no time");
    assert_eq!(only_leg(&[event("1", Offered, 1)]).handle_us, None);
}

// A correction must replace, in whatever order both arrive, and whatever it moves.
#[test]
fn the_highest_revision_replaces_the_others() {
    let early = with(event("2", Answered, 10), |e| e.revision = 2);
    let late = with(event("2", Answered, 50), |e| e.revision = 1);
    for events in [[event("1", Offered, 0), early.clone(), late.clone()], [late, early, event("1", Offered, 0)]] {
        assert_eq!(only_leg(&events).outcome_at, Some(at(10)));
    }
}

// Otherwise the answer would depend on which of two contradicting rows came first.
#[test]
fn a_conflict_is_settled_by_content_alone() {
    let one = event("1", Offered, 0);
    let other = event("1", Offered, 30);
    let smaller = if one.event.content_digest() < other.event.content_digest() { at(0) } else { at(30) };
    assert_eq!(only_leg(&[one.clone(), other.clone()]).offered_at, smaller);
    assert_eq!(only_leg(&[other, one]).offered_at, smaller);
}

// A report asked again "as of" the day it was published must say what it said.
#[test]
fn what_came_later_was_not_known() {
    let mut correction = with(event("2", Answered, 10), |e| e.revision = 1);
    correction.received_at = at(DAY);
    let events = [event("1", Offered, 0), event("2", Answered, 50), correction];
    assert_eq!(fold(&events, at(DAY - 1), at(DAY - 1))[0].outcome_at, Some(at(50)));
    assert_eq!(fold(&events, at(DAY), at(DAY))[0].outcome_at, Some(at(10)));
}

// The revision is chosen before the future is cut off: a call moved to tomorrow did not happen today.
#[test]
fn what_has_not_happened_yet_is_not_there() {
    let moved = with(event("2", Answered, DAY), |e| e.revision = 1);
    let events = [event("1", Offered, 0), event("2", Answered, 50), moved];
    assert_eq!(fold(&events, Instant::FOREVER, at(60))[0].outcome, None);
}

// The same subject, source and id at two providers are two calls, and one id in two contacts two events.
#[test]
fn providers_and_contacts_do_not_mix() {
    let south = with(event("1", Offered, 5), |e| {
        e.identity.provider = ProviderId::new("south").expect("name");
        e.contact = ContactKey::of_provider(&e.identity.provider, "C");
    });
    let events = [event("1", Offered, 0), south, of_contact(event("1", Offered, 7), "D")];
    let offered: Vec<_> = legs(&events).into_iter().map(|leg| (leg.contact_id, leg.offered_at)).collect();
    assert_eq!(offered, [("north:C".to_owned(), at(0)), ("north:D".to_owned(), at(7)), ("south:C".to_owned(), at(5))]);
}

// A new visit to the same queue is another wait; the same ordinal is the same stay.
#[test]
fn coming_back_is_another_leg_only_with_another_ordinal() {
    let again = with(event("4", Offered, 90), |e| e.place.as_mut().expect("place").leg = 1);
    let away = in_queue(event("3", Offered, 60), "billing");
    let events = [event("1", Offered, 0), event("2", Transferred, 60), away.clone(), again];
    assert_eq!(legs(&events).len(), 3);
    let back = legs(&[event("1", Offered, 0), event("2", Transferred, 60), away, event("4", Offered, 90)]);
    assert_eq!(back.len(), 2);
    assert_eq!((back[1].offered_at, back[1].transfers), (at(0), 1));
}

// Reasons given by a site after the fact would let it choose with whom it is compared.
#[test]
fn what_was_known_first_stays_and_is_shared_within_the_contact() {
    let reason = |received, reason: &str| with(received, |e| e.known.reason = Some(reason.to_owned()));
    let events = [
        reason(event("0", Classified, 1), "chosen later"),
        event("1", Offered, 2),
        reason(event("2", Answered, 9), "delivery"),
        reason(event("3", Transferred, 20), "refund"),
        with(in_queue(event("4", Offered, 21), "billing"), |e| e.channel = Some(Channel::Chat)),
    ];
    let legs = legs(&events);
    assert_eq!(legs.iter().map(|leg| leg.reason.as_deref()).collect::<Vec<_>>(), [Some("delivery"); 2]);
    assert_eq!(legs.iter().map(|leg| leg.channel).collect::<Vec<_>>(), [Some(Channel::Chat), None]);
}

#[test]
fn contact_level_events_make_no_leg() {
    assert_eq!(legs(&[event("1", Resolved, 0), event("2", Surveyed, 1), event("3", CustomerWrote, 2)]), []);
}

#[test]
fn legs_survive_their_columns() {
    let legs = legs(&[
        event("1", Offered, 2),
        event("2", Abandoned, 9),
        event("3", Resolved, 30),
        with(in_queue(event("4", Answered, 21), "billing"), |e| {
            e.known.complaint = Some(true);
            e.people.agent = Some("a".into());
            e.channel = Some(Channel::Post);
        }),
    ]);
    assert_eq!(read_legs(&[legs_batch(&legs)]), legs);
}
