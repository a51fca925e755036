//! What is written otherwise than as a mail: letters, content before it appears, chats.

use contact::Instant;
use tests::oracle::Received;

use super::{HOUR, LATER, NOBODY, at, contact, figures, of, seconds, share};

/// The date of the scan would hide the days that a letter lay in the mailroom.
#[test]
fn a_letter_counts_from_its_receipt() {
    let mut letter =
        contact("C", "letters", &["offered 2024-03-15T14:00:00+01:00", "answered 2024-03-18T09:00:00+01:00"]);
    let scanned = figures(&letter, LATER);
    assert_eq!((seconds(&scanned, "first_response"), scanned["letters_held"][0]), (Some(5.0 * HOUR), Some(0.0)));
    let receipt = |letter: &mut [Received], at: Instant| {
        for received in letter {
            received.started_at = at;
            received.event.started_at = Some(at);
        }
    };
    receipt(&mut letter, at("2024-03-14T00:00:00+01:00"));
    let held = figures(&letter, LATER);
    assert_eq!(seconds(&held, "first_response"), Some((10.0 + 10.0 + 1.0) * HOUR));
    assert_eq!(share(&held, "first_response_within"), of(0, 1));
    assert_eq!(held["letters_held"][0], Some(1.0));
    receipt(&mut letter, at("2024-01-14T00:00:00+01:00"));
    let forgotten = figures(&letter, LATER);
    assert_eq!(seconds(&forgotten, "first_response"), None, "longer than the clock runs");
    assert_eq!(share(&forgotten, "first_response_within"), of(0, 1));
}

/// What appears before a person has looked at it is the risk that moderation is there for.
#[test]
fn content_waits_for_a_person() {
    let photo = |name: &str, lines: &[&str]| {
        contact(name, "photo", &[&["offered 2024-03-31T01:30:00+01:00"][..], lines].concat())
    };
    let all = [
        // The hour from two to three does not exist.
        photo("A", &["decided 2024-03-31T03:15:00+02:00", "published 2024-03-31T03:15:00+02:00"]),
        photo(
            "B",
            &[
                "decided 2024-03-31T01:31:00+01:00 by=bot",
                "published 2024-03-31T01:40:00+01:00",
                "decided 2024-03-31T05:30:00+02:00",
            ],
        ),
        photo("C", &["published 2024-03-31T01:35:00+01:00"]),
        photo("D", &[]),
    ]
    .concat();
    let told = figures(&all, LATER);
    assert_eq!(share(&told, "decided_within"), of(1, 4));
    assert_eq!(told["decision_mean_s"], [Some(0.75 * HOUR + 3.0 * HOUR), Some(2.0)]);
    assert_eq!(share(&told, "published_before_decision"), of(2, 3));
    assert_eq!(share(&told, "first_response_rate"), NOBODY, "moderation answers nobody");
}

/// A chat that finds nobody there is a message; a call is a call, and counted apart.
#[test]
fn a_chat_offered_while_closed_is_answered_like_a_mail() {
    let all = [
        contact("A", "chat", &["offered 2024-03-15T20:00:00+01:00", "answered 2024-03-16T08:30:00+01:00"]),
        contact("B", "chat", &["offered 2024-03-15T10:00:00+01:00", "answered 2024-03-15T10:02:00+01:00"]),
        contact("C", "phone", &["offered 2024-03-15T20:00:00+01:00"]),
    ]
    .concat();
    let told = figures(&all, LATER);
    assert_eq!((seconds(&told, "first_response"), told["out_of_hours"][0]), (Some(HOUR / 2.0), Some(2.0)));
    assert_eq!(share(&told, "first_response_within"), of(1, 1));
}
