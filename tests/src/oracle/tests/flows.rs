//! Hand-overs, overflow and callbacks, counted for those who got them and for the brand.

use contact::{
    EventType::{self, *},
    network::{CallbackCounts, OverflowCounts},
};

use super::*;
use crate::oracle::{Counting, Ratio, level, receipts};

const SECOND: i64 = 1_000_000;

fn whole(query: Query) -> Query {
    Query { counting: Counting { brand: true, ..query.counting }, ..query }
}

/// The same contact, known to the whole brand, at another provider.
fn at_south(received: Received) -> Received {
    with(at_site(received, "dakar"), |e| e.identity.provider = ProviderId::new("south").expect("name"))
}

fn of_brand(events: impl IntoIterator<Item = Received>) -> Vec<Received> {
    events.into_iter().map(|event| with(event, |e| e.contact = ContactKey::of_brand("C"))).collect()
}

fn flowing(id: &str, seconds: i64, to: Option<&str>) -> Received {
    with(event(id, FlowedOut, seconds), |e| e.details.flowed_to = to.map(str::to_owned))
}

fn dialled(id: &str, seconds: i64, reached: bool) -> Received {
    with(event(id, Dialled, seconds), |e| e.details.reached = Some(reached))
}

/// Offered at south after so long, and what comes of it 15 s later.
fn taken_over(seconds: i64, kind: EventType) -> [Received; 2] {
    [event("s1", Offered, seconds), event("s2", kind, seconds + 15)].map(at_south)
}

/// Offered at 11:35:00, asked for a call at 11:37:00, queued for it at 11:38:39, accepted at 11:39:00, dialled at 11:39:10.
fn walk_through() -> Vec<Received> {
    let voice = [event("1", Offered, 0), event("2", CallbackRequested, 120), flowing("3", 120, Some("callback"))];
    let queued = [event("4", Offered, 219), event("5", Answered, 240), dialled("6", 250, true)];
    voice.into_iter().chain(queued.map(|event| in_queue(event, "callback"))).collect()
}

// The platform would report 21 s to a customer who waited for more than four minutes.
#[test]
fn the_wait_for_a_callback_ends_with_the_first_ring() {
    let network = network("queues: [{name: voice}, {name: callback}]");
    let legs = only_row(&walk_through(), &network, &query(DAY));
    assert_eq!((legs.legs.offered(), legs.legs.answered, legs.legs.flowed_out), (2, 1, 1));
    assert_eq!(legs.waits, [21 * SECOND]);
    let contact = only_row(&walk_through(), &network, &whole(query(DAY)));
    assert_eq!((contact.legs.offered(), contact.legs.answered), (1, 1));
    assert_eq!(
        (contact.waits.as_slice(), contact.flows.call_wait),
        ([250 * SECOND].as_slice(), Ratio::new(250 * SECOND, 1))
    );
    assert_eq!((contact.flows.legs, contact.flows.callbacks, contact.flows.dials), (2, 1, 1));
}

// Whether a callback is a penalty or none must be what was agreed, for whom it was agreed with.
#[test]
fn a_callback_counts_as_was_agreed() {
    let level = |within: &str, callback, brand| {
        let network = network(&format!("queues: [{{name: voice{within}}}, {{name: callback}}]"));
        let counting = Counting { brand, overflow: None, callback };
        let row = only_row(&walk_through(), &network, &Query { counting, ..query(DAY) });
        row.service_level
    };
    let if_within = Some(CallbackCounts::AnsweredIfWithin);
    assert_eq!(level("", None, true), Ratio::new(0, 1), "250 s are more than the threshold of 20 s");
    assert_eq!(level(", callback_within: 249s", None, true), Ratio::new(0, 1));
    assert_eq!(level(", callback_within: 250s", None, true), Ratio::new(1, 1));
    assert_eq!(level(", callback_within: 250s", Some(CallbackCounts::Miss), true), Ratio::new(0, 1));
    assert_eq!(level(", callback_within: 250s", Some(CallbackCounts::Neutral), true), Ratio::new(0, 0));
    // The leg in the queue of callbacks waited 21 s, which is a miss of its own.
    assert_eq!(level("", None, false), Ratio::new(0, 1), "a flow-out is in no denominator of formula b");
    assert_eq!(level("", if_within, false), Ratio::new(0, 2));
    assert_eq!(level(", callback_within: 250s", if_within, false), Ratio::new(1, 2));
    assert_eq!(level("", Some(CallbackCounts::Neutral), false), Ratio::new(0, 1));
}

