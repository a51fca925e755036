//! Whose turn it is: what is owed for every message, and what ends it.

use contact::Direction;

use super::{HOUR, LATER, NOBODY, contact, figures, of, seconds, share};

/// A polite last thanks would be a breach for ever, or every unanswered message a free escape.
#[test]
fn every_turn_of_the_customer_has_its_own_reply() {
    let lines = [
        "offered 2024-03-15T09:00:00+01:00",
        "answered 2024-03-15T10:00:00+01:00",
        "customer_wrote 2024-03-15T17:00:00+01:00",
        "customer_wrote 2024-03-15T17:30:00+01:00",
        "replied 2024-03-16T09:00:00+01:00",
        "replied 2024-03-16T10:00:00+01:00",
        "customer_wrote 2024-03-16T11:00:00+01:00",
        "waiting 2024-03-16T12:00:00+01:00",
        "resumed 2024-03-16T13:00:00+01:00",
        "replied 2024-03-16T17:00:00+01:00",
        "customer_wrote 2024-03-16T17:30:00+01:00",
    ];
    let told = |more: &[&str]| figures(&contact("C", "mail", &[&lines[..], more].concat()), LATER);
    let open = told(&[]);
    assert_eq!(share(&open, "next_response_rate"), of(2, 3));
    assert_eq!(share(&open, "next_response_within"), of(1, 2));
    assert_eq!(open["next_response_mean_s"], [Some((2.0 + 5.0) * HOUR), Some(2.0)]);
    assert_eq!(open["no_reply_needed"][0], Some(0.0));
    let closed = told(&["closed 2024-03-17T09:00:00+01:00 for=solved"]);
    assert_eq!(share(&closed, "next_response_rate"), of(2, 3), "closing is no reply");
    let settled = told(&["closed 2024-03-17T09:00:00+01:00 for=no_reply_needed"]);
    assert_eq!(share(&settled, "next_response_rate"), of(2, 2));
    assert_eq!(settled["no_reply_needed"][0], Some(1.0));
}

/// Closing is no answer: whoever never replies at all could close his way out of every promise.
#[test]
fn a_case_closed_without_any_reply_still_owes_the_first() {
    let lines = ["offered 2024-03-15T09:00:00+01:00", "closed 2024-03-15T10:00:00+01:00 for=no_reply_needed"];
    let told = figures(&contact("C", "mail", &lines), LATER);
    assert_eq!(share(&told, "first_response_within"), of(0, 1));
    assert_eq!(told["no_reply_needed"][0], Some(0.0), "nothing was written after a reply");
}

/// An agent who begins a contact would answer at once for ever.
#[test]
fn contacts_begun_by_an_agent_await_no_first_reply() {
    let asked = contact("A", "mail", &["offered 2024-03-15T09:00:00+01:00", "answered 2024-03-15T10:00:00+01:00"]);
    let mut begun = contact(
        "B",
        "mail",
        &[
            "offered 2024-03-15T09:00:00+01:00",
            "answered 2024-03-15T09:00:00+01:00",
            "customer_wrote 2024-03-15T11:00:00+01:00",
        ],
    );
    for received in &mut begun {
        received.event.direction = Some(Direction::Outbound);
    }
    let told = figures(&[asked, begun].concat(), LATER);
    assert_eq!(share(&told, "first_response_within"), of(1, 1));
    assert_eq!(seconds(&told, "first_response"), Some(HOUR));
    assert_eq!(share(&told, "next_response_rate"), NOBODY);
}
