//! Pauses, turns of the customer, letters and moderation.

use contact::EventType::*;

use super::*;
use crate::oracle::{Lasting, legs_batch, read_legs};

fn by(received: Received, actor: &str) -> Received {
    with(received, |e| e.details.actor = Some(actor.to_owned()))
}

fn no_reply_needed(received: Received) -> Received {
    with(received, |e| e.details.cause = Some("no_reply_needed".to_owned()))
}

fn lasting(from: i64, to: Option<i64>) -> Lasting {
    Lasting { from: at(from), to: to.map(at) }
}

// Paused twice for one wait, a provider would be given the same hour twice.
#[test]
fn pauses_are_from_the_first_waiting_to_the_next_resumed_or_message() {
    let leg = only_leg(&[
        event("1", Offered, 0),
        event("2", Resumed, 5),
        event("3", Waiting, 10),
        event("4", Waiting, 20),
        event("5", Resumed, 30),
        event("6", Waiting, 40),
        event("7", CustomerWrote, 50),
        event("8", Resumed, 60),
        event("9", Waiting, 70),
        // Of one instant: the end of this pause, and the next one, which has no length.
        event("a", Resumed, 80),
        event("b", Waiting, 80),
        event("c", Resumed, 80),
        event("d", Waiting, 90),
    ]);
    let pauses = [lasting(10, Some(30)), lasting(40, Some(50)), lasting(70, Some(80)), lasting(90, None)];
    assert_eq!(leg.paused, pauses);
    assert_eq!(read_legs(&[legs_batch(std::slice::from_ref(&leg))]), [leg]);
}

#[test]
fn a_pause_is_that_of_its_own_leg() {
    let legs = legs(&[
        event("1", Offered, 0),
        in_queue(event("2", Offered, 0), "mail"),
        event("3", Waiting, 10),
        in_queue(event("4", Resumed, 20), "mail"),
        event("5", Resumed, 30),
    ]);
    let pauses: Vec<_> = legs.into_iter().map(|leg| (leg.queue, leg.paused)).collect();
    assert_eq!(pauses, [("mail".to_owned(), vec![]), ("voice".to_owned(), vec![lasting(10, Some(30))])]);
}

// A turn charged to whoever replies at last would make the one who left the customer waiting look quick.
#[test]
fn a_turn_belongs_to_who_replied_before_it_and_ends_with_any_reply() {
    let legs = legs(&[
        event("1", Offered, 0),
        event("2", CustomerWrote, 5),
        event("3", Answered, 10),
        event("4", CustomerWrote, 20),
        event("5", CustomerWrote, 30),
        by(event("6", Replied, 40), "bot"),
        in_queue(event("7", Answered, 50), "mail"),
        event("8", CustomerWrote, 60),
        no_reply_needed(event("9", Closed, 70)),
        event("a", CustomerWrote, 80),
        event("b", Closed, 90),
    ]);
    let [mail, voice] = legs.as_slice() else { panic!("two legs: {legs:#?}") };
    assert_eq!((&voice.turns, voice.turns_settled), (&vec![lasting(20, Some(50))], 0));
    assert_eq!((&mail.turns, mail.turns_settled), (&vec![lasting(80, None)], 1));
    assert_eq!(read_legs(&[legs_batch(&legs)]), legs);
}

#[test]
fn replies_are_timed_without_pauses_and_judged_once_due() {
    let network = network("queues: [{name: voice, channel: email, threshold: 1h}]");
    let events = [
        event("1", Offered, 0),
        event("2", Waiting, 600),
        event("3", Resumed, 1_200),
        event("4", Answered, HOUR + 600),
        event("5", CustomerWrote, 2 * HOUR),
        event("6", Replied, 4 * HOUR),
    ];
    let replies = |now| only_row(&events, &network, &query(now)).replies;
    let young = replies(HOUR - 1);
    assert_eq!((young.first.all, young.first.due, young.first.open), (1, 0, 1));
    let told = replies(DAY);
    assert_eq!((told.first.due, told.first.due_in_time, told.first.times), (1, 1, vec![HOUR * 1_000_000]));
    assert_eq!((told.next.all, told.next.in_time, told.next.times), (1, 0, vec![2 * HOUR * 1_000_000]));
}

#[test]
fn a_letter_is_awaited_from_its_receipt_and_content_from_its_offer() {
    let network = network("queues: [{name: voice, channel: post, threshold: 1h}, {name: photo, channel: moderation}]");
    let letter = [event("1", Offered, HOUR), event("2", Answered, HOUR + 60)];
    let row = only_row(&letter, &network, &query(DAY));
    assert_eq!((row.replies.held, row.replies.first.times), (1, vec![(HOUR + 60) * 1_000_000]));
    let photo = |received| in_queue(received, "photo");
    let content = [
        photo(event("1", Offered, HOUR)),
        photo(by(event("2", Decided, HOUR + 1), "bot")),
        photo(event("3", Published, HOUR + 5)),
        photo(event("4", Decided, HOUR + 10)),
    ];
    let row = only_row(&content, &network, &query(DAY));
    assert_eq!((row.replies.decisions.due_in_time, row.replies.first.all), (1, 0));
    assert_eq!(row.replies.decisions.times, vec![10_000_000]);
    assert_eq!((row.replies.unreviewed.numerator, row.replies.unreviewed.denominator), (1, 1));
}