// A call promised for the afternoon is not late in the morning.
#[test]
fn a_promised_time_is_kept_from_that_time_on() {
    let network = network("queues: [{name: voice, callback_within: 10m, callback_attempts: 2}]");
    let asked = || {
        let request = with(event("2", CallbackRequested, 60), |e| e.details.slot = Some(at(4 * HOUR)));
        vec![event("1", Offered, 0), request, flowing("3", 60, Some("callback"))]
    };
    let told = |more: &[Received], now| {
        let row = only_row(&[asked().as_slice(), more].concat(), &network, &whole(query(now)));
        (row.legs.pending, row.legs.overdue, row.legs.answered, row.legs.flowed_out, row.flows.kept)
    };
    assert_eq!(told(&[], 4 * HOUR + 600), (1, 0, 0, 0, Ratio::new(0, 0)));
    assert_eq!(told(&[], 4 * HOUR + 601), (0, 1, 0, 0, Ratio::new(0, 1)));
    assert_eq!(told(&[dialled("4", 4 * HOUR, true)], DAY), (0, 0, 1, 0, Ratio::new(1, 1)));
    assert_eq!(told(&[dialled("4", 4 * HOUR + 601, true)], DAY), (0, 0, 1, 0, Ratio::new(0, 1)));
    let once = [dialled("4", HOUR, false)];
    assert_eq!(told(&once, 2 * HOUR), (1, 0, 0, 0, Ratio::new(0, 0)), "one attempt of two reached nobody");
    let twice = [once.as_slice(), &[dialled("5", 2 * HOUR, false)]].concat();
    assert_eq!(told(&twice, 2 * HOUR), (0, 0, 0, 1, Ratio::new(0, 1)), "given up as was agreed");
}

// Accepting the task is not calling; hanging up after asking is not giving up; an agent who promises a call has answered.
#[test]
fn only_a_call_that_reaches_the_customer_ends_the_wait() {
    let network = network("queues: [{name: voice}]");
    let asked = [event("1", Offered, 0), event("2", CallbackRequested, 10)];
    let told = |more: &[Received]| {
        let row = only_row(&[asked.as_slice(), more].concat(), &network, &whole(query(DAY)));
        (row.legs.answered, row.legs.abandoned, row.legs.overdue, row.waits)
    };
    assert_eq!(told(&[event("3", Abandoned, 12)]), (0, 0, 1, vec![]));
    assert_eq!(told(&[event("3", Answered, 90), dialled("4", 95, false)]), (0, 0, 1, vec![]));
    let reached = [event("3", Answered, 90), dialled("4", 95, false), dialled("5", 400, true)];
    assert_eq!(told(&reached), (1, 0, 0, vec![400 * SECOND]));
    assert_eq!(told(&[event("3", Answered, 90)]), (1, 0, 0, vec![90 * SECOND]), "no attempt is told");
    let promised = [event("1", Offered, 0), event("2", Answered, 10), event("3", CallbackRequested, 10)];
    let row = only_row(&promised, &network, &whole(query(DAY)));
    assert_eq!((row.legs.answered, row.flows.callbacks), (1, 0));
}

// The customer waited in both queues; each provider answers for its own.
#[test]
fn overflow_is_a_flow_out_and_an_offer_and_one_contact() {
    let network = network("queues: [{name: voice, threshold: 50s}]");
    let first = [event("1", Offered, 0), flowing("2", 30, Some("overflow"))];
    let events = of_brand(first.iter().cloned().chain(taken_over(35, Answered)));
    let legs = only_row(&events, &network, &query(DAY));
    assert_eq!((legs.legs.offered(), legs.legs.flowed_out, legs.overflowed, legs.waits), (2, 1, 1, vec![15 * SECOND]));
    let contact = only_row(&events, &network, &whole(query(DAY)));
    assert_eq!((contact.legs.offered(), contact.legs.answered_in_time), (1, 1));
    assert_eq!((contact.waits, contact.flows.crossed), (vec![45 * SECOND], 1), "the 5 s in between are no queue");
    let lost = of_brand(first.iter().cloned().chain(taken_over(35, Abandoned)));
    let contact = only_row(&lost, &network, &whole(query(DAY)));
    assert_eq!((contact.legs.abandoned, contact.legs.abandoned_in_time, contact.legs.flowed_out), (1, 1, 0));
    let nobody = only_row(&first, &network, &whole(query(DAY)));
    assert_eq!((nobody.legs.offered(), nobody.legs.flowed_out), (1, 1), "flowed out to nobody");
}

#[test]
fn overflow_counts_as_was_agreed() {
    let first = [event("1", Offered, 0), flowing("2", 30, None)];
    let events = of_brand(first.into_iter().chain(taken_over(35, Answered)));
    let rates = |formula: &str, overflow| {
        let network = network(&format!("queues: [{{name: voice, formula: {formula}}}]"));
        let counting = Counting { overflow, ..Counting::default() };
        let row = only_row(&events, &network, &Query { counting, ..query(DAY) });
        (row.service_level, Ratio::new(row.legs.answered, row.answerable))
    };
    let (one, half) = (Ratio::new(1, 1), Ratio::new(1, 2));
    assert_eq!((rates("b", None), rates("a", None)), ((one, half), (half, half)));
    for formula in ["a", "b", "f"] {
        assert_eq!(rates(formula, Some(OverflowCounts::Miss)), (half, half), "{formula}");
        assert_eq!(rates(formula, Some(OverflowCounts::Neutral)), (one, half), "{formula}");
        assert_eq!(rates(formula, Some(OverflowCounts::Excluded)), (one, one), "{formula}");
    }
}

// A provider that hands everything on would look fast, were the second queue not the customer's wait; while the first
// agent stays on the line, it is not.
#[test]
fn waits_before_each_human_add_up_but_for_warm_transfers() {
    let network = network("queues: [{name: voice, threshold: 35s}, {name: back}]");
    let first = [event("1", Offered, 0), event("2", Answered, 10)];
    let second = [event("3", Offered, 100), event("4", Answered, 130)].map(|event| in_queue(event, "back"));
    let told = |transferred: i64| {
        let events = [first.as_slice(), &second, &[event("5", Transferred, transferred)]].concat();
        let row = only_row(&events, &network, &whole(query(DAY)));
        (
            row.waits,
            row.legs.answered_in_time,
            row.flows.warm,
            row.flows.first_wait,
            row.flows.first_in_time,
            row.transfers,
        )
    };
    let first_wait = (Ratio::new(10 * SECOND, 1), Ratio::new(1, 1));
    assert_eq!(told(100), (vec![40 * SECOND], 0, Ratio::new(0, 1), first_wait.0, first_wait.1, 1));
    assert_eq!(told(130), (vec![10 * SECOND], 1, Ratio::new(1, 1), first_wait.0, first_wait.1, 1));
}

// A contact is where and when it came in, or a month would gain what another brought.
#[test]
fn a_contact_belongs_to_the_period_and_the_place_it_came_in() {
    let network = network("queues: [{name: voice}]");
    let first = [event("1", Offered, 0), flowing("2", 30, Some("overflow"))];
    let events = of_brand(first.into_iter().chain(taken_over(DAY, Answered)));
    let day = |from, to| Query { from: at(from), to: at(to), ..query(9 * DAY) };
    let offered = |query: &Query| rows(&events, &network, query).iter().map(|row| row.legs.offered()).sum::<i64>();
    assert_eq!((offered(&day(0, DAY)), offered(&day(DAY, 2 * DAY))), (1, 1));
    assert_eq!((offered(&whole(day(0, DAY))), offered(&whole(day(DAY, 2 * DAY)))), (1, 0));
    let by_site = rows(&events, &network, &by_site(whole(query(9 * DAY))));
    assert_eq!(by_site.iter().map(|row| row.key[&Dimension::Site].clone()).collect::<Vec<_>>(), [Some("lyon".into())]);
}

// Closed, or left out by a rule: what does not count for anybody is no part of the contact.
#[test]
fn legs_that_do_not_count_are_no_part_of_a_contact() {
    let network = network(
        "queues: [{name: voice, calendar: night}, {name: back}]
calendars: [{name: night, weekly: {sunday: ['00:00-24:00']}}]
exclude: [{name: lab, kind: test, when: {queue: [lab]}}]
",
    );
    let closed = [event("1", Offered, 0), flowing("2", 30, Some("overflow"))];
    let tested = [event("3", Offered, 30), event("4", Answered, 31)].map(|event| in_queue(event, "lab"));
    let back = [event("5", Offered, 40), event("6", Answered, 47)].map(|event| in_queue(event, "back"));
    let told = |legs: &[&[Received]]| {
        let row = only_row(&legs.concat(), &network, &whole(query(DAY)));
        (row.legs.offered(), row.out_of_hours, row.excluded.values().sum::<i64>(), row.waits)
    };
    assert_eq!(told(&[&closed, &tested, &back]), (1, 0, 0, vec![7 * SECOND]));
    assert_eq!(told(&[&closed, &tested]), (0, 1, 0, vec![]));
    assert_eq!(told(&[&tested]), (0, 0, 1, vec![]));
}

// The customer waits for somebody, wherever; asked something at two places at once, nobody waits twice as long.
#[test]
fn a_mail_that_is_handed_on_owes_one_answer() {
    let network = network("queues: [{name: voice, channel: email, threshold: 60s}]");
    let first = [event("1", Offered, 0), event("2", Waiting, 10), event("3", FlowedOut, 30), event("4", Resumed, 50)];
    let second = [event("5", Offered, 30), event("6", Waiting, 40), event("7", Resumed, 70), event("8", Answered, 110)];
    let talk = [event("9", CustomerWrote, 200), event("10", Replied, 230)];
    let events = of_brand(first.into_iter().chain(second.into_iter().chain(talk).map(at_south)));
    let legs = only_row(&events, &network, &query(DAY)).replies;
    assert_eq!((legs.first.all, legs.first.replied, legs.next.all), (2, 1, 1));
    let contact = only_row(&events, &network, &whole(query(DAY))).replies;
    assert_eq!(
        (contact.first.all, contact.first.times),
        (1, vec![50 * SECOND]),
        "110 s, of which 10 to 70 do not count"
    );
    assert_eq!((contact.next.times, contact.first.due_in_time), (vec![30 * SECOND], 1));
}

// A complaint that overflowed, and was abandoned at the partner, would stay open for ever.
#[test]
fn whoever_hangs_up_at_the_partner_has_given_up() {
    let network = network("queues: [{name: voice}]");
    let complaint = with(event("1", Offered, 0), |e| e.known.complaint = Some(true));
    let first = [complaint, flowing("2", 30, Some("overflow"))];
    let open = |kind: EventType| {
        let events = of_brand(first.iter().cloned().chain(taken_over(35, kind)));
        let legs = legs(&events);
        let receipts = receipts(&legs, &events, &network, (Instant::FOREVER, Instant::FOREVER));
        let receipts: Vec<_> = receipts.iter().collect();
        [50, 51].map(|seconds| level(&receipts, &network, at(seconds)).open)
    };
    assert_eq!(open(Abandoned), [1, 0], "what happens at an instant is not in its level yet");
    assert_eq!((open(FlowedOut), open(Answered)), ([1, 1], [1, 1]));
}
